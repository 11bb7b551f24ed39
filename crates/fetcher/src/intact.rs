//! What the SDK does not see: an answer that was cut off and still reads like a whole one.
//!
//! The SDK's XML decoder recovers from an unclosed document without a word: a list of users that was cut
//! off after the third becomes a list of three users. An auditor must not take that for the whole, so
//! every successful answer is checked here before it is believed, and a damaged one is asked for again.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
    FinalizerInterceptorContextRef, InterceptorContext,
};
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use xmlparser::{ElementEnd, Token, Tokenizer};

use crate::calls::CURRENT_CALL;
use crate::event::{Event, Observer};

/// An answer that must not be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Damage {
    /// Nothing came.
    #[error("the answer is empty")]
    Empty,
    /// Not text at all.
    #[error("the answer is not UTF-8")]
    NotText,
    /// An element or object was opened and not closed.
    #[error("the answer was cut off: something in it is not closed")]
    Unclosed,
    /// Not well-formed, or more than one document.
    #[error("the answer is not well-formed XML")]
    Malformed,
}

/// Whether `body` is one whole XML document.
fn check_xml(body: &str) -> Result<(), Damage> {
    let mut depth = 0_usize;
    let mut roots = 0_usize;
    for token in Tokenizer::from(body) {
        match token.map_err(|_| Damage::Malformed)? {
            Token::ElementStart { .. } => {
                if depth == 0 {
                    roots += 1;
                }
                depth += 1;
            }
            Token::ElementEnd { end, .. } => match end {
                ElementEnd::Open => {}
                ElementEnd::Close(..) | ElementEnd::Empty => {
                    depth = depth.checked_sub(1).ok_or(Damage::Malformed)?;
                }
            },
            Token::Declaration { .. }
            | Token::ProcessingInstruction { .. }
            | Token::Comment { .. }
            | Token::DtdStart { .. }
            | Token::EmptyDtd { .. }
            | Token::EntityDeclaration { .. }
            | Token::DtdEnd { .. }
            | Token::Attribute { .. }
            | Token::Text { .. }
            | Token::Cdata { .. } => {}
        }
    }
    match (depth, roots) {
        (0, 1) => Ok(()),
        (0, _) => Err(Damage::Malformed),
        _ => Err(Damage::Unclosed),
    }
}

/// Whether a successful answer is whole. JSON that was cut off is an error in the SDK's decoder, but an
/// empty body counts as an empty object there, and an organization without accounts is the last thing to
/// believe.
fn check(body: &[u8]) -> Result<(), Damage> {
    let text = std::str::from_utf8(body).map_err(|_| Damage::NotText)?.trim();
    match text.bytes().next() {
        None => Err(Damage::Empty),
        Some(b'<') => check_xml(text),
        Some(b'{') if !text.ends_with('}') => Err(Damage::Unclosed),
        Some(_) => Ok(()),
    }
}

/// Refuses damaged answers, counts attempts, and tells when AWS asks to slow down.
pub(crate) struct Watch {
    pub(crate) observer: Option<Arc<dyn Observer>>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

/// How much of an error's body is looked at.
const ERROR_HEAD: usize = 1_024;

fn asks_to_slow_down(body: &[u8]) -> bool {
    let head = String::from_utf8_lossy(body.get(..ERROR_HEAD).unwrap_or(body)).into_owned();
    ["Throttl", "TooManyRequests", "RequestLimitExceeded", "SlowDown"]
        .iter()
        .any(|code| head.contains(code))
}

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "Watch"
    }

    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Outside of a call of ours (the SDK's own calls for credentials) there is nothing to count.
        let _ = CURRENT_CALL.try_with(|call| call.attempts.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.output_or_error().is_err() {
            return Ok(());
        }
        check(context.response().body().bytes().unwrap_or_default())?;
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(observer) = &self.observer else {
            return Ok(());
        };
        let Some(response) = context
            .response()
            .filter(|response| !response.status().is_success())
        else {
            return Ok(());
        };
        if asks_to_slow_down(response.body().bytes().unwrap_or_default()) {
            let _ = CURRENT_CALL.try_with(|call| {
                observer.event(Event::Throttled {
                    operation: call.operation,
                });
            });
        }
        Ok(())
    }
}

/// Lets the SDK try again when an answer was damaged on the way: one of HTTP status 2xx that could not be
/// understood, or an error whose text was cut off and may have been one that is worth another attempt.
/// Every call of this crate may be repeated without harm.
#[derive(Debug)]
pub(crate) struct RetryDamaged;

impl ClassifyRetry for RetryDamaged {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let failed = context.output_or_error().is_some_and(|output| output.is_err());
        let damaged = context.response().is_some_and(|response| {
            let body = response.body().bytes().unwrap_or_default();
            response.status().is_success() || (!body.is_empty() && check(body).is_err())
        });
        if failed && damaged {
            RetryAction::transient_error()
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "RetryDamaged"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "<?xml version=\"1.0\"?>\n<R xmlns=\"x\"><L><m a='1'/><m>t</m></L></R>\n";

    #[test]
    fn a_whole_document_is_believed() {
        assert_eq!(check(WHOLE.as_bytes()), Ok(()));
        assert_eq!(check(b"{\"Accounts\":[]}\n"), Ok(()));
    }

    #[test]
    fn a_document_cut_off_anywhere_is_not_believed() {
        let whole = WHOLE.trim_end();
        for end in 0..whole.len() {
            assert!(check(&whole.as_bytes()[..end]).is_err(), "{}", &whole[..end]);
        }
        assert_eq!(check(b"{\"Accounts\":[{\"Id\":"), Err(Damage::Unclosed));
    }

    #[test]
    fn two_documents_and_stray_ends_are_not_believed() {
        assert!(check(b"<a/><b/>").is_err());
        assert!(check(b"<a></a></a>").is_err());
        assert_eq!(check(b"   "), Err(Damage::Empty));
        assert_eq!(check(b"<a>\xff</a>"), Err(Damage::NotText));
    }

    #[test]
    fn throttling_is_recognized_in_both_protocols() {
        assert!(asks_to_slow_down(b"<Error><Code>Throttling</Code></Error>"));
        assert!(asks_to_slow_down(b"{\"__type\":\"TooManyRequestsException\"}"));
        assert!(!asks_to_slow_down(b"<Error><Code>AccessDenied</Code></Error>"));
    }
}
