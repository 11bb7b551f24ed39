//! One way to make a call: counted, its attempts counted, its request id kept, its error kept whole.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_sts::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use org_audit_model::{Failure, Reading};
use smol_str::SmolStr;

use crate::Clock;
use crate::failure::failure;

/// The call that the current task is making, for the interceptor that sees its attempts.
#[derive(Debug)]
pub(crate) struct CurrentCall {
    pub(crate) operation: &'static str,
    pub(crate) attempts: AtomicU32,
}

tokio::task_local! {
    pub(crate) static CURRENT_CALL: Arc<CurrentCall>;
}

/// How often each operation was called, without the retries inside the SDK.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<BTreeMap<&'static str, u64>>);

impl Calls {
    fn count(&self, operation: &'static str) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *calls.entry(operation).or_default() += 1;
    }

    /// The counts so far.
    pub(crate) fn snapshot(&self) -> BTreeMap<SmolStr, u64> {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls
            .iter()
            .map(|(operation, count)| (SmolStr::new_static(operation), *count))
            .collect()
    }
}

/// Makes the call `operation` and counts it.
///
/// The SDK's futures are tens of kilobytes each, and five of them run side by side within one account:
/// they live on the heap, so that a task fits on any stack.
pub(crate) fn ask<O, E, F>(
    calls: &Calls,
    operation: &'static str,
    call: F,
) -> impl Future<Output = Result<O, Failure>>
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
    F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
{
    let call = Box::pin(call);
    async move {
        calls.count(operation);
        let current = Arc::new(CurrentCall {
            operation,
            attempts: AtomicU32::new(0),
        });
        let answer = CURRENT_CALL.scope(Arc::clone(&current), call).await;
        answer.map_err(|error| {
            let attempts = current.attempts.load(Ordering::Relaxed);
            let failure = failure(operation, &error, (attempts > 0).then_some(attempts));
            tracing::debug!(operation, %failure, attempts, "call failed");
            failure
        })
    }
}

/// The calls of one reading: their request ids end up in it.
pub(crate) struct Trail<'a> {
    calls: &'a Calls,
    clock: &'a Clock,
    requests: Vec<SmolStr>,
}

impl<'a> Trail<'a> {
    pub(crate) fn new(calls: &'a Calls, clock: &'a Clock) -> Self {
        Self {
            calls,
            clock,
            requests: Vec::new(),
        }
    }

    /// Makes a call and keeps its request id, also that of a refusal.
    pub(crate) fn ask<O, E, F>(
        &mut self,
        operation: &'static str,
        call: F,
    ) -> impl Future<Output = Result<O, Failure>>
    where
        O: RequestId,
        E: std::error::Error + ProvideErrorMetadata + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    {
        let answer = ask(self.calls, operation, call);
        async move {
            let answer = answer.await;
            let id = match &answer {
                Ok(output) => output.request_id().map(SmolStr::new),
                Err(failure) => failure.request_id.clone(),
            };
            self.requests.extend(id);
            answer
        }
    }

    /// The reading that these calls make.
    pub(crate) fn reading<T>(self, result: Result<T, Failure>) -> Reading<T> {
        let at = (self.clock)();
        match result {
            Ok(value) => Reading::Read {
                at,
                requests: self.requests,
                value,
            },
            Err(failure) => Reading::Unreadable { at, failure },
        }
    }
}

/// Whether a call was answered with `code`.
pub(crate) fn has_code(failure: &Failure, code: &str) -> bool {
    failure.code.as_deref() == Some(code)
}
