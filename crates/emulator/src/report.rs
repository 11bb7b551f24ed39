//! The credential report: its columns, its life and its four hours.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>

use jiff::{SignedDuration, Timestamp};

use crate::world::model::{AccessKey, Credentials, User};
use crate::world::{Account, RootMfa};

/// AWS makes a new report at most every four hours.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_hours(4);

/// The columns, in AWS's order.
const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
cert_1_last_rotated,cert_2_active,cert_2_last_rotated,additional_credentials_info";

/// A moment. The tick puts changes and reports in order that a test makes within one tick of its clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AsOf {
    pub time: Timestamp,
    pub tick: u64,
}

impl AsOf {
    /// Now: every change counts.
    pub fn now(time: Timestamp) -> Self {
        Self { time, tick: u64::MAX }
    }
}

/// Where an account's report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReportState {
    /// Being made as of a moment; so many more questions are answered "not yet".
    Making {
        since: Timestamp,
        tick: u64,
        polls_left: u8,
    },
    /// Made as of a moment.
    Complete { generated: Timestamp, tick: u64 },
}

/// The user names and the moment that the rows show.
pub(crate) fn render(account: &Account, users: &[(&User, Credentials)], rotation: Option<u32>) -> String {
    let mut out = String::with_capacity(256 * (users.len() + 2));
    out.push_str(HEADER);
    out.push('\n');
    root_row(&mut out, account);
    for (user, credentials) in users {
        user_row(&mut out, account, user, credentials, rotation);
    }
    // AWS's file has no line break at its end.
    out.pop();
    out
}

fn root_row(out: &mut String, account: &Account) {
    let root = account.root;
    let mut cells = Cells::default();
    cells.add("<root_account>");
    cells.add(&account.root_arn());
    cells.add(&time(account.joined));
    if account.invited {
        cells.add("not_supported");
    } else {
        cells.add(if root.password { "TRUE" } else { "FALSE" });
    }
    cells.add("no_information");
    cells.add(if root.password { "not_supported" } else { "N/A" });
    cells.add("not_supported");
    cells.add(boolean(root.mfa != RootMfa::None));
    cells.add(boolean(root.access_key));
    cells.add(&if root.access_key {
        time(account.joined)
    } else {
        "N/A".to_owned()
    });
    cells.repeat("N/A", 3);
    cells.add("false");
    cells.repeat("N/A", 4);
    for _ in 0..2 {
        cells.add("false");
        cells.add("N/A");
    }
    cells.add("");
    cells.finish(out);
}

fn user_row(out: &mut String, account: &Account, user: &User, has: &Credentials, rotation: Option<u32>) {
    let mut cells = Cells::default();
    cells.add(&user.name);
    cells.add(&user.arn(&account.id));
    cells.add(&time(user.created));
    match has.password {
        Some(password) => {
            cells.add("true");
            cells.add(
                &password
                    .last_used
                    .map_or_else(|| "no_information".to_owned(), time),
            );
            cells.add(&time(password.changed));
            let next = rotation.map(|days| SignedDuration::from_hours(24 * i64::from(days)));
            let next = next.and_then(|after| password.changed.checked_add(after).ok());
            cells.add(&next.map_or_else(|| "N/A".to_owned(), time));
        }
        None => {
            cells.add("false");
            cells.repeat("N/A", 3);
        }
    }
    cells.add(boolean(!has.devices.is_empty()));
    key_cells(&mut cells, has.keys.first());
    key_cells(&mut cells, has.keys.get(1));
    cells.add(boolean(has.certificate.is_some()));
    cells.add(&has.certificate.map_or_else(|| "N/A".to_owned(), time));
    cells.add("false");
    cells.add("N/A");
    cells.add(if has.keys.len() > 2 {
        "There are additional credentials that are not shown"
    } else {
        ""
    });
    cells.finish(out);
}

fn key_cells(cells: &mut Cells, key: Option<&AccessKey>) {
    let Some(key) = key else {
        cells.add("false");
        cells.repeat("N/A", 4);
        return;
    };
    cells.add(boolean(key.active));
    cells.add(&time(key.created));
    match key.last_used {
        Some((when, region, service)) => {
            cells.add(&time(when));
            cells.add(region);
            cells.add(service);
        }
        None => cells.repeat("N/A", 3),
    }
}

fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn time(value: Timestamp) -> String {
    let text = value.to_string();
    text.strip_suffix('Z')
        .map_or_else(|| text.clone(), |bare| format!("{bare}+00:00"))
}

/// One row; a cell with a comma, a quote or a line break is quoted as RFC 4180 says.
#[derive(Default)]
struct Cells {
    row: String,
}

impl Cells {
    fn add(&mut self, cell: &str) {
        if cell.contains([',', '"', '\n', '\r']) {
            self.row.push('"');
            self.row.push_str(&cell.replace('"', "\"\""));
            self.row.push('"');
        } else {
            self.row.push_str(cell);
        }
        self.row.push(',');
    }

    fn repeat(&mut self, cell: &str, times: usize) {
        for _ in 0..times {
            self.add(cell);
        }
    }

    fn finish(mut self, out: &mut String) {
        self.row.pop();
        out.push_str(&self.row);
        out.push('\n');
    }
}

impl ReportState {
    /// The moment that the report shows.
    pub fn as_of(self) -> AsOf {
        match self {
            Self::Making { since, tick, .. } => AsOf { time: since, tick },
            Self::Complete { generated, tick } => AsOf {
                time: generated,
                tick,
            },
        }
    }
}
