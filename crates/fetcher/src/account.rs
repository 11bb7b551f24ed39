//! One account: enter it, read five things, confirm live what would fail.

mod details;
mod live;
mod report;
mod session;
mod small;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use org_audit_model::snapshot::{
    Access, Account, AuthorizationDetails, Documents, LiveConfirmation, PasswordPolicy, RawCredentialReport,
    SCHEMA_VERSION, VirtualMfaDevice,
};
use org_audit_model::{AccountId, AccountSnapshot, FailureKind, Reading};
use smol_str::SmolStr;

use crate::Clock;
use crate::aws_managed::AwsManaged;
use crate::calls::{Calls, Trail};
use crate::event::Observer;
use crate::sdk::iam_client;
use crate::settings::CollectSettings;
use session::Entered;

/// What every account's collection needs, and what they share.
pub(crate) struct Accounts {
    pub(crate) config: SdkConfig,
    pub(crate) sts: aws_sdk_sts::Client,
    pub(crate) partition: SmolStr,
    pub(crate) caller_account: AccountId,
    pub(crate) settings: CollectSettings,
    pub(crate) calls: Arc<Calls>,
    pub(crate) clock: Clock,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) aws_managed: AwsManaged,
}

/// One account's client and what is needed to ask with it.
struct Reader<'a> {
    accounts: &'a Accounts,
    client: Client,
}

impl Reader<'_> {
    fn trail(&self) -> Trail<'_> {
        Trail::new(&self.accounts.calls, &self.accounts.clock)
    }
}

/// The five readings and what follows from them.
struct Readings {
    credential_report: Reading<RawCredentialReport>,
    authorization_details: Reading<AuthorizationDetails>,
    account_summary: Reading<BTreeMap<SmolStr, i64>>,
    password_policy: Reading<Option<PasswordPolicy>>,
    virtual_mfa_devices: Reading<Vec<VirtualMfaDevice>>,
    live: BTreeMap<SmolStr, LiveConfirmation>,
    documents: Documents,
}

/// Whether a reading is still to be made: not asked for yet, or refused because the session had expired.
fn wanted<T>(reading: &Reading<T>) -> bool {
    match reading {
        Reading::Read { .. } => false,
        Reading::NotAsked { .. } => true,
        Reading::Unreadable { failure, .. } => failure.kind == FailureKind::Credentials,
    }
}

impl Readings {
    fn none() -> Self {
        fn not_asked<T>() -> Reading<T> {
            Reading::NotAsked {
                reason: "not asked for yet".to_owned(),
            }
        }
        Self {
            credential_report: not_asked(),
            authorization_details: not_asked(),
            account_summary: not_asked(),
            password_policy: not_asked(),
            virtual_mfa_devices: not_asked(),
            live: BTreeMap::new(),
            documents: Documents::new(),
        }
    }

    /// Whether the session ended before everything was read.
    fn cut_off(&self) -> bool {
        wanted(&self.credential_report)
            || wanted(&self.authorization_details)
            || wanted(&self.account_summary)
            || wanted(&self.password_policy)
            || wanted(&self.virtual_mfa_devices)
            || self
                .live
                .values()
                .any(|live| wanted(&live.login_profile) || wanted(&live.mfa_devices))
    }
}

impl Accounts {
    /// Reads `account`, or says why it cannot be read.
    pub(crate) async fn collect(&self, account: &Account) -> AccountSnapshot {
        let started_at = (self.clock)();
        let id = account.id.clone();
        if !account.state.can_be_read() {
            let state = SmolStr::new(account.state.as_str());
            let reason = format!("an account in the state {state} cannot be read");
            return AccountSnapshot::not_entered(id, Access::NotAssessable { state }, started_at, &reason);
        }
        if !self.settings.accounts.admits(&id) {
            return AccountSnapshot::not_entered(
                id,
                Access::Excluded,
                started_at,
                "the account was left out by the user",
            );
        }
        let entered = match self.enter(&id).await {
            Ok(entered) => entered,
            Err(access) => {
                return AccountSnapshot {
                    ended_at: (self.clock)(),
                    ..AccountSnapshot::not_entered(id, access, started_at, "the account could not be entered")
                };
            }
        };
        let (access, readings) = self.read(&id, entered).await;
        AccountSnapshot {
            schema_version: SCHEMA_VERSION,
            account_id: id,
            started_at,
            ended_at: (self.clock)(),
            access,
            credential_report: readings.credential_report,
            authorization_details: readings.authorization_details,
            account_summary: readings.account_summary,
            password_policy: readings.password_policy,
            virtual_mfa_devices: readings.virtual_mfa_devices,
            live: readings.live,
            documents: readings.documents,
        }
    }

    /// Reads everything, and once more what a session that expired in the middle did not get.
    async fn read(&self, id: &AccountId, entered: Entered) -> (Access, Readings) {
        let Entered {
            mut access,
            credentials,
        } = entered;
        let is_role = credentials.is_some();
        let mut readings = self.reader(id, credentials).fill(Readings::none()).await;
        if is_role && readings.cut_off() {
            tracing::debug!(account = %id, "the session ended early; the role is assumed again");
            if let Ok(again) = self.enter(id).await {
                access = again.access;
                readings = self.reader(id, again.credentials).fill(readings).await;
            }
        }
        (access, readings)
    }

    fn reader(&self, id: &AccountId, credentials: Option<aws_credential_types::Credentials>) -> Reader<'_> {
        Reader {
            accounts: self,
            client: iam_client(&self.config, &self.observer, id.as_str(), credentials),
        }
    }
}

/// Makes the reading unless it is already made.
async fn unless_made<T>(made: Reading<T>, make: impl Future<Output = Reading<T>>) -> Reading<T> {
    if wanted(&made) { make.await } else { made }
}

impl Reader<'_> {
    /// Makes every reading that is wanted.
    ///
    /// The credential report is started first and fetched last, so that AWS has the time of the other
    /// calls to make it.
    async fn fill(&self, mut readings: Readings) -> Readings {
        let want_report = wanted(&readings.credential_report);
        let generate = async {
            if want_report {
                Some(self.generate_report().await)
            } else {
                None
            }
        };
        let want_details = wanted(&readings.authorization_details);
        let details = async {
            if want_details {
                Some(self.authorization_details().await)
            } else {
                None
            }
        };
        let (generated, details, summary, policy, devices) = tokio::join!(
            generate,
            details,
            unless_made(readings.account_summary, self.account_summary()),
            unless_made(readings.password_policy, self.password_policy()),
            unless_made(readings.virtual_mfa_devices, self.virtual_mfa_devices()),
        );
        readings.account_summary = summary;
        readings.password_policy = policy;
        readings.virtual_mfa_devices = devices;
        if let Some((reading, documents)) = details {
            readings.authorization_details = reading;
            readings.documents = documents;
        }
        let report = async {
            match generated {
                Some(generated) => self.fetch_report(generated).await,
                None => readings.credential_report,
            }
        };
        let learn = self.accounts.aws_managed.learn(
            readings.authorization_details.value(),
            &self.client,
            self.accounts,
        );
        let (report, ()) = tokio::join!(report, learn);
        readings.credential_report = report;
        readings.live = self
            .confirm(
                &readings.credential_report,
                &readings.authorization_details,
                readings.live,
            )
            .await;
        readings
    }
}
