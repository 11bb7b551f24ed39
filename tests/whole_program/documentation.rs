//! Every command in README.md and docs/*.md does what the reader is told that it does.

use std::fs;
use std::path::{Path, PathBuf};

use crate::documented::{self, Treatment};
use crate::harness::{BINARY, Sandbox};
use crate::server::Server;

/// The workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

/// The pages that promise something to a reader, relative to the workspace, sorted.
fn pages() -> Vec<String> {
    let mut pages = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            if documented::is_documentation(&name) {
                pages.push(name);
            } else if path.is_dir() && name.starts_with("docs") {
                folders.push(path);
            }
        }
    }
    pages.sort();
    pages
}

#[test]
fn every_documented_command_works() {
    let treatments = include_str!("documented-commands.txt");
    let treatments = documented::treatments(treatments).unwrap();
    let mut problems = Vec::new();
    for page in pages() {
        let shown = documented::commands(&fs::read_to_string(root().join(&page)).unwrap());
        if shown.is_empty() {
            continue;
        }
        // The commands of a page build on each other, so they share a directory and an organization.
        let sandbox = Sandbox::new();
        let server = Server::start(&sandbox, &[]);
        for command in shown {
            let place = format!("{page}:{}", command.line);
            let result = match treatments.get(&command.text) {
                None => Err("no treatment; see documented-commands.txt".to_owned()),
                Some(Treatment::OnlyShown { .. }) => Ok(()),
                Some(Treatment::Run { exit }) => run(&sandbox, &server, &command.text, *exit),
                Some(Treatment::Instead { command, exit, .. }) => run(&sandbox, &server, command, *exit),
            };
            if let Err(error) = result {
                problems.push(format!("{place}: `{}`: {error}", command.text));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Runs one command in a shell that finds the program, and that is signed in to the emulated organization.
fn run(sandbox: &Sandbox, server: &Server, text: &str, exit: i32) -> Result<(), String> {
    let mut shell = sandbox.clean("bash");
    let directory = Path::new(BINARY).parent().unwrap();
    let path = format!("{}:{}", directory.display(), std::env::var("PATH").unwrap());
    server.set(shell.args(["-euo", "pipefail", "-c", text]).env("PATH", path));
    let done = sandbox.finish(&mut shell);
    if done.code == exit {
        return Ok(());
    }
    Err(format!(
        "exit code {}, not {exit}\n{}",
        done.code,
        done.transcript()
    ))
}
