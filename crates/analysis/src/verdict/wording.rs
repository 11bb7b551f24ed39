//! A verdict's reason in one sentence.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::model::Verdict;
use crate::model::assessment::{SessionWithoutMfa, WithoutMfa};

/// Why the verdict is what it is, as a short sentence without a full stop.
pub fn reason(verdict: Verdict, without_mfa: &WithoutMfa, has_device: bool) -> String {
    let about = about(verdict, &without_mfa.sessions);
    let sessions = called(&about);
    let enrols = about.iter().any(|session| session.can_enrol);
    match verdict {
        Verdict::Contained if without_mfa.enrolment_open => format!(
            "{sessions} can do no more than enrol MFA; containment lasts until the first enrolment, by whoever \
             holds the credential"
        ),
        Verdict::Contained if enrols => format!(
            "{sessions} can do no more than self-service, which is to enrol another MFA device, too: whoever holds the \
             credential can do so and then has MFA"
        ),
        Verdict::Contained => format!("{sessions} can do no more than self-service"),
        Verdict::LockedOut if has_device => format!(
            "{sessions} can do no more than self-service and could not enrol MFA; a device is enrolled, whose code \
             the rest needs"
        ),
        Verdict::LockedOut => {
            format!(
                "{sessions} can do no more than self-service and cannot enrol MFA either; an administrator has to"
            )
        }
        Verdict::Partial => format!("{sessions} can do less than with MFA, and still {}", open(&about)),
        Verdict::Exposed => {
            let despite = if has_device {
                " although an MFA device is enrolled"
            } else {
                ""
            };
            let escalates = about.iter().any(|session| !session.escalations.is_empty());
            let as_with = if escalates { "" } else { "as much as with MFA, " };
            format!("{sessions} can do {as_with}{}{despite}", open(&about))
        }
        Verdict::NoCredentials | Verdict::Protected | Verdict::Unknown => String::new(),
    }
}

/// The sessions that the verdict is about: where something is open, those in which it is.
fn about(verdict: Verdict, sessions: &[SessionWithoutMfa]) -> Vec<&SessionWithoutMfa> {
    let of_verdict = sessions
        .iter()
        .filter(|session| !verdict.is_open() || session.verdict == verdict);
    of_verdict.collect()
}

fn called(sessions: &[&SessionWithoutMfa]) -> String {
    let named = sessions.iter().map(|session| match session.kind.as_str() {
        "console" => "a console session without MFA",
        "session_token" => "a session that the access key gets by `sts:GetSessionToken`",
        _ => "an access key",
    });
    named.collect::<Vec<&str>>().join(" or ")
}

/// The open actions of the widest session, by access level.
fn open(sessions: &[&SessionWithoutMfa]) -> String {
    let total = |session: &SessionWithoutMfa| session.open_by_access_level.values().sum::<u64>();
    let Some(widest) = sessions.iter().max_by_key(|session| total(session)) else {
        return "nothing".to_owned();
    };
    let escalations = sessions.iter().flat_map(|session| &session.escalations);
    let mut escalations: Vec<&str> = escalations.map(SmolStr::as_str).collect();
    escalations.sort_unstable();
    escalations.dedup();
    escalations.truncate(3);
    let names = |names: &[SmolStr]| names.iter().map(SmolStr::as_str).collect::<Vec<_>>().join(", ");
    let mut text = match total(widest) {
        0 if !widest.on_others.is_empty() => format!("{} on other users", names(&widest.on_others)),
        0 if !widest.examples.is_empty() => format!(
            "{}, of which the list of actions does not know",
            names(&widest.examples)
        ),
        0 => "what services may come to have beside today's actions".to_owned(),
        1 => format!("1 action ({})", levels(&widest.open_by_access_level)),
        count => format!("{count} actions ({})", levels(&widest.open_by_access_level)),
    };
    if !escalations.is_empty() {
        text.push_str(&format!(", and get more privilege by {}", escalations.join(", ")));
    }
    text
}

fn levels(levels: &BTreeMap<SmolStr, u64>) -> String {
    levels
        .iter()
        .map(|(level, count)| format!("{count} {level}"))
        .collect::<Vec<_>>()
        .join(", ")
}
