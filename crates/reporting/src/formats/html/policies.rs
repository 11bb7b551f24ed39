//! Controls, policies and lints as the page carries them for its tables.

use std::borrow::Cow;

use org_audit_model::RunAssessment;
use org_audit_model::assessment::{ControlAssessment, PolicyAssessment, PolicyLint, PolicyPlace, ScpTarget};
use serde::Serialize;

use super::controls;
use super::embedded::Texts;
use crate::text::visible;

/// The standards, and what a column calls them.
pub(super) const STANDARDS: [(&str, &str); 7] = [
    ("PCI DSS v4.0.1", "PCI DSS 4.0.1"),
    ("PCI DSS v3.2.1", "PCI DSS 3.2.1"),
    ("CIS AWS Foundations Benchmark v5.0.0", "CIS 5.0.0"),
    ("CIS AWS Foundations Benchmark v3.0.0", "CIS 3.0.0"),
    ("CIS AWS Foundations Benchmark v1.4.0", "CIS 1.4.0"),
    ("CIS AWS Foundations Benchmark v1.2.0", "CIS 1.2.0"),
    ("NIST SP 800-53 Rev. 5", "NIST 800-53 r5"),
];

/// The most policies that the page carries, the worst first; `policies.csv` has all.
const MOST_POLICIES: usize = 2_000;

/// The most accounts of one policy that the page names; `report.json` has all.
const MOST_PLACES: usize = 50;

/// The requirements of `standard` that a control supports.
pub(super) fn requirements(control: &ControlAssessment, standard: &str) -> String {
    control
        .supports
        .iter()
        .filter(|mapping| mapping.standard == standard)
        .flat_map(|mapping| mapping.requirements.iter().map(AsRef::as_ref))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A control: id, title, severity, fail, unknown, pass, not applicable, requirements by standard.
type Control<'c> = (
    &'c str,
    &'c str,
    &'static str,
    u64,
    u64,
    u64,
    u64,
    Vec<(&'c str, String)>,
);

/// The controls, what fails first.
pub(super) fn controls(run: &RunAssessment) -> Vec<Control<'_>> {
    controls::sorted(run)
        .into_iter()
        .map(|control| {
            let counts = &control.counts;
            (
                control.control_id.as_str(),
                control.title.as_str(),
                control.severity.as_str(),
                counts.fail,
                counts.unknown,
                counts.pass,
                counts.not_applicable,
                control
                    .supports
                    .iter()
                    .map(|mapping| {
                        (
                            mapping.standard.as_str(),
                            requirements(control, &mapping.standard),
                        )
                    })
                    .collect(),
            )
        })
        .collect()
}

/// How many policies the page leaves out.
pub(super) fn left_out(run: &RunAssessment) -> u64 {
    run.policies.len().saturating_sub(MOST_POLICIES) as u64
}

/// A policy, in the order in which `policies.js` reads it.
#[derive(Serialize)]
pub(super) struct Row<'p>(
    &'static str,
    &'p str,
    Option<&'p str>,
    Vec<Cow<'p, str>>,
    Option<bool>,
    Option<Cow<'p, str>>,
    Option<&'p str>,
    Vec<Lint<'p>>,
    Option<u64>,
    Option<u64>,
    Option<u64>,
    Vec<Place<'p>>,
    Option<Vec<Target<'p>>>,
);

/// Code, severity, Sid, statement, pointer, message, way out.
type Lint<'p> = (
    &'p str,
    &'static str,
    Option<Cow<'p, str>>,
    Option<u64>,
    Cow<'p, str>,
    usize,
    usize,
);

/// Account, ARN, copies, users, groups.
type Place<'p> = (&'p str, Cow<'p, str>, u64, u64, u64);

/// Id, type, name.
type Target<'p> = (&'p str, &'p str, Cow<'p, str>);

/// The policies: SCPs, then identity policies, the worst first.
pub(super) fn policies<'p>(run: &'p RunAssessment, texts: &mut Texts) -> Vec<Row<'p>> {
    run.policies
        .iter()
        .take(MOST_POLICIES)
        .map(|policy| row(policy, texts))
        .collect()
}

fn row<'p>(policy: &'p PolicyAssessment, texts: &mut Texts) -> Row<'p> {
    Row(
        policy.kind.as_str(),
        &policy.policy_id,
        policy.document_sha256.as_ref().map(|id| id.as_str()),
        policy.names.iter().map(|name| visible(name)).collect(),
        policy.denies_without_mfa,
        policy.problem.as_deref().map(visible),
        policy.not_in_force.as_deref(),
        policy.lints.iter().map(|found| lint(found, texts)).collect(),
        policy.accounts,
        policy.users,
        policy.groups,
        policy.places.iter().take(MOST_PLACES).map(place).collect(),
        policy
            .targets
            .as_ref()
            .map(|targets| targets.iter().map(target).collect()),
    )
}

fn lint<'p>(lint: &'p PolicyLint, texts: &mut Texts) -> Lint<'p> {
    (
        &lint.code,
        lint.severity.as_str(),
        lint.sid.as_deref().map(visible),
        lint.statement,
        visible(&lint.pointer),
        texts.number(&lint.message),
        texts.number(&lint.help),
    )
}

fn place(place: &PolicyPlace) -> Place<'_> {
    (
        place.account_id.as_str(),
        visible(&place.resource_arn),
        place.copies,
        place.users,
        place.groups,
    )
}

fn target(target: &ScpTarget) -> Target<'_> {
    (&target.target_id, &target.target_type, visible(&target.name))
}
