//! OCSF: one Compliance Finding (class 2003) a line, for security data lakes and event collectors.
//!
//! The Open Cybersecurity Schema Framework, release 1.8.0, with its `cloud` profile
//! (<https://schema.ocsf.io/1.8.0/classes/compliance_finding?profiles=cloud>). Every finding is written, passes
//! too. An unknown has the compliance status `Unknown`; what does not apply has `Other`, as the schema has no
//! word for it. A fail that an approved exception covers is a failed one whose own status is `Suppressed`.

use std::path::Path;

use org_audit_model::{AccountAssessment, Outcome, RunAssessment, Severity};
use serde_json::{Value, json};

use super::Renderer;
use super::file::ReportFile;
use crate::context::ReportContext;
use crate::error::ReportError;
use crate::finding::{self, Found};
use crate::rule::aws_page;

const NAME: &str = "report.ocsf.jsonl";

/// The release of the schema.
const SCHEMA: &str = "1.8.0";

/// The report that is being written.
pub(super) struct Ocsf<'a> {
    file: ReportFile,
    context: ReportContext<'a>,
}

impl<'a> Ocsf<'a> {
    /// Begins the file.
    pub(super) fn begin(directory: &Path, context: ReportContext<'a>) -> Result<Self, ReportError> {
        let file = ReportFile::begin(directory, NAME)?;
        Ok(Self { file, context })
    }

    fn event(&self, account: &AccountAssessment, found: &Found<'_>) -> Value {
        let time = self.context.collected_at(account).as_millisecond();
        let (severity_id, severity) = severity(found);
        let (status_id, status) = match found.exemption {
            Some(_) => (3, "Suppressed"),
            None => (1, "New"),
        };
        let mut event = json!({
            "activity_id": 1,
            "activity_name": "Create",
            "category_uid": 2,
            "category_name": "Findings",
            "class_uid": 2003,
            "class_name": "Compliance Finding",
            "type_uid": 200_301,
            "type_name": "Compliance Finding: Create",
            "time": time,
            "severity_id": severity_id,
            "severity": severity,
            "status_id": status_id,
            "status": status,
            "message": found.reason,
            "metadata": {
                "version": SCHEMA,
                "profiles": ["cloud"],
                "event_code": found.control_id,
                "tenant_uid": self.context.organization.organization.id,
                "product": {
                    "name": "org-audit",
                    "vendor_name": "org-audit",
                    "version": self.context.tool_version,
                    "lang": "en",
                },
            },
            "finding_info": self.finding_info(found, time),
            "compliance": self.compliance(found),
            "cloud": self.cloud(account),
            "resources": [self.resource(found)],
        });
        if let Some(members) = event.as_object_mut() {
            let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
            if let Some(exemption) = found.exemption {
                add("status_detail", json!(finding::accepted(exemption)));
            }
            if matches!(found.outcome, Outcome::Fail | Outcome::Unknown) {
                add("remediation", remediation(account, found));
            }
            if let Some(user) = found.user {
                add(
                    "unmapped",
                    json!({"verdict": user.verdict, "verdict_reason": user.verdict_reason}),
                );
            }
        }
        event
    }

    fn finding_info(&self, found: &Found<'_>, time: i64) -> Value {
        let title = self.context.title(found.control_id);
        json!({
            "uid": found.id(),
            "title": title,
            "desc": found.reason,
            "types": ["Software and Configuration Checks"],
            "last_seen_time": time,
            "analytic": {"uid": found.control_id, "name": title, "type_id": 1, "type": "Rule"},
        })
    }

    fn compliance(&self, found: &Found<'_>) -> Value {
        let (status_id, status) = match found.outcome {
            Outcome::Pass => (1, "Pass"),
            Outcome::Fail => (3, "Fail"),
            Outcome::Unknown => (0, "Unknown"),
            Outcome::NotApplicable => (99, "Not Applicable"),
        };
        let supported: &[_] = self
            .context
            .rule(found.control_id)
            .map_or(&[], |rule| &rule.requirements);
        let standards: Vec<_> = supported.iter().map(|(standard, _)| standard).collect();
        let requirements: Vec<_> = supported
            .iter()
            .flat_map(|(standard, numbers)| numbers.iter().map(move |number| format!("{standard} {number}")))
            .collect();
        json!({
            "control": found.control_id,
            "desc": self.context.title(found.control_id),
            "status_id": status_id,
            "status": status,
            "status_code": found.outcome,
            "status_details": [found.reason],
            "standards": standards,
            "requirements": requirements,
        })
    }

    fn cloud(&self, account: &AccountAssessment) -> Value {
        json!({
            "provider": "AWS",
            "cloud_partition": self.context.organization.collection.partition,
            "account": {
                "uid": account.account_id,
                "name": account.account_name,
                "type_id": 10,
                "type": "AWS Account",
            },
            "org": {
                "uid": self.context.organization.organization.id,
                "ou_name": account.ou_path,
            },
        })
    }

    fn resource(&self, found: &Found<'_>) -> Value {
        let mut resource = json!({
            "uid": found.resource(),
            "type": found.resource_type,
            "cloud_partition": self.context.organization.collection.partition,
        });
        if let (Some(members), Some(user)) = (resource.as_object_mut(), found.user) {
            members.insert("name".to_owned(), json!(user.user_name));
        }
        resource
    }
}

impl Renderer for Ocsf<'_> {
    fn account(&mut self, account: &AccountAssessment) -> Result<(), ReportError> {
        for found in finding::of(account) {
            let event = self.event(account, &found);
            self.file.json(&event)?;
            self.file.text("\n")?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>, _run: &RunAssessment) -> Result<Vec<String>, ReportError> {
        self.file.finish()
    }
}

/// What is not wrong is informational, as the schema says of findings without an issue.
const fn severity(found: &Found<'_>) -> (u8, &'static str) {
    match (found.outcome, found.severity) {
        (Outcome::Pass | Outcome::NotApplicable, _) | (_, Severity::Informational) => (1, "Informational"),
        (_, Severity::Low) => (2, "Low"),
        (_, Severity::Medium) => (3, "Medium"),
        (_, Severity::High) => (4, "High"),
        (_, Severity::Critical) => (5, "Critical"),
    }
}

fn remediation(account: &AccountAssessment, found: &Found<'_>) -> Value {
    let desc = match found.outcome {
        Outcome::Unknown if !account.way_out.is_empty() => account.way_out.clone(),
        Outcome::Unknown | Outcome::Pass | Outcome::Fail | Outcome::NotApplicable => {
            finding::remedy(found.control_id)
        }
    };
    let mut remediation = json!({"desc": desc});
    if let (Some(members), Some(page)) = (remediation.as_object_mut(), aws_page(found.control_id)) {
        members.insert("references".to_owned(), json!([page]));
    }
    remediation
}
