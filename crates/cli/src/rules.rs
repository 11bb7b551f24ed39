//! What is judged by, as the reports describe it.

use org_audit_analysis::controls::{self, Control};
use org_audit_model::Severity;
use org_audit_policy::lint;
use org_audit_reporting::Rule;

/// Every control and every lint, as the reports describe it.
pub fn all() -> Vec<Rule> {
    let requirements = |control: &Control| {
        let listed = control.requirements.by_standard();
        let named = listed.into_iter().filter(|(_, numbers)| !numbers.is_empty());
        named
            .map(|(standard, numbers)| {
                let numbers = numbers.iter().map(ToString::to_string).collect();
                (standard.to_owned(), numbers)
            })
            .collect()
    };
    controls::pages()
        .map(|(control, page)| Rule {
            id: control.id.to_owned(),
            title: control.title.to_owned(),
            severity: control.severity,
            page,
            requirements: requirements(control),
        })
        .chain(lint::pages().map(|page| Rule {
            id: page.code.to_owned(),
            title: page.title,
            severity: match page.severity {
                lint::Severity::Info => Severity::Informational,
                lint::Severity::Warning => Severity::Medium,
                lint::Severity::Error => Severity::High,
            },
            page: page.markdown,
            requirements: Vec::new(),
        }))
        .collect()
}
