//! `cargo xtask tidy`: the rules of this workspace that a compiler does not know.
//!
//! * [`walls`]: which crate may depend on what.
//! * [`sources`]: what no source file may contain, and what each must begin with.
//! * [`links`]: what documentation and comments point at must be there.
//! * [`commands`]: every command in the documentation is one that a test runs.

mod commands;
mod links;
mod sources;
mod walls;

use std::fmt;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// A rule that is broken, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, and the line where that helps.
    place: String,
    /// What is wrong and what to do instead.
    message: String,
}

impl Problem {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
        }
    }

    fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self::new(format!("{path}:{line}"), message)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.message)
    }
}

/// A file of the repository.
#[derive(Debug)]
pub struct TextFile {
    /// Relative to the root, with `/`.
    path: String,
    /// Its content; empty where that is no text.
    text: String,
}

impl TextFile {
    /// Its lines, numbered from one.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    fn is(&self, extension: &str) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, found)| found == extension)
    }
}

/// Checks everything and prints every problem.
pub fn run(arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        bail!("`{argument}` is not an option of `cargo xtask tidy`");
    }
    let files = files()?;
    let mut problems = walls::check(&walls::packages()?);
    problems.extend(sources::check(&files));
    problems.extend(links::check(&files));
    problems.extend(commands::check(&files));
    for problem in &problems {
        println!("{problem}");
    }
    match problems.len() {
        0 => {
            println!("tidy: {} files, no problem", files.len());
            Ok(())
        }
        count => bail!("{count} problems"),
    }
}

/// Every file that git tracks or would track: a new file is checked before it is added.
fn files() -> Result<Vec<TextFile>> {
    let list = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--deduplicate",
    ];
    let names = process::output(Command::new("git").args(list))
        .context("tidy needs git, and the work tree of a clone")?;
    let mut files = Vec::new();
    for path in names.split_terminator('\0') {
        // A file may be deleted and not yet committed.
        let Ok(bytes) = fs::read(path) else { continue };
        files.push(TextFile {
            path: path.to_owned(),
            // A picture has no text to check, and is there all the same for those who link to it.
            text: String::from_utf8(bytes).unwrap_or_default(),
        });
    }
    Ok(files)
}
