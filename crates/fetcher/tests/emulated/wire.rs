//! Over real HTTP on loopback: the SDK's own HTTP stack, connection pool and timeouts.

use std::sync::Arc;
use std::time::Duration;

use org_audit_emulator::server::{Running, Server};
use org_audit_emulator::{Fault, WorldSpec};
use org_audit_fetcher::{ConnectSettings, FetchError, connect};
use org_audit_model::FailureKind;

use crate::bench::Bench;
use crate::faults::{assert_whole, data, share};

async fn serve(bench: &mut Bench) -> Running {
    let running = Server::start(Arc::clone(&bench.emulator), 0).await.unwrap();
    bench.endpoint = Some(running.endpoint());
    running
}

fn world() -> WorldSpec {
    WorldSpec::mixed().accounts(12).users_per_account(10)
}

#[tokio::test(flavor = "multi_thread")]
async fn http_gives_the_same_data_as_the_same_process() {
    let expected = data(&Bench::new(world()).collect().await.unwrap());
    let mut bench = Bench::new(world());
    let running = serve(&mut bench).await;
    let collected = bench.collect().await.unwrap();
    assert_whole(&collected);
    assert_eq!(data(&collected), expected);
    let overrides = &collected.organization.collection.endpoint_overrides;
    assert_eq!(overrides.len(), 1);
    assert_eq!(overrides[0].url, running.endpoint());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_line_costs_time_and_nothing_else() {
    let expected = data(&Bench::new(world()).collect().await.unwrap());
    for fault in [
        Fault::Reset(share("4%")),
        Fault::Cut(share("4%")),
        Fault::Truncate(share("4%")),
        Fault::SlowBody(Duration::from_millis(1)),
    ] {
        let mut bench = Bench::with_faults(world(), [fault.clone()]);
        let _running = serve(&mut bench).await;
        let collected = bench.collect().await.unwrap();
        assert_whole(&collected);
        assert_eq!(data(&collected), expected, "{fault:?}");
    }
}

#[tokio::test]
async fn an_endpoint_where_nobody_listens_is_a_connection_failure() {
    let mut bench = Bench::new(world());
    let running = serve(&mut bench).await;
    drop(running);
    let settings = ConnectSettings {
        // Port 9 of loopback: discard, which nobody runs.
        endpoint_url: Some("http://127.0.0.1:9".to_owned()),
        ..bench.connect_settings()
    };
    let error = connect(&settings).await.unwrap_err();
    let FetchError::Aws(failure) = &error else {
        panic!("{error}");
    };
    assert_eq!(failure.kind, FailureKind::Connection);
    assert!(!error.is_usage());
    assert!(failure.message.to_lowercase().contains("refused"), "{failure}");
}
