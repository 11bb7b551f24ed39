//! A difference as one JSON object. The changes are streamed, so they stand before the counts.

use std::io::{self, Write};

use org_audit_model::change::{Change, ChangedAccount, ChangedItem};
use serde::Serialize;

use super::{DiffHead, DiffWriter, is_written};

/// The version of this form. It grows when a reader of the old form would misunderstand the new one.
const SCHEMA_VERSION: u32 = 1;

/// The difference that is being written.
pub(super) struct Json<'a> {
    out: &'a mut dyn Write,
    all: bool,
    empty: bool,
    accounts: Vec<ChangedAccount>,
}

/// What stands after the changes.
#[derive(Serialize)]
struct Tail<'a> {
    accounts: &'a [ChangedAccount],
    summary: &'a Change,
}

impl<'a> Json<'a> {
    pub(super) fn begin(head: DiffHead<'_>, out: &'a mut dyn Write) -> io::Result<Self> {
        let version = serde_json::to_string(head.tool_version)?;
        write!(
            out,
            "{{\"schema_version\":{SCHEMA_VERSION},\"tool\":{{\"name\":\"org-audit\",\"version\":{version}}},\
             \"changes\":["
        )?;
        Ok(Self {
            out,
            all: head.all,
            empty: true,
            accounts: Vec::new(),
        })
    }
}

impl DiffWriter for Json<'_> {
    fn account(&mut self, account: Option<&ChangedAccount>, items: &[ChangedItem]) -> io::Result<()> {
        self.accounts.extend(account.cloned());
        for item in items.iter().filter(|item| is_written(item, self.all)) {
            let separator: &[u8] = if self.empty { b"\n" } else { b",\n" };
            self.empty = false;
            self.out.write_all(separator)?;
            serde_json::to_writer(&mut *self.out, item)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>, change: &Change) -> io::Result<()> {
        let tail = serde_json::to_string(&Tail {
            accounts: &self.accounts,
            summary: change,
        })?;
        // The members stand beside `changes`, not within an object of their own.
        writeln!(self.out, "\n],\n{}", tail.strip_prefix('{').unwrap_or(&tail))
    }
}
