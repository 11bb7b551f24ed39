//! Delegated administrators, trusted services and tags.

use serde_json::{Value, json};

use super::{optional, paged, policies, require, seconds, tree};
use crate::emulator::Context;
use crate::error::ApiError;
use crate::world::Account;

/// The services that the company has delegated to its security account.
const SERVICES: &[&str] = &[
    "access-analyzer.amazonaws.com",
    "iam.amazonaws.com",
    "securityhub.amazonaws.com",
];

pub(super) fn list_delegated_administrators(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let service = optional(input, "ServicePrincipal");
    let delegated: Vec<&Account> = Some(world.delegated())
        .filter(|account| !world.is_management(account))
        .filter(|_| service.is_none_or(|service| SERVICES.contains(&service)))
        .into_iter()
        .collect();
    paged(
        context,
        input,
        service.unwrap_or(""),
        &delegated,
        "DelegatedAdministrators",
        |account| {
            let mut value = tree::account_json(world, account);
            if let Some(object) = value.as_object_mut() {
                object.remove("Paths");
                object.insert("DelegationEnabledDate".to_owned(), seconds(account.joined));
            }
            value
        },
    )
}

pub(super) fn list_delegated_services(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let id = require(input, "AccountId")?;
    let account = world
        .account(id)
        .filter(|account| world.is_member(account))
        .ok_or_else(|| {
            ApiError::new(
                400,
                "AccountNotFoundException",
                "You specified an account that doesn't exist.",
            )
        })?;
    if account.id != world.delegated().id || world.is_management(account) {
        return Err(ApiError::new(
            400,
            "AccountNotRegisteredException",
            "The specified account is not a delegated administrator for this Amazon Web Services service.",
        ));
    }
    paged(
        context,
        input,
        id,
        SERVICES,
        "DelegatedServices",
        |service| json!({ "ServicePrincipal": service, "DelegationEnabledDate": seconds(account.joined) }),
    )
}

pub(super) fn list_service_access(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let enabled = seconds(context.world.management().joined);
    paged(
        context,
        input,
        "",
        SERVICES,
        "EnabledServicePrincipals",
        |service| json!({ "ServicePrincipal": service, "DateEnabled": enabled }),
    )
}

pub(super) fn describe_resource_policy(_: &Context<'_>, _: &Value) -> Result<Value, ApiError> {
    Err(ApiError::new(
        400,
        "ResourcePolicyNotFoundException",
        "We can't find a resource policy request with the parameter that you specified.",
    ))
}

pub(super) fn list_tags_for_resource(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let id = require(input, "ResourceId")?;
    if !policies::is_resource(world, id) {
        return Err(ApiError::new(
            400,
            "TargetNotFoundException",
            "You specified a target that doesn't exist, or is not in your organization.",
        ));
    }
    let stage = world.account(id).map(|account| {
        let stage = account.name.rsplit('-').next().unwrap_or_default();
        json!({ "Key": "stage", "Value": stage })
    });
    let tags: Vec<Value> = stage.into_iter().collect();
    paged(context, input, id, &tags, "Tags", Value::clone)
}
