//! Runs the program in an environment of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

/// The program under test, built by the same cargo that built this file.
pub const BINARY: &str = env!("CARGO_BIN_EXE_org-audit");

/// Every format of the reports.
pub const FORMATS: &str = "html,csv,json,junit,markdown,sarif,ocsf,asff";

/// A home directory, a working directory and nothing of the machine's environment but `PATH`.
#[derive(Debug)]
pub struct Sandbox {
    directory: TempDir,
}

impl Sandbox {
    /// A new, empty one.
    pub fn new() -> Self {
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        fs::create_dir(directory.path().join("home")).unwrap();
        Self { directory }
    }

    /// A path in the working directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The program with `arguments`, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.clean(BINARY);
        command.args(arguments);
        command
    }

    /// Any program in the same environment.
    pub fn clean(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path("home"))
            // Nobody must wait for the address from which a virtual machine gets its credentials.
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .current_dir(self.directory.path());
        command
    }

    /// Runs the program with `arguments` to its end.
    pub fn run(&self, arguments: &[&str]) -> Done {
        self.finish(&mut self.command(arguments))
    }

    /// Runs `command` to its end.
    pub fn finish(&self, command: &mut Command) -> Done {
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().unwrap();
        Done {
            code: status
                .code()
                .unwrap_or_else(|| panic!("killed by a signal: {status}")),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
            sandbox: self.directory.path().to_owned(),
        }
    }
}

/// What a run left on its streams.
#[derive(Debug)]
pub struct Done {
    /// The exit code.
    pub code: i32,
    /// Data.
    pub stdout: String,
    /// Talk.
    pub stderr: String,
    sandbox: PathBuf,
}

impl Done {
    /// Requires an exit code, and shows what the program said when it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// Exit code, stdout and stderr in one text, without what differs from run to run.
    pub fn transcript(&self) -> String {
        let text = format!(
            "exit: {}\n--- stdout\n{}--- stderr\n{}",
            self.code, self.stdout, self.stderr
        );
        redact(&text.replace(&self.sandbox.display().to_string(), "[SANDBOX]"))
    }
}

/// `text` with loopback ports and times replaced.
fn redact(text: &str) -> String {
    let mut parts = text.split("127.0.0.1:");
    let mut redacted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        redacted.push_str("127.0.0.1:[PORT]");
        redacted.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    redacted
        .split_inclusive(char::is_whitespace)
        .map(redact_time)
        .collect()
}

/// `2026-01-02T03:04:05Z` in a word becomes `[TIME]`.
fn redact_time(word: &str) -> String {
    let is_time =
        |part: &&str| part.len() >= 20 && part.contains('T') && part.as_bytes().get(4) == Some(&b'-');
    match word.split(['`', '"', '(', ')']).find(is_time) {
        Some(time) => word.replace(time.trim_end(), "[TIME]"),
        None => word.to_owned(),
    }
}

/// A run directory.
#[derive(Debug)]
pub struct Run {
    /// Where it is.
    pub directory: PathBuf,
}

impl Run {
    /// The run in `directory`.
    pub fn at(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
        }
    }

    /// One of its JSON files.
    #[track_caller]
    pub fn json(&self, name: &str) -> Value {
        let bytes = fs::read(self.directory.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The rows of one of its CSV files, by column.
    #[track_caller]
    pub fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let path = self.directory.join(name);
        let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        reader
            .deserialize()
            .map(|row| row.unwrap_or_else(|error| panic!("{name}: {error}")))
            .collect()
    }

    /// Every file, relative path → bytes.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        files_below(&self.directory)
    }

    /// Every account of the snapshot's organization: id → state.
    pub fn accounts(&self) -> BTreeMap<String, String> {
        let organization = self.json("snapshot/organization.json");
        let accounts = organization["accounts"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        accounts
            .iter()
            .map(|account| (text(&account["id"]), text(&account["state"])))
            .collect()
    }
}

/// Every file below `directory`, relative path → bytes.
pub fn files_below(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut pending = vec![directory.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let name = path.strip_prefix(directory).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The demo as a newcomer runs it, once for all tests that only look at it.
pub fn demo() -> &'static (Run, Done) {
    static DEMO: OnceLock<(Sandbox, (Run, Done))> = OnceLock::new();
    let (_, demo) = DEMO.get_or_init(|| {
        let sandbox = Sandbox::new();
        let done = sandbox.run(&["demo", "--format", FORMATS, "--output", "run"]);
        let run = Run::at(&sandbox.path("run"));
        (sandbox, (run, done))
    });
    demo
}
