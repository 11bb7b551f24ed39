//! A difference for people: account by account what matters, and the counts at the end.

use std::collections::BTreeMap;
use std::io::{self, Write};

use org_audit_model::change::{Change, ChangedAccount, ChangedItem, VERDICT};
use org_audit_model::{AccountChange, ChangeKind, Outcome, Severity};

use super::{DiffHead, DiffWriter, side_by_side, words};
use crate::text::visible;

/// The difference that is being written.
pub(super) struct Text<'a> {
    out: &'a mut dyn Write,
    all: bool,
}

impl<'a> Text<'a> {
    pub(super) fn begin(head: DiffHead<'_>, out: &'a mut dyn Write) -> io::Result<Self> {
        let [old, new] = [head.old, head.new];
        writeln!(
            out,
            "Organization {}{}",
            visible(&new.organization.id),
            if new.collection.is_demo() { " (demo)" } else { "" }
        )?;
        writeln!(out, "  old  {:.0}", old.collection.started_at)?;
        writeln!(out, "  new  {:.0}", new.collection.started_at)?;
        Ok(Self { out, all: head.all })
    }

    fn item(&mut self, item: &ChangedItem) -> io::Result<()> {
        let severity = item.severity.map_or("", Severity::as_str);
        writeln!(
            self.out,
            "  {:<14}  {:<13}  {}  {} → {}{}  {}",
            short(item.kind),
            severity,
            item.subject,
            item.was,
            item.now,
            if item.exempt { " (exempt)" } else { "" },
            visible(&item.resource_arn)
        )?;
        if item.reason.is_empty() || item.kind == ChangeKind::Unchanged {
            return Ok(());
        }
        writeln!(self.out, "{:>33}{}", "", visible(&item.reason))
    }
}

impl DiffWriter for Text<'_> {
    fn account(&mut self, account: Option<&ChangedAccount>, items: &[ChangedItem]) -> io::Result<()> {
        let (told, counted): (Vec<_>, Vec<_>) = items.iter().partition(|item| self.all || matters(item));
        let mut others: BTreeMap<ChangeKind, u64> = BTreeMap::new();
        for item in counted.iter().filter(|item| item.kind != ChangeKind::Unchanged) {
            *others.entry(item.kind).or_default() += 1;
        }
        let Some((id, name, path)) = account
            .map(|account| (&account.account_id, &account.account_name, ""))
            .or_else(|| {
                let first = items.first()?;
                Some((&first.account_id, &first.account_name, first.ou_path.as_str()))
            })
            .filter(|_| account.is_some() || !told.is_empty() || !others.is_empty())
        else {
            return Ok(());
        };
        let path = items.first().map_or(path, |item| item.ou_path.as_str());
        writeln!(self.out, "\n{id} {} ({})", visible(name), visible(path))?;
        if let Some(account) = account {
            write!(self.out, "  {}", of_account(account.kind))?;
            match account.reason.as_str() {
                "" => writeln!(self.out)?,
                reason => writeln!(self.out, ": {}", visible(reason))?,
            }
        }
        for item in told {
            self.item(item)?;
        }
        if !others.is_empty() {
            let counts: Vec<String> = others
                .iter()
                .map(|(kind, count)| format!("{count} {}", words(*kind)))
                .collect();
            writeln!(self.out, "  beside that, no fail: {}", counts.join(", "))?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>, change: &Change) -> io::Result<()> {
        let out = self.out;
        writeln!(out, "\nFindings that fail in one run or both")?;
        write!(out, "  {:<24}", "")?;
        for severity in Severity::ALL.iter().rev() {
            write!(out, "{severity:>14}")?;
        }
        writeln!(out)?;
        for kind in FINDINGS {
            write!(out, "  {:<24}", words(kind))?;
            for severity in Severity::ALL.iter().rev() {
                let count = change.failing.get(&kind).and_then(|counts| counts.get(severity));
                write!(out, "{:>14}", count.copied().unwrap_or_default())?;
            }
            writeln!(out, "{}", note(kind, change))?;
        }
        counts(out, "Verdicts", &change.verdicts, words)?;
        counts(out, "Accounts", &change.accounts, of_account)?;
        writeln!(out, "\n  {:<34}{:<28}now", "", "then")?;
        for (label, then, now) in side_by_side(change) {
            writeln!(out, "  {label:<34}{then:<28}{now}")?;
        }
        for control in &change.controls_not_compared {
            writeln!(
                out,
                "\nNot compared: {}, which only one of the runs judged, or which this version does not know",
                visible(control)
            )?;
        }
        Ok(())
    }
}

/// Kinds of findings in the order of the table.
const FINDINGS: [ChangeKind; 6] = [
    ChangeKind::New,
    ChangeKind::NewlyAssessed,
    ChangeKind::Resolved,
    ChangeKind::NotAssessed,
    ChangeKind::LeftOrganization,
    ChangeKind::Unchanged,
];

/// Whether an item stands by itself; the others are counted.
fn matters(item: &ChangedItem) -> bool {
    let fail = Outcome::Fail.as_str();
    match item.kind {
        ChangeKind::Unchanged | ChangeKind::Changed => false,
        ChangeKind::New | ChangeKind::Resolved | ChangeKind::Worse | ChangeKind::Better => true,
        ChangeKind::NewlyAssessed | ChangeKind::NotAssessed | ChangeKind::LeftOrganization => {
            item.subject != VERDICT && (item.was == fail || item.now == fail)
        }
    }
}

fn note(kind: ChangeKind, change: &Change) -> String {
    match kind {
        ChangeKind::Resolved if change.resolved_by_removal > 0 => {
            format!("   {} of them are gone", change.resolved_by_removal)
        }
        ChangeKind::New if !change.new_but_exempt.is_empty() => {
            let exempt: u64 = change.new_but_exempt.values().sum();
            format!("   {exempt} new or newly assessed are exempt")
        }
        ChangeKind::NewlyAssessed => "   the earlier run could not assess them".to_owned(),
        ChangeKind::NotAssessed => "   no longer seen, and not resolved".to_owned(),
        ChangeKind::New
        | ChangeKind::Resolved
        | ChangeKind::LeftOrganization
        | ChangeKind::Worse
        | ChangeKind::Better
        | ChangeKind::Changed
        | ChangeKind::Unchanged => String::new(),
    }
}

fn counts<K: Copy>(
    out: &mut dyn Write,
    title: &str,
    counts: &BTreeMap<K, u64>,
    words: fn(K) -> &'static str,
) -> io::Result<()> {
    let told: Vec<String> = counts
        .iter()
        .map(|(kind, count)| format!("{count} {}", words(*kind)))
        .collect();
    match told.is_empty() {
        true => Ok(()),
        false => writeln!(out, "{title}: {}", told.join(", ")),
    }
}

/// The kind as it stands in a row.
const fn short(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::LeftOrganization => "left",
        ChangeKind::New
        | ChangeKind::NewlyAssessed
        | ChangeKind::Resolved
        | ChangeKind::NotAssessed
        | ChangeKind::Worse
        | ChangeKind::Better
        | ChangeKind::Changed
        | ChangeKind::Unchanged => words(kind),
    }
}

/// What became of an account, for people.
const fn of_account(kind: AccountChange) -> &'static str {
    match kind {
        AccountChange::Joined => "joined the organization",
        AccountChange::Left => "left the organization",
        AccountChange::NewlyAssessed => "newly assessed",
        AccountChange::NotAssessed => "no longer assessed",
    }
}
