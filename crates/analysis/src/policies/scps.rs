//! Service control policies: what each says, where it hangs, and which accounts it covers.

use std::collections::{HashMap, HashSet};

use org_audit_policy::PolicyDocument;
use org_audit_policy::lint::DocumentKind;

use super::{Linted, blank, sort, speak};
use crate::hierarchy::Hierarchy;
use crate::model::TargetCoverage;
use crate::model::assessment::{PolicyAssessment, ScpTarget};
use crate::model::outcome::PolicyKind;
use crate::model::snapshot::{OrganizationPolicy, OrganizationSnapshot, PolicyTarget};
use crate::scp::{FULL_AWS_ACCESS_ID, SCP_TYPE};

/// Every SCP of the organization, the worst first. Nothing where they could not be read: that is among the
/// organization's gaps.
pub fn scps(
    organization: &OrganizationSnapshot,
    hierarchy: &Hierarchy<'_>,
    targets: &[TargetCoverage],
) -> Vec<PolicyAssessment> {
    let Some(read) = organization.service_control_policies.value() else {
        return Vec::new();
    };
    let names = targets
        .iter()
        .map(|target| (target.target_id.as_str(), target.name.as_str()));
    let below = Below::new(organization, hierarchy);
    let reader = Reader {
        organization,
        names: names.collect(),
        below,
        not_in_force: not_in_force(organization),
    };
    let mut rows: Vec<_> = read.policies.iter().map(|policy| reader.row(policy)).collect();
    sort(&mut rows);
    rows
}

struct Reader<'a> {
    organization: &'a OrganizationSnapshot,
    names: HashMap<&'a str, &'a str>,
    below: Below<'a>,
    not_in_force: Option<String>,
}

impl Reader<'_> {
    fn row(&self, policy: &OrganizationPolicy) -> PolicyAssessment {
        let targets = policy.targets.value();
        let text = policy
            .document
            .value()
            .map(|id| (id.clone(), self.organization.documents.get(id)));
        let (document_sha256, linted) = match text {
            Some((id, Some(text))) => (Some(id), lint(text)),
            Some((id, None)) => (Some(id), Err("its text is missing in the snapshot".to_owned())),
            None if policy.id == FULL_AWS_ACCESS_ID => (None, Ok((false, Vec::new()))),
            None => (None, Err(policy.document.why_missing().unwrap_or_default())),
        };
        let (denies_without_mfa, lints, problem) = match linted {
            Ok((denies, lints)) => (Some(denies), lints, None),
            Err(why) => (None, Vec::new(), Some(why)),
        };
        let hangs = targets.is_none_or(|targets| !targets.is_empty());
        PolicyAssessment {
            policy_id: policy.id.clone(),
            document_sha256,
            names: vec![policy.name.clone()],
            denies_without_mfa,
            problem,
            not_in_force: self.not_in_force.clone().filter(|_| hangs),
            lints,
            accounts: match &self.not_in_force {
                Some(_) => Some(0),
                None => targets.and_then(|targets| self.below.count(targets)),
            },
            targets: targets.map(|targets| targets.iter().map(|target| self.target(target)).collect()),
            ..blank(PolicyKind::Scp)
        }
    }

    fn target(&self, target: &PolicyTarget) -> ScpTarget {
        let name = self.names.get(target.id.as_str()).copied().unwrap_or_default();
        ScpTarget {
            target_id: target.id.clone(),
            target_type: target.kind.clone(),
            name: name.to_owned(),
        }
    }
}

type LintedScp = (bool, Vec<crate::model::assessment::PolicyLint>);

fn lint(text: &str) -> Result<LintedScp, String> {
    let document = PolicyDocument::parse(text).map_err(|why| format!("it cannot be parsed: {why}"))?;
    match speak(document, DocumentKind::Scp) {
        Linted::Speaks {
            denies_without_mfa,
            lints,
        } => Ok((denies_without_mfa, lints)),
        Linted::Silent => Ok((false, Vec::new())),
        Linted::Unparsable(why) => Err(why),
    }
}

/// Why no SCP holds anywhere; `None` where they may.
fn not_in_force(organization: &OrganizationSnapshot) -> Option<String> {
    let features = organization.organization.feature_set.as_str();
    if features != "ALL" {
        return Some(format!(
            "the organization's feature set is {features}; SCPs need ALL"
        ));
    }
    let roots = &organization.tree.roots;
    let enabled = |status: Option<&smol_str::SmolStr>| status.is_some_and(|status| status == "ENABLED");
    (!roots.is_empty() && !roots.iter().any(|root| enabled(root.policy_types.get(SCP_TYPE))))
        .then(|| "the SCP type is not enabled on the root: what is attached covers nothing".to_owned())
}

/// Which accounts stand below a root or OU; the management account stands below none.
struct Below<'a> {
    accounts: HashMap<&'a str, Vec<&'a str>>,
    /// Whether every account's place is known.
    complete: bool,
}

impl<'a> Below<'a> {
    fn new(organization: &'a OrganizationSnapshot, hierarchy: &Hierarchy<'a>) -> Self {
        let mut below = Self {
            accounts: HashMap::new(),
            complete: true,
        };
        for account in &organization.accounts {
            if account.id == organization.organization.management_account_id {
                continue;
            }
            let id = account.id.as_str();
            below.accounts.entry(id).or_default().push(id);
            match hierarchy.above(account) {
                Some(chain) => {
                    for node in chain.nodes {
                        below.accounts.entry(node.id.as_str()).or_default().push(id);
                    }
                }
                None => below.complete = false,
            }
        }
        below
    }

    /// How many accounts stand below `targets`; `None` where an account's place is not known, because it may
    /// be one of them.
    fn count(&self, targets: &[PolicyTarget]) -> Option<u64> {
        if !self.complete && !targets.is_empty() {
            return None;
        }
        let covered: HashSet<&str> = targets
            .iter()
            .flat_map(|target| self.accounts.get(target.id.as_str()).into_iter().flatten())
            .copied()
            .collect();
        u64::try_from(covered.len()).ok()
    }
}
