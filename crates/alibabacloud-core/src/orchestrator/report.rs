//! Reports about attempts and calls, for metrics and tracing.

use super::resolve::ResolvedCall;
use super::retry_state::RetryState;
use super::trace::CallSpan;
use crate::error::Error;
use crate::metrics::{AttemptMetrics, CallMetrics};
use crate::response::ResponseParts;
use crate::shared::ClientShared;
use crate::time::Deadline;
use std::time::Duration;

/// Reports about one call.
pub(super) struct Reporter<'a> {
    shared: &'a ClientShared,
    call: &'a ResolvedCall,
    span: CallSpan,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(shared: &'a ClientShared, call: &'a ResolvedCall) -> Self {
        Self {
            shared,
            call,
            span: CallSpan::new(call),
        }
    }

    /// Returns the span of the call.
    pub(super) fn span(&self) -> CallSpan {
        self.span.clone()
    }

    /// Reports an attempt.
    pub(super) fn attempt(
        &self,
        retry: &RetryState<'_>,
        elapsed: Duration,
        result: Result<&ResponseParts, &Error>,
    ) {
        let (status, request_id, error) = outcome(result);
        let figures = AttemptMetrics {
            product: &self.call.product,
            operation: self.call.request.action(),
            attempt: retry.attempts(),
            elapsed,
            status,
            error: error.map(Error::kind),
            throttled: error.is_some_and(Error::is_throttling),
        };
        for metrics in &self.shared.config.metrics {
            metrics.attempt(&figures);
        }
        self.span
            .attempt(&figures, retry.delay(), request_id, error);
    }

    /// Reports the whole call.
    pub(super) fn call(
        &self,
        retry: &RetryState<'_>,
        deadline: Deadline<'_>,
        result: Result<&ResponseParts, &Error>,
    ) {
        let (status, request_id, error) = outcome(result);
        let figures = CallMetrics {
            product: &self.call.product,
            operation: self.call.request.action(),
            attempts: retry.attempts(),
            throttles: retry.throttles(),
            elapsed: result.map_or_else(|_| deadline.elapsed(), |response| response.elapsed),
            status,
            error: error.map(Error::kind),
        };
        for metrics in &self.shared.config.metrics {
            metrics.call(&figures);
        }
        self.span.end(&figures, request_id, error);
    }
}

/// Returns the status, the request ID and the error of a result.
fn outcome<'a>(
    result: Result<&'a ResponseParts, &'a Error>,
) -> (Option<u16>, Option<&'a str>, Option<&'a Error>) {
    match result {
        Ok(response) => (Some(response.status), response.request_id.as_deref(), None),
        Err(error) => (error.http_status(), error.request_id(), Some(error)),
    }
}
