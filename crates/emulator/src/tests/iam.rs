//! IAM: users, groups, roles, policies, devices, pages.

use std::collections::BTreeSet;

use super::{start, url_decode};
use crate::{CallerKind, DeviceKind, UserSpec, WorldSpec};

fn small() -> WorldSpec {
    WorldSpec::uniform().accounts(2).users_of(
        1,
        vec![
            UserSpec::new("alice")
                .password()
                .device(DeviceKind::Virtual)
                .device(DeviceKind::Passkey)
                .key(true),
            UserSpec::new("bob").path("/division/").password(),
            UserSpec::new("carol")
                .key(false)
                .inline("exchange", r#"{"Statement":[]}"#),
            UserSpec::new("dave")
                .password()
                .device(DeviceKind::Hardware)
                .attached("AmazonS3FullAccess"),
        ],
    )
}

#[test]
fn live_calls_say_what_the_world_says_of_every_user() {
    let setup = start(WorldSpec::demo());
    let account = setup.account_named("sandbox-platform");
    let session = setup.member(&account);
    let users = setup.emulator.expected_users(&account);
    assert!(!users.is_empty());
    for user in users {
        let name = [("UserName", user.name.as_str())];
        let profile = session.iam("GetLoginProfile", &name);
        assert_eq!(
            profile.status,
            if user.live.password { 200 } else { 404 },
            "{}",
            user.name
        );
        let devices = session.iam("ListMFADevices", &name).ok().all("SerialNumber");
        assert_eq!(devices.len(), user.live.devices, "{}", user.name);
        let states = session.iam("ListAccessKeys", &name).ok().all("Status");
        assert_eq!(
            states.iter().filter(|state| *state == "Active").count(),
            user.live.active_keys
        );
        assert_eq!(session.iam("GetUser", &name).ok().one("Arn"), user.arn);
    }
}

#[test]
fn the_serial_number_tells_the_kind_of_device() {
    let setup = start(small());
    let account = setup.emulator.world().accounts()[1].id.clone();
    let session = setup.member(&account);
    let serials = |user| {
        session
            .iam("ListMFADevices", &[("UserName", user)])
            .ok()
            .all("SerialNumber")
    };
    let of_alice = serials("alice");
    assert_eq!(of_alice[0], format!("arn:aws:iam::{account}:mfa/alice"));
    assert!(of_alice[1].starts_with(&format!("arn:aws:iam::{account}:u2f/user/alice/")));
    assert!(!serials("dave")[0].starts_with("arn:"));
    let virtual_only = session.iam("ListVirtualMFADevices", &[]).ok().all("SerialNumber");
    assert_eq!(virtual_only, [of_alice[0].clone()]);
    session
        .iam("GetMFADevice", &[("SerialNumber", &of_alice[1])])
        .ok();
    assert_eq!(
        session.iam("GetMFADevice", &[("SerialNumber", "x")]).code(),
        "NoSuchEntity"
    );
}

#[test]
fn root_shows_among_the_virtual_devices_when_it_has_one() {
    let setup = start(WorldSpec::demo());
    let with = setup
        .emulator
        .world()
        .accounts()
        .iter()
        .find(|a| a.root.mfa == crate::RootMfa::Virtual)
        .unwrap();
    let session = if with.index == 0 {
        setup.management()
    } else {
        setup.member(&with.id)
    };
    let arns = session
        .iam("ListVirtualMFADevices", &[("AssignmentStatus", "Assigned")])
        .ok()
        .all("Arn");
    assert!(arns.contains(&format!("arn:aws:iam::{}:root", with.id)));
}

#[test]
fn assigned_and_unassigned_devices_are_all_the_devices() {
    let setup = start(WorldSpec::demo());
    for account in setup
        .emulator
        .world()
        .accounts()
        .iter()
        .filter(|a| a.name.starts_with("orders"))
    {
        let session = setup.member(&account.id);
        let of = |status| {
            session
                .iam("ListVirtualMFADevices", &[("AssignmentStatus", status)])
                .ok()
                .all("SerialNumber")
        };
        let sum: Vec<String> = of("Assigned").into_iter().chain(of("Unassigned")).collect();
        assert_eq!(sum, of("Any"));
    }
}

#[test]
fn pages_of_users_together_are_all_users() {
    let setup = start(WorldSpec::uniform().accounts(2).users_per_account(250));
    let account = setup.emulator.world().accounts()[1].id.clone();
    let session = setup.member(&account);
    let expected: Vec<String> = setup
        .emulator
        .expected_users(&account)
        .into_iter()
        .map(|user| user.name)
        .collect();
    assert_eq!(
        session.iam("ListUsers", &[]).ok().all("UserName").len(),
        100,
        "IAM's default page"
    );
    for size in ["7", "100", "250", "1000"] {
        assert_eq!(
            session.every_text("ListUsers", &[("MaxItems", size)], "UserName"),
            expected,
            "{size}"
        );
    }
    assert_eq!(
        session.iam("ListUsers", &[("MaxItems", "1001")]).code(),
        "ValidationError"
    );
    assert_eq!(
        session.iam("ListUsers", &[("Marker", "guessed")]).code(),
        "ValidationError"
    );
}

#[test]
fn the_authorization_details_honour_max_items_and_the_filter() {
    let setup = start(WorldSpec::uniform().accounts(2).users_per_account(230));
    let account = setup.emulator.world().accounts()[1].id.clone();
    let session = setup.member(&account);
    let filter = [("Filter.member.1", "User"), ("Filter.member.2", "Group")];
    let first = session.iam("GetAccountAuthorizationDetails", &filter).ok();
    assert_eq!(first.all("UserName").len(), 100, "the default page");
    assert_eq!(first.one("IsTruncated"), "true");
    let all = [&filter[..], &[("MaxItems", "1000")]].concat();
    let whole = session.iam("GetAccountAuthorizationDetails", &all).ok();
    assert_eq!(
        (whole.all("UserName").len(), whole.all("GroupName").len()),
        (230, 6)
    );
    assert!(whole.all("PolicyVersionList").is_empty() && whole.all("RoleName").is_empty());
    let sized = [&filter[..], &[("MaxItems", "33")]].concat();
    assert_eq!(
        session.every_text("GetAccountAuthorizationDetails", &sized, "UserName"),
        whole.all("UserName")
    );
    assert_eq!(
        session
            .iam("GetAccountAuthorizationDetails", &[("Filter.member.1", "Dog")])
            .code(),
        "ValidationError"
    );
}

#[test]
fn policy_documents_are_url_encoded_json() {
    let setup = start(WorldSpec::demo());
    let session = setup.member(&setup.account_named("payments-dev"));
    let details = session
        .iam("GetAccountAuthorizationDetails", &[("MaxItems", "1000")])
        .ok();
    let documents: Vec<String> = details
        .all("Document")
        .into_iter()
        .chain(details.all("PolicyDocument"))
        .collect();
    assert!(documents.len() > 30);
    for document in documents {
        assert!(document.starts_with("%7B"), "{document}");
        serde_json::from_str::<serde_json::Value>(&url_decode(&document)).unwrap();
    }
}

#[test]
fn the_same_user_is_the_same_in_every_operation() {
    let setup = start(WorldSpec::demo());
    let account = setup.account_named("customer-portal-dev");
    let session = setup.member(&account);
    let user = setup.emulator.expected_users(&account)[0].name.clone();
    let name = [("UserName", user.as_str())];
    let groups = session.iam("ListGroupsForUser", &name).ok().all("GroupName");
    for group in groups {
        let members = session
            .iam("GetGroup", &[("GroupName", &group)])
            .ok()
            .all("UserName");
        assert!(members.contains(&user));
    }
    for policy in session.iam("ListUserPolicies", &name).ok().all("member") {
        let asked = [("UserName", user.as_str()), ("PolicyName", policy.as_str())];
        assert_eq!(
            session.iam("GetUserPolicy", &asked).ok().one("PolicyName"),
            policy
        );
    }
    for arn in session
        .iam("ListAttachedUserPolicies", &name)
        .ok()
        .all("PolicyArn")
    {
        session.iam("GetPolicy", &[("PolicyArn", &arn)]).ok();
    }
    session.iam("ListUserTags", &name).ok();
    for key in session.iam("ListAccessKeys", &name).ok().all("AccessKeyId") {
        assert_eq!(
            session
                .iam("GetAccessKeyLastUsed", &[("AccessKeyId", &key)])
                .ok()
                .one("UserName"),
            user
        );
    }
}

#[test]
fn every_attached_policy_has_a_document_to_read() {
    let setup = start(WorldSpec::demo());
    let session = setup.member(&setup.account_named("billing-prod"));
    let arns: BTreeSet<String> = session
        .every_text(
            "ListPolicies",
            &[("OnlyAttached", "true"), ("MaxItems", "3")],
            "Arn",
        )
        .into_iter()
        .collect();
    assert!(arns.iter().any(|arn| arn.starts_with("arn:aws:iam::aws:policy/")));
    for arn in arns {
        let default = session
            .iam("GetPolicy", &[("PolicyArn", &arn)])
            .ok()
            .one("DefaultVersionId");
        let asked = [("PolicyArn", arn.as_str()), ("VersionId", default.as_str())];
        let document = session.iam("GetPolicyVersion", &asked).ok().one("Document");
        assert!(url_decode(&document).contains("Statement"));
        let versions = session
            .iam("ListPolicyVersions", &[("PolicyArn", &arn)])
            .ok()
            .all("VersionId");
        assert!(versions.contains(&default));
    }
}

#[test]
fn what_does_not_exist_is_no_such_entity() {
    let setup = start(small());
    let session = setup.member(&setup.emulator.world().accounts()[1].id);
    let check = |action: &str, parameters: &[(&str, &str)], message: &str| {
        let answer = session.iam(action, parameters);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (404, "NoSuchEntity"),
            "{action}"
        );
        assert_eq!(answer.one("Message"), message);
        assert_eq!(answer.one("Type"), "Sender");
    };
    check(
        "GetUser",
        &[("UserName", "zoe")],
        "The user with name zoe cannot be found.",
    );
    check(
        "GetLoginProfile",
        &[("UserName", "carol")],
        "Login Profile for User carol cannot be found.",
    );
    check(
        "GetGroup",
        &[("GroupName", "X")],
        "The group with name X cannot be found.",
    );
    check(
        "GetRole",
        &[("RoleName", "X")],
        "The role with name X cannot be found.",
    );
    let arn = "arn:aws:iam::aws:policy/Nothing";
    check(
        "GetPolicy",
        &[("PolicyArn", arn)],
        "Policy arn:aws:iam::aws:policy/Nothing does not exist or is not attachable.",
    );
    assert_eq!(
        session.iam("GetPolicy", &[("PolicyArn", "nonsense")]).code(),
        "InvalidInput"
    );
    assert_eq!(session.iam("ListUserPolicies", &[]).code(), "ValidationError");
}

#[test]
fn without_a_name_a_user_asks_about_itself_and_a_role_cannot() {
    let setup = start(WorldSpec::demo());
    assert_eq!(
        setup.management().iam("GetUser", &[]).ok().one("UserName"),
        "org-audit-operator"
    );
    assert_eq!(
        setup
            .management()
            .iam("ListAccessKeys", &[])
            .ok()
            .all("AccessKeyId"),
        [CallerKind::Management.access_key()]
    );
    let answer = setup
        .member(&setup.account_named("dns"))
        .iam("ListMFADevices", &[]);
    assert_eq!(
        answer.one("Message"),
        "Must specify userName when calling with non-User credentials"
    );
}

#[test]
fn the_summary_counts_what_the_lists_show() {
    let setup = start(WorldSpec::demo());
    let account = setup.account_named("orders-prod");
    let session = setup.member(&account);
    let text = session.iam("GetAccountSummary", &[]).ok().text();
    let value = |key: &str| -> usize {
        let after = text.split(&format!("<key>{key}</key><value>")).nth(1).unwrap();
        after.split('<').next().unwrap().parse().unwrap()
    };
    assert_eq!(value("Users"), setup.emulator.expected_users(&account).len());
    assert_eq!(
        value("Groups"),
        session.every_text("ListGroups", &[], "GroupName").len()
    );
    assert_eq!(
        value("Roles"),
        session.every_text("ListRoles", &[], "RoleName").len()
    );
    assert_eq!(
        value("Policies"),
        session
            .every_text("ListPolicies", &[("Scope", "Local")], "Arn")
            .len()
    );
}

#[test]
fn accounts_differ_in_root_credentials_and_password_policy() {
    let setup = start(WorldSpec::demo());
    let world = setup.emulator.world();
    let roots: BTreeSet<String> = world
        .accounts()
        .iter()
        .map(|account| format!("{:?}", account.root))
        .collect();
    assert!(roots.len() >= 5, "{roots:?}");
    let statuses: BTreeSet<u16> = world
        .accounts()
        .iter()
        .filter(|account| account.name.ends_with("-prod") || account.name.ends_with("-dev"))
        .map(|account| {
            setup
                .member(&account.id)
                .iam("GetAccountPasswordPolicy", &[])
                .status
        })
        .collect();
    assert_eq!(statuses, BTreeSet::from([200, 404]));
}

#[test]
fn organization_features_are_for_the_management_account() {
    let setup = start(WorldSpec::demo());
    let features = setup
        .management()
        .iam("ListOrganizationsFeatures", &[])
        .ok()
        .all("member");
    assert_eq!(features, ["RootCredentialsManagement"]);
    let refused = setup
        .client(CallerKind::Member)
        .iam("ListOrganizationsFeatures", &[]);
    assert_eq!(
        refused.code(),
        "AccountNotManagementOrDelegatedAdministratorException"
    );
    let nowhere = setup
        .client(CallerKind::Outsider)
        .iam("ListOrganizationsFeatures", &[]);
    assert_eq!(nowhere.code(), "OrganizationNotFoundException");
}

#[test]
fn hostile_names_arrive_as_they_are() {
    let setup = start(WorldSpec::demo());
    let account = setup.account_named("<script>alert(1)</script>");
    let session = setup.member(&account);
    let names = session.every_text("ListUsers", &[], "UserName");
    assert!(names.iter().any(|name| name == "=cmd+calc"));
    let answer = session.iam("GetUser", &[("UserName", "=cmd+calc")]).ok();
    assert_eq!(answer.one("UserName"), "=cmd+calc");
}
