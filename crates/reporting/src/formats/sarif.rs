//! SARIF 2.1.0, for code scanning and result viewers: a rule for each control, a result for each finding.
//!
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.) A fail is a result of kind `fail`;
//! an unknown is one of kind `open`, which the specification has for "insufficient information to decide".
//! Passes and what does not apply are left out, as code scanning expects. A fail that an approved exception
//! covers is a suppressed result. What could not be read stands among the invocation's notifications too,
//! and such a run is not an `executionSuccessful` one.

use std::borrow::Cow;
use std::path::Path;

use org_audit_model::assessment::Completeness;
use org_audit_model::{AccountAssessment, Outcome, RunAssessment, Severity};
use serde_json::{Value, json};

use super::Renderer;
use super::file::ReportFile;
use crate::context::ReportContext;
use crate::error::ReportError;
use crate::finding::{self, Found};
use crate::rule::{Rule, aws_page};
use crate::text::visible;

const NAME: &str = "report.sarif";

/// The most accounts that were not read whose notification is kept until the end of the file.
const MOST_NOTIFICATIONS: usize = 1_000;

/// The report that is being written.
pub(super) struct Sarif<'a> {
    file: ReportFile,
    context: ReportContext<'a>,
    empty: bool,
    notifications: Vec<Value>,
    /// Notifications beyond those that are kept.
    more: usize,
}

impl<'a> Sarif<'a> {
    /// Begins the file with the tool and its rules.
    pub(super) fn begin(directory: &Path, context: ReportContext<'a>) -> Result<Self, ReportError> {
        let mut file = ReportFile::begin(directory, NAME)?;
        let driver = json!({
            "name": "org-audit",
            "semanticVersion": context.tool_version,
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "rules": context.rules.iter().map(rule).collect::<Vec<_>>(),
        });
        let category = format!("org-audit/{}/", context.organization.organization.id);
        file.text(
            "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{",
        )?;
        file.text(&format!(
            "\"tool\":{},\n\"automationDetails\":{},\"columnKind\":\"unicodeCodePoints\",\n\"results\":[",
            json!({"driver": driver}),
            json!({"id": category}),
        ))?;
        Ok(Self {
            file,
            context,
            empty: true,
            notifications: Vec::new(),
            more: 0,
        })
    }

    fn notify(&mut self, level: &str, text: &str) {
        if self.notifications.len() < MOST_NOTIFICATIONS {
            self.notifications
                .push(json!({"level": level, "message": {"text": message(text)}}));
        } else {
            self.more += 1;
        }
    }

    fn result(&mut self, account: &AccountAssessment, found: &Found<'_>) -> Result<(), ReportError> {
        let (kind, level) = match found.outcome {
            Outcome::Fail => ("fail", level(found.severity)),
            Outcome::Unknown => ("open", "none"),
            Outcome::Pass | Outcome::NotApplicable => return Ok(()),
        };
        let text = format!("{}: {}", found.resource(), found.reason);
        let place = format!(
            "{} {} {}",
            account.account_id,
            account.account_name,
            found.resource()
        );
        let mut result = json!({
            "ruleId": found.control_id,
            "kind": kind,
            "level": level,
            "message": {"text": message(&text)},
            "locations": [{
                // The evidence: where this account stands in the run directory.
                "physicalLocation": {"artifactLocation": {
                    "uri": format!("snapshot/accounts/{}.json", account.account_id),
                }},
                "logicalLocations": [{
                    "name": visible(found.resource()),
                    "fullyQualifiedName": visible(&place),
                    "kind": "resource",
                }],
            }],
            "partialFingerprints": {"orgAuditFinding/v1": found.id()},
            "properties": {
                "account_id": account.account_id,
                "account_name": visible(&account.account_name),
                "ou_path": visible(&account.ou_path),
                "resource_type": visible(found.resource_type),
                "severity": found.severity,
            },
        });
        let index = self
            .context
            .rules
            .iter()
            .position(|rule| rule.id == found.control_id);
        if let (Some(members), Some(index)) = (result.as_object_mut(), index) {
            members.insert("ruleIndex".to_owned(), json!(index));
        }
        if let (Some(members), Some(exemption)) = (result.as_object_mut(), found.exemption) {
            let justification = finding::accepted(exemption);
            let suppression =
                json!({"kind": "external", "status": "accepted", "justification": visible(&justification)});
            members.insert("suppressions".to_owned(), json!([suppression]));
        }
        self.file.text(if self.empty { "\n" } else { ",\n" })?;
        self.empty = false;
        self.file.json(&result)
    }
}

impl Renderer for Sarif<'_> {
    fn account(&mut self, account: &AccountAssessment) -> Result<(), ReportError> {
        if account.completeness != Completeness::Full {
            let level = if finding::is_outside(account) {
                "note"
            } else {
                "error"
            };
            self.notify(
                level,
                &format!("account {}: {}", account.account_id, account.reason),
            );
        }
        finding::of(account).try_for_each(|found| self.result(account, &found))
    }

    fn finish(mut self: Box<Self>, run: &RunAssessment) -> Result<Vec<String>, ReportError> {
        for gap in &run.organization_gaps {
            self.notify("error", gap);
        }
        if self.more > 0 {
            let text = format!("{} more accounts could not be read, or not completely", self.more);
            self.notifications
                .push(json!({"level": "error", "message": {"text": text}}));
        }
        let collection = &self.context.organization.collection;
        let mut invocation = json!({
            "executionSuccessful": !run.incomplete,
            "startTimeUtc": collection.started_at,
            "toolExecutionNotifications": self.notifications,
        });
        if let (Some(members), Some(time)) = (invocation.as_object_mut(), collection.ended_at) {
            members.insert("endTimeUtc".to_owned(), json!(time));
        }
        self.file
            .text(&format!("\n],\n\"invocations\":[{invocation}]}}]}}\n"))?;
        self.file.finish()
    }
}

fn rule(rule: &Rule) -> Value {
    let mut tags = vec!["security".to_owned()];
    for (standard, requirements) in &rule.requirements {
        tags.extend(requirements.iter().map(|number| format!("{standard} {number}")));
    }
    let mut properties = json!({"tags": tags});
    if let (Some(members), Some(score)) = (properties.as_object_mut(), score(rule.severity)) {
        members.insert("security-severity".to_owned(), json!(score));
    }
    let mut described = json!({
        "id": rule.id,
        "shortDescription": {"text": message(&rule.title)},
        "help": {"text": message(&rule.title), "markdown": rule.page},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": properties,
    });
    if let (Some(members), Some(page)) = (described.as_object_mut(), aws_page(&rule.id)) {
        members.insert("helpUri".to_owned(), json!(page));
    }
    described
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Informational | Severity::Low => "note",
        Severity::Medium => "warning",
        Severity::High | Severity::Critical => "error",
    }
}

/// The middle of the range that GitHub's code scanning takes for this severity ("SARIF support for code
/// scanning": above 9.0 is critical, 7.0 high, 4.0 medium, 0.1 low).
const fn score(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Informational => None,
        Severity::Low => Some("2.0"),
        Severity::Medium => Some("5.5"),
        Severity::High => Some("8.0"),
        Severity::Critical => Some("9.5"),
    }
}

/// Plain text of a message. Braces would be placeholders and brackets links (sections 3.11.5 and 3.11.6).
fn message(text: &str) -> Cow<'_, str> {
    let shown = visible(text);
    if !shown.contains(['{', '}', '[', ']', '\\']) {
        return shown;
    }
    let mut escaped = String::with_capacity(shown.len() + 8);
    for c in shown.chars() {
        match c {
            '{' | '}' => escaped.extend([c, c]),
            '[' | ']' | '\\' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_from_outside_is_a_placeholder_or_a_link() {
        assert_eq!(message("{0} [x](http://e) \\"), "{{0}} \\[x\\](http://e) \\\\");
        assert!(matches!(message("ana"), Cow::Borrowed("ana")));
    }
}
