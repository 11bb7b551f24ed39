//! What the template is given: everything that the page says, in the order in which it says it.

use org_audit_model::snapshot::DEMO_SOURCE;
use org_audit_model::{RunAssessment, RunFigures};
use serde::Serialize;

use super::catalogue::Catalogue;
use super::change::{ChangeView, change};
use super::collected::{Collected, MOST_ACCOUNTS, Unread};
use super::controls::{self, ControlRow};
use super::embedded::LeftOut;
use super::engine::Engine;
use super::evidence::{Evidence, evidence};
use super::organization::{Picture, picture};
use super::policy;
use super::scope::{Scopes, scopes};
use super::shown::Shown;
use super::summary::{Summary, summary};
use super::trend::{Trend, trend};
use super::worst::{WorstList, worst};
use crate::context::ReportContext;

/// Where the data go in the rendered page. A page is split here, and nothing that is escaped can contain
/// it.
pub(super) const DATA_SLOT: &str = "<!--data-->";

/// The page.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    lang: &'static str,
    content_security_policy: String,
    style: &'a str,
    script: &'a str,
    data_slot: &'static str,
    demo: bool,
    tool_version: &'a str,
    organization_id: Shown,
    started_at: String,
    endpoint_overrides: Vec<Override>,
    summary: Summary,
    change: Option<ChangeView>,
    trend: Option<Trend>,
    organization: Picture,
    worst: WorstList,
    unread: Vec<Group<'a>>,
    users: u64,
    accounts: u64,
    users_left_out: u64,
    findings_left_out: u64,
    account_pages: u64,
    policies_left_out: u64,
    accounts_without_policies: u64,
    controls: Vec<ControlRow>,
    scopes: Option<Scopes>,
    evidence: Evidence<'a>,
}

/// An endpoint that is not AWS's own.
#[derive(Serialize)]
struct Override {
    source: Shown,
    url: Shown,
    /// Whether the reader must be warned: a demo's own endpoint is what the demo is.
    loud: bool,
}

/// Accounts with one way out.
#[derive(Serialize)]
struct Group<'a> {
    way_out: Shown,
    count: u64,
    accounts: &'a [Unread],
    shown: usize,
    left_out: bool,
}

/// Everything on the page.
pub(super) fn page<'a>(
    context: &'a ReportContext<'_>,
    collected: &'a Collected,
    run: &'a RunAssessment,
    engine: &'a Engine,
    catalogue: &Catalogue,
    left_out: LeftOut,
) -> Page<'a> {
    let collection = &context.organization.collection;
    Page {
        lang: context.options.lang.as_str(),
        content_security_policy: policy::content_security_policy(&engine.style, &engine.script),
        style: &engine.style,
        script: &engine.script,
        data_slot: DATA_SLOT,
        demo: context.demo,
        tool_version: context.tool_version,
        organization_id: Shown::new(context.organization.organization.id.as_str()),
        started_at: format!("{:.0}", collection.started_at),
        endpoint_overrides: collection
            .endpoint_overrides
            .iter()
            .map(|endpoint| Override {
                source: Shown::new(&endpoint.source),
                url: Shown::new(&endpoint.url),
                loud: !(context.demo && endpoint.source == DEMO_SOURCE),
            })
            .collect(),
        summary: summary(run, collected, catalogue),
        change: run.change.as_ref().map(|told| change(told, catalogue)),
        trend: trend(
            &run.history,
            &RunFigures::of(context.organization, run),
            catalogue,
        ),
        organization: picture(context.organization, run, collected, catalogue),
        worst: worst(run, collected, catalogue),
        unread: groups(collected),
        users: run.totals.users,
        accounts: run.totals.accounts,
        users_left_out: left_out.users,
        findings_left_out: left_out.findings,
        account_pages: left_out.accounts,
        policies_left_out: left_out.policies,
        accounts_without_policies: run.accounts_without_policies,
        controls: controls::rows(run, catalogue),
        scopes: scopes(run, catalogue),
        evidence: evidence(context, run, collected, catalogue),
    }
}

/// What could not be read, by way out, the most accounts first; those that need nothing done last.
fn groups(collected: &Collected) -> Vec<Group<'_>> {
    let mut groups: Vec<_> = collected.unread.iter().collect();
    groups.sort_by_key(|(way_out, group)| (way_out.is_empty(), std::cmp::Reverse(group.count)));
    groups
        .into_iter()
        .map(|(way_out, group)| Group {
            way_out: Shown::new(way_out),
            count: group.count,
            accounts: &group.accounts,
            shown: MOST_ACCOUNTS,
            left_out: group.count > group.accounts.len() as u64,
        })
        .collect()
}
