//! Policies and what they are attached to.

use serde_json::{Value, json};

use super::{paged, require};
use crate::emulator::Context;
use crate::error::ApiError;
use crate::world::{Node, OrganizationPolicy, PolicyType, World};

/// The values of `Filter` that Organizations knows.
const POLICY_TYPES: &[&str] = &[
    "AISERVICES_OPT_OUT_POLICY",
    "BACKUP_POLICY",
    "BEDROCK_POLICY",
    "CHATBOT_POLICY",
    "DECLARATIVE_POLICY_EC2",
    "GUARDDUTY_POLICY",
    "INSPECTOR_POLICY",
    "NETWORK_SECURITY_DIRECTOR_POLICY",
    "RESOURCE_CONTROL_POLICY",
    "S3_POLICY",
    "SECURITYHUB_CSPM_POLICY",
    "SECURITYHUB_POLICY",
    "SERVICE_CONTROL_POLICY",
    "TAG_POLICY",
    "UPGRADE_ROLLOUT_POLICY",
];

pub(super) fn list_policies(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let filter = filter(input)?;
    let policies: Vec<&OrganizationPolicy> = of_type(world, filter).collect();
    paged(context, input, filter, &policies, "Policies", |policy| {
        summary(world, policy)
    })
}

pub(super) fn list_policies_for_target(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let filter = filter(input)?;
    let target = require(input, "TargetId")?;
    let node = node(world, target)?;
    // Attachments are lost when the type is disabled, and come back with FullAWSAccess alone.
    let policies: Vec<&OrganizationPolicy> = of_type(world, filter)
        .filter(|policy| world.is_enabled(policy.policy_type) && policy.is_attached(node))
        .collect();
    paged(
        context,
        input,
        &format!("{filter}|{target}"),
        &policies,
        "Policies",
        |policy| summary(world, policy),
    )
}

pub(super) fn list_targets_for_policy(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let policy = find(world, require(input, "PolicyId")?)?;
    let nodes: Vec<Node> = if world.is_enabled(policy.policy_type) {
        targets(world, policy)
    } else {
        Vec::new()
    };
    paged(context, input, &policy.id, &nodes, "Targets", |node| {
        target_json(world, *node)
    })
}

pub(super) fn describe_policy(context: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let world = context.world;
    let policy = find(world, require(input, "PolicyId")?)?;
    Ok(json!({ "Policy": { "PolicySummary": summary(world, policy), "Content": policy.content } }))
}

/// Authorization policies have no effective policy; the other types are not in this organization.
pub(super) fn describe_effective_policy(_: &Context<'_>, input: &Value) -> Result<Value, ApiError> {
    let policy_type = require(input, "PolicyType")?;
    let authorization = [
        PolicyType::ServiceControl.name(),
        PolicyType::ResourceControl.name(),
    ];
    if !POLICY_TYPES.contains(&policy_type) || authorization.contains(&policy_type) {
        return Err(ApiError::invalid_input(
            "INVALID_ENUM",
            "You specified an invalid value for PolicyType.",
        ));
    }
    Err(ApiError::new(
        400,
        "EffectivePolicyNotFoundException",
        "If you ran this action on the management account, this policy type is not enabled. If you ran the action \
         on a member account, the account doesn't have an effective policy of this type.",
    ))
}

fn filter(input: &Value) -> Result<&str, ApiError> {
    let filter = require(input, "Filter")?;
    if POLICY_TYPES.contains(&filter) {
        return Ok(filter);
    }
    Err(ApiError::invalid_input(
        "INVALID_ENUM_POLICY_TYPE",
        "You specified an invalid policy type string.",
    ))
}

fn of_type<'w>(world: &'w World, filter: &str) -> impl Iterator<Item = &'w OrganizationPolicy> {
    let filter = filter.to_owned();
    let all_features = world.spec.all_features;
    world
        .policies
        .iter()
        .filter(move |policy| all_features && policy.policy_type.name() == filter)
}

fn find<'w>(world: &'w World, id: &str) -> Result<&'w OrganizationPolicy, ApiError> {
    world
        .policies
        .iter()
        .find(|policy| policy.id == id)
        .ok_or_else(|| {
            ApiError::new(
                400,
                "PolicyNotFoundException",
                "You specified a policy that doesn't exist.",
            )
        })
}

fn node(world: &World, id: &str) -> Result<Node, ApiError> {
    if id == world.root_id {
        return Ok(Node::Root);
    }
    let account = world.account(id).filter(|account| world.is_member(account));
    account
        .map(|account| Node::Account(account.index))
        .or_else(|| world.units.iter().position(|unit| unit.id == id).map(Node::Unit))
        .ok_or_else(|| {
            ApiError::new(
                400,
                "TargetNotFoundException",
                "You specified a target that doesn't exist, or is not in your organization.",
            )
        })
}

/// Everything that a policy hangs at: the root, then OUs, then accounts.
fn targets(world: &World, policy: &OrganizationPolicy) -> Vec<Node> {
    std::iter::once(Node::Root)
        .chain((0..world.units.len()).map(Node::Unit))
        .chain((0..world.accounts().len()).map(Node::Account))
        .filter(|node| policy.is_attached(*node))
        .collect()
}

fn target_json(world: &World, node: Node) -> Value {
    match node {
        Node::Root => root_target(world),
        Node::Unit(index) => match world.units.get(index) {
            Some(unit) => json!({
                "TargetId": unit.id, "Arn": world.unit_arn(unit), "Name": unit.name, "Type": "ORGANIZATIONAL_UNIT",
            }),
            None => root_target(world),
        },
        Node::Account(index) => match world.accounts().get(index) {
            Some(account) => json!({
                "TargetId": account.id, "Arn": world.account_arn(account), "Name": account.name, "Type": "ACCOUNT",
            }),
            None => root_target(world),
        },
    }
}

fn root_target(world: &World) -> Value {
    json!({ "TargetId": world.root_id, "Arn": world.root_arn(), "Name": "Root", "Type": "ROOT" })
}

fn summary(world: &World, policy: &OrganizationPolicy) -> Value {
    json!({
        "Id": policy.id,
        "Arn": world.policy_arn(policy),
        "Name": policy.name,
        "Description": policy.description,
        "Type": policy.policy_type.name(),
        "AwsManaged": policy.aws_managed,
    })
}

/// Whether an id names anything that can carry tags.
pub(super) fn is_resource(world: &World, id: &str) -> bool {
    node(world, id).is_ok() || find(world, id).is_ok()
}
