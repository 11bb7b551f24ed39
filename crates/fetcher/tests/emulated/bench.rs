//! The test bench: an emulated organization, a collection over it, and what came out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use org_audit_emulator::sdk_client::SdkClient;
use org_audit_emulator::{CallerKind, Emulator, Fault, WorldSpec, static_credentials};
use org_audit_fetcher::{
    CollectSettings, ConnectSettings, Event, FetchError, Observer, SharedHttpClient, Sink, StaticCredentials,
    collect, connect,
};
use org_audit_model::snapshot::AwsManagedPolicies;
use org_audit_model::store::StoreError;
use org_audit_model::{AccountId, AccountSnapshot, OrganizationSnapshot};

/// A clock that goes with tokio's: where a test's time is paused, waiting costs nothing and still counts.
fn clock() -> impl Fn() -> Timestamp + Clone + Send + Sync + 'static {
    let start = tokio::time::Instant::now();
    let epoch: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
    move || epoch + SignedDuration::try_from(start.elapsed()).unwrap()
}

/// What to collect, and as whom.
pub struct Bench {
    pub emulator: Arc<Emulator>,
    pub caller: CallerKind,
    pub settings: CollectSettings,
    /// Where a server of the emulator listens; in the same process where there is none.
    pub endpoint: Option<String>,
    clock: org_audit_fetcher::Clock,
}

/// Everything that came out of a collection.
#[derive(Debug)]
pub struct Collected {
    pub organization: OrganizationSnapshot,
    pub accounts: BTreeMap<AccountId, AccountSnapshot>,
    pub aws_managed: AwsManagedPolicies,
    pub taken: Taken,
}

/// What sink and observer were given, in order.
#[derive(Debug, Default)]
pub struct Taken {
    pub organizations: Vec<OrganizationSnapshot>,
    accounts: Vec<AccountSnapshot>,
    aws_managed: Vec<AwsManagedPolicies>,
    pub finished: usize,
    pub throttled: usize,
}

#[derive(Debug, Default)]
struct Recorder(Mutex<Taken>);

impl Sink for Recorder {
    fn organization(&self, organization: &OrganizationSnapshot) -> Result<(), StoreError> {
        self.0.lock().unwrap().organizations.push(organization.clone());
        Ok(())
    }

    fn aws_managed_policies(&self, policies: &AwsManagedPolicies) -> Result<(), StoreError> {
        self.0.lock().unwrap().aws_managed.push(policies.clone());
        Ok(())
    }

    fn account(&self, account: &AccountSnapshot) -> Result<(), StoreError> {
        self.0.lock().unwrap().accounts.push(account.clone());
        Ok(())
    }
}

impl Observer for Recorder {
    fn event(&self, event: Event<'_>) {
        let mut taken = self.0.lock().unwrap();
        match event {
            Event::AccountFinished { .. } => taken.finished += 1,
            Event::Throttled { .. } => taken.throttled += 1,
            _ => {}
        }
    }
}

impl Bench {
    pub fn new(spec: WorldSpec) -> Self {
        Self::with_faults(spec, [])
    }

    pub fn with_faults(spec: WorldSpec, faults: impl IntoIterator<Item = Fault>) -> Self {
        let clock = clock();
        let emulator = Emulator::new(spec, Arc::new(clock.clone())).with_faults(faults);
        let settings = CollectSettings {
            role_name: org_audit_emulator::DEFAULT_ROLE.to_owned(),
            tool_version: "0.0.0".to_owned(),
            ..CollectSettings::default()
        };
        Self {
            emulator: Arc::new(emulator),
            caller: CallerKind::Management,
            settings,
            endpoint: None,
            clock: Arc::new(clock),
        }
    }

    pub fn caller(mut self, caller: CallerKind) -> Self {
        self.caller = caller;
        self
    }

    pub fn settings(mut self, change: impl FnOnce(&mut CollectSettings)) -> Self {
        change(&mut self.settings);
        self
    }

    pub fn connect_settings(&self) -> ConnectSettings {
        let (access_key_id, secret_access_key) = static_credentials(self.caller);
        ConnectSettings {
            region: Some("eu-central-1".to_owned()),
            credentials: Some(StaticCredentials {
                access_key_id: access_key_id.to_owned(),
                secret_access_key: secret_access_key.to_owned(),
                session_token: None,
            }),
            endpoint_url: self.endpoint.clone(),
            http_client: self
                .endpoint
                .is_none()
                .then(|| SharedHttpClient::new(SdkClient::new(Arc::clone(&self.emulator)))),
            ..ConnectSettings::default()
        }
    }

    pub async fn collect(&self) -> Result<Collected, FetchError> {
        let connection = connect(&self.connect_settings()).await?;
        let recorder = Arc::new(Recorder::default());
        let organization = collect(
            &connection,
            &self.settings,
            Arc::clone(&recorder) as Arc<dyn Sink>,
            Arc::clone(&recorder) as Arc<dyn Observer>,
            Arc::clone(&self.clock),
        )
        .await?;
        let mut taken = std::mem::take(&mut *recorder.0.lock().unwrap());
        let count = taken.accounts.len();
        let accounts: BTreeMap<_, _> = taken
            .accounts
            .drain(..)
            .map(|account| (account.account_id.clone(), account))
            .collect();
        assert_eq!(accounts.len(), count, "an account was handed to the sink twice");
        assert_eq!(accounts.len(), taken.finished);
        let listed: Vec<_> = organization.accounts.iter().map(|account| &account.id).collect();
        assert_eq!(
            accounts.keys().collect::<Vec<_>>(),
            listed,
            "an account is missing"
        );
        assert_eq!(taken.aws_managed.len(), 1);
        Ok(Collected {
            organization,
            accounts,
            aws_managed: taken.aws_managed.remove(0),
            taken,
        })
    }

    /// How often the emulator was asked for `operation`, such as `iam:GetLoginProfile`.
    pub fn asked(&self, operation: &str) -> u64 {
        let (service, name) = operation.split_once(':').unwrap();
        self.emulator
            .calls()
            .get(&(service.to_owned(), name.to_owned()))
            .copied()
            .unwrap_or(0)
    }
}

pub fn id(text: &str) -> AccountId {
    AccountId::try_from(text).unwrap()
}
