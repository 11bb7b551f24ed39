//! Changes of every kind are found, and a hostile manifest leads nowhere.

use std::os::unix::fs::symlink;

use jiff::Timestamp;

use super::*;
use crate::ids::{AccountId, sha256_hex};
use crate::manifest::{Arguments, Tool};
use crate::snapshot::{Caller, Collection, OrganizationDescription, RoleSettings};

fn manifest(files: &[(&str, &str)]) -> Manifest {
    let account_id = AccountId::try_from("111122223333").unwrap();
    Manifest {
        manifest_version: MANIFEST_VERSION,
        tool: Tool {
            name: "org-audit".to_owned(),
            version: "0.1.0".to_owned(),
            binary_sha256: None,
            action_list_date: String::new(),
        },
        demo: true,
        arguments: Arguments::default(),
        collection: Collection {
            tool_version: "0.1.0".to_owned(),
            started_at: Timestamp::UNIX_EPOCH,
            ended_at: None,
            caller: Caller {
                arn: "arn:aws:iam::111122223333:user/auditor".to_owned(),
                account_id: account_id.clone(),
                user_id: "AIDAEXAMPLE".to_owned(),
            },
            partition: "aws".into(),
            region: "us-east-1".into(),
            endpoint_overrides: Vec::new(),
            role: RoleSettings {
                name: "audit".to_owned(),
                path: "/".to_owned(),
                session_name: "org-audit".to_owned(),
                external_id: false,
                duration_seconds: 900,
                session_policy: true,
            },
            fresh: false,
            calls: BTreeMap::new(),
            requests: BTreeMap::new(),
        },
        organization: OrganizationDescription {
            id: "o-example".into(),
            arn: String::new(),
            feature_set: "ALL".into(),
            management_account_id: account_id,
        },
        figures: None,
        files: files
            .iter()
            .map(|(path, content)| FileEntry {
                path: (*path).to_owned(),
                sha256: sha256_hex(content.as_bytes()),
                bytes: content.len() as u64,
            })
            .collect(),
    }
}

/// The changes in a directory with `actual` files, for a manifest of `listed` ones.
fn changes(listed: &[(&str, &str)], actual: &[(&str, &str)]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    for (path, content) in actual {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let changes = compare(&manifest(listed), &inventory(root.path()).unwrap());
    changes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_directory_as_it_was_has_no_changes() {
    let files = [("users.csv", "a"), ("snapshot/accounts/1.json", "b")];
    assert!(changes(&files, &files).is_empty());
}

#[test]
fn the_manifest_and_its_signature_are_no_additions() {
    let files = [("manifest.json", "{}"), ("manifest.json.sig", "x"), ("a", "1")];
    assert!(changes(&[("a", "1")], &files).is_empty());
    assert_eq!(
        changes(&[], &[("snapshot/manifest.json", "{}")]),
        ["added snapshot/manifest.json"]
    );
}

#[test]
fn each_kind_of_change_is_named() {
    let listed = [
        ("a", "one"),
        ("b", "two"),
        ("c", "three"),
        ("d", "four"),
        ("e", "five"),
    ];
    let actual = [
        ("a", "one"),
        ("b", "TWO"),
        ("c", "longer"),
        ("new", "four"),
        ("z", "more"),
    ];
    assert_eq!(
        changes(&listed, &actual),
        [
            "changed b (same length, other content)",
            "changed c (6 bytes, the manifest says 5)",
            "renamed d -> new",
            "missing e",
            "added z",
        ]
    );
}

#[test]
fn a_content_that_lies_in_two_new_places_was_renamed_once() {
    assert_eq!(
        changes(&[("a", "x"), ("b", "x")], &[("c", "x"), ("d", "x"), ("e", "x")]),
        ["renamed a -> c", "renamed b -> d", "added e"]
    );
}

#[test]
fn a_link_to_the_same_content_is_a_change_and_is_not_followed() {
    let root = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    fs::write(elsewhere.path(), "content").unwrap();
    symlink(elsewhere.path(), root.path().join("a")).unwrap();
    symlink("/", root.path().join("everything")).unwrap();
    let found = inventory(root.path()).unwrap();
    let changes = compare(&manifest(&[("a", "content")]), &found);
    let told: Vec<String> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["changed a (it is a symbolic link now)", "added everything"]
    );
}

#[test]
fn a_manifest_that_names_other_places_is_refused() {
    for path in [
        "../secret",
        "/etc/passwd",
        "a/../../b",
        "",
        "a//b",
        "./a",
        "a/.",
        "manifest.json",
        "manifest.json.sig",
        "a\0b",
    ] {
        let bytes = serde_json::to_vec(&manifest(&[(path, "")])).unwrap();
        let error = parse_manifest(&bytes).unwrap_err();
        assert!(matches!(error, ManifestError::Name(_)), "{path}: {error}");
    }
    let twice = serde_json::to_vec(&manifest(&[("a", ""), ("a", "x")])).unwrap();
    assert!(matches!(parse_manifest(&twice), Err(ManifestError::Name(_))));
}

#[test]
fn a_later_manifest_is_refused_before_it_is_parsed() {
    let later = br#"{"manifest_version": 99, "files": "in another form"}"#;
    assert!(matches!(parse_manifest(later), Err(ManifestError::Newer(99))));
    assert!(matches!(parse_manifest(b"{}"), Err(ManifestError::Damaged(_))));
}

#[test]
fn a_manifest_that_is_no_file_is_not_opened() {
    let root = tempfile::tempdir().unwrap();
    assert!(matches!(read_manifest(root.path()), Err(ManifestError::None)));
    symlink("/dev/zero", root.path().join(MANIFEST_FILE)).unwrap();
    assert!(matches!(
        read_manifest(root.path()),
        Err(ManifestError::NotAFile("a symbolic link"))
    ));
}
