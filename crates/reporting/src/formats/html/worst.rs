//! The users to look at first, each with what decided it and what to change.

use std::collections::BTreeMap;

use org_audit_model::assessment::{TargetCoverage, UserAssessment};
use org_audit_model::{Outcome, RunAssessment, Verdict};
use serde::Serialize;

use super::catalogue::Catalogue;
use super::collected::{Collected, MOST_USERS, Worst};
use super::embedded;
use super::reasoning::reasoning;
use super::shown::{Shown, thousands};

/// How many are seen at once; the rest of the list is folded away on the screen.
const AT_ONCE: usize = 12;

/// The list of the worst.
#[derive(Serialize)]
pub(super) struct WorstList {
    users: Vec<WorstUser>,
    /// Those that are folded away on the screen.
    more: Vec<WorstUser>,
    more_count: usize,
    /// Says how many there are beyond those.
    left_out: Option<String>,
}

/// A user.
#[derive(Serialize)]
struct WorstUser {
    place: usize,
    user_name: Shown,
    user_arn: Shown,
    account_id: String,
    account_name: Shown,
    ou_path: Shown,
    outcome: &'static str,
    outcome_label: String,
    verdict: &'static str,
    verdict_label: String,
    credentials: String,
    reason: Shown,
    verdict_reason: Shown,
    exempt: Option<String>,
    sessions: Vec<Vec<Shown>>,
    advice: Vec<String>,
    report: String,
    live: Option<String>,
    coverage_label: String,
    decided_by: Vec<Shown>,
}

/// The worst of all accounts, the worst first.
pub(super) fn worst(run: &RunAssessment, collected: &Collected, catalogue: &Catalogue) -> WorstList {
    let targets: BTreeMap<&str, &TargetCoverage> = run
        .targets
        .iter()
        .map(|target| (target.target_id.as_str(), target))
        .collect();
    let mut users: Vec<_> = collected
        .worst
        .iter()
        .flatten()
        .take(MOST_USERS)
        .enumerate()
        .map(|(index, worst)| {
            let target = targets.get(worst.account_id.as_str()).copied();
            user(index + 1, worst, target, catalogue)
        })
        .collect();
    let left_out = collected.worst_count.saturating_sub(users.len() as u64);
    let more = users.split_off(users.len().min(AT_ONCE));
    WorstList {
        users,
        more_count: more.len(),
        more,
        left_out: (left_out > 0).then(|| {
            let values = [
                ("shown", thousands(MOST_USERS as u64)),
                ("all", thousands(collected.worst_count)),
            ];
            catalogue.text("worst.left_out", &values)
        }),
    }
}

fn user(place: usize, worst: &Worst, target: Option<&TargetCoverage>, catalogue: &Catalogue) -> WorstUser {
    let user = &worst.user;
    let coverage = target.map_or("unknown", |target| target.coverage.as_str());
    WorstUser {
        place,
        user_name: Shown::new(user.user_name.as_str()),
        user_arn: Shown::new(user.user_arn.as_str()),
        account_id: worst.account_id.to_string(),
        account_name: worst.account_name.clone(),
        ou_path: worst.ou_path.clone(),
        outcome: user.iam_5.as_str(),
        outcome_label: catalogue.text(&format!("outcome.{}", user.iam_5), &[]),
        verdict: user.verdict.as_str(),
        verdict_label: catalogue.text(&format!("verdict.{}", user.verdict), &[]),
        credentials: credentials(user, catalogue),
        reason: Shown::new(&user.reason),
        verdict_reason: Shown::new(&user.verdict_reason),
        exempt: embedded::exempt(user.exemption.as_ref(), catalogue),
        sessions: reasoning(user, catalogue)
            .into_iter()
            .map(|lines| lines.into_iter().map(Shown::new).collect())
            .collect(),
        advice: advice(user).iter().map(|key| catalogue.text(key, &[])).collect(),
        report: report(user, catalogue),
        live: live(user, catalogue),
        coverage_label: catalogue.text(&format!("coverage.{coverage}"), &[]),
        decided_by: target
            .map(|target| target.decided_by.iter().map(Shown::new).collect())
            .unwrap_or_default(),
    }
}

/// `password, no MFA, 1 active key`.
pub(super) fn credentials(user: &UserAssessment, catalogue: &Catalogue) -> String {
    let password = match user.console_password {
        Some(true) => "credentials.password",
        Some(false) => "credentials.no_password",
        None => "credentials.password_unknown",
    };
    let devices = match user.mfa_devices {
        Some(0) => "credentials.no_mfa",
        Some(_) if user.mfa_devices_exact => "credentials.mfa",
        Some(_) => "credentials.mfa_at_least",
        None => "credentials.mfa_unknown",
    };
    let keys = match user.active_access_keys {
        Some(0) => "credentials.no_keys",
        Some(_) => "credentials.keys",
        None => "credentials.keys_unknown",
    };
    let text = |key, count: Option<u32>| {
        catalogue.text(key, &[("n", thousands(u64::from(count.unwrap_or_default())))])
    };
    [
        text(password, None),
        text(devices, user.mfa_devices),
        text(keys, user.active_access_keys),
    ]
    .join(", ")
}

/// What to change, as keys of messages.
fn advice(user: &UserAssessment) -> Vec<&'static str> {
    let mut keys = Vec::new();
    if user.iam_5 == Outcome::Fail {
        keys.push("advice.enrol");
    }
    if user.active_access_keys.is_some_and(|keys| keys > 0) {
        keys.push("advice.key");
    }
    match user.verdict {
        Verdict::Exposed | Verdict::Partial => keys.push("advice.policy"),
        Verdict::LockedOut => keys.push("advice.locked_out"),
        Verdict::Contained => keys.push("advice.contained"),
        Verdict::NoCredentials | Verdict::Protected | Verdict::Unknown => {}
    }
    keys
}

/// What the credential report said of a user.
pub(super) fn report(user: &UserAssessment, catalogue: &Catalogue) -> String {
    let evidence = &user.evidence;
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    let values = [
        ("password", text(&evidence.report_password_enabled)),
        ("mfa", text(&evidence.report_mfa_active)),
        ("at", text(&evidence.report_generated_at)),
    ];
    crate::text::visible(&catalogue.text("evidence_user.report", &values)).into_owned()
}

/// What IAM itself said of a user; `None` where it was not asked.
pub(super) fn live(user: &UserAssessment, catalogue: &Catalogue) -> Option<String> {
    let evidence = &user.evidence;
    let at = evidence.live_at.clone()?;
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    let values = [
        ("profile", text(&evidence.live_login_profile)),
        ("devices", text(&evidence.live_mfa_devices)),
        ("at", at),
    ];
    Some(crate::text::visible(&catalogue.text("evidence_user.live", &values)).into_owned())
}
