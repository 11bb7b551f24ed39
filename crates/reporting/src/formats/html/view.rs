//! What the template is given.

use org_audit_model::{AccountAssessment, Outcome, RunAssessment};
use serde::{Serialize, Serializer};

use super::engine::Engine;
use super::policy;
use crate::context::ReportContext;
use crate::text::visible;

/// The most users that are written out in the page.
const MOST_USERS: usize = 200;

/// Text from outside: invisible characters are written out when it is shown.
struct Shown(String);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&visible(&self.0))
    }
}

#[derive(Serialize)]
struct UserRow {
    account_id: String,
    account_name: Shown,
    ou_path: Shown,
    user_name: Shown,
    reason: Shown,
}

#[derive(Serialize)]
struct AccountRow {
    account_id: String,
    account_name: Shown,
    ou_path: Shown,
    state: Shown,
    reason: Shown,
    way_out: Shown,
}

/// What is kept of the accounts until the page is written.
#[derive(Default)]
pub(super) struct Collected {
    failing: Vec<UserRow>,
    unread: Vec<AccountRow>,
}

impl Collected {
    pub(super) fn add(&mut self, account: &AccountAssessment) {
        let shown = |text: &str| Shown(text.to_owned());
        for user in account.users.iter().filter(|user| user.iam_5 == Outcome::Fail) {
            if self.failing.len() < MOST_USERS {
                self.failing.push(UserRow {
                    account_id: account.account_id.to_string(),
                    account_name: shown(&account.account_name),
                    ou_path: shown(&account.ou_path),
                    user_name: shown(&user.user_name),
                    reason: shown(&user.reason),
                });
            }
        }
        if !account.reason.is_empty() {
            self.unread.push(AccountRow {
                account_id: account.account_id.to_string(),
                account_name: shown(&account.account_name),
                ou_path: shown(&account.ou_path),
                state: shown(&account.state),
                reason: shown(&account.reason),
                way_out: shown(&account.way_out),
            });
        }
    }
}

#[derive(Serialize)]
pub(super) struct Page<'a> {
    content_security_policy: String,
    style: &'a str,
    script: &'a str,
    demo: bool,
    organization_id: Shown,
    started_at: String,
    tool_version: &'a str,
    run: &'a RunAssessment,
    decided: u64,
    failing: &'a [UserRow],
    failing_left_out: u64,
    unread: &'a [AccountRow],
}

/// Everything on the page.
pub(super) fn page<'a>(
    context: &'a ReportContext<'_>,
    collected: &'a Collected,
    run: &'a RunAssessment,
    engine: &'a Engine,
) -> Page<'a> {
    Page {
        content_security_policy: policy::content_security_policy(&engine.style, &engine.script),
        style: &engine.style,
        script: &engine.script,
        demo: context.demo,
        organization_id: Shown(context.organization.organization.id.to_string()),
        started_at: context.organization.collection.started_at.to_string(),
        tool_version: context.tool_version,
        run,
        decided: run.totals.iam_5.decided(),
        failing: &collected.failing,
        failing_left_out: run
            .totals
            .iam_5
            .fail
            .saturating_sub(collected.failing.len() as u64),
        unread: &collected.unread,
    }
}
