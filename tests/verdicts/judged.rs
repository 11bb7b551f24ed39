//! An emulated organization, collected in this process and judged by every control.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use org_audit_analysis::controls::Selection;
use org_audit_analysis::{AccountSource, Options, analyze_with};
use org_audit_emulator::sdk_client::SdkClient;
use org_audit_emulator::{CallerKind, Emulator, WorldSpec, static_credentials};
use org_audit_fetcher::{
    Clock, CollectSettings, ConnectSettings, Observer, SharedHttpClient, Sink, StaticCredentials, collect,
    connect,
};
use org_audit_model::snapshot::AwsManagedPolicies;
use org_audit_model::store::StoreError;
use org_audit_model::{
    AccountAssessment, AccountId, AccountSnapshot, OrganizationSnapshot, RunAssessment, UserAssessment,
};

/// A collected organization and the emulator that it came from.
pub struct Collected {
    pub emulator: Arc<Emulator>,
    pub organization: OrganizationSnapshot,
    pub aws_managed: AwsManagedPolicies,
    pub accounts: Accounts,
}

/// The accounts' snapshots, in memory.
#[derive(Debug, Default)]
pub struct Accounts(pub BTreeMap<AccountId, AccountSnapshot>);

impl AccountSource for Accounts {
    fn account(&self, id: &AccountId) -> Result<Option<AccountSnapshot>, StoreError> {
        Ok(self.0.get(id).cloned())
    }
}

/// What was judged.
pub struct Judged {
    pub run: RunAssessment,
    pub accounts: Vec<AccountAssessment>,
}

#[derive(Debug, Default)]
struct Recorder {
    accounts: Mutex<BTreeMap<AccountId, AccountSnapshot>>,
    aws_managed: Mutex<AwsManagedPolicies>,
}

impl Sink for Recorder {
    fn organization(&self, _organization: &OrganizationSnapshot) -> Result<(), StoreError> {
        Ok(())
    }

    fn aws_managed_policies(&self, policies: &AwsManagedPolicies) -> Result<(), StoreError> {
        *self.aws_managed.lock().unwrap() = policies.clone();
        Ok(())
    }

    fn account(&self, account: &AccountSnapshot) -> Result<(), StoreError> {
        let mut accounts = self.accounts.lock().unwrap();
        accounts.insert(account.account_id.clone(), account.clone());
        Ok(())
    }
}

/// A clock that goes with tokio's paused one: waiting costs nothing and still counts.
fn clock() -> impl Fn() -> Timestamp + Clone + Send + Sync + 'static {
    let start = tokio::time::Instant::now();
    let epoch: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
    move || epoch + SignedDuration::try_from(start.elapsed()).unwrap()
}

/// Collects a world: `fresh` asks IAM about every user, and not only about those whom the report fails.
pub async fn collected(spec: WorldSpec, fresh: bool) -> Collected {
    let clock = clock();
    let emulator = Arc::new(Emulator::new(spec, Arc::new(clock.clone())));
    let settings = CollectSettings {
        role_name: org_audit_emulator::DEFAULT_ROLE.to_owned(),
        tool_version: "0.0.0".to_owned(),
        roles: Selection::all().needs_roles(),
        fresh,
        ..CollectSettings::default()
    };
    let (access_key_id, secret_access_key) = static_credentials(CallerKind::Management);
    let connect_settings = ConnectSettings {
        region: Some("eu-central-1".to_owned()),
        credentials: Some(StaticCredentials {
            access_key_id: access_key_id.to_owned(),
            secret_access_key: secret_access_key.to_owned(),
            session_token: None,
        }),
        http_client: Some(SharedHttpClient::new(SdkClient::new(Arc::clone(&emulator)))),
        ..ConnectSettings::default()
    };
    let connection = connect(&connect_settings).await.unwrap();
    let recorder = Arc::new(Recorder::default());
    let sink: Arc<dyn Sink> = Arc::<Recorder>::clone(&recorder);
    let silent: Arc<dyn Observer> = Arc::new(());
    let clock: Clock = Arc::new(clock);
    let organization = collect(&connection, &settings, sink, silent, clock)
        .await
        .unwrap();
    let accounts = std::mem::take(&mut *recorder.accounts.lock().unwrap());
    let aws_managed = std::mem::take(&mut *recorder.aws_managed.lock().unwrap());
    Collected {
        emulator,
        organization,
        aws_managed,
        accounts: Accounts(accounts),
    }
}

/// Every control.
pub fn every_control() -> Options {
    Options {
        selection: Selection::all(),
        ..Options::default()
    }
}

impl Collected {
    /// Judges all accounts by every control.
    pub fn judge(&self) -> Judged {
        let mut accounts = Vec::new();
        let run = analyze_with(
            &every_control(),
            &self.organization,
            &self.aws_managed,
            &self.accounts,
            |account| {
                accounts.push(account);
                Ok::<(), Infallible>(())
            },
        );
        Judged {
            run: run.unwrap(),
            accounts,
        }
    }
}

impl Judged {
    /// The account of this name.
    pub fn account(&self, name: &str) -> &AccountAssessment {
        let mut accounts = self.accounts.iter();
        accounts
            .find(|account| account.account_name == name)
            .unwrap_or_else(|| panic!("there is no account {name}"))
    }

    /// A user of the account of this name.
    pub fn user(&self, account: &str, user: &str) -> &UserAssessment {
        let mut users = self.account(account).users.iter();
        users
            .find(|found| found.user_name == user)
            .unwrap_or_else(|| panic!("there is no user {user} in {account}"))
    }
}
