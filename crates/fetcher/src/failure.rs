//! From an error of the SDK to a [`Failure`] that keeps everything that AWS said, and nothing secret.

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::RequestId as _;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use org_audit_model::{Failure, FailureKind};

/// Codes with which services ask to slow down; the SDK retries on the same ones (`aws-runtime`,
/// `THROTTLING_ERRORS`).
const THROTTLING_CODES: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "LimitExceededException",
    "SlowDown",
];

/// Codes that say that the credentials are at fault (IAM API Reference, "Common Errors").
const CREDENTIAL_CODES: &[&str] = &[
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
];

/// What an error code means, where it is one of those that mean the same everywhere.
fn kind_of_code(code: &str) -> Option<FailureKind> {
    if code.starts_with("AccessDenied") || code == "UnauthorizedOperation" || code == "NotAuthorized" {
        return Some(FailureKind::AccessDenied);
    }
    if THROTTLING_CODES.contains(&code) {
        return Some(FailureKind::Throttled);
    }
    if CREDENTIAL_CODES.contains(&code) {
        return Some(FailureKind::Credentials);
    }
    None
}

/// What kind of failure an answer is.
fn kind_of_answer(code: Option<&str>, status: u16) -> FailureKind {
    if let Some(kind) = code.and_then(kind_of_code) {
        return kind;
    }
    match (code, status) {
        (_, 429) => FailureKind::Throttled,
        (_, 500..) => FailureKind::ServiceFault,
        (Some(_), _) => FailureKind::Other,
        // Without a code it is not AWS's form: a proxy's page, or an answer that was cut off.
        (None, _) => FailureKind::InvalidResponse,
    }
}

/// The messages of an error and of what caused it, outermost first, each once.
///
/// Never the `Debug` form: it would show the raw answer, and `AssumeRole`'s answer holds a secret key.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() && !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    parts.join(": ")
}

/// The error of finding credentials, where that is why the call failed: the SDK fetches them inside the
/// call and reports that like a network fault.
fn credentials_error<'e>(
    error: &'e (dyn std::error::Error + 'static),
) -> Option<&'e (dyn std::error::Error + 'static)> {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<CredentialsError>() {
            return Some(error);
        }
        next = error.source();
    }
    None
}

/// The failure of a call that was attempted `attempts` times.
pub(crate) fn failure<E>(operation: &str, error: &SdkError<E, HttpResponse>, attempts: Option<u32>) -> Failure
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    let status = error.raw_response().map(|raw| raw.status().as_u16());
    let kind = match error {
        SdkError::ServiceError(_) => kind_of_answer(code, status.unwrap_or_default()),
        SdkError::ResponseError(_) => FailureKind::InvalidResponse,
        SdkError::TimeoutError(_) => FailureKind::Timeout,
        SdkError::DispatchFailure(_) if credentials_error(error).is_some() => FailureKind::Credentials,
        SdkError::DispatchFailure(dispatch) if dispatch.is_timeout() => FailureKind::Timeout,
        SdkError::DispatchFailure(_) => FailureKind::Connection,
        SdkError::ConstructionFailure(_) | _ => FailureKind::Other,
    };
    let message = error
        .as_service_error()
        .and_then(ProvideErrorMetadata::message)
        .map_or_else(|| chain(credentials_error(error).unwrap_or(error)), str::to_owned);
    Failure {
        code: code.map(Into::into),
        http_status: status,
        request_id: error.request_id().map(Into::into),
        attempts,
        ..Failure::new(kind, operation, message)
    }
}

/// A failure of an answer that arrived and cannot be right.
pub(crate) fn invalid(operation: &str, why: &str) -> Failure {
    Failure::new(FailureKind::InvalidResponse, operation, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_decides_before_the_status_does() {
        assert_eq!(kind_of_answer(Some("Throttling"), 503), FailureKind::Throttled);
        assert_eq!(
            kind_of_answer(Some("AccessDeniedException"), 400),
            FailureKind::AccessDenied
        );
        assert_eq!(
            kind_of_answer(Some("ExpiredToken"), 403),
            FailureKind::Credentials
        );
        assert_eq!(
            kind_of_answer(Some("ServiceFailure"), 500),
            FailureKind::ServiceFault
        );
        assert_eq!(kind_of_answer(Some("NoSuchEntity"), 404), FailureKind::Other);
    }

    #[test]
    fn an_answer_without_a_code_is_judged_by_its_status() {
        assert_eq!(kind_of_answer(None, 502), FailureKind::ServiceFault);
        assert_eq!(kind_of_answer(None, 429), FailureKind::Throttled);
        assert_eq!(kind_of_answer(None, 200), FailureKind::InvalidResponse);
        assert_eq!(kind_of_answer(None, 403), FailureKind::InvalidResponse);
    }
}
