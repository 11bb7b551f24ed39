//! Collects the organization of the credentials in use into a directory.
//!
//! ```sh
//! AWS_PROFILE=audit cargo run -p org-audit-fetcher --example collect -- SNAPSHOT [ROLE]
//! ```

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to a terminal"
)]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use org_audit_fetcher::{CollectSettings, ConnectSettings, Event, Observer, collect, connect};
use org_audit_model::store::SnapshotWriter;

/// Prints a line for each account.
struct Lines;

impl Observer for Lines {
    fn event(&self, event: Event<'_>) {
        if let Event::AccountFinished { account, .. } = event {
            let why = account.credential_report.why_missing();
            eprintln!("{}: {}", account.account_id, why.as_deref().unwrap_or("read"));
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().ok_or("which directory?")?;
    let mut settings = CollectSettings::default();
    settings.role_name = arguments.next().unwrap_or(settings.role_name);

    let connection = connect(&ConnectSettings::default()).await?;
    for endpoint in connection.endpoint_overrides() {
        eprintln!("this is not AWS: {} from {}", endpoint.url, endpoint.source);
    }
    let writer = SnapshotWriter::create(Path::new(&directory))?;
    let clock = Arc::new(jiff::Timestamp::now);
    let organization = collect(&connection, &settings, Arc::new(writer), Arc::new(Lines), clock).await?;
    println!("{} accounts in `{directory}`", organization.accounts.len());
    for (operation, count) in &organization.collection.calls {
        println!("{count:>7} {operation}");
    }
    Ok(())
}
