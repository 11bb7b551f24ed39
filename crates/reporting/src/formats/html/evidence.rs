//! What an assessor asks for: scope, who, when, how, and how complete.

use org_audit_model::RunAssessment;
use org_audit_model::snapshot::OrganizationSnapshot;
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
    }
}

fn facts(context: &ReportContext<'_>, collected: &Collected, catalogue: &Catalogue) -> Vec<Fact> {
    let collection = &context.organization.collection;
    let organization = &context.organization.organization;
    let word = |key: &str| catalogue.text(key, &[]);
    let yes = |value: bool| word(if value { "yes" } else { "no" });
    let role = &collection.role;
    let times = collected.report_times.as_ref();
    let ended = collection
        .ended_at
        .map_or_else(|| word("evidence.cut_off"), |time| time.to_string());
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
        (
            "evidence.units",
            thousands(context.organization.tree.organizational_units.len() as u64),
            false,
        ),
        ("evidence.caller", collection.caller.arn.clone(), true),
        ("evidence.role", format!("{}{}", role.path, role.name), true),
        ("evidence.session", role.session_name.clone(), true),
        ("evidence.session_policy", yes(role.session_policy), false),
        ("evidence.external_id", yes(role.external_id), false),
        ("evidence.started", collection.started_at.to_string(), true),
        ("evidence.ended", ended, true),
        (
            "evidence.report_times",
            times.map_or_else(
                || "–".to_owned(),
                |(oldest, newest)| format!("{oldest} – {newest}"),
            ),
            true,
        ),
        ("evidence.fresh", yes(collection.fresh), false),
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
    .into_iter()
    .map(|(key, value, code)| Fact {
        label: word(key),
        value: Shown::new(value),
        code,
    })
    .collect()
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
