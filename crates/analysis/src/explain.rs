//! Why a user got its verdict: everything that was seen, where it comes from, and what to change.

use crate::analyzer::Analyzer;
use crate::facts::AccountFacts;
use crate::model::assessment::SessionWithoutMfa;
use crate::model::snapshot::AccountSnapshot;
use crate::model::{
    AccountAssessment, AccountId, Coverage, Outcome, TargetCoverage, UserAssessment, Verdict,
};
use crate::verdict::AccountPolicies;

/// One user's reasoning.
#[derive(Debug, Clone)]
pub struct UserExplanation {
    /// The account, without its users and findings.
    pub account: AccountAssessment,
    /// What is said of the user.
    pub user: UserAssessment,
    /// Where each of the user's policies comes from, in the order of evaluation; or why they are not known.
    pub policies: Result<Vec<String>, String>,
    /// Its permissions boundary.
    pub boundary: Option<String>,
    /// Its groups.
    pub groups: Vec<String>,
    /// The SCPs above, level by level from the root; or why they are not known.
    pub scp_levels: Result<Vec<Vec<String>>, String>,
    /// What those SCPs amount to.
    pub scp_coverage: Option<TargetCoverage>,
    /// What to change, the most effective first.
    pub advice: Vec<String>,
}

impl Analyzer<'_> {
    /// Explains one user of an account that was read; `None` where there is no such user in it.
    #[must_use]
    pub fn explain_user(
        &self,
        id: &AccountId,
        snapshot: &AccountSnapshot,
        user_name: &str,
    ) -> Option<UserExplanation> {
        let mut account = self.assess(id, Some(snapshot));
        let at = account
            .users
            .iter()
            .position(|user| user.user_name == user_name)?;
        let user = account.users.swap_remove(at);
        account.users.clear();
        account.findings.clear();
        let facts = AccountFacts::new(snapshot);
        let details = facts.users.get(user_name).and_then(|sources| sources.details);
        let chain = self.chain_of(id);
        let policies = AccountPolicies::new(&facts, self.aws_managed());
        let set = details
            .ok_or_else(|| "the user's policies could not be read".to_owned())
            .and_then(|details| policies.of_user(details));
        let advice = advice(&user, account.scp_coverage);
        Some(UserExplanation {
            boundary: details
                .and_then(|user| user.permissions_boundary.as_ref())
                .map(ToString::to_string),
            groups: details
                .into_iter()
                .flat_map(|user| &user.groups)
                .map(ToString::to_string)
                .collect(),
            policies: set.map(|set| set.identity.iter().map(|placed| placed.source()).collect()),
            scp_levels: match chain.unknown() {
                Some(why) => Err(why.to_owned()),
                None => Ok(chain.names()),
            },
            scp_coverage: self.coverage_of(id).cloned(),
            advice,
            account,
            user,
        })
    }
}

fn sessions(user: &UserAssessment) -> impl Iterator<Item = &SessionWithoutMfa> {
    user.without_mfa.iter().flat_map(|without| &without.sessions)
}

/// What to change about a user whose sessions without MFA can do nothing, not even enrol a device.
fn advice_for_locked_out(user: &UserAssessment) -> &'static str {
    if user.mfa_devices.is_some_and(|count| count > 0) {
        "nothing has to change: with the code of its device (`sts:GetSessionToken`) the access key can do the \
             rest; a program that cannot give a code needs a role instead"
    } else if user.console_password == Some(false) {
        "the access key does nothing without MFA, and a program has none: replace it by a role, or deactivate \
             it; if a person uses it, enrol a device as an administrator"
    } else {
        "let the user enrol: allow and exempt `iam:CreateVirtualMFADevice` and `iam:EnableMFADevice` on its \
             own device and user, or enrol the device as an administrator"
    }
}

/// What to change about a user.
fn advice(user: &UserAssessment, coverage: Coverage) -> Vec<String> {
    let mut advice = Vec::new();
    let mut say = |line: &str| advice.push(line.to_owned());
    if user.iam_5 == Outcome::Fail {
        say("enrol an MFA device for the user, or remove its console password if nobody signs in with it");
    }
    let keys = user.active_access_keys.is_some_and(|count| count > 0);
    let open = user.verdict.is_open();
    let only_on_others = |session: &SessionWithoutMfa| {
        session.open_by_access_level.is_empty()
            && session.examples.is_empty()
            && !session.on_others.is_empty()
    };
    let beyond_others = sessions(user).any(|session| session.verdict.is_open() && !only_on_others(session));
    if keys && open && beyond_others {
        say(
            "replace the access key by short-lived credentials (a role, IAM Identity Center), and deactivate it",
        );
        say(
            "until then, deny what the key must not do without MFA: Deny with \
             `BoolIfExists aws:MultiFactorAuthPresent false`, which holds for access keys too",
        );
    }
    if sessions(user).any(|session| !session.on_others.is_empty()) {
        say(
            "what is allowed for self-service is allowed on other users, too: name the user's own ARN as its resource, \
             in the Allow (`arn:aws:iam::*:user/${aws:username}`) or in an exemption of the Deny",
        );
    }
    if open
        && beyond_others
        && matches!(
            coverage,
            Coverage::None | Coverage::Partial | Coverage::NotEnabled
        )
    {
        say(
            "the account's SCPs leave this open: an SCP on its OU that asks IAM users for MFA would cover all of \
             the OU's accounts",
        );
    }
    if user.verdict == Verdict::LockedOut {
        say(advice_for_locked_out(user));
    }
    if user
        .without_mfa
        .as_ref()
        .is_some_and(|without| without.enrolment_open)
    {
        say("enrol the user's first device now: whoever holds the credential can enrol one and then has MFA");
    } else if user.verdict == Verdict::Contained && sessions(user).any(|session| session.can_enrol) {
        say(
            "whoever holds the access key can enrol another MFA device for the user, who may have eight, and then has \
             MFA: replace the key by short-lived credentials, or exempt enrolment only where somebody has to enrol",
        );
    }
    if matches!(user.verdict, Verdict::Unknown) || user.iam_5 == Outcome::Unknown {
        say("let the audit read what is missing, and repeat the run");
    }
    advice
}
