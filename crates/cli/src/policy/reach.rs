//! `org-audit policy reach`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use comfy_table::{Table, TableStyle};
use org_audit_model::ExitCode;
use org_audit_policy::cases::{self, ReachAnswer};
use org_audit_policy::reach::{Outcome, Reach, Session, SessionKind, SessionVerdict, reach, verdict};
use org_audit_policy::{AccessLevel, Policy, PolicySet};
use serde_json::Value;

use super::{each_line, read_text};

/// Up to this many actions are listed one by one.
const LISTED: usize = 60;

const FULL_AWS_ACCESS: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;

/// Options of `policy reach`.
#[derive(Debug, Args)]
pub struct ReachArgs {
    /// A file with one case a line, answered with one line each; `-` is standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["policies", "boundary", "scp"])]
    pub cases: Option<PathBuf>,
    /// The user's policies: inline, attached, and of its groups.
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "cases")]
    pub policies: Vec<PathBuf>,
    /// The permissions boundary.
    #[arg(long, value_name = "FILE")]
    pub boundary: Option<PathBuf>,
    /// The SCPs of one level, separated by commas; once per level, the root's first.
    #[arg(long, value_name = "FILE[,FILE]")]
    pub scp: Vec<String>,
    /// Do not take it that FullAWSAccess is attached at every level of SCPs.
    #[arg(long, requires = "scp")]
    pub no_full_aws_access: bool,
    /// The kind of session; may be repeated.
    #[arg(long, value_enum, default_values_t = [SessionChoice::Console, SessionChoice::Key])]
    pub session: Vec<SessionChoice>,
    /// The user's name.
    #[arg(long, default_value = "user")]
    pub user: String,
    /// The user's path.
    #[arg(long, default_value = "/")]
    pub user_path: String,
    /// The account.
    #[arg(long, default_value = "111122223333")]
    pub account: String,
    /// The partition: aws, aws-cn or aws-us-gov.
    #[arg(long, default_value = "aws")]
    pub partition: String,
    /// How to print.
    #[arg(long, value_enum, default_value_t = ReachFormat::Table)]
    pub format: ReachFormat,
}

/// The kinds of session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SessionChoice {
    /// Signed in to the console without MFA.
    Console,
    /// A long-term access key.
    Key,
    /// `GetSessionToken` without MFA.
    SessionToken,
    /// A session with MFA.
    Mfa,
}

/// How reach is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReachFormat {
    /// Counts by service and access level, and the actions where they are few.
    Table,
    /// One JSON object a session.
    Json,
}

pub(super) fn run(args: &ReachArgs, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<ExitCode> {
    if let Some(file) = &args.cases {
        return each_line(file, out, err, |line| match cases::reach_case(line) {
            Ok(answer) => (true, serde_json::to_string(&answer)),
            Err(error) => (false, serde_json::to_string(&error)),
        });
    }
    let set = match read_set(args) {
        Ok(set) => Arc::new(set),
        Err(message) => {
            writeln!(err, "error: {message}")?;
            return Ok(ExitCode::Usage);
        }
    };
    let of = |kind| {
        let session = Session::user(kind, &args.partition, &args.account, &args.user_path, &args.user);
        reach(&set, &Arc::new(session))
    };
    let with_mfa = of(SessionKind::Mfa);
    for choice in &args.session {
        let own = of(match choice {
            SessionChoice::Console => SessionKind::Console,
            SessionChoice::Key => SessionKind::Key,
            SessionChoice::SessionToken => SessionKind::SessionToken,
            SessionChoice::Mfa => SessionKind::Mfa,
        });
        match args.format {
            ReachFormat::Json => {
                let answer = ReachAnswer::new(Value::Null, &own, &with_mfa);
                writeln!(out, "{}", serde_json::to_string(&answer)?)?;
            }
            ReachFormat::Table => print(&own, &verdict(&own, &with_mfa), out)?,
        }
    }
    Ok(ExitCode::Clean)
}

fn read_set(args: &ReachArgs) -> Result<PolicySet, String> {
    let identities = args
        .policies
        .iter()
        .map(|path| read_policy(path))
        .collect::<Result<Vec<_>, _>>()?;
    let boundary = args.boundary.as_deref().map(read_policy).transpose()?;
    let full = Policy::parse(FULL_AWS_ACCESS)
        .map(Arc::new)
        .map_err(|error| error.to_string())?;
    let mut levels = Vec::new();
    for files in &args.scp {
        let mut level = files
            .split(',')
            .map(|path| read_policy(Path::new(path)))
            .collect::<Result<Vec<_>, _>>()?;
        if !args.no_full_aws_access {
            level.push(Arc::clone(&full));
        }
        levels.push(level);
    }
    Ok(PolicySet::builder()
        .identities(identities)
        .boundary(boundary)
        .scps(levels)
        .build())
}

fn read_policy(path: &Path) -> Result<Arc<Policy>, String> {
    let text = read_text(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    let policy = Policy::parse(&text);
    policy
        .map(Arc::new)
        .map_err(|error| format!("`{}`: {error}\n{}", path.display(), error.excerpt(&text)))
}

/// Allowed and possible actions of one service at one access level.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    allowed: usize,
    possible: usize,
}

fn print(own: &Reach, judged: &SessionVerdict, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<&str, BTreeMap<AccessLevel, Count>> = BTreeMap::new();
    let mut total = Count::default();
    let mut lines = Vec::new();
    for (_, action, outcome) in own.reachable() {
        let slot = counts
            .entry(action.service())
            .or_default()
            .entry(action.level())
            .or_default();
        let line = match outcome {
            Outcome::Allowed { resource } => {
                slot.allowed += 1;
                total.allowed += 1;
                format!("  {} on {resource}", action.name())
            }
            Outcome::Possible { depends_on, .. } => {
                slot.possible += 1;
                total.possible += 1;
                format!("  {} depends on {}", action.name(), depends_on.join(", "))
            }
            Outcome::Denied { .. } => continue,
        };
        if lines.len() <= LISTED {
            lines.push(line);
        }
    }
    let session = own.session();
    // The session with MFA is what the others are compared with; it has no verdict of its own.
    let verdict = match session.kind() {
        SessionKind::Mfa => "for comparison",
        SessionKind::Console | SessionKind::Key | SessionKind::SessionToken | SessionKind::Role => {
            judged.verdict.as_str()
        }
    };
    writeln!(
        out,
        "session {} of {}: {verdict}",
        session.kind().as_str(),
        session.caller().arn()
    )?;
    writeln!(
        out,
        "{} actions allowed, {} possible",
        total.allowed, total.possible
    )?;
    let beyond = own.beyond_the_list().count();
    if beyond > 0 {
        writeln!(out, "actions that AWS may add are open in {beyond} services")?;
    }
    if total.allowed + total.possible <= LISTED {
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    } else {
        writeln!(out, "{}", table(&counts))?;
    }
    writeln!(out)
}

fn table(counts: &BTreeMap<&str, BTreeMap<AccessLevel, Count>>) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new());
    table.set_header(std::iter::once("service").chain(AccessLevel::ALL.map(AccessLevel::as_str)));
    for (service, levels) in counts {
        let cell = |level: AccessLevel| match levels.get(&level) {
            None => String::new(),
            Some(Count { allowed, possible: 0 }) => allowed.to_string(),
            Some(Count { allowed, possible }) => format!("{allowed} + {possible} possible"),
        };
        table.add_row(std::iter::once((*service).to_owned()).chain(AccessLevel::ALL.map(cell)));
    }
    table
}
