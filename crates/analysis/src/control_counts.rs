//! The controls over the whole organization: how often each passes and fails, and what it supports.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::controls::{Control, Selection, iam_5};
use crate::model::assessment::{ControlAssessment, Mapping, OutcomeCounts};
use crate::model::{AccountAssessment, Outcome};

/// Outcomes by control.
#[derive(Debug)]
pub struct ControlCounts {
    /// In the order of the catalogue.
    controls: Vec<ControlAssessment>,
    /// Where a control stands in it.
    places: BTreeMap<SmolStr, usize>,
}

impl ControlCounts {
    /// Nothing yet, of each control of `selection`.
    pub fn new(selection: &Selection) -> Self {
        let controls: Vec<_> = selection.iter().map(blank).collect();
        let places = controls.iter().enumerate();
        Self {
            places: places
                .map(|(at, control)| (control.control_id.clone(), at))
                .collect(),
            controls,
        }
    }

    /// Counts an account's findings, and IAM.5 of its users.
    pub fn add(&mut self, account: &AccountAssessment) {
        for user in &account.users {
            self.count(iam_5::CONTROL.id, user.iam_5);
        }
        for finding in &account.findings {
            self.count(&finding.control_id, finding.outcome);
        }
    }

    fn count(&mut self, id: &str, outcome: Outcome) {
        let control = self.places.get(id).and_then(|at| self.controls.get_mut(*at));
        if let Some(control) = control {
            control.counts.add(outcome);
        }
    }

    /// The controls with their counts.
    pub fn finish(self) -> Vec<ControlAssessment> {
        self.controls
    }
}

fn blank(control: &'static Control) -> ControlAssessment {
    let standards = control.requirements.by_standard();
    let supports = standards
        .iter()
        .filter(|(_, requirements)| !requirements.is_empty())
        .map(|(standard, requirements)| Mapping {
            standard: SmolStr::new_static(standard),
            requirements: requirements.iter().copied().map(SmolStr::new_static).collect(),
        })
        .collect();
    ControlAssessment {
        control_id: SmolStr::new_static(control.id),
        title: control.title.to_owned(),
        severity: control.severity,
        counts: OutcomeCounts::default(),
        supports,
    }
}
