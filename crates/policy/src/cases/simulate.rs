//! `policy simulate`: one exact evaluation a line.

use super::{CaseError, RawPolicy, prepare_levels, prepare_list, prepare_optional};
use crate::context::{ContextValue, RequestContext};
use crate::evaluate::{Caller, Evaluation, PolicySet, PolicySetBuilder, Request, evaluate};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
struct Case<'a> {
    principal: String,
    #[serde(default)]
    account_id: Option<String>,
    #[serde(default)]
    management_account: bool,
    #[serde(borrow, default)]
    identity_policies: Vec<RawPolicy<'a>>,
    #[serde(borrow, default)]
    boundary: Option<RawPolicy<'a>>,
    #[serde(borrow, default)]
    session_policy: Option<RawPolicy<'a>>,
    #[serde(borrow, default)]
    scps: Option<Vec<Vec<RawPolicy<'a>>>>,
    #[serde(borrow, default)]
    rcps: Option<Vec<Vec<RawPolicy<'a>>>>,
    #[serde(borrow, default)]
    resource_policy: Option<RawPolicy<'a>>,
    request: CaseRequest,
}

#[derive(Debug, Deserialize)]
struct CaseRequest {
    action: String,
    resource: String,
    #[serde(default)]
    resource_account: Option<String>,
    #[serde(default)]
    context: BTreeMap<String, Value>,
}

/// The answer to a simulate case.
#[derive(Debug, Serialize)]
pub struct SimulateAnswer {
    /// The case's `id`.
    pub id: Value,
    /// The result and the statements that decided.
    #[serde(flatten)]
    pub evaluation: Evaluation,
}

/// The answer to a case that cannot be evaluated.
#[derive(Debug, Serialize)]
pub struct SimulateError {
    /// The case's `id`, if the line has one.
    pub id: Value,
    /// Why it cannot be evaluated.
    pub error: String,
}

/// The `id` of a line, as far as it can be read.
pub(super) fn id_of(line: &str) -> Value {
    serde_json::from_str::<Value>(line)
        .ok()
        .and_then(|mut case| case.get_mut("id").map(Value::take))
        .unwrap_or_default()
}

/// Evaluates one line of JSON.
///
/// # Errors
///
/// [`SimulateError`], which is itself the line to print, when the line is not a case or a policy cannot be read.
pub fn simulate(line: &str) -> Result<SimulateAnswer, SimulateError> {
    match evaluate_line(line) {
        Ok(evaluation) => Ok(SimulateAnswer {
            id: id_of(line),
            evaluation,
        }),
        Err(error) => Err(SimulateError {
            id: id_of(line),
            error: error.to_string(),
        }),
    }
}

fn evaluate_line(line: &str) -> Result<Evaluation, CaseError> {
    let (builder, request) = read(line)?;
    Ok(evaluate(&builder.build_for_one(), &request))
}

/// The policies and the request of a line, ready for many evaluations.
///
/// # Errors
///
/// [`CaseError`] when the line is not a case or a policy cannot be read.
pub fn prepare(line: &str) -> Result<(PolicySet, Request), CaseError> {
    let (builder, request) = read(line)?;
    Ok((builder.build(), request))
}

fn read(line: &str) -> Result<(PolicySetBuilder, Request), CaseError> {
    let case: Case<'_> = serde_json::from_str(line)?;
    let builder = PolicySet::builder()
        .identities(prepare_list(&case.identity_policies, "identity_policies")?)
        .boundary(prepare_optional(case.boundary.as_ref(), "boundary")?)
        .session(prepare_optional(case.session_policy.as_ref(), "session_policy")?)
        .resource(prepare_optional(
            case.resource_policy.as_ref(),
            "resource_policy",
        )?)
        .scps(prepare_levels(case.scps.as_deref().unwrap_or_default(), "scps")?)
        .rcps(prepare_levels(case.rcps.as_deref().unwrap_or_default(), "rcps")?)
        .management_account(case.management_account);
    let account = match &case.account_id {
        Some(account) => account.as_str(),
        None => case.principal.split(':').nth(4).unwrap_or_default(),
    };
    let request = &case.request;
    let context = request
        .context
        .iter()
        .filter_map(|(key, value)| Some((key, context_value(value)?)));
    let context = context.fold(RequestContext::new(), |context, (key, value)| {
        context.with(key, value)
    });
    let request = Request::new(
        Caller::new(&case.principal, account),
        &request.action,
        &request.resource,
    )
    .resource_account(request.resource_account.as_deref())
    .context(context);
    Ok((builder, request))
}

/// A JSON value as a context value; `null` is an absent key.
fn context_value(value: &Value) -> Option<ContextValue> {
    match value {
        Value::Array(values) => Some(ContextValue::Multi(values.iter().filter_map(scalar).collect())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            scalar(value).map(ContextValue::Single)
        }
    }
}

fn scalar(value: &Value) -> Option<SmolStr> {
    match value {
        Value::String(text) => Some(SmolStr::new(text)),
        Value::Bool(_) | Value::Number(_) => Some(SmolStr::new(value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
