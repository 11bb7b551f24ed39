//! `cargo xtask docs [--check]`: the pages and schemas of `docs/` that are made from the program itself.
//!
//! A page that is written twice is wrong once. With `--check` nothing is written, and a page that is not
//! what would be written is an error.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::test;
use crate::workspace;

/// A generated page.
#[derive(Debug, PartialEq, Eq)]
struct Page {
    path: String,
    text: String,
}

/// Writes or checks every page.
pub fn run(arguments: &[String]) -> Result<()> {
    let check = match arguments {
        [] => false,
        [option] if option == "--check" => true,
        _ => bail!("usage: cargo xtask docs [--check]"),
    };
    test::build()?;
    let binary = workspace::binary()?;
    let mut pages = vec![command_line(&binary)?];
    pages.extend(explained(&binary)?);
    pages.extend(schemas(&binary.with_file_name("examples/schema"))?);
    if check {
        return require_current(&pages);
    }
    for page in &pages {
        if let Some(directory) = Path::new(&page.path).parent() {
            fs::create_dir_all(directory)?;
        }
        fs::write(&page.path, &page.text).with_context(|| format!("cannot write `{}`", page.path))?;
        println!("wrote {}", page.path);
    }
    Ok(())
}

fn require_current(pages: &[Page]) -> Result<()> {
    let is_stale = |page: &&Page| fs::read_to_string(&page.path).ok().as_ref() != Some(&page.text);
    let stale: Vec<&str> = pages
        .iter()
        .filter(is_stale)
        .map(|page| page.path.as_str())
        .collect();
    if stale.is_empty() {
        println!("docs: {} generated pages are up to date", pages.len());
        return Ok(());
    }
    bail!(
        "not up to date: {}; run `cargo xtask docs` and commit the result",
        stale.join(", ")
    )
}

/// `docs/cli.md`: the help of the program and of every subcommand, and of theirs.
fn command_line(binary: &Path) -> Result<Page> {
    let mut text = String::from(
        "# The command line\n\nMade by `cargo xtask docs` from the program's own help; do not edit.\n",
    );
    // Depth first, so that a subcommand's own follow it.
    let mut pending = vec![Vec::new()];
    while let Some(path) = pending.pop() {
        let help = help(binary, &path)?;
        section(&mut text, &format!("org-audit {}", path.join(" ")), &help);
        for name in subcommands(&help).into_iter().rev() {
            pending.push([path.as_slice(), &[name.to_owned()]].concat());
        }
    }
    Ok(Page {
        path: "docs/cli.md".to_owned(),
        text,
    })
}

/// `docs/schema/`: the JSON Schemas, as the reporting crate's example prints them. It is built with the tests.
fn schemas(example: &Path) -> Result<Vec<Page>> {
    let printed = process::output(Command::new(example).env_clear())?;
    let schemas: BTreeMap<String, serde_json::Value> = serde_json::from_str(&printed)?;
    let page = |(name, schema): (String, serde_json::Value)| {
        Ok(Page {
            path: format!("docs/schema/{name}.schema.json"),
            text: serde_json::to_string_pretty(&schema)? + "\n",
        })
    };
    schemas.into_iter().map(page).collect()
}

/// `docs/controls/` and `docs/lints/`: every page that `org-audit explain` prints, and an index of each.
fn explained(binary: &Path) -> Result<Vec<Page>> {
    let print = |arguments: &[&str]| process::output(Command::new(binary).env_clear().args(arguments));
    let list = print(&["explain"])?;
    let mut pages = Vec::new();
    for (heading, folder, title) in [
        ("Controls:", "docs/controls", "Controls"),
        ("Lints:", "docs/lints", "Lints"),
    ] {
        let mut index = format!(
            "# {title}\n\nMade by `cargo xtask docs` from the doc comment of each one's file, which \
             `org-audit explain` prints too; do not edit.\n\n| Name | Severity | Title |\n|---|---|---|\n"
        );
        for (name, severity, title) in entries(&list, heading) {
            index.push_str(&format!("| [{name}]({name}.md) | {severity} | {title} |\n"));
            let text = print(&["explain", name])?;
            let path = format!("{folder}/{name}.md");
            pages.push(Page { path, text });
        }
        let path = format!("{folder}/README.md");
        pages.push(Page { path, text: index });
    }
    Ok(pages)
}

/// The lines below a heading of the list: name, severity, title.
fn entries<'t>(list: &'t str, heading: &str) -> Vec<(&'t str, &'t str, &'t str)> {
    let lines = list.lines().skip_while(|line| *line != heading).skip(1);
    let lines = lines.take_while(|line| line.starts_with("  "));
    lines
        .filter_map(|line| {
            let (name, rest) = line.trim().split_once(' ')?;
            let (severity, title) = rest.trim().split_once(' ')?;
            Some((name, severity, title.trim()))
        })
        .collect()
}

fn section(text: &mut String, title: &str, help: &str) {
    let (title, help) = (title.trim_end(), help.trim_end());
    text.push_str(&format!("\n## `{title}`\n\n```text\n{help}\n```\n"));
}

/// What the program prints for `--help`. The environment is empty, so that no setting of the person who runs
/// this shows in the page.
fn help(binary: &Path, subcommand: &[String]) -> Result<String> {
    let text = process::output(Command::new(binary).env_clear().args(subcommand).arg("--help"))?;
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    Ok(lines.join("\n"))
}

/// The names in the `Subcommands:` part of a help text.
fn subcommands(help: &str) -> Vec<&str> {
    help.lines()
        .skip_while(|line| !matches!(*line, "Subcommands:" | "Commands:"))
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        // A description that goes on in the next line is indented further than a name.
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELP: &str = "\
Audits an organization.

Usage: org-audit [OPTIONS] [COMMAND]

Subcommands:
  demo         The same against an emulated
               organization
  completions  Completions for a shell
  help         Print this

Options:
  -h, --help  Print help";

    #[test]
    fn subcommands_are_read_from_the_help() {
        assert_eq!(subcommands(HELP), ["demo", "completions"]);
        assert!(subcommands("Options:\n  -h").is_empty());
    }

    #[test]
    fn names_severities_and_titles_are_read_from_the_list() {
        let list =
            "Controls:\n  IAM.5  medium  MFA should be\n  own    low     A title\n\nLints:\n  x  high  Y\n";
        assert_eq!(
            entries(list, "Controls:"),
            [("IAM.5", "medium", "MFA should be"), ("own", "low", "A title")]
        );
        assert_eq!(entries(list, "Lints:"), [("x", "high", "Y")]);
    }

    #[test]
    fn a_page_that_differs_is_named() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("page.md").to_str().unwrap().to_owned();
        let page = Page {
            path: path.clone(),
            text: "new".to_owned(),
        };
        assert!(require_current(&[]).is_ok());
        fs::write(&path, "new").unwrap();
        assert!(require_current(std::slice::from_ref(&page)).is_ok());
        fs::write(&path, "old").unwrap();
        let error = require_current(&[page]).unwrap_err().to_string();
        assert!(
            error.contains("page.md") && error.contains("cargo xtask docs"),
            "{error}"
        );
    }
}
