//! ASFF, the AWS Security Finding Format: batches as Security Hub's `BatchImportFindings` takes them.
//!
//! The file is a list of requests: 100 findings at most in each, all of one account, because the account that
//! calls must be the account of its findings when the default product is used (Security Hub partner guide,
//! "Guidelines for using the BatchImportFindings API"; 240 KB a finding and 6 MB a batch are far away).
//! Lengths are those of the API reference, `AwsSecurityFinding`.
//!
//! An unknown is a `WARNING` ("some information is missing"), never `PASSED`. What does not apply is
//! `NOT_AVAILABLE` and archived, as Security Hub does it with its own findings.

use std::borrow::Cow;
use std::path::Path;

use org_audit_model::{AccountAssessment, Outcome, RunAssessment, Severity};
use serde_json::{Value, json};

use super::Renderer;
use super::file::ReportFile;
use crate::context::ReportContext;
use crate::error::ReportError;
use crate::finding::{self, Found};
use crate::rule::aws_page;
use crate::text::visible;

const NAME: &str = "report.asff.json";

/// `BatchImportFindings`: "up to 100 findings per batch".
const MOST_FINDINGS: usize = 100;

/// `Compliance.RelatedRequirements`: the most items, and the most characters of each.
const MOST_REQUIREMENTS: usize = 32;
const LONGEST_REQUIREMENT: usize = 64;

/// The report that is being written.
pub(super) struct Asff<'a> {
    file: ReportFile,
    context: ReportContext<'a>,
    empty: bool,
}

impl<'a> Asff<'a> {
    /// Begins the file.
    pub(super) fn begin(directory: &Path, context: ReportContext<'a>) -> Result<Self, ReportError> {
        let mut file = ReportFile::begin(directory, NAME)?;
        file.text("[")?;
        Ok(Self {
            file,
            context,
            empty: true,
        })
    }

    fn batch(&mut self, findings: &[Value]) -> Result<(), ReportError> {
        self.file.text(if self.empty { "\n" } else { ",\n" })?;
        self.empty = false;
        self.file.json(&json!({"Findings": findings}))
    }

    fn finding(&self, account: &AccountAssessment, found: &Found<'_>) -> Value {
        let collection = &self.context.organization.collection;
        let (partition, region) = (&collection.partition, &collection.region);
        let id = &account.account_id;
        let time = self.context.collected_at(account).to_string();
        let title = format!("{} {}", found.control_id, self.context.title(found.control_id));
        let mut finding = json!({
            "SchemaVersion": "2018-10-08",
            "Id": format!("org-audit/{}/{}", found.control_id, found.id()),
            "ProductArn": format!("arn:{partition}:securityhub:{region}:{id}:product/{id}/default"),
            "ProductName": "org-audit",
            "CompanyName": "org-audit",
            "GeneratorId": format!("org-audit/{}", found.control_id),
            "AwsAccountId": id,
            "CreatedAt": time,
            "UpdatedAt": time,
            "LastObservedAt": time,
            "Title": short(&title, 256),
            "Description": short(&format!("{}: {}", found.resource(), found.reason), 1_024),
            "FindingProviderFields": {
                "Severity": {"Label": label(found), "Original": found.severity},
                "Types": [
                    "Software and Configuration Checks/Industry and Regulatory Standards/org-audit",
                ],
            },
            "Compliance": self.compliance(found),
            "Resources": [{
                "Type": resource_type(found.resource_type),
                "Id": cut(found.resource(), 512),
                "Partition": partition,
            }],
            "ProductFields": product_fields(account, found),
            "Workflow": {"Status": workflow(found)},
            "RecordState": if found.outcome == Outcome::NotApplicable { "ARCHIVED" } else { "ACTIVE" },
        });
        if let (Some(members), Some(remediation)) = (finding.as_object_mut(), remediation(account, found)) {
            members.insert("Remediation".to_owned(), remediation);
        }
        if let (Some(members), Some(exemption)) = (finding.as_object_mut(), found.exemption) {
            let note = json!({
                "Text": short(&finding::accepted(exemption), 512),
                "UpdatedBy": short(&exemption.approved_by, 512),
                "UpdatedAt": time,
            });
            members.insert("Note".to_owned(), note);
        }
        finding
    }

    fn compliance(&self, found: &Found<'_>) -> Value {
        let (status, code) = match found.outcome {
            Outcome::Pass => ("PASSED", "ORG_AUDIT_PASS"),
            Outcome::Fail => ("FAILED", "ORG_AUDIT_FAIL"),
            Outcome::Unknown => ("WARNING", "ORG_AUDIT_UNKNOWN"),
            Outcome::NotApplicable => ("NOT_AVAILABLE", "ORG_AUDIT_NOT_APPLICABLE"),
        };
        let supported: &[_] = self
            .context
            .rule(found.control_id)
            .map_or(&[], |rule| &rule.requirements);
        let related: Vec<_> = supported
            .iter()
            .flat_map(|(standard, numbers)| numbers.iter().map(move |number| format!("{standard}/{number}")))
            .filter(|text| text.chars().count() <= LONGEST_REQUIREMENT)
            .take(MOST_REQUIREMENTS)
            .collect();
        let mut compliance = json!({
            "Status": status,
            "StatusReasons": [{"ReasonCode": code, "Description": short(found.reason, 1_024)}],
            "SecurityControlId": found.control_id,
        });
        if let (Some(members), false) = (compliance.as_object_mut(), related.is_empty()) {
            members.insert("RelatedRequirements".to_owned(), json!(related));
        }
        compliance
    }
}

impl Renderer for Asff<'_> {
    fn account(&mut self, account: &AccountAssessment) -> Result<(), ReportError> {
        let mut batch = Vec::with_capacity(MOST_FINDINGS);
        for found in finding::of(account) {
            batch.push(self.finding(account, &found));
            if batch.len() == MOST_FINDINGS {
                self.batch(&batch)?;
                batch.clear();
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
        self.batch(&batch)
    }

    fn finish(mut self: Box<Self>, _run: &RunAssessment) -> Result<Vec<String>, ReportError> {
        self.file.text("\n]\n")?;
        self.file.finish()
    }
}

/// `INFORMATIONAL` is "no issue was found".
const fn label(found: &Found<'_>) -> &'static str {
    match (found.outcome, found.severity) {
        (Outcome::Pass | Outcome::NotApplicable, _) | (_, Severity::Informational) => "INFORMATIONAL",
        (_, Severity::Low) => "LOW",
        (_, Severity::Medium) => "MEDIUM",
        (_, Severity::High) => "HIGH",
        (_, Severity::Critical) => "CRITICAL",
    }
}

/// How a finding that Security Hub does not have yet begins; on later imports it is the user's.
const fn workflow(found: &Found<'_>) -> &'static str {
    match (found.outcome, found.exemption) {
        (Outcome::Fail, Some(_)) => "SUPPRESSED",
        (Outcome::Pass | Outcome::NotApplicable, _) => "RESOLVED",
        (Outcome::Fail | Outcome::Unknown, _) => "NEW",
    }
}

/// ASFF's own words for the types of resources.
fn resource_type(of_config: &str) -> Cow<'_, str> {
    match of_config {
        "AWS::::Account" => Cow::Borrowed("AwsAccount"),
        "AWS::IAM::User" => Cow::Borrowed("AwsIamUser"),
        "AWS::IAM::Group" => Cow::Borrowed("AwsIamGroup"),
        "AWS::IAM::Role" => Cow::Borrowed("AwsIamRole"),
        "AWS::IAM::Policy" => Cow::Borrowed("AwsIamPolicy"),
        other => cut(other, 256),
    }
}

fn product_fields(account: &AccountAssessment, found: &Found<'_>) -> Value {
    let mut fields = json!({
        "org-audit/outcome": found.outcome,
        "org-audit/account_name": short(&account.account_name, 2_048),
        "org-audit/ou_path": short(&account.ou_path, 2_048),
        "org-audit/resource_type": short(found.resource_type, 2_048),
    });
    if let (Some(members), Some(user)) = (fields.as_object_mut(), found.user) {
        members.insert("org-audit/verdict".to_owned(), json!(user.verdict));
        members.insert(
            "org-audit/verdict_reason".to_owned(),
            json!(short(&user.verdict_reason, 2_048)),
        );
    }
    fields
}

fn remediation(account: &AccountAssessment, found: &Found<'_>) -> Option<Value> {
    let text = match found.outcome {
        Outcome::Pass | Outcome::NotApplicable => return None,
        Outcome::Unknown if !account.way_out.is_empty() => short(&account.way_out, 512),
        Outcome::Fail | Outcome::Unknown => finding::remedy(found.control_id),
    };
    let mut recommendation = json!({"Text": text});
    if let (Some(members), Some(page)) = (recommendation.as_object_mut(), aws_page(found.control_id)) {
        members.insert("Url".to_owned(), json!(page));
    }
    Some(json!({"Recommendation": recommendation}))
}

/// Text for people, of at most `most` characters and never empty: AWS takes no empty text.
fn short(text: &str, most: usize) -> String {
    match visible(text).trim() {
        "" => "-".to_owned(),
        text => cut(text, most).into_owned(),
    }
}

/// At most `most` characters of `text`; what was cut ends in an ellipsis.
fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if text.chars().count() <= most {
        return Cow::Borrowed(text);
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    Cow::Owned(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_empty_or_too_long() {
        assert_eq!(short(" ", 5), "-");
        assert_eq!(short("日本語日本語", 5), "日本語日…");
        assert_eq!(short("ana", 5), "ana");
    }
}
