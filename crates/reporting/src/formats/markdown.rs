//! Markdown: a summary for a pull request or a job's page (`$GITHUB_STEP_SUMMARY`).
//!
//! It is short whatever the organization's size: far below the 1 MiB that GitHub takes for a step's summary,
//! and below the 65,536 characters of a comment. Text from outside stands in code spans only: there, GitHub
//! makes no mention, no link and no HTML of it.

mod cells;
mod since;

use std::collections::BTreeMap;
use std::path::Path;

use org_audit_model::assessment::{Completeness, OutcomeCounts, UserAssessment};
use org_audit_model::{AccountAssessment, Coverage, Outcome, RunAssessment, Severity, Verdict};
use smol_str::SmolStr;

use super::Renderer;
use super::file::ReportFile;
use super::html::rank;
use super::html::shown::{percent, thousands};
use crate::context::ReportContext;
use crate::error::ReportError;
use crate::finding;
use cells::{code, more, row};

const NAME: &str = "report.md";

/// The most rows of users, accounts and gaps.
const MOST_ROWS: usize = 20;

/// What is kept until the summary is written.
pub(super) struct Markdown<'a> {
    file: ReportFile,
    context: ReportContext<'a>,
    /// Rows by rank.
    worst: [Vec<String>; rank::RANKS],
    worst_count: u64,
    accounts_failing: u64,
    unread: Vec<String>,
    unread_count: u64,
    controls: BTreeMap<SmolStr, (Severity, OutcomeCounts, u64)>,
}

impl<'a> Markdown<'a> {
    /// Begins the file.
    pub(super) fn begin(directory: &Path, context: ReportContext<'a>) -> Result<Self, ReportError> {
        Ok(Self {
            file: ReportFile::begin(directory, NAME)?,
            context,
            worst: Default::default(),
            worst_count: 0,
            accounts_failing: 0,
            unread: Vec::new(),
            unread_count: 0,
            controls: BTreeMap::new(),
        })
    }

    fn consider(&mut self, account: &AccountAssessment, user: &UserAssessment) {
        if user.iam_5 == Outcome::Unknown || user.exemption.is_some() {
            return;
        }
        let Some(place) = rank::of(user.iam_5, user.verdict) else {
            return;
        };
        self.worst_count += 1;
        if let Some(rows) = self.worst.get_mut(place).filter(|rows| rows.len() < MOST_ROWS) {
            rows.push(row(&[
                &code(&user.user_name),
                &place_of(account),
                user.iam_5.as_str(),
                user.verdict.as_str(),
                &code(&user.verdict_reason),
            ]));
        }
    }

    fn summary(&self, run: &RunAssessment) -> String {
        let organization = &self.context.organization.organization.id;
        let mut text = format!("## MFA in AWS organization {}\n\n", code(organization));
        if self.context.demo {
            text.push_str("This is the demonstration's organization, and nobody's real one.\n\n");
        }
        text.push_str(&format!("**{}**\n\n", self.verdict(run)));
        let totals = &run.totals;
        if run.incomplete {
            text.push_str(&format!(
                "Incomplete: {} of {} accounts could not be read, or not completely. What they hold is \
                 unknown and is counted nowhere as a pass.\n\n",
                thousands(totals.accounts_incomplete),
                thousands(totals.accounts)
            ));
        }
        text.push_str(&self.numbers(run));
        if let Some(change) = &run.change {
            since::section(change, &mut text);
        }
        self.controls_table(&mut text);
        self.worst_table(&mut text);
        self.unread_table(run, &mut text);
        text
    }

    fn verdict(&self, run: &RunAssessment) -> String {
        let counts = &run.totals.iam_5;
        if counts.fail > 0 {
            let exempt = match run.totals.iam_5_exempt {
                0 => String::new(),
                exempt => format!(" Of them, {} under an approved exception.", thousands(exempt)),
            };
            return format!(
                "{} in {} {} a console password and no MFA device.{exempt}",
                plural(counts.fail, "IAM user", "IAM users"),
                plural(self.accounts_failing, "account", "accounts"),
                if counts.fail == 1 { "has" } else { "have" },
            );
        }
        if run.totals.accounts_assessed == 0 {
            "No account could be assessed, so nothing can be said about MFA."
        } else if run.incomplete || counts.unknown > 0 {
            "No IAM user with a console password and without MFA was found in what could be read."
        } else if counts.pass == 0 {
            "No IAM user has a console password."
        } else {
            "Every IAM user with a console password has an MFA device."
        }
        .to_owned()
    }

    fn numbers(&self, run: &RunAssessment) -> String {
        let totals = &run.totals;
        let counts = &totals.iam_5;
        let exposed = totals.verdicts.get(&Verdict::Exposed).copied().unwrap_or(0);
        let covered = totals.scp_coverage.get(&Coverage::Enforced).copied().unwrap_or(0);
        let of = |part: u64, whole: u64| format!("{} of {}", thousands(part), thousands(whole));
        let rate = percent(counts.pass, counts.decided())
            .map_or_else(|| "nobody to judge".to_owned(), |rate| format!("{rate}%"));
        let collection = &self.context.organization.collection;
        let mut text = row(&["what", "number"]) + &row(&["---", "---:"]);
        for (what, number) in [
            ("accounts assessed", of(totals.accounts_assessed, totals.accounts)),
            ("IAM.5: fail", thousands(counts.fail)),
            (
                "IAM.5: fail, under an approved exception",
                thousands(totals.iam_5_exempt),
            ),
            ("IAM.5: pass", thousands(counts.pass)),
            ("IAM.5: unknown", thousands(counts.unknown)),
            ("IAM.5: not applicable", thousands(counts.not_applicable)),
            ("IAM.5: passes of those judged", rate),
            ("users exposed without MFA", of(exposed, totals.users)),
            ("accounts where SCPs enforce MFA", of(covered, totals.accounts)),
            (
                "collected",
                collection.ended_at.unwrap_or(collection.started_at).to_string(),
            ),
        ] {
            text.push_str(&row(&[what, &number]));
        }
        text
    }

    fn controls_table(&self, text: &mut String) {
        let mut controls: Vec<_> = self.controls.iter().collect();
        controls.sort_by_key(|(_, (severity, counts, _))| (counts.fail == 0, std::cmp::Reverse(*severity)));
        text.push_str("\n### Controls\n\n");
        text.push_str(&row(&[
            "control",
            "severity",
            "fail",
            "exempt",
            "pass",
            "unknown",
            "not applicable",
        ]));
        text.push_str(&row(&["---", "---", "---:", "---:", "---:", "---:", "---:"]));
        for (id, (severity, counts, exempt)) in controls {
            text.push_str(&row(&[
                &code(id),
                severity.as_str(),
                &thousands(counts.fail),
                &thousands(*exempt),
                &thousands(counts.pass),
                &thousands(counts.unknown),
                &thousands(counts.not_applicable),
            ]));
        }
    }

    fn worst_table(&self, text: &mut String) {
        if self.worst_count == 0 {
            return;
        }
        text.push_str("\n### Worst first\n\n");
        text.push_str(&row(&["user", "account", "IAM.5", "without MFA", "why"]));
        text.push_str(&row(&["---", "---", "---", "---", "---"]));
        let rows = self.worst.iter().flatten().take(MOST_ROWS);
        let shown = rows.clone().count() as u64;
        rows.for_each(|row| text.push_str(row));
        more(text, self.worst_count.saturating_sub(shown), "`users.csv`");
    }

    fn unread_table(&self, run: &RunAssessment, text: &mut String) {
        if self.unread_count > 0 {
            text.push_str("\n### What could not be read\n\n");
            text.push_str(&row(&["account", "read", "why not", "way out"]));
            text.push_str(&row(&["---", "---", "---", "---"]));
            self.unread.iter().for_each(|row| text.push_str(row));
            let shown = self.unread.len() as u64;
            more(text, self.unread_count.saturating_sub(shown), "`accounts.csv`");
        }
        if !run.organization_gaps.is_empty() {
            text.push_str("\n### What could not be read of the organization\n\n");
            for gap in run.organization_gaps.iter().take(MOST_ROWS) {
                text.push_str(&format!("- {}\n", code(gap)));
            }
            let left_out = run.organization_gaps.len().saturating_sub(MOST_ROWS);
            more(text, left_out as u64, "`report.json`");
        }
    }
}

impl Renderer for Markdown<'_> {
    fn account(&mut self, account: &AccountAssessment) -> Result<(), ReportError> {
        for found in finding::of(account) {
            let entry = self.controls.entry(found.control_id.into());
            let (_, counts, exempt) = entry.or_insert((found.severity, OutcomeCounts::default(), 0));
            counts.add(found.outcome);
            *exempt += u64::from(found.outcome == Outcome::Fail && found.exemption.is_some());
        }
        let fails = account.users.iter().any(|user| user.iam_5 == Outcome::Fail);
        self.accounts_failing += u64::from(fails);
        for user in &account.users {
            self.consider(account, user);
        }
        if !account.assessed || account.completeness != Completeness::Full {
            self.unread_count += 1;
            if self.unread.len() < MOST_ROWS {
                self.unread.push(row(&[
                    &place_of(account),
                    account.completeness.as_str(),
                    &code(&account.reason),
                    &code(&account.way_out),
                ]));
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, run: &RunAssessment) -> Result<Vec<String>, ReportError> {
        let summary = self.summary(run);
        self.file.text(&summary)?;
        self.file.finish()
    }
}

/// `1 account`, `7 accounts`.
fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { one } else { many })
}

fn place_of(account: &AccountAssessment) -> String {
    format!("`{}` {}", account.account_id, code(&account.account_name))
}
