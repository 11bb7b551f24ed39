//! SCP coverage: how far service control policies stop sessions without MFA, for every root, OU and account.
//!
//! An SCP is in force only where all of this holds (Organizations User Guide, "Service control policies"
//! and "SCP evaluation"): the organization has all features, the root has the SCP type enabled, the policy
//! hangs on the chain from the root to the account, and the account is not the management account.

mod chain;
mod decide;
mod decided;
mod refine;
mod sessions;
mod statements;
mod uncovered;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub(crate) use chain::FULL_AWS_ACCESS_ID;
use chain::{Attachments, Level};
use decide::Decision;
use decided::Decided;
use org_audit_policy::reach::AccountSight;
use org_audit_policy::{PolicySet, ScpChain};
use refine::Refinement;
pub(crate) use refine::administrator;
pub(crate) use sessions::asks_for_mfa;
use sessions::{Place, Sessions};
use smol_str::SmolStr;

use crate::hierarchy::{Chain, Hierarchy, UNKNOWN_PLACE};
use crate::model::snapshot::{Account, OrganizationSnapshot};
use crate::model::{AccountId, Coverage, TargetCoverage};
use crate::verdict;

/// The last number that an account can have.
const LAST_ACCOUNT: u64 = 999_999_999_999;

/// Of how many accounts below a node it is asked what the SCPs say to each, where they tell them apart.
const MOST_TOLD_APART: usize = 500;

/// The policy type of SCPs, as `ListRoots` names it.
pub(crate) const SCP_TYPE: &str = "SERVICE_CONTROL_POLICY";

/// The coverage of every target of an organization.
#[derive(Debug, Default)]
pub struct ScpCoverage {
    targets: Vec<TargetCoverage>,
    accounts: HashMap<AccountId, usize>,
    chains: HashMap<AccountId, Arc<verdict::Chain>>,
}

impl ScpCoverage {
    /// Reads the chains of `organization`.
    #[must_use]
    pub fn new(organization: &OrganizationSnapshot, hierarchy: &Hierarchy<'_>) -> Self {
        let reader = ChainReader {
            organization,
            hierarchy,
            attachments: Attachments::read(organization),
            prepared: RefCell::default(),
            sights: RefCell::default(),
            refinements: RefCell::default(),
        };
        let mut coverage = Self::default();
        for root in &organization.tree.roots {
            coverage.targets.push(reader.node(&root.id, &root.name, "ROOT"));
        }
        let mut units: Vec<TargetCoverage> = organization
            .tree
            .organizational_units
            .iter()
            .map(|unit| reader.node(&unit.id, &unit.name, "ORGANIZATIONAL_UNIT"))
            .collect();
        units.sort_by(|a, b| (&a.ou_path, &a.name, &a.target_id).cmp(&(&b.ou_path, &b.name, &b.target_id)));
        coverage.targets.extend(units);
        let mut accounts: Vec<&Account> = organization.accounts.iter().collect();
        accounts.sort_by(|a, b| a.id.cmp(&b.id));
        for account in accounts {
            let above = reader.chain_above(account);
            coverage.chains.insert(account.id.clone(), above);
            coverage
                .accounts
                .insert(account.id.clone(), coverage.targets.len());
            coverage.targets.push(reader.account(account));
        }
        uncovered::count(&mut coverage, organization, hierarchy);
        coverage
    }

    /// Every target: roots, then OUs, then accounts.
    #[must_use]
    pub fn targets(&self) -> &[TargetCoverage] {
        &self.targets
    }

    /// The SCPs above an account.
    #[must_use]
    pub fn chain_of(&self, id: &AccountId) -> Arc<verdict::Chain> {
        self.chains.get(id).cloned().unwrap_or_else(|| {
            Arc::new(verdict::Chain::not_known(
                "the account is not in the organization's list".to_owned(),
            ))
        })
    }

    /// The coverage of an account.
    #[must_use]
    pub fn of_account(&self, id: &AccountId) -> Option<&TargetCoverage> {
        self.targets.get(*self.accounts.get(id)?)
    }
}

/// What was made before: chains with the same attachments share their levels, and accounts of one OU its name.
#[derive(Default)]
struct Prepared {
    levels: HashMap<Vec<Vec<SmolStr>>, Result<Arc<verdict::Levels>, String>>,
    places: HashSet<Arc<str>>,
}

impl Prepared {
    /// The policies of each level name a chain.
    fn key(levels: &[Level]) -> Vec<Vec<SmolStr>> {
        levels
            .iter()
            .map(|level| level.policies.iter().map(|scp| scp.id.clone()).collect())
            .collect()
    }

    fn chain(&mut self, levels: &[Level]) -> verdict::Chain {
        match self.shared(levels) {
            Ok(shared) => {
                let places = levels.iter().map(|level| self.place(&level.place)).collect();
                verdict::Chain::known(shared, places)
            }
            Err(why) => verdict::Chain::not_known(why),
        }
    }

    fn place(&mut self, name: &str) -> Arc<str> {
        if let Some(place) = self.places.get(name) {
            return Arc::clone(place);
        }
        let place: Arc<str> = name.into();
        self.places.insert(Arc::clone(&place));
        place
    }

    fn shared(&mut self, levels: &[Level]) -> Result<Arc<verdict::Levels>, String> {
        let key = Self::key(levels);
        if let Some(shared) = self.levels.get(&key) {
            return shared.clone();
        }
        let shared = Self::read(levels).map(Arc::new);
        self.levels.insert(key, shared.clone());
        shared
    }

    fn read(levels: &[Level]) -> Result<verdict::Levels, String> {
        let mut policies = Vec::new();
        let mut names = Vec::new();
        for level in levels {
            let prepared = level.policies.iter().map(|scp| scp.policy.clone());
            policies.push(prepared.collect::<Result<Vec<_>, String>>()?);
            let called = level
                .policies
                .iter()
                .map(|scp| format!("{} ({})", scp.name, scp.id));
            names.push(called.collect());
        }
        Ok(verdict::Levels::new(ScpChain::new(&policies), names))
    }
}

/// The policies of each level of a chain, by id.
type ChainKey = Vec<Vec<SmolStr>>;

struct ChainReader<'a> {
    organization: &'a OrganizationSnapshot,
    hierarchy: &'a Hierarchy<'a>,
    attachments: Result<Attachments, String>,
    prepared: RefCell<Prepared>,
    sights: RefCell<HashMap<ChainKey, Arc<AccountSight>>>,
    /// By chain, and by account.
    refinements: RefCell<HashMap<(ChainKey, SmolStr), Arc<Refinement>>>,
}

impl ChainReader<'_> {
    fn node(&self, id: &str, name: &str, kind: &str) -> TargetCoverage {
        let chain = self.hierarchy.chain(id);
        let decided = match self.in_force(chain.as_ref(), None) {
            Ok(levels) => self.decide_node(id, &levels),
            Err(decision) => Decided::plain(decision),
        };
        let ou_path = chain.map_or_else(|| UNKNOWN_PLACE.to_owned(), |chain| chain.path_above());
        decided.of_target(id, kind, name, ou_path)
    }

    fn account(&self, account: &Account) -> TargetCoverage {
        let chain = self.hierarchy.above(account);
        let decided = if account.id == self.organization.organization.management_account_id {
            let why = "SCPs do not apply to the management account";
            Decided::plain(Decision::plain(Coverage::Exempt, why))
        } else {
            match self.in_force(chain.as_ref(), Some((account.id.as_str(), &account.name))) {
                Ok(levels) => self.decide_account(&levels, account.id.as_str()),
                Err(decision) => Decided::plain(decision),
            }
        };
        let ou_path = chain.map_or_else(|| UNKNOWN_PLACE.to_owned(), |chain| chain.path());
        decided.of_target(account.id.as_str(), "ACCOUNT", &account.name, ou_path)
    }

    /// For accounts below a root or OU: for those that no policy tells from others, and for each that one does.
    fn decide_node(&self, id: &str, levels: &[Level]) -> Decided {
        let sight = self.sight(levels);
        let decided = self.decide_in(levels, &stand_in(&sight));
        let told_apart = match sight.as_ref() {
            AccountSight::Named(ids) => self.members_below(id, |account| ids.contains(account.as_str())),
            AccountSight::Any => self.members_below(id, |_| true),
            AccountSight::Blind => Vec::new(),
        };
        if told_apart.len() > MOST_TOLD_APART {
            let why = "the SCPs tell accounts apart, in a way that is not evaluated for so many";
            return Decided::plain(Decision::plain(Coverage::Unknown, why));
        }
        let others = told_apart.into_iter().map(|account| {
            let own = self.decide_in(levels, account.id.as_str());
            (format!("{} ({})", account.name, account.id), own)
        });
        let others: Vec<(String, Decided)> = others.collect();
        // Where every account may be told from the others, nobody lives where the stand-in does.
        match (sight.as_ref(), others.split_first()) {
            (AccountSight::Any, Some(((_, first), rest))) => first.clone().and_in(rest),
            _ => decided.and_in(&others),
        }
    }

    /// The member accounts below a node that `wanted` names, in the order of their ids.
    fn members_below(&self, node: &str, wanted: impl Fn(&AccountId) -> bool) -> Vec<&Account> {
        let management = &self.organization.organization.management_account_id;
        let below = |account: &Account| {
            let above = self.hierarchy.above(account);
            above.is_some_and(|chain| chain.nodes.iter().any(|above| above.id == node))
        };
        let members = self.organization.accounts.iter();
        let members = members.filter(|account| account.id != *management && wanted(&account.id));
        let mut members: Vec<&Account> = members.filter(|account| below(account)).collect();
        members.sort_by(|a, b| a.id.cmp(&b.id));
        members
    }

    fn decide_account(&self, levels: &[Level], id: &str) -> Decided {
        let sight = self.sight(levels);
        let told_from_others = match sight.as_ref() {
            AccountSight::Blind => false,
            AccountSight::Named(ids) => ids.contains(id),
            AccountSight::Any => true,
        };
        if told_from_others {
            self.decide_in(levels, id)
        } else {
            self.decide_in(levels, &stand_in(&sight))
        }
    }

    fn decide_in(&self, levels: &[Level], account: &str) -> Decided {
        let place = Place {
            partition: &self.organization.collection.partition,
            organization: Some(&self.organization.organization.id),
            account,
        };
        let sessions = Sessions::of_any_name(place);
        let decision = decide::decide(levels, &sessions);
        let mut scps = levels.iter().flat_map(|level| &level.policies);
        if scps.any(|scp| scp.policy.is_err()) {
            return Decided::plain(decision);
        }
        let refinement = self.refinement(levels, place);
        Decided {
            decision: refinement.apply(decision),
            principal_conditions: statements::principal_conditions(levels, &refine::PROTECTED, &sessions),
            protects_mfa_devices: refinement.protects_mfa_devices,
            protects_membership: refinement.protects_membership,
        }
    }

    /// Which accounts the policies of the levels can tell from others; asked once for each combination of policies.
    fn sight(&self, levels: &[Level]) -> Arc<AccountSight> {
        let mut sights = self.sights.borrow_mut();
        let sight = sights.entry(Prepared::key(levels)).or_insert_with(|| {
            let chain = self.prepared.borrow_mut().chain(levels);
            let set = PolicySet::builder().scp_chain(chain.policies().clone()).build();
            Arc::new(set.account_sight())
        });
        Arc::clone(sight)
    }

    /// The engine's answer, asked once for each combination of policies, and each account that they tell from others.
    fn refinement(&self, levels: &[Level], place: Place<'_>) -> Arc<Refinement> {
        let mut refinements = self.refinements.borrow_mut();
        let key = (Prepared::key(levels), SmolStr::new(place.account));
        let refinement = refinements.entry(key).or_insert_with(|| {
            let chain = self.prepared.borrow_mut().chain(levels);
            Arc::new(refine::refine(chain.policies(), place))
        });
        Arc::clone(refinement)
    }

    /// The levels of SCPs that are in force, or the decision that follows from there being none, or from not
    /// knowing.
    fn in_force(
        &self,
        chain: Option<&Chain<'_>>,
        account: Option<(&str, &str)>,
    ) -> Result<Vec<Level>, Decision> {
        let features = self.organization.organization.feature_set.as_str();
        if features != "ALL" {
            let reason = format!("the organization's feature set is {features}; SCPs need ALL");
            return Err(Decision::plain(Coverage::NotEnabled, reason));
        }
        let Some(chain) = chain else {
            return Err(Decision::plain(
                Coverage::Unknown,
                "the place in the tree is not known",
            ));
        };
        let status = self
            .hierarchy
            .root_of(chain)
            .and_then(|root| root.policy_types.get(SCP_TYPE));
        if status.is_none_or(|status| status != "ENABLED") {
            let status = status.map_or("off", |status| status.as_str());
            let reason = format!("the SCP type is {status} on the root: what is attached covers nothing");
            return Err(Decision::plain(Coverage::NotEnabled, reason));
        }
        match &self.attachments {
            Ok(attachments) => Ok(attachments.levels(chain, account)),
            Err(why) => Err(Decision::plain(Coverage::Unknown, why.clone())),
        }
    }

    /// The SCPs above an account, ready for evaluation.
    fn chain_above(&self, account: &Account) -> Arc<verdict::Chain> {
        if account.id == self.organization.organization.management_account_id {
            return Arc::new(verdict::Chain::none(true));
        }
        let chain = self.hierarchy.above(account);
        match self.in_force(chain.as_ref(), Some((account.id.as_str(), &account.name))) {
            Ok(levels) => Arc::new(self.prepared.borrow_mut().chain(&levels)),
            Err(Decision {
                coverage: Coverage::NotEnabled,
                ..
            }) => Arc::new(verdict::Chain::none(false)),
            Err(decision) => Arc::new(verdict::Chain::not_known(decision.reason)),
        }
    }
}

/// An account that no policy of such a sight names.
fn stand_in(sight: &AccountSight) -> String {
    let named = |id: &str| matches!(sight, AccountSight::Named(ids) if ids.contains(id));
    // Fewer are named than there are numbers to count down through.
    let mut ids = (0..=LAST_ACCOUNT).rev().map(|number| format!("{number:012}"));
    ids.find(|id| !named(id)).unwrap_or_default()
}

#[cfg(test)]
mod soundness_tests;
