//! Calls to Organizations at the rates that its documentation allows.
//!
//! Organizations User Guide, "Quotas and service limits": token buckets per operation and account, some
//! operations sharing a line. The smallest of them, `DescribePolicy` at two a second, decides how long
//! the policies of an organization take. Without a pace, calls beyond the rate would be refused and
//! would use up retries that other faults need.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Interval, MissedTickBehavior};

/// One line of the table: calls take turns on it.
#[derive(Debug)]
pub(crate) struct Lane(Option<Mutex<Interval>>);

impl Lane {
    fn new(paced: bool, per_second: u32) -> Self {
        Self(paced.then(|| {
            let mut interval = tokio::time::interval(Duration::from_secs(1) / per_second.max(1));
            // Turns that nobody took are gone: AWS's bucket may have been emptied by others.
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            Mutex::new(interval)
        }))
    }

    /// Waits for the next turn.
    pub(crate) async fn turn(&self) {
        if let Some(interval) = &self.0 {
            interval.lock().await.tick().await;
        }
    }
}

/// All lines.
#[derive(Debug)]
pub(crate) struct Pace {
    /// `ListAccounts`.
    pub(crate) accounts: Lane,
    /// `ListOrganizationalUnitsForParent` and `ListAccountsForParent`.
    pub(crate) tree: Lane,
    /// `ListPolicies` and `ListTargetsForPolicy`.
    pub(crate) policies: Lane,
    /// `DescribePolicy`.
    pub(crate) policy_documents: Lane,
}

impl Pace {
    /// Lines with the documented rates, or without any.
    pub(crate) fn new(paced: bool) -> Self {
        Self {
            accounts: Lane::new(paced, 8),
            tree: Lane::new(paced, 5),
            policies: Lane::new(paced, 5),
            policy_documents: Lane::new(paced, 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_paced_lane_gives_two_turns_a_second() {
        let pace = Pace::new(true);
        let start = Instant::now();
        for _ in 0..5 {
            pace.policy_documents.turn().await;
        }
        assert_eq!(start.elapsed(), Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_lane_without_a_pace_never_waits() {
        let pace = Pace::new(false);
        let start = Instant::now();
        for _ in 0..1_000 {
            pace.policy_documents.turn().await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}
