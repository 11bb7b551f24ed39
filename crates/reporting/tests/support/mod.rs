//! A fabricated organization: every outcome, every verdict, and names that want to do harm.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod change;
pub mod organization;
pub mod policies;
pub mod users;

use std::path::{Path, PathBuf};

use org_audit_model::assessment::{AccountEvidence, Completeness, ScopeSummary, Totals};
use org_audit_model::outcome::Scope;
use org_audit_model::snapshot::SessionPolicy;
use org_audit_model::{
    AccountAssessment, AccountId, Coverage, Finding, Outcome, Protection, RunAssessment, Severity,
    TargetCoverage,
};
use org_audit_reporting::{Format, Options, ReportContext, ReportError, Reports, Rule};

use organization::{ACCOUNT_NAMES, ou_of, ou_path};

/// Names that a report must show and never run.
pub const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u{202e}gnp.exe",
    "</script><img src=x onerror=alert(1)>",
    "a.name.of.sixty-four.characters.which.is.the.most.that.iam.takes",
    "🦀 日本語 \u{0}\u{7}\u{1b}[31m",
    "{{#each this}}{{{this}}}{{/each}}",
    "'\"><svg onload=alert(1)>&lt;&amp;",
];

/// How large an organization is fabricated.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub accounts: usize,
    pub users: usize,
}

pub const SAMPLE: Size = Size {
    accounts: 45,
    users: 30,
};

/// Small enough to be read in a snapshot; every kind of account and every hostile name is in it.
pub const SMALL: Size = Size {
    accounts: 14,
    users: 8,
};

pub fn account_id(index: usize) -> AccountId {
    AccountId::try_from(format!("{:012}", 111_111_000_000_u64 + 37 * index as u64).as_str()).unwrap()
}

/// The account with this index: read, half read, or not.
pub fn account(index: usize, size: Size) -> AccountAssessment {
    let id = account_id(index);
    let base = ACCOUNT_NAMES[index % ACCOUNT_NAMES.len()];
    let name = match index {
        _ if index == size.accounts - 1 => HOSTILE[3].to_owned(),
        _ if index < ACCOUNT_NAMES.len() => base.to_owned(),
        _ => format!("{base}-{index}"),
    };
    let mut account = AccountAssessment {
        account_name: name,
        ou_path: ou_path(ou_of(index)),
        state: "ACTIVE".into(),
        management: index == 0,
        scope: scope_of(index),
        assessed: true,
        completeness: Completeness::Full,
        reason: String::new(),
        way_out: String::new(),
        scp_coverage: organization::coverage(index),
        enforcement: None,
        users: users::of_account(index, &id, size.users),
        findings: Vec::new(),
        evidence: evidence(index, &id, size.users),
        account_id: id,
    };
    match index % 15 {
        4 => unread(
            &mut account,
            "sts:AssumeRole was denied (AccessDenied): User: arn:aws:iam::111111000000:user/audit is not \
             authorized to perform: sts:AssumeRole",
            "create the audit role in this account, let its trust policy name the caller (and the external \
             id, if one is used), and allow the caller sts:AssumeRole on it",
        ),
        9 => {
            account.state = "SUSPENDED".into();
            unread(&mut account, "an account in state SUSPENDED cannot be read", "");
        }
        12 => {
            account.completeness = Completeness::Partial;
            account.reason = "iam:GetAccountAuthorizationDetails was throttled after all retries".to_owned();
            account.way_out = "repeat the run with a lower --concurrency".to_owned();
            account.evidence.users_in_authorization_details = None;
        }
        _ => {}
    }
    account
}

/// Every scope comes, most accounts are not in the map.
fn scope_of(index: usize) -> Option<Scope> {
    Scope::ALL.get(index % 7).or(Some(&Scope::Unmapped)).copied()
}

fn count_scope(summary: &mut ScopeSummary, account: &AccountAssessment) {
    let totals = summary.by_scope.entry(account.scope.unwrap()).or_default();
    totals.accounts += 1;
    totals.accounts_assessed += u64::from(account.assessed);
    totals.users += account.users.len() as u64;
    for user in &account.users {
        totals.iam_5.add(user.iam_5);
    }
}

fn unread(account: &mut AccountAssessment, reason: &str, way_out: &str) {
    account.assessed = false;
    account.completeness = Completeness::None;
    account.reason = reason.to_owned();
    account.way_out = way_out.to_owned();
    account.users.clear();
    account.evidence = AccountEvidence {
        access: "refused".to_owned(),
        ..AccountEvidence::default()
    };
    account.findings.push(Finding {
        control_id: "IAM.5".into(),
        outcome: Outcome::Unknown,
        severity: Severity::Medium,
        resource_type: "AWS::::Account".into(),
        resource_arn: format!("AWS::::Account:{}", account.account_id).into(),
        reason: reason.to_owned(),
        exemption: None,
    });
}

fn evidence(index: usize, id: &AccountId, users: usize) -> AccountEvidence {
    AccountEvidence {
        access: if index == 0 {
            "caller credentials"
        } else {
            "assumed role"
        }
        .to_owned(),
        assumed_role_arn: (index > 0)
            .then(|| format!("arn:aws:sts::{id}:assumed-role/OrganizationAccountAccessRole/org-audit")),
        role_arn: (index > 0).then(|| format!("arn:aws:iam::{id}:role/OrganizationAccountAccessRole")),
        session_policy: (index > 0).then_some(SessionPolicy::Applied),
        requests: [(
            "iam:GetCredentialReport".into(),
            vec![format!("request-{index}").into()],
        )]
        .into(),
        failed_calls: Vec::new(),
        started_at: "2026-11-21T06:00:04Z".to_owned(),
        ended_at: "2026-11-21T06:00:09Z".to_owned(),
        report_generated_at: Some(format!("2026-11-21T0{}:12:00Z", 2 + index % 4)),
        report_sha256: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()),
        users_in_summary: Some(users as i64 - i64::from(index == 7)),
        users_in_report: Some(users as u64),
        users_in_authorization_details: Some(users as u64),
    }
}

/// What is said of all accounts together.
pub fn run_of(totals: Totals, accounts: Vec<TargetCoverage>) -> RunAssessment {
    let mut targets = organization::targets();
    targets.extend(accounts);
    RunAssessment {
        incomplete: totals.accounts_incomplete > 0,
        totals,
        targets,
        organization_gaps: vec![
            "organizations:ListTargetsForPolicy was denied for policy p-quarantine".to_owned(),
        ],
        exceptions: Vec::new(),
        controls: policies::controls(),
        policies: policies::policies(),
        accounts_without_policies: 3,
        policies_left_out: 0,
        change: None,
        history: Vec::new(),
        scope: None,
    }
}

pub fn count(totals: &mut Totals, account: &AccountAssessment) {
    totals.accounts += 1;
    totals.accounts_assessed += u64::from(account.assessed);
    let closed = account.state != "ACTIVE";
    totals.accounts_not_assessable += u64::from(closed);
    totals.accounts_incomplete += u64::from(!closed && account.completeness != Completeness::Full);
    totals.users += account.users.len() as u64;
    for user in &account.users {
        totals.iam_5.add(user.iam_5);
        *totals.verdicts.entry(user.verdict).or_default() += 1;
        if user.iam_5 == Outcome::Fail {
            *totals.failed_by_severity.entry(Severity::Medium).or_default() += 1;
        }
    }
    *totals.scp_coverage.entry(account.scp_coverage).or_default() += 1;
}

pub fn target(account: &AccountAssessment) -> TargetCoverage {
    let covered = account.scp_coverage == Coverage::Enforced;
    TargetCoverage {
        target_id: account.account_id.as_str().into(),
        target_type: "ACCOUNT".into(),
        name: account.account_name.clone(),
        ou_path: account.ou_path.clone(),
        coverage: account.scp_coverage,
        locks_out_enrolment: covered.then_some(false),
        hits_roles: covered.then_some(true),
        decided_by: organization::decided_by(account.scp_coverage),
        reason: organization::coverage_reason(account.scp_coverage).to_owned(),
        would_newly_cover: None,
        newly_covered_accounts: Vec::new(),
        principal_conditions: Vec::new(),
        protects_mfa_devices: Protection::Unknown,
        protects_membership: Protection::Unknown,
    }
}

/// Writes `formats` of the sample into `directory`.
pub fn write(directory: &Path, formats: &[Format], options: Options) -> Vec<String> {
    write_size(SAMPLE, directory, formats, options).unwrap()
}

/// The same of an organization of any size, which is never in memory as a whole.
pub fn write_size(
    size: Size,
    directory: &Path,
    formats: &[Format],
    options: Options,
) -> Result<Vec<String>, ReportError> {
    write_run(size, directory, formats, options, |_| ())
}

/// The same, with something more to say of the run.
pub fn write_run(
    size: Size,
    directory: &Path,
    formats: &[Format],
    options: Options,
    say: impl FnOnce(&mut RunAssessment),
) -> Result<Vec<String>, ReportError> {
    let organization = organization::snapshot(size.accounts);
    let context = ReportContext {
        organization: &organization,
        tool_version: "0.1.0",
        demo: true,
        rules: &rules(),
        options,
    };
    let mut reports = Reports::begin(directory, formats, context)?;
    let (mut totals, mut targets) = (Totals::default(), Vec::new());
    let mut scope = organization::scope_summary();
    for index in 0..size.accounts {
        let account = account(index, size);
        count(&mut totals, &account);
        count_scope(&mut scope, &account);
        targets.push(target(&account));
        reports.account(&account)?;
    }
    let mut run = run_of(totals, targets);
    run.scope = Some(scope);
    say(&mut run);
    reports.finish(&run)
}

/// A directory of its own below the build's temporary one, empty.
pub fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// Two controls, for the formats that describe what they judge by.
pub fn rules() -> Vec<Rule> {
    let rule = |id: &str, title: &str, severity| Rule {
        id: id.to_owned(),
        title: title.to_owned(),
        severity,
        page: format!("# {id}: {title}\n"),
        requirements: vec![("PCI DSS v4.0.1".to_owned(), vec!["8.4.2".to_owned()])],
    };
    vec![
        rule(
            "IAM.5",
            "MFA should be enabled for all IAM users that have a console password",
            Severity::Medium,
        ),
        rule(
            "IAM.6",
            "Hardware MFA should be enabled for the root user",
            Severity::Critical,
        ),
    ]
}
