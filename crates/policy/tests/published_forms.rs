//! The MFA policies that people publish and paste: what each does to a user, and what the lint says of it.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use org_audit_policy::actions::ActionList;
use org_audit_policy::lint::{DocumentKind, Finding, Subject, lint};
use org_audit_policy::reach::{Reach, Session, SessionKind, SessionVerdict, Verdict, reach, verdict};
use org_audit_policy::{Policy, PolicyDocument, PolicySet};
use std::sync::Arc;

const ADMINISTRATOR: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const S3_FULL_ACCESS: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]}"#;

fn fixture(name: &str) -> String {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn policy(text: &str) -> Arc<Policy> {
    Arc::new(Policy::parse(text).unwrap_or_else(|error| panic!("{error}")))
}

/// What a user can do with these policies, SCPs on the root beside FullAWSAccess, in a kind of session.
fn reach_of(policies: &[&str], scps: &[&str], path: &str, kind: SessionKind) -> Reach {
    let mut builder = PolicySet::builder().identities(policies.iter().map(|text| policy(text)));
    if !scps.is_empty() {
        let full = policy(ADMINISTRATOR);
        let root = scps
            .iter()
            .map(|text| policy(text))
            .chain([Arc::clone(&full)])
            .collect();
        builder = builder.scps(vec![root, vec![full]]);
    }
    let session = Session::user(kind, "aws", "111122223333", path, "bob");
    reach(&Arc::new(builder.build()), &Arc::new(session))
}

fn judge(policies: &[&str], scps: &[&str], path: &str, kind: SessionKind) -> SessionVerdict {
    let with_mfa = reach_of(policies, scps, path, SessionKind::Mfa);
    verdict(&reach_of(policies, scps, path, kind), &with_mfa)
}

/// The verdicts of a console session and of an access key.
fn verdicts(policies: &[&str], scps: &[&str], path: &str) -> [Verdict; 2] {
    [SessionKind::Console, SessionKind::Key].map(|kind| judge(policies, scps, path, kind).verdict)
}

fn allowed(reach: &Reach) -> Vec<&'static str> {
    let names: Vec<_> = reach.reachable().map(|(_, action, _)| action.name()).collect();
    assert_eq!(
        reach.beyond_the_list().count(),
        0,
        "nothing beyond the list is open"
    );
    names
}

fn findings(text: &str, kind: DocumentKind) -> Vec<Finding> {
    lint(Subject {
        policy: &policy(text),
        kind,
        user_path: None,
    })
}

fn codes(text: &str, kind: DocumentKind) -> Vec<&'static str> {
    let mut codes: Vec<_> = findings(text, kind).iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

const THE_EIGHT: [&str; 8] = [
    "iam:CreateVirtualMFADevice",
    "iam:EnableMFADevice",
    "iam:GetUser",
    "iam:ListMFADevices",
    "iam:ListVirtualMFADevices",
    "iam:ResyncMFADevice",
    "sts:GetCallerIdentity",
    "sts:GetSessionToken",
];

const STS: [&str; 2] = ["sts:GetCallerIdentity", "sts:GetSessionToken"];

#[test]
fn the_long_form_leaves_eight_actions_to_an_administrator_without_mfa() {
    let long = fixture("long-form.json");
    for kind in [SessionKind::Console, SessionKind::Key] {
        assert_eq!(
            allowed(&reach_of(&[ADMINISTRATOR, &long], &[], "/", kind)),
            THE_EIGHT
        );
    }
}

#[test]
fn the_long_form_with_bool_leaves_everything_to_an_access_key() {
    let long = fixture("long-form.json").replace("BoolIfExists", "Bool");
    let console = reach_of(&[ADMINISTRATOR, &long], &[], "/", SessionKind::Console);
    assert_eq!(allowed(&console), THE_EIGHT);
    let key = reach_of(&[ADMINISTRATOR, &long], &[], "/", SessionKind::Key);
    assert_eq!(
        key.reachable().count(),
        org_audit_policy::ActionList::embedded().len()
    );
}

#[test]
fn a_deny_with_null_leaves_everything_to_the_console_and_two_calls_to_a_key() {
    let null = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*",
        "Condition":{"Null":{"aws:MultiFactorAuthPresent":"true"}}}}"#;
    let console = reach_of(&[ADMINISTRATOR, null], &[], "/", SessionKind::Console);
    assert_eq!(
        console.reachable().count(),
        org_audit_policy::ActionList::embedded().len()
    );
    assert_eq!(
        allowed(&reach_of(&[ADMINISTRATOR, null], &[], "/", SessionKind::Key)),
        STS
    );
}

#[test]
fn an_scp_that_denies_everything_without_mfa_leaves_two_calls() {
    let scp = fixture("scp-deny-all.json");
    for kind in [SessionKind::Console, SessionKind::Key] {
        assert_eq!(allowed(&reach_of(&[ADMINISTRATOR], &[&scp], "/", kind)), STS);
    }
    assert_eq!(verdicts(&[S3_FULL_ACCESS], &[&scp], "/"), [Verdict::LockedOut; 2]);
}

#[test]
fn every_form_that_denies_all_but_self_service_contains_a_user_of_s3() {
    for name in [
        "long-form",
        "first-sign-in",
        "minimal",
        "password-change",
        "minimal-password-change",
        "any-device-name",
        "self-manage-2022",
    ] {
        let form = fixture(&format!("{name}.json"));
        assert_eq!(
            verdicts(&[S3_FULL_ACCESS, &form], &[], "/"),
            [Verdict::Contained; 2],
            "{name}"
        );
        let judged = judge(&[S3_FULL_ACCESS, &form], &[], "/", SessionKind::Key);
        assert!(judged.can_enrol, "{name}");
    }
}

#[test]
fn a_user_with_a_path_is_locked_out_by_forms_that_name_the_user_without_it() {
    let form = fixture("long-form.json");
    assert_eq!(
        verdicts(&[S3_FULL_ACCESS, &form], &[], "/division/"),
        [Verdict::LockedOut; 2]
    );
    let mended = form.replace("user/${aws:username}\"", "user/*${aws:username}\"");
    assert_eq!(
        verdicts(&[S3_FULL_ACCESS, &mended], &[], "/division/")[0],
        Verdict::Partial
    );
}

#[test]
fn an_administrator_under_the_long_form_is_partial_because_it_may_touch_others_devices() {
    let long = fixture("long-form.json");
    let judged = judge(&[ADMINISTRATOR, &long], &[], "/", SessionKind::Console);
    assert_eq!(judged.verdict, Verdict::Partial);
    assert!(judged.beyond.is_empty() && judged.escalations.is_empty());
    assert!(!judged.on_others.is_empty());
}

#[test]
fn an_administrator_who_may_deactivate_others_devices_without_mfa_is_exposed() {
    let form = fixture("minimal.json");
    assert_eq!(verdicts(&[ADMINISTRATOR, &form], &[], "/"), [Verdict::Exposed; 2]);
}

#[test]
fn a_deny_of_credential_creation_alone_exposes() {
    let form = fixture("credential-creation-only.json");
    assert_eq!(
        verdicts(&[S3_FULL_ACCESS, &form], &[], "/"),
        [Verdict::Exposed; 2]
    );
}

#[test]
fn a_user_with_nothing_is_contained() {
    assert_eq!(verdicts(&[], &[], "/"), [Verdict::Contained; 2]);
}

#[test]
fn an_allow_if_mfa_exists_exposes_to_access_keys_only() {
    let form = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*",
        "Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}}}"#;
    assert_eq!(
        verdicts(&[form], &[], "/"),
        [Verdict::LockedOut, Verdict::Exposed]
    );
}

#[test]
fn a_session_token_without_mfa_cannot_call_iam() {
    let reach = reach_of(&[ADMINISTRATOR], &[], "/", SessionKind::SessionToken);
    let of = |service: &str| -> Vec<&str> {
        let all = reach
            .reachable()
            .filter(|(_, action, _)| action.service() == service);
        all.map(|(_, action, _)| action.name()).collect()
    };
    assert_eq!(of("sts"), ["sts:AssumeRole", "sts:GetCallerIdentity"]);
    // No call, but something that other services ask for.
    assert_eq!(of("iam"), ["iam:PassRole"]);
}

/// What the lint says of each form, and no more.
const FINDINGS: [(&str, &[&str]); 8] = [
    (
        "long-form",
        &["deletes-any-virtual-device", "first-sign-in-blocked"],
    ),
    ("first-sign-in", &["password-change-without-mfa"]),
    (
        "minimal",
        &[
            "device-name-tied-to-user",
            "first-sign-in-blocked",
            "mfa-removal-without-mfa",
        ],
    ),
    (
        "password-change",
        &[
            "device-name-tied-to-user",
            "mfa-removal-without-mfa",
            "password-change-without-mfa",
        ],
    ),
    (
        "minimal-password-change",
        &[
            "device-name-tied-to-user",
            "mfa-removal-without-mfa",
            "password-change-without-mfa",
        ],
    ),
    (
        "any-device-name",
        &[
            "deletes-any-virtual-device",
            "mfa-removal-without-mfa",
            "password-change-without-mfa",
        ],
    ),
    (
        "self-manage-2022",
        &[
            "device-name-tied-to-user",
            "first-sign-in-blocked",
            "lists-all-users-without-mfa",
        ],
    ),
    ("credential-creation-only", &["mfa-deny-partial"]),
];

#[test]
fn each_form_gets_exactly_its_findings() {
    for (name, expected) in FINDINGS {
        assert_eq!(
            codes(&fixture(&format!("{name}.json")), DocumentKind::Identity),
            expected,
            "{name}"
        );
    }
    let scp = codes(&fixture("scp-deny-all.json"), DocumentKind::Scp);
    assert_eq!(
        scp,
        [
            "locks-out-enrolment",
            "scp-allow-does-not-reallow",
            "scp-hits-roles"
        ]
    );
}

#[test]
fn a_commented_policy_is_an_error_with_its_place_and_never_skipped() {
    let text = fixture("commented.json.txt");
    let error = PolicyDocument::parse(&text).unwrap_err();
    let line = text.lines().position(|line| line.contains("//")).unwrap() + 1;
    assert_eq!(error.position().line, line);
    assert!(error.to_string().contains("AWS rejects"));
}

#[test]
fn a_role_is_stopped_by_a_deny_that_an_absent_key_meets_and_by_no_other() {
    let role = |scp: &str| {
        let set = PolicySet::builder()
            .identity(policy(ADMINISTRATOR))
            .scps(vec![vec![policy(ADMINISTRATOR), policy(scp)]]);
        let session = Session::role(
            "aws",
            "111122223333",
            "arn:aws:iam::111122223333:role/deploy/pipeline",
        );
        reach(&Arc::new(set.build()), &Arc::new(session))
    };
    let deny = |operator: &str, beside: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{
                "{operator}":{{"aws:MultiFactorAuthPresent":"false"}}{beside}}}}}}}"#
        )
    };
    let open = |scp: &str| role(scp).reachable().count();
    let whole = open(ADMINISTRATOR);
    assert!(whole > 20_000, "{whole}");
    // A role's session has no word on MFA: `…IfExists` is then true, and `Bool` is false.
    assert_eq!(
        allowed(&role(&deny("BoolIfExists", ""))),
        ["sts:GetCallerIdentity", "sts:GetSessionToken"]
    );
    assert_eq!(open(&deny("Bool", "")), whole);
    let except = r#","ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/deploy/*"}"#;
    assert_eq!(open(&deny("BoolIfExists", except)), whole);
}

#[test]
fn a_role_that_can_be_chosen_freely_and_run_with_is_a_way_to_more_privilege() {
    let judged = |resource: &str, action: &str| {
        let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{
            "BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}}"#;
        let allow = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["{action}","s3:*"],"Resource":"*"}},
            {{"Effect":"Allow","Action":"iam:PassRole","Resource":"{resource}"}}]}}"#
        );
        let verdict = judge(&[&allow, deny], &[], "/", SessionKind::Key);
        let list = ActionList::embedded();
        let named = verdict.escalations.iter().filter_map(|id| list.get(*id));
        (
            verdict.verdict,
            named.map(|action| action.name()).collect::<Vec<_>>(),
        )
    };
    let named = (Verdict::Exposed, vec!["iam:PassRole"]);
    assert_eq!(judged("*", "ec2:RunInstances"), named);
    assert_eq!(judged("arn:aws:iam::*:role/*", "lambda:CreateFunction"), named);
    // One role that somebody chose, or nothing that would act with it: less than with MFA, and no more privilege.
    let one = "arn:aws:iam::111122223333:role/app";
    assert_eq!(judged(one, "ec2:RunInstances"), (Verdict::Partial, vec![]));
    assert_eq!(judged("*", "ec2:DescribeInstances"), (Verdict::Partial, vec![]));
}

#[test]
fn a_user_is_somebody_else_than_a_role_of_the_same_name() {
    let allow = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:CreateAccessKey",
        "Resource":"arn:aws:iam::111122223333:user/bob"}}"#;
    let set = PolicySet::builder().identity(Arc::new(Policy::parse(allow).unwrap()));
    let set = Arc::new(set.build());
    let id = ActionList::embedded().find("iam:CreateAccessKey").unwrap();
    let on_others = |session: Session| reach(&set, &Arc::new(session)).on_others(id).is_reachable();
    let role = "arn:aws:iam::111122223333:role/bob";
    assert!(on_others(Session::role("aws", "111122223333", role)));
    let user = |name| Session::user(SessionKind::Key, "aws", "111122223333", "/", name);
    assert!(!on_others(user("bob")));
    assert!(on_others(user("ann")));
}

/// A resource that ends where the name should stand, and a variable in a policy of the version that has none: no user
/// has such a name.
#[test]
fn what_no_user_can_be_called_is_nobody_else() {
    let allow = |version: &str, resource: &str| {
        format!(
            r#"{{"Version":"{version}","Statement":{{"Effect":"Allow","Action":["iam:DeactivateMFADevice","iam:CreateAccessKey"],"Resource":"{resource}"}}}}"#
        )
    };
    for (version, resource) in [
        ("2012-10-17", "arn:aws:iam::*:user/"),
        ("2012-10-17", "arn:aws:iam::111122223333:user/staff/"),
        ("2008-10-17", "arn:aws:iam::*:user/${aws:username}"),
    ] {
        let judged = judge(&[&allow(version, resource)], &[], "/", SessionKind::Key);
        assert!(judged.on_others.is_empty(), "{resource}");
        assert!(judged.escalations.is_empty(), "{resource}");
    }
    for resource in [
        "arn:aws:iam::*:user/*",
        "arn:aws:iam::*:user/ann",
        "arn:aws:iam::*:user/?*",
    ] {
        let judged = judge(&[&allow("2012-10-17", resource)], &[], "/", SessionKind::Key);
        assert!(!judged.on_others.is_empty(), "{resource}");
    }
}
