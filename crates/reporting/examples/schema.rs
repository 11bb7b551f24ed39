//! Prints the JSON Schemas of everything that the program writes as JSON, in one object by name.
//!
//! `cargo run -p org-audit-reporting --features schema --example schema`

use std::collections::BTreeMap;
use std::io::{self, Write};

fn main() -> io::Result<()> {
    let schemas: BTreeMap<_, _> = org_audit_reporting::schema::all().into_iter().collect();
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &schemas)?;
    writeln!(out)
}
