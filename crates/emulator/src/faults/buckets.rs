//! Token buckets at the rates that AWS documents for Organizations, and plausible ones for IAM and STS,
//! whose rates AWS does not publish.
//!
//! Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::route::Service;

/// Refill a second and size.
type Rate = (f64, f64);

/// The lines of the documentation's table: operations that share one, its rate for an account and its
/// rate for the organization.
const ORGANIZATIONS: &[(&[&str], Rate, Option<Rate>)] = &[
    (&["DescribeOrganization"], (1.0, 2.0), None),
    (&["ListRoots"], (1.0, 2.0), Some((1.0, 3.0))),
    (&["ListAccounts"], (8.0, 12.0), Some((9.0, 15.0))),
    (
        &[
            "ListAccountsForParent",
            "ListOrganizationalUnitsForParent",
            "ListParents",
        ],
        (5.0, 8.0),
        Some((6.0, 10.0)),
    ),
    (&["ListChildren"], (6.0, 10.0), Some((7.0, 12.0))),
    (&["DescribeOrganizationalUnit"], (2.0, 2.0), Some((2.0, 3.0))),
    (&["DescribeAccount"], (20.0, 30.0), Some((24.0, 36.0))),
    (
        &["ListPolicies", "ListPoliciesForTarget", "ListTargetsForPolicy"],
        (5.0, 8.0),
        Some((6.0, 10.0)),
    ),
    (&["DescribePolicy"], (2.0, 2.0), Some((2.0, 3.0))),
    (
        &["ListDelegatedAdministrators", "ListDelegatedServicesForAccount"],
        (5.0, 8.0),
        Some((6.0, 10.0)),
    ),
    (&["ListTagsForResource"], (10.0, 15.0), Some((12.0, 18.0))),
];

/// IAM for each account and operation; a guess, as AWS publishes none.
const IAM: Rate = (15.0, 30.0);
/// STS for each calling account: its documented quota.
const STS: Rate = (600.0, 600.0);

#[derive(Debug)]
pub(super) struct Buckets {
    fixed: Option<f64>,
    levels: Mutex<HashMap<(String, String), Level>>,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    tokens: f64,
    at: Timestamp,
}

impl Buckets {
    pub fn new(fixed: Option<f64>) -> Self {
        Self {
            fixed,
            levels: Mutex::new(HashMap::new()),
        }
    }

    /// Takes a token for one call; `false` when there is none left.
    pub fn take(&self, service: Service, operation: &str, account: &str, now: Timestamp) -> bool {
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = self.wanted(service, operation, account);
        let enough = wanted
            .iter()
            .all(|(key, rate)| fill(&mut levels, key, *rate, now) >= 1.0);
        if enough {
            for (key, _) in &wanted {
                if let Some(level) = levels.get_mut(key) {
                    level.tokens -= 1.0;
                }
            }
        }
        enough
    }

    fn wanted(&self, service: Service, operation: &str, account: &str) -> Vec<((String, String), Rate)> {
        if let Some(rate) = self.fixed {
            return vec![((account.to_owned(), operation.to_owned()), (rate, rate.max(1.0)))];
        }
        match service {
            Service::Iam => vec![((account.to_owned(), format!("iam:{operation}")), IAM)],
            Service::Sts => vec![((account.to_owned(), "sts".to_owned()), STS)],
            Service::Organizations => {
                let line = ORGANIZATIONS
                    .iter()
                    .find(|(operations, ..)| operations.contains(&operation));
                let (name, of_account, of_organization) = match line {
                    Some((operations, account, organization)) => {
                        (operations.join("+"), *account, *organization)
                    }
                    None => (operation.to_owned(), (5.0, 8.0), None),
                };
                let mut wanted = vec![((account.to_owned(), name.clone()), of_account)];
                wanted.extend(of_organization.map(|rate| (("organization".to_owned(), name), rate)));
                wanted
            }
        }
    }
}

/// Fills a bucket up to now and says how full it is.
fn fill(
    levels: &mut HashMap<(String, String), Level>,
    key: &(String, String),
    rate: Rate,
    now: Timestamp,
) -> f64 {
    let (per_second, size) = rate;
    let level = levels.entry(key.clone()).or_insert(Level {
        tokens: size,
        at: now,
    });
    let passed = now.duration_since(level.at).as_secs_f64().max(0.0);
    level.tokens = (level.tokens + passed * per_second).min(size);
    level.at = now;
    level.tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(milliseconds).unwrap()
    }

    #[test]
    fn list_roots_gives_two_at_once_and_then_one_a_second() {
        let buckets = Buckets::new(None);
        let ask = |time| buckets.take(Service::Organizations, "ListRoots", "1", at(time));
        assert_eq!([ask(0), ask(0), ask(0)], [true, true, false]);
        assert!(!ask(900));
        assert!(ask(1000));
    }

    #[test]
    fn the_policy_lists_share_one_bucket() {
        let buckets = Buckets::new(None);
        let taken = (0..8).all(|_| buckets.take(Service::Organizations, "ListPolicies", "1", at(0)));
        assert!(taken);
        assert!(!buckets.take(Service::Organizations, "ListTargetsForPolicy", "1", at(0)));
        assert!(buckets.take(Service::Organizations, "ListAccounts", "1", at(0)));
    }
}
