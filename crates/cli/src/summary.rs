//! The short table at the end of a run.

use std::collections::BTreeMap;
use std::path::Path;

use comfy_table::{Cell, CellAlignment, Table, TableStyle};
use org_audit_model::assessment::Completeness;
use org_audit_model::change::Change;
use org_audit_model::snapshot::OrganizationSnapshot;
use org_audit_model::{
    AccountAssessment, ChangeKind, Coverage, ExceptionState, Outcome, RunAssessment, Verdict,
};

use crate::printer::Printer;
use crate::text::safe;

/// How many accounts and users are named; the rest is in the reports.
const MOST_NAMED: usize = 8;

/// What is kept of the accounts while they pass by.
#[derive(Debug, Default)]
pub struct Summary {
    unread: Vec<(String, String)>,
    unread_more: usize,
    failing: Vec<String>,
    failing_more: usize,
}

impl Summary {
    /// Takes note of an account.
    pub fn see(&mut self, account: &AccountAssessment) {
        let asked = !matches!(account.evidence.access.as_str(), "not_assessable" | "excluded");
        if asked && account.completeness != Completeness::Full {
            let name = format!("{} {}", account.account_id, safe(&account.account_name));
            push(
                &mut self.unread,
                &mut self.unread_more,
                (name, safe(&account.reason)),
            );
        }
        for user in account.users.iter().filter(|user| user.iam_5 == Outcome::Fail) {
            push(&mut self.failing, &mut self.failing_more, safe(&user.user_arn));
        }
    }

    /// Prints the table and where the files are.
    pub fn print(
        &self,
        organization: &OrganizationSnapshot,
        run: &RunAssessment,
        directory: &Path,
        files: &[String],
        printer: Printer,
    ) {
        let id = safe(&organization.organization.id);
        printer.say("");
        printer.say(&format!(
            "Organization {id}{}",
            if organization.collection.is_demo() {
                " (demo)"
            } else {
                ""
            }
        ));
        printer.say(&table(run).to_string());
        if let Some(change) = &run.change {
            printer.say(&since(change));
        }
        if !self.failing.is_empty() {
            printer.say("\nA console password and no MFA device:");
            print_list(printer, self.failing.iter().cloned(), self.failing_more, "users");
        }
        if !self.unread.is_empty() {
            printer.say("\nNot read, or not completely (unknown, not passed):");
            let lines = self
                .unread
                .iter()
                .map(|(name, reason)| format!("{name}: {}", shorten(reason)));
            print_list(printer, lines, self.unread_more, "accounts");
        }
        print_exceptions(run, printer);
        for gap in &run.organization_gaps {
            printer.say(&format!("\nNot read: {}", safe(gap)));
        }
        printer.say(&format!("\nWritten to {}", directory.display()));
        printer.say(&format!(
            "  {}, collection.csv, snapshot/, manifest.json, README.txt",
            files.join(", ")
        ));
        if run.incomplete {
            printer
                .say("The run is incomplete: what could not be read is reported as unknown (exit code 3).");
        }
    }
}

/// What changed since the baseline, in three lines.
fn since(change: &Change) -> String {
    let count = |kind| change.failing(kind);
    let exempt: u64 = change.new_but_exempt.values().sum();
    let exempt = match exempt {
        0 => String::new(),
        exempt => format!(" ({exempt} exempt)"),
    };
    format!(
        "\nSince {:.0}: {} new{exempt}, {} newly seen (not assessed then), {} resolved, {} still failing\n  {} no \
         longer seen because not assessed, {} in accounts that left: not resolved",
        change.baseline.started_at,
        count(ChangeKind::New),
        count(ChangeKind::NewlyAssessed),
        count(ChangeKind::Resolved),
        count(ChangeKind::Unchanged),
        count(ChangeKind::NotAssessed),
        count(ChangeKind::LeftOrganization),
    )
}

/// The exceptions file in numbers, and its entries that do nothing any more: somebody has to look at them.
fn print_exceptions(run: &RunAssessment, printer: Printer) {
    if run.exceptions.is_empty() {
        return;
    }
    let of = |state| run.exceptions.iter().filter(|entry| entry.state == state).count();
    printer.say(&format!(
        "\nExceptions: {} used, {} unused, {} expired. {} fails are exempt, and still fails.",
        of(ExceptionState::Used),
        of(ExceptionState::Unused),
        of(ExceptionState::Expired),
        run.totals.exempt()
    ));
    let idle: Vec<String> = run
        .exceptions
        .iter()
        .filter(|entry| entry.state != ExceptionState::Used)
        .map(|entry| {
            let whom = entry.user.as_ref().or(entry.resource.as_ref());
            safe(&format!(
                "{} (line {}): {} {} {}, owner {}, until {}",
                entry.state.as_str(),
                entry.line,
                entry.account,
                whom.map_or("", String::as_str),
                entry.controls.join(" "),
                entry.exemption.owner,
                entry.exemption.expires
            ))
        })
        .collect();
    let more = idle.len().saturating_sub(MOST_NAMED);
    let lines = idle.into_iter().take(MOST_NAMED).map(|line| shorten(&line));
    print_list(printer, lines, more, "entries");
}

fn push<T>(list: &mut Vec<T>, more: &mut usize, item: T) {
    if list.len() < MOST_NAMED {
        list.push(item);
    } else {
        *more += 1;
    }
}

fn print_list(printer: Printer, lines: impl Iterator<Item = String>, more: usize, what: &str) {
    for line in lines {
        printer.say(&format!("  {line}"));
    }
    if more > 0 {
        printer.say(&format!("  and {more} more {what}, in the reports"));
    }
}

/// The first 160 characters: an AWS message can be long, and the reports have the whole of it.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn table(run: &RunAssessment) -> Table {
    let totals = &run.totals;
    let mut table = Table::new();
    table.load_style(TableStyle::new());
    let mut row = |label: &str, number: String, note: String| {
        let number = Cell::new(number).set_alignment(CellAlignment::Right);
        table.add_row(vec![Cell::new(format!("  {label}")), number, Cell::new(note)]);
    };
    let iam_5 = totals.iam_5;
    row(
        "accounts assessed",
        totals.accounts_assessed.to_string(),
        format!(
            "of {}; {} cannot be read in their state",
            totals.accounts, totals.accounts_not_assessable
        ),
    );
    let unread = totals.accounts_incomplete;
    row(
        "accounts not read",
        unread.to_string(),
        "or not completely: unknown, not passed".to_owned(),
    );
    row("IAM users", totals.users.to_string(), String::new());
    row(
        "IAM.5 pass",
        iam_5.pass.to_string(),
        rate(iam_5.pass, iam_5.decided()),
    );
    let exempt = match totals.iam_5_exempt {
        0 => String::new(),
        exempt => format!("{exempt} of them under an approved exception"),
    };
    row("IAM.5 fail", iam_5.fail.to_string(), exempt);
    row(
        "IAM.5 not applicable",
        iam_5.not_applicable.to_string(),
        "no console password".to_owned(),
    );
    let unseen = totals.accounts - totals.accounts_assessed;
    let unseen = match unseen {
        0 => String::new(),
        1 => "users seen; those of 1 account were not".to_owned(),
        _ => format!("users seen; those of {unseen} accounts were not"),
    };
    row("IAM.5 unknown", iam_5.unknown.to_string(), unseen);
    let (number, note) = open_without_mfa(&totals.verdicts);
    row("open without MFA", number, note);
    let covered = |coverage| totals.scp_coverage.get(&coverage).copied().unwrap_or(0);
    row(
        "SCPs enforce MFA",
        covered(Coverage::Enforced).to_string(),
        format!(
            "of the {} accounts that SCPs apply to; {} in part",
            totals.accounts.saturating_sub(covered(Coverage::Exempt)),
            covered(Coverage::Partial)
        ),
    );
    table
}

/// How many users can do more than self-service without a second factor, and how much more.
fn open_without_mfa(verdicts: &BTreeMap<Verdict, u64>) -> (String, String) {
    let of = |verdict| verdicts.get(&verdict).copied().unwrap_or(0);
    let (exposed, partial, unknown) = (of(Verdict::Exposed), of(Verdict::Partial), of(Verdict::Unknown));
    let unknown = match unknown {
        0 => String::new(),
        _ => format!("; {unknown} users unknown"),
    };
    let note = format!("users: {exposed} as much as with MFA or more, {partial} in part{unknown}");
    ((exposed + partial).to_string(), note)
}

fn rate(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "no user to whom it applies".to_owned();
    }
    // Rounded down, so that 100 % means every single one.
    let permille = u128::from(part) * 1000 / u128::from(whole);
    format!(
        "{}.{} % of the {whole} users to whom it applies",
        permille / 10,
        permille % 10
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_rate_is_never_rounded_up_to_all() {
        assert_eq!(
            rate(9_999, 10_000),
            "99.9 % of the 10000 users to whom it applies"
        );
        assert_eq!(rate(3, 3), "100.0 % of the 3 users to whom it applies");
        assert_eq!(rate(0, 0), "no user to whom it applies");
    }
}
