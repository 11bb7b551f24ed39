//! Decides one request and says why: `cargo run -p org-audit-policy --example evaluate`.

use org_audit_policy::{Caller, Policy, PolicySet, Request, RequestContext, evaluate};
use std::io::{self, Write};
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let own = Policy::parse(
        r#"{"Version": "2012-10-17", "Statement": [
            {"Sid": "Own", "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::data/${aws:username}/*"}]}"#,
    )?;
    let guard = Policy::parse(
        r#"{"Version": "2012-10-17", "Statement": [
            {"Sid": "Mfa", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*",
             "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]}"#,
    )?;
    let set = PolicySet::builder()
        .identity(Arc::new(own))
        .identity(Arc::new(guard))
        .build();

    let caller = || Caller::new("arn:aws:iam::111122223333:user/bob", "111122223333");
    let context = RequestContext::new().with("aws:username", "bob");
    let mut out = io::stdout().lock();
    for action in ["s3:GetObject", "s3:DeleteObject"] {
        let request =
            Request::new(caller(), action, "arn:aws:s3:::data/bob/report.csv").context(context.clone());
        let answer = evaluate(&set, &request);
        writeln!(out, "{action}: {:?}", answer.decision)?;
        for because in answer.because {
            writeln!(
                out,
                "  {} {:?} {:?}",
                because.layer.name(),
                because.sid,
                because.effect
            )?;
        }
    }
    Ok(())
}
