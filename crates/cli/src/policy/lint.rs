//! `org-audit policy lint`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use org_audit_model::ExitCode;
use org_audit_policy::document::{LineIndex, Position, Span, excerpt};
use org_audit_policy::lint::{DocumentKind, Finding, Severity, Subject, lint};
use org_audit_policy::{ParseError, Policy};
use serde_json::{Value, json};

use super::{read_text, sarif};

/// Options of `policy lint`.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// Policy documents; `-` is standard input.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// What kind of policy the files are.
    ///
    /// Without it a file whose name has the word `scp` or `rcp` is taken for one, a document with principals for a
    /// resource policy, and all others for identity policies.
    #[arg(long = "as", value_enum, value_name = "KIND")]
    pub kind: Option<Kind>,
    /// Look at the policies for a user with this path, such as `/division/`.
    #[arg(long, value_name = "PATH")]
    pub user_path: Option<String>,
    /// How to print the findings.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// From which severity on a finding makes the exit code 10.
    #[arg(long, value_enum, default_value_t = FailOn::Warning)]
    pub fail_on: FailOn,
}

/// The kinds of policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A policy of a user, group or role; also a boundary.
    Identity,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
    /// A policy of a resource, or a role's trust policy.
    Resource,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, with the place marked.
    Text,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// From which severity on the exit code says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Every finding.
    Info,
    /// Warnings and errors.
    Warning,
    /// Errors only.
    Error,
    /// No finding.
    Never,
}

/// A file that was looked at.
pub(super) struct Linted {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) kind: Option<DocumentKind>,
    pub(super) result: Result<Vec<Finding>, ParseError>,
}

pub(super) fn run(args: &LintArgs, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<ExitCode> {
    let mut files = Vec::new();
    let mut unreadable = false;
    for path in &args.files {
        match read_text(path) {
            Ok(text) => files.push(look_at(path, text, args)),
            Err(error) => {
                unreadable = true;
                writeln!(err, "error: cannot read `{}`: {error}", path.display())?;
            }
        }
    }
    match args.format {
        Format::Text => files.iter().try_for_each(|file| print_text(file, out))?,
        Format::Json => writeln!(
            out,
            "{:#}",
            json!({"version": 1, "files": files.iter().map(to_json).collect::<Vec<_>>()})
        )?,
        Format::Sarif => writeln!(out, "{:#}", sarif::log(&files))?,
    }
    unreadable |= files.iter().any(|file| file.result.is_err());
    let worst = files
        .iter()
        .filter_map(|file| file.result.as_ref().ok())
        .flatten()
        .map(|f| f.severity)
        .max();
    let threshold = match args.fail_on {
        FailOn::Info => Some(Severity::Info),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Error => Some(Severity::Error),
        FailOn::Never => None,
    };
    Ok(match (unreadable, worst, threshold) {
        (true, _, _) => ExitCode::Usage,
        (false, Some(worst), Some(threshold)) if worst >= threshold => ExitCode::Finding,
        _ => ExitCode::Clean,
    })
}

fn look_at(path: &Path, text: String, args: &LintArgs) -> Linted {
    let (kind, result) = match Policy::parse(&text) {
        Ok(policy) => {
            let kind = match args.kind {
                Some(Kind::Identity) => DocumentKind::Identity,
                Some(Kind::Scp) => DocumentKind::Scp,
                Some(Kind::Rcp) => DocumentKind::Rcp,
                Some(Kind::Resource) => DocumentKind::Resource,
                None => guess(path, &policy),
            };
            (
                Some(kind),
                Ok(lint(Subject {
                    policy: &policy,
                    kind,
                    user_path: args.user_path.as_deref(),
                })),
            )
        }
        Err(error) => (None, Err(error)),
    };
    Linted {
        path: path.to_owned(),
        text,
        kind,
        result,
    }
}

fn guess(path: &Path, policy: &Policy) -> DocumentKind {
    let name = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .find_map(|word| match word {
            "scp" | "scps" => Some(DocumentKind::Scp),
            "rcp" | "rcps" => Some(DocumentKind::Rcp),
            _ => None,
        })
        .unwrap_or_else(|| DocumentKind::guess(policy.document()))
}

fn print_text(file: &Linted, out: &mut dyn Write) -> io::Result<()> {
    let name = file.path.display();
    match &file.result {
        Err(error) => {
            writeln!(out, "error: {}", error.kind())?;
            writeln!(
                out,
                " --> {name}:{}:{}",
                error.position().line,
                error.position().column
            )?;
            writeln!(out, "{}", error.excerpt(&file.text))
        }
        Ok(findings) => {
            let index = LineIndex::new(&file.text);
            for finding in findings {
                let Position { line, column } = index.position(finding.span.start());
                writeln!(
                    out,
                    "{}[{}]: {}",
                    finding.severity.as_str(),
                    finding.code,
                    finding.message
                )?;
                writeln!(out, " --> {name}:{line}:{column} ({})", finding.pointer)?;
                write!(out, "{}", excerpt(&file.text, finding.span))?;
                writeln!(
                    out,
                    "  = help: {}; see `org-audit explain {}`\n",
                    finding.help, finding.code
                )?;
            }
            Ok(())
        }
    }
}

/// Where a span begins and ends, in lines and columns.
pub(super) fn region(index: &LineIndex<'_>, span: Span) -> (Position, Position) {
    (index.position(span.start()), index.position(span.end()))
}

fn to_json(file: &Linted) -> Value {
    let name = file.path.display().to_string();
    match &file.result {
        Err(error) => json!({
            "file": name,
            "error": {
                "message": error.kind().to_string(),
                "line": error.position().line,
                "column": error.position().column,
                "pointer": error.pointer(),
            },
        }),
        Ok(findings) => {
            let index = LineIndex::new(&file.text);
            let findings: Vec<Value> = findings
                .iter()
                .map(|finding| finding_json(finding, &index))
                .collect();
            json!({"file": name, "kind": file.kind, "findings": findings})
        }
    }
}

fn finding_json(finding: &Finding, index: &LineIndex<'_>) -> Value {
    let (start, end) = region(index, finding.span);
    json!({
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "help": finding.help,
        "pointer": finding.pointer,
        "statement": finding.statement,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    })
}
