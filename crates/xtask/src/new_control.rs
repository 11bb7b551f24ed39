//! `cargo xtask new-control NAME`: the file of a new control, its tests, and its lines in the two lists.
//!
//! What it writes builds and passes: a control that asks for an MFA device, to be turned into the one that is
//! wanted. A test below scaffolds one into a copy of the crate and runs it there.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Where the controls are.
const FOLDER: &str = "crates/analysis/src/controls";
/// Where they are listed.
const LIST: &str = "crates/analysis/src/controls.rs";
/// The file of a new control, with `@ID@` and `@MODULE@` for its names.
const CONTROL: &str = include_str!("new_control/control.txt");
/// Its tests.
const TESTS: &str = include_str!("new_control/tests.txt");

/// Writes the files of the control that is named.
pub fn run(arguments: &[String]) -> Result<()> {
    let [name] = arguments else {
        bail!("usage: cargo xtask new-control NAME, where NAME is like `IAM.29` or `our-own-check`");
    };
    for path in scaffold(Path::new("."), name)? {
        println!("wrote {path}");
    }
    println!(
        "now say in its doc comment what it checks, write `judge`, and run\n    \
         cargo test -p org-audit-analysis controls\n    cargo xtask docs"
    );
    Ok(())
}

/// Writes the files below `root` and returns their paths.
fn scaffold(root: &Path, name: &str) -> Result<Vec<String>> {
    let module = module(name)?;
    let fill = |template: &str| template.replace("@ID@", name).replace("@MODULE@", &module);
    let files = [
        (format!("{FOLDER}/{module}.rs"), fill(CONTROL)),
        (format!("{FOLDER}/{module}_tests.rs"), fill(TESTS)),
    ];
    if let Some((path, _)) = files.iter().find(|(path, _)| root.join(path).exists()) {
        bail!("`{path}` is there already");
    }
    let list = root.join(LIST);
    let text = fs::read_to_string(&list).with_context(|| format!("cannot read `{LIST}`"))?;
    let listed = with_lines(&text, &module)?;
    for (path, text) in &files {
        fs::write(root.join(path), text).with_context(|| format!("cannot write `{path}`"))?;
    }
    fs::write(&list, listed).with_context(|| format!("cannot write `{LIST}`"))?;
    let mut paths: Vec<String> = files.into_iter().map(|(path, _)| path).collect();
    paths.push(LIST.to_owned());
    Ok(paths)
}

/// The name of the module: `iam_29` for `IAM.29`, `our_own_check` for `our-own-check`.
fn module(name: &str) -> Result<String> {
    let is_security_hubs = name
        .strip_prefix("IAM.")
        .is_some_and(|number| number.parse::<u32>().is_ok_and(|n| n.to_string() == number));
    let is_our_own = name.split('-').all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    }) && name.starts_with(|first: char| first.is_ascii_lowercase());
    if !is_security_hubs && !is_our_own {
        bail!(
            "`{name}` is not a control's name: Security Hub's are like `IAM.29`, our own like `our-own-check`"
        );
    }
    Ok(name.to_ascii_lowercase().replace(['.', '-'], "_"))
}

/// The text of the list with the module's two lines at their places.
fn with_lines(text: &str, module: &str) -> Result<String> {
    let declared = insert(text, &format!("pub mod {module};"), |line| {
        line.strip_prefix("pub mod ")?
            .strip_suffix(';')
            .map(str::to_owned)
    })?;
    insert(&declared, &format!("    &{module}::CONTROL,"), |line| {
        let other = line.strip_prefix("    &")?.strip_suffix("::CONTROL,")?;
        Some(place(other))
    })
}

/// The order of [`LIST`]: Security Hub's numbers first, then names.
fn place(module: &str) -> String {
    match module.strip_prefix("iam_").map(str::parse::<u32>) {
        Some(Ok(number)) => format!("0 {number:010}"),
        _ => format!("1 {module}"),
    }
}

/// Puts `new` before the first line whose key is greater than its own, or after the last line with a key.
fn insert(text: &str, new: &str, key: impl Fn(&str) -> Option<String>) -> Result<String> {
    let own = key(new).context("the new line has no key")?;
    let mut lines: Vec<&str> = text.lines().collect();
    let keys: Vec<(usize, String)> = lines
        .iter()
        .enumerate()
        .filter_map(|(index, line)| Some((index, key(line)?)))
        .collect();
    let Some((last, _)) = keys.last() else {
        bail!("`{LIST}` has no line like `{}`", new.trim());
    };
    let greater = keys.iter().find(|(_, key)| *key > own);
    lines.insert(greater.map_or(last + 1, |(index, _)| *index), new);
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::process::Command;

    use super::*;
    use crate::workspace;

    #[test]
    fn a_name_is_security_hubs_or_our_own() {
        assert_eq!(module("IAM.29").unwrap(), "iam_29");
        assert_eq!(module("our-own-2nd-check").unwrap(), "our_own_2nd_check");
        for wrong in [
            "",
            "IAM.",
            "IAM.029",
            "iam.29",
            "Our-check",
            "our--check",
            "../x",
            "-x",
            "2nd",
            "a b",
        ] {
            assert!(module(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_lines_go_to_their_places() {
        let list = "pub mod common;\npub mod iam_2;\npub mod zeal;\n\nALL = [\n    &iam_2::CONTROL,\n    &iam_10::CONTROL,\n    &zeal::CONTROL,\n];\n";
        let found = with_lines(list, "iam_9").unwrap();
        assert_eq!(
            found,
            "pub mod common;\npub mod iam_2;\npub mod iam_9;\npub mod zeal;\n\nALL = [\n    &iam_2::CONTROL,\n    \
             &iam_9::CONTROL,\n    &iam_10::CONTROL,\n    &zeal::CONTROL,\n];\n"
        );
        let last = with_lines(list, "zebra").unwrap();
        assert!(last.contains("pub mod zeal;\npub mod zebra;"), "{last}");
        assert!(with_lines("nothing\n", "iam_9").is_err());
    }

    #[test]
    fn a_control_that_is_there_is_not_written_over() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(FOLDER)).unwrap();
        fs::write(root.path().join(FOLDER).join("iam_5.rs"), "").unwrap();
        let error = scaffold(root.path(), "IAM.5").unwrap_err().to_string();
        assert_eq!(error, "`crates/analysis/src/controls/iam_5.rs` is there already");
    }

    /// The proof: a scaffolded control builds, keeps every rule that holds for controls, and passes its tests.
    #[test]
    fn a_new_control_builds_and_passes_in_a_copy_of_the_workspace() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let copy = tempfile::tempdir().unwrap();
        copy_workspace(root, copy.path());
        for name in ["IAM.9999", "a-new-control"] {
            scaffold(copy.path(), name).unwrap();
        }
        // The build directory of its own is kept, so that only the first run compiles the dependencies.
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let done = Command::new(workspace::cargo())
            .args([
                "test",
                "--offline",
                "--quiet",
                "-p",
                "org-audit-analysis",
                "--lib",
                "controls::",
            ])
            // The snapshot of all controls is the one test that a new control has to change.
            .args(["--", "--skip", "all_controls_over_all_accounts"])
            .env("CARGO_TARGET_DIR", root.join(target).join("new-control"))
            .current_dir(copy.path())
            .output()
            .unwrap();
        let text =
            String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{text}");
    }

    /// What the analysis needs, and nothing more.
    fn copy_workspace(root: &Path, copy: &Path) {
        for name in ["analysis", "model", "policy"] {
            let folder = Path::new("crates").join(name);
            copy_folder(&root.join(&folder), &copy.join(&folder));
        }
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let manifest = manifest.replace("default-members = [\"crates/cli\"]\n", "");
        fs::write(copy.join("Cargo.toml"), manifest).unwrap();
        for name in ["Cargo.lock", "rust-toolchain.toml"] {
            fs::copy(root.join(name), copy.join(name)).unwrap();
        }
    }

    fn copy_folder(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let target = to.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                copy_folder(&entry.path(), &target);
            } else {
                fs::copy(entry.path(), target).unwrap();
            }
        }
    }
}
