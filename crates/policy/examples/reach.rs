//! Answers reach cases from standard input: `cargo run -p org-audit-policy --example reach < cases.jsonl`.

use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        match org_audit_policy::cases::reach_case(&line?) {
            Ok(answer) => serde_json::to_writer(&mut out, &answer)?,
            Err(error) => serde_json::to_writer(&mut out, &error)?,
        }
        writeln!(out)?;
    }
    Ok(())
}
