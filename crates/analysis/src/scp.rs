//! SCP coverage: how far service control policies stop sessions without MFA, for every root, OU and account.
//!
//! An SCP is in force only where all of this holds (Organizations User Guide, "Service control policies"
//! and "SCP evaluation"): the organization has all features, the root has the SCP type enabled, the policy
//! hangs on the chain from the root to the account, and the account is not the management account.

mod chain;
mod decide;
mod refine;
mod session;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub(crate) use chain::FULL_AWS_ACCESS_ID;
use chain::{Attachments, Level};
use decide::Decision;
use org_audit_policy::document::Statement;
use org_audit_policy::{Policy, ScpChain};
use refine::Refinement;
use session::{Session, Tri};
use smol_str::SmolStr;

use crate::hierarchy::{Chain, Hierarchy, UNKNOWN_PLACE};
use crate::model::snapshot::{Account, OrganizationSnapshot};
use crate::model::{AccountId, Coverage, TargetCoverage};
use crate::verdict;

/// Whether a Deny statement holds in a session of an IAM user without MFA, and not in one with MFA.
#[must_use]
pub(crate) fn asks_for_mfa(statement: &Statement) -> bool {
    session::mentions_mfa(statement)
        && session::holds(statement, Session::Mfa) != Tri::True
        && Session::WITHOUT_MFA
            .iter()
            .any(|kind| session::holds(statement, *kind) == Tri::True)
}

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
        count_uncovered(&mut coverage, organization, hierarchy);
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
    policies: HashMap<SmolStr, Result<Arc<Policy>, String>>,
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
        let shared = self.read(levels).map(Arc::new);
        self.levels.insert(key, shared.clone());
        shared
    }

    fn read(&mut self, levels: &[Level]) -> Result<verdict::Levels, String> {
        let mut policies = Vec::new();
        let mut names = Vec::new();
        for level in levels {
            let mut prepared = Vec::new();
            for scp in &level.policies {
                let policy = self.policies.entry(scp.id.clone()).or_insert_with(|| {
                    scp.document
                        .clone()
                        .map(|document| Arc::new(Policy::new(document)))
                });
                prepared.push(policy.clone()?);
            }
            policies.push(prepared);
            let called = level
                .policies
                .iter()
                .map(|scp| format!("{} ({})", scp.name, scp.id));
            names.push(called.collect());
        }
        Ok(verdict::Levels::new(ScpChain::new(&policies), names))
    }
}

struct ChainReader<'a> {
    organization: &'a OrganizationSnapshot,
    hierarchy: &'a Hierarchy<'a>,
    attachments: Result<Attachments, String>,
    prepared: RefCell<Prepared>,
    refinements: RefCell<HashMap<Vec<Vec<SmolStr>>, Arc<Refinement>>>,
}

impl ChainReader<'_> {
    fn node(&self, id: &str, name: &str, kind: &str) -> TargetCoverage {
        let chain = self.hierarchy.chain(id);
        let decision = self.decide(chain.as_ref(), None);
        let ou_path = chain.map_or_else(|| UNKNOWN_PLACE.to_owned(), |chain| chain.path_above());
        target(id, kind, name, ou_path, decision)
    }

    fn account(&self, account: &Account) -> TargetCoverage {
        let chain = self.hierarchy.above(account);
        let decision = if account.id == self.organization.organization.management_account_id {
            let decision = Decision::plain(Coverage::Exempt, "SCPs do not apply to the management account");
            Decided {
                decision,
                protections: None,
            }
        } else {
            self.decide(chain.as_ref(), Some((account.id.as_str(), &account.name)))
        };
        let ou_path = chain.map_or_else(|| UNKNOWN_PLACE.to_owned(), |chain| chain.path());
        target(account.id.as_str(), "ACCOUNT", &account.name, ou_path, decision)
    }

    fn decide(&self, chain: Option<&Chain<'_>>, account: Option<(&str, &str)>) -> Decided {
        let levels = match self.in_force(chain, account) {
            Ok(levels) => levels,
            Err(decision) => {
                return Decided {
                    decision,
                    protections: None,
                };
            }
        };
        let decision = decide::decide(&levels);
        let readable = levels
            .iter()
            .flat_map(|level| &level.policies)
            .all(|scp| scp.document.is_ok());
        if !readable {
            return Decided {
                decision,
                protections: None,
            };
        }
        let refinement = self.refinement(&levels);
        Decided {
            decision: refinement.apply(decision),
            protections: Some(refinement),
        }
    }

    /// The engine's answer, asked once for each combination of policies.
    fn refinement(&self, levels: &[Level]) -> Arc<Refinement> {
        let mut refinements = self.refinements.borrow_mut();
        let refinement = refinements.entry(Prepared::key(levels)).or_insert_with(|| {
            let chain = self.prepared.borrow_mut().chain(levels);
            Arc::new(refine::refine(
                chain.policies(),
                &self.organization.collection.partition,
            ))
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

/// What is said of a chain, and what it protects.
struct Decided {
    decision: Decision,
    protections: Option<Arc<Refinement>>,
}

fn target(id: &str, kind: &str, name: &str, ou_path: String, decided: Decided) -> TargetCoverage {
    let Decided {
        decision,
        protections,
    } = decided;
    // Where no SCP is in force nothing is protected; where they could not be read, nobody knows.
    let none_in_force = matches!(decision.coverage, Coverage::Exempt | Coverage::NotEnabled).then_some(false);
    let protection = |of: fn(&Refinement) -> Option<bool>| match &protections {
        Some(refinement) => of(refinement),
        None => none_in_force,
    };
    TargetCoverage {
        target_id: id.into(),
        target_type: kind.into(),
        name: name.to_owned(),
        ou_path,
        coverage: decision.coverage,
        locks_out_enrolment: decision.locks_out_enrolment,
        hits_roles: decision.hits_roles,
        decided_by: decision.decided_by,
        reason: decision.reason,
        would_newly_cover: None,
        protects_mfa_devices: protection(|refinement| refinement.protects_mfa_devices),
        protects_membership: protection(|refinement| refinement.protects_membership),
    }
}

/// For each root and OU: how many accounts below it are not covered yet, so that an SCP that asks for MFA
/// would newly cover them there. The management account cannot be covered, and accounts that cannot be used
/// in their state need no cover.
fn count_uncovered(
    coverage: &mut ScpCoverage,
    organization: &OrganizationSnapshot,
    hierarchy: &Hierarchy<'_>,
) {
    let mut uncovered: HashMap<SmolStr, u64> = HashMap::new();
    for account in organization
        .accounts
        .iter()
        .filter(|account| account.state.can_be_read())
    {
        let covered = coverage
            .of_account(&account.id)
            .is_some_and(|target| matches!(target.coverage, Coverage::Enforced | Coverage::Exempt));
        if covered {
            continue;
        }
        for node in hierarchy.above(account).into_iter().flat_map(|chain| chain.nodes) {
            *uncovered.entry(node.id.clone()).or_default() += 1;
        }
    }
    for target in coverage
        .targets
        .iter_mut()
        .filter(|target| target.target_type != "ACCOUNT")
    {
        target.would_newly_cover = Some(uncovered.get(&target.target_id).copied().unwrap_or(0));
    }
}
