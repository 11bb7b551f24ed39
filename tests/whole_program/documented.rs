//! The commands of the documentation, and how the tests treat each of them.
//!
//! Two programs read this: the whole-program test that runs the commands, and `cargo xtask tidy`, which
//! fails at once when a command is added that no test knows.

use std::collections::BTreeMap;

/// A command as the documentation shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown {
    /// Where it begins, from one.
    pub line: usize,
    /// The command, with continued lines joined by one space and without comments.
    pub text: String,
}

/// What a test does with a command.
#[derive(Debug, PartialEq, Eq)]
pub enum Treatment {
    /// It is run as it stands.
    Run {
        /// The exit code that it must have.
        exit: i32,
    },
    /// Another command is run in its place.
    Instead {
        /// That command.
        command: String,
        /// The exit code that it must have.
        exit: i32,
        /// Why the shown one cannot be run.
        because: String,
    },
    /// It is not run.
    OnlyShown {
        /// Why.
        because: String,
    },
}

/// Whether the commands in this file are promises to a reader.
pub fn is_documentation(path: &str) -> bool {
    path == "README.md" || (path.starts_with("docs/") && path.ends_with(".md"))
}

/// The commands in the `console` and `sh` blocks of a Markdown text.
pub fn commands(markdown: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut language: Option<&str> = None;
    let mut continued = false;
    for (index, line) in markdown.lines().enumerate() {
        if let Some(fence) = line.trim_start().strip_prefix("```") {
            language = if language.is_some() {
                None
            } else {
                Some(fence.trim())
            };
            continued = false;
            continue;
        }
        let Some(text) = command_text(language, line, continued) else {
            continue;
        };
        let piece = text.trim_end_matches('\\').trim();
        if continued && let Some(last) = found.last_mut() {
            last.text.push(' ');
            last.text.push_str(piece);
        } else if !piece.is_empty() {
            found.push(Shown {
                line: index + 1,
                text: piece.to_owned(),
            });
        }
        continued = text.ends_with('\\');
    }
    found
}

/// The part of `line` that belongs to a command, if any.
fn command_text<'a>(language: Option<&str>, line: &'a str, continued: bool) -> Option<&'a str> {
    let text = match language? {
        "console" if continued => line,
        "console" => line.strip_prefix("$ ")?,
        "sh" | "bash" => line,
        _ => return None,
    };
    // `#` begins a comment at the start of a word, as in the shell.
    let end = if text.starts_with('#') {
        Some(0)
    } else {
        text.find(" #")
    };
    Some(end.map_or(text, |end| text.get(..end).unwrap_or(text)).trim())
}

/// Reads the list of treatments. Its form:
///
/// ```text
/// [run] org-audit demo
///     exit: 10
/// [instead] org-audit --format html
///     command: org-audit demo --format html
///     because: there is no AWS organization here
/// [shown] cargo xtask test
///     because: it runs this very test
/// ```
///
/// # Errors
///
/// A line that is none of these, or an entry without what it needs.
pub fn treatments(text: &str) -> Result<BTreeMap<String, Treatment>, String> {
    let mut entries: Vec<(String, String, BTreeMap<String, String>)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((kind, command)) = line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            entries.push((kind.to_owned(), command.trim().to_owned(), BTreeMap::new()));
        } else if let (Some((key, value)), Some((_, _, fields))) = (line.split_once(':'), entries.last_mut())
        {
            fields.insert(key.trim().to_owned(), value.trim().to_owned());
        } else {
            return Err(format!(
                "line {number} is neither `[kind] command` nor `key: value`"
            ));
        }
    }
    entries
        .into_iter()
        .map(|(kind, command, fields)| Ok((command.clone(), treatment(&kind, &command, fields)?)))
        .collect()
}

fn treatment(kind: &str, command: &str, mut fields: BTreeMap<String, String>) -> Result<Treatment, String> {
    let mut take = |key: &str| {
        let missing = || format!("`{command}` has no line `{key}:`");
        fields.remove(key).ok_or_else(missing)
    };
    let exit = take("exit").unwrap_or_else(|_| "0".to_owned());
    let exit = exit
        .parse()
        .map_err(|_| format!("`{exit}` is not an exit code"))?;
    let treatment = match kind {
        "run" => Treatment::Run { exit },
        "instead" => Treatment::Instead {
            command: take("command")?,
            exit,
            because: take("because")?,
        },
        "shown" => Treatment::OnlyShown {
            because: take("because")?,
        },
        other => return Err(format!("`{other}` is not one of `run`, `instead`, `shown`")),
    };
    match fields.keys().next() {
        Some(key) => Err(format!(
            "`{command}` has a line `{key}:` that means nothing for `[{kind}]`"
        )),
        None => Ok(treatment),
    }
}
