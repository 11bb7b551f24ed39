//! The command line, as clap reads it. One file per group of options.

mod collection;
mod compare;
mod controls;
mod diff;
mod evidence;
mod output;
mod templates;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use org_audit_emulator::CallerKind;

pub use collection::CollectionArgs;
pub use compare::{CompareArgs, HistoryArgs};
pub use controls::ControlArgs;
pub use diff::DiffArgs;
pub use evidence::{EvidenceArgs, ExceptionArgs, VerifyArgs};
pub use output::{FailOn, FormatArgs, OutputArgs};
pub use templates::TemplatesCommand;

use crate::policy::PolicyCommand;

/// Finds what can be done in an AWS organization by someone who has no second factor.
///
/// Without a subcommand it audits the live organization of the credentials in use: every member account in
/// parallel, control IAM.5 for every IAM user, and how far service control policies ask for MFA. It writes a
/// run directory with the reports, the snapshot of everything that was read, and a manifest of hashes.
/// Nothing is changed in AWS.
///
/// Try it without an AWS account: `org-audit demo`
#[derive(Debug, Parser)]
#[command(name = "org-audit", max_term_width = 100, args_conflicts_with_subcommands = true,
    after_help = exit_codes(), subcommand_help_heading = "Subcommands")]
pub struct Cli {
    /// What else to do than the audit of the live organization.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The audit's options.
    #[command(flatten)]
    pub audit: AuditArgs,

    /// Say nothing but errors and warnings.
    #[arg(long, short, global = true)]
    pub quiet: bool,

    /// Print the version. With --verbose, also the dates and counts of the data that are built in.
    #[arg(long, short = 'V')]
    pub version: bool,

    /// Say more: with --version, of which day the list of AWS actions is.
    #[arg(long, requires = "version")]
    pub verbose: bool,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Audits an embedded, emulated organization: no AWS account needed.
    Demo(DemoArgs),
    /// Judges a saved snapshot again, offline, into a new run directory.
    Analyze(AnalyzeArgs),
    /// Writes reports of a run again, offline, in other formats.
    Report(ReportArgs),
    /// Checks that nobody changed a run since it was written: every file against the manifest.
    ///
    /// It says `intact` (exit code 0), or names every file that was changed, is missing, was added or was renamed
    /// (exit code 10).
    Verify(VerifyArgs),
    /// Says what changed between two runs: new, resolved, unchanged, and what is not assessed any more.
    ///
    /// Both are judged again by this program with the same controls. What the later run could not read is
    /// `not assessed`, never resolved. The exit code is 10 when --fail-on matches something new, 3 when the
    /// later run is incomplete, and 0 otherwise.
    Diff(DiffArgs),
    /// Lists many runs over time: accounts assessed, pass rate, users exposed, coverage.
    ///
    /// Runs of another organization than the newest run's, and runs that were not finished, are left out and
    /// named.
    History(HistoryArgs),
    /// Prints the page of a control or lint, or says why a user of a run got its verdict.
    ///
    /// Without anything it lists the controls and lints. With a run, --account and --user it goes through a
    /// user's credentials, policies and sessions, statement by statement.
    Explain(ExplainArgs),
    /// The policy engine on files: lint, reach, simulate. No AWS needed.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// The templates of the HTML report.
    #[command(subcommand)]
    Templates(TemplatesCommand),
    /// Prints a completion script for a shell.
    Completions(CompletionsArgs),
}

/// Options of the audit.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// What to write.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Which named profile of the AWS configuration to use.
    #[arg(long, value_name = "NAME", help_heading = "AWS")]
    pub profile: Option<String>,
    /// Which region's endpoints to use; any region of the partition will do.
    ///
    /// IAM and Organizations are the same everywhere; STS is asked in this region.
    #[arg(long, value_name = "REGION", help_heading = "AWS")]
    pub region: Option<String>,
    /// Talk to this URL and not to AWS. Reported loudly and recorded in the evidence.
    #[arg(long, value_name = "URL", help_heading = "AWS")]
    pub endpoint_url: Option<String>,
    /// How to read the accounts.
    #[command(flatten)]
    pub collection: CollectionArgs,
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// What to write.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How to read the accounts.
    #[command(flatten)]
    pub collection: CollectionArgs,
    /// Which organization.
    #[arg(long, value_enum, default_value_t = DemoWorld::Company, help_heading = "Emulated organization")]
    pub world: DemoWorld,
    /// Whose credentials are used: management, delegated, list-only, member, outsider.
    #[arg(long, value_name = "CALLER", default_value = "management", value_parser = parse_caller,
        help_heading = "Emulated organization")]
    pub caller: CallerKind,
    /// How many accounts the organization has, up to 100,000; without it, the demo organization as it is pictured.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=100_000),
        help_heading = "Emulated organization")]
    pub accounts: Option<u32>,
    /// How many IAM users each account has, up to the 5,000 that AWS allows.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=5_000),
        help_heading = "Emulated organization")]
    pub users: Option<u32>,
    /// The seed from which the organization is made; the same seed makes the same organization.
    #[arg(long, value_name = "N", help_heading = "Emulated organization")]
    pub seed: Option<u64>,
    /// What goes wrong, such as `latency=80ms`, `throttle`, `deny-assume-role=10%`; may be repeated.
    #[arg(long, value_name = "FAULT", help_heading = "Emulated organization")]
    pub fault: Vec<String>,
    /// Do not audit: serve the organization over HTTP on loopback until stopped, and print the environment
    /// that makes the AWS CLI, boto3 or any other AWS client use it.
    #[arg(long, help_heading = "Emulated organization")]
    pub serve: bool,
    /// The port to serve on; 0 lets the system choose.
    #[arg(
        long,
        value_name = "PORT",
        default_value_t = 0,
        requires = "serve",
        help_heading = "Emulated organization"
    )]
    pub port: u16,
}

/// The organizations that can be emulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DemoWorld {
    /// A company with users, policies and accidents of every kind.
    Company,
    /// The same company, where every user passes.
    EveryUserPasses,
    /// Equal accounts with users of every kind.
    Mixed,
    /// Equal accounts that can all be read and whose users all pass: for counting calls and for load.
    Uniform,
}

fn parse_caller(text: &str) -> Result<CallerKind, String> {
    text.parse().map_err(|error| format!("{error}"))
}

/// Options of `analyze`.
#[derive(Debug, Args)]
pub struct AnalyzeArgs {
    /// A snapshot directory, or a run directory that holds one.
    #[arg(value_name = "SNAPSHOT")]
    pub snapshot: PathBuf,
    /// What to write.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Options of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// A run directory.
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// Which reports.
    #[command(flatten)]
    pub formats: FormatArgs,
    /// Where to write them; without it, into the run directory itself.
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Replace reports that are there and differ.
    #[arg(long)]
    pub force: bool,
    /// What was accepted.
    #[command(flatten)]
    pub exceptions: ExceptionArgs,
    /// What to make of the run, once its reports are written.
    #[command(flatten)]
    pub evidence: EvidenceArgs,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A control such as IAM.5, or a lint; or a run directory, with --account and --user.
    #[arg(value_name = "CONTROL|LINT|RUN")]
    pub subject: Option<PathBuf>,
    /// The user's account, by its id or its name.
    #[arg(long, value_name = "ACCOUNT", requires = "user")]
    pub account: Option<String>,
    /// The user's name.
    #[arg(long, value_name = "USER", requires = "account")]
    pub user: Option<String>,
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Which shell.
    pub shell: Shell,
}

fn exit_codes() -> String {
    use std::fmt::Write as _;
    let mut text = "Exit codes:\n".to_owned();
    for code in org_audit_model::ExitCode::ALL {
        let _ = writeln!(text, "  {:>2}  {}", code.number(), code.meaning());
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_lists_every_exit_code() {
        let help = Cli::command().render_help().to_string();
        for code in org_audit_model::ExitCode::ALL {
            assert!(help.contains(code.meaning()), "{help}");
        }
    }

    #[test]
    fn formats_are_separated_by_commas_or_repeated() {
        let cli = Cli::parse_from(["org-audit", "--format", "html,json", "--format", "csv"]);
        assert_eq!(cli.audit.output.formats.format.len(), 3);
        assert!(Cli::try_parse_from(["org-audit", "--format", "pdf"]).is_err());
    }
}
