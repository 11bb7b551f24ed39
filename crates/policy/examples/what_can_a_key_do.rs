//! Everything that a user's access key may do without MFA: `cargo run -p org-audit-policy --example what_can_a_key_do`.

use org_audit_policy::reach::{Outcome, Session, SessionKind, reach, verdict};
use org_audit_policy::{Policy, PolicySet};
use std::io::{self, Write};
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let everything =
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let without_mfa = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny",
        "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices"], "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}}"#;
    let policies = [everything, without_mfa]
        .into_iter()
        .map(Policy::parse)
        .collect::<Result<Vec<_>, _>>()?;
    let set = Arc::new(
        PolicySet::builder()
            .identities(policies.into_iter().map(Arc::new))
            .build(),
    );

    let session = |kind| Arc::new(Session::user(kind, "aws", "111122223333", "/", "bob"));
    let key = reach(&set, &session(SessionKind::Key));
    let with_mfa = reach(&set, &session(SessionKind::Mfa));
    let mut out = io::stdout().lock();
    for (_, action, outcome) in key.reachable() {
        match outcome {
            Outcome::Allowed { resource } => writeln!(out, "{} on {resource}", action.name())?,
            Outcome::Possible { depends_on, .. } => {
                writeln!(out, "{} depends on {}", action.name(), depends_on.join(", "))?;
            }
            Outcome::Denied { .. } => {}
        }
    }
    writeln!(out, "verdict: {}", verdict(&key, &with_mfa).verdict.as_str())?;
    Ok(())
}
