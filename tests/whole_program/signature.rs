//! `--sign`: OpenSSH itself takes the signature, and takes it for nothing else.

use std::fs;
use std::process::Stdio;

use crate::harness::{Done, Sandbox, demo};

/// Makes a key with OpenSSH.
#[track_caller]
fn key(sandbox: &Sandbox, name: &str, options: &[&str]) {
    let mut command = sandbox.clean("ssh-keygen");
    command
        .args(["-q", "-C", "auditor@example.com", "-f", name])
        .args(options);
    let made = command.status();
    assert!(
        made.is_ok_and(|status| status.success()),
        "ssh-keygen cannot make a key; install OpenSSH's client (Debian: openssh-client)"
    );
}

/// The demo's snapshot judged again into `run`, signed with `key`.
fn sign(sandbox: &Sandbox, key: &str) -> Done {
    let snapshot = demo().0.directory.join("snapshot");
    let snapshot = snapshot.to_str().unwrap();
    sandbox.run(&[
        "analyze", snapshot, "--format", "csv", "--output", "run", "--sign", key,
    ])
}

/// What OpenSSH says of the run's signature.
fn openssh(sandbox: &Sandbox, key: &str, namespace: &str) -> Done {
    let public = fs::read_to_string(sandbox.path(&format!("{key}.pub"))).unwrap();
    fs::write(sandbox.path("allowed_signers"), format!("auditor {public}")).unwrap();
    let manifest = fs::File::open(sandbox.path("run/manifest.json")).unwrap();
    let mut command = sandbox.clean("ssh-keygen");
    command
        .args([
            "-Y",
            "verify",
            "-f",
            "allowed_signers",
            "-I",
            "auditor",
            "-n",
            namespace,
        ])
        .args(["-s", "run/manifest.json.sig"])
        .stdin(Stdio::from(manifest));
    sandbox.finish(&mut command)
}

#[test]
fn openssh_verifies_the_signature_of_each_kind_of_key() {
    for kind in [
        &["-t", "ed25519", "-N", ""][..],
        &["-t", "ecdsa", "-b", "256", "-N", ""],
    ] {
        let sandbox = Sandbox::new();
        key(&sandbox, "key", kind);
        sign(&sandbox, "key").exits(demo().1.code);
        let done = openssh(&sandbox, "key", "org-audit").exits(0);
        assert!(done.stdout.contains("Good"), "{}", done.stdout);
        openssh(&sandbox, "key", "file").exits(255);
        let done = sandbox
            .run(&["verify", "run", "--public-key", "key.pub"])
            .exits(0);
        assert!(
            done.stdout.contains("intact") && done.stdout.contains("signature good: SHA256:"),
            "{}",
            done.stdout
        );
        let readme = fs::read_to_string(sandbox.path("run/README.txt")).unwrap();
        assert!(readme.contains("ssh-keygen -Y verify") && readme.contains("\nmanifest.json.sig\n"));
        let mut manifest = fs::read(sandbox.path("run/manifest.json")).unwrap();
        let place = manifest.iter().rposition(|byte| *byte == b' ').unwrap();
        manifest.insert(place, b' ');
        fs::write(sandbox.path("run/manifest.json"), manifest).unwrap();
        openssh(&sandbox, "key", "org-audit").exits(255);
        let done = sandbox
            .run(&["verify", "run", "--public-key", "key.pub"])
            .exits(10);
        assert!(
            done.stdout.contains("signature bad: it does not belong"),
            "{}",
            done.stdout
        );
    }
}

#[test]
fn a_signature_by_openssh_itself_is_taken_and_a_strangers_is_not() {
    let sandbox = Sandbox::new();
    key(&sandbox, "key", &["-t", "ed25519", "-N", ""]);
    key(&sandbox, "stranger", &["-t", "ed25519", "-N", ""]);
    sign(&sandbox, "key").exits(demo().1.code);
    let ours = fs::read(sandbox.path("run/manifest.json.sig")).unwrap();
    fs::remove_file(sandbox.path("run/manifest.json.sig")).unwrap();
    let done = sandbox
        .run(&["verify", "run", "--public-key", "key.pub"])
        .exits(10);
    assert!(
        done.stdout.contains("signature bad: there is none"),
        "{}",
        done.stdout
    );
    let by_openssh = |key: &str| {
        let _ = fs::remove_file(sandbox.path("run/manifest.json.sig"));
        let mut command = sandbox.clean("ssh-keygen");
        command.args(["-Y", "sign", "-f", key, "-n", "org-audit", "run/manifest.json"]);
        sandbox.finish(&mut command).exits(0);
    };
    by_openssh("key");
    // Ed25519 has one signature for a key and a text, so both programs must write the same.
    assert_eq!(fs::read(sandbox.path("run/manifest.json.sig")).unwrap(), ours);
    sandbox
        .run(&["verify", "run", "--public-key", "key.pub"])
        .exits(0);
    by_openssh("stranger");
    let done = sandbox
        .run(&["verify", "run", "--public-key", "key.pub"])
        .exits(10);
    assert!(done.stdout.contains("not among those"), "{}", done.stdout);
    let done = sandbox.run(&["verify", "run"]).exits(0);
    assert!(done.stderr.contains("was not checked"), "{}", done.stderr);
}

#[test]
fn a_key_that_cannot_sign_is_refused_before_the_work_begins() {
    let sandbox = Sandbox::new();
    key(&sandbox, "locked", &["-t", "ed25519", "-N", "open sesame"]);
    key(&sandbox, "rsa", &["-t", "rsa", "-b", "2048", "-N", ""]);
    fs::write(sandbox.path("none"), "no key at all").unwrap();
    for (name, told) in [
        ("locked", "passphrase"),
        ("rsa", "Ed25519"),
        ("none", "no OpenSSH private key"),
        ("missing", "cannot read"),
    ] {
        let done = sign(&sandbox, name).exits(2);
        assert!(done.stderr.contains(told), "{name}: {}", done.stderr);
        assert!(!sandbox.path("run").exists(), "{name}");
    }
    key(&sandbox, "key", &["-t", "ed25519", "-N", ""]);
    sign(&sandbox, "key").exits(demo().1.code);
    let done = sandbox.run(&["verify", "run", "--public-key", "key"]).exits(2);
    assert!(done.stderr.contains("`key`:1"), "{}", done.stderr);
}

#[test]
fn the_private_key_is_nowhere_in_what_was_written_or_said() {
    let sandbox = Sandbox::new();
    key(&sandbox, "key", &["-t", "ed25519", "-N", ""]);
    let done = sign(&sandbox, "key").exits(demo().1.code);
    let private = fs::read_to_string(sandbox.path("key")).unwrap();
    let lines: Vec<&str> = private.lines().filter(|line| !line.starts_with('-')).collect();
    for (name, bytes) in crate::harness::files_below(&sandbox.path("run")) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(lines.iter().all(|line| !text.contains(line)), "{name}");
    }
    assert!(lines.iter().all(|line| !done.stderr.contains(line)));
}

#[test]
fn new_reports_in_a_signed_run_need_a_new_signature() {
    let sandbox = Sandbox::new();
    key(&sandbox, "key", &["-t", "ed25519", "-N", ""]);
    sign(&sandbox, "key").exits(demo().1.code);
    let done = sandbox.run(&["report", "run", "--format", "json"]).exits(2);
    assert!(
        done.stderr.contains("would break the signature"),
        "{}",
        done.stderr
    );
    sandbox
        .run(&["report", "run", "--format", "json", "--sign", "key"])
        .exits(demo().1.code);
    openssh(&sandbox, "key", "org-audit").exits(0);
    sandbox
        .run(&["verify", "run", "--public-key", "key.pub"])
        .exits(0);
}

#[test]
fn a_new_manifest_does_not_hide_that_the_run_was_changed() {
    let sandbox = Sandbox::new();
    key(&sandbox, "key", &["-t", "ed25519", "-N", ""]);
    sign(&sandbox, "key").exits(demo().1.code);
    fs::write(sandbox.path("run/users.csv"), "all pass").unwrap();
    let done = sandbox
        .run(&["report", "run", "--format", "json", "--sign", "key"])
        .exits(2);
    assert!(done.stderr.contains("changed users.csv"), "{}", done.stderr);
}
