//! Every file and field that docs/evidence.md promises an assessor is in a run.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::harness::{Run, Sandbox, demo};

/// A run with everything that can be asked for.
fn full_run(sandbox: &Sandbox) -> Run {
    let mut command = sandbox.clean("ssh-keygen");
    command.args(["-q", "-t", "ed25519", "-N", "", "-f", "key"]);
    sandbox.finish(&mut command).exits(0);
    let exceptions = "[[exception]]\naccount = '*'\nuser = '*'\ncontrol = 'IAM.5'\nreason = 'a'\nowner = 'b'\n\
        approved_by = 'c'\nexpires = 2999-12-31\n";
    fs::write(sandbox.path("accepted.toml"), exceptions).unwrap();
    let snapshot = demo().0.directory.join("snapshot");
    let mut command = sandbox.command(&["analyze", snapshot.to_str().unwrap(), "--output", "run"]);
    command
        .args([
            "--format",
            "csv,json",
            "--exceptions",
            "accepted.toml",
            "--sign",
            "key",
        ])
        .arg("--baseline")
        .arg(&demo().0.directory);
    sandbox.finish(&mut command).exits(demo().1.code);
    Run::at(&sandbox.path("run"))
}

/// The table's rows: file, fields.
fn promises() -> Vec<(String, Vec<String>)> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/evidence.md");
    let page = fs::read_to_string(page).unwrap();
    let quoted =
        |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    page.lines()
        .skip_while(|line| !line.starts_with("| question"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').collect();
            (quoted(cells[2]).remove(0), quoted(cells[3]))
        })
        .collect()
}

/// Whether `path` leads to something; `[]` at the end of a step stands for every entry, of which there is one.
fn has(value: &Value, path: &str) -> bool {
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    let name = step.trim_end_matches("[]");
    let Some(found) = value.get(name) else {
        return false;
    };
    if step.ends_with("[]") {
        let entries = found.as_array().unwrap();
        return !entries.is_empty() && entries.iter().all(|entry| has(entry, rest));
    }
    rest.is_empty() || has(found, rest)
}

#[test]
fn every_file_and_field_of_the_page_is_in_a_run() {
    let sandbox = Sandbox::new();
    let run = full_run(&sandbox);
    let files = run.files();
    let promises = promises();
    assert!(promises.len() > 20, "the table was found: {promises:?}");
    for (file, fields) in promises {
        let names: Vec<&String> = match file.split_once("<id>") {
            Some((before, after)) => files
                .keys()
                .filter(|name| name.starts_with(before) && name.ends_with(after))
                .collect(),
            None => files.keys().filter(|name| **name == file).collect(),
        };
        assert!(!names.is_empty(), "there is no {file}");
        for field in fields {
            let found = names.iter().any(|name| {
                let bytes = &files[*name];
                if name.ends_with(".json") {
                    has(&serde_json::from_slice(bytes).unwrap(), &field)
                } else if name.ends_with(".csv") {
                    let header = csv::Reader::from_reader(&bytes[..]).headers().unwrap().clone();
                    header.iter().any(|column| column == field)
                } else {
                    let text = String::from_utf8(bytes.clone()).unwrap();
                    text.lines().any(|line| line.starts_with(&format!("{field} = ")))
                }
            });
            assert!(found, "{file} has no {field}");
        }
    }
}

#[test]
fn a_field_that_is_not_there_is_found_missing() {
    let value: Value = serde_json::from_str(r#"{"a": {"b": [{"c": 1}], "d": []}}"#).unwrap();
    assert!(has(&value, "a.b[].c") && has(&value, "a.d"));
    assert!(!has(&value, "a.b[].d") && !has(&value, "a.x") && !has(&value, "a.d[].c"));
}
