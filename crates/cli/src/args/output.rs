//! Options about what is written.

use std::path::PathBuf;

use clap::Args;
use org_audit_model::{ExitCode, Severity};
use org_audit_reporting::{Format, Language};

use super::{CompareArgs, ControlArgs, EvidenceArgs, ExceptionArgs};
use crate::error::CliError;

/// In megabytes: what a browser still opens in less than two seconds.
const HTML_PAGE_SIZE: u16 = 16;

/// Which reports are written.
#[derive(Debug, Clone, Args)]
pub struct FormatArgs {
    /// Formats of the reports, separated by commas: html, csv, json, junit, markdown, sarif,
    /// ocsf, asff.
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "html,csv",
        value_parser = parse_format, help_heading = "Output")]
    pub format: Vec<Format>,
    /// The language of the HTML report: en, ja.
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = parse_language,
        help_heading = "Output")]
    pub lang: Language,
    /// Begin CSV files with a byte order mark, by which Excel sees that they are UTF-8.
    #[arg(long, help_heading = "Output")]
    pub csv_bom: bool,
    /// Take templates of the HTML report from here; what is missing there is the program's own.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub template_dir: Option<PathBuf>,
    /// How many megabytes of accounts and users the HTML report carries. Beyond that, accounts get pages of their
    /// own in `accounts/` beside it; with 0 every account does.
    #[arg(long, value_name = "MB", default_value_t = HTML_PAGE_SIZE, value_parser = clap::value_parser!(u16).range(0..=64),
        help_heading = "Output")]
    pub html_page_size: u16,
    /// What they speak of beside the run.
    #[command(flatten)]
    pub compared: CompareArgs,
}

impl FormatArgs {
    /// Looks at what can be wrong before the work begins.
    ///
    /// # Errors
    ///
    /// When the directory of templates is none, or a template is none.
    pub fn check(&self) -> Result<(), CliError> {
        match &self.template_dir {
            Some(directory) if !directory.is_dir() => {
                let message = format!(
                    "the template directory `{}` is not a directory",
                    directory.display()
                );
                Err(CliError::usage(message).with_help("name a directory that holds templates of your own"))
            }
            // Told now, and not after the collection.
            Some(directory) if self.format.contains(&Format::Html) => {
                org_audit_reporting::templates::check(directory, self.lang)
                    .map_err(|error| CliError::of(&error, ExitCode::Usage))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The options that change what is written and are not at their default, for the manifest. The template
    /// directory's name is the machine's own and is left out.
    pub fn recorded(&self) -> Vec<String> {
        let lang = (self.lang != Language::default()).then(|| format!("lang={}", self.lang));
        let bom = self.csv_bom.then(|| "csv-bom".to_owned());
        let templates = self.template_dir.as_ref().map(|_| "template-dir".to_owned());
        let page = (self.html_page_size != HTML_PAGE_SIZE)
            .then(|| format!("html-page-size={}", self.html_page_size));
        [lang, bom, templates, page].into_iter().flatten().collect()
    }

    /// What the renderers are told.
    pub fn options(&self) -> org_audit_reporting::Options {
        org_audit_reporting::Options {
            csv_bom: self.csv_bom,
            template_dir: self.template_dir.clone(),
            lang: self.lang,
            html_page_bytes: usize::from(self.html_page_size) * 1024 * 1024,
        }
    }
}

/// What is written, and where.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Which reports.
    #[command(flatten)]
    pub formats: FormatArgs,
    /// What is judged.
    #[command(flatten)]
    pub controls: ControlArgs,
    /// What was accepted.
    #[command(flatten)]
    pub exceptions: ExceptionArgs,
    /// What to make of the run.
    #[command(flatten)]
    pub evidence: EvidenceArgs,
    /// The run directory to make; without it, `org-audit-run-<time>` in the current directory.
    ///
    /// It must not be there yet.
    #[arg(long, short, value_name = "DIR", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Replace the run directory if it is there. Only an earlier run is replaced, nothing else, and only when there is
    /// something to put in its place. An `analyze` that is killed leaves it beside, in `.org-audit-earlier-…/run`.
    #[arg(long, help_heading = "Output")]
    pub force: bool,
    /// Exit with code 10 when a control of this severity or above fails: informational, low, medium, high,
    /// critical. IAM.5 is medium. With `new:` before it (`new:high`), only fails count that the --baseline did
    /// not report.
    #[arg(long, value_name = "SEVERITY", value_parser = parse_fail_on, help_heading = "Output")]
    pub fail_on: Option<FailOn>,
}

/// Which fails are the exit code's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailOn {
    /// Only those that the earlier run did not report.
    pub only_new: bool,
    /// From which severity on.
    pub least: Severity,
}

/// Reads `high` or `new:high`.
pub fn parse_fail_on(text: &str) -> Result<FailOn, String> {
    let new = text.strip_prefix("new:");
    let least = new
        .unwrap_or(text)
        .parse()
        .map_err(|error| format!("{error}, and each of them after `new:`"))?;
    Ok(FailOn {
        only_new: new.is_some(),
        least,
    })
}

fn parse_language(text: &str) -> Result<Language, String> {
    text.parse().map_err(|error| format!("{error}"))
}

fn parse_format(text: &str) -> Result<Format, String> {
    text.parse().map_err(|error| format!("{error}"))
}
