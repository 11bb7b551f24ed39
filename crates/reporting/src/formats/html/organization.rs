//! The organization as a picture: the tree, a cell for each account, the policies where they hang.

use std::collections::BTreeMap;

use org_audit_model::assessment::TargetCoverage;
use org_audit_model::snapshot::{Account, OrganizationPolicy, OrganizationSnapshot};
use org_audit_model::{Coverage, RunAssessment};
use serde::Serialize;

use super::catalogue::Catalogue;
use super::collected::{Brief, Collected, Status};
use super::shown::{Shown, thousands};

/// From how many accounts the cells are small and show no numbers.
const DENSE: usize = 600;

/// The deepest level that is drawn further to the right. AWS allows five levels of OUs.
const DEEPEST: usize = 6;

/// The picture.
#[derive(Serialize)]
pub(super) struct Picture {
    dense: bool,
    rows: Vec<Row>,
    legend: Vec<Legend>,
    /// Whether the number of accounts that would be newly covered stands anywhere.
    any_newly: bool,
    /// Whether the policies could be read, and so whether their absence means anything.
    policies_read: bool,
    policies_gap: Option<Shown>,
}

/// The root or an OU.
#[derive(Serialize)]
struct Row {
    id: String,
    name: Shown,
    depth: usize,
    coverage: &'static str,
    coverage_label: String,
    /// How many accounts an SCP hung here would newly cover, where that is any.
    newly: Option<String>,
    newly_title: String,
    policies: Vec<Chip>,
    cells: Vec<Cell>,
    accounts: String,
    failing: Option<String>,
}

/// A policy where it hangs.
#[derive(Serialize)]
struct Chip {
    id: Shown,
    name: Shown,
    /// Whether some coverage was decided by it.
    decides: bool,
    /// Id of the account, where it hangs at an account and not at the OU.
    account: Option<String>,
    account_name: Option<Shown>,
}

/// An account.
#[derive(Serialize)]
struct Cell {
    id: String,
    status: &'static str,
    coverage: &'static str,
    label: String,
    failing: Option<String>,
    first: bool,
}

/// A line of the legend.
#[derive(Serialize)]
struct Legend {
    status: &'static str,
    label: String,
    count: String,
}

/// What is needed to draw.
struct Drawing<'a> {
    children: BTreeMap<&'a str, Vec<(&'a str, &'a str)>>,
    accounts: BTreeMap<&'a str, Vec<&'a Account>>,
    coverage: BTreeMap<&'a str, (Coverage, Option<u64>)>,
    policies: BTreeMap<&'a str, Vec<&'a OrganizationPolicy>>,
    deciding: Vec<&'a str>,
    collected: &'a Collected,
    catalogue: &'a Catalogue,
    rows: Vec<Row>,
}

/// Draws the organization.
pub(super) fn picture(
    organization: &OrganizationSnapshot,
    run: &RunAssessment,
    collected: &Collected,
    catalogue: &Catalogue,
) -> Picture {
    let mut drawing = Drawing::new(organization, run, collected, catalogue);
    for root in &organization.tree.roots {
        drawing.descend(&root.id, &root.name, 0);
    }
    drawing.rest();
    let policies = &organization.service_control_policies;
    Picture {
        dense: organization.accounts.len() > DENSE,
        any_newly: drawing.rows.iter().any(|row| row.newly.is_some()),
        rows: drawing.rows,
        legend: legend(collected, catalogue),
        policies_read: policies.value().is_some(),
        policies_gap: policies.why_missing().map(Shown::new),
    }
}

fn legend(collected: &Collected, catalogue: &Catalogue) -> Vec<Legend> {
    Status::ALL
        .into_iter()
        .map(|status| Legend {
            status: status.as_str(),
            label: catalogue.text(&format!("status.{}", status.as_str()), &[]),
            count: thousands(collected.with_status(status)),
        })
        .collect()
}

/// Policies that are not AWS's own, by the id of where they hang. AWS's own hangs everywhere.
fn policies_by_target(organization: &OrganizationSnapshot) -> BTreeMap<&str, Vec<&OrganizationPolicy>> {
    let mut found: BTreeMap<&str, Vec<&OrganizationPolicy>> = BTreeMap::new();
    let policies = organization.service_control_policies.value();
    for policy in policies
        .iter()
        .flat_map(|all| &all.policies)
        .filter(|policy| !policy.aws_managed)
    {
        for target in policy.targets.value().into_iter().flatten() {
            found.entry(&target.id).or_default().push(policy);
        }
    }
    found
}

/// The policies that decided some coverage: their ids stand in parentheses in `decided_by`.
fn deciding<'a>(organization: &'a OrganizationSnapshot, targets: &[TargetCoverage]) -> Vec<&'a str> {
    let policies = organization.service_control_policies.value();
    policies
        .iter()
        .flat_map(|all| &all.policies)
        .map(|policy| policy.id.as_str())
        .filter(|id| {
            let mark = format!("({id})");
            targets
                .iter()
                .flat_map(|target| &target.decided_by)
                .any(|statement| statement.contains(&mark))
        })
        .collect()
}

impl<'a> Drawing<'a> {
    fn new(
        organization: &'a OrganizationSnapshot,
        run: &'a RunAssessment,
        collected: &'a Collected,
        catalogue: &'a Catalogue,
    ) -> Self {
        let mut children: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for unit in &organization.tree.organizational_units {
            let below = children.entry(&unit.parent_id).or_default();
            below.push((&unit.name, &unit.id));
        }
        children.values_mut().for_each(|units| units.sort_unstable());
        let mut accounts: BTreeMap<&str, Vec<&Account>> = BTreeMap::new();
        for account in &organization.accounts {
            let parent = account.parent_id.as_deref().unwrap_or_default();
            accounts.entry(parent).or_default().push(account);
        }
        let coverage = run.targets.iter().map(|target| {
            let newly = target.would_newly_cover.filter(|count| *count > 0);
            (target.target_id.as_str(), (target.coverage, newly))
        });
        Self {
            children,
            accounts,
            coverage: coverage.collect(),
            policies: policies_by_target(organization),
            deciding: deciding(organization, &run.targets),
            collected,
            catalogue,
            rows: Vec::new(),
        }
    }

    /// Draws a node and what is below it. INVARIANT: each node is drawn once, so a tree that claims to be
    /// a circle ends.
    fn descend(&mut self, id: &'a str, name: &str, depth: usize) {
        let accounts = self.accounts.remove(id).unwrap_or_default();
        self.row(id, Shown::new(name), depth, &accounts);
        for (name, id) in self.children.remove(id).unwrap_or_default() {
            self.descend(id, name, (depth + 1).min(DEEPEST));
        }
    }

    /// Draws the accounts whose place in the tree is not known.
    fn rest(&mut self) {
        let accounts: Vec<_> = std::mem::take(&mut self.accounts)
            .into_values()
            .flatten()
            .collect();
        if !accounts.is_empty() {
            let name = Shown::new(self.catalogue.text("organization.unknown_place", &[]));
            self.row("", name, 0, &accounts);
        }
    }

    fn row(&mut self, id: &str, name: Shown, depth: usize, accounts: &[&Account]) {
        let known = self.coverage.get(id).copied();
        let (coverage, newly) = known.unwrap_or((Coverage::Unknown, None));
        let mut policies = self.chips(id, None);
        for account in accounts {
            policies.extend(self.chips(account.id.as_str(), Some(account)));
        }
        let first_cell = self.rows.iter().all(|row| row.cells.is_empty());
        let mut cells: Vec<_> = accounts.iter().map(|account| self.cell(account)).collect();
        if let Some(cell) = cells.first_mut() {
            cell.first = first_cell;
        }
        let failing = accounts
            .iter()
            .filter_map(|account| self.collected.briefs.get(&account.id));
        let failing: u64 = failing.map(|brief| brief.counts.fail).sum();
        self.rows.push(Row {
            id: id.to_owned(),
            name,
            depth,
            coverage: coverage.as_str(),
            coverage_label: self.catalogue.text(&format!("coverage.{coverage}"), &[]),
            newly: newly.map(thousands),
            newly_title: self.catalogue.text("organization.newly", &[]),
            policies,
            cells,
            accounts: self.catalogue.text(
                "organization.accounts",
                &[("n", thousands(accounts.len() as u64))],
            ),
            failing: (failing > 0).then(|| {
                self.catalogue
                    .text("organization.failing", &[("n", thousands(failing))])
            }),
        });
    }

    fn chips(&self, id: &str, account: Option<&Account>) -> Vec<Chip> {
        let hanging = self.policies.get(id).into_iter().flatten();
        hanging
            .map(|policy| Chip {
                id: Shown::new(policy.id.as_str()),
                name: Shown::new(&policy.name),
                decides: self.deciding.contains(&policy.id.as_str()),
                account: account.map(|account| account.id.to_string()),
                account_name: account.map(|account| Shown::new(&account.name)),
            })
            .collect()
    }

    fn cell(&self, account: &Account) -> Cell {
        let brief = self.collected.briefs.get(&account.id);
        let status = brief.map_or(Status::Unread, |brief| brief.status);
        let coverage = brief.map_or(Coverage::Unknown, |brief| brief.coverage);
        Cell {
            id: account.id.to_string(),
            status: status.as_str(),
            coverage: coverage.as_str(),
            label: self.label(account, brief, status, coverage),
            failing: brief
                .filter(|brief| brief.counts.fail > 0)
                .map(|brief| brief.counts.fail.to_string()),
            first: false,
        }
    }

    fn label(&self, account: &Account, brief: Option<&Brief>, status: Status, coverage: Coverage) -> String {
        let fail = brief.map_or(0, |brief| brief.counts.fail);
        let values = [
            ("name", crate::text::visible(&account.name).into_owned()),
            ("id", account.id.to_string()),
            ("n", thousands(fail)),
            (
                "status",
                self.catalogue.text(&format!("status.{}", status.as_str()), &[]),
            ),
            (
                "coverage",
                self.catalogue.text(&format!("coverage.{coverage}"), &[]),
            ),
        ];
        let key = if fail > 0 {
            "organization.cell_fail"
        } else {
            "organization.cell"
        };
        let label = self.catalogue.text(key, &values);
        match brief.and_then(|brief| brief.scope) {
            None => label,
            Some(scope) => {
                let scope = self.catalogue.text(&format!("scope.{scope}"), &[]);
                self.catalogue
                    .text("organization.cell_scope", &[("label", label), ("scope", scope)])
            }
        }
    }
}
