//! The parser of IAM's credential report.
//!
//! The columns are found by the header's names, unknown columns are left alone, and a value that is not
//! understood stays what it is: it becomes `unknown` in the analysis, never a pass. The form is in the
//! IAM User Guide, "Generate credential reports for your AWS account".

mod rejoin;

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};
use smol_str::SmolStr;

/// The largest report that is parsed, in bytes. An account has at most 5,000 users, and a row is about
/// 400 bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// The name that the report gives the root user's row.
pub const ROOT_NAME: &str = "<root_account>";

/// The report cannot be used at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// More than any account can have.
    #[error("the credential report has {0} bytes, more than any account's")]
    TooLarge(usize),
    /// The header lacks a column.
    #[error("the credential report has no column `{0}`")]
    MissingColumn(&'static str),
    /// Not CSV.
    #[error("the credential report is not CSV: {0}")]
    NotCsv(String),
    /// The same user twice: which row is right is unknown.
    #[error("the credential report has two rows of the same user `{0}`")]
    DuplicateUser(String),
    /// A row that ends too early, which is how a report that was cut off looks.
    #[error("row {row} of the credential report has {has} of {needs} columns")]
    ShortRow {
        /// Which row, counting from 1 after the header.
        row: usize,
        /// How many columns it has.
        has: usize,
        /// How many the header has.
        needs: usize,
    },
    /// A row with more columns than the header, and no certain way to tell which is which.
    #[error("row {row} of the credential report has {has} columns where the header has {needs}")]
    LongRow {
        /// Which row, counting from 1 after the header.
        row: usize,
        /// How many columns it has.
        has: usize,
        /// How many the header has.
        needs: usize,
    },
}

/// A truth value as the report writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flag {
    /// `true`, in any case.
    True,
    /// `false`, in any case.
    False,
    /// `not_supported`: root in some partitions.
    NotSupported,
    /// Anything else, as it stands.
    Other(SmolStr),
}

impl From<&str> for Flag {
    fn from(text: &str) -> Self {
        if text.eq_ignore_ascii_case("true") {
            Self::True
        } else if text.eq_ignore_ascii_case("false") {
            Self::False
        } else if text.eq_ignore_ascii_case("not_supported") {
            Self::NotSupported
        } else {
            Self::Other(text.chars().take(64).collect())
        }
    }
}

/// An access key as the report knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// Whether it is active.
    pub active: Flag,
    /// When it was made or last rotated, as it stands (`N/A` where there is none).
    pub last_rotated: SmolStr,
    /// When it was last used, as it stands.
    pub last_used: SmolStr,
}

/// One row of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// The user's name, [`ROOT_NAME`] for root.
    pub user: SmolStr,
    /// The user's ARN.
    pub arn: SmolStr,
    /// When the user was made, as it stands.
    pub created: SmolStr,
    /// Whether there is a console password.
    pub password_enabled: Flag,
    /// When the password was last used, as it stands.
    pub password_last_used: SmolStr,
    /// When the password was last changed, as it stands.
    pub password_last_changed: SmolStr,
    /// Whether any MFA device is enabled. Of which kind, and how many, the report does not say.
    pub mfa_active: Flag,
    /// The first two access keys; more are only hinted at in `additional_credentials`.
    pub access_keys: [AccessKey; 2],
    /// `cert_1_active` and `cert_2_active`: signing certificates.
    pub certificates: [Flag; 2],
    /// `additional_credentials_info`: not empty when there are more keys or certificates than columns.
    pub additional_credentials: SmolStr,
}

impl ReportRow {
    /// Whether this is the root user, who is not an IAM user.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.user == ROOT_NAME
    }

    /// Whether the row is of another user of the same name than the one that was made then: the times of their making
    /// differ. `generated_at` is the report's own time, for a row whose time cannot be read.
    #[must_use]
    pub fn is_of_another_user(&self, made_at: Option<Timestamp>, generated_at: Timestamp) -> bool {
        /// The report gives whole seconds.
        const TOLERANCE: SignedDuration = SignedDuration::from_secs(2);
        let Some(made_at) = made_at else {
            return false;
        };
        match self.created.parse::<Timestamp>() {
            Ok(created) => created.duration_until(made_at).abs() > TOLERANCE,
            Err(_) => made_at > generated_at,
        }
    }

    /// Whether the user has more keys or certificates than the report has columns for.
    #[must_use]
    pub fn has_more_credentials(&self) -> bool {
        !self.additional_credentials.is_empty() && self.additional_credentials != "N/A"
    }

    /// Whether control IAM.5 would fail by this row alone, so that it is worth asking IAM itself.
    #[must_use]
    pub fn would_fail(&self) -> bool {
        !self.is_root() && self.password_enabled == Flag::True && self.mfa_active == Flag::False
    }
}

/// A parsed report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialReport {
    /// The root user's row, where the report has one.
    pub root: Option<ReportRow>,
    /// The IAM users' rows, in the report's order.
    pub users: Vec<ReportRow>,
}

/// Where the columns are.
struct Columns {
    user: usize,
    arn: usize,
    created: Option<usize>,
    password_enabled: usize,
    password_last_used: Option<usize>,
    password_last_changed: Option<usize>,
    mfa_active: usize,
    access_keys: [KeyColumns; 2],
    certificates: [Option<usize>; 2],
    additional_credentials: Option<usize>,
}

/// Where an access key's columns are.
struct KeyColumns {
    active: usize,
    last_rotated: Option<usize>,
    last_used: Option<usize>,
}

impl Columns {
    fn new(header: &csv::StringRecord) -> Result<Self, ReportError> {
        // Of two columns of one name, the later counts.
        let find = |name: &str| {
            (0..header.len())
                .rev()
                .find(|at| header.get(*at).map(str::trim) == Some(name))
        };
        let require = |name: &'static str| find(name).ok_or(ReportError::MissingColumn(name));
        Ok(Self {
            user: require("user")?,
            arn: require("arn")?,
            created: find("user_creation_time"),
            password_enabled: require("password_enabled")?,
            password_last_used: find("password_last_used"),
            password_last_changed: find("password_last_changed"),
            mfa_active: require("mfa_active")?,
            access_keys: [
                KeyColumns {
                    active: require("access_key_1_active")?,
                    last_rotated: find("access_key_1_last_rotated"),
                    last_used: find("access_key_1_last_used_date"),
                },
                KeyColumns {
                    active: require("access_key_2_active")?,
                    last_rotated: find("access_key_2_last_rotated"),
                    last_used: find("access_key_2_last_used_date"),
                },
            ],
            certificates: [find("cert_1_active"), find("cert_2_active")],
            additional_credentials: find("additional_credentials_info"),
        })
    }

    fn row(&self, record: &csv::StringRecord) -> ReportRow {
        let field = |at: usize| record.get(at).unwrap_or_default();
        let text = |at: Option<usize>| SmolStr::new(at.map(field).unwrap_or_default());
        let key = |columns: &KeyColumns| AccessKey {
            active: Flag::from(field(columns.active)),
            last_rotated: text(columns.last_rotated),
            last_used: text(columns.last_used),
        };
        ReportRow {
            user: text(Some(self.user)),
            arn: text(Some(self.arn)),
            created: text(self.created),
            password_enabled: Flag::from(field(self.password_enabled)),
            password_last_used: text(self.password_last_used),
            password_last_changed: text(self.password_last_changed),
            mfa_active: Flag::from(field(self.mfa_active)),
            access_keys: self.access_keys.each_ref().map(key),
            certificates: self
                .certificates
                .map(|at| Flag::from(at.map(field).unwrap_or_default())),
            additional_credentials: text(self.additional_credentials),
        }
    }
}

impl CredentialReport {
    /// Parses the report's text.
    ///
    /// # Errors
    ///
    /// When the text is not CSV, lacks a column that decides something, has a row that was cut off, or
    /// names a user twice: then nothing in it can be trusted.
    pub fn parse(text: &str) -> Result<Self, ReportError> {
        if text.len() > LARGEST {
            return Err(ReportError::TooLarge(text.len()));
        }
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.as_bytes());
        let header = reader
            .headers()
            .map_err(|error| ReportError::NotCsv(error.to_string()))?
            .clone();
        let columns = Columns::new(&header)?;
        let not_csv = |error: csv::Error| ReportError::NotCsv(error.to_string());
        let mut report = Self::default();
        let mut seen = std::collections::HashSet::new();
        let mut record = csv::StringRecord::new();
        let mut index = 0;
        while reader.read_record(&mut record).map_err(not_csv)? {
            index += 1;
            let row = columns.row(whole(&header, &record, index)?.as_ref());
            if !seen.insert(row.user.clone()) {
                return Err(ReportError::DuplicateUser(row.user.to_string()));
            }
            if row.is_root() {
                report.root = Some(row);
            } else {
                report.users.push(row);
            }
        }
        Ok(report)
    }
}

/// The record, when it has the header's columns or can be given them beyond doubt.
fn whole<'r>(
    header: &csv::StringRecord,
    record: &'r csv::StringRecord,
    row: usize,
) -> Result<Cow<'r, csv::StringRecord>, ReportError> {
    let (has, needs) = (record.len(), header.len());
    match has.cmp(&needs) {
        Ordering::Less => Err(ReportError::ShortRow { row, has, needs }),
        Ordering::Equal => Ok(Cow::Borrowed(record)),
        Ordering::Greater => {
            let joined = rejoin::rejoin(header, record).ok_or(ReportError::LongRow { row, has, needs })?;
            Ok(Cow::Owned(joined))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
        password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
        access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
        access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
        access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,\
        cert_2_active,cert_2_last_rotated,additional_credentials_info";

    fn line(user: &str, password: &str, mfa: &str) -> String {
        format!(
            "{user},arn:aws:iam::111122223333:user/{user},2024-01-01T00:00:00+00:00,{password},N/A,N/A,N/A,{mfa},\
             true,2024-01-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A,"
        )
    }

    #[test]
    fn root_is_not_an_iam_user() {
        let text = format!(
            "{HEADER}\n{}\n{}\n",
            line(ROOT_NAME, "not_supported", "true"),
            line("ana", "true", "false")
        );
        let report = CredentialReport::parse(&text).unwrap();
        assert_eq!(report.root.unwrap().password_enabled, Flag::NotSupported);
        assert_eq!(report.users.len(), 1);
        assert!(report.users[0].would_fail());
    }

    #[test]
    fn truth_values_are_read_in_any_case_and_others_kept() {
        let text = format!(
            "{HEADER}\n{}\n{}\n",
            line("a", "TRUE", "False"),
            line("b", "maybe", "")
        );
        let report = CredentialReport::parse(&text).unwrap();
        assert!(report.users[0].would_fail());
        assert_eq!(report.users[1].password_enabled, Flag::Other("maybe".into()));
        assert_eq!(report.users[1].mfa_active, Flag::Other("".into()));
        assert!(!report.users[1].would_fail());
    }

    #[test]
    fn columns_may_come_in_any_order_and_with_unknown_ones() {
        let text = "zzz,mfa_active,arn,user,access_key_2_active,access_key_1_active,password_enabled\n\
                    1,true,x,ana,false,true,true\n";
        let report = CredentialReport::parse(text).unwrap();
        assert_eq!(report.users[0].user, "ana");
        assert_eq!(report.users[0].mfa_active, Flag::True);
    }

    #[test]
    fn a_report_without_the_deciding_column_is_an_error() {
        let error = CredentialReport::parse("user,arn,password_enabled\n").unwrap_err();
        assert_eq!(error, ReportError::MissingColumn("mfa_active"));
        assert!(CredentialReport::parse("").is_err());
    }

    #[test]
    fn a_report_that_was_cut_off_is_an_error() {
        let whole = format!(
            "{HEADER}\n{}\n{}",
            line("ana", "true", "true"),
            line("bob", "true", "false")
        );
        let cut = &whole[..whole.len() - 40];
        assert!(matches!(
            CredentialReport::parse(cut),
            Err(ReportError::ShortRow { row: 2, .. })
        ));
    }

    #[test]
    fn a_comma_that_nobody_quoted_shifts_no_column() {
        let text = format!("{HEADER}\n{}\n", line("=cmd+calc@x,y", "true", "false"));
        let report = CredentialReport::parse(&text).unwrap();
        assert_eq!(report.users[0].user, "=cmd+calc@x,y");
        assert!(report.users[0].would_fail());
        let shifted = text.replace("user/=cmd", "user/other");
        let error = CredentialReport::parse(&shifted).unwrap_err();
        assert!(matches!(error, ReportError::LongRow { row: 1, .. }), "{error}");
    }

    #[test]
    fn the_same_user_twice_is_an_error() {
        let text = format!(
            "{HEADER}\n{}\n{}\n",
            line("ana", "true", "true"),
            line("ana", "true", "false")
        );
        assert_eq!(
            CredentialReport::parse(&text),
            Err(ReportError::DuplicateUser("ana".into()))
        );
    }
}
