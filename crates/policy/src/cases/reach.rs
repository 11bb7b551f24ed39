//! `policy reach --cases`: everything that one session may do, a line.

use super::simulate::id_of;
use super::{CaseError, RawPolicy, SimulateError, prepare_levels, prepare_list, prepare_optional};
use crate::actions::{AccessLevel, ActionList};
use crate::evaluate::PolicySet;
use crate::reach::{Outcome, Reach, Session, SessionKind, Verdict, reach, verdict};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
struct Case<'a> {
    username: String,
    #[serde(default = "root_path")]
    user_path: String,
    account_id: String,
    #[serde(default)]
    partition: Option<String>,
    session: SessionKind,
    #[serde(default)]
    management_account: bool,
    #[serde(borrow, default)]
    identity_policies: Vec<RawPolicy<'a>>,
    #[serde(borrow, default)]
    boundary: Option<RawPolicy<'a>>,
    #[serde(borrow, default)]
    scps: Option<Vec<Vec<RawPolicy<'a>>>>,
}

fn root_path() -> String {
    "/".to_owned()
}

/// An action that is allowed.
#[derive(Debug, Serialize)]
pub struct AllowedAction {
    /// The action.
    pub action: String,
    /// Its access level.
    pub access_level: AccessLevel,
    /// A resource for which the exact evaluator says Allowed.
    pub resource: String,
}

/// An action that depends on context that is not known.
#[derive(Debug, Serialize)]
pub struct PossibleAction {
    /// The action.
    pub action: String,
    /// Its access level.
    pub access_level: AccessLevel,
    /// The condition keys that it depends on.
    pub depends_on: Arc<[SmolStr]>,
}

/// What holds for actions that the list does not have.
#[derive(Debug, Default, Serialize)]
pub struct BeyondTheList {
    /// Services whose new actions are allowed.
    pub allowed: Vec<&'static str>,
    /// Services of whose new actions some may be allowed.
    pub possible: Vec<&'static str>,
    /// Actions that the policies name and the list does not have, as far as they are allowed or possible.
    pub named: Vec<String>,
}

/// The answer to a reach case.
#[derive(Debug, Serialize)]
pub struct ReachAnswer {
    /// The case's `id`.
    pub id: Value,
    /// The kind of session.
    pub session: SessionKind,
    /// How many actions the list has.
    pub actions: usize,
    /// The day of the list.
    pub actions_date: &'static str,
    /// What is allowed, sorted by action.
    pub allowed: Vec<AllowedAction>,
    /// What is possible, sorted by action.
    pub possible: Vec<PossibleAction>,
    /// Actions newer than the list.
    pub beyond_the_list: BeyondTheList,
    /// What the session amounts to.
    pub verdict: Verdict,
}

/// Answers one line of JSON.
///
/// # Errors
///
/// [`SimulateError`], which is itself the line to print, when the line is not a case or a policy cannot be read.
pub fn reach_case(line: &str) -> Result<ReachAnswer, SimulateError> {
    answer(line).map_err(|error| SimulateError {
        id: id_of(line),
        error: error.to_string(),
    })
}

fn answer(line: &str) -> Result<ReachAnswer, CaseError> {
    let case: Case<'_> = serde_json::from_str(line)?;
    let set = PolicySet::builder()
        .identities(prepare_list(&case.identity_policies, "identity_policies")?)
        .boundary(prepare_optional(case.boundary.as_ref(), "boundary")?)
        .scps(prepare_levels(case.scps.as_deref().unwrap_or_default(), "scps")?)
        .management_account(case.management_account)
        .build();
    let set = Arc::new(set);
    let partition = case.partition.as_deref().unwrap_or("aws");
    let session = |kind| {
        Arc::new(Session::user(
            kind,
            partition,
            &case.account_id,
            &case.user_path,
            &case.username,
        ))
    };
    let own = reach(&set, &session(case.session));
    let with_mfa = reach(&set, &session(SessionKind::Mfa));
    Ok(ReachAnswer::new(id_of(line), &own, &with_mfa))
}

impl ReachAnswer {
    /// Puts a reach into the form of the answer; `with_mfa` is the same user's session with MFA.
    #[must_use]
    pub fn new(id: Value, own: &Reach, with_mfa: &Reach) -> Self {
        let list = ActionList::embedded();
        let mut out = Self {
            id,
            session: own.session().kind(),
            actions: list.len(),
            actions_date: list.date(),
            allowed: Vec::new(),
            possible: Vec::new(),
            beyond_the_list: BeyondTheList::default(),
            verdict: verdict(own, with_mfa).verdict,
        };
        for (_, action, outcome) in own.reachable() {
            let (name, access_level) = (action.name().to_owned(), action.level());
            match outcome {
                Outcome::Allowed { resource } => {
                    out.allowed.push(AllowedAction {
                        action: name,
                        access_level,
                        resource,
                    });
                }
                Outcome::Possible { depends_on, .. } => {
                    out.possible.push(PossibleAction {
                        action: name,
                        access_level,
                        depends_on,
                    });
                }
                Outcome::Denied { .. } => {}
            }
        }
        for (service, outcome) in own.beyond_the_list() {
            match outcome {
                Outcome::Allowed { .. } => out.beyond_the_list.allowed.push(service),
                Outcome::Possible { .. } => out.beyond_the_list.possible.push(service),
                Outcome::Denied { .. } => {}
            }
        }
        let named = own
            .unlisted()
            .iter()
            .filter(|(_, outcome)| outcome.is_reachable());
        out.beyond_the_list.named = named.map(|(name, _)| name.clone()).collect();
        out.allowed.sort_by(|a, b| a.action.cmp(&b.action));
        out.possible.sort_by(|a, b| a.action.cmp(&b.action));
        out
    }
}
