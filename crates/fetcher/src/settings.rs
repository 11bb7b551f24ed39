//! What the caller decides: how to reach AWS, and how to collect.

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroUsize;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use org_audit_model::AccountId;
use org_audit_model::snapshot::EndpointOverride;

/// How many requests may wait for an answer at once where nothing else is said.
///
/// Six for each account at the usual concurrency of 32, which is more than the plan's own five calls; it is met only
/// while many users are confirmed at once. At 80 ms an answer these are 2,400 answers a second.
pub const REQUESTS_AT_ONCE: NonZeroUsize = NonZeroUsize::new(192).unwrap();

/// How to reach AWS, and as whom. What is `None` comes from where the AWS SDK always looks: the
/// environment, the shared configuration files, the container or the instance.
#[derive(Debug, Clone, Default)]
pub struct ConnectSettings {
    /// A profile of the shared configuration files.
    pub profile: Option<String>,
    /// The region. It chooses the partition's endpoints and the STS endpoint.
    pub region: Option<String>,
    /// Another endpoint than AWS's, for all services.
    pub endpoint_url: Option<String>,
    /// Credentials, instead of the ones that the SDK finds.
    pub credentials: Option<StaticCredentials>,
    /// How long to wait for AWS.
    pub timeouts: Timeouts,
    /// How many requests may wait for an answer at once, in all accounts together; [`REQUESTS_AT_ONCE`] where nothing
    /// is said. Whoever reads many accounts at a time lets each have a few, or requests wait longer for their place
    /// than for AWS.
    pub requests_at_once: Option<NonZeroUsize>,
    /// Endpoint overrides that the caller has seen. Those that the SDK follows are found without this;
    /// both end up in the snapshot's [`endpoint_overrides`](crate::Connection::endpoint_overrides).
    pub environment_endpoints: Vec<EndpointOverride>,
    /// An HTTP client instead of the SDK's own, so that an emulated AWS can answer in the same process.
    pub http_client: Option<SharedHttpClient>,
}

/// Access key and secret. `Debug` shows neither secret nor session token.
#[derive(Clone)]
pub struct StaticCredentials {
    /// Such as `AKIA…` or `ASIA…`.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The session token of temporary credentials.
    pub session_token: Option<String>,
}

impl fmt::Debug for StaticCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticCredentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// How long to wait for AWS. The SDK's own defaults have no limit but the one on connecting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For one attempt at a call, from its turn to be sent to the last byte received; the wait for a place among
    /// [`requests_at_once`](ConnectSettings::requests_at_once) is part of it.
    pub attempt: Duration,
    /// For a call with all its attempts and the waits between them.
    pub operation: Duration,
}

impl Default for Timeouts {
    /// An attempt may take a minute, because a page of a thousand users with their policies is a few
    /// megabytes; a call with all its attempts may take five.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            attempt: Duration::from_secs(60),
            operation: Duration::from_secs(300),
        }
    }
}

/// Whether calls to Organizations are paced to the documented rates.
///
/// Organizations allows two `DescribePolicy` a second (Organizations User Guide, "Quotas and service
/// limits"); going faster gains nothing and uses up retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pacing {
    /// Paced against AWS, not paced against any other endpoint.
    #[default]
    Auto,
    /// Paced.
    On,
    /// Not paced.
    Off,
}

/// Which accounts are read. The others stay in the snapshot as excluded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountFilter {
    /// Only these; all where it is empty.
    pub include: BTreeSet<AccountId>,
    /// Never these.
    pub exclude: BTreeSet<AccountId>,
}

impl AccountFilter {
    /// Whether the account is to be read.
    #[must_use]
    pub fn admits(&self, account: &AccountId) -> bool {
        (self.include.is_empty() || self.include.contains(account)) && !self.exclude.contains(account)
    }
}

/// How to collect.
#[derive(Debug, Clone)]
pub struct CollectSettings {
    /// Name of the role in each member account.
    pub role_name: String,
    /// Path of the role, `/` where it has none.
    pub role_path: String,
    /// `ExternalId`, where the role's trust policy asks for one.
    pub external_id: Option<String>,
    /// `RoleSessionName`: CloudTrail shows it with every call.
    pub session_name: String,
    /// `DurationSeconds` of the role session.
    pub session_duration_seconds: u32,
    /// Whether to narrow the role session to the calls that the audit makes.
    pub session_policy: bool,
    /// How many accounts are read at the same time.
    pub concurrency: usize,
    /// Whether to confirm every user live, and not only those that would fail.
    pub fresh: bool,
    /// Whether to read the roles of every account too. An account can have thousands of them, and only a few
    /// controls look at them.
    pub roles: bool,
    /// Which accounts are read.
    pub accounts: AccountFilter,
    /// How long to wait for an account's credential report to be made.
    pub report_timeout: Duration,
    /// Whether calls to Organizations are paced.
    pub pacing: Pacing,
    /// Version of the program, for the snapshot.
    pub tool_version: String,
}

impl Default for CollectSettings {
    fn default() -> Self {
        Self {
            role_name: "OrgAuditReadOnly".to_owned(),
            role_path: "/".to_owned(),
            external_id: None,
            session_name: "org-audit".to_owned(),
            session_duration_seconds: 3_600,
            session_policy: true,
            concurrency: 32,
            fresh: false,
            roles: false,
            accounts: AccountFilter::default(),
            report_timeout: Duration::from_secs(180),
            pacing: Pacing::Auto,
            tool_version: String::new(),
        }
    }
}

/// A setting that AWS would refuse in every account, found before the first call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting} `{value}` is not valid: it needs {rule}")]
pub struct SettingsError {
    setting: &'static str,
    value: String,
    rule: &'static str,
}

/// Characters that IAM allows in names: `[\w+=,.@-]`.
fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)
}

fn check(setting: &'static str, value: &str, rule: &'static str, holds: bool) -> Result<(), SettingsError> {
    if holds {
        return Ok(());
    }
    Err(SettingsError {
        setting,
        value: value.chars().take(80).collect(),
        rule,
    })
}

impl CollectSettings {
    /// Checks what can be checked without asking AWS. The rules are those of the STS API Reference,
    /// "AssumeRole", and the IAM API Reference, "Role".
    ///
    /// # Errors
    ///
    /// When a setting could not be right in any account.
    pub fn validate(&self) -> Result<(), SettingsError> {
        let length = |text: &str| text.chars().count();
        check(
            "the role name",
            &self.role_name,
            "1 to 64 characters of letters, digits and _+=,.@-",
            (1..=64).contains(&length(&self.role_name)) && self.role_name.chars().all(is_name_character),
        )?;
        let path = &self.role_path;
        check(
            "the role path",
            path,
            "a leading and a trailing / and no spaces, as in /security/",
            path == "/"
                || (path.starts_with('/')
                    && path.ends_with('/')
                    && (3..=512).contains(&length(path))
                    && path.chars().all(|c| c.is_ascii_graphic())),
        )?;
        check(
            "the session name",
            &self.session_name,
            "2 to 64 characters of letters, digits and _+=,.@-",
            (2..=64).contains(&length(&self.session_name))
                && self.session_name.chars().all(is_name_character),
        )?;
        if let Some(external_id) = &self.external_id {
            check(
                "the external id",
                // It is not kept anywhere else, so it is not shown here either.
                "…",
                "2 to 1224 characters of letters, digits and _+=,.@:/-",
                (2..=1_224).contains(&length(external_id))
                    && external_id
                        .chars()
                        .all(|c| is_name_character(c) || ":/".contains(c)),
            )?;
        }
        check(
            "the session duration",
            &self.session_duration_seconds.to_string(),
            "900 to 43200 seconds",
            (900..=43_200).contains(&self.session_duration_seconds),
        )?;
        check(
            "the concurrency",
            &self.concurrency.to_string(),
            "1 to 1000 accounts",
            (1..=1_000).contains(&self.concurrency),
        )
    }

    /// Checks what depends on who calls: a session that was itself opened with a role may open others for
    /// one hour at most (IAM User Guide, "Role chaining"), and asking for more fails in every account.
    ///
    /// # Errors
    ///
    /// When the caller is a role session and the duration is longer than an hour.
    pub(crate) fn validate_for(&self, caller_arn: &str) -> Result<(), SettingsError> {
        check(
            "the session duration",
            &self.session_duration_seconds.to_string(),
            "at most 3600 seconds, because the caller is a role session itself (role chaining)",
            !caller_arn.contains(":assumed-role/") || self.session_duration_seconds <= 3_600,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_settings_are_valid() {
        assert_eq!(CollectSettings::default().validate(), Ok(()));
    }

    #[test]
    fn debug_shows_no_secret() {
        let credentials = StaticCredentials {
            access_key_id: "AKIAEXAMPLE".into(),
            secret_access_key: "the-secret".into(),
            session_token: Some("the-token".into()),
        };
        let shown = format!("{credentials:?}");
        assert!(shown.contains("AKIAEXAMPLE"));
        assert!(
            !shown.contains("the-secret") && !shown.contains("the-token"),
            "{shown}"
        );
    }

    #[test]
    fn what_sts_would_refuse_is_refused_before_the_first_call() {
        type Change = fn(&mut CollectSettings);
        let wrong: [(&str, Change); 10] = [
            ("role name", |s| s.role_name = "a role".into()),
            ("role name", |s| s.role_name = String::new()),
            ("role path", |s| s.role_path = "security".into()),
            ("role path", |s| s.role_path = "//".into()),
            ("session name", |s| s.session_name = "x".into()),
            ("session name", |s| s.session_name = "é".repeat(3)),
            ("external id", |s| s.external_id = Some("white space".into())),
            ("session duration", |s| s.session_duration_seconds = 899),
            ("session duration", |s| s.session_duration_seconds = 43_201),
            ("concurrency", |s| s.concurrency = 0),
        ];
        for (what, change) in wrong {
            let mut settings = CollectSettings::default();
            change(&mut settings);
            let error = settings.validate().unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
    }

    #[test]
    fn an_external_id_is_not_shown_in_an_error() {
        let settings = CollectSettings {
            external_id: Some("secret id".into()),
            ..CollectSettings::default()
        };
        assert!(!settings.validate().unwrap_err().to_string().contains("secret"));
    }

    #[test]
    fn a_chained_role_session_lasts_one_hour_at_most() {
        let settings = CollectSettings {
            session_duration_seconds: 7_200,
            ..CollectSettings::default()
        };
        let user = "arn:aws:iam::111122223333:user/ana";
        let session = "arn:aws:sts::111122223333:assumed-role/audit/ana";
        assert_eq!(settings.validate_for(user), Ok(()));
        assert!(settings.validate_for(session).is_err());
    }

    #[test]
    fn an_excluded_account_is_not_read_even_if_it_is_included() {
        let id = |text: &str| AccountId::try_from(text).unwrap();
        let filter = AccountFilter {
            include: [id("111111111111"), id("222222222222")].into(),
            exclude: [id("222222222222")].into(),
        };
        assert!(filter.admits(&id("111111111111")));
        assert!(!filter.admits(&id("222222222222")));
        assert!(!filter.admits(&id("333333333333")));
        assert!(AccountFilter::default().admits(&id("333333333333")));
    }
}
