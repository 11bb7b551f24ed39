//! The MFA policies that articles and AWS's own pages hand out, on one user in every way that a policy can be
//! put on a user, from the wire to the verdict.
//!
//! Unless a test says otherwise, the user has `AmazonS3FullAccess`, an active access key, a console password and
//! no MFA device.

use org_audit_emulator::{UserSpec, WorldSpec};
use org_audit_model::{Outcome, UserAssessment, Verdict};

use crate::judged::{Judged, collected};

macro_rules! form {
    ($file:literal) => {
        Form {
            name: $file,
            document: include_str!(concat!("../../crates/emulator/fixtures/mfa/", $file, ".json")),
        }
    };
}

/// A published policy.
#[derive(Clone, Copy)]
struct Form {
    name: &'static str,
    document: &'static str,
}

/// Those that leave a session without MFA nothing but self-service.
const CONTAINING: [Form; 7] = [
    form!("self-service-long"),
    form!("self-service-first-sign-in"),
    form!("own-device-minimal"),
    form!("own-device-password"),
    form!("own-device-change-password"),
    form!("any-device-name"),
    form!("documented-2022"),
];

/// Denies `CreateLoginProfile` and `CreateAccessKey` without MFA, and nothing else.
const CREDENTIALS_ONLY: Form = form!("credential-creation-only");

/// Printed with a `//` comment, which is not JSON.
const COMMENTED: &str = include_str!("../../crates/policy/tests/fixtures/commented.json.txt");

/// Positions and names of the demonstration's accounts that these tests fill.
pub const ACCOUNT: usize = 3;
pub const ACCOUNT_NAME: &str = "forensics";
pub const UNIT_NAME: &str = "Security";

/// A user with a password, an active key and no device.
pub fn user(name: &str) -> UserSpec {
    UserSpec::new(name).password().key(true)
}

/// The first accounts of the company, these users in one of them. No SCP above that one asks for MFA.
pub fn world(users: Vec<UserSpec>) -> WorldSpec {
    WorldSpec::demo().accounts(ACCOUNT + 1).users_of(ACCOUNT, users)
}

async fn judged(users: Vec<UserSpec>) -> Judged {
    collected(world(users), false).await.judge()
}

fn forms() -> impl Iterator<Item = Form> {
    CONTAINING.into_iter().chain([CREDENTIALS_ONLY])
}

fn sessions(user: &UserAssessment) -> Vec<&str> {
    let without_mfa = user.without_mfa.as_ref().unwrap();
    without_mfa
        .sessions
        .iter()
        .map(|session| session.kind.as_str())
        .collect()
}

/// What decided about both sessions of a user comes from `source`.
fn assert_decided_by(user: &UserAssessment, source: &str) {
    for session in &user.without_mfa.as_ref().unwrap().sessions {
        let named = session.decided_by.iter().any(|line| line.starts_with(source));
        assert!(
            named,
            "{}: {source} is not in {:?}",
            user.user_name, session.decided_by
        );
    }
}

#[tokio::test(start_paused = true)]
async fn attached_inline_or_through_a_group_a_form_comes_to_the_same() {
    let ways: [fn(UserSpec, Form) -> UserSpec; 3] = [
        |user, form| user.managed(form.name, form.document),
        |user, form| user.inline(form.name, form.document),
        |user, form| user.group(form.name, form.document),
    ];
    let mut users = Vec::new();
    for form in forms() {
        for (way, put) in ways.iter().enumerate() {
            let with_s3 = user(&format!("{}-{way}", form.name)).attached("AmazonS3FullAccess");
            users.push(put(with_s3, form));
        }
    }
    let judged = judged(users).await;
    for form in forms() {
        let arn = format!(
            "arn:aws:iam::{}:policy/{}",
            judged.account(ACCOUNT_NAME).account_id,
            form.name
        );
        let sources = [
            arn,
            format!("inline policy {}", form.name),
            format!("group {0}: inline policy {0}", form.name),
        ];
        for (way, source) in sources.iter().enumerate() {
            let found = judged.user(ACCOUNT_NAME, &format!("{}-{way}", form.name));
            assert_eq!(found.iam_5, Outcome::Fail, "{}", found.user_name);
            assert_eq!(sessions(found), ["console", "key"], "{}", found.user_name);
            if form.name == CREDENTIALS_ONLY.name {
                // The user may not create credentials anyhow, so the form takes nothing from it: all that it
                // can do with MFA, it can do without.
                assert_eq!(found.verdict, Verdict::Exposed, "{}", found.user_name);
                assert_decided_by(found, "arn:aws:iam::aws:policy/AmazonS3FullAccess");
            } else {
                assert_eq!(found.verdict, Verdict::Contained, "{}", found.user_name);
                assert!(
                    found.without_mfa.as_ref().unwrap().enrolment_open,
                    "{}",
                    found.user_name
                );
                assert_decided_by(found, source);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn as_a_boundary_every_form_contains_even_an_administrator() {
    let users = forms()
        .map(|form| {
            user(form.name)
                .attached("AdministratorAccess")
                .boundary(form.name, form.document)
        })
        .collect();
    let judged = judged(users).await;
    for form in forms() {
        let found = judged.user(ACCOUNT_NAME, form.name);
        // A boundary allows no more than its own Allow statements: self-service, on the user itself. So nothing
        // is left of AdministratorAccess, with MFA or without, and nothing on other users either.
        assert_eq!(found.verdict, Verdict::Contained, "{}", form.name);
        let without_mfa = found.without_mfa.as_ref().unwrap();
        // The form that only denies allows nothing at all: there is nothing that MFA would open.
        let only_denies = form.name == CREDENTIALS_ONLY.name;
        assert_eq!(without_mfa.enrolment_open, !only_denies, "{}", form.name);
        // Where MFA opens something that is on the list of self-service, the boundary's statement says so.
        let more_with_mfa = [
            "self-service-long",
            "self-service-first-sign-in",
            "documented-2022",
        ];
        if more_with_mfa.contains(&form.name) {
            assert_decided_by(found, "permissions boundary arn:aws:iam::");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_boundary_that_allows_no_service_of_the_user_leaves_it_nothing() {
    let users = CONTAINING
        .map(|form| {
            user(form.name)
                .attached("AmazonS3FullAccess")
                .boundary(form.name, form.document)
        })
        .to_vec();
    let judged = judged(users).await;
    for form in CONTAINING {
        let found = judged.user(ACCOUNT_NAME, form.name);
        // S3 is not in the boundary and self-service not in the identity policy: contained, and not locked out,
        // because with MFA it could do no more.
        assert_eq!(found.verdict, Verdict::Contained, "{}", form.name);
        assert!(
            !found.without_mfa.as_ref().unwrap().enrolment_open,
            "{}",
            form.name
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_administrator_is_not_contained_by_any_form() {
    let users = forms()
        .map(|form| {
            user(form.name)
                .attached("AdministratorAccess")
                .managed(form.name, form.document)
        })
        .collect();
    let judged = judged(users).await;
    for (form, verdict) in [
        // NotAction exempts enabling and resyncing devices on every resource, so on other users too.
        ("self-service-long", Verdict::Partial),
        ("self-service-first-sign-in", Verdict::Partial),
        ("documented-2022", Verdict::Partial),
        // Deactivating the device of somebody else is a way to more privilege.
        ("own-device-minimal", Verdict::Exposed),
        ("own-device-password", Verdict::Exposed),
        ("own-device-change-password", Verdict::Exposed),
        ("any-device-name", Verdict::Exposed),
        // Everything but two actions is open, ways to more privilege among it.
        ("credential-creation-only", Verdict::Exposed),
    ] {
        assert_eq!(judged.user(ACCOUNT_NAME, form).verdict, verdict, "{form}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_with_a_path_is_locked_out_by_every_form() {
    let users = CONTAINING
        .map(|form| {
            user(form.name)
                .path("/division/")
                .attached("AmazonS3FullAccess")
                .managed(form.name, form.document)
        })
        .to_vec();
    let judged = judged(users).await;
    for form in CONTAINING {
        let found = judged.user(ACCOUNT_NAME, form.name);
        // `user/${aws:username}` is not `user/division/…`, so the user may not enable its device.
        assert_eq!(found.verdict, Verdict::LockedOut, "{}", form.name);
        assert!(
            !found.without_mfa.as_ref().unwrap().enrolment_open,
            "{}",
            form.name
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_leaves_only_the_access_key_to_be_contained() {
    use org_audit_emulator::DeviceKind::Virtual;
    let form = CONTAINING[0];
    let users = vec![
        user("with-key")
            .device(Virtual)
            .attached("AmazonS3FullAccess")
            .managed(form.name, form.document),
        UserSpec::new("without-key")
            .password()
            .device(Virtual)
            .attached("AmazonS3FullAccess"),
        UserSpec::new("nothing").key(false).attached("AmazonS3FullAccess"),
        user("open").device(Virtual).attached("AmazonS3FullAccess"),
    ];
    let judged = judged(users).await;
    let of = |name| judged.user(ACCOUNT_NAME, name);
    assert_eq!(of("with-key").verdict, Verdict::Contained);
    assert_eq!(sessions(of("with-key")), ["key"]);
    assert!(!of("with-key").without_mfa.as_ref().unwrap().enrolment_open);
    assert_eq!(of("without-key").verdict, Verdict::Protected);
    assert_eq!(of("nothing").verdict, Verdict::NoCredentials);
    assert_eq!(of("open").verdict, Verdict::Exposed);
    assert_eq!(
        of("open").iam_5,
        Outcome::Pass,
        "what IAM.5 cannot see stands beside it"
    );
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_is_not_json_makes_the_verdict_unknown_and_names_the_place() {
    let users = vec![
        user("anna")
            .attached("AmazonS3FullAccess")
            .inline("commented", COMMENTED),
        user("bob").attached("AmazonS3FullAccess"),
    ];
    let judged = judged(users).await;
    let found = judged.user(ACCOUNT_NAME, "anna");
    assert_eq!(found.verdict, Verdict::Unknown);
    let line = COMMENTED.lines().position(|line| line.contains("//")).unwrap() + 1;
    for part in [
        "inline policy commented",
        &format!("line {line}"),
        "AWS rejects a policy that has them",
    ] {
        assert!(
            found.verdict_reason.contains(part),
            "{part}: {}",
            found.verdict_reason
        );
    }
    assert_eq!(judged.user(ACCOUNT_NAME, "bob").verdict, Verdict::Exposed);
}
