//! The data of the tables within the page: compact JSON that the script reads.
//!
//! A row of a big table is a name and a number: users who are alike in everything but their name share one
//! *kind*, and texts are kept once. So 100,000 users take about two megabytes. The accounts go to a
//! temporary file as they come, because the page's beginning is known only when the last has come.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use org_audit_model::assessment::{Enforcement, TargetCoverage, UserAssessment};
use org_audit_model::outcome::Scope;
use org_audit_model::{AccountAssessment, AccountId, Exemption, Outcome, RunAssessment};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::catalogue::Catalogue;
use super::policies;
use super::rank;
use super::reasoning::reasoning;
use crate::text::visible;

/// How many bytes beyond those that were asked for the users take that need somebody's attention; after that
/// no user is added at all.
const ATTENTION_BYTES: usize = 3 * 1024 * 1024;

/// Numbers texts in the order in which they first come.
#[derive(Default)]
pub(super) struct Texts {
    numbers: BTreeMap<String, usize>,
    texts: Vec<String>,
    bytes: usize,
}

impl Texts {
    pub(super) fn number(&mut self, text: &str) -> usize {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len();
        self.numbers.insert(text.to_owned(), number);
        self.bytes += text.len() + 3;
        self.texts.push(visible(text).into_owned());
        number
    }

    /// The texts in the order of their numbers; the numbers are not kept.
    fn into_texts(self) -> Vec<String> {
        self.texts
    }
}

/// What users share: password, devices, whether that is exact, keys, IAM.5, verdict, the two reasons, the
/// two values of the credential report, and the lines of reasoning.
type Kind = (
    Option<bool>,
    Option<u32>,
    bool,
    Option<u32>,
    &'static str,
    &'static str,
    usize,
    usize,
    usize,
    usize,
    Vec<Vec<usize>>,
);

/// A finding: control, outcome, severity, type and ARN of the resource, reason, the exception that covers it.
type Finding<'f> = (
    usize,
    &'static str,
    &'static str,
    usize,
    Cow<'f, str>,
    usize,
    Option<String>,
);

/// What is not in the page.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LeftOut {
    pub(super) users: u64,
    pub(super) findings: u64,
    pub(super) policies: u64,
    /// Accounts that have a page of their own.
    pub(super) accounts: u64,
}

/// What only this user has: ARN (where it is not the usual one), live login profile, live devices, when, the
/// exception that covers its fail.
type Own = (
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// The data that are being collected.
pub(super) struct Embedded {
    spool: BufWriter<File>,
    /// How many bytes of accounts and users the page carries. What a browser opens in time is less than a large
    /// organization's population; beyond this number only users that need somebody's attention are added, and
    /// the account gets a page of its own.
    most: usize,
    written: usize,
    partition: String,
    texts: Texts,
    /// Numbers of the kinds, in the order in which they first came.
    kinds: BTreeMap<Kind, usize>,
    pub(super) left_out: LeftOut,
}

impl Embedded {
    /// Begins, with a temporary file without a name in `directory`.
    pub(super) fn begin(directory: &Path, partition: &str, most: usize) -> io::Result<Self> {
        Ok(Self {
            spool: BufWriter::with_capacity(64 * 1024, tempfile::tempfile_in(directory)?),
            most,
            written: 0,
            partition: partition.to_owned(),
            texts: Texts::default(),
            kinds: BTreeMap::new(),
            left_out: LeftOut::default(),
        })
    }

    /// Adds an account, its users and what its findings say beyond IAM.5 of users.
    /// Returns whether something of it was left out.
    pub(super) fn add(&mut self, account: &AccountAssessment, catalogue: &Catalogue) -> io::Result<bool> {
        // A kind is some eighty bytes of numbers.
        let size = self.written + self.texts.bytes + 80 * self.kinds.len();
        let before = self.left_out;
        let (mut names, mut kinds, mut own) = (Vec::new(), Vec::new(), BTreeMap::new());
        for user in &account.users {
            if size > self.most + ATTENTION_BYTES || (size > self.most && !rank::needs_attention(user)) {
                self.left_out.users += 1;
                continue;
            }
            if let Some(special) = self.own(account, user, catalogue) {
                own.insert(names.len(), special);
            }
            names.push(visible(&user.user_name));
            kinds.push(self.kind(user, catalogue));
        }
        let findings = self.findings(account, size > self.most, catalogue);
        let more = before.users != self.left_out.users || before.findings != self.left_out.findings;
        self.left_out.accounts += u64::from(more);
        let evidence = &account.evidence;
        let entry = (
            (
                account.account_id.as_str(),
                visible(&account.account_name),
                self.texts.number(&account.ou_path),
                self.texts.number(&account.state),
                account.management,
                account.assessed,
                account.completeness.as_str(),
                self.texts.number(&account.reason),
                self.texts.number(&account.way_out),
                account.scp_coverage.as_str(),
                account.scope.map(Scope::as_str),
            ),
            (
                &evidence.access,
                evidence.assumed_role_arn.as_deref().map(visible),
                &evidence.started_at,
                &evidence.ended_at,
                &evidence.report_generated_at,
                &evidence.report_sha256,
                evidence.users_in_report,
                evidence.users_in_authorization_details,
                evidence.users_in_summary,
            ),
            account.enforcement.map(counted),
            account.users.len(),
            names,
            kinds,
            own,
            findings,
            more,
        );
        self.write(&script_json(&entry)?)?;
        Ok(more)
    }

    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        self.spool
            .write_all(if self.written == 0 { b"\n" } else { b",\n" })?;
        self.spool.write_all(text)?;
        self.written += text.len();
        Ok(())
    }

    /// The findings that somebody should look at.
    fn findings<'f>(
        &mut self,
        account: &'f AccountAssessment,
        crowded: bool,
        catalogue: &Catalogue,
    ) -> Vec<Finding<'f>> {
        let mut found = Vec::new();
        for finding in &account.findings {
            match finding.outcome {
                Outcome::Pass | Outcome::NotApplicable => continue,
                Outcome::Fail | Outcome::Unknown if crowded => self.left_out.findings += 1,
                Outcome::Fail | Outcome::Unknown => found.push((
                    self.texts.number(&finding.control_id),
                    finding.outcome.as_str(),
                    finding.severity.as_str(),
                    self.texts.number(&finding.resource_type),
                    visible(&finding.resource_arn),
                    self.texts.number(&finding.reason),
                    exempt(finding.exemption.as_ref(), catalogue),
                )),
            }
        }
        found
    }

    fn kind(&mut self, user: &UserAssessment, catalogue: &Catalogue) -> usize {
        let mut number = |text: &str| self.texts.number(text);
        let kind = (
            user.console_password,
            user.mfa_devices,
            user.mfa_devices_exact,
            user.active_access_keys,
            user.iam_5.as_str(),
            user.verdict.as_str(),
            number(&user.reason),
            number(&user.verdict_reason),
            number(
                user.evidence
                    .report_password_enabled
                    .as_deref()
                    .unwrap_or_default(),
            ),
            number(user.evidence.report_mfa_active.as_deref().unwrap_or_default()),
            reasoning(user, catalogue)
                .iter()
                .map(|lines| lines.iter().map(|line| number(line)).collect())
                .collect(),
        );
        let next = self.kinds.len();
        *self.kinds.entry(kind).or_insert(next)
    }

    fn own(&self, account: &AccountAssessment, user: &UserAssessment, catalogue: &Catalogue) -> Option<Own> {
        let usual = format!(
            "arn:{}:iam::{}:user/{}",
            self.partition, account.account_id, user.user_name
        );
        let arn = (user.user_arn != usual).then(|| visible(&user.user_arn).into_owned());
        let evidence = &user.evidence;
        let shown = |text: &Option<String>| text.as_deref().map(|text| visible(text).into_owned());
        let own = (
            arn,
            shown(&evidence.live_login_profile),
            shown(&evidence.live_mfa_devices),
            shown(&evidence.live_at),
            exempt(user.exemption.as_ref(), catalogue),
        );
        (own != Own::default()).then_some(own)
    }

    /// Writes everything as one JSON object, safe within a `<script>` element.
    pub(super) fn finish(
        mut self,
        run: &RunAssessment,
        messages: &BTreeMap<&str, &str>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        out.write_all(b"{\"accounts\":[")?;
        let mut spool = self.spool.into_inner().map_err(io::IntoInnerError::into_error)?;
        spool.seek(SeekFrom::Start(0))?;
        io::copy(&mut spool, out)?;
        out.write_all(b"\n]")?;
        let targets: Vec<_> = run.targets.iter().map(|of| target(of, &mut self.texts)).collect();
        let policies = policies::policies(run, &mut self.texts);
        let controls = policies::controls(run);
        let texts = self.texts.into_texts();
        let mut kinds: Vec<_> = self.kinds.into_iter().collect();
        kinds.sort_by_key(|(_, number)| *number);
        let kinds: Vec<_> = kinds.into_iter().map(|(kind, _)| kind).collect();
        member(out, "kinds", &kinds)?;
        member(out, "texts", &texts)?;
        member(out, "targets", &targets)?;
        member(out, "controls", &controls)?;
        member(out, "standards", &policies::STANDARDS)?;
        member(out, "policies", &policies)?;
        member(out, "partition", &self.partition)?;
        member(out, "messages", messages)?;
        out.write_all(b"}")
    }
}

/// Writes one more member of the object, straight to where it goes: in memory they would be as large as the page.
fn member(out: &mut impl Write, name: &str, value: &impl Serialize) -> io::Result<()> {
    write!(out, ",\n\"{name}\":")?;
    write_script_json(out, value)
}

/// The exception that covers a fail, in words. The fail stays one.
pub(super) fn exempt(exemption: Option<&Exemption>, catalogue: &Catalogue) -> Option<String> {
    let exemption = exemption?;
    let values = [
        ("expires", exemption.expires.to_string()),
        ("reason", exemption.reason.clone()),
        ("owner", exemption.owner.clone()),
        ("approved_by", exemption.approved_by.clone()),
    ];
    Some(visible(&catalogue.text("exempt.text", &values)).into_owned())
}

/// Console users: all, and how policies ask them for MFA.
fn counted(by: Enforcement) -> (u64, u64, u64, u64, u64) {
    (
        by.console_users,
        by.directly,
        by.by_group,
        by.by_boundary,
        by.not_at_all,
    )
}

/// A target of SCPs as the table shows it. An account's name is with the account already.
type Target<'t> = (
    &'t str,
    &'t str,
    Option<Cow<'t, str>>,
    usize,
    &'static str,
    Option<bool>,
    Option<bool>,
    Vec<usize>,
    usize,
    &'static str,
    &'static str,
    Option<u64>,
    &'t [AccountId],
    Vec<usize>,
);

/// How many of the accounts that an SCP would newly cover are in the page; all are in `report.json`.
const MOST_NEWLY_COVERED: usize = 200;

fn target<'t>(target: &'t TargetCoverage, texts: &mut Texts) -> Target<'t> {
    let mut numbers = |lines: &'t [String]| lines.iter().map(|text| texts.number(text)).collect();
    let (decided_by, principal_conditions) =
        (numbers(&target.decided_by), numbers(&target.principal_conditions));
    let newly_covered = &target.newly_covered_accounts;
    (
        &target.target_id,
        &target.target_type,
        (target.target_type != "ACCOUNT").then(|| visible(&target.name)),
        texts.number(&target.ou_path),
        target.coverage.as_str(),
        target.locks_out_enrolment,
        target.hits_roles,
        decided_by,
        texts.number(&target.reason),
        target.protects_mfa_devices.as_str(),
        target.protects_membership.as_str(),
        target.would_newly_cover,
        newly_covered.get(..MOST_NEWLY_COVERED).unwrap_or(newly_covered),
        principal_conditions,
    )
}

/// JSON that can stand within a `<script>` element: `<` and the two separators that older JavaScript takes
/// for line ends are written as escapes.
pub(super) fn script_json(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write_script_json(&mut bytes, value)?;
    Ok(bytes)
}

fn write_script_json(out: impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(out, ScriptSafe(CompactFormatter));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

struct ScriptSafe(CompactFormatter);

impl Formatter for ScriptSafe {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        const UNSAFE: [char; 3] = ['<', '\u{2028}', '\u{2029}'];
        let mut rest = fragment;
        while let Some(at) = rest.find(UNSAFE) {
            let (before, from) = rest.split_at(at);
            self.0.write_string_fragment(writer, before)?;
            let mut characters = from.chars();
            if let Some(c) = characters.next() {
                write!(writer, "\\u{:04x}", u32::from(c))?;
            }
            rest = characters.as_str();
        }
        self.0.write_string_fragment(writer, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_ends_the_element_early() {
        let bytes = script_json(&"</script>\u{2028}<!--\"").unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            r#""\u003c/script>\u2028\u003c!--\"""#
        );
    }

    proptest! {
        #[test]
        fn any_text_survives(text in any::<String>()) {
            let bytes = script_json(&text).unwrap();
            prop_assert!(!bytes.contains(&b'<'));
            prop_assert_eq!(serde_json::from_slice::<String>(&bytes).unwrap(), text);
        }
    }
}
