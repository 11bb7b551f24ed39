//! Where an account's facts come from: how it was entered, when, and by which calls.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::facts::AccountFacts;
use crate::model::assessment::{AccountEvidence, FailedCall};
use crate::model::ids::sha256_hex;
use crate::model::snapshot::{Access, AccountSnapshot};
use crate::model::{Failure, Reading};

/// The evidence of an account that was read.
pub(crate) fn evidence(facts: &AccountFacts<'_>) -> AccountEvidence {
    let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    AccountEvidence {
        report_generated_at: facts.report_time(),
        report_sha256: facts
            .snapshot
            .credential_report
            .value()
            .map(|raw| sha256_hex(raw.content.as_bytes())),
        users_in_summary: facts.users_in_summary(),
        users_in_report: facts.report.as_ref().ok().map(|report| count(report.users.len())),
        users_in_authorization_details: facts.details().map(|details| count(details.users.len())),
        ..evidence_of(facts.snapshot)
    }
}

/// The evidence of any account: how it was entered, or why not.
pub(crate) fn evidence_of(snapshot: &AccountSnapshot) -> AccountEvidence {
    let mut evidence = AccountEvidence {
        started_at: snapshot.started_at.to_string(),
        ended_at: snapshot.ended_at.to_string(),
        ..AccountEvidence::default()
    };
    let access = match &snapshot.access {
        Access::AssumedRole {
            role_arn,
            assumed_role_arn,
            request_id,
            session_policy,
        } => {
            evidence.role_arn = Some(role_arn.clone());
            evidence.assumed_role_arn = Some(assumed_role_arn.clone());
            evidence.session_policy = Some(*session_policy);
            if let Some(id) = request_id {
                evidence
                    .requests
                    .insert("sts:AssumeRole".into(), vec![id.clone()]);
            }
            "assumed_role"
        }
        Access::CallerCredentials => "caller_credentials",
        Access::NotAssessable { .. } => "not_assessable",
        Access::Excluded => "excluded",
        Access::Refused { role_arn, failure } => {
            evidence.role_arn = Some(role_arn.clone());
            evidence.failed_calls.push(failed_call(failure));
            "refused"
        }
    };
    evidence.access = access.to_owned();
    let mut calls = Calls {
        requests: &mut evidence.requests,
        failed: &mut evidence.failed_calls,
    };
    calls.of("iam:GetCredentialReport", &snapshot.credential_report);
    calls.of(
        "iam:GetAccountAuthorizationDetails",
        &snapshot.authorization_details,
    );
    calls.of("iam:GetAccountSummary", &snapshot.account_summary);
    calls.of("iam:GetAccountPasswordPolicy", &snapshot.password_policy);
    calls.of("iam:ListVirtualMFADevices", &snapshot.virtual_mfa_devices);
    for live in snapshot.live.values() {
        calls.failed.extend(live.login_profile.failure().map(failed_call));
        calls.failed.extend(live.mfa_devices.failure().map(failed_call));
    }
    evidence
}

struct Calls<'a> {
    requests: &'a mut BTreeMap<SmolStr, Vec<SmolStr>>,
    failed: &'a mut Vec<FailedCall>,
}

impl Calls<'_> {
    fn of<T>(&mut self, operation: &str, reading: &Reading<T>) {
        match reading {
            Reading::Read { requests, .. } if requests.is_empty() => {}
            Reading::Read { requests, .. } => {
                self.requests.insert(operation.into(), requests.clone());
            }
            Reading::Unreadable { failure, .. } => self.failed.push(failed_call(failure)),
            Reading::NotAsked { .. } => {}
        }
    }
}

fn failed_call(failure: &Failure) -> FailedCall {
    FailedCall {
        operation: failure.operation.clone(),
        code: failure.code.clone(),
        request_id: failure.request_id.clone(),
    }
}
