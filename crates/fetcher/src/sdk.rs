//! How the SDK's clients are made: HTTP, retries, timeouts, and one retry budget for each account.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_sdk_iam::config::IdentityCache;
use aws_sdk_iam::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::retry::RetrySpec;
use aws_smithy_types::timeout::TimeoutConfig;

use crate::event::Observer;
use crate::intact::{RetryDamaged, Watch};
use crate::limit::Limited;
use crate::settings::{REQUESTS_AT_ONCE, Timeouts};

/// How often a call is tried. Six attempts outlast one faulty answer in a hundred by a factor of 10¹⁰, and
/// a throttled bucket that refills within half a minute.
pub(crate) const ATTEMPTS: u32 = 6;

/// How often a call to Organizations or STS is tried: the whole run hangs on these, and their buckets are
/// shared with everybody else who calls from the same account.
pub(crate) const SHARED_ATTEMPTS: u32 = 10;

/// The retry budget of one account, in retries' tokens (one throttled retry costs five).
const ACCOUNT_BUDGET: usize = 2_000;

/// The retry budget of Organizations and STS, which all accounts share.
const SHARED_BUDGET: usize = 100_000;

/// One HTTP client for all accounts: one connection pool, and the system's certificates read once. It
/// honours the proxy variables (`HTTPS_PROXY`, `NO_PROXY`…), as the SDK's own default does, unless it is
/// to talk to `endpoint` on this machine: no proxy could reach that.
///
/// At most `requests` wait for an answer at once.
pub(crate) fn http_client(endpoint: Option<&str>, requests: Option<NonZeroUsize>) -> SharedHttpClient {
    let requests = requests.unwrap_or(REQUESTS_AT_ONCE).get();
    let is_local = endpoint.is_some_and(is_loopback);
    let client = Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = ConnectorBuilder::default()
            .pool_max_idle_per_host(requests)
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc));
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.set_proxy_config(Some(if is_local {
            ProxyConfig::disabled()
        } else {
            ProxyConfig::from_env()
        }));
        connector.build()
    });
    SharedHttpClient::new(Limited::new(client, requests))
}

/// Whether a URL's host is this machine by its very name.
fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|local| {
        host.strip_prefix(local)
            .is_some_and(|port| port.is_empty() || port.starts_with(':'))
    })
}

/// Standard retries: exponential back-off with full jitter, from 1 s when throttled and from 50 ms for
/// other faults, up to 20 s.
///
/// Set whole, and not left to the SDK's defaults: `AWS_RETRY_MODE`, `AWS_MAX_ATTEMPTS` and
/// `AWS_NEW_RETRIES_2026` would make one run behave unlike the next.
pub(crate) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(Duration::from_secs(1))
        .with_max_backoff(Duration::from_secs(20))
        .with_retry_spec(RetrySpec::v2_1())
}

/// No watch over the pace of uploads: a request is some hundred bytes in memory, and one that waits for its place
/// would be taken for one that does not get on. Downloads are watched.
pub(crate) fn stalled_streams() -> StalledStreamProtectionConfig {
    StalledStreamProtectionConfig::enabled()
        .upload_enabled(false)
        .build()
}

/// The SDK's form of [`Timeouts`].
pub(crate) fn timeouts(timeouts: &Timeouts) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(timeouts.connect)
        .operation_attempt_timeout(timeouts.attempt)
        .operation_timeout(timeouts.operation)
        .build()
}

/// A retry budget of its own. By default all clients of a service and region in the process share one of
/// a hundred retries, and one throttled account would take it from all others.
fn partition(name: String, budget: usize) -> RetryPartition {
    let bucket = TokenBucket::builder().capacity(budget).refill_rate(10.0).build();
    RetryPartition::custom(name).token_bucket(bucket).build()
}

/// The clients that all accounts share.
#[derive(Debug, Clone)]
pub(crate) struct SharedClients {
    pub(crate) organizations: aws_sdk_organizations::Client,
    pub(crate) sts: aws_sdk_sts::Client,
}

impl SharedClients {
    pub(crate) fn new(config: &SdkConfig, attempts: u32, observer: Option<&Arc<dyn Observer>>) -> Self {
        let watch = || Watch {
            observer: observer.cloned(),
        };
        let organizations = aws_sdk_organizations::config::Builder::from(config)
            .retry_config(retries().with_max_attempts(attempts))
            .retry_partition(partition("organizations".to_owned(), SHARED_BUDGET))
            .retry_classifier(RetryDamaged)
            .interceptor(watch())
            .build();
        let sts = aws_sdk_sts::config::Builder::from(config)
            .retry_config(retries().with_max_attempts(attempts))
            .retry_partition(partition("sts".to_owned(), SHARED_BUDGET))
            .retry_classifier(RetryDamaged)
            .interceptor(watch())
            .build();
        Self {
            organizations: aws_sdk_organizations::Client::from_conf(organizations),
            sts: aws_sdk_sts::Client::from_conf(sts),
        }
    }
}

/// The IAM client of one account: with a session's credentials, or with the caller's own where there is
/// none.
pub(crate) fn iam_client(
    config: &SdkConfig,
    observer: &Arc<dyn Observer>,
    account: &str,
    session: Option<Credentials>,
) -> aws_sdk_iam::Client {
    let mut builder = aws_sdk_iam::config::Builder::from(config)
        .retry_partition(partition(account.to_owned(), ACCOUNT_BUDGET))
        .retry_classifier(RetryDamaged)
        .interceptor(Watch {
            observer: Some(Arc::clone(observer)),
        });
    if let Some(session) = session {
        // Nothing to cache, and the shared cache would keep every account's secrets until the end.
        builder = builder
            .credentials_provider(session)
            .identity_cache(IdentityCache::no_cache());
    }
    aws_sdk_iam::Client::from_conf(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_reached_without_a_proxy() {
        for url in [
            "http://127.0.0.1:4566",
            "https://localhost/",
            "http://[::1]:80",
            "localhost",
        ] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "https://iam.amazonaws.com",
            "http://127.0.0.1.evil.example",
            "http://127.0.0.1@evil.example",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
