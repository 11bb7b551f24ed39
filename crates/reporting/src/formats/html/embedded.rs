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

use org_audit_model::assessment::{TargetCoverage, UserAssessment};
use org_audit_model::{AccountAssessment, RunAssessment};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::rank;
use crate::text::visible;

/// How many bytes of accounts and users the page carries. Beyond that only the users that need somebody's
/// attention are added: what a browser opens in time is less than a large organization's population, and
/// `users.csv` has everybody.
const MOST_BYTES: u64 = 18 * 1024 * 1024;

/// Numbers texts in the order in which they first come.
#[derive(Default)]
struct Texts {
    numbers: BTreeMap<String, usize>,
    texts: Vec<String>,
}

impl Texts {
    fn number(&mut self, text: &str) -> usize {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len();
        self.numbers.insert(text.to_owned(), number);
        self.texts.push(visible(text).into_owned());
        number
    }
}

/// What users share: password, devices, whether that is exact, keys, IAM.5, verdict, the two reasons, and
/// the two values of the credential report.
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
);

/// What only this user has: ARN (where it is not the usual one), live login profile, live devices, when.
type Own = (Option<String>, Option<String>, Option<String>, Option<String>);

/// The data that are being collected.
pub(super) struct Embedded {
    spool: BufWriter<File>,
    written: u64,
    empty: bool,
    partition: String,
    texts: Texts,
    kinds: BTreeMap<Kind, usize>,
    kinds_in_order: Vec<Kind>,
    /// Users that are not in the page.
    pub(super) left_out: u64,
}

impl Embedded {
    /// Begins, with a temporary file without a name in `directory`.
    pub(super) fn begin(directory: &Path, partition: &str) -> io::Result<Self> {
        Ok(Self {
            spool: BufWriter::with_capacity(64 * 1024, tempfile::tempfile_in(directory)?),
            written: 0,
            empty: true,
            partition: partition.to_owned(),
            texts: Texts::default(),
            kinds: BTreeMap::new(),
            kinds_in_order: Vec::new(),
            left_out: 0,
        })
    }

    /// Adds an account and its users.
    pub(super) fn add(&mut self, account: &AccountAssessment) -> io::Result<()> {
        let crowded = self.written > MOST_BYTES;
        let (mut names, mut kinds, mut own) = (Vec::new(), Vec::new(), BTreeMap::new());
        let kept = |user: &&UserAssessment| !crowded || rank::needs_attention(user);
        for user in account.users.iter().filter(kept) {
            if let Some(special) = self.own(account, user) {
                own.insert(names.len(), special);
            }
            names.push(visible(&user.user_name));
            kinds.push(self.kind(user));
        }
        self.left_out += (account.users.len() - names.len()) as u64;
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
            account.users.len(),
            names,
            kinds,
            own,
        );
        let text = script_json(&entry)?;
        self.spool.write_all(if self.empty { b"\n" } else { b",\n" })?;
        self.spool.write_all(&text)?;
        self.empty = false;
        self.written += text.len() as u64;
        Ok(())
    }

    fn kind(&mut self, user: &UserAssessment) -> usize {
        let mut number = |text: &Option<String>| self.texts.number(text.as_deref().unwrap_or_default());
        let report = (
            number(&user.evidence.report_password_enabled),
            number(&user.evidence.report_mfa_active),
        );
        let kind = (
            user.console_password,
            user.mfa_devices,
            user.mfa_devices_exact,
            user.active_access_keys,
            user.iam_5.as_str(),
            user.verdict.as_str(),
            self.texts.number(&user.reason),
            self.texts.number(&user.verdict_reason),
            report.0,
            report.1,
        );
        if let Some(known) = self.kinds.get(&kind) {
            return *known;
        }
        let number = self.kinds_in_order.len();
        self.kinds.insert(kind, number);
        self.kinds_in_order.push(kind);
        number
    }

    fn own(&self, account: &AccountAssessment, user: &UserAssessment) -> Option<Own> {
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
        for (name, value) in [
            ("kinds", script_json(&self.kinds_in_order)?),
            ("texts", script_json(&self.texts.texts)?),
            ("targets", script_json(&targets)?),
            ("partition", script_json(&self.partition)?),
            ("messages", script_json(messages)?),
        ] {
            write!(out, ",\n\"{name}\":")?;
            out.write_all(&value)?;
        }
        out.write_all(b"}")
    }
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
);

fn target<'t>(target: &'t TargetCoverage, texts: &mut Texts) -> Target<'t> {
    let decided_by = target.decided_by.iter().map(|text| texts.number(text)).collect();
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
    )
}

/// JSON that can stand within a `<script>` element: `<` and the two separators that older JavaScript takes
/// for line ends are written as escapes.
pub(super) fn script_json(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(
        &mut bytes,
        ScriptSafe(CompactFormatter),
    ))?;
    Ok(bytes)
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
