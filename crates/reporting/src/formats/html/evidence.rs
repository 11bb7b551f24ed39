//! What an assessor asks for: scope, who, when, how, and how complete.

use org_audit_model::snapshot::OrganizationSnapshot;
use org_audit_model::{ExceptionState, ExceptionUse, RunAssessment};
use serde::Serialize;

use super::catalogue::Catalogue;
use super::collected::{Collected, Mismatch};
use super::shown::{Shown, thousands};
use crate::context::ReportContext;

/// The evidence section.
#[derive(Serialize)]
pub(super) struct Evidence<'a> {
    facts: Vec<Fact>,
    accounts: Vec<Fact>,
    calls: Vec<Fact>,
    compared: u64,
    agreeing: u64,
    all_agree: bool,
    mismatches: &'a [Mismatch],
    gaps: Vec<Shown>,
    exempt: String,
    exceptions: Vec<ExceptionRow>,
    exceptions_more: usize,
}

/// How many entries of the exceptions file are listed.
const MOST_EXCEPTIONS: usize = 300;

/// An entry of the exceptions file.
#[derive(Serialize)]
struct ExceptionRow {
    state: String,
    account: Shown,
    covers: Shown,
    findings: String,
    reason: Shown,
    owner: Shown,
    approved_by: Shown,
    expires: String,
}

/// A line: what, and its value.
#[derive(Serialize)]
struct Fact {
    label: String,
    value: Shown,
    /// Whether it is a name, an ARN or a time, which are set in the fixed-width type.
    code: bool,
}

/// The evidence section of a run.
pub(super) fn evidence<'a>(
    context: &ReportContext<'_>,
    run: &RunAssessment,
    collected: &'a Collected,
    catalogue: &Catalogue,
) -> Evidence<'a> {
    let reconciliation = &collected.reconciliation;
    Evidence {
        facts: facts(context, collected, catalogue),
        accounts: accounts(run, catalogue),
        calls: calls(context.organization),
        compared: reconciliation.compared,
        agreeing: reconciliation.agreeing,
        all_agree: reconciliation.compared == reconciliation.agreeing,
        mismatches: &reconciliation.mismatches,
        gaps: run.organization_gaps.iter().map(Shown::new).collect(),
        exempt: thousands(run.totals.exempt()),
        exceptions: exceptions(run, catalogue),
        exceptions_more: run.exceptions.len().saturating_sub(MOST_EXCEPTIONS),
    }
}

/// The key of a line's label, its value, and whether it is set in the fixed-width type.
type Line = (&'static str, String, bool);

fn facts(context: &ReportContext<'_>, collected: &Collected, catalogue: &Catalogue) -> Vec<Fact> {
    let collection = &context.organization.collection;
    let overrides = collection.endpoint_overrides.iter().map(|endpoint| {
        let value = format!("{} = {}", endpoint.source, endpoint.url);
        ("evidence.endpoint", value, true)
    });
    scope(context.organization, catalogue)
        .into_iter()
        .chain(times(context, collected, catalogue))
        .chain(overrides)
        .map(|(key, value, code)| Fact {
            label: catalogue.text(key, &[]),
            value: Shown::new(value),
            code,
        })
        .collect()
}

fn scope(snapshot: &OrganizationSnapshot, catalogue: &Catalogue) -> [Line; 9] {
    let (collection, organization) = (&snapshot.collection, &snapshot.organization);
    let role = &collection.role;
    let units = snapshot.tree.organizational_units.len();
    [
        ("evidence.organization", organization.id.to_string(), true),
        (
            "evidence.management_account",
            organization.management_account_id.to_string(),
            true,
        ),
        (
            "evidence.partition",
            format!("{} · {}", collection.partition, collection.region),
            true,
        ),
        ("evidence.units", thousands(units as u64), false),
        ("evidence.caller", collection.caller.arn.clone(), true),
        ("evidence.role", format!("{}{}", role.path, role.name), true),
        ("evidence.session", role.session_name.clone(), true),
        (
            "evidence.session_policy",
            yes(role.session_policy, catalogue),
            false,
        ),
        ("evidence.external_id", yes(role.external_id, catalogue), false),
    ]
}

fn times(context: &ReportContext<'_>, collected: &Collected, catalogue: &Catalogue) -> [Line; 6] {
    let collection = &context.organization.collection;
    let cut_off = || catalogue.text("evidence.cut_off", &[]);
    let ended = collection.ended_at.map_or_else(cut_off, |time| time.to_string());
    let reports = match &collected.report_times {
        Some((oldest, newest)) => format!("{oldest} – {newest}"),
        None => "–".to_owned(),
    };
    [
        ("evidence.started", collection.started_at.to_string(), true),
        ("evidence.ended", ended, true),
        ("evidence.report_times", reports, true),
        ("evidence.fresh", yes(collection.fresh, catalogue), false),
        (
            "evidence.collected_by",
            format!("org-audit {}", collection.tool_version),
            true,
        ),
        (
            "evidence.written_by",
            format!("org-audit {}", context.tool_version),
            true,
        ),
    ]
}

/// Expired and unused entries first: somebody has to look at them.
fn exceptions(run: &RunAssessment, catalogue: &Catalogue) -> Vec<ExceptionRow> {
    let mut entries: Vec<&ExceptionUse> = run.exceptions.iter().collect();
    entries.sort_by_key(|entry| (std::cmp::Reverse(entry.state), entry.exemption.entry));
    entries
        .into_iter()
        .take(MOST_EXCEPTIONS)
        .map(|entry| {
            let whom = entry.user.as_ref().or(entry.resource.as_ref());
            let state = match entry.state {
                ExceptionState::Used => "evidence.exception_used",
                ExceptionState::Unused => "evidence.exception_unused",
                ExceptionState::Expired => "evidence.exception_expired",
            };
            ExceptionRow {
                state: catalogue.text(state, &[]),
                account: Shown::new(&entry.account),
                covers: Shown::new(format!(
                    "{} · {}",
                    whom.map_or("", String::as_str),
                    entry.controls.join(", ")
                )),
                findings: thousands(entry.findings),
                reason: Shown::new(&entry.exemption.reason),
                owner: Shown::new(&entry.exemption.owner),
                approved_by: Shown::new(&entry.exemption.approved_by),
                expires: entry.exemption.expires.to_string(),
            }
        })
        .collect()
}

fn yes(value: bool, catalogue: &Catalogue) -> String {
    catalogue.text(if value { "yes" } else { "no" }, &[])
}

fn accounts(run: &RunAssessment, catalogue: &Catalogue) -> Vec<Fact> {
    let totals = &run.totals;
    [
        ("evidence.accounts.all", totals.accounts),
        ("evidence.accounts.assessed", totals.accounts_assessed),
        ("evidence.accounts.incomplete", totals.accounts_incomplete),
        ("evidence.accounts.not_assessable", totals.accounts_not_assessable),
        ("evidence.accounts.excluded", totals.accounts_excluded),
        ("evidence.users", totals.users),
    ]
    .into_iter()
    .map(|(key, count)| Fact {
        label: catalogue.text(key, &[]),
        value: Shown::new(thousands(count)),
        code: false,
    })
    .collect()
}

fn calls(organization: &OrganizationSnapshot) -> Vec<Fact> {
    organization
        .collection
        .calls
        .iter()
        .map(|(operation, count)| Fact {
            label: operation.to_string(),
            value: Shown::new(thousands(*count)),
            code: false,
        })
        .collect()
}
