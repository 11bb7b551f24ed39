//! An endpoint that is not AWS's is reported loudly: an audit of a stand-in must not pass for a real one.

use crate::harness::{Run, Sandbox};
use crate::server::Server;

#[test]
fn a_stray_endpoint_is_reported_on_the_terminal_and_in_the_evidence() {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &["--accounts", "4", "--users", "3"]);
    let mut command = sandbox.command(&["--quiet", "--format", "html,csv,json", "--output", "run"]);
    let done = sandbox.finish(server.set(&mut command));
    assert!(done.stderr.contains("warning:"), "{}", done.stderr);
    assert!(
        done.stderr.contains("AWS_ENDPOINT_URL") && done.stderr.contains(server.url()),
        "{}",
        done.stderr
    );
    let manifest = Run::at(&sandbox.path("run")).json("manifest.json");
    let overrides = manifest["collection"]["endpoint_overrides"].as_array().unwrap();
    assert!(
        overrides
            .iter()
            .any(|entry| entry["source"] == "AWS_ENDPOINT_URL" && entry["url"] == server.url()),
        "{overrides:?}"
    );
    assert_eq!(manifest["demo"], false, "what was asked for was a live audit");
}

#[test]
fn the_demo_ignores_the_environments_credentials_and_endpoint() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["demo", "--accounts", "3", "--users", "2", "--output", "run"]);
    // Nothing listens on port 9: a demo that went there would fail.
    command
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .env("AWS_PROFILE", "production");
    let done = sandbox.finish(&mut command);
    assert!(sandbox.path("run/manifest.json").exists(), "{}", done.stderr);
}
