//! Reports about attempts and calls, for metrics and spans.

use super::resolve::ResolvedCall;
use super::retry_state::RetryState;
use super::trace::CallSpan;
use crate::error::{Error, ErrorKind};
use crate::metrics::{AttemptMetrics, CallMetrics};
use crate::response::ResponseParts;
use crate::shared::ClientShared;
use crate::span::StartSpan;
use crate::time::Deadline;
use std::time::Duration;

/// Reports about one call.
pub(super) struct Reporter<'a> {
    shared: &'a ClientShared,
    call: &'a ResolvedCall,
    span: CallSpan,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(
        shared: &'a ClientShared,
        call: &'a ResolvedCall,
        start: Option<StartSpan>,
    ) -> Self {
        Self {
            shared,
            call,
            span: CallSpan::new(shared, call, start),
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
            delay: retry.delay(),
            elapsed,
            status,
            request_id,
            error: error.map(Error::kind),
            error_type: error.map(type_of),
            throttled: error.is_some_and(Error::is_throttling),
        };
        for metrics in &self.shared.config.metrics {
            metrics.attempt(&figures);
        }
        let is_retryable = error.is_some_and(Error::is_retryable);
        self.span.attempt(&figures, is_retryable);
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
            request_id,
            error: error.map(Error::kind),
            error_type: error.map(type_of),
        };
        for metrics in &self.shared.config.metrics {
            metrics.call(&figures);
        }
        self.span.end(&figures);
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

/// Returns the error code of the service, else the kind. What is too long for a code, or not plain
/// text, is none.
fn type_of(error: &Error) -> &str {
    const LONGEST: usize = 128;
    let is_plain = |code: &&str| code.len() <= LONGEST && !code.contains(char::is_control);
    error.code().filter(is_plain).unwrap_or(match error.kind() {
        ErrorKind::Config => "Config",
        ErrorKind::InvalidInput => "InvalidInput",
        ErrorKind::Guarded => "Guarded",
        ErrorKind::NotConfirmed => "NotConfirmed",
        ErrorKind::Intercepted => "Intercepted",
        ErrorKind::Credentials => "Credentials",
        ErrorKind::Connect => "Connect",
        ErrorKind::Interrupted => "Interrupted",
        ErrorKind::Timeout => "Timeout",
        ErrorKind::Service => "Service",
        ErrorKind::Decode => "Decode",
        ErrorKind::Unsuccessful => "Unsuccessful",
    })
}
