//! The credential report: started, waited for, fetched.
//!
//! IAM User Guide, "Generate credential reports for your AWS account": a report is made at most every
//! four hours; in between `GetCredentialReport` hands out the old one.

use std::time::Duration;

use aws_sdk_iam::types::ReportStateType;
use org_audit_model::snapshot::RawCredentialReport;
use org_audit_model::{Failure, FailureKind, Reading};

use super::Reader;
use crate::calls::{Trail, has_code};
use crate::failure::invalid;
use crate::organization::timestamp;

const GENERATE: &str = "iam:GenerateCredentialReport";
const GET: &str = "iam:GetCredentialReport";

/// The first wait for a report, doubled up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A report that was asked for.
pub(super) struct Generated<'a> {
    trail: Trail<'a>,
    result: Result<Option<ReportStateType>, Failure>,
}

/// What `GetCredentialReport` said.
enum Answer {
    Report(RawCredentialReport),
    /// It is being made.
    Wait(Failure),
    /// There is none, or none that is young enough: it has to be started again.
    Start(Failure),
}

impl Reader<'_> {
    /// Asks for a report to be made.
    pub(super) async fn generate_report(&self) -> Generated<'_> {
        let mut trail = self.trail();
        let result = self.generate(&mut trail).await;
        Generated { trail, result }
    }

    async fn generate(&self, trail: &mut Trail<'_>) -> Result<Option<ReportStateType>, Failure> {
        let answer = trail
            .ask(GENERATE, self.client.generate_credential_report().send())
            .await;
        match answer {
            Ok(output) => Ok(output.state().cloned()),
            // Too many at once: a report is there or being made.
            Err(failure) if has_code(&failure, "LimitExceeded") => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Fetches the report, waiting for it as long as the settings allow.
    ///
    /// Where it could not be started, one that somebody else had made within the last four hours is as
    /// good; without one, the reading fails with what stopped the start.
    pub(super) async fn fetch_report(&self, generated: Generated<'_>) -> Reading<RawCredentialReport> {
        let Generated { mut trail, result } = generated;
        let report = match result {
            Ok(_) => self.poll(&mut trail).await,
            Err(failure) if failure.kind == FailureKind::Credentials => Err(failure),
            Err(failure) => match self.get(&mut trail).await {
                Ok(Answer::Report(report)) => Ok(report),
                Ok(Answer::Wait(_) | Answer::Start(_)) | Err(_) => Err(failure),
            },
        };
        trail.reading(report)
    }

    async fn poll(&self, trail: &mut Trail<'_>) -> Result<RawCredentialReport, Failure> {
        let mut wait = FIRST_WAIT;
        let mut waited = Duration::ZERO;
        loop {
            let not_yet = match self.get(trail).await? {
                Answer::Report(report) => return Ok(report),
                Answer::Wait(failure) => failure,
                Answer::Start(failure) => {
                    self.generate(trail).await?;
                    failure
                }
            };
            if waited >= self.accounts.settings.report_timeout {
                return Err(Failure {
                    kind: FailureKind::NotReady,
                    ..not_yet
                });
            }
            tokio::time::sleep(wait).await;
            waited += wait;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn get(&self, trail: &mut Trail<'_>) -> Result<Answer, Failure> {
        let answer = trail.ask(GET, self.client.get_credential_report().send()).await;
        let output = match answer {
            Ok(output) => output,
            Err(failure) if has_code(&failure, "ReportInProgress") => return Ok(Answer::Wait(failure)),
            Err(failure) if has_code(&failure, "ReportNotPresent") || has_code(&failure, "ReportExpired") => {
                return Ok(Answer::Start(failure));
            }
            Err(failure) => return Err(failure),
        };
        let content = output
            .content()
            .ok_or_else(|| invalid(GET, "the answer has no content"))?;
        let content = std::str::from_utf8(content.as_ref())
            .map_err(|_| invalid(GET, "the report is not UTF-8 text"))?;
        let generated_at = output
            .generated_time()
            .and_then(timestamp)
            .ok_or_else(|| invalid(GET, "the answer has no GeneratedTime"))?;
        Ok(Answer::Report(RawCredentialReport {
            generated_at,
            content: content.to_owned(),
        }))
    }
}
