//! The whole run: the organization first, then its policies and its accounts at the same time.

use std::collections::BTreeMap;
use std::sync::Arc;

use org_audit_model::snapshot::{
    Account, AwsManagedPolicies, Collection, OrganizationPolicies, RoleSettings, SCHEMA_VERSION,
};
use org_audit_model::{AccountSnapshot, OrganizationSnapshot, Reading};
use tokio::task::JoinSet;

use crate::Clock;
use crate::account::Accounts;
use crate::aws_managed::AwsManaged;
use crate::connection::Connection;
use crate::error::FetchError;
use crate::event::{Event, Observer};
use crate::organization::{Organizations, Policies, PolicyKind, Structure, not_read_yet};
use crate::pace::Pace;
use crate::sdk::{SHARED_ATTEMPTS, SharedClients, iam_client};
use crate::settings::{CollectSettings, Pacing};
use crate::sink::Sink;

/// Reads the organization and every account of it, and hands each piece to `sink`.
///
/// Dropping the future stops the collection; what the sink has taken by then is whole.
///
/// # Errors
///
/// When there is no going on: the settings are not valid, the organization's description or its accounts
/// may not be read, or the sink refuses. Everything else that fails is in the snapshot.
pub async fn collect(
    connection: &Connection,
    settings: &CollectSettings,
    sink: Arc<dyn Sink>,
    observer: Arc<dyn Observer>,
    clock: Clock,
) -> Result<OrganizationSnapshot, FetchError> {
    settings.validate()?;
    settings.validate_for(&connection.caller().arn)?;
    let started_at = clock();
    let clients = SharedClients::new(&connection.config, SHARED_ATTEMPTS, Some(&observer));
    let pace = Pace::new(match settings.pacing {
        Pacing::On => true,
        Pacing::Off => false,
        Pacing::Auto => connection.is_aws,
    });
    let organizations = Organizations {
        client: &clients.organizations,
        calls: &connection.calls,
        clock: &clock,
        pace: &pace,
    };
    let structure = organizations.structure(connection).await?;
    observer.event(Event::OrganizationRead {
        accounts: structure.accounts.len(),
        organizational_units: structure.tree.organizational_units.len(),
    });
    let begun = preliminary(connection, settings, started_at, &structure);
    sink.organization(&begun)?;

    let accounts = Arc::new(Accounts {
        config: connection.config.clone(),
        sts: clients.sts.clone(),
        partition: connection.partition().into(),
        caller_account: connection.caller().account_id.clone(),
        settings: settings.clone(),
        calls: Arc::clone(&connection.calls),
        clock: Arc::clone(&clock),
        observer: Arc::clone(&observer),
        aws_managed: AwsManaged::default(),
    });
    // Written again as soon as the policies are known: a collection that is cut off later then has them, and
    // whoever watches the sink can tell early that an SCP stops the audit itself.
    let caller = &connection.caller().account_id;
    let iam = iam_client(&connection.config, &observer, caller.as_str(), None);
    let policies = async {
        let ((service_control, resource_control), root_access) = tokio::join!(
            read_policies(&organizations, &structure),
            organizations.root_access_features(&iam)
        );
        observer.event(Event::PoliciesRead {
            policies: count(&service_control.reading) + count(&resource_control.reading),
        });
        let mut snapshot = with_policies(begun, service_control, resource_control);
        snapshot.root_access_features = root_access;
        sink.organization(&snapshot)?;
        Ok(snapshot)
    };
    let (mut snapshot, aws_managed) =
        tokio::try_join!(policies, read_accounts(&accounts, &structure.accounts, &sink))?;
    sink.aws_managed_policies(&aws_managed)?;
    snapshot.collection.ended_at = Some(clock());
    snapshot.collection.calls = connection.calls.snapshot();
    snapshot.collection.requests = connection.calls.requests();
    sink.organization(&snapshot)?;
    Ok(snapshot)
}

/// The snapshot as it stands if the collection is cut off from here on.
fn preliminary(
    connection: &Connection,
    settings: &CollectSettings,
    started_at: jiff::Timestamp,
    structure: &Structure,
) -> OrganizationSnapshot {
    OrganizationSnapshot {
        schema_version: SCHEMA_VERSION,
        collection: Collection {
            tool_version: settings.tool_version.clone(),
            started_at,
            ended_at: None,
            caller: connection.caller().clone(),
            partition: connection.partition().into(),
            region: connection.region().into(),
            endpoint_overrides: connection.endpoint_overrides().to_vec(),
            role: RoleSettings {
                name: settings.role_name.clone(),
                path: settings.role_path.clone(),
                session_name: settings.session_name.clone(),
                external_id: settings.external_id.is_some(),
                duration_seconds: settings.session_duration_seconds,
                session_policy: settings.session_policy,
            },
            fresh: settings.fresh,
            calls: connection.calls.snapshot(),
            requests: connection.calls.requests(),
        },
        organization: structure.description.clone(),
        tree: structure.tree.clone(),
        accounts: structure.accounts.clone(),
        service_control_policies: not_read_yet(),
        resource_control_policies: not_read_yet(),
        root_access_features: Reading::NotAsked {
            reason: "the collection was cut off before this was asked".to_owned(),
        },
        documents: BTreeMap::new(),
    }
}

async fn read_policies(organizations: &Organizations<'_>, structure: &Structure) -> (Policies, Policies) {
    let read = |kind| organizations.policies(kind, &structure.tree, structure.roots_unreadable.as_ref());
    tokio::join!(
        read(PolicyKind::ServiceControl),
        read(PolicyKind::ResourceControl)
    )
}

fn count(reading: &Reading<OrganizationPolicies>) -> usize {
    reading.value().map_or(0, |policies| policies.policies.len())
}

/// Reads all accounts, as many at a time as the settings say.
async fn read_accounts(
    accounts: &Arc<Accounts>,
    list: &[Account],
    sink: &Arc<dyn Sink>,
) -> Result<AwsManagedPolicies, FetchError> {
    let mut running: JoinSet<Result<(), FetchError>> = JoinSet::new();
    for account in list {
        while running.len() >= accounts.settings.concurrency {
            joined(running.join_next().await)?;
        }
        let (accounts, account, sink) = (Arc::clone(accounts), account.clone(), Arc::clone(sink));
        running.spawn(async move {
            let snapshot = accounts.collect(&account).await;
            let snapshot = keep(snapshot, sink).await?;
            accounts.observer.event(Event::AccountFinished {
                name: &account.name,
                account: &snapshot,
            });
            Ok(())
        });
    }
    while !running.is_empty() {
        joined(running.join_next().await)?;
    }
    Ok(accounts.aws_managed.finish().await)
}

/// Hands the account to the sink on a thread where waiting for a disk holds nobody up.
async fn keep(snapshot: AccountSnapshot, sink: Arc<dyn Sink>) -> Result<AccountSnapshot, FetchError> {
    tokio::task::spawn_blocking(move || {
        sink.account(&snapshot)?;
        Ok(snapshot)
    })
    .await
    .map_err(|error| FetchError::Defect(error.to_string()))?
}

fn joined(result: Option<Result<Result<(), FetchError>, tokio::task::JoinError>>) -> Result<(), FetchError> {
    match result {
        Some(Ok(result)) => result,
        Some(Err(error)) => Err(FetchError::Defect(error.to_string())),
        None => Ok(()),
    }
}

fn with_policies(
    mut snapshot: OrganizationSnapshot,
    service_control: Policies,
    resource_control: Policies,
) -> OrganizationSnapshot {
    snapshot.service_control_policies = service_control.reading;
    snapshot.resource_control_policies = resource_control.reading;
    snapshot.documents = service_control.documents;
    snapshot.documents.extend(resource_control.documents);
    snapshot
}
