//! Whatever the exact evaluator allows to a session without MFA that a user can really open is inside what is
//! reported of that user: random requests in every world.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use org_audit_analysis::{Analyzer, SessionReach};
use org_audit_emulator::{PolicyType, UserSpec, WorldSpec};
use org_audit_model::assessment::SessionWithoutMfa;
use org_audit_model::snapshot::User;
use org_audit_model::{AccountAssessment, AccountSnapshot, Coverage, UserAssessment, Verdict};
use org_audit_policy::actions::ActionId;
use org_audit_policy::reach::SessionKind;
use org_audit_policy::{ActionList, Caller, Decision, Request, RequestContext, evaluate, wildcard_match};

use crate::judged::{Collected, collected, every_control};
use crate::naive::Gathered;
use crate::published::{ACCOUNT_NAME, UNIT_NAME, user, world};
use crate::random::Random;

const DRAWS: usize = 1000;

/// What a contained session may do, on the user's own user…
const OWN_USER: [&str; 6] = [
    "iam:DeactivateMFADevice",
    "iam:EnableMFADevice",
    "iam:GetMFADevice",
    "iam:GetUser",
    "iam:ListMFADevices",
    "iam:ResyncMFADevice",
];

/// … and on whatever resource.
const ANYWHERE: [&str; 9] = [
    "iam:ChangePassword",
    "iam:CreateVirtualMFADevice",
    "iam:DeleteVirtualMFADevice",
    "iam:GetAccountPasswordPolicy",
    "iam:GetAccountSummary",
    "iam:ListUsers",
    "iam:ListVirtualMFADevices",
    "sts:GetCallerIdentity",
    "sts:GetSessionToken",
];

/// Actions that are worth asking about more often than 22,000 others.
const TELLING: [&str; 16] = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListAllMyBuckets",
    "s3:DeleteBucket",
    "ec2:StartInstances",
    "ec2:DescribeInstances",
    "ecr:PutImage",
    "ecs:UpdateService",
    "iam:CreateAccessKey",
    "iam:AttachUserPolicy",
    "iam:PassRole",
    "iam:ListAccessKeys",
    "kms:ScheduleKeyDeletion",
    "lambda:InvokeFunction",
    "logs:FilterLogEvents",
    "organizations:LeaveOrganization",
];

/// The actions of the list and their names in lower case.
static NAMES: LazyLock<Vec<(ActionId, String)>> = LazyLock::new(|| {
    let list = ActionList::embedded().iter();
    let listed = list.filter(|(_, action)| !action.is_stand_in());
    listed
        .map(|(id, action)| (id, action.name().to_ascii_lowercase()))
        .collect()
});

/// A session that somebody can open without a second factor.
struct Open<'a> {
    kind: SessionKind,
    arn: String,
    user: &'a User,
    snapshot: &'a AccountSnapshot,
    assessed: &'a UserAssessment,
    organization_id: &'a str,
    gathered: Gathered,
    /// Another user of the account.
    other: &'a User,
    /// What the analysis says of the session, in full.
    reached: OnceCell<SessionReach>,
}

/// The sessions without MFA that users can really open, by the emulated world's own truth. Users that can
/// open none must be reported so.
fn open_sessions<'a>(collected: &'a Collected, accounts: &'a [AccountAssessment]) -> Vec<Open<'a>> {
    let world = collected.emulator.world();
    let mut open = Vec::new();
    for assessment in accounts {
        let snapshot = &collected.accounts.0[&assessment.account_id];
        let Some(details) = snapshot.authorization_details.value() else {
            continue;
        };
        let account = world.account(assessment.account_id.as_str()).unwrap();
        for truth in collected.emulator.expected_users(&account.id) {
            let assessed = assessment
                .users
                .iter()
                .find(|user| user.user_name == truth.name)
                .unwrap();
            let console = truth.live.password && truth.live.devices == 0;
            let key = truth.live.active_keys > 0;
            if !console && !key {
                let harmless = [Verdict::Protected, Verdict::NoCredentials, Verdict::Unknown];
                assert!(harmless.contains(&assessed.verdict), "{assessed:?}");
            }
            let at = details
                .users
                .iter()
                .position(|user| user.name == truth.name)
                .unwrap();
            let user = &details.users[at];
            for (kind, can) in [
                (SessionKind::Console, console),
                (SessionKind::Key, key),
                (SessionKind::SessionToken, key),
            ] {
                if can {
                    open.push(Open {
                        kind,
                        arn: truth.arn.clone(),
                        user,
                        snapshot,
                        assessed,
                        organization_id: &collected.organization.organization.id,
                        gathered: Gathered::of(user, snapshot, &collected.aws_managed, world, account),
                        other: &details.users[(at + 1) % details.users.len()],
                        reached: OnceCell::new(),
                    });
                }
            }
        }
    }
    open
}

impl Open<'_> {
    fn action(&self, random: &mut Random) -> ActionId {
        let list = ActionList::embedded();
        let one_of = |random: &mut Random, names: &[&str]| list.find(random.pick::<&str>(names)).unwrap();
        match random.below(10) {
            0 | 1 => one_of(random, &OWN_USER),
            2 => one_of(random, &ANYWHERE),
            3 => one_of(random, &TELLING),
            4..=8 => self
                .named_action(random)
                .unwrap_or_else(|| one_of(random, &TELLING)),
            _ => any_action(random, &|_| true),
        }
    }

    /// An action that some policy of the user speaks of.
    fn named_action(&self, random: &mut Random) -> Option<ActionId> {
        if self.gathered.identity.is_empty() {
            return None;
        }
        let text = random.pick(&self.gathered.identity);
        let document: serde_json::Value = serde_json::from_str(text).unwrap();
        let mut patterns = Vec::new();
        gather_actions(&document, &mut patterns);
        let pattern = random.pick(&patterns).to_ascii_lowercase();
        Some(any_action(random, &|name| wildcard_match(&pattern, name)))
    }

    /// A resource of one of the action's types.
    fn resource(&self, id: ActionId, random: &mut Random) -> String {
        let templates: Vec<(&str, bool)> = ActionList::embedded().resource_types(id).collect();
        let needs_one = templates.iter().any(|(_, required)| *required);
        if templates.is_empty() || (!needs_one && random.chance(30)) {
            return "*".to_owned();
        }
        let account = self.snapshot.account_id.as_str();
        let (template, _) = random.pick(&templates);
        let region = random.pick(&["eu-central-1", "us-east-1", "ap-south-1"]);
        let mut text = template
            .replace("%P", "aws")
            .replace("%R", region)
            .replace("%A", account);
        let under_path = |user: &User| format!("{}{}", user.path.trim_start_matches('/'), user.name);
        let users = [
            under_path(self.user),
            under_path(self.other),
            "somebody.else".to_owned(),
        ];
        let things = [
            self.user.name.to_string(),
            self.other.name.to_string(),
            "exchange-<team>&'\"drop\"".to_owned(),
            "app-task".to_owned(),
            "anything".to_owned(),
        ];
        let of_user = template.ends_with(":user/*");
        while text.contains('*') {
            let name = if of_user {
                random.pick(&users)
            } else {
                random.pick(&things)
            };
            text = text.replacen('*', name, 1);
        }
        text
    }

    /// Everything that the session's own requests carry, and some of what they may carry.
    fn context(&self, random: &mut Random) -> RequestContext {
        let mut context = RequestContext::new()
            .with("aws:PrincipalArn", self.arn.as_str())
            .with("aws:PrincipalAccount", self.snapshot.account_id.as_str())
            .with("aws:PrincipalType", "User")
            .with("aws:PrincipalIsAWSService", "false")
            .with("aws:PrincipalOrgID", self.organization_id)
            .with("aws:username", self.user.name.as_str())
            .with("aws:userid", self.user.id.as_str());
        for tag in &self.user.tags {
            context.insert(&format!("aws:PrincipalTag/{}", tag.key), tag.value.as_str());
        }
        if self.kind != SessionKind::Key {
            context.insert("aws:MultiFactorAuthPresent", "false");
            context.insert("aws:TokenIssueTime", "2026-06-01T11:00:00Z");
        }
        let maybe: [(&str, &[&str]); 7] = [
            (
                "aws:RequestedRegion",
                &["eu-central-1", "us-east-1", "ap-south-1"],
            ),
            ("aws:SourceIp", &["10.1.2.3", "203.0.113.9"]),
            ("aws:SecureTransport", &["true", "false"]),
            ("aws:ResourceAccount", &["111122223333"]),
            ("aws:CurrentTime", &["2026-06-01T12:00:00Z"]),
            (
                "iam:PassedToService",
                &["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"],
            ),
            ("aws:ViaAWSService", &["true", "false"]),
        ];
        for (key, values) in maybe {
            if random.chance(60) {
                context.insert(key, *random.pick(values));
            }
        }
        context
    }

    /// What is reported of the session. Where nothing is said of what a key gets by `GetSessionToken`, it is no more than
    /// the key has.
    fn reported(&self) -> Option<&SessionWithoutMfa> {
        let mut sessions = self
            .assessed
            .without_mfa
            .iter()
            .flat_map(|without| &without.sessions);
        let kind = self.reported_kind();
        sessions.find(|session| session.kind == kind.as_str())
    }

    fn reported_kind(&self) -> SessionKind {
        let mut sessions = self
            .assessed
            .without_mfa
            .iter()
            .flat_map(|without| &without.sessions);
        if self.kind == SessionKind::SessionToken && !sessions.any(|session| session.kind == "session_token")
        {
            SessionKind::Key
        } else {
            self.kind
        }
    }

    /// Whether AWS refuses an action to the session whatever policies say.
    fn is_refused(&self, action: &str) -> bool {
        let allowed = ["sts:AssumeRole", "sts:GetCallerIdentity"];
        let of_sts = action.starts_with("sts:") && !allowed.contains(&action);
        self.kind == SessionKind::SessionToken
            && ((action.starts_with("iam:") && action != "iam:PassRole") || of_sts)
    }

    fn reached(&self, analyzer: &Analyzer<'_>) -> &SessionReach {
        self.reached.get_or_init(|| {
            let account = &self.snapshot.account_id;
            let reached = analyzer.reach_of(account, self.snapshot, &self.user.name, self.reported_kind());
            reached.unwrap().unwrap()
        })
    }

    /// Whether a self-service request, on this resource, is one.
    fn is_self_service(&self, action: &str, resource: &str) -> bool {
        ANYWHERE.contains(&action) || (OWN_USER.contains(&action) && resource == self.arn)
    }
}

fn any_action(random: &mut Random, wanted: &dyn Fn(&str) -> bool) -> ActionId {
    let names = NAMES.iter().filter(|(_, name)| wanted(name));
    let ids: Vec<ActionId> = names.map(|(id, _)| *id).collect();
    // A pattern may speak of actions that are not in the list.
    if ids.is_empty() {
        any_action(random, &|_| true)
    } else {
        *random.pick(&ids)
    }
}

/// The texts of `Action` and `NotAction`.
fn gather_actions(value: &serde_json::Value, into: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(entries) => {
            for (key, value) in entries {
                if key == "Action" || key == "NotAction" {
                    let one = value.as_str().into_iter();
                    let many = value
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(|text| text.as_str());
                    into.extend(one.chain(many).map(str::to_owned));
                } else {
                    gather_actions(value, into);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| gather_actions(item, into)),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

/// Holds what is allowed against what is reported.
fn check(open: &Open<'_>, analyzer: &Analyzer<'_>, (id, resource): (ActionId, &str)) {
    let assessed = open.assessed;
    let action = ActionList::embedded().get(id).unwrap().name();
    let what = format!("{} {} {action} on {resource}", open.arn, open.kind.as_str());
    let session = open.reported();
    let session = session.unwrap_or_else(|| panic!("{what}: the session is not reported: {assessed:?}"));
    let reached = open.reached(analyzer);
    assert!(reached.session.is_reachable(id), "{what}: not in the reach");
    assert_eq!(
        session.open_by_access_level.values().sum::<u64>(),
        u64::try_from(reached.verdict.beyond.len()).unwrap(),
        "{what}"
    );
    let self_service = open.is_self_service(action, resource);
    match assessed.verdict {
        Verdict::Unknown => {}
        Verdict::NoCredentials | Verdict::Protected => panic!("{what}: {}", assessed.verdict),
        Verdict::Contained | Verdict::LockedOut => assert!(self_service, "{what}: {}", assessed.verdict),
        Verdict::Partial | Verdict::Exposed => {
            let named = reached.verdict.beyond.contains(id) || reached.verdict.on_others.contains(&id);
            assert!(self_service || named, "{what}: not among the open actions");
        }
    }
    if matches!(session.verdict, Verdict::Contained | Verdict::LockedOut) {
        assert!(self_service, "{what}: the session is {}", session.verdict);
    }
}

async fn hold(spec: WorldSpec, seed: u64) {
    // Asked of IAM about everybody: what the report knows may be four hours old.
    let collected = collected(spec, true).await;
    let judged = collected.judge();
    let analyzer = Analyzer::with_options(&collected.organization, &collected.aws_managed, every_control());
    let open = open_sessions(&collected, &judged.accounts);
    let targets = judged.run.targets.iter();
    let coverage: HashMap<&str, Coverage> = targets
        .map(|target| (target.target_id.as_str(), target.coverage))
        .collect();
    let mut random = Random::new(seed);
    let mut allowed = 0;
    let mut drawn = 0;
    while drawn < DRAWS {
        let session = random.pick(&open);
        let id = session.action(&mut random);
        let resource = session.resource(id, &mut random);
        let action = ActionList::embedded().get(id).unwrap().name();
        if session.is_refused(action) {
            continue;
        }
        drawn += 1;
        let caller = Caller::new(&session.arn, session.snapshot.account_id.as_str());
        let request = Request::new(caller, action, &resource).context(session.context(&mut random));
        if evaluate(&session.gathered.set(), &request).decision == Decision::Allowed {
            allowed += 1;
            check(session, &analyzer, (id, &resource));
            let covered = coverage.get(session.snapshot.account_id.as_str());
            if covered == Some(&Coverage::Enforced) {
                let of_oneself = OWN_USER.contains(&action) || ANYWHERE.contains(&action);
                assert!(
                    of_oneself,
                    "{} {action}: the SCPs do not enforce MFA",
                    session.arn
                );
            }
        }
    }
    assert!(
        allowed >= DRAWS / 25,
        "only {allowed} of {DRAWS} draws are allowed"
    );
    assert!(
        allowed <= DRAWS * 9 / 10,
        "{allowed} of {DRAWS} draws are allowed"
    );
}

/// What is reported of a user whose answer was shared with others is what is worked out for that user alone.
#[tokio::test(start_paused = true)]
async fn a_shared_answer_is_that_of_each_user_alone() {
    let collected = collected(WorldSpec::demo().accounts(30), true).await;
    let judged = collected.judge();
    let analyzer = Analyzer::with_options(&collected.organization, &collected.aws_managed, every_control());
    let sessions = open_sessions(&collected, &judged.accounts);
    assert!(sessions.len() > 50);
    let names = |ids: &[ActionId]| -> Vec<&str> {
        let list = ActionList::embedded();
        ids.iter().map(|id| list.get(*id).unwrap().name()).collect()
    };
    for open in &sessions {
        let without_mfa = open.assessed.without_mfa.as_ref().unwrap();
        let mut reported = without_mfa.sessions.iter();
        let kind = open.reported_kind();
        let reported = reported.find(|session| session.kind == kind.as_str()).unwrap();
        let alone = &open.reached(&analyzer).verdict;
        assert_eq!(reported.verdict.as_str(), alone.verdict.as_str(), "{}", open.arn);
        assert_eq!(reported.escalations, names(&alone.escalations), "{}", open.arn);
        assert_eq!(reported.on_others, names(&alone.on_others), "{}", open.arn);
        assert_eq!(reported.can_enrol, alone.can_enrol, "{}", open.arn);
        let by_level = alone.by_level().into_iter();
        let by_level: Vec<(&str, u64)> = by_level
            .map(|(level, count)| (level.as_str(), u64::try_from(count).unwrap()))
            .collect();
        let levels = reported.open_by_access_level.iter();
        let levels: Vec<(&str, u64)> = levels.map(|(level, count)| (level.as_str(), *count)).collect();
        assert_eq!(sorted(levels), sorted(by_level), "{}", open.arn);
    }
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort();
    items
}

/// Administrators whose policies hold for an access key and not for what it gets by `GetSessionToken`, and others.
fn told_from_their_session_tokens() -> Vec<UserSpec> {
    let deny = |condition: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Deny", "NotAction": ["iam:EnableMFADevice"],
            "Resource": "*", "Condition": {condition}}}}}"#
        )
    };
    let null = deny(r#"{"Null": {"aws:MultiFactorAuthPresent": "true"}}"#);
    let issued = deny(r#"{"Null": {"aws:TokenIssueTime": "true"}}"#);
    let both = deny(r#"{"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}"#);
    let allow = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
        "Condition": {"Null": {"aws:MultiFactorAuthPresent": "false"}}}}"#;
    let administrator = |name: &str| UserSpec::new(name).key(true).attached("AdministratorAccess");
    vec![
        administrator("null").inline("deny", &null),
        administrator("issued").password().inline("deny", &issued),
        administrator("both").inline("deny", &both),
        UserSpec::new("allowed").key(true).inline("allow", allow),
    ]
}

#[tokio::test(start_paused = true)]
async fn where_policies_tell_a_key_from_its_session_token() {
    let users = told_from_their_session_tokens();
    let collected = collected(world(users.clone()), true).await;
    let judged = collected.judge();
    let kinds = |name: &str| -> Vec<(&str, Verdict)> {
        let user = judged.user(ACCOUNT_NAME, name);
        let sessions = &user.without_mfa.as_ref().unwrap().sessions;
        sessions
            .iter()
            .map(|session| (session.kind.as_str(), session.verdict))
            .collect()
    };
    assert_eq!(
        kinds("null"),
        [("key", Verdict::Partial), ("session_token", Verdict::Exposed)]
    );
    assert!(
        judged
            .user(ACCOUNT_NAME, "null")
            .verdict_reason
            .contains("GetSessionToken")
    );
    assert_eq!(
        kinds("allowed"),
        [("key", Verdict::LockedOut), ("session_token", Verdict::Exposed)]
    );
    // What is denied to both is told of the key alone.
    assert_eq!(kinds("both"), [("key", Verdict::Partial)]);
    hold(world(users), 17).await;
}

#[tokio::test(start_paused = true)]
async fn below_scps_that_exempt_users() {
    let scp = |condition: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Deny",
            "NotAction": ["iam:*VirtualMFADevice", "iam:EnableMFADevice"], "Resource": "*",
            "Condition": {{"BoolIfExists": {{"aws:MultiFactorAuthPresent": "false"}}, {condition}}}}}}}"#
        )
    };
    let roles = r#""arn:aws:iam::*:role/OrganizationAccountAccessRole""#;
    for (seed, condition) in [
        (
            18,
            format!(r#""ArnNotLike": {{"aws:PrincipalArn": [{roles}, "arn:aws:iam::*:user/svc-*"]}}"#),
        ),
        (
            19,
            format!(
                r#""ArnNotLike": {{"aws:PrincipalArn": {roles}}}, "StringNotEquals": {{"aws:username": "bob"}}"#
            ),
        ),
        (
            20,
            format!(r#""ArnNotLike": {{"aws:PrincipalArn": [{roles}, "arn:aws:iam::*:user/bots/*"]}}"#),
        ),
        (
            21,
            r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*b*"}"#.to_owned(),
        ),
    ] {
        let named = |name: &str| user(name).attached("AdministratorAccess");
        let users = vec![
            named("svc-deploy"),
            named("bob"),
            named("robot").path("/bots/"),
            named("ana"),
        ];
        hold(world(users).scp(UNIT_NAME, "ask-for-mfa", &scp(&condition)), seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn in_the_demonstration_company() {
    hold(WorldSpec::demo(), 11).await;
}

#[tokio::test(start_paused = true)]
async fn in_the_company_whose_users_all_pass() {
    hold(WorldSpec::every_user_passes(), 12).await;
}

#[tokio::test(start_paused = true)]
async fn in_equal_accounts_with_users_of_every_kind() {
    hold(WorldSpec::mixed(), 13).await;
}

#[tokio::test(start_paused = true)]
async fn in_equal_accounts_whose_users_all_pass() {
    hold(WorldSpec::uniform(), 14).await;
}

#[tokio::test(start_paused = true)]
async fn with_the_scp_type_off() {
    hold(
        WorldSpec::demo().without_policy_type(PolicyType::ServiceControl),
        15,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn with_consolidated_billing() {
    hold(WorldSpec::demo().consolidated_billing(), 16).await;
}
