//! IAM users of every kind.

use org_audit_model::assessment::{SessionWithoutMfa, UserAssessment, UserEvidence, WithoutMfa};
use org_audit_model::{AccountId, Outcome, Verdict};

use super::HOSTILE;

const NAMES: [&str; 15] = [
    "ana.silva",
    "ci-deploy",
    "j.tanaka",
    "m.weber",
    "backup-agent",
    "o.nwosu",
    "terraform",
    "k.lindqvist",
    "report-export",
    "s.okafor",
    "p.novak",
    "break-glass",
    "l.moreau",
    "svc-billing",
    "d.haddad",
];

struct Kind {
    password: Option<bool>,
    devices: Option<u32>,
    keys: Option<u32>,
    iam_5: Outcome,
    verdict: Verdict,
    reason: &'static str,
    verdict_reason: &'static str,
}

const fn kind(
    (password, devices, keys): (Option<bool>, Option<u32>, Option<u32>),
    iam_5: Outcome,
    verdict: Verdict,
    reason: &'static str,
    verdict_reason: &'static str,
) -> Kind {
    Kind {
        password,
        devices,
        keys,
        iam_5,
        verdict,
        reason,
        verdict_reason,
    }
}

const NO_DEVICE: &str = "console password and no MFA device, confirmed live";
const DEVICE: &str = "console password and an MFA device";
const NO_PASSWORD: &str = "no console password";

const KINDS: [Kind; 10] = [
    kind(
        (Some(true), Some(1), Some(0)),
        Outcome::Pass,
        Verdict::Protected,
        DEVICE,
        "an MFA device is enrolled and no access key is active",
    ),
    kind(
        (Some(true), Some(2), Some(1)),
        Outcome::Pass,
        Verdict::Exposed,
        DEVICE,
        "the access key opens a session without MFA; policy `AdministratorAccess` allows everything and nothing asks for MFA",
    ),
    kind(
        (Some(false), Some(0), Some(1)),
        Outcome::NotApplicable,
        Verdict::Partial,
        NO_PASSWORD,
        "the access key may read and write in s3 and sqs; with MFA also iam:PassRole",
    ),
    kind(
        (Some(true), Some(1), Some(0)),
        Outcome::Pass,
        Verdict::Protected,
        DEVICE,
        "an MFA device is enrolled and no access key is active",
    ),
    kind(
        (Some(false), Some(0), Some(0)),
        Outcome::NotApplicable,
        Verdict::NoCredentials,
        NO_PASSWORD,
        "neither a password nor an active access key",
    ),
    kind(
        (Some(true), Some(0), Some(1)),
        Outcome::Fail,
        Verdict::Exposed,
        NO_DEVICE,
        "policy `PowerUserAccess` allows iam:PassRole and ec2:RunInstances: a way to more rights",
    ),
    kind(
        (Some(true), Some(0), Some(0)),
        Outcome::Fail,
        Verdict::Contained,
        NO_DEVICE,
        "policy `ForceMFA` denies everything but enrolment; whoever holds the password can enrol first",
    ),
    kind(
        (Some(true), Some(1), Some(1)),
        Outcome::Pass,
        Verdict::Contained,
        DEVICE,
        "statement `DenyAllExceptListedIfNoMFA` denies the access key everything but self-service",
    ),
    kind(
        (Some(true), Some(0), Some(0)),
        Outcome::Fail,
        Verdict::LockedOut,
        NO_DEVICE,
        "SCP `RequireMFA` denies iam:EnableMFADevice without MFA",
    ),
    kind(
        (None, None, None),
        Outcome::Unknown,
        Verdict::Unknown,
        "the credential report says `maybe` in password_enabled",
        "the credential report cannot be understood",
    ),
];

/// A number that looks drawn and is always the same.
fn drawn(account: usize, user: usize) -> usize {
    let mut x = (account as u64 * 1_000_003 + user as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (x >> 33) as usize
}

fn kind_of(account: usize, user: usize) -> &'static Kind {
    // Few fail: most accounts are in order, as in life.
    let draw = drawn(account, user) % 100;
    let clean = account % 3 == 1;
    let index = match draw {
        0..=44 => 0,
        45..=59 => 4,
        60..=71 => 2,
        72..=81 => 7,
        82..=86 => 3,
        _ if clean => 0,
        87..=90 => 1,
        91..=94 => 5,
        95..=96 => 6,
        97..=98 => 8,
        _ => 9,
    };
    &KINDS[index]
}

/// The users of an account, in the order of their names.
pub fn of_account(account: usize, id: &AccountId, count: usize) -> Vec<UserAssessment> {
    let mut users: Vec<_> = (0..count)
        .map(|index| {
            let name = match index {
                _ if index < HOSTILE.len() && account % 11 == 2 => HOSTILE[index].to_owned(),
                _ if index < NAMES.len() => NAMES[index].to_owned(),
                _ => format!("{}-{index}", NAMES[index % NAMES.len()]),
            };
            user(kind_of(account, index), id, &name, index)
        })
        .collect();
    users.sort_by(|a, b| a.user_name.cmp(&b.user_name));
    users
}

fn user(kind: &Kind, id: &AccountId, name: &str, index: usize) -> UserAssessment {
    let word = |value: Option<bool>| value.map_or("maybe", |value| if value { "true" } else { "false" });
    let live = kind.iam_5 == Outcome::Fail;
    let path = if index % 9 == 3 { "/people/" } else { "/" };
    UserAssessment {
        user_name: name.into(),
        user_arn: format!("arn:aws:iam::{id}:user{path}{name}").into(),
        console_password: kind.password,
        mfa_devices: kind.devices,
        mfa_devices_exact: live || kind.devices == Some(2),
        active_access_keys: kind.keys,
        iam_5: kind.iam_5,
        verdict: kind.verdict,
        reason: kind.reason.to_owned(),
        exemption: None,
        verdict_reason: kind.verdict_reason.to_owned(),
        without_mfa: without_mfa(kind),
        evidence: UserEvidence {
            report_password_enabled: Some(word(kind.password).to_owned()),
            report_mfa_active: Some(word(kind.devices.map(|devices| devices > 0)).to_owned()),
            report_generated_at: Some("2026-11-21T04:12:00Z".to_owned()),
            live_login_profile: live.then(|| "present".to_owned()),
            live_mfa_devices: live.then(|| "none".to_owned()),
            live_at: live.then(|| "2026-11-21T06:00:08Z".to_owned()),
        },
    }
}

fn without_mfa(kind: &Kind) -> Option<WithoutMfa> {
    let session = |name: &str| {
        let open = matches!(kind.verdict, Verdict::Exposed | Verdict::Partial);
        let counts = [("Read", 212), ("Write", 1_034)].map(|(level, count)| (level.into(), count));
        SessionWithoutMfa {
            kind: name.into(),
            verdict: kind.verdict,
            open_by_access_level: counts.into_iter().filter(|_| open).collect(),
            examples: open.then(|| "iam:PassRole".into()).into_iter().collect(),
            escalations: (kind.verdict == Verdict::Exposed)
                .then(|| "iam:CreatePolicyVersion".into())
                .into_iter()
                .collect(),
            on_others: Vec::new(),
            depends_on: (kind.verdict == Verdict::Partial)
                .then(|| "aws:SourceIp".into())
                .into_iter()
                .collect(),
            can_enrol: kind.verdict != Verdict::LockedOut,
            decided_by: vec!["group =Admins: PowerUserAccess, statement <b>1</b> (Allow)".to_owned()],
        }
    };
    let console = kind.password == Some(true) && kind.devices == Some(0);
    let key = kind.keys.is_some_and(|keys| keys > 0);
    let sessions: Vec<_> = [(console, "console"), (key, "key")]
        .into_iter()
        .filter(|(there, _)| *there)
        .map(|(_, name)| session(name))
        .collect();
    (!sessions.is_empty()).then_some(WithoutMfa {
        enrolment_open: kind.devices == Some(0),
        sessions,
    })
}
