//! Lint findings as SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

use std::path::Path;

use org_audit_policy::document::{LineIndex, Span};
use org_audit_policy::lint::{Page, Severity, pages};
use serde_json::{Value, json};

use super::lint::{Linted, region};

/// The rule for a document that cannot be read at all.
const UNREADABLE: &str = "unreadable-policy";

/// The log of one run.
pub(super) fn log(files: &[Linted]) -> Value {
    let mut rules: Vec<Value> = pages().map(|page| rule(&page)).collect();
    rules.push(json!({
        "id": UNREADABLE,
        "shortDescription": {"text": "The document is not a policy that AWS would accept"},
        "defaultConfiguration": {"level": "error"},
    }));
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "org-audit",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": files.iter().flat_map(results).collect::<Vec<_>>(),
        }],
    })
}

fn rule(page: &Page) -> Value {
    json!({
        "id": page.code,
        "shortDescription": {"text": page.title},
        "help": {"text": page.title, "markdown": page.markdown},
        "defaultConfiguration": {"level": level(page.severity)},
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn results(file: &Linted) -> Vec<Value> {
    let index = LineIndex::new(&file.text);
    match &file.result {
        Err(error) => {
            vec![result(
                UNREADABLE,
                "error",
                &error.kind().to_string(),
                &file.path,
                &index,
                error.span(),
            )]
        }
        Ok(findings) => {
            let one = |finding: &org_audit_policy::lint::Finding| {
                let text = format!("{}. Way out: {}", finding.message, finding.help);
                result(
                    finding.code,
                    level(finding.severity),
                    &text,
                    &file.path,
                    &index,
                    finding.span,
                )
            };
            findings.iter().map(one).collect()
        }
    }
}

fn result(rule: &str, level: &str, text: &str, path: &Path, index: &LineIndex<'_>, span: Span) -> Value {
    let (start, end) = region(index, span);
    json!({
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(path)},
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        }}],
    })
}

/// A path as a relative URI reference.
fn uri(path: &Path) -> String {
    let mut out = String::new();
    for byte in path.to_string_lossy().replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
