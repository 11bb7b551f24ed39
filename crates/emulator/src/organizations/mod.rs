//! AWS Organizations.
//!
//! Source: <https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html>

mod delegation;
mod policies;
mod tree;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::access::Resource;
use crate::draw::{draw, of_text};
use crate::emulator::Context;
use crate::error::ApiError;
use crate::page::{self, Position};
use crate::route::{Call, Service};
use crate::world::EmptyPages;

/// The largest page of every list of Organizations.
const LARGEST_PAGE: usize = 20;

type Handler = fn(&Context<'_>, &Value) -> Result<Value, ApiError>;

/// The operations of Organizations that the emulator has, sorted.
const HANDLERS: &[(&str, Handler)] = &[
    ("DescribeAccount", tree::describe_account),
    ("DescribeEffectivePolicy", policies::describe_effective_policy),
    ("DescribeOrganization", tree::describe_organization),
    ("DescribeOrganizationalUnit", tree::describe_organizational_unit),
    ("DescribePolicy", policies::describe_policy),
    ("DescribeResourcePolicy", delegation::describe_resource_policy),
    (
        "ListAWSServiceAccessForOrganization",
        delegation::list_service_access,
    ),
    ("ListAccounts", tree::list_accounts),
    ("ListAccountsForParent", tree::list_accounts_for_parent),
    ("ListChildren", tree::list_children),
    (
        "ListDelegatedAdministrators",
        delegation::list_delegated_administrators,
    ),
    (
        "ListDelegatedServicesForAccount",
        delegation::list_delegated_services,
    ),
    (
        "ListOrganizationalUnitsForParent",
        tree::list_organizational_units_for_parent,
    ),
    ("ListParents", tree::list_parents),
    ("ListPolicies", policies::list_policies),
    ("ListPoliciesForTarget", policies::list_policies_for_target),
    ("ListRoots", tree::list_roots),
    ("ListTagsForResource", delegation::list_tags_for_resource),
    ("ListTargetsForPolicy", policies::list_targets_for_policy),
];

/// The names of the operations.
pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    HANDLERS.iter().map(|(name, _)| *name)
}

pub(crate) fn answer(context: &Context<'_>, call: &Call, input: &Value) -> Result<Value, ApiError> {
    let handler = HANDLERS
        .iter()
        .find(|(name, _)| *name == call.operation)
        .map(|(_, handler)| handler);
    let Some(handler) = handler else {
        return Err(call.unknown_operation());
    };
    admit(context)?;
    handler(context, input)
}

/// Who may ask Organizations: the management account and the delegated administrator everything, any
/// other member only what the organization is.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html>
fn admit(context: &Context<'_>) -> Result<(), ApiError> {
    let world = context.world;
    let account = context.account();
    if !world.is_member(account) {
        return Err(ApiError::new(
            400,
            "AWSOrganizationsNotInUseException",
            "Your account is not a member of an organization.",
        ));
    }
    let action = format!("organizations:{}", context.operation);
    context
        .caller
        .authorize(world, Service::Organizations, &action, &Resource::of("*"))?;
    let may_read = world.is_management(account) || account.id == world.delegated().id;
    if may_read || context.operation == "DescribeOrganization" {
        return Ok(());
    }
    Err(ApiError::access_denied(
        Service::Organizations,
        "You don't have permissions to access this resource.",
    ))
}

/// A text of the input that the operation cannot do without.
fn require<'v>(input: &'v Value, name: &str) -> Result<&'v str, ApiError> {
    let text = input
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty());
    text.ok_or_else(|| {
        ApiError::invalid_input("INPUT_REQUIRED", format!("You must provide a value for {name}."))
    })
}

fn optional<'v>(input: &'v Value, name: &str) -> Option<&'v str> {
    input.get(name).and_then(Value::as_str)
}

/// One page of a list, with the token of the next. Organizations may answer an empty page with a
/// token; how often depends on the world.
fn paged<T>(
    context: &Context<'_>,
    input: &Value,
    scope: &str,
    items: &[T],
    key: &str,
    write: impl Fn(&T) -> Value,
) -> Result<Value, ApiError> {
    let size = page_size(input)?;
    let scope = format!("{}|{scope}", context.operation);
    let position = match optional(input, "NextToken") {
        None => Position::START,
        Some(token) => Position::parse(token, &scope).ok_or_else(|| {
            ApiError::invalid_input(
                "INVALID_PAGINATION_TOKEN",
                "You provided an invalid pagination token.",
            )
        })?,
    };
    if !position.after_empty_page && wants_empty_page(context, &scope, position.offset) {
        let next = Position {
            after_empty_page: true,
            ..position
        };
        return Ok(json!({ key: [], "NextToken": next.token(&scope) }));
    }
    let (part, next) = page::page(items, position.offset, size);
    let mut body = json!({ key: part.iter().map(write).collect::<Vec<_>>() });
    if let (Some(offset), Some(object)) = (next, body.as_object_mut()) {
        let token = Position {
            offset,
            after_empty_page: false,
        }
        .token(&scope);
        object.insert("NextToken".to_owned(), json!(token));
    }
    Ok(body)
}

fn page_size(input: &Value) -> Result<usize, ApiError> {
    let Some(value) = input.get("MaxResults").filter(|value| !value.is_null()) else {
        return Ok(LARGEST_PAGE);
    };
    let number = value.as_i64().unwrap_or(-1);
    let reason = if number < 1 {
        "MIN_VALUE_EXCEEDED"
    } else {
        "MAX_VALUE_EXCEEDED"
    };
    let size = usize::try_from(number)
        .ok()
        .filter(|size| (1..=LARGEST_PAGE).contains(size));
    size.ok_or_else(|| ApiError::invalid_input(reason, "MaxResults must be between 1 and 20."))
}

fn wants_empty_page(context: &Context<'_>, scope: &str, offset: usize) -> bool {
    if context.faults().empty_pages() {
        return true;
    }
    match context.world.spec.empty_pages {
        EmptyPages::Never => false,
        EmptyPages::Always => true,
        // The one root is always on the first page: every client counts on it.
        EmptyPages::Sometimes => {
            context.operation != "ListRoots" && draw(of_text(scope), &[offset as u64]).is_multiple_of(5)
        }
    }
}

/// Times in JSON 1.1 are seconds since 1970, as a number.
fn seconds(time: Timestamp) -> Value {
    json!(time.as_second() as f64)
}
