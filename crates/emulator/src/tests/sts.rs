//! STS: identities, roles and sessions.

use super::{empty, start, start_with};
use crate::{CallerKind, WorldSpec};

#[test]
fn a_caller_learns_who_it_is() {
    let setup = start(WorldSpec::demo());
    let answer = setup.management().sts("GetCallerIdentity", &[]).ok();
    let id = &setup.emulator.world().management().id;
    assert_eq!(answer.one("Account"), *id);
    assert_eq!(
        answer.one("Arn"),
        format!("arn:aws:iam::{id}:user/org-audit-operator")
    );
    assert!(answer.text().starts_with(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
    ));
    assert_eq!(
        answer.one("RequestId"),
        answer.response.header("x-amzn-requestid").unwrap()
    );
}

#[test]
fn a_session_is_bound_to_its_account() {
    let setup = start(WorldSpec::demo());
    let (first, second) = (setup.account_named("orders-prod"), setup.account_named("dns"));
    let (in_first, in_second) = (setup.member(&first), setup.member(&second));
    assert_eq!(in_first.sts("GetCallerIdentity", &[]).ok().one("Account"), first);
    assert_eq!(
        in_second.sts("GetCallerIdentity", &[]).ok().one("Account"),
        second
    );
    let arn = in_first.sts("GetCallerIdentity", &[]).ok().one("Arn");
    assert_eq!(
        arn,
        format!("arn:aws:sts::{first}:assumed-role/OrganizationAccountAccessRole/org-audit")
    );
    for arn in in_first.iam("ListUsers", &[]).ok().all("Arn") {
        assert!(arn.contains(&first), "{arn}");
    }
}

#[test]
fn a_role_that_is_missing_refuses_or_trusts_nobody_gives_the_same_refusal() {
    let setup = start(WorldSpec::demo());
    let accounts = [
        "northpass-legacy",
        "northpass-billing",
        "legacy-storefront",
        "trial-2019",
        "onboarding-2026",
    ];
    for name in accounts.into_iter().chain(["meridian-management"]) {
        let account = setup.account_named(name);
        let refused = setup.management().assume(&account, &[]).err().unwrap();
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (403, "AccessDenied"),
            "{name}"
        );
        let arn = format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole");
        let message = refused.one("Message");
        assert!(message.ends_with(&format!(
            "is not authorized to perform: sts:AssumeRole on resource: {arn}"
        )));
    }
    let leaving = setup.account_named("former-partner");
    assert!(
        setup.management().assume(&leaving, &[]).is_ok(),
        "an account in PENDING_CLOSURE still works"
    );
    assert!(
        setup.management().assume("123456789012", &[]).is_err(),
        "not in this organization"
    );
}

#[test]
fn a_resource_control_policy_refuses_in_its_own_words() {
    let setup = start(WorldSpec::demo());
    let refused = setup
        .management()
        .assume(&setup.account_named("backup-vault"), &[])
        .err()
        .unwrap();
    let message = refused.one("Message");
    assert!(message.contains("with an explicit deny in a resource control policy: arn:aws:organizations::"));
}

#[test]
fn a_service_control_policy_refuses_iam_reads_in_its_own_words() {
    let setup = start(WorldSpec::demo());
    let message = |name: &str| {
        let session = setup.member(&setup.account_named(name));
        let refused = session.iam("GetAccountSummary", &[]);
        assert_eq!(refused.code(), "AccessDenied");
        refused.one("Message")
    };
    assert!(message("identity-lockdown").contains("with an explicit deny in a service control policy: arn:"));
    assert!(message("policy-staging").contains("with an explicit deny in a service control policy: arn:"));
    assert!(
        message("data-clean-room")
            .ends_with("because no service control policy allows the iam:GetAccountSummary action")
    );
}

#[test]
fn a_disabled_policy_type_refuses_nothing() {
    use crate::PolicyType::{ResourceControl, ServiceControl};
    let spec = WorldSpec::demo()
        .without_policy_type(ServiceControl)
        .without_policy_type(ResourceControl);
    let setup = start(spec);
    setup
        .member(&setup.account_named("identity-lockdown"))
        .iam("GetAccountSummary", &[])
        .ok();
    setup.member(&setup.account_named("backup-vault"));
}

#[test]
fn a_session_policy_narrows_what_the_session_may_do() {
    let setup = start(WorldSpec::demo());
    let account = setup.account_named("dns");
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:GetAccount*","iam:GenerateCredentialReport"],"Resource":"*"}]}"#;
    let session = setup
        .management()
        .assume(&account, &[("Policy", policy)])
        .ok()
        .unwrap();
    session.iam("GetAccountSummary", &[]).ok();
    session.iam("GenerateCredentialReport", &[]).ok();
    session.sts("GetCallerIdentity", &[]).ok();
    let refused = session.iam("ListUsers", &[]);
    assert_eq!((refused.status, refused.code().as_str()), (403, "AccessDenied"));
    let expected = format!(
        "User: arn:aws:sts::{account}:assumed-role/OrganizationAccountAccessRole/org-audit is not authorized to \
         perform: iam:ListUsers on resource: * because no session policy allows the iam:ListUsers action"
    );
    assert_eq!(refused.one("Message"), expected);
    let about_one = session
        .iam("ListMFADevices", &[("UserName", "bob")])
        .one("Message");
    assert!(
        about_one.contains("iam:ListMFADevices on resource: user bob because no session policy"),
        "{about_one}"
    );
}

#[test]
fn managed_session_policies_and_an_inline_one_add_up() {
    let setup = start(WorldSpec::demo());
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    let more = [
        ("Policy", policy),
        (
            "PolicyArns.member.1.arn",
            "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
        ),
    ];
    let session = setup
        .management()
        .assume(&setup.account_named("dns"), &more)
        .ok()
        .unwrap();
    session.iam("ListUsers", &[]).ok();
}

#[test]
fn a_session_policy_that_is_no_policy_or_too_long_is_refused() {
    let setup = start(WorldSpec::demo());
    let account = setup.account_named("dns");
    let code = |policy: &str| {
        setup
            .management()
            .assume(&account, &[("Policy", policy)])
            .err()
            .unwrap()
            .code()
    };
    assert_eq!(code("{not json"), "MalformedPolicyDocument");
    assert_eq!(code(&" ".repeat(2049)), "ValidationError");
    let setup = start_with(WorldSpec::demo(), &["packed-policy-too-large"]);
    let refused = setup
        .management()
        .assume(&account, &[("Policy", "{}")])
        .err()
        .unwrap();
    assert_eq!(refused.code(), "PackedPolicyTooLarge");
    assert!(setup.management().assume(&account, &[]).is_ok());
}

#[test]
fn a_session_ends_when_its_duration_is_over() {
    let setup = start(WorldSpec::demo());
    let session = setup
        .management()
        .assume(&setup.account_named("dns"), &[("DurationSeconds", "900")])
        .ok()
        .unwrap();
    setup.clock.advance_seconds(899);
    session.iam("GetAccountSummary", &[]).ok();
    setup.clock.advance_seconds(1);
    let refused = session.iam("GetAccountSummary", &[]);
    assert_eq!((refused.status, refused.code().as_str()), (403, "ExpiredToken"));
    assert_eq!(
        session.organizations("ListRoots", empty()).code(),
        "ExpiredTokenException"
    );
}

#[test]
fn durations_outside_the_limits_are_refused() {
    let setup = start(WorldSpec::demo());
    let account = setup.account_named("dns");
    let refused = |seconds| {
        setup
            .management()
            .assume(&account, &[("DurationSeconds", seconds)])
            .err()
            .unwrap()
    };
    assert!(
        refused("899")
            .one("Message")
            .contains("greater than or equal to 900")
    );
    assert!(
        refused("3601")
            .one("Message")
            .contains("MaxSessionDuration set for this role")
    );

    let setup = start(WorldSpec::demo().max_session(43_200));
    let tooling = setup.member(&setup.account_named("security-tooling"));
    let chained = tooling
        .assume(&setup.account_named("dns"), &[("DurationSeconds", "7200")])
        .err()
        .unwrap();
    assert!(chained.one("Message").contains("role chaining"));
    assert!(
        tooling
            .assume(&setup.account_named("dns"), &[("DurationSeconds", "3600")])
            .is_ok()
    );
}

#[test]
fn the_external_id_has_to_be_the_one_of_the_trust_policy() {
    let setup = start(WorldSpec::demo().external_id("audit-7"));
    let account = setup.account_named("dns");
    assert!(setup.management().assume(&account, &[]).is_err());
    assert!(
        setup
            .management()
            .assume(&account, &[("ExternalId", "audit-8")])
            .is_err()
    );
    assert!(
        setup
            .management()
            .assume(&account, &[("ExternalId", "audit-7")])
            .is_ok()
    );
}

#[test]
fn a_role_of_another_name_and_path_can_be_the_audit_role() {
    let setup = start(WorldSpec::demo().role("/security/", "OrgAudit"));
    let session = setup.member(&setup.account_named("dns"));
    session.iam("GetAccountSummary", &[]).ok();
    let refused = session.sts(
        "AssumeRole",
        &[
            ("RoleArn", "arn:aws:iam::123456789012:role/x"),
            ("RoleSessionName", "abc"),
        ],
    );
    assert!(
        refused
            .one("Message")
            .contains("because no identity-based policy allows the sts:AssumeRole action")
    );
}

#[test]
fn a_source_identity_needs_a_permission_that_the_trust_policy_does_not_give() {
    let setup = start(WorldSpec::demo());
    let account = setup.account_named("dns");
    let refused = setup
        .management()
        .assume(&account, &[("SourceIdentity", "somebody")])
        .err()
        .unwrap();
    assert!(refused.one("Message").contains("sts:SetSourceIdentity"));
}

#[test]
fn the_delegated_administrator_assumes_the_role_and_an_ordinary_member_cannot() {
    let setup = start(WorldSpec::demo());
    let account = setup.account_named("orders-dev");
    assert!(setup.client(CallerKind::Delegated).assume(&account, &[]).is_ok());
    assert!(setup.client(CallerKind::Member).assume(&account, &[]).is_err());
    assert!(setup.client(CallerKind::Outsider).assume(&account, &[]).is_err());
}

#[test]
fn a_session_of_get_session_token_without_mfa_cannot_call_iam() {
    let setup = start(WorldSpec::demo());
    let answer = setup.management().sts("GetSessionToken", &[]).ok();
    let session = setup.management().with_credentials(&answer);
    session.organizations("ListRoots", empty()).ok();
    assert_eq!(session.iam("ListUsers", &[]).code(), "InvalidClientTokenId");
    assert_eq!(session.sts("GetSessionToken", &[]).code(), "AccessDenied");
}
