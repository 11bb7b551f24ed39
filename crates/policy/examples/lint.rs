//! Looks at a policy file as `org-audit policy lint` does: `cargo run -p org-audit-policy --example lint FILE`.

use org_audit_policy::Policy;
use org_audit_policy::document::excerpt;
use org_audit_policy::lint::{DocumentKind, Subject, lint};
use std::io::{self, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let text = std::fs::read_to_string(&path)?;
    let policy = Policy::parse(&text)?;
    let kind = DocumentKind::guess(policy.document());
    let mut out = io::stdout().lock();
    for finding in lint(Subject {
        policy: &policy,
        kind,
        user_path: None,
    }) {
        writeln!(
            out,
            "{}[{}]: {}",
            finding.severity.as_str(),
            finding.code,
            finding.message
        )?;
        writeln!(out, "{}", excerpt(&text, finding.span))?;
    }
    Ok(())
}
