//! A difference in Markdown: the counts, and what is new, for a pull request or a job's summary.

use std::io::{self, Write};

use org_audit_model::change::{Change, ChangedAccount, ChangedItem};
use org_audit_model::{ChangeKind, Severity};

use super::{DiffHead, DiffWriter, side_by_side, words};
use crate::text::visible;

/// How many new findings are named: a comment on a pull request has 65,536 characters.
const MOST_NAMED: usize = 50;

/// The difference that is being written.
pub(super) struct Markdown<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Markdown<'a> {
    pub(super) fn begin(head: DiffHead<'_>, out: &'a mut dyn Write) -> io::Result<Self> {
        let [old, new] = [head.old, head.new];
        writeln!(
            out,
            "## Change of {}{}\n\nFrom {:.0} to {:.0}.\n",
            code(&new.organization.id),
            if new.collection.is_demo() { " (demo)" } else { "" },
            old.collection.started_at,
            new.collection.started_at
        )?;
        Ok(Self { out })
    }
}

impl DiffWriter for Markdown<'_> {
    fn account(&mut self, _: Option<&ChangedAccount>, _: &[ChangedItem]) -> io::Result<()> {
        Ok(())
    }

    fn finish(self: Box<Self>, change: &Change) -> io::Result<()> {
        let out = self.out;
        writeln!(out, "| | then | now |\n|---|---|---|")?;
        for (label, then, now) in side_by_side(change) {
            writeln!(out, "| {label} | {then} | {now} |")?;
        }
        writeln!(out, "\n| findings that fail | count |\n|---|---|")?;
        for kind in [
            ChangeKind::New,
            ChangeKind::NewlyAssessed,
            ChangeKind::Resolved,
            ChangeKind::NotAssessed,
            ChangeKind::LeftOrganization,
            ChangeKind::Unchanged,
        ] {
            writeln!(out, "| {} | {} |", words(kind), change.failing(kind))?;
        }
        writeln!(
            out,
            "\nWhat is not assessed any more is not resolved: nobody looked."
        )?;
        if change.new_findings.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "\n### New\n\n| | severity | control | account | resource | reason |\n|---|---|---|---|---|---|"
        )?;
        for item in change.new_findings.iter().take(MOST_NAMED) {
            writeln!(
                out,
                "| {} | {} | {} | {} {} | {} | {} |",
                words(item.kind),
                item.severity.map_or("", Severity::as_str),
                item.subject,
                item.account_id,
                code(&item.account_name),
                code(&item.resource_arn),
                code(&item.reason)
            )?;
        }
        let more = change.new_findings.len().saturating_sub(MOST_NAMED) as u64 + change.new_findings_left_out;
        match more {
            0 => Ok(()),
            more => writeln!(out, "\nAnd {more} more."),
        }
    }
}

/// Hostile text as a code span of a table's cell: nothing within it is markup, a link or a mention.
fn code(text: &str) -> String {
    let text = visible(text);
    // A table splits its row at every `|`, in a code span too, unless a backslash stands before it (GitHub
    // Flavored Markdown, "Tables"); a backslash before that one would take its meaning away.
    let text = match text.contains('|') {
        true => text.replace('\\', "＼").replace('|', "\\|"),
        false => text.into_owned(),
    };
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // The blank at each end is taken off again (CommonMark, "Code spans").
    format!("{fence} {text} {fence}")
}
