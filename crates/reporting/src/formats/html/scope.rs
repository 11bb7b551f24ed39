//! What the scope map makes of the organization, for the first screen and the evidence.

use org_audit_model::RunAssessment;
use org_audit_model::assessment::{ScopeTotals, UnmatchedEntry};
use org_audit_model::outcome::Scope;
use serde::Serialize;

use super::catalogue::Catalogue;
use super::shown::{Shown, thousands};

/// The scopes in numbers.
#[derive(Serialize)]
pub(super) struct Scopes {
    lines: Vec<Line>,
    unmatched: Vec<Unmatched>,
}

/// A scope that has accounts.
#[derive(Serialize)]
struct Line {
    scope: &'static str,
    label: String,
    text: String,
}

/// An entry of the map that names nothing in the organization.
#[derive(Serialize)]
struct Unmatched {
    line: u64,
    name: Shown,
}

/// The scopes of a run; `None` where there was no scope map.
pub(super) fn scopes(run: &RunAssessment, catalogue: &Catalogue) -> Option<Scopes> {
    let summary = run.scope.as_ref()?;
    let lines = Scope::ALL
        .iter()
        .filter_map(|scope| Some(line(*scope, summary.by_scope.get(scope)?, catalogue)));
    let unmatched = summary
        .unmatched
        .iter()
        .map(|UnmatchedEntry { line, name }| Unmatched {
            line: *line,
            name: Shown::new(name),
        });
    Some(Scopes {
        lines: lines.collect(),
        unmatched: unmatched.collect(),
    })
}

fn line(scope: Scope, totals: &ScopeTotals, catalogue: &Catalogue) -> Line {
    let values = [
        ("assessed", thousands(totals.accounts_assessed)),
        ("accounts", thousands(totals.accounts)),
        ("fail", thousands(totals.iam_5.fail)),
        ("decided", thousands(totals.iam_5.decided())),
        ("exposed", thousands(totals.exposed)),
        ("undecided", thousands(totals.undecided)),
    ];
    Line {
        scope: scope.as_str(),
        label: catalogue.text(&format!("scope.{scope}"), &[]),
        text: catalogue.text("summary.scope", &values),
    }
}
