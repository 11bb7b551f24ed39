//! A difference as CSV, by the rules of the report's CSV files.

use std::io::{self, Write};

use org_audit_model::change::{Change, ChangedAccount, ChangedItem};

use super::{DiffHead, DiffWriter, is_written};
use crate::formats::csv::cell;

const COLUMNS: [&str; 12] = [
    "change",
    "subject",
    "severity",
    "account_id",
    "account_name",
    "ou_path",
    "resource_type",
    "resource_arn",
    "was",
    "now",
    "reason",
    "exempt",
];

/// The difference that is being written.
pub(super) struct Csv<'a> {
    writer: ::csv::Writer<&'a mut dyn Write>,
    all: bool,
}

impl<'a> Csv<'a> {
    pub(super) fn begin(head: DiffHead<'_>, out: &'a mut dyn Write) -> io::Result<Self> {
        let mut writer = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::CRLF)
            .from_writer(out);
        writer.write_record(COLUMNS)?;
        Ok(Self {
            writer,
            all: head.all,
        })
    }
}

impl DiffWriter for Csv<'_> {
    fn account(&mut self, account: Option<&ChangedAccount>, items: &[ChangedItem]) -> io::Result<()> {
        if let Some(account) = account {
            let name = cell::safe(&account.account_name);
            let reason = cell::safe(&account.reason);
            self.writer.write_record([
                account.kind.as_str(),
                "account",
                "",
                account.account_id.as_str(),
                &name,
                "",
                "AWS::::Account",
                "",
                "",
                "",
                &reason,
                "",
            ])?;
        }
        for item in items.iter().filter(|item| is_written(item, self.all)) {
            let [name, path, resource, reason] = [
                item.account_name.as_str(),
                item.ou_path.as_str(),
                item.resource_arn.as_str(),
                item.reason.as_str(),
            ]
            .map(cell::safe);
            self.writer.write_record([
                item.kind.as_str(),
                item.subject.as_str(),
                item.severity
                    .map(org_audit_model::Severity::as_str)
                    .unwrap_or_default(),
                item.account_id.as_str(),
                &name,
                &path,
                item.resource_type.as_str(),
                &resource,
                item.was.as_str(),
                item.now.as_str(),
                &reason,
                if item.exempt { "true" } else { "false" },
            ])?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, _: &Change) -> io::Result<()> {
        self.writer.flush()
    }
}
