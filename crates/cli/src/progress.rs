//! What the collection tells the user while it runs: a bar on a terminal, plain lines otherwise.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use org_audit_fetcher::{Event, Observer};
use org_audit_model::snapshot::{Access, AccountSnapshot};

use crate::printer::Printer;
use crate::text::safe;

/// Shows the collection's progress.
#[derive(Debug)]
pub struct Progress {
    printer: Printer,
    bar: ProgressBar,
    numbers: Mutex<Numbers>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Numbers {
    done: u64,
    of: u64,
}

impl Progress {
    /// Progress that is drawn where `printer` may draw.
    pub fn new(printer: Printer) -> Self {
        let target = if printer.draws() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) =
            ProgressStyle::with_template("  {bar:30} {pos}/{len} accounts  {elapsed}  {wide_msg}")
        {
            bar.set_style(style);
        }
        bar.set_message("reading the organization");
        Self {
            printer,
            bar,
            numbers: Mutex::default(),
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn account(&self, name: &str, account: &AccountSnapshot) {
        let line = format!("{} {}: {}", account.account_id, safe(name), outcome(account));
        self.bar.inc(1);
        if self.printer.draws() {
            self.bar.set_message(line);
            return;
        }
        // Said under the lock, so that the numbers come in order.
        if let Ok(mut numbers) = self.numbers.lock() {
            numbers.done += 1;
            self.printer
                .say(&format!("[{}/{}] {line}", numbers.done, numbers.of));
        }
    }
}

/// One account in a few words.
fn outcome(account: &AccountSnapshot) -> String {
    match &account.access {
        Access::NotAssessable { state } => format!("not assessable ({state})"),
        Access::Excluded => "left out".to_owned(),
        Access::Refused { failure, .. } => {
            format!(
                "refused: {}",
                safe(failure.code.as_deref().unwrap_or("no answer"))
            )
        }
        Access::AssumedRole { .. } | Access::CallerCredentials => {
            match account.credential_report.why_missing() {
                Some(why) => format!("read in part: {}", safe(&why)),
                None => "read".to_owned(),
            }
        }
    }
}

impl Observer for Progress {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::OrganizationRead {
                accounts,
                organizational_units,
            } => {
                if let Ok(mut numbers) = self.numbers.lock() {
                    numbers.of = accounts as u64;
                }
                self.bar.set_length(accounts as u64);
                self.bar.set_message("");
                let line = format!("{accounts} accounts in {organizational_units} organizational units");
                if !self.printer.draws() {
                    self.printer.say(&line);
                }
            }
            Event::AccountFinished { name, account } => self.account(name, account),
            Event::PoliciesRead { .. } | Event::Throttled { .. } => {}
            _ => {}
        }
    }
}
