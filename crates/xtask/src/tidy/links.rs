//! What the documentation and the comments point at must be there.

use std::collections::BTreeSet;

use super::{Problem, TextFile};

/// Links that lead nowhere, and pages that are named and do not exist.
pub fn check(files: &[TextFile]) -> Vec<Problem> {
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut problems = Vec::new();
    for file in files {
        for (number, line) in file.lines() {
            if file.is("md") {
                problems.extend(dead_links(file, number, line, &paths));
            }
            problems.extend(unknown_pages(file, number, line, &paths));
        }
    }
    problems
}

/// Relative links of Markdown, `[text](target)`, whose target is not in the repository.
fn dead_links(file: &TextFile, number: usize, line: &str, paths: &BTreeSet<&str>) -> Vec<Problem> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ', '#']).next())
        .filter(|target| !target.is_empty() && !target.contains(':'))
        .filter(|target| !exists(&resolve(&file.path, target), paths))
        .map(|target| {
            Problem::at(
                &file.path,
                number,
                format!("the link to `{target}` leads nowhere"),
            )
        })
        .collect()
}

/// `target`, as it is meant in the file at `path`, relative to the root.
fn resolve(path: &str, target: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "." | "" => {}
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// A file, or a folder that holds one.
fn exists(path: &str, paths: &BTreeSet<&str>) -> bool {
    let folder = format!("{path}/");
    paths.contains(path)
        || paths
            .range(folder.as_str()..)
            .next()
            .is_some_and(|next| next.starts_with(&folder))
}

/// Pages named in capitals, as `README.md` is, that no folder holds: a reader would look for them in vain.
fn unknown_pages(file: &TextFile, number: usize, line: &str, paths: &BTreeSet<&str>) -> Vec<Problem> {
    line.split(|character: char| !(character.is_ascii_alphanumeric() || "._-/".contains(character)))
        .filter_map(|word| word.trim_end_matches('.').rsplit('/').next())
        .filter(|name| is_page(name))
        .filter(|name| !paths.iter().any(|path| path.rsplit('/').next() == Some(*name)))
        .map(|name| Problem::at(&file.path, number, format!("`{name}` is not in the repository")))
        .collect()
}

/// `README.md` and its like. `ID.md` and `NAME.md` are placeholders.
fn is_page(name: &str) -> bool {
    name.strip_suffix(".md").is_some_and(|stem| {
        stem.len() > 4
            && stem
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || b"_-".contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(path: &str, text: &str) -> Vec<String> {
        let file = |path: &str, text: &str| TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let files = [
            file(path, text),
            file("docs/cli.md", ""),
            file("LICENSE", ""),
            file("README.md", ""),
        ];
        check(&files).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn links_lead_to_files_and_folders() {
        let text = "[a](docs/cli.md) [b](docs/cli.md#x) [c](docs) [d](https://example.com/x) [e](#here)";
        assert!(problems("README.md", text).is_empty());
        assert!(problems("docs/more.md", "[a](cli.md) [b](../LICENSE)").is_empty());
    }

    #[test]
    fn a_link_to_nothing_is_a_problem() {
        let found = problems("docs/more.md", "first\n[a](gone.md) and [b](../cli.md)");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("docs/more.md:2: the link to `gone.md`"));
    }

    #[test]
    fn a_page_that_is_named_must_be_there() {
        assert!(problems("a.rs", "//! See README.md, and docs/controls/ID.md.").is_empty());
        let missing = format!("//! See {}.md.", "NOTHERE");
        assert_eq!(problems("a.rs", &missing).len(), 1);
    }
}
