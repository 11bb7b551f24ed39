//! The analysis' speed over a whole snapshot: users a second, and how much memory it took at most.
//!
//! ```text
//! org-audit demo --world mixed --accounts 1000 --users 100 --output RUN
//! cargo bench -p org-audit-analysis --bench analyze -- RUN
//! ```
//!
//! `RUN` may be a run directory or a snapshot. With `RAYON_NUM_THREADS=2` it is measured on two cores.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and its output is its purpose"
)]

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use org_audit_analysis::controls::Selection;
use org_audit_analysis::{AccountSource, Analyzer, Options, analyze_with};
use org_audit_model::snapshot::{AccountSnapshot, AwsManagedPolicies, OrganizationSnapshot};
use org_audit_model::store::{SnapshotReader, StoreError};
use org_audit_model::{AccountAssessment, AccountId};

fn main() {
    // cargo adds `--bench`.
    let run = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let Some(run) = run.map(PathBuf::from) else {
        println!(
            "name a run directory or a snapshot: cargo bench -p org-audit-analysis --bench analyze -- RUN"
        );
        return;
    };
    let reader = SnapshotReader::open(&run).unwrap();
    let organization = timed("the organization is read", || reader.organization().unwrap());
    let aws_managed = reader.aws_managed_policies().unwrap();
    timed("the SCPs are judged", || {
        Analyzer::new(&organization, &aws_managed).targets().len()
    });
    let accounts = timed("the accounts are read", || read_all(&reader, &organization));
    for (name, selection) in [
        ("default controls", Selection::default()),
        ("every control", Selection::all()),
    ] {
        let options = Options {
            selection,
            ..Options::default()
        };
        whole(
            &format!("{name}, from memory"),
            &options,
            (&organization, &aws_managed),
            &accounts,
        );
        whole(
            &format!("{name}, from disk"),
            &options,
            (&organization, &aws_managed),
            &reader,
        );
    }
    println!("most memory: {}", most_memory());
}

/// Accounts that were read before.
struct InMemory(Vec<(AccountId, AccountSnapshot)>);

impl AccountSource for InMemory {
    fn account(&self, id: &AccountId) -> Result<Option<AccountSnapshot>, StoreError> {
        let at = self.0.binary_search_by(|(own, _)| own.cmp(id));
        Ok(at
            .ok()
            .and_then(|at| self.0.get(at))
            .map(|(_, account)| account.clone()))
    }
}

fn read_all(reader: &SnapshotReader, organization: &OrganizationSnapshot) -> InMemory {
    let mut ids: Vec<&AccountId> = organization.accounts.iter().map(|account| &account.id).collect();
    ids.sort_unstable();
    let read = |id: &AccountId| Some((id.clone(), reader.account(id).unwrap()?));
    InMemory(ids.into_iter().filter_map(read).collect())
}

fn whole(
    name: &str,
    options: &Options,
    (organization, aws_managed): (&OrganizationSnapshot, &AwsManagedPolicies),
    source: &impl AccountSource,
) {
    let mut users = 0;
    let mut findings = 0;
    let (start, busy) = (Instant::now(), cpu_time());
    analyze_with(
        options,
        organization,
        aws_managed,
        source,
        |account: AccountAssessment| {
            users += account.users.len();
            findings += account.findings.len();
            Ok::<(), Infallible>(())
        },
    )
    .unwrap();
    let time = start.elapsed();
    let busy = cpu_time().zip(busy).map(|(end, start)| end.saturating_sub(start));
    let busy = busy.map_or_else(|| "unknown".to_owned(), show);
    let rate = u128::try_from(users).unwrap() * 1_000_000 / time.as_micros().max(1);
    println!(
        "{name}: {users} users and {findings} findings in {}, processor time {busy}: {rate} users a second",
        show(time)
    );
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    println!("{what}: {}", show(start.elapsed()));
    result
}

fn show(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}

/// Processor time of all threads so far, in the kernel's ticks of ten milliseconds: what a busy machine leaves as it is.
fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields = stat.rsplit(')').next()?.split_ascii_whitespace().skip(11);
    let ticks: u64 = fields.take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(ticks * 10))
}

/// The kernel's own account of it, where there is one.
fn most_memory() -> String {
    let status = std::fs::read_to_string(Path::new("/proc/self/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.map_or_else(
        || "unknown".to_owned(),
        |line| line.trim_start_matches("VmHWM:").trim().to_owned(),
    )
}
