//! The tree: organization, root, OUs, accounts.

use serde_json::{Value, json};

use super::{paged, require, seconds};
use crate::emulator::Context;
use crate::error::ApiError;
use crate::world::{Account, AccountState, PolicyType, Unit, World};

pub(super) fn describe_organization(context: &Context<'_>, _: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let management = world.management();
    Ok(json!({ "Organization": {
        "Id": world.organization_id,
        "Arn": world.organization_arn(),
        "FeatureSet": if world.spec.all_features { "ALL" } else { "CONSOLIDATED_BILLING" },
        "MasterAccountArn": world.account_arn(management),
        "MasterAccountId": management.id,
        "MasterAccountEmail": management.email,
        // Deprecated, and wrong on purpose as the documentation warns: the list in ListRoots counts.
        "AvailablePolicyTypes": [{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }],
    }}))
}

pub(super) fn list_roots(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    paged(context, input, "", &[()], "Roots", |()| {
        let enabled: Vec<Value> = [PolicyType::ResourceControl, PolicyType::ServiceControl]
            .into_iter()
            .filter(|policy_type| world.is_enabled(*policy_type))
            .map(|policy_type| json!({ "Type": policy_type.name(), "Status": "ENABLED" }))
            .collect();
        json!({ "Id": world.root_id, "Arn": world.root_arn(), "Name": "Root", "PolicyTypes": enabled })
    })
}

pub(super) fn list_accounts(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    paged(context, input, "", world.accounts(), "Accounts", |account| {
        account_json(world, account)
    })
}

pub(super) fn list_accounts_for_parent(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let parent = Parent::find(world, require(input, "ParentId")?)?;
    let accounts = parent.accounts(world);
    let scope = require(input, "ParentId")?;
    paged(context, input, scope, &accounts, "Accounts", |account| {
        account_json(world, account)
    })
}

pub(super) fn list_organizational_units_for_parent(
    context: &Context<'_>,
    input: &Value,
) -> Result<Value, ApiError> {
    let world = context.world;
    let scope = require(input, "ParentId")?;
    let units = Parent::find(world, scope)?.units(world);
    paged(context, input, scope, &units, "OrganizationalUnits", |unit| {
        unit_json(world, unit)
    })
}

pub(super) fn list_children(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let parent_id = require(input, "ParentId")?;
    let child_type = require(input, "ChildType")?;
    let parent = Parent::find(world, parent_id)?;
    let ids: Vec<&str> = match child_type {
        "ACCOUNT" => parent
            .accounts(world)
            .into_iter()
            .map(|account| account.id.as_str())
            .collect(),
        "ORGANIZATIONAL_UNIT" => parent
            .units(world)
            .into_iter()
            .map(|unit| unit.id.as_str())
            .collect(),
        _ => {
            return Err(ApiError::invalid_input(
                "INVALID_ENUM",
                "You specified an invalid value for ChildType.",
            ));
        }
    };
    let scope = format!("{parent_id}|{child_type}");
    paged(
        context,
        input,
        &scope,
        &ids,
        "Children",
        |id| json!({ "Id": id, "Type": child_type }),
    )
}

pub(super) fn list_parents(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let child = require(input, "ChildId")?;
    let above = if let Some(account) = world.account(child).filter(|account| world.is_member(account)) {
        account.unit
    } else if let Some(unit) = unit(world, child) {
        unit.parent
    } else {
        return Err(ApiError::new(
            400,
            "ChildNotFoundException",
            "You specified a child that doesn't exist in this organization.",
        ));
    };
    let parent = match above.and_then(|index| world.units.get(index)) {
        Some(unit) => json!({ "Id": unit.id, "Type": "ORGANIZATIONAL_UNIT" }),
        None => json!({ "Id": world.root_id, "Type": "ROOT" }),
    };
    paged(context, input, child, &[parent], "Parents", Value::clone)
}

pub(super) fn describe_account(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let account = world
        .account(require(input, "AccountId")?)
        .filter(|account| world.is_member(account));
    let account = account.ok_or_else(|| {
        ApiError::new(
            400,
            "AccountNotFoundException",
            "You specified an account that doesn't exist.",
        )
    })?;
    Ok(json!({ "Account": account_json(world, account) }))
}

pub(super) fn describe_organizational_unit(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let unit = unit(world, require(input, "OrganizationalUnitId")?).ok_or_else(|| {
        ApiError::new(
            400,
            "OrganizationalUnitNotFoundException",
            "You specified an organizational unit that doesn't exist.",
        )
    })?;
    Ok(json!({ "OrganizationalUnit": unit_json(world, unit) }))
}

pub(super) fn unit<'w>(world: &'w World, id: &str) -> Option<&'w Unit> {
    world.units.iter().find(|unit| unit.id == id)
}

/// `Status` was retired on 9 September 2026 and is only there when the world asks for it.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html>
pub(super) fn account_json(world: &World, account: &Account) -> Value {
    let mut value = json!({
        "Id": account.id,
        "Arn": world.account_arn(account),
        "Email": account.email,
        "Name": account.name,
        "State": account.state.name(),
        "Paths": [world.account_path(account)],
        "JoinedMethod": if account.invited { "INVITED" } else { "CREATED" },
        "JoinedTimestamp": seconds(account.joined),
    });
    if let (true, Some(object)) = (world.spec.status_field, value.as_object_mut()) {
        let status = match account.state {
            AccountState::Active | AccountState::PendingActivation => "ACTIVE",
            AccountState::Suspended | AccountState::Closed => "SUSPENDED",
            AccountState::PendingClosure => "PENDING_CLOSURE",
        };
        object.insert("Status".to_owned(), json!(status));
    }
    value
}

fn unit_json(world: &World, unit: &Unit) -> Value {
    json!({ "Id": unit.id, "Arn": world.unit_arn(unit), "Name": unit.name, "Path": unit.path })
}

/// A root or an OU, as a parent.
enum Parent<'w> {
    Root,
    Unit(&'w Unit),
}

impl<'w> Parent<'w> {
    fn find(world: &'w World, id: &str) -> Result<Self, ApiError> {
        if id == world.root_id {
            return Ok(Self::Root);
        }
        unit(world, id).map(Self::Unit).ok_or_else(|| {
            ApiError::new(
                400,
                "ParentNotFoundException",
                "You specified parent that doesn't exist.",
            )
        })
    }

    fn units(&self, world: &'w World) -> Vec<&'w Unit> {
        match self {
            Self::Root => world.units.iter().filter(|unit| unit.parent.is_none()).collect(),
            Self::Unit(unit) => unit
                .children
                .iter()
                .filter_map(|index| world.units.get(*index))
                .collect(),
        }
    }

    fn accounts(&self, world: &'w World) -> Vec<&'w Account> {
        match self {
            Self::Root => world
                .accounts()
                .iter()
                .filter(|account| account.unit.is_none())
                .collect(),
            Self::Unit(unit) => unit
                .accounts
                .iter()
                .filter_map(|index| world.accounts().get(*index))
                .collect(),
        }
    }
}
