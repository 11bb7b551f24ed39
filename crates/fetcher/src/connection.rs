//! Who calls, from where, and whether it is AWS that answers.

use std::sync::Arc;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::service_config::ServiceConfigKey;
use org_audit_model::snapshot::{Caller, EndpointOverride};
use org_audit_model::{AccountId, Failure, FailureKind};
use smol_str::SmolStr;

use crate::calls::{Calls, ask_and_keep};
use crate::error::FetchError;
use crate::failure::invalid;
use crate::sdk::{self, SharedClients};
use crate::settings::{ConnectSettings, StaticCredentials};

const GET_CALLER_IDENTITY: &str = "sts:GetCallerIdentity";

/// A connection to AWS with known credentials.
#[derive(Debug, Clone)]
pub struct Connection {
    pub(crate) config: SdkConfig,
    pub(crate) calls: Arc<Calls>,
    /// Whether AWS itself is asked, as far as can be told: no other endpoint, no other HTTP client.
    pub(crate) is_aws: bool,
    caller: Caller,
    partition: SmolStr,
    region: SmolStr,
    endpoint_overrides: Vec<EndpointOverride>,
}

impl Connection {
    /// Who calls, by `sts:GetCallerIdentity`.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// `aws`, `aws-cn`, `aws-us-gov`…, from the caller's ARN.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The region in use.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Endpoints that are not AWS's own. A program that audits should say so loudly where there are any.
    #[must_use]
    pub fn endpoint_overrides(&self) -> &[EndpointOverride] {
        &self.endpoint_overrides
    }
}

/// Finds region and credentials, and asks AWS whose they are.
///
/// # Errors
///
/// When there is no region, no credentials, or AWS does not accept them or cannot be reached.
pub async fn connect(settings: &ConnectSettings) -> Result<Connection, FetchError> {
    if let Some(region) = &settings.region {
        check_region(region)?;
    }
    if let Some(url) = &settings.endpoint_url {
        check_endpoint(url)?;
    }
    let config = load(settings).await;
    let region = config
        .region()
        .ok_or_else(|| FetchError::NoRegion {
            profile: settings.profile.clone(),
        })?
        .to_string();
    check_region(&region)?;
    let endpoint_overrides = endpoint_overrides(settings, &config);
    let calls = Arc::new(Calls::default());
    // Somebody waits for the first answer, so it is not tried for long.
    let clients = SharedClients::new(&config, sdk::ATTEMPTS, None);
    let identity = ask_and_keep(
        &calls,
        GET_CALLER_IDENTITY,
        clients.sts.get_caller_identity().send(),
    )
    .await
    .map_err(refused)?;
    let caller = caller(identity.arn(), identity.account(), identity.user_id()).map_err(aws)?;
    let partition = caller
        .arn
        .split(':')
        .nth(1)
        .filter(|partition| partition.starts_with("aws"))
        .ok_or_else(|| aws(invalid(GET_CALLER_IDENTITY, "the caller's ARN has no partition")))?
        .into();
    Ok(Connection {
        is_aws: endpoint_overrides.is_empty() && settings.http_client.is_none(),
        config,
        calls,
        caller,
        partition,
        region: region.into(),
        endpoint_overrides,
    })
}

/// A region becomes part of a host name, so nothing else than a name may get through.
fn check_region(region: &str) -> Result<(), FetchError> {
    let is_name = (2..=32).contains(&region.len())
        && region
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if is_name {
        return Ok(());
    }
    Err(FetchError::BadRegion(region.chars().take(64).collect()))
}

fn check_endpoint(url: &str) -> Result<(), FetchError> {
    let host = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"))
        .unwrap_or_default();
    if host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
        && url.chars().all(|c| c.is_ascii_graphic())
    {
        return Ok(());
    }
    Err(FetchError::BadEndpoint(url.chars().take(200).collect()))
}

async fn load(settings: &ConnectSettings) -> SdkConfig {
    let http_client = settings
        .http_client
        .clone()
        .unwrap_or_else(|| sdk::http_client(settings.endpoint_url.as_deref(), settings.requests_at_once));
    let mut loader = aws_config::defaults(behavior())
        .http_client(http_client.clone())
        .retry_config(sdk::retries())
        .stalled_stream_protection(sdk::stalled_streams())
        .timeout_config(sdk::timeouts(&settings.timeouts));
    if let Ok(name) = AppName::new("org-audit") {
        // CloudTrail shows it with every call.
        loader = loader.app_name(name);
    }
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &settings.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(url) = &settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Some(credentials) = &settings.credentials {
        loader = loader.credentials_provider(SharedCredentialsProvider::new(fixed(credentials)));
    }
    let config = loader.load().await;
    match (&settings.profile, &settings.credentials) {
        (Some(profile), None) => with_profile(config, profile, http_client),
        (Some(_) | None, _) => config,
    }
}

/// The credentials of the profile that was named, and no others: the SDK's own chain would look into the environment
/// first, and audit whatever organization the keys there belong to. The AWS CLI's `--profile` does the same.
fn with_profile(config: SdkConfig, profile: &str, http_client: SharedHttpClient) -> SdkConfig {
    let mut provider_config = ProviderConfig::without_region()
        .with_behavior_version(Some(behavior()))
        .with_http_client(http_client)
        .with_region(config.region().cloned())
        .with_use_fips(config.use_fips())
        .with_use_dual_stack(config.use_dual_stack());
    if let Some(retries) = config.retry_config() {
        provider_config = provider_config.with_retry_config(retries.clone());
    }
    if let Some(timeouts) = config.timeout_config() {
        provider_config = provider_config.with_timeout_config(timeouts.clone());
    }
    let provider = ProfileFileCredentialsProvider::builder()
        .configure(&provider_config)
        .profile_name(profile)
        .build();
    let provider = SharedCredentialsProvider::new(provider);
    config.into_builder().credentials_provider(provider).build()
}

/// The SDK's behaviour that this program was tested with.
fn behavior() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

fn fixed(credentials: &StaticCredentials) -> Credentials {
    Credentials::new(
        &credentials.access_key_id,
        &credentials.secret_access_key,
        credentials.session_token.clone(),
        None,
        "org-audit",
    )
}

fn aws(failure: Failure) -> FetchError {
    FetchError::Aws(Box::new(failure))
}

fn refused(failure: Failure) -> FetchError {
    match (failure.kind, &failure.code) {
        (FailureKind::Credentials, None) => FetchError::NoCredentials(failure.message),
        (FailureKind::Credentials | FailureKind::AccessDenied, _) => {
            FetchError::CredentialsRefused(Box::new(failure))
        }
        (
            FailureKind::Throttled
            | FailureKind::Timeout
            | FailureKind::Connection
            | FailureKind::InvalidResponse
            | FailureKind::NotReady
            | FailureKind::ServiceFault
            | FailureKind::Other,
            _,
        ) => aws(failure),
    }
}

fn caller(arn: Option<&str>, account: Option<&str>, user_id: Option<&str>) -> Result<Caller, Failure> {
    let missing = |what: &str| invalid(GET_CALLER_IDENTITY, what);
    let account = account.ok_or_else(|| missing("the answer has no account"))?;
    Ok(Caller {
        arn: arn.ok_or_else(|| missing("the answer has no ARN"))?.to_owned(),
        account_id: AccountId::try_from(account).map_err(|error| missing(&error.to_string()))?,
        user_id: user_id.unwrap_or_default().to_owned(),
    })
}

/// Every endpoint that the SDK will use instead of AWS's, and where it was set.
fn endpoint_overrides(settings: &ConnectSettings, config: &SdkConfig) -> Vec<EndpointOverride> {
    let mut found = settings.environment_endpoints.clone();
    let mut add = |source: String, url: &str| {
        // What the caller has seen has the better name.
        if !found.iter().any(|known| known.url == url) {
            found.push(EndpointOverride {
                source,
                url: url.to_owned(),
            });
        }
    };
    if let Some(url) = &settings.endpoint_url {
        add("--endpoint-url".to_owned(), url);
        return found;
    }
    let shared = config.endpoint_url();
    if let Some(url) = shared {
        let origin = config.get_origin("endpoint_url").to_string();
        let source = if origin.contains("environment") {
            "AWS_ENDPOINT_URL"
        } else {
            "endpoint_url of the profile"
        };
        add(source.to_owned(), url);
    }
    for (service, suffix) in [("IAM", "IAM"), ("Organizations", "ORGANIZATIONS"), ("STS", "STS")] {
        let key = ServiceConfigKey::builder()
            .service_id(service)
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build();
        let url = key.ok().and_then(|key| {
            config
                .service_config()
                .and_then(|service| service.load_config(key))
        });
        if let Some(url) = url.filter(|url| shared != Some(url.as_str())) {
            add(
                format!("AWS_ENDPOINT_URL_{suffix} or the profile's services section"),
                &url,
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use aws_smithy_async::time::TimeSource;
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_runtime_api::http::StatusCode;

    use super::*;
    use crate::limit::Limited;

    #[test]
    fn a_region_that_could_change_the_host_is_refused() {
        for region in ["eu-central-1", "us-gov-west-1", "eusc-de-east-1"] {
            assert!(check_region(region).is_ok(), "{region}");
        }
        for region in ["", "x", "evil.example/", "eu-central-1#", "EU-CENTRAL-1"] {
            assert!(check_region(region).is_err(), "{region}");
        }
    }

    #[test]
    fn an_endpoint_is_a_url_with_a_host() {
        for url in ["http://127.0.0.1:4566", "https://iam.example", "http://[::1]:80"] {
            assert!(check_endpoint(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "127.0.0.1:4566",
            "ftp://x",
            "http://",
            "http:///x",
            "http://a b",
        ] {
            assert!(check_endpoint(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_caller_without_a_proper_account_is_not_believed() {
        assert!(caller(Some("arn"), Some("12"), None).is_err());
        assert!(caller(None, Some("111122223333"), None).is_err());
        assert!(caller(Some("arn"), Some("111122223333"), None).is_ok());
    }

    /// Answers `GetCallerIdentity` after ten seconds.
    #[derive(Debug)]
    struct Slow;

    impl HttpConnector for Slow {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            HttpConnectorFuture::new(async {
                tokio::time::sleep(Duration::from_secs(10)).await;
                let body = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account>\
                    </GetCallerIdentityResult></GetCallerIdentityResponse>";
                let status = StatusCode::try_from(200).map_err(|error| ConnectorError::user(error.into()))?;
                Ok(HttpResponse::new(status, body.into()))
            })
        }
    }

    /// The time of the test, so that whatever watches the pace sees it pass.
    #[derive(Debug)]
    struct Paused(tokio::time::Instant);

    impl TimeSource for Paused {
        fn now(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000) + self.0.elapsed()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_waits_for_its_place_is_not_taken_for_one_that_stalls() {
        let client = http_client_fn(|_, _| SharedHttpConnector::new(Slow));
        let settings = ConnectSettings {
            region: Some("us-east-1".to_owned()),
            endpoint_url: Some("http://127.0.0.1".to_owned()),
            credentials: Some(StaticCredentials {
                access_key_id: "AKIAEXAMPLE".to_owned(),
                secret_access_key: "secret".to_owned(),
                session_token: None,
            }),
            http_client: Some(SharedHttpClient::new(Limited::new(client, 1))),
            ..ConnectSettings::default()
        };
        let config = load(&settings).await.into_builder();
        let config = config.time_source(Paused(tokio::time::Instant::now())).build();
        // One attempt, so that a request that failed is not sent again.
        let clients = SharedClients::new(&config, 1, None);
        let before = tokio::time::Instant::now();
        let calls = (0..4).map(|_| clients.sts.get_caller_identity().send());
        let answers = futures_util::future::join_all(calls).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        assert_eq!(before.elapsed().as_secs(), 40);
    }
}
