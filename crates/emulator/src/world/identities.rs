//! Groups, roles and managed policies of an account, and who gets which of them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::model::{Group, Inline, LocalPolicy, PolicyRef, Population, Role, RoleSetup, User};
use super::{Account, UserSpec, World, users};
use crate::draw::{BASE32, below, draw, letters, pick};

macro_rules! mfa {
    ($file:literal) => {
        include_str!(concat!("../../fixtures/mfa/", $file, ".json"))
    };
}

/// The MFA policies that people publish and paste, one form an account in turn.
pub(crate) const MFA_FORMS: &[&str] = &[
    mfa!("self-service-first-sign-in"),
    mfa!("self-service-long"),
    mfa!("documented-2022"),
    mfa!("own-device-minimal"),
    mfa!("own-device-password"),
    mfa!("own-device-change-password"),
    mfa!("any-device-name"),
    mfa!("credential-creation-only"),
    mfa!("deny-with-bool"),
    mfa!("deny-with-null"),
    mfa!("deny-not-enrolment"),
    mfa!("variables-in-2008"),
    mfa!("shell-expanded"),
    mfa!("age-limit"),
];

const MFA_ALLOW_BOOL: &str = mfa!("allow-bool");
const MFA_ALLOW_IF_EXISTS: &str = mfa!("allow-if-exists");

const DEPLOY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecs:UpdateService","ecs:RegisterTaskDefinition","ecr:GetAuthorizationToken","ecr:BatchGetImage","ecr:PutImage"],"Resource":"*"},{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/app-*"}]}"#;
const BOUNDARY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},{"Effect":"Allow","Action":["iam:Get*","iam:List*","iam:PassRole"],"Resource":"*"}]}"#;
const OPERATOR: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["ec2:StartInstances","ec2:StopInstances","ec2:Describe*","rds:Describe*","logs:Get*","logs:FilterLogEvents"],"Resource":"*"}}"#;
const OPERATOR_OLD: &str =
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["ec2:*"],"Resource":"*"}}"#;
const KEY_ROTATION: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"RotateOwnKeys","Effect":"Allow","Action":["iam:CreateAccessKey","iam:DeleteAccessKey","iam:ListAccessKeys","iam:UpdateAccessKey"],"Resource":"arn:aws:iam::*:user/${aws:username}"}]}"#;
const BUCKET: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::exchange-<team>&'\"drop\"/*"}]}"#;

/// Positions of [`local_policies`].
const REQUIRE_MFA: usize = 0;
const DEPLOYMENT: usize = 1;
const BOUNDARY_AT: usize = 2;
const OPERATIONS: usize = 3;
/// How many there are; those that a test gives come after them.
const OWN_POLICIES: usize = 4;

/// Everything of an account but its users' credentials, made together and kept for a while.
#[derive(Debug)]
pub(crate) struct AccountView {
    pub users: Vec<User>,
    pub groups: Vec<Group>,
    pub roles: Vec<Role>,
    pub policies: Vec<LocalPolicy>,
    /// How often each managed policy is attached, and used as a boundary.
    pub attachments: BTreeMap<PolicyRef, (u32, u32)>,
}

impl AccountView {
    pub fn make(world: &World, account: &Account) -> Self {
        let users = users::users(world, account);
        let groups = groups(world, account);
        let roles = roles(world, account);
        let mut attachments: BTreeMap<PolicyRef, (u32, u32)> = BTreeMap::new();
        let attached = users
            .iter()
            .flat_map(|user| &user.attached)
            .chain(groups.iter().flat_map(|group| &group.attached))
            .chain(roles.iter().flat_map(|role| &role.attached));
        for policy in attached {
            attachments.entry(*policy).or_default().0 += 1;
        }
        for boundary in users.iter().filter_map(|user| user.boundary) {
            attachments.entry(boundary).or_default().1 += 1;
        }
        Self {
            users,
            groups,
            roles,
            policies: local_policies(world, account),
            attachments,
        }
    }

    pub fn user(&self, name: &str) -> Option<&User> {
        // IAM's names are unique without regard to case, and looked up the same way.
        self.users
            .iter()
            .find(|user| user.name.eq_ignore_ascii_case(name))
    }

    pub fn members(&self, group: &str) -> Vec<&User> {
        self.users
            .iter()
            .filter(|user| user.groups.contains(&group))
            .collect()
    }
}

/// Gives a generated user its groups, policies, boundary and tags.
pub(crate) fn entitle(account: &Account, user: &mut User, is_machine: bool, key: u64) {
    let number = |purpose: u64, bound: u64| below(draw(key, &[purpose]), bound);
    if is_machine {
        match number(100, 4) {
            0 => user.attached.push(PolicyRef::Aws("AmazonS3FullAccess")),
            1 => user.attached.push(PolicyRef::Local(DEPLOYMENT)),
            2 => user.inline.push(inline("exchange-bucket", BUCKET)),
            _ => user.attached.push(PolicyRef::Aws("CloudWatchReadOnlyAccess")),
        }
        user.tags.push(("purpose".to_owned(), "automation".to_owned()));
    } else {
        user.groups.push(match number(100, 20) {
            0 => "Administrators",
            1..=8 => "Developers",
            9..=12 => "Operators",
            13..=16 => "ReadOnly",
            _ => "Finance",
        });
        if number(101, 4) > 0 {
            user.groups.push("MFA-Required");
        }
        match number(102, 14) {
            0 => user.attached.push(PolicyRef::Aws("IAMUserChangePassword")),
            1 => user.inline.push(inline("work-with-mfa", MFA_ALLOW_BOOL)),
            2 => user.inline.push(inline("work-with-mfa", MFA_ALLOW_IF_EXISTS)),
            3 => user.inline.push(inline("rotate-own-keys", KEY_ROTATION)),
            4 => {
                let form = account.index + 3;
                user.inline.extend(
                    MFA_FORMS
                        .get(form % MFA_FORMS.len())
                        .map(|document| inline("mfa", document)),
                );
            }
            _ => {}
        }
        let team = pick(&["orders", "payments", "platform", "data"], number(103, 4))
            .copied()
            .unwrap_or_default();
        user.tags.push(("team".to_owned(), team.to_owned()));
    }
    if number(104, 6) == 0 {
        user.boundary = Some(PolicyRef::Local(BOUNDARY_AT));
    }
    if number(105, 9) == 0 {
        user.tags
            .push(("note".to_owned(), "<b>on leave</b> & =1+1".to_owned()));
    }
}

fn inline(name: &str, document: &'static str) -> Inline {
    Inline {
        name: name.to_owned(),
        document: Cow::Borrowed(document),
    }
}

fn groups(world: &World, account: &Account) -> Vec<Group> {
    let group = |position: u64, name, path, attached: Vec<PolicyRef>, inline: Vec<Inline>| Group {
        name,
        path,
        id: format!(
            "AGPA{}",
            letters(
                BASE32,
                draw(world.spec.seed, &[0x67, account.index as u64, position]),
                17
            )
        ),
        created: users::before(world.epoch, 1_600 * 86_400),
        inline,
        attached,
    };
    use PolicyRef::{Aws, Local};
    let mut groups = vec![
        group(0, "Administrators", "/", vec![Aws("AdministratorAccess")], vec![]),
        group(
            1,
            "Developers",
            "/",
            vec![Aws("PowerUserAccess")],
            vec![inline("rotate-own-keys", KEY_ROTATION)],
        ),
        group(
            2,
            "Finance",
            "/division/",
            vec![Aws("AWSBillingReadOnlyAccess"), Aws("Billing")],
            vec![],
        ),
        group(3, "MFA-Required", "/", vec![Local(REQUIRE_MFA)], vec![]),
        group(
            4,
            "Operators",
            "/",
            vec![Local(OPERATIONS), Aws("AmazonEC2ReadOnlyAccess")],
            vec![],
        ),
        group(5, "ReadOnly", "/", vec![Aws("ReadOnlyAccess")], vec![]),
    ];
    for (name, document) in given(account, |spec| spec.groups.iter().collect()) {
        let inline = Inline {
            name: (*name).to_owned(),
            document: Cow::Owned(document.clone()),
        };
        groups.push(group(groups.len() as u64, name, "/", vec![], vec![inline]));
    }
    groups
}

/// What a test's users name of one kind, each name once.
fn given<'a>(
    account: &'a Account,
    of: impl Fn(&'a UserSpec) -> Vec<&'a (&'static str, String)>,
) -> Vec<&'a (&'static str, String)> {
    let Population::Explicit(specs) = &account.population else {
        return Vec::new();
    };
    let mut found: Vec<&(&'static str, String)> = Vec::new();
    for item in specs.iter().flat_map(of) {
        if found.iter().all(|(name, _)| *name != item.0) {
            found.push(item);
        }
    }
    found
}

/// A customer managed policy that a test's user names.
pub(crate) fn given_policy(account: &Account, name: &str) -> Option<PolicyRef> {
    let policies = given(account, |spec| spec.policies().collect());
    let at = policies.iter().position(|(own, _)| *own == name)?;
    Some(PolicyRef::Local(OWN_POLICIES + at))
}

fn local_policies(world: &World, account: &Account) -> Vec<LocalPolicy> {
    let policy = |position: u64, name, path, description, versions: &[&'static str]| LocalPolicy {
        name,
        path,
        id: format!(
            "ANPA{}",
            letters(
                BASE32,
                draw(world.spec.seed, &[0x70, account.index as u64, position]),
                17
            )
        ),
        description,
        created: users::before(world.epoch, 900 * 86_400),
        versions: versions.iter().map(|document| Cow::Borrowed(*document)).collect(),
    };
    let form = MFA_FORMS
        .get(account.index % MFA_FORMS.len())
        .copied()
        .unwrap_or_default();
    let mut policies = vec![
        policy(
            0,
            "RequireMFA",
            "/",
            "Work with MFA or enrol it",
            &[mfa!("own-device-minimal"), form],
        ),
        policy(1, "Deployment", "/service/", "What the pipeline needs", &[DEPLOY]),
        policy(2, "DeveloperBoundary", "/", "", &[BOUNDARY]),
        policy(
            3,
            "Operations",
            "/",
            "Start & stop",
            &[OPERATOR_OLD, OPERATOR_OLD, OPERATOR],
        ),
    ];
    for (name, document) in given(account, |spec| spec.policies().collect()) {
        let mut given = policy(policies.len() as u64, name, "/", "", &[]);
        given.versions.push(Cow::Owned(document.clone()));
        policies.push(given);
    }
    policies
}

fn roles(world: &World, account: &Account) -> Vec<Role> {
    let role = |position: u64, name: &str, path: &str, trust: String, attached: Vec<PolicyRef>| Role {
        name: name.to_owned(),
        path: path.to_owned(),
        id: format!(
            "AROA{}",
            letters(
                BASE32,
                draw(world.spec.seed, &[0x72, account.index as u64, position]),
                17
            )
        ),
        created: users::before(world.epoch, 1_000 * 86_400),
        trust,
        description: String::new(),
        inline: Vec::new(),
        attached,
        max_session: world.spec.max_session,
    };
    let service = |name: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{name}"}},"Action":"sts:AssumeRole"}}]}}"#
        )
    };
    let mut roles = vec![
        role(
            1,
            "AWSServiceRoleForOrganizations",
            "/aws-service-role/organizations.amazonaws.com/",
            service("organizations.amazonaws.com"),
            vec![],
        ),
        role(
            2,
            "app-task",
            "/",
            service("ecs-tasks.amazonaws.com"),
            vec![PolicyRef::Aws("AmazonDynamoDBReadOnlyAccess")],
        ),
    ];
    if account.role != RoleSetup::Missing {
        let mut audit = role(
            0,
            &world.spec.role,
            &world.spec.role_path,
            trust(world, account),
            vec![],
        );
        audit
            .attached
            .push(PolicyRef::Aws(if world.spec.role == super::DEFAULT_ROLE {
                "AdministratorAccess"
            } else {
                "SecurityAudit"
            }));
        roles.push(audit);
    }
    roles.sort_by(|left, right| left.name.cmp(&right.name));
    roles
}

/// The trust policy of the audit's role.
fn trust(world: &World, account: &Account) -> String {
    let principals: Vec<String> = match account.role {
        RoleSetup::Refusing => vec!["arn:aws:iam::999999999999:root".to_owned()],
        RoleSetup::Trusting | RoleSetup::Missing => world
            .trusted_accounts()
            .iter()
            .map(|id| format!("arn:aws:iam::{id}:root"))
            .collect(),
    };
    let mut statement = serde_json::json!({
        "Effect": "Allow", "Principal": { "AWS": principals }, "Action": "sts:AssumeRole"
    });
    if let (Some(external_id), Some(object)) = (&world.spec.external_id, statement.as_object_mut()) {
        object.insert(
            "Condition".to_owned(),
            serde_json::json!({ "StringEquals": { "sts:ExternalId": external_id } }),
        );
    }
    serde_json::json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}
