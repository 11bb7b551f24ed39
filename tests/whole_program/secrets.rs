//! No secret is written anywhere: not to a file, not to a stream, not at the loudest log level.

use std::collections::BTreeSet;

use crate::harness::{Run, Sandbox};
use crate::server::Server;

#[test]
fn no_secret_is_in_any_file_nor_in_the_loudest_log() {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &["--accounts", "6", "--users", "5"]);
    let external_id = "external-id-that-nobody-may-see";
    let arguments = [
        "--format",
        "html,csv,json",
        "--output",
        "run",
        "--external-id",
        external_id,
    ];
    let mut command = sandbox.command(&arguments);
    server
        .set(&mut command)
        .env("RUST_LOG", "trace")
        .env("ORG_AUDIT_LOG", "trace");
    let done = sandbox.finish(&mut command);
    let run = Run::at(&sandbox.path("run"));
    assert!(run.directory.join("manifest.json").exists(), "{}", done.stderr);

    let mut places: Vec<(String, Vec<u8>)> = run.files().into_iter().collect();
    places.push(("stdout".to_owned(), done.stdout.into_bytes()));
    places.push(("stderr".to_owned(), done.stderr.into_bytes()));
    let secrets = [server.environment["AWS_SECRET_ACCESS_KEY"].as_str(), external_id];
    for (place, bytes) in &places {
        let text = String::from_utf8_lossy(bytes);
        for secret in secrets {
            assert!(!text.contains(secret), "`{secret}` is in {place}");
        }
        for shape in SHAPES {
            assert!(
                !text.contains(shape),
                "`{shape}…` is in {place}: {}",
                around(&text, shape)
            );
        }
    }
    let keys: BTreeSet<String> = places.iter().flat_map(|(_, bytes)| session_keys(bytes)).collect();
    assert!(keys.is_empty(), "ids of session keys are written: {keys:?}");
}

/// How secrets look on the wire: a log of a request or an answer would hold them.
const SHAPES: [&str; 5] = [
    "<SecretAccessKey>",
    "<SessionToken>",
    "x-amz-security-token: F",
    "Signature=",
    "SecretAccessKey: \"",
];

fn around(text: &str, shape: &str) -> String {
    let at = text.find(shape).unwrap_or_default();
    text.get(at..).unwrap_or_default().chars().take(160).collect()
}

/// Ids of temporary keys (`ASIA…`): no secret by themselves, and no business of a report either.
fn session_keys(bytes: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(bytes);
    let word = |rest: &str| {
        rest.chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
    };
    text.match_indices("ASIA")
        .filter_map(|(at, _)| text.get(at..).map(word))
        .filter(|key| key.len() >= 16)
        .collect()
}
