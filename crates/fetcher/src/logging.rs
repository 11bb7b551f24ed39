//! Which log lines of the libraries below must never be shown.
//!
//! At `debug` and `trace` the AWS SDK writes whole requests and responses, with `x-amz-security-token`
//! headers and the body of `AssumeRole`'s answer, secret key included. The libraries say so themselves
//! ("may contain sensitive data"), and there is no switch in them.

use tracing::Level;

/// Targets, and everything below them, that must not be shown at `debug` or `trace`.
pub const SECRET_LOG_TARGETS: &[&str] = &[
    "aws_config",
    "aws_credential_types",
    "aws_runtime",
    "aws_sdk_iam",
    "aws_sdk_organizations",
    "aws_sdk_signin",
    "aws_sdk_sso",
    "aws_sdk_ssooidc",
    "aws_sdk_sts",
    "aws_sigv4",
    "aws_smithy_http",
    "aws_smithy_http_client",
    "aws_smithy_runtime",
    "aws_smithy_runtime_api",
    "aws_smithy_types",
    "aws_smithy_xml",
    "aws_types",
    "h2",
    "hyper",
    "hyper_rustls",
    "hyper_util",
    "rustls",
    "tower",
];

/// Whether a log line of this target and level may be shown. To be asked of every line, whatever the
/// user's filter says.
#[must_use]
pub fn may_log(target: &str, level: &Level) -> bool {
    if *level <= Level::INFO {
        return true;
    }
    let root = target.split("::").next().unwrap_or(target);
    !SECRET_LOG_TARGETS.contains(&root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_is_silent_below_info_and_nobody_else() {
        for target in SECRET_LOG_TARGETS {
            assert!(!may_log(
                &format!("{target}::client::orchestrator"),
                &Level::TRACE
            ));
            assert!(!may_log(target, &Level::DEBUG));
            assert!(may_log(target, &Level::WARN));
        }
        assert!(may_log("org_audit_fetcher::collect", &Level::TRACE));
    }
}
