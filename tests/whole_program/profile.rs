//! A profile that is named is the one whose credentials are used, whatever stands in the environment.

use std::fs;
use std::process::Command;

use crate::harness::{Run, Sandbox};
use crate::server::Server;

/// The audit of `server`'s organization by a profile, with somebody else's keys in the environment.
fn audit(sandbox: &Sandbox, server: &Server, profile: &str) -> Command {
    let (key, secret) = (
        &server.environment["AWS_ACCESS_KEY_ID"],
        &server.environment["AWS_SECRET_ACCESS_KEY"],
    );
    let config = format!(
        "[profile operator]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n\
         [profile by-role]\nrole_arn = arn:aws:iam::{}:role/OrganizationAccountAccessRole\nsource_profile = operator\n",
        "111122223333"
    );
    fs::write(sandbox.path("config"), config).unwrap();
    let mut command = sandbox.command(&["--profile", profile, "--format", "json", "--output", "run"]);
    server
        .set(&mut command)
        .env("AWS_CONFIG_FILE", sandbox.path("config"))
        .env("AWS_ACCESS_KEY_ID", "AKIASOMEBODYELSE")
        .env("AWS_SECRET_ACCESS_KEY", "their-secret");
    command
}

#[test]
fn a_named_profile_wins_over_the_keys_in_the_environment() {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &["--accounts", "3", "--users", "2"]);
    let done = sandbox.finish(&mut audit(&sandbox, &server, "operator"));
    assert_eq!(done.code, 0, "{}", done.stderr);
    let manifest = Run::at(&sandbox.path("run")).json("manifest.json");
    let caller = manifest["collection"]["caller"]["arn"].as_str().unwrap();
    assert!(caller.ends_with(":user/org-audit-operator"), "{caller}");
}

#[test]
fn a_profile_that_assumes_a_role_asks_for_it_with_its_own_source() {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &["--accounts", "3", "--users", "2"]);
    let done = sandbox.finish(&mut audit(&sandbox, &server, "by-role"));
    // The emulated organization has no such account, and says so: the keys were the profile's.
    assert_eq!(done.code, 2, "{}", done.stderr);
    let refused = ":user/org-audit-operator is not authorized to perform: sts:AssumeRole";
    assert!(done.stderr.contains(refused), "{}", done.stderr);
    assert!(!done.stderr.contains("their-secret"));
}

#[test]
fn a_profile_that_does_not_exist_is_refused_by_its_name() {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &["--accounts", "3", "--users", "2"]);
    let done = sandbox.finish(&mut audit(&sandbox, &server, "staging"));
    assert_eq!(done.code, 2, "{}", done.stderr);
    assert!(done.stderr.contains("staging"), "{}", done.stderr);
    assert!(!sandbox.path("run").exists());
}
