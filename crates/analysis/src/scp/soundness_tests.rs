//! Random chains of SCPs, held against the exact evaluator: where coverage says that everything is denied to everybody,
//! no request of anybody is allowed.

use std::sync::Arc;

use org_audit_policy::{
    Caller, Decision as Answer, Policy, PolicySet, Request, RequestContext, ScpChain, evaluate,
};

use super::chain::{Level, Scp};
use super::decide::{Decision, decide};
use super::refine::{Refinement, refine};
use super::sessions::{Place, Sessions};
use crate::model::{Coverage, Protection};

const ACCOUNT: &str = "111122223333";
const ORGANIZATION: &str = "o-a1b2c3d4e5";
const CHAINS: u64 = 600;

/// Small, and the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn pick<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }
}

const ACTIONS: [&str; 8] = [
    r#""Action":"*""#,
    r#""Action":"*:*""#,
    r#""Action":["iam:*","sts:*"]"#,
    r#""Action":"s3:*""#,
    r#""NotAction":["iam:EnableMFADevice","iam:CreateVirtualMFADevice","iam:ListMFADevices"]"#,
    r#""NotAction":["iam:*VirtualMFADevice","iam:EnableMFADevice","sts:GetSessionToken"]"#,
    r#""NotAction":["iam:EnableMFADevice","iam:DeactivateMFADevice"]"#,
    r#""NotAction":["iam:*"]"#,
];

const RESOURCES: [&str; 7] = [
    r#""Resource":"*""#,
    r#""Resource":"*""#,
    r#""Resource":"*""#,
    r#""NotResource":"arn:aws:iam::*:user/${aws:username}""#,
    r#""NotResource":"arn:aws:iam::444455556666:role/*""#,
    r#""Resource":["arn:aws:iam::*:user/*","arn:aws:iam::*:role/*"]"#,
    r#""NotResource":"arn:aws:s3:::logs-*""#,
];

const MFA: [&str; 6] = [
    r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}"#,
    r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}"#,
    r#""Bool":{"aws:MultiFactorAuthPresent":"false"}"#,
    r#""Null":{"aws:MultiFactorAuthPresent":"true"}"#,
    r#""StringNotEqualsIfExists":{"aws:MultiFactorAuthPresent":"true"}"#,
    r#""NumericGreaterThanIfExists":{"aws:MultiFactorAuthAge":"3600"}"#,
];

const PRINCIPALS: [&str; 15] = [
    "",
    "",
    "",
    r#","ArnLike":{"aws:PrincipalArn":"arn:*:iam::*:user/*"}"#,
    r#","ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/Admin*"}"#,
    r#","ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:user/svc-*","arn:aws:iam::*:role/x"]}"#,
    r#","ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/bots/*"}"#,
    r#","StringNotLike":{"aws:PrincipalArn":"*:user/b*"}"#,
    r#","StringNotEquals":{"aws:username":"bob"}"#,
    r#","StringNotEqualsIgnoreCase":{"aws:username":["BOB","ann"]}"#,
    r#","StringNotEquals":{"aws:PrincipalAccount":"111122223333"}"#,
    r#","StringNotEquals":{"aws:PrincipalAccount":"444455556666"}"#,
    r#","StringNotLike":{"aws:PrincipalAccount":"1111*"}"#,
    r#","StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}"#,
    r#","StringNotEquals":{"aws:PrincipalTag/mfa":"off"}"#,
];

const FULL: &str = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// What allows, at a level.
const ALLOWS: [&str; 6] = [
    FULL,
    FULL,
    FULL,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}"#,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:*","sts:*"],"Resource":"*"}}"#,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":"s3:*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/svc-*"}}}}"#,
];

fn statement(random: &mut Random) -> String {
    let (actions, resources) = (random.pick(&ACTIONS), random.pick(&RESOURCES));
    let (mfa, principals) = (random.pick(&MFA), random.pick(&PRINCIPALS));
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny",{actions},{resources},"Condition":{{{mfa}{principals}}}}}}}"#
    )
}

fn level(random: &mut Random) -> Vec<String> {
    let mut texts = vec![(*random.pick(&ALLOWS)).to_owned()];
    for _ in 0..random.below(3) {
        texts.push(statement(random));
    }
    texts
}

fn read(texts: &[Vec<String>]) -> Vec<Level> {
    let scp = |text: &String| {
        Arc::new(Scp {
            id: "p-1".into(),
            name: "scp".to_owned(),
            policy: Ok(Arc::new(Policy::parse(text).unwrap())),
        })
    };
    let level = |texts: &Vec<String>| Level {
        place: "Root (r-1)".to_owned(),
        policies: texts.iter().map(scp).collect(),
    };
    texts.iter().map(level).collect()
}

/// What a contained session may do, on any resource.
const SELF_SERVICE: [&str; 15] = [
    "iam:ChangePassword",
    "iam:CreateVirtualMFADevice",
    "iam:DeleteVirtualMFADevice",
    "iam:EnableMFADevice",
    "iam:GetAccountPasswordPolicy",
    "iam:GetAccountSummary",
    "iam:GetMFADevice",
    "iam:GetUser",
    "iam:ListMFADevices",
    "iam:ListUsers",
    "iam:ListVirtualMFADevices",
    "iam:ResyncMFADevice",
    "sts:GetCallerIdentity",
    "sts:GetSessionToken",
    "iam:DeactivateMFADevice",
];

const REQUESTS: [(&str, &str); 14] = [
    ("iam:EnableMFADevice", "OWN"),
    ("iam:EnableMFADevice", "arn:aws:iam::111122223333:user/other"),
    ("iam:DeactivateMFADevice", "OWN"),
    ("iam:DeactivateMFADevice", "arn:aws:iam::111122223333:user/other"),
    (
        "iam:CreateVirtualMFADevice",
        "arn:aws:iam::111122223333:mfa/phone",
    ),
    ("iam:CreateAccessKey", "OWN"),
    ("iam:AttachRolePolicy", "arn:aws:iam::111122223333:role/app"),
    ("iam:ListRoles", "*"),
    ("s3:GetObject", "arn:aws:s3:::logs-1/x"),
    ("s3:ListAllMyBuckets", "*"),
    (
        "ec2:RunInstances",
        "arn:aws:ec2:us-east-1:111122223333:instance/i-1",
    ),
    ("sts:AssumeRole", "arn:aws:iam::444455556666:role/Admin"),
    ("organizations:LeaveOrganization", "*"),
    ("sts:GetCallerIdentity", "*"),
];

struct Asked {
    set: PolicySet,
    texts: Vec<Vec<String>>,
}

impl Asked {
    /// Whether a request of an administrator is allowed.
    fn allows(&self, arn: &str, name: Option<&str>, session: &str, (action, resource): (&str, &str)) -> bool {
        let mut context = RequestContext::new()
            .with("aws:PrincipalArn", arn)
            .with("aws:PrincipalAccount", ACCOUNT)
            .with("aws:PrincipalOrgID", ORGANIZATION)
            .with(
                "aws:PrincipalType",
                if name.is_some() { "User" } else { "AssumedRole" },
            )
            .with("aws:userid", "AIDAEXAMPLE");
        if let Some(name) = name {
            context.insert("aws:username", name);
        }
        match session {
            "console" | "token" => {
                context.insert("aws:MultiFactorAuthPresent", "false");
                context.insert("aws:TokenIssueTime", "2026-01-01T00:00:00Z");
            }
            "mfa" => {
                context.insert("aws:MultiFactorAuthPresent", "true");
                context.insert("aws:MultiFactorAuthAge", "60");
                context.insert("aws:TokenIssueTime", "2026-01-01T00:00:00Z");
            }
            "role" => context.insert("aws:TokenIssueTime", "2026-01-01T00:00:00Z"),
            _ => {}
        }
        let resource = if resource == "OWN" { arn } else { resource };
        let request = Request::new(Caller::new(arn, ACCOUNT), action, resource).context(context);
        evaluate(&self.set, &request).decision == Answer::Allowed
    }

    fn hold(&self, decision: &Decision, refinement: &Refinement) -> bool {
        for (path, name) in [
            ("", "ana"),
            ("", "svc-deploy"),
            ("", "bob"),
            ("bots/", "robot"),
            ("b/", "x"),
        ] {
            let arn = format!("arn:aws:iam::{ACCOUNT}:user/{path}{name}");
            for session in ["console", "key", "token", "mfa"] {
                for request in REQUESTS {
                    let (action, resource) = request;
                    let refused =
                        session == "token" && (action.starts_with("iam:") || action.starts_with("sts:Get"));
                    if refused || !self.allows(&arn, Some(name), session, request) {
                        continue;
                    }
                    let what = || {
                        format!(
                            "{arn} {session} {action} {resource}: {decision:?} of {:#?}",
                            self.texts
                        )
                    };
                    let takes = action == "iam:DeactivateMFADevice";
                    let leaves = action == "organizations:LeaveOrganization";
                    assert!(
                        !(takes && refinement.protects_mfa_devices == Protection::All),
                        "{}",
                        what()
                    );
                    assert!(
                        !(leaves && refinement.protects_membership == Protection::All),
                        "{}",
                        what()
                    );
                    if session == "mfa" {
                        continue;
                    }
                    let self_service = SELF_SERVICE.contains(&action) && !(takes && resource != "OWN");
                    let enforced = decision.coverage == Coverage::Enforced;
                    assert!(!enforced || self_service, "{}", what());
                    let enrols = action == "iam:EnableMFADevice" && resource == "OWN" && name == "ana";
                    assert!(
                        !(enrols && decision.locks_out_enrolment == Some(true)),
                        "{}",
                        what()
                    );
                }
            }
        }
        for name in ["Admin1", "x", "ci"] {
            let arn = format!("arn:aws:iam::{ACCOUNT}:role/{name}");
            for request in REQUESTS {
                if request.0 == "iam:DeactivateMFADevice" && self.allows(&arn, None, "role", request) {
                    let all = refinement.protects_mfa_devices == Protection::All;
                    assert!(!all, "{arn}: {decision:?} of {:#?}", self.texts);
                }
            }
        }
        decision.coverage == Coverage::Enforced
    }
}

#[test]
fn what_is_called_enforced_allows_nothing_to_anybody() {
    let place = Place {
        partition: "aws",
        organization: Some(ORGANIZATION),
        account: ACCOUNT,
    };
    let mut random = Random(0x5eed_1234_5678_9abc);
    let mut enforced = 0;
    for _ in 0..CHAINS {
        let texts: Vec<Vec<String>> = (0..=random.below(3)).map(|_| level(&mut random)).collect();
        let levels = read(&texts);
        let policies: Vec<Vec<Arc<Policy>>> = levels
            .iter()
            .map(|level| {
                level
                    .policies
                    .iter()
                    .map(|scp| scp.policy.clone().unwrap())
                    .collect()
            })
            .collect();
        let refinement = refine(&ScpChain::new(&policies), place);
        let decision = refinement.apply(decide(&levels, &Sessions::of_any_name(place)));
        let set = PolicySet::builder()
            .identity(Arc::new(Policy::parse(FULL).unwrap()))
            .scps(policies)
            .build_for_one();
        enforced += usize::from(Asked { set, texts }.hold(&decision, &refinement));
    }
    // Else nothing was tried.
    assert!(enforced > 40, "{enforced}");
}
