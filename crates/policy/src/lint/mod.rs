//! Lints for policies that try to enforce MFA.
//!
//! One lint is one file. Its module documentation is its page: `org-audit explain CODE` prints it and
//! `docs/lints/CODE.md` holds it. What a statement does is not read off its operators but found out: its conditions
//! are judged for a console session without MFA, for an access key, for a role and for a session with MFA.

mod facts;

use crate::document::{PolicyDocument, Span, Statement};
use crate::prepared::Policy;
use facts::Facts;
use serde::Serialize;

macro_rules! lints {
    ($($module:ident $code:literal),* $(,)?) => {
        $(mod $module;)*

        /// All lints, by code.
        static LINTS: &[Lint] = &[$(Lint {
            code: $code,
            severity: $module::SEVERITY,
            source: include_str!(concat!(stringify!($module), ".rs")),
            check: $module::check,
        }),*];
    };
}

lints! {
    allow_not_action "allow-not-action",
    deletes_any_virtual_device "deletes-any-virtual-device",
    device_name_tied_to_user "device-name-tied-to-user",
    enrolment_not_allowed "enrolment-not-allowed",
    first_sign_in_blocked "first-sign-in-blocked",
    lists_all_users_without_mfa "lists-all-users-without-mfa",
    locks_out_enrolment "locks-out-enrolment",
    mfa_allow_lets_access_keys_in "mfa-allow-lets-access-keys-in",
    mfa_allow_tests_nothing "mfa-allow-tests-nothing",
    mfa_deny_misses_access_keys "mfa-deny-misses-access-keys",
    mfa_deny_partial "mfa-deny-partial",
    mfa_removal_without_mfa "mfa-removal-without-mfa",
    mfa_value_not_boolean "mfa-value-not-boolean",
    password_change_without_mfa "password-change-without-mfa",
    principal_not_allowed "principal-not-allowed",
    resource_missing "resource-missing",
    scp_allow_does_not_reallow "scp-allow-does-not-reallow",
    scp_hits_roles "scp-hits-roles",
    unknown_action "unknown-action",
    unknown_element "unknown-element",
    user_arn_without_name "user-arn-without-name",
    user_path_not_matched "user-path-not-matched",
    variables_need_2012_10_17 "variables-need-2012-10-17",
}

struct Lint {
    code: &'static str,
    severity: Severity,
    source: &'static str,
    check: fn(&Facts<'_>, &mut Report<'_>),
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; a trade-off, not a fault.
    Info,
    /// A weakness, or something that breaks for somebody.
    Warning,
    /// The policy does not do what it seems to.
    Error,
}

impl Severity {
    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What kind of policy a document is, which decides what can be wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A policy of a user, group or role; also a boundary or session policy.
    Identity,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
    /// A policy of a resource, or a role's trust policy.
    Resource,
}

impl DocumentKind {
    /// What a document can be by its form: with principals it is a resource's.
    #[must_use]
    pub fn guess(document: &PolicyDocument) -> Self {
        let principals = document
            .statements()
            .iter()
            .any(|statement| statement.principal().is_some());
        if principals {
            DocumentKind::Resource
        } else {
            DocumentKind::Identity
        }
    }
}

/// A document to look at, and what is known of its use.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// What it is.
    pub kind: DocumentKind,
    /// The path of the user whom it is for, when it is looked at for one user.
    pub user_path: Option<&'a str>,
}

/// Something that a lint has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The lint.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The way out.
    pub help: String,
    /// The JSON pointer (RFC 6901) of the place; `Statement` is counted as a list.
    pub pointer: String,
    /// The bytes of the place.
    #[serde(skip)]
    pub span: Span,
    /// The index of the statement, if it is about one.
    pub statement: Option<usize>,
}

/// A lint's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The code.
    pub code: &'static str,
    /// The title.
    pub title: String,
    /// How bad its findings are.
    pub severity: Severity,
    /// The whole page, title included, as Markdown.
    pub markdown: String,
}

/// Looks at a document with every lint. Findings come in the order of the document.
#[must_use]
pub fn lint(subject: Subject<'_>) -> Vec<Finding> {
    let facts = Facts::new(subject);
    let mut findings = Vec::new();
    for lint in LINTS {
        (lint.check)(
            &facts,
            &mut Report {
                lint,
                findings: &mut findings,
            },
        );
    }
    findings.sort_by(|a: &Finding, b: &Finding| (a.span.start(), a.code).cmp(&(b.span.start(), b.code)));
    findings
}

/// The pages of all lints, by code.
pub fn pages() -> impl Iterator<Item = Page> {
    LINTS.iter().map(page)
}

fn page(lint: &Lint) -> Page {
    let lines = lint.source.lines().map_while(|line| line.strip_prefix("//!"));
    let body: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let (first, rest) = body
        .split_first()
        .map_or(("", [].as_slice()), |(first, rest)| (*first, rest));
    let title = first.trim_start_matches("# ").to_owned();
    let head = format!(
        "# {title}\n\nLint `{}`, severity {}.\n",
        lint.code,
        lint.severity.as_str()
    );
    Page {
        code: lint.code,
        title,
        severity: lint.severity,
        markdown: head + &rest.join("\n") + "\n",
    }
}

/// Takes the findings of one lint.
struct Report<'a> {
    lint: &'a Lint,
    findings: &'a mut Vec<Finding>,
}

impl Report<'_> {
    /// A finding at an element of a statement.
    fn at(&mut self, statement: usize, element: &str, span: Span, message: String, help: &str) {
        self.push(
            Some(statement),
            format!("/Statement/{statement}{element}"),
            span,
            message,
            help,
        );
    }

    /// A finding at the document's top.
    fn top(&mut self, element: &str, span: Span, message: String, help: &str) {
        self.push(None, element.to_owned(), span, message, help);
    }

    fn push(&mut self, statement: Option<usize>, pointer: String, span: Span, message: String, help: &str) {
        let Lint { code, severity, .. } = *self.lint;
        self.findings.push(Finding {
            code,
            severity,
            message,
            help: help.to_owned(),
            pointer,
            span,
            statement,
        });
    }

    /// A finding at a statement's `Action` or `NotAction`.
    fn at_action(&mut self, index: usize, statement: &Statement, message: String, help: &str) {
        let element = if statement.action().is_not() {
            "/NotAction"
        } else {
            "/Action"
        };
        self.at(index, element, statement.action_span(), message, help);
    }
}
