//! What no source file may contain, and what each must begin with.

use super::{Problem, TextFile};

/// Longer than this, a file is looked at a second time: it usually holds two things.
const MOST_LINES: usize = 600;

/// Crates that may ask the environment and the clock. The others get both as arguments, so that the same
/// snapshot and the same arguments give the same bytes.
const MAY_ASK: [&str; 2] = ["cli", "xtask"];

/// How a program asks for the environment or the time.
const ASKING: [&str; 8] = [
    "std::env",
    "env::var",
    "env::args",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
    "std::time::Instant",
    "chrono::",
];

/// Text that no tracked file holds, with what to do instead. The pieces keep this file out of its own net.
const FORBIDDEN: [(&str, &str); 14] = [
    (concat!("crates", ".io/"), NO_HOST),
    (concat!("registry", ".npmjs"), NO_HOST),
    (concat!("npmjs", ".com"), NO_HOST),
    (concat!("py", "pi.org"), NO_HOST),
    (concat!("python", "hosted.org"), NO_HOST),
    (concat!("deb.", "debian.org"), NO_HOST),
    (concat!("proxy.", "golang.org"), NO_HOST),
    (concat!("/wo", "rk/"), NO_MACHINE_PATH),
    (concat!("/ro", "ot/."), NO_MACHINE_PATH),
    (concat!("../sha", "red"), NO_MACHINE_PATH),
    (concat!("TO", "DO"), UNFINISHED),
    (concat!("FIX", "ME"), UNFINISHED),
    (concat!("#[ig", "nore"), NEVER_SKIP),
    (concat!("pytest.mark.", "skip"), NEVER_SKIP),
];

const NO_HOST: &str = "is a package registry's host: name the package, and let the client find it";
const NO_MACHINE_PATH: &str = "is a path of one machine: use a path relative to the workspace";
const UNFINISHED: &str = "marks unfinished work: finish it, or say in a sentence what the limit is";
const NEVER_SKIP: &str = "skips a test: a test that cannot run fails and says how to make it run";

/// Files that other programs write: their content is not ours to rule.
fn is_generated(path: &str) -> bool {
    path.ends_with("Cargo.lock") || path.ends_with("package-lock.json")
}

/// Every broken rule of every file.
pub fn check(files: &[TextFile]) -> Vec<Problem> {
    files
        .iter()
        .filter(|file| !is_generated(&file.path))
        .flat_map(|file| {
            let mut problems = forbidden(file);
            problems.extend(length(file));
            if file.is("rs") {
                problems.extend(header(file));
                problems.extend(asking(file));
            }
            problems
        })
        .collect()
}

fn forbidden(file: &TextFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, line) in file.lines() {
        for (text, message) in FORBIDDEN {
            if line.contains(text) {
                problems.push(Problem::at(&file.path, number, format!("`{text}` {message}")));
            }
        }
    }
    problems
}

fn length(file: &TextFile) -> Option<Problem> {
    let written_by_hand = ["rs", "py", "mjs", "js", "css", "hbs"]
        .iter()
        .any(|extension| file.is(extension));
    let lines = file.lines().count();
    (written_by_hand && lines > MOST_LINES).then(|| {
        let message = format!("{lines} lines, more than {MOST_LINES}: split it by what its parts do");
        Problem::new(&file.path, message)
    })
}

fn header(file: &TextFile) -> Option<Problem> {
    (!file.text.starts_with("//! ")).then(|| {
        let message = "does not begin with `//!`: say what the file is for, and why it is so";
        Problem::at(&file.path, 1, message)
    })
}

/// Uses of the environment and the clock in the library part of a crate that may not ask.
fn asking(file: &TextFile) -> Vec<Problem> {
    let Some((name, inside)) = file
        .path
        .strip_prefix("crates/")
        .and_then(|path| path.split_once('/'))
    else {
        return Vec::new();
    };
    let is_test = !inside.starts_with("src/") || inside.ends_with("/tests.rs") || inside.contains("/tests/");
    if MAY_ASK.contains(&name) || is_test {
        return Vec::new();
    }
    let mut problems = Vec::new();
    // Unit tests stand at the end of a file; they may do what the code above may not.
    let code = file.lines().take_while(|(_, line)| line.trim() != "#[cfg(test)]");
    for (number, line) in code {
        if line.trim_start().starts_with("//") {
            continue;
        }
        for text in ASKING.iter().filter(|text| line.contains(**text)) {
            let message =
                format!("`{text}`: only cli may ask the environment and the clock; take it as an argument");
            problems.push(Problem::at(&file.path, number, message));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(path: &str, text: &str) -> Vec<String> {
        let file = TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        check(&[file]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_in_order_has_no_problem() {
        assert!(problems("crates/model/src/lib.rs", "//! The model.\n\npub mod ids;\n").is_empty());
    }

    #[test]
    fn a_rust_file_begins_with_what_it_is_for() {
        let found = problems("crates/model/src/lib.rs", "pub mod ids;\n");
        assert!(
            found
                .first()
                .unwrap()
                .starts_with("crates/model/src/lib.rs:1: does not begin")
        );
    }

    #[test]
    fn a_long_file_is_reported_with_its_length() {
        let text = format!("//! Long.\n{}", "\n".repeat(MOST_LINES));
        assert!(problems("a.rs", &text).first().unwrap().contains("601 lines"));
        assert!(problems("a.md", &text).is_empty());
    }

    #[test]
    fn only_cli_asks_the_environment_and_the_clock() {
        let text = "//! X.\nlet home = std::env::var_os(\"HOME\");\nlet now = Timestamp::now();\n";
        assert!(problems("crates/cli/src/main.rs", text).is_empty());
        let found = problems("crates/analysis/src/lib.rs", text);
        assert!(
            found
                .iter()
                .any(|problem| problem.starts_with("crates/analysis/src/lib.rs:2: `std::env`"))
        );
        assert!(
            found
                .iter()
                .any(|problem| problem.starts_with("crates/analysis/src/lib.rs:3: `Timestamp::now`"))
        );
    }

    #[test]
    fn tests_and_comments_may_name_the_clock() {
        let text = "//! X: not Timestamp::now.\n#[cfg(test)]\nmod tests { fn x() { Timestamp::now(); } }\n";
        assert!(problems("crates/model/src/lib.rs", text).is_empty());
        let text = "//! X.\nfn x() { Timestamp::now(); }\n";
        assert!(problems("crates/emulator/examples/serve.rs", text).is_empty());
        assert!(problems("crates/model/src/store/tests.rs", text).is_empty());
    }

    #[test]
    fn every_forbidden_text_is_found_in_any_file() {
        for (text, _) in FORBIDDEN {
            let found = problems("docs/page.md", &format!("first\nsee {text} there\n"));
            assert!(found.first().unwrap().starts_with("docs/page.md:2: "), "{text}");
        }
    }

    #[test]
    fn what_other_programs_write_is_not_judged() {
        let (host, _) = FORBIDDEN[0];
        assert!(problems("Cargo.lock", host).is_empty());
    }
}
