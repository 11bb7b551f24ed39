//! The messages: every one that is asked for is there, and every one that is there is asked for.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below `directory`.
fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The texts of templates, script and code.
fn sources() -> String {
    let mut found = Vec::new();
    files(&root().join("report-templates"), &mut found);
    files(&root().join("crates/reporting/src"), &mut found);
    found
        .iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| ["hbs", "js", "rs"].iter().any(|known| extension == *known))
        })
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

fn catalogues() -> Vec<(String, BTreeMap<String, String>)> {
    let mut found = Vec::new();
    files(&root().join("report-templates/lang"), &mut found);
    found
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).unwrap();
            (path.display().to_string(), serde_json::from_str(&text).unwrap())
        })
        .collect()
}

/// Keys that are put together where they are used.
const MADE: [&str; 11] = [
    "outcome.",
    "verdict.",
    "coverage.",
    "protection.",
    "status.",
    "severity.",
    "column.",
    "js.tab.",
    "lint.",
    "kind.",
    "scope.",
];

#[test]
fn every_message_is_used() {
    let sources = sources();
    for (name, messages) in catalogues() {
        let unused: Vec<_> = messages
            .keys()
            .filter(|key| {
                let key = key.strip_suffix(".one").unwrap_or(key);
                !MADE.iter().any(|prefix| key.starts_with(prefix)) && !sources.contains(&format!("\"{key}\""))
            })
            .collect();
        assert!(unused.is_empty(), "{name}: {unused:?}");
    }
}

#[test]
fn every_message_that_is_asked_for_is_there() {
    let sources = sources();
    for (name, messages) in catalogues() {
        for (before, after) in [
            ("{{t \"", "\""),
            ("message(\"", "\""),
            ("text(\"", "\""),
            ("word(\"", "\""),
        ] {
            for (at, _) in sources.match_indices(before) {
                let key = sources[at + before.len()..].split(after).next().unwrap();
                if key.contains('.') {
                    assert!(messages.contains_key(key), "{name}: {key}");
                }
            }
        }
    }
}

#[test]
fn every_language_has_the_same_messages_with_the_same_values() {
    let catalogues = catalogues();
    let english = &catalogues
        .iter()
        .find(|(name, _)| name.ends_with("en.json"))
        .unwrap()
        .1;
    let values = |text: &str| -> BTreeSet<String> {
        text.split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(value, _)| value.to_owned())
            .collect()
    };
    for (name, messages) in &catalogues {
        // A language without a singular needs no message of its own for it.
        let keys = |all: &BTreeMap<String, String>| -> BTreeSet<String> {
            all.keys().filter(|key| !key.ends_with(".one")).cloned().collect()
        };
        assert_eq!(keys(messages), keys(english), "{name}");
        for (key, text) in messages {
            assert_eq!(values(text), values(&english[key]), "{name}: {key}");
            assert!(!text.trim().is_empty(), "{name}: {key}");
        }
    }
}
