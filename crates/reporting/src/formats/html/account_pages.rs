//! A page of its own for each account that is too much for the report: everybody in it, with the reasoning.
//!
//! The pages need no script. They are written beside the report under a name that is not theirs yet, and get
//! their names with it.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use org_audit_model::assessment::UserAssessment;
use org_audit_model::{AccountAssessment, Outcome, private_files};
use serde::Serialize;

use super::catalogue::Catalogue;
use super::embedded;
use super::engine::Engine;
use super::policy;
use super::rank::{self, RANKS};
use super::reasoning::reasoning;
use super::shown::{Shown, thousands};
use super::worst;
use crate::context::ReportContext;
use crate::error::ReportError;

/// The directory of the pages.
pub(super) const DIRECTORY: &str = "accounts";

/// The pages that are being written.
pub(super) struct AccountPages {
    directory: PathBuf,
    scratch: Option<tempfile::TempDir>,
    names: Vec<String>,
}

/// A page.
#[derive(Serialize)]
struct Page<'a> {
    lang: &'static str,
    content_security_policy: String,
    style: &'a str,
    demo: bool,
    tool_version: &'a str,
    organization_id: Shown,
    started_at: String,
    account_id: &'a str,
    account_name: Shown,
    ou_path: Shown,
    state: Shown,
    scope: Option<String>,
    coverage: String,
    reason: Shown,
    way_out: Shown,
    session: Shown,
    collected: String,
    report_generated_at: &'a str,
    report_sha256: &'a str,
    users: usize,
    kinds: Vec<Kind>,
    findings: Vec<Finding>,
}

/// Users of whom the same is said.
#[derive(Serialize)]
struct Kind {
    outcome: &'static str,
    outcome_label: String,
    verdict: &'static str,
    verdict_label: String,
    credentials: String,
    reason: Shown,
    verdict_reason: Shown,
    sessions: Vec<Vec<Shown>>,
    report: String,
    count: String,
    users: Vec<User>,
}

/// A user, and what is its own.
#[derive(Serialize)]
struct User {
    name: Shown,
    arn: Option<Shown>,
    live: Option<String>,
    exempt: Option<String>,
}

/// A finding that fails or is unknown.
#[derive(Serialize)]
struct Finding {
    control: Shown,
    outcome: &'static str,
    outcome_label: String,
    severity: String,
    resource: Shown,
    reason: Shown,
    exempt: Option<String>,
}

/// By what users are put together: the rank, then everything that is said of them.
type Key = (
    usize,
    &'static str,
    &'static str,
    String,
    String,
    String,
    Vec<Vec<String>>,
    String,
);

impl AccountPages {
    /// No page yet.
    pub(super) fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            scratch: None,
            names: Vec::new(),
        }
    }

    /// Writes the page of an account.
    pub(super) fn add(
        &mut self,
        account: &AccountAssessment,
        context: &ReportContext<'_>,
        engine: &Engine,
        catalogue: &Catalogue,
    ) -> Result<(), ReportError> {
        let page = engine.render_account(&page(account, context, engine, catalogue))?;
        let name = format!("{}.html", account.account_id);
        let write = |scratch: &Path| private_files::write(&scratch.join(&name), page.as_bytes());
        self.scratch()
            .and_then(|scratch| write(&scratch))
            .map_err(|error| ReportError::write(&self.directory.join(DIRECTORY).join(&name), error))?;
        self.names.push(format!("{DIRECTORY}/{name}"));
        Ok(())
    }

    fn scratch(&mut self) -> io::Result<PathBuf> {
        let scratch = match self.scratch.take() {
            Some(scratch) => scratch,
            None => tempfile::Builder::new()
                .prefix(".org-audit-")
                .permissions(Permissions::from_mode(0o700))
                .tempdir_in(&self.directory)?,
        };
        let path = scratch.path().to_owned();
        self.scratch = Some(scratch);
        Ok(path)
    }

    /// Gives the pages their names, which are returned.
    pub(super) fn finish(self) -> Result<Vec<String>, ReportError> {
        let target = self.directory.join(DIRECTORY);
        if let Some(scratch) = self.scratch {
            // From here on nothing removes the directory by itself.
            let path = scratch.keep();
            fs::rename(&path, &target).map_err(|error| ReportError::write(&target, error))?;
        }
        Ok(self.names)
    }
}

fn page<'a>(
    account: &'a AccountAssessment,
    context: &'a ReportContext<'_>,
    engine: &'a Engine,
    catalogue: &Catalogue,
) -> Page<'a> {
    let evidence = &account.evidence;
    Page {
        lang: context.options.lang.as_str(),
        content_security_policy: policy::without_script(&engine.account_style),
        style: &engine.account_style,
        demo: context.demo,
        tool_version: context.tool_version,
        organization_id: Shown::new(context.organization.organization.id.as_str()),
        started_at: format!("{:.0}", context.organization.collection.started_at),
        account_id: account.account_id.as_str(),
        account_name: Shown::new(&account.account_name),
        ou_path: Shown::new(&account.ou_path),
        state: Shown::new(account.state.as_str()),
        scope: account
            .scope
            .map(|scope| catalogue.text(&format!("scope.{scope}"), &[])),
        coverage: catalogue.text(&format!("coverage.{}", account.scp_coverage), &[]),
        reason: Shown::new(&account.reason),
        way_out: Shown::new(&account.way_out),
        session: Shown::new(evidence.assumed_role_arn.clone().unwrap_or_default()),
        collected: format!("{} – {}", evidence.started_at, evidence.ended_at),
        report_generated_at: evidence.report_generated_at.as_deref().unwrap_or("–"),
        report_sha256: evidence.report_sha256.as_deref().unwrap_or("–"),
        users: account.users.len(),
        kinds: kinds(account, context, catalogue),
        findings: account
            .findings
            .iter()
            .filter_map(|found| finding(found, catalogue))
            .collect(),
    }
}

fn finding(found: &org_audit_model::Finding, catalogue: &Catalogue) -> Option<Finding> {
    match found.outcome {
        Outcome::Pass | Outcome::NotApplicable => None,
        Outcome::Fail | Outcome::Unknown => Some(Finding {
            control: Shown::new(found.control_id.as_str()),
            outcome: found.outcome.as_str(),
            outcome_label: catalogue.text(&format!("outcome.{}", found.outcome), &[]),
            severity: catalogue.text(&format!("severity.{}", found.severity), &[]),
            resource: Shown::new(found.resource_arn.as_str()),
            reason: Shown::new(&found.reason),
            exempt: embedded::exempt(found.exemption.as_ref(), catalogue),
        }),
    }
}

/// The users, the worst first; those of whom the same is said together.
fn kinds(account: &AccountAssessment, context: &ReportContext<'_>, catalogue: &Catalogue) -> Vec<Kind> {
    let mut kinds: BTreeMap<Key, Vec<User>> = BTreeMap::new();
    let partition = &context.organization.collection.partition;
    for user in &account.users {
        let usual = format!(
            "arn:{partition}:iam::{}:user/{}",
            account.account_id, user.user_name
        );
        kinds.entry(key(user, catalogue)).or_default().push(User {
            name: Shown::new(user.user_name.as_str()),
            arn: (user.user_arn != usual).then(|| Shown::new(user.user_arn.as_str())),
            live: worst::live(user, catalogue),
            exempt: embedded::exempt(user.exemption.as_ref(), catalogue),
        });
    }
    kinds
        .into_iter()
        .map(|(key, users)| kind(key, users, catalogue))
        .collect()
}

fn key(user: &UserAssessment, catalogue: &Catalogue) -> Key {
    (
        rank::of(user.iam_5, user.verdict).unwrap_or(RANKS),
        user.iam_5.as_str(),
        user.verdict.as_str(),
        worst::credentials(user, catalogue),
        user.reason.clone(),
        user.verdict_reason.clone(),
        reasoning(user, catalogue),
        worst::report(user, catalogue),
    )
}

fn kind(key: Key, users: Vec<User>, catalogue: &Catalogue) -> Kind {
    let (_, outcome, verdict, credentials, reason, verdict_reason, sessions, report) = key;
    Kind {
        outcome,
        outcome_label: catalogue.text(&format!("outcome.{outcome}"), &[]),
        verdict,
        verdict_label: catalogue.text(&format!("verdict.{verdict}"), &[]),
        credentials,
        reason: Shown::new(reason),
        verdict_reason: Shown::new(verdict_reason),
        sessions: sessions
            .into_iter()
            .map(|lines| lines.into_iter().map(Shown::new).collect())
            .collect(),
        report,
        count: thousands(users.len() as u64),
        users,
    }
}
