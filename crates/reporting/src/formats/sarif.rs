//! SARIF 2.1.0, for code scanning and result viewers: a rule for each control and each lint of policies, a
//! result for each finding.
//!
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.) A fail is a result of kind `fail`;
//! an unknown is one of kind `open`, which the specification has for "insufficient information to decide".
//! Passes and what does not apply are left out, as code scanning expects. A fail that an approved exception
//! covers is a suppressed result. What could not be read stands among the invocation's notifications too,
//! and such a run is not an `executionSuccessful` one.

use std::borrow::Cow;
use std::path::Path;

use org_audit_model::assessment::{Completeness, PolicyAssessment};
use org_audit_model::ids::sha256_hex;
use org_audit_model::outcome::{LintSeverity, PolicyKind};
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

/// The rule for a policy that cannot be read at all.
const UNREADABLE: &str = "unreadable-policy";

/// The most accounts that are named as places of one policy.
const MOST_LOCATIONS: usize = 10;

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
            "rules": context.rules.iter().map(rule).chain([unreadable()]).collect::<Vec<_>>(),
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
            // Without a `status`, which older readers do not know, a suppression counts as accepted.
            let justification = finding::accepted(exemption);
            let suppression = json!({"kind": "external", "justification": visible(&justification)});
            members.insert("suppressions".to_owned(), json!([suppression]));
        }
        self.write(&result)
    }

    fn write(&mut self, result: &Value) -> Result<(), ReportError> {
        self.file.text(if self.empty { "\n" } else { ",\n" })?;
        self.empty = false;
        self.file.json(result)
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
        for policy in &run.policies {
            for result in policy_results(policy, self.context.rules) {
                self.write(&result)?;
            }
        }
        if run.accounts_without_policies > 0 {
            let count = run.accounts_without_policies;
            self.notify(
                "error",
                &format!("the policies of {count} accounts could not be read"),
            );
        }
        if run.policies_left_out > 0 {
            let count = run.policies_left_out;
            self.notify(
                "error",
                &format!("{count} places of policies are left out: there are too many"),
            );
        }
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

/// The flaws of a policy, and that it could not be read.
fn policy_results(policy: &PolicyAssessment, rules: &[Rule]) -> Vec<Value> {
    let name = policy.names.first().map_or("without a name", String::as_str);
    let kind = match policy.kind {
        PolicyKind::Identity => "identity policy",
        PolicyKind::Scp => "SCP",
    };
    let reach = match (policy.accounts, policy.users) {
        (Some(accounts), Some(users)) => format!("in {accounts} accounts, for {users} users"),
        (Some(accounts), None) => format!("over {accounts} accounts"),
        (None, _) => "over an unknown number of accounts".to_owned(),
    };
    let result = |rule: &str, kind_of: &str, level: &str, place: &str, text: &str| {
        let mut result = json!({
            "ruleId": rule,
            "kind": kind_of,
            "level": level,
            "message": {"text": message(&format!("{kind} {name}, {reach}: {text}"))},
            "locations": policy_locations(policy, name, place),
            "partialFingerprints": {"orgAuditPolicy/v1": policy_id(policy, rule, place)},
            "properties": {"names": policy.names.iter().map(|name| visible(name)).collect::<Vec<_>>()},
        });
        // The rule for what cannot be read comes after all others.
        let unreadable = (rule == UNREADABLE).then_some(rules.len());
        let index = rules.iter().position(|known| known.id == rule).or(unreadable);
        if let (Some(members), Some(index)) = (result.as_object_mut(), index) {
            members.insert("ruleIndex".to_owned(), json!(index));
        }
        result
    };
    let mut results: Vec<Value> = policy
        .lints
        .iter()
        .map(|lint| {
            let text = format!("{}. Way out: {}", lint.message, lint.help);
            result(
                &lint.code,
                "fail",
                lint_level(lint.severity),
                &lint.pointer,
                &text,
            )
        })
        .collect();
    if let Some(problem) = &policy.problem {
        results.push(result(UNREADABLE, "open", "none", "", problem));
    }
    results
}

/// The files of the snapshot that hold the text, and where in the text the place is.
fn policy_locations(policy: &PolicyAssessment, name: &str, place: &str) -> Vec<Value> {
    let hash = policy.document_sha256.as_ref().map_or("", |id| id.as_str());
    let location = |uri: String, resource: &str| {
        json!({
            "physicalLocation": {"artifactLocation": {"uri": uri}},
            "logicalLocations": [{
                "name": visible(name),
                "fullyQualifiedName": visible(&format!("{resource} {hash}{place}")),
                "kind": "resource",
            }],
        })
    };
    if policy.kind == PolicyKind::Scp {
        return vec![location(
            "snapshot/organization.json".to_owned(),
            &policy.policy_id,
        )];
    }
    policy
        .places
        .iter()
        .take(MOST_LOCATIONS)
        .map(|at| {
            location(
                format!("snapshot/accounts/{}.json", at.account_id),
                &at.resource_arn,
            )
        })
        .collect()
}

/// The same text with the same flaw at the same place has the same name in every run.
fn policy_id(policy: &PolicyAssessment, rule: &str, place: &str) -> String {
    let hash = policy.document_sha256.as_ref().map_or("", |id| id.as_str());
    let first = policy.places.first().map_or("", |at| at.resource_arn.as_str());
    let resource = if hash.is_empty() { first } else { hash };
    let mut id = sha256_hex([&policy.policy_id, resource, rule, place].join("\0").as_bytes());
    id.truncate(32);
    id
}

const fn lint_level(severity: LintSeverity) -> &'static str {
    match severity {
        LintSeverity::Info => "note",
        LintSeverity::Warning => "warning",
        LintSeverity::Error => "error",
    }
}

fn unreadable() -> Value {
    json!({
        "id": UNREADABLE,
        "shortDescription": {"text": "The policy could not be read or understood"},
        "defaultConfiguration": {"level": "none"},
    })
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
