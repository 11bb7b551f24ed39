//! CSV: tables with one row a finding, user, account, target of SCPs, control, policy and lint.
//!
//! RFC 4180 (CRLF, a quote doubled within quotes), UTF-8, a header row. `true`, `false`; what could not be
//! read is `unknown`; what was not asked for is empty. [`cell`] says what becomes of hostile text.

pub(crate) mod cell;
mod policies;

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use org_audit_model::assessment::{OutcomeCounts, SessionWithoutMfa, TargetCoverage, UserAssessment};
use org_audit_model::outcome::Scope;
use org_audit_model::private_files::PrivateFile;
use org_audit_model::{AccountAssessment, AccountId, Exemption, Outcome, RunAssessment};

use super::Renderer;
use crate::context::ReportContext;
use crate::error::ReportError;
use crate::finding::{self, Found};
use policies::Policies;

/// What an unknown number or truth value is written as. Not empty: an empty cell reads as zero or false.
const UNKNOWN: &str = "unknown";

const FINDINGS: [&str; 14] = [
    "control_id",
    "outcome",
    "severity",
    "account_id",
    "account_name",
    "ou_path",
    "resource_type",
    "resource_arn",
    "reason",
    "exempt",
    "exempt_reason",
    "exempt_owner",
    "exempt_approved_by",
    "exempt_expires",
];

const USERS: [&str; 30] = [
    "account_id",
    "account_name",
    "ou_path",
    "user_name",
    "user_arn",
    "console_password",
    "mfa_devices",
    "active_access_keys",
    "iam_5",
    "verdict",
    "reason",
    "verdict_reason",
    "mfa_devices_exact",
    "report_password_enabled",
    "report_mfa_active",
    "report_generated_at",
    "live_login_profile",
    "live_mfa_devices",
    "live_at",
    "enrolment_open",
    "open_actions",
    "escalations",
    "on_other_users",
    "verdict_decided_by",
    "exempt",
    "exempt_reason",
    "exempt_owner",
    "exempt_approved_by",
    "exempt_expires",
    "verdict_depends_on",
];

const ACCOUNTS: [&str; 30] = [
    "account_id",
    "account_name",
    "ou_path",
    "state",
    "assessed",
    "reason",
    "users",
    "management",
    "completeness",
    "way_out",
    "scp_coverage",
    "iam_5_pass",
    "iam_5_fail",
    "iam_5_not_applicable",
    "iam_5_unknown",
    "users_in_report",
    "users_in_authorization_details",
    "users_in_summary",
    "report_generated_at",
    "report_sha256",
    "access",
    "assumed_role_arn",
    "started_at",
    "ended_at",
    "console_users",
    "asked_for_mfa_directly",
    "asked_for_mfa_by_group",
    "asked_for_mfa_by_boundary",
    "asked_for_mfa_not_at_all",
    "scope",
];

/// How many account ids a cell holds: a spreadsheet cuts a cell at 32,767 characters. All are in `report.json`.
const MOST_NEWLY_COVERED: usize = 2000;

const COVERAGE: [&str; 14] = [
    "target_id",
    "target_type",
    "name",
    "ou_path",
    "coverage",
    "locks_out_enrolment",
    "hits_roles",
    "decided_by",
    "reason",
    "protects_mfa_devices",
    "protects_membership",
    "would_newly_cover",
    "newly_covered_accounts",
    "principal_conditions",
];

/// The tables that are being written.
pub(super) struct Csv {
    findings: Table,
    users: Table,
    accounts: Table,
    coverage: Table,
    policies: Policies,
}

impl Csv {
    /// Begins the files with their headers.
    pub(super) fn begin(directory: &Path, context: &ReportContext<'_>) -> Result<Self, ReportError> {
        let table = |name, header: &[&str]| Table::begin(directory, name, header, context.options.csv_bom);
        Ok(Self {
            findings: table("findings.csv", &FINDINGS)?,
            users: table("users.csv", &USERS)?,
            accounts: table("accounts.csv", &ACCOUNTS)?,
            coverage: table("scp-coverage.csv", &COVERAGE)?,
            policies: Policies::begin(directory, context.options.csv_bom)?,
        })
    }

    fn user(&mut self, account: &AccountAssessment, user: &UserAssessment) -> Result<(), ReportError> {
        let evidence = &user.evidence;
        let without_mfa = user.without_mfa.as_ref();
        let expires = expiry(user.exemption.as_ref());
        let [exempt, reason, owner, approved_by] = exemption(user.iam_5, user.exemption.as_ref());
        self.users.row([
            account.account_id.as_str(),
            &account.account_name,
            &account.ou_path,
            &user.user_name,
            &user.user_arn,
            truth(user.console_password),
            &number(user.mfa_devices),
            &number(user.active_access_keys),
            user.iam_5.as_str(),
            user.verdict.as_str(),
            &user.reason,
            &user.verdict_reason,
            truth(Some(user.mfa_devices_exact)),
            optional(&evidence.report_password_enabled),
            optional(&evidence.report_mfa_active),
            optional(&evidence.report_generated_at),
            optional(&evidence.live_login_profile),
            optional(&evidence.live_mfa_devices),
            optional(&evidence.live_at),
            without_mfa.map_or("", |of| truth(Some(of.enrolment_open))),
            &per_session(user, |session| {
                let levels = session.open_by_access_level.iter();
                join(levels.map(|(level, count)| format!("{level} {count}")))
            }),
            &per_session(user, |session| join(session.escalations.iter())),
            &per_session(user, |session| join(session.on_others.iter())),
            &per_session(user, |session| join(session.decided_by.iter())),
            exempt,
            reason,
            owner,
            approved_by,
            &expires,
            &per_session(user, |session| join(session.depends_on.iter())),
        ])
    }

    fn finding(&mut self, account: &AccountAssessment, found: &Found<'_>) -> Result<(), ReportError> {
        let expires = expiry(found.exemption);
        let [exempt, reason, owner, approved_by] = exemption(found.outcome, found.exemption);
        self.findings.row([
            found.control_id,
            found.outcome.as_str(),
            found.severity.as_str(),
            account.account_id.as_str(),
            &account.account_name,
            &account.ou_path,
            found.resource_type,
            found.resource_arn,
            found.reason,
            exempt,
            reason,
            owner,
            approved_by,
            &expires,
        ])
    }

    fn target(&mut self, target: &TargetCoverage) -> Result<(), ReportError> {
        self.coverage.row([
            target.target_id.as_str(),
            target.target_type.as_str(),
            &target.name,
            &target.ou_path,
            target.coverage.as_str(),
            truth(target.locks_out_enrolment),
            truth(target.hits_roles),
            &target.decided_by.join("; "),
            &target.reason,
            target.protects_mfa_devices.as_str(),
            target.protects_membership.as_str(),
            &target
                .would_newly_cover
                .map(|count| count.to_string())
                .unwrap_or_default(),
            &newly_covered(&target.newly_covered_accounts),
            &target.principal_conditions.join("; "),
        ])
    }
}

fn newly_covered(accounts: &[AccountId]) -> String {
    let mut shown: Vec<&str> = accounts
        .iter()
        .take(MOST_NEWLY_COVERED)
        .map(AccountId::as_str)
        .collect();
    if accounts.len() > shown.len() {
        shown.push("…");
    }
    shown.join(" ")
}

impl Renderer for Csv {
    fn account(&mut self, account: &AccountAssessment) -> Result<(), ReportError> {
        let mut counts = OutcomeCounts::default();
        for user in &account.users {
            counts.add(user.iam_5);
            self.user(account, user)?;
        }
        finding::of(account).try_for_each(|found| self.finding(account, &found))?;
        let evidence = &account.evidence;
        // Of an account whose users were not read, not even their number is known.
        let read = account.assessed || !account.users.is_empty();
        let count = |count: u64| {
            if read {
                count.to_string()
            } else {
                UNKNOWN.to_owned()
            }
        };
        self.accounts.row([
            account.account_id.as_str(),
            &account.account_name,
            &account.ou_path,
            &account.state,
            truth(Some(account.assessed)),
            &account.reason,
            &count(counts.total()),
            truth(Some(account.management)),
            account.completeness.as_str(),
            &account.way_out,
            account.scp_coverage.as_str(),
            &count(counts.pass),
            &count(counts.fail),
            &count(counts.not_applicable),
            &count(counts.unknown),
            &number(evidence.users_in_report),
            &number(evidence.users_in_authorization_details),
            &number(evidence.users_in_summary),
            optional(&evidence.report_generated_at),
            optional(&evidence.report_sha256),
            &evidence.access,
            optional(&evidence.assumed_role_arn),
            &evidence.started_at,
            &evidence.ended_at,
            &number(account.enforcement.map(|by| by.console_users)),
            &number(account.enforcement.map(|by| by.directly)),
            &number(account.enforcement.map(|by| by.by_group)),
            &number(account.enforcement.map(|by| by.by_boundary)),
            &number(account.enforcement.map(|by| by.not_at_all)),
            account.scope.map_or("", Scope::as_str),
        ])
    }

    fn finish(mut self: Box<Self>, run: &RunAssessment) -> Result<Vec<String>, ReportError> {
        for target in &run.targets {
            self.target(target)?;
        }
        let policies = self.policies.finish(run)?;
        [self.findings, self.users, self.accounts, self.coverage]
            .into_iter()
            .chain(policies)
            .map(Table::finish)
            .collect()
    }
}

/// Whether a fail is exempt, why, who answers for it and who approved it; empty where nothing failed.
fn exemption(outcome: Outcome, exemption: Option<&Exemption>) -> [&str; 4] {
    match exemption {
        Some(granted) => ["true", &granted.reason, &granted.owner, &granted.approved_by],
        None if outcome == Outcome::Fail => ["false", "", "", ""],
        None => [""; 4],
    }
}

fn expiry(exemption: Option<&Exemption>) -> String {
    exemption
        .map(|granted| granted.expires.to_string())
        .unwrap_or_default()
}

/// One file: its rows are made safe and written.
pub(crate) struct Table {
    name: &'static str,
    path: PathBuf,
    writer: ::csv::Writer<PrivateFile>,
}

impl Table {
    /// Begins the file with its header.
    pub(crate) fn begin(
        directory: &Path,
        name: &'static str,
        header: &[&str],
        bom: bool,
    ) -> Result<Self, ReportError> {
        let path = directory.join(name);
        let begin = || -> io::Result<_> {
            let mut file = PrivateFile::create(&path)?;
            if bom {
                file.write_all("\u{feff}".as_bytes())?;
            }
            let mut writer = ::csv::WriterBuilder::new()
                .terminator(::csv::Terminator::CRLF)
                .from_writer(file);
            writer.write_record(header)?;
            Ok(writer)
        };
        let writer = begin().map_err(|error| ReportError::write(&path, error))?;
        Ok(Self { name, path, writer })
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, fields: [&str; N]) -> Result<(), ReportError> {
        fields
            .into_iter()
            .try_for_each(|field| self.writer.write_field(cell::safe(field).as_bytes()))
            .and_then(|()| self.writer.write_record(None::<&[u8]>))
            .map_err(|error| ReportError::write(&self.path, error))
    }

    /// Completes the file and gives it its name, which is returned.
    pub(crate) fn finish(self) -> Result<String, ReportError> {
        self.writer
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))
            .and_then(PrivateFile::finish)
            .map_err(|error| ReportError::write(&self.path, error))?;
        Ok(self.name.to_owned())
    }
}

fn truth(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "true",
        Some(false) => "false",
        None => UNKNOWN,
    }
}

fn number(value: Option<impl ToString>) -> Cow<'static, str> {
    value.map_or(Cow::Borrowed(UNKNOWN), |value| Cow::Owned(value.to_string()))
}

fn optional(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or_default()
}

/// What is said of each session without MFA, as `console: …; key: …`; a session of which there is nothing
/// to say is left out.
fn per_session(user: &UserAssessment, text: impl Fn(&SessionWithoutMfa) -> String) -> String {
    let sessions = user.without_mfa.iter().flat_map(|of| &of.sessions);
    sessions
        .map(|session| (&session.kind, text(session)))
        .filter(|(_, text)| !text.is_empty())
        .map(|(kind, text)| format!("{kind}: {text}"))
        .collect::<Vec<_>>()
        .join("; ")
}

fn join(parts: impl Iterator<Item = impl ToString>) -> String {
    parts.map(|part| part.to_string()).collect::<Vec<_>>().join(", ")
}
