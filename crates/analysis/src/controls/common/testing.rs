//! Small accounts for tests, written as JSON: the same form in which the pages show their examples.
//!
//! | key | what it is | when it is left out |
//! |---|---|---|
//! | `report` | rows of the credential report, `user` first; other columns have harmless values | no rows |
//! | `users` | users of the authorization details | those of `report` but root |
//! | `groups`, `policies`, `roles` | the same for groups, customer managed policies and roles | none; roles not read |
//! | `summary` | entries of `GetAccountSummary` | none |
//! | `password_policy` | the password policy in AWS's names, `"default"` for AWS's own | not read |
//! | `virtual_mfa_devices` | `serial` and `user` (`root` for root) | none |
//! | `live` | by user: `password`, and `devices` as serial numbers | nothing was confirmed live |
//! | `scp_coverage` | a word of the coverage | not known |
//! | `partition`, `generated_at` | | `aws`, 2026-01-01 |
//!
//! Any reading may be `{"unreadable": "why"}`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::control::{Assess, Context, Control};
use super::parameters::Parameters;
use super::population::every_user;
use crate::analyzer::assess_users;
use crate::controls::iam_5;
use crate::facts::AccountFacts;
use crate::model::snapshot::{
    Access, AccountSnapshot, AttachedPolicy, AuthorizationDetails, AwsManagedPolicies, Document, Group,
    InlinePolicy, LiveConfirmation, LoginProfile, ManagedPolicy, MfaDevice, OrganizationSnapshot,
    PasswordPolicy, RawCredentialReport, Role, Tag, User, VirtualMfaDevice,
};
use crate::model::{
    AccountId, DocumentId, Failure, FailureKind, Finding, Outcome, Protection, Reading, TargetCoverage,
};
use crate::policies::Linter;
use crate::verdict::{Chain, Place, Shared};

const ACCOUNT: &str = "111122223333";

/// What `control` says of the account that `world` describes: `RESOURCE OUTCOME`, where a resource is shown
/// as the end of its ARN.
#[track_caller]
pub fn outcomes(control: &Control, world: Value) -> Vec<String> {
    let findings = findings(control, world, &Parameters::default());
    findings
        .iter()
        .map(|finding| format!("{} {}", short(&finding.resource_arn), finding.outcome))
        .collect()
}

/// The same with parameters.
#[track_caller]
pub fn outcomes_with(control: &Control, world: Value, parameters: &[&str]) -> Vec<String> {
    let mut set = Parameters::default();
    for assignment in parameters {
        set.assign(assignment).unwrap();
    }
    let findings = findings(control, world, &set);
    findings
        .iter()
        .map(|finding| format!("{} {}", short(&finding.resource_arn), finding.outcome))
        .collect()
}

/// The reason of the only finding.
#[track_caller]
pub fn reason(control: &Control, world: Value) -> String {
    let findings = findings(control, world, &Parameters::default());
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings[0].reason.clone()
}

/// What `control` says of the account that `world` describes.
#[track_caller]
pub fn findings(control: &Control, world: Value, parameters: &Parameters) -> Vec<Finding> {
    let world: World = serde_json::from_value(world).unwrap();
    let partition = world.partition.clone().unwrap_or_else(|| "aws".to_owned());
    let coverage = world.coverage();
    let central_root = world.central_root;
    let snapshot = world.snapshot();
    let facts = AccountFacts::new(&snapshot);
    let aws_managed = AwsManagedPolicies::default();
    let chain = Chain::none(false);
    let place = Place {
        organization: "o-a1b2c3d4e5",
        account: &snapshot.account_id,
        partition: &partition,
        chain: &chain,
    };
    let users = assess_users(&facts, &aws_managed, place, &Shared::default());
    let context = Context {
        account_id: &snapshot.account_id,
        partition: &partition,
        coverage: coverage.as_ref(),
        users: &users,
        central_root,
        aws_managed: &aws_managed,
        linter: &Linter::default(),
        parameters,
    };
    match control.assess {
        Assess::Account(assess) => assess(&facts, &context),
        Assess::Organization(assess) => assess(&context),
        Assess::WithUsers => every_user(control, &facts, &context, iam_5::judge),
    }
}

/// An organization of one root and nothing else, with these fields in place of its own.
#[track_caller]
pub fn organization(fields: &Value) -> OrganizationSnapshot {
    let mut organization = json!({
        "schema_version": 1,
        "collection": {"tool_version": "0", "started_at": "2026-01-01T00:00:00Z", "ended_at": null,
            "caller": {"arn": "arn:aws:iam::000000000001:user/a", "account_id": "000000000001", "user_id": "A"},
            "partition": "aws", "region": "us-east-1", "endpoint_overrides": [],
            "role": {"name": "r", "path": "/", "session_name": "s", "external_id": false,
                "duration_seconds": 900, "session_policy": true},
            "fresh": false, "calls": {}},
        "organization": {"id": "o-1", "arn": "arn", "feature_set": "ALL", "management_account_id": "000000000001"},
        "tree": {"roots": [{"id": "r-1", "name": "Root", "policy_types": {}}], "organizational_units": []},
        "accounts": [],
        "service_control_policies": {"status": "not_asked", "reason": "none"},
        "resource_control_policies": {"status": "not_asked", "reason": "none"},
        "documents": {},
    });
    for (name, value) in fields.as_object().into_iter().flatten() {
        organization[name] = value.clone();
    }
    serde_json::from_value(organization).unwrap()
}

/// The snapshot of the account that `world` describes.
#[track_caller]
pub fn snapshot(world: Value) -> AccountSnapshot {
    serde_json::from_value::<World>(world).unwrap().snapshot()
}

fn short(arn: &str) -> &str {
    if arn.starts_with("AWS::::Account") {
        return "account";
    }
    arn.rsplit(':').next().unwrap_or(arn)
}

/// An account as a test or a page writes it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct World {
    report: Value,
    users: Value,
    groups: Vec<Map<String, Value>>,
    policies: Vec<Map<String, Value>>,
    roles: Option<Vec<Map<String, Value>>>,
    summary: Value,
    password_policy: Value,
    virtual_mfa_devices: Value,
    live: BTreeMap<String, Map<String, Value>>,
    scp_coverage: Option<String>,
    central_root: Option<bool>,
    partition: Option<String>,
    generated_at: Option<String>,
}

impl World {
    fn coverage(&self) -> Option<TargetCoverage> {
        Some(TargetCoverage {
            target_id: ACCOUNT.into(),
            target_type: "ACCOUNT".into(),
            name: "test".to_owned(),
            ou_path: "Root".to_owned(),
            coverage: self.scp_coverage.as_ref()?.parse().unwrap(),
            locks_out_enrolment: Some(false),
            hits_roles: Some(false),
            decided_by: vec![],
            reason: "the reason of the coverage".to_owned(),
            would_newly_cover: None,
            newly_covered_accounts: Vec::new(),
            principal_conditions: Vec::new(),
            protects_mfa_devices: Protection::Unknown,
            protects_membership: Protection::Unknown,
        })
    }

    fn now(&self) -> Timestamp {
        let text = self.generated_at.as_deref().unwrap_or("2026-01-01T00:00:00Z");
        text.parse().unwrap()
    }

    fn snapshot(self) -> AccountSnapshot {
        let now = self.now();
        let mut snapshot = AccountSnapshot::not_entered(
            AccountId::try_from(ACCOUNT).unwrap(),
            Access::CallerCredentials,
            now,
            "not asked for in this test",
        );
        snapshot.credential_report = reading(&self.report, |value| RawCredentialReport {
            generated_at: now,
            content: csv(rows(value)),
        });
        snapshot.account_summary = reading(&self.summary, |value| {
            serde_json::from_value(value.or_empty()).unwrap()
        });
        if !self.password_policy.is_null() {
            snapshot.password_policy = reading(&self.password_policy, |value| {
                (value != "default").then(|| password_policy(&value))
            });
        }
        snapshot.virtual_mfa_devices = reading(&self.virtual_mfa_devices, |value| {
            rows(value).iter().map(virtual_device).collect()
        });
        snapshot.live = self
            .live
            .iter()
            .map(|(name, live)| (name.into(), confirmation(live)))
            .collect();
        let details = self.details(&mut snapshot.documents);
        snapshot.authorization_details = details;
        snapshot
    }

    fn details(&self, documents: &mut BTreeMap<DocumentId, String>) -> Reading<AuthorizationDetails> {
        let users = if self.users.is_null() {
            listed(&self.report)
        } else {
            self.users.clone()
        };
        reading(&users, |value| AuthorizationDetails {
            users: rows(value).iter().map(user).collect(),
            groups: self.groups.iter().map(group).collect(),
            managed_policies: self
                .policies
                .iter()
                .map(|policy| managed(policy, documents))
                .collect(),
            roles: self.roles.as_ref().map(|roles| roles.iter().map(role).collect()),
        })
    }
}

trait OrEmpty {
    fn or_empty(self) -> Value;
}

impl OrEmpty for Value {
    fn or_empty(self) -> Value {
        if self.is_null() { json!({}) } else { self }
    }
}

fn reading<T>(value: &Value, read: impl FnOnce(Value) -> T) -> Reading<T> {
    match value.get("unreadable") {
        Some(why) => Reading::Unreadable {
            at: Timestamp::UNIX_EPOCH,
            failure: Failure::new(FailureKind::AccessDenied, "iam:Test", text(why)),
        },
        None => Reading::Read {
            at: Timestamp::UNIX_EPOCH,
            requests: vec![],
            value: read(value.clone()),
        },
    }
}

fn rows(value: Value) -> Vec<Map<String, Value>> {
    if value.is_null() {
        return vec![];
    }
    serde_json::from_value(value).unwrap()
}

fn listed(report: &Value) -> Value {
    let users = report.as_array().into_iter().flatten();
    users
        .filter(|row| row["user"] != "<root_account>")
        .map(|row| json!({"name": row["user"]}))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn field(map: &Map<String, Value>, key: &str) -> String {
    map.get(key).map(text).unwrap_or_default()
}

fn arn(kind: &str, map: &Map<String, Value>) -> String {
    let path = map.get("path").map_or_else(|| "/".to_owned(), text);
    format!("arn:aws:iam::{ACCOUNT}:{kind}{path}{}", field(map, "name"))
}

/// The columns and what stands in them where a row does not say otherwise.
const COLUMNS: [(&str, &str); 16] = [
    ("user", ""),
    ("arn", ""),
    ("user_creation_time", "2020-01-01T00:00:00+00:00"),
    ("password_enabled", "false"),
    ("password_last_used", "N/A"),
    ("password_last_changed", "N/A"),
    ("mfa_active", "false"),
    ("access_key_1_active", "false"),
    ("access_key_1_last_rotated", "N/A"),
    ("access_key_1_last_used_date", "N/A"),
    ("access_key_2_active", "false"),
    ("access_key_2_last_rotated", "N/A"),
    ("access_key_2_last_used_date", "N/A"),
    ("cert_1_active", "false"),
    ("cert_2_active", "false"),
    ("additional_credentials_info", ""),
];

fn csv(rows: Vec<Map<String, Value>>) -> String {
    let mut lines = vec![COLUMNS.map(|(name, _)| name).join(",")];
    for mut row in rows {
        let user = field(&row, "user");
        let arn = match user.as_str() {
            "<root_account>" => format!("arn:aws:iam::{ACCOUNT}:root"),
            user => format!("arn:aws:iam::{ACCOUNT}:user/{user}"),
        };
        row.entry("arn").or_insert(json!(arn));
        for name in row.keys() {
            assert!(
                COLUMNS.iter().any(|(column, _)| column == name),
                "no column `{name}`"
            );
        }
        let line = COLUMNS.map(|(name, default)| row.get(name).map_or_else(|| default.to_owned(), text));
        lines.push(line.join(","));
    }
    lines.join("\n")
}

fn attached(map: &Map<String, Value>) -> Vec<AttachedPolicy> {
    let arns = map.get("attached_policies").and_then(Value::as_array);
    arns.into_iter()
        .flatten()
        .map(|arn| AttachedPolicy {
            name: text(arn).rsplit('/').next().unwrap_or_default().into(),
            arn: text(arn).into(),
        })
        .collect()
}

fn tags(map: &Map<String, Value>) -> Vec<Tag> {
    let tags = map.get("tags").and_then(Value::as_object);
    tags.into_iter()
        .flatten()
        .map(|(key, value)| Tag {
            key: key.into(),
            value: text(value).into(),
        })
        .collect()
}

fn names(map: &Map<String, Value>, key: &str) -> Vec<String> {
    let names = map.get(key).and_then(Value::as_array);
    names.into_iter().flatten().map(text).collect()
}

fn user(map: &Map<String, Value>) -> User {
    let inline = names(map, "inline_policies")
        .into_iter()
        .map(|name| InlinePolicy {
            name: name.into(),
            document: Document::Missing {
                missing: "not needed in this test".to_owned(),
            },
        });
    User {
        name: field(map, "name").into(),
        arn: arn("user", map).into(),
        id: "AIDATEST".into(),
        path: "/".into(),
        created_at: map.get("created_at").map(|at| text(at).parse().unwrap()),
        inline_policies: inline.collect(),
        attached_policies: attached(map),
        groups: names(map, "groups").into_iter().map(Into::into).collect(),
        permissions_boundary: None,
        tags: tags(map),
    }
}

fn group(map: &Map<String, Value>) -> Group {
    Group {
        name: field(map, "name").into(),
        arn: arn("group", map).into(),
        inline_policies: vec![],
        attached_policies: attached(map),
    }
}

fn role(map: &Map<String, Value>) -> Role {
    Role {
        name: field(map, "name").into(),
        arn: arn("role", map).into(),
        path: map.get("path").map_or_else(|| "/".to_owned(), text).into(),
        attached_policies: attached(map),
        tags: tags(map),
    }
}

fn managed(map: &Map<String, Value>, documents: &mut BTreeMap<DocumentId, String>) -> ManagedPolicy {
    let document = match map.get("document") {
        Some(document) => {
            let text = text(document);
            let id = DocumentId::of(&text);
            documents.insert(id.clone(), text);
            Document::Kept(id)
        }
        None => Document::Missing {
            missing: "the answer had no default version".to_owned(),
        },
    };
    let count = |key: &str| {
        map.get(key)
            .and_then(Value::as_i64)
            .and_then(|count| i32::try_from(count).ok())
    };
    ManagedPolicy {
        name: field(map, "name").into(),
        arn: arn("policy", map).into(),
        default_version_id: "v1".into(),
        document,
        attachment_count: count("attachment_count"),
        boundary_count: count("boundary_count"),
    }
}

fn virtual_device(map: &Map<String, Value>) -> VirtualMfaDevice {
    let user = map.get("user").and_then(Value::as_str).map(|user| match user {
        "root" => format!("arn:aws:iam::{ACCOUNT}:root"),
        user => format!("arn:aws:iam::{ACCOUNT}:user/{user}"),
    });
    VirtualMfaDevice {
        serial_number: field(map, "serial").into(),
        user_arn: user.map(Into::into),
        enabled_at: None,
    }
}

fn confirmation(map: &Map<String, Value>) -> LiveConfirmation {
    let absent = json!({"unreadable": "not read in this test"});
    let get = |key: &str| map.get(key).unwrap_or(&absent);
    LiveConfirmation {
        login_profile: reading(get("password"), |value| {
            (value == true).then_some(LoginProfile {
                created_at: None,
                reset_required: false,
            })
        }),
        mfa_devices: reading(get("devices"), |value| {
            let serials = value.as_array()?.iter();
            let devices = serials.map(|serial| MfaDevice {
                serial_number: text(serial).into(),
                enabled_at: None,
            });
            Some(devices.collect())
        }),
    }
}

fn password_policy(value: &Value) -> PasswordPolicy {
    let number = |key: &str| {
        value
            .get(key)
            .and_then(Value::as_i64)
            .and_then(|n| i32::try_from(n).ok())
    };
    let flag = |key: &str| value.get(key) == Some(&Value::Bool(true));
    PasswordPolicy {
        minimum_length: number("MinimumPasswordLength"),
        require_symbols: flag("RequireSymbols"),
        require_numbers: flag("RequireNumbers"),
        require_uppercase: flag("RequireUppercaseCharacters"),
        require_lowercase: flag("RequireLowercaseCharacters"),
        allow_users_to_change: flag("AllowUsersToChangePassword"),
        expire: number("MaxPasswordAge").is_some(),
        max_age_days: number("MaxPasswordAge"),
        reuse_prevention: number("PasswordReusePrevention"),
        hard_expiry: None,
    }
}

/// What a page's example says: one of the two headings, and the account below it.
pub fn examples(body: &str) -> Vec<(&str, Value)> {
    let mut examples = Vec::new();
    for heading in ["This passes:", "This fails:"] {
        let Some((_, after)) = body.split_once(heading) else {
            continue;
        };
        let code = after
            .split("```json\n")
            .nth(1)
            .and_then(|rest| rest.split("```").next());
        examples.push((heading, serde_json::from_str(code.unwrap_or_default()).unwrap()));
    }
    examples
}

/// Whether the findings hold an outcome.
pub fn has(findings: &[Finding], outcome: Outcome) -> bool {
    findings.iter().any(|finding| finding.outcome == outcome)
}
