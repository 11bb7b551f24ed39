//! What a user's sessions without MFA amount to: a group of lines for each, the first its title.

use org_audit_model::assessment::{SessionWithoutMfa, UserAssessment};
use smol_str::SmolStr;

use super::catalogue::Catalogue;
use super::shown::thousands;

/// The groups for a user; none where the sessions were not worked out.
pub(super) fn reasoning(user: &UserAssessment, catalogue: &Catalogue) -> Vec<Vec<String>> {
    let Some(without_mfa) = &user.without_mfa else {
        return Vec::new();
    };
    let mut groups: Vec<_> = without_mfa
        .sessions
        .iter()
        .map(|session| of_session(session, catalogue))
        .collect();
    if without_mfa.enrolment_open {
        groups.push(vec![catalogue.text("session.enrolment_open", &[])]);
    }
    groups
}

fn of_session(session: &SessionWithoutMfa, catalogue: &Catalogue) -> Vec<String> {
    let kind = match session.kind.as_str() {
        "console" => catalogue.text("session.console", &[]),
        "key" => catalogue.text("session.key", &[]),
        "session_token" => catalogue.text("session.session_token", &[]),
        other => other.to_owned(),
    };
    let verdict = catalogue.text(&format!("verdict.{}", session.verdict), &[]);
    let mut lines = vec![format!("{kind}: {verdict}")];
    let levels: Vec<_> = session
        .open_by_access_level
        .iter()
        .map(|(level, count)| format!("{level} {}", thousands(*count)))
        .collect();
    for (key, list) in [
        ("session.open", levels.join(", ")),
        ("session.examples", joined(&session.examples)),
        ("session.escalations", joined(&session.escalations)),
        ("session.on_others", joined(&session.on_others)),
        ("session.depends_on", joined(&session.depends_on)),
    ] {
        if !list.is_empty() {
            lines.push(catalogue.text(key, &[("list", list)]));
        }
    }
    let enrol = if session.can_enrol {
        "session.can_enrol"
    } else {
        "session.cannot_enrol"
    };
    lines.push(catalogue.text(enrol, &[]));
    lines.extend(
        session
            .decided_by
            .iter()
            .map(|statement| catalogue.text("session.decided_by", &[("statement", statement.clone())])),
    );
    lines
}

fn joined(actions: &[SmolStr]) -> String {
    actions.join(", ")
}
