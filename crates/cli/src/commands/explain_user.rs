//! `org-audit explain --account A --user U RUN`: why this user got this verdict.

use std::fmt::Write as _;
use std::path::Path;

use org_audit_analysis::Analyzer;
use org_audit_analysis::explain::UserExplanation;
use org_audit_model::assessment::SessionWithoutMfa;
use org_audit_model::snapshot::OrganizationSnapshot;
use org_audit_model::store::SnapshotReader;
use org_audit_model::{AccountId, UserAssessment, Verdict};

use crate::error::CliError;
use crate::text::safe;

/// The whole reasoning for one user of a run, as text.
///
/// # Errors
///
/// When the run cannot be read, or there is no such account or user in it.
pub fn explain(run: &Path, account: &str, user: &str) -> Result<String, CliError> {
    let reader = SnapshotReader::open(run)?;
    let organization = reader.organization()?;
    let id = account_id(&organization, account)?;
    let aws_managed = reader.aws_managed_policies()?;
    let analyzer = Analyzer::new(&organization, &aws_managed);
    let snapshot = reader.account(&id)?.ok_or_else(|| {
        CliError::usage(format!("account {id} is not in this run"))
            .with_help("accounts.csv of the run lists every account of the organization")
    })?;
    let explanation = analyzer.explain_user(&id, &snapshot, user).ok_or_else(|| {
        let is_known = snapshot.credential_report.value().is_some()
            || snapshot.authorization_details.value().is_some();
        if !is_known {
            return CliError::usage(format!(
                "account {id} was not read: whether it has a user `{user}` is not known"
            ))
            .with_help("accounts.csv of the run says why, and the way out");
        }
        CliError::usage(format!("account {id} has no user `{user}` in this run")).with_help(
            "users.csv of the run lists every user that was seen; names are written with their case, and without \
             the apostrophe that the CSV file puts before a name like a formula",
        )
    })?;
    Ok(text(&explanation))
}

/// The account that is meant, by its id or its name; names need not be unique.
fn account_id(organization: &OrganizationSnapshot, account: &str) -> Result<AccountId, CliError> {
    let no_id = match AccountId::try_from(account) {
        Ok(id) => return Ok(id),
        Err(error) => error,
    };
    let named = organization.accounts.iter().filter(|known| known.name == account);
    let ids: Vec<&str> = named.map(|known| known.id.as_str()).collect();
    match ids.as_slice() {
        [] => Err(CliError::usage(no_id.to_string())
            .with_help("no account of the run has it for its name either; accounts.csv lists every account")),
        [id] => AccountId::try_from(*id).map_err(|error| CliError::usage(error.to_string())),
        _ => Err(
            CliError::usage(format!("{} accounts are called `{}`", ids.len(), safe(account)))
                .with_help(format!("name one by its id: {}", ids.join(", "))),
        ),
    }
}

fn text(explained: &UserExplanation) -> String {
    let mut out = String::new();
    heading(&mut out, explained);
    credentials(&mut out, &explained.user);
    policies(&mut out, explained);
    scps(&mut out, explained);
    sessions(&mut out, &explained.user);
    section(&mut out, "What to change");
    if explained.advice.is_empty() {
        line(&mut out, "nothing");
    }
    for advice in &explained.advice {
        line(&mut out, &format!("- {advice}"));
    }
    out
}

fn heading(out: &mut String, explained: &UserExplanation) {
    let UserExplanation { account, user, .. } = explained;
    // Writing to a String cannot fail, here and below.
    let _ = writeln!(out, "{}", safe(&user.user_arn));
    line(
        out,
        &format!(
            "account {} {}, {}",
            account.account_id,
            safe(&account.account_name),
            safe(&account.ou_path)
        ),
    );
    let _ = writeln!(out);
    line(
        out,
        &format!("verdict  {}: {}", user.verdict, safe(&user.verdict_reason)),
    );
    line(out, &format!("IAM.5    {}: {}", user.iam_5, safe(&user.reason)));
}

fn credentials(out: &mut String, user: &UserAssessment) {
    section(out, "Credentials");
    let known = |value: Option<String>| value.unwrap_or_else(|| "unknown".to_owned());
    let evidence = &user.evidence;
    line(
        out,
        &format!(
            "console password    {}",
            known(user.console_password.map(yes_or_no))
        ),
    );
    let least = if user.mfa_devices_exact { "" } else { " or more" };
    line(
        out,
        &format!(
            "MFA devices         {}{least}",
            known(user.mfa_devices.map(|count| count.to_string()))
        ),
    );
    line(
        out,
        &format!(
            "active access keys  {}",
            known(user.active_access_keys.map(|count| count.to_string()))
        ),
    );
    if let Some(time) = &evidence.report_generated_at {
        let password = evidence.report_password_enabled.as_deref().unwrap_or("?");
        let mfa = evidence.report_mfa_active.as_deref().unwrap_or("?");
        line(
            out,
            &format!(
                "by the credential report of {time}: password_enabled {}, mfa_active {}",
                safe(password),
                safe(mfa)
            ),
        );
    }
    if let (Some(profile), Some(devices)) = (&evidence.live_login_profile, &evidence.live_mfa_devices) {
        let time = evidence.live_at.as_deref().unwrap_or("?");
        line(
            out,
            &format!(
                "asked of IAM at {time}: login profile {}, MFA devices {}",
                safe(profile),
                safe(devices)
            ),
        );
    }
}

fn yes_or_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

fn policies(out: &mut String, explained: &UserExplanation) {
    section(out, "Policies");
    match &explained.policies {
        Ok(policies) if policies.is_empty() => line(out, "none"),
        Ok(policies) => policies.iter().for_each(|policy| line(out, &safe(policy))),
        Err(why) => line(out, &format!("not known: {}", safe(why))),
    }
    if !explained.groups.is_empty() {
        line(out, &format!("groups: {}", safe(&explained.groups.join(", "))));
    }
    if let Some(boundary) = &explained.boundary {
        line(out, &format!("permissions boundary: {}", safe(boundary)));
    }
}

fn scps(out: &mut String, explained: &UserExplanation) {
    section(out, "Service control policies, from the root down");
    match &explained.scp_levels {
        Ok(levels) if levels.is_empty() => line(out, "none in force"),
        Ok(levels) => levels
            .iter()
            .for_each(|level| line(out, &safe(&level.join("; ")))),
        Err(why) => line(out, &format!("not known: {}", safe(why))),
    }
    if let Some(coverage) = &explained.scp_coverage {
        line(
            out,
            &format!("MFA coverage {}: {}", coverage.coverage, safe(&coverage.reason)),
        );
    }
}

fn sessions(out: &mut String, user: &UserAssessment) {
    section(out, "Sessions that can be opened without MFA");
    match &user.without_mfa {
        Some(without) => without
            .sessions
            .iter()
            .for_each(|session| one_session(out, session)),
        None if user.verdict == Verdict::Unknown => line(out, "not worked out: see the verdict"),
        None => line(out, "none"),
    }
}

fn one_session(out: &mut String, session: &SessionWithoutMfa) {
    let kind = match session.kind.as_str() {
        "console" => "console, password alone",
        "session_token" => "session of `sts:GetSessionToken`, which the access key gets without MFA",
        _ => "long-term access key",
    };
    line(out, &format!("{kind}: {}", session.verdict));
    let mut detail = |label: &str, text: String| {
        if !text.is_empty() {
            let _ = writeln!(out, "    {label:<22} {text}");
        }
    };
    let levels: Vec<String> = session
        .open_by_access_level
        .iter()
        .map(|(level, count)| format!("{count} {level}"))
        .collect();
    detail("open actions", levels.join(", "));
    detail("for example", session.examples.join(", "));
    detail("privilege escalation", session.escalations.join(", "));
    detail("on other users", session.on_others.join(", "));
    if !session.depends_on.is_empty() {
        let keys = session
            .depends_on
            .iter()
            .map(|key| safe(key))
            .collect::<Vec<_>>()
            .join(", ");
        detail(
            "not certain",
            format!("depends on {keys}, which cannot be known here; it counts as open"),
        );
    }
    detail("can enrol a device", yes_or_no(session.can_enrol));
    for decided in &session.decided_by {
        detail("decided by", safe(decided));
    }
}

fn section(out: &mut String, title: &str) {
    let _ = writeln!(out, "\n{title}");
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "  {text}");
}
