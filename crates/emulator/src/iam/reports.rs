//! The credential report's two operations.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::Iam;
use crate::error::ApiError;
use crate::form::Form;
use crate::report::{self, AsOf, ReportState};
use crate::xml::Xml;

const NO_REPORT: &str = "No report exists. Inform caller to call GenerateCredentialReport.";

pub(super) fn generate_credential_report(iam: &Iam<'_>, _: &Form) -> Result<String, ApiError> {
    let live = &iam.context.emulator.live;
    if let Some(limit) = iam.context.faults().report_limit(&iam.account.id)
        && live.refuse_report(iam.account, limit)
    {
        return Err(ApiError::new(
            409,
            "LimitExceeded",
            "The request was rejected because it attempted to create resources beyond the current account limits.",
        ));
    }
    let (state, description) = match live.report(iam.account, iam.context.now) {
        None => {
            let since = iam.context.now;
            let tick = live.tick();
            let polls_left = iam.account.report_polls;
            live.set_report(
                iam.account,
                ReportState::Making {
                    since,
                    tick,
                    polls_left,
                },
            );
            (
                "STARTED",
                Some("No report exists. Starting a new report generation task"),
            )
        }
        Some(state) => match advance(iam, state) {
            ReportState::Making { .. } => ("INPROGRESS", None),
            ReportState::Complete { .. } => ("COMPLETE", None),
        },
    };
    let mut xml = Xml::new();
    xml.text("State", state);
    if let Some(description) = description {
        xml.text("Description", description);
    }
    Ok(xml.finish())
}

pub(super) fn get_credential_report(iam: &Iam<'_>, _: &Form) -> Result<String, ApiError> {
    let live = &iam.context.emulator.live;
    let Some(state) = live.report(iam.account, iam.context.now) else {
        let error = if live.has_expired_report(iam.account, iam.context.now) {
            ApiError::new(
                410,
                "ReportExpired",
                "The report has expired. Generate a new one with GenerateCredentialReport.",
            )
        } else {
            ApiError::new(410, "ReportNotPresent", NO_REPORT)
        };
        return Err(error);
    };
    let state = advance(iam, state);
    match state {
        ReportState::Making { .. } => Err(ApiError::new(
            404,
            "ReportInProgress",
            "The credential report is still being generated.",
        )),
        ReportState::Complete { .. } => Ok(content(iam, state.as_of())),
    }
}

/// One more question about a report that is being made. It shows the account as of when it was
/// started, whenever it is fetched.
fn advance(iam: &Iam<'_>, state: ReportState) -> ReportState {
    let ReportState::Making {
        since,
        tick,
        polls_left,
    } = state
    else {
        return state;
    };
    let faults = iam.context.faults();
    let next = if faults.report_never_completes(&iam.account.id)
        || faults
            .report_takes()
            .is_some_and(|takes| iam.context.now.duration_since(since) < takes)
    {
        state
    } else if let Some(polls_left) = polls_left.checked_sub(1) {
        ReportState::Making {
            since,
            tick,
            polls_left,
        }
    } else {
        let generated = Timestamp::from_second(since.as_second()).unwrap_or(since);
        ReportState::Complete { generated, tick }
    };
    iam.context.emulator.live.set_report(iam.account, next);
    next
}

fn content(iam: &Iam<'_>, as_of: AsOf) -> String {
    let live = &iam.context.emulator.live;
    let rows: Vec<_> = iam
        .view
        .users
        .iter()
        .map(|user| (user, live.credentials(iam.account, user, as_of)))
        .collect();
    let rotation = iam.account.password_policy.and_then(|policy| policy.max_age);
    let text = report::render(iam.account, &rows, rotation);
    let mut xml = Xml::new();
    xml.text("Content", &STANDARD.encode(text));
    xml.text("ReportFormat", "text/csv");
    xml.value("GeneratedTime", as_of.time);
    xml.finish()
}
