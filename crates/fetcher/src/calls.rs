//! The ways to make a call: counted, its attempts counted, its request id kept, its error kept whole.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// How often each operation was called, without the retries inside the SDK; and the request ids of those calls
/// whose answers have no [`Reading`] to keep them.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<Made>);

#[derive(Debug, Default)]
struct Made {
    counts: BTreeMap<&'static str, u64>,
    requests: BTreeMap<&'static str, Vec<SmolStr>>,
}

impl Calls {
    fn made(&self) -> MutexGuard<'_, Made> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, operation: &'static str) {
        *self.made().counts.entry(operation).or_default() += 1;
    }

    /// The counts so far.
    pub(crate) fn snapshot(&self) -> BTreeMap<SmolStr, u64> {
        let made = self.made();
        made.counts
            .iter()
            .map(|(operation, count)| (SmolStr::new_static(operation), *count))
            .collect()
    }

    /// The request ids that were kept so far, by operation, sorted: calls run side by side.
    pub(crate) fn requests(&self) -> BTreeMap<SmolStr, Vec<SmolStr>> {
        let made = self.made();
        made.requests
            .iter()
            .map(|(operation, ids)| {
                let mut ids = ids.clone();
                ids.sort();
                (SmolStr::new_static(operation), ids)
            })
            .collect()
    }
}

/// Makes the call `operation`, counts it and keeps its request id, for the collection's own record.
pub(crate) fn ask_and_keep<O, E, F>(
    calls: &Calls,
    operation: &'static str,
    call: F,
) -> impl Future<Output = Result<O, Failure>>
where
    O: RequestId,
    E: std::error::Error + ProvideErrorMetadata + 'static,
    F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
{
    let answer = ask(calls, operation, call);
    async move {
        let answer = answer.await;
        if let Some(id) = answer.as_ref().ok().and_then(RequestId::request_id) {
            let mut made = calls.made();
            made.requests.entry(operation).or_default().push(id.into());
        }
        answer
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
