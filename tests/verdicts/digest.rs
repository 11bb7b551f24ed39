//! Every control over every world, in few numbers: a false positive, or a finding that went missing, shows as
//! a changed line. No id of a request and no time is among them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use org_audit_emulator::{PolicyType, WorldSpec};
use org_audit_model::AccountAssessment;

use crate::judged::{Judged, collected};

/// How often each text occurs.
#[derive(Default)]
struct Counts(BTreeMap<String, usize>);

impl Counts {
    fn of(texts: impl IntoIterator<Item = String>) -> Self {
        let mut counts = Self::default();
        for text in texts {
            *counts.0.entry(text).or_default() += 1;
        }
        counts
    }

    /// `a 1, b 2`.
    fn line(&self) -> String {
        let each = self.0.iter().map(|(text, count)| format!("{text} {count}"));
        each.collect::<Vec<_>>().join(", ")
    }
}

/// Counts by control, verdict and coverage.
fn digest(judged: &Judged) -> String {
    let mut out = String::new();
    let users = || judged.accounts.iter().flat_map(|account| &account.users);
    let _ = writeln!(
        out,
        "accounts: {}; users: {}; incomplete: {}; gaps of the organization: {}",
        judged.accounts.len(),
        users().count(),
        judged.run.incomplete,
        judged.run.organization_gaps.len()
    );
    let read = judged
        .accounts
        .iter()
        .map(|account| format!("{} {}", account.evidence.access, account.completeness.as_str()));
    let _ = writeln!(out, "read: {}", Counts::of(read).line());
    let verdicts = users().map(|user| user.verdict.to_string());
    let _ = writeln!(out, "verdicts: {}", Counts::of(verdicts).line());
    for kind in ["ROOT", "ORGANIZATIONAL_UNIT", "ACCOUNT"] {
        let targets = judged
            .run
            .targets
            .iter()
            .filter(|target| target.target_type == kind);
        let coverage = targets.map(|target| target.coverage.to_string());
        let _ = writeln!(out, "coverage {kind}: {}", Counts::of(coverage).line());
    }
    let _ = writeln!(
        out,
        "IAM.5 by user: {}",
        Counts::of(users().map(|u| u.iam_5.to_string())).line()
    );
    let mut findings: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for finding in judged.accounts.iter().flat_map(|account| &account.findings) {
        let outcomes = findings.entry(&finding.control_id).or_default();
        outcomes.push(finding.outcome.to_string());
    }
    for (control, outcomes) in findings {
        let _ = writeln!(out, "{control}: {}", Counts::of(outcomes).line());
    }
    out
}

/// One account in a line. Names are hostile, so they are written as Rust would.
fn line(account: &AccountAssessment) -> String {
    let users = &account.users;
    let failed = account
        .findings
        .iter()
        .filter(|finding| finding.outcome == org_audit_model::Outcome::Fail)
        .count();
    format!(
        "{:?} in {:?}: {} {}; scp {}; IAM.5: {}; verdicts: {}; other findings that fail: {failed}",
        account.account_name,
        account.ou_path,
        account.evidence.access,
        account.completeness.as_str(),
        account.scp_coverage,
        Counts::of(users.iter().map(|user| user.iam_5.to_string())).line(),
        Counts::of(users.iter().map(|user| user.verdict.to_string())).line(),
    )
}

async fn judged(spec: WorldSpec) -> Judged {
    collected(spec, false).await.judge()
}

#[tokio::test(start_paused = true)]
async fn the_demonstration_company_gives_these_findings() {
    let judged = judged(WorldSpec::demo()).await;
    let mut text = digest(&judged);
    for account in &judged.accounts {
        text.push_str(&line(account));
        text.push('\n');
    }
    insta::assert_snapshot!("demo", text);
}

#[tokio::test(start_paused = true)]
async fn a_company_whose_users_all_pass_gives_these_findings() {
    insta::assert_snapshot!(
        "every_user_passes",
        digest(&judged(WorldSpec::every_user_passes()).await)
    );
}

#[tokio::test(start_paused = true)]
async fn equal_accounts_with_users_of_every_kind_give_these_findings() {
    insta::assert_snapshot!("mixed", digest(&judged(WorldSpec::mixed()).await));
}

#[tokio::test(start_paused = true)]
async fn equal_accounts_whose_users_all_pass_give_these_findings() {
    insta::assert_snapshot!("uniform", digest(&judged(WorldSpec::uniform()).await));
}

#[tokio::test(start_paused = true)]
async fn with_the_scp_type_off_no_account_is_covered() {
    let judged = judged(WorldSpec::demo().without_policy_type(PolicyType::ServiceControl)).await;
    for target in &judged.run.targets {
        let exempt = target.coverage == org_audit_model::Coverage::Exempt;
        assert!(
            exempt || target.coverage == org_audit_model::Coverage::NotEnabled,
            "{target:?}"
        );
    }
    insta::assert_snapshot!("scp_type_off", digest(&judged));
}

#[tokio::test(start_paused = true)]
async fn with_consolidated_billing_only_no_account_is_covered() {
    let spec = WorldSpec::demo().consolidated_billing();
    insta::assert_snapshot!("consolidated_billing", digest(&judged(spec).await));
}

#[tokio::test(start_paused = true)]
async fn the_same_world_is_judged_the_same_twice() {
    let spec = || WorldSpec::mixed().accounts(6).users_per_account(15);
    let (one, two) = (judged(spec()).await, judged(spec()).await);
    assert_eq!(digest(&one), digest(&two));
    for (one, two) in one.accounts.iter().zip(&two.accounts) {
        assert_eq!(one.users, two.users);
        assert_eq!(one.findings, two.findings);
    }
}
