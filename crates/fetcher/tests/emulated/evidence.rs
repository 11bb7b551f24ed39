//! What an assessor relies on: the same organization gives the same data, nothing secret is kept, and a
//! collection that was cut off does not look like a whole one.

use std::sync::Arc;

use org_audit_emulator::{WorldSpec, static_credentials};
use org_audit_fetcher::{FetchError, Sink, collect, connect};
use org_audit_model::store::{SnapshotReader, SnapshotWriter, StoreError};
use org_audit_model::{AccountSnapshot, OrganizationSnapshot};
use serde_json::Value;

use crate::bench::{Bench, Collected};

/// Takes out of a snapshot what differs between two runs: times and request ids.
fn without_run(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            entries.retain(|key, _| {
                ![
                    "at",
                    "requests",
                    "request_id",
                    "started_at",
                    "ended_at",
                    "generated_at",
                ]
                .contains(&key.as_str())
            });
            entries.values_mut().for_each(without_run);
        }
        Value::Array(entries) => entries.iter_mut().for_each(without_run),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn comparable(collected: &Collected) -> String {
    let mut value = serde_json::json!({
        "organization": collected.organization,
        "accounts": collected.accounts,
        "aws_managed": collected.aws_managed,
    });
    without_run(&mut value);
    serde_json::to_string_pretty(&value).unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_same_organization_gives_the_same_data() {
    let one = Bench::new(WorldSpec::demo()).settings(|settings| settings.concurrency = 1);
    let many = Bench::new(WorldSpec::demo()).settings(|settings| settings.concurrency = 64);
    let (one, many) = (one.collect().await.unwrap(), many.collect().await.unwrap());
    assert_eq!(comparable(&one), comparable(&many));
}

#[tokio::test(start_paused = true)]
async fn the_snapshot_says_who_collected_it_and_how() {
    let bench = Bench::new(WorldSpec::uniform().accounts(2));
    let collected = bench.collect().await.unwrap();
    let collection = &collected.organization.collection;
    assert_eq!(collection.partition, "aws");
    assert_eq!(collection.region, "eu-central-1");
    assert_eq!(collection.tool_version, "0.0.0");
    assert!(collection.caller.arn.contains(":user/"));
    assert!(collection.ended_at.is_some());
    assert_eq!(collection.role.session_name, "org-audit");
    assert!(collection.role.session_policy);
    assert_eq!(collection.endpoint_overrides, []);
}

#[tokio::test(start_paused = true)]
async fn no_secret_is_kept() {
    let bench = Bench::new(WorldSpec::demo());
    let collected = bench.collect().await.unwrap();
    let text = comparable(&collected);
    let (key, secret) = static_credentials(bench.caller);
    assert!(!text.contains(secret));
    // Session tokens and session keys of the emulator start like AWS's.
    assert!(!text.contains("FwoGZXIvYXdz"));
    assert!(!text.contains("ASIA"));
    assert!(text.contains("arn:aws:sts::") && !key.is_empty());
}

#[tokio::test(start_paused = true)]
async fn every_reading_carries_its_request_ids() {
    let collected = Bench::new(WorldSpec::uniform().accounts(2))
        .collect()
        .await
        .unwrap();
    for account in collected.accounts.values() {
        let value = serde_json::to_value(account).unwrap();
        for (reading, requests) in [
            ("credential_report", 2),
            ("authorization_details", 1),
            ("account_summary", 1),
            ("password_policy", 1),
            ("virtual_mfa_devices", 1),
        ] {
            assert_eq!(
                value[reading]["requests"].as_array().unwrap().len(),
                requests,
                "{reading}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn until_the_end_the_snapshot_says_that_it_was_cut_off() {
    let collected = Bench::new(WorldSpec::uniform().accounts(2))
        .collect()
        .await
        .unwrap();
    let [first, with_policies, last] = &collected.taken.organizations[..] else {
        panic!("{} organizations", collected.taken.organizations.len());
    };
    assert_eq!(first.collection.ended_at, None);
    assert_eq!(first.accounts, last.accounts);
    let why = first.service_control_policies.why_missing().unwrap();
    assert!(why.contains("cut off"));
    assert_eq!(with_policies.collection.ended_at, None);
    assert_eq!(
        with_policies.service_control_policies,
        last.service_control_policies
    );
    assert!(last.collection.ended_at.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_on_disk_is_read_back_whole() {
    let bench = Bench::new(WorldSpec::demo());
    let directory = tempfile::tempdir().unwrap();
    let writer = SnapshotWriter::create(directory.path()).unwrap();
    let connection = connect(&bench.connect_settings()).await.unwrap();
    let clock: org_audit_fetcher::Clock = Arc::new(|| "2026-06-01T12:00:00Z".parse().unwrap());
    let organization = collect(
        &connection,
        &bench.settings,
        Arc::new(writer),
        Arc::new(()),
        clock,
    )
    .await
    .unwrap();
    let reader = SnapshotReader::open(directory.path()).unwrap();
    assert_eq!(reader.organization().unwrap(), organization);
    assert!(!reader.aws_managed_policies().unwrap().policies.is_empty());
    for account in &organization.accounts {
        assert!(reader.account(&account.id).unwrap().is_some(), "{}", account.id);
    }
}

struct FullDisk;

impl Sink for FullDisk {
    fn organization(&self, _organization: &OrganizationSnapshot) -> Result<(), StoreError> {
        Ok(())
    }

    fn aws_managed_policies(
        &self,
        _policies: &org_audit_model::snapshot::AwsManagedPolicies,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    fn account(&self, _account: &AccountSnapshot) -> Result<(), StoreError> {
        Err(StoreError::Io {
            action: "write",
            path: "accounts".into(),
            source: std::io::Error::other("no space left on device"),
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_refuses_stops_the_collection() {
    let bench = Bench::new(WorldSpec::uniform().accounts(10));
    let connection = connect(&bench.connect_settings()).await.unwrap();
    let clock: org_audit_fetcher::Clock = Arc::new(|| "2026-06-01T12:00:00Z".parse().unwrap());
    let error = collect(
        &connection,
        &bench.settings,
        Arc::new(FullDisk),
        Arc::new(()),
        clock,
    )
    .await
    .unwrap_err();
    assert!(matches!(error, FetchError::Store(_)), "{error}");
    assert!(!error.is_usage());
}
