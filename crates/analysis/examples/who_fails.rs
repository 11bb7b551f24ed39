//! Judges a saved snapshot and prints the users that fail IAM.5, worst news first on stdout.
//!
//! `cargo run -p org-audit-analysis --example who_fails -- RUN`
#![expect(clippy::print_stdout, reason = "an example's output is its purpose")]

use std::convert::Infallible;
use std::error::Error;
use std::path::PathBuf;

use org_audit_model::Outcome;
use org_audit_model::store::SnapshotReader;

fn main() -> Result<(), Box<dyn Error>> {
    let run: PathBuf = std::env::args().nth(1).ok_or("usage: who_fails RUN")?.into();
    let reader = SnapshotReader::open(&run)?;
    let organization = reader.organization()?;
    let managed = reader.aws_managed_policies()?;
    let assessed = org_audit_analysis::analyze(&organization, &managed, &reader, |account| {
        for user in account.users.iter().filter(|user| user.iam_5 == Outcome::Fail) {
            println!(
                "{} ({}): {}",
                user.user_arn,
                account.ou_path.escape_debug(),
                user.reason
            );
        }
        Ok::<(), Infallible>(())
    })?;
    println!(
        "{} of {} accounts assessed",
        assessed.totals.accounts_assessed, assessed.totals.accounts
    );
    Ok(())
}
