//! The environment variables that this program reads itself (the AWS SDK reads its own).

use org_audit_model::snapshot::EndpointOverride;

/// The variables by which the AWS SDKs and tools let an endpoint be replaced (AWS SDKs and Tools Reference
/// Guide, "Service-specific endpoints").
const ENDPOINT_VARIABLES: [&str; 4] = [
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_IAM",
    "AWS_ENDPOINT_URL_ORGANIZATIONS",
    "AWS_ENDPOINT_URL_STS",
];

/// The endpoints that the environment replaces.
pub fn endpoint_overrides() -> Vec<EndpointOverride> {
    let ignored = std::env::var("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .is_ok_and(|value| value.eq_ignore_ascii_case("true"));
    if ignored {
        return Vec::new();
    }
    ENDPOINT_VARIABLES
        .iter()
        .filter_map(|name| {
            let url = std::env::var(name).ok().filter(|url| !url.is_empty())?;
            Some(EndpointOverride {
                source: (*name).to_owned(),
                url,
            })
        })
        .collect()
}

/// What the log should show: `ORG_AUDIT_LOG`, else `RUST_LOG`.
pub fn log_directives() -> Option<String> {
    std::env::var("ORG_AUDIT_LOG")
        .or_else(|_| std::env::var("RUST_LOG"))
        .ok()
}
