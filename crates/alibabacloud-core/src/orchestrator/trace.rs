//! The span of a call: that of the tracer in the configuration, and with feature `tracing` another
//! one, with an event per attempt, named as OpenTelemetry requires.
//!
//! A program that logs at level INFO sees why a call is slow: each attempt that was throttled or
//! failed for another reason that may be temporary, and each retry with the delay before it. The
//! events of other attempts have level DEBUG.
//!
//! Parameters, headers, bodies and messages of services are omitted, because they can hold secrets.

use super::resolve::ResolvedCall;
use crate::metrics::{AttemptMetrics, CallMetrics};
use crate::shared::ClientShared;
use crate::span::{CallStart, Span, StartSpan};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// The span of a call, entered only while the call is polled.
#[derive(Clone)]
pub(crate) struct CallSpan {
    /// The span of the tracer in the configuration.
    configured: Option<Arc<dyn Span>>,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl CallSpan {
    pub(crate) fn new(
        shared: &ClientShared,
        call: &ResolvedCall,
        start: Option<StartSpan>,
    ) -> Self {
        let start_span = |start: StartSpan| {
            start(&CallStart {
                product: &call.product,
                operation: call.request.action(),
                method: call.request.method(),
                endpoint: &call.endpoint,
                region: call.region(shared),
            })
        };
        Self {
            configured: start.map(start_span),
            #[cfg(feature = "tracing")]
            span: new_span(call),
        }
    }

    /// Polls a call within the span.
    pub(crate) fn poll<F: Future>(
        &self,
        mut call: Pin<&mut F>,
        context: &mut Context<'_>,
    ) -> Poll<F::Output> {
        let mut poll = || {
            #[cfg(feature = "tracing")]
            let _entered = self.span.enter();
            call.as_mut().poll(context)
        };
        let Some(span) = &self.configured else {
            return poll();
        };
        // A future must not be polled after it is ready, and is forgotten if it is not polled.
        let mut polled = None;
        span.enter(&mut || {
            polled.get_or_insert_with(&mut poll);
        });
        polled.unwrap_or_else(poll)
    }

    pub(crate) fn attempt(&self, attempt: &AttemptMetrics<'_>, is_retryable: bool) {
        if let Some(span) = &self.configured {
            span.attempt(attempt);
        }
        #[cfg(feature = "tracing")]
        attempt_event(&self.span, attempt, is_retryable);
        #[cfg(not(feature = "tracing"))]
        let _ = is_retryable;
    }

    pub(crate) fn end(&self, call: &CallMetrics<'_>) {
        if let Some(span) = &self.configured {
            span.end(call);
        }
        #[cfg(feature = "tracing")]
        end_span(&self.span, call);
    }
}

#[cfg(feature = "tracing")]
fn new_span(call: &ResolvedCall) -> tracing::Span {
    use tracing::field::Empty;

    let endpoint = &call.endpoint;
    tracing::info_span!(
        "alibabacloud.call",
        otel.name = format_args!("{}/{}", call.product, call.request.action()),
        otel.kind = "client",
        otel.status_code = Empty,
        rpc.system.name = "alibabacloud",
        rpc.method = format_args!("{}/{}", call.product, call.request.action()),
        server.address = endpoint.address(),
        server.port = endpoint.port(),
        http.request.method = call.request.method().as_str(),
        http.response.status_code = Empty,
        error.r#type = Empty,
        alibabacloud.request_id = Empty,
        alibabacloud.attempts = Empty,
        alibabacloud.throttles = Empty,
    )
}

#[cfg(feature = "tracing")]
fn attempt_event(span: &tracing::Span, attempt: &AttemptMetrics<'_>, is_retryable: bool) {
    // The level of an event is a constant.
    macro_rules! event {
        ($level:ident) => {
            tracing::$level!(
                parent: span,
                attempt = attempt.attempt,
                http.response.status_code = attempt.status,
                error.r#type = attempt.error_type,
                alibabacloud.request_id = attempt.request_id,
                alibabacloud.throttled = attempt.throttled,
                delay_ms = milliseconds(attempt.delay),
                elapsed_ms = milliseconds(attempt.elapsed),
                "attempt"
            )
        };
    }
    match attempt.attempt > 1 || is_retryable {
        true => event!(info),
        false => event!(debug),
    }
}

#[cfg(feature = "tracing")]
fn end_span(span: &tracing::Span, call: &CallMetrics<'_>) {
    span.record("alibabacloud.attempts", call.attempts);
    span.record("alibabacloud.throttles", call.throttles);
    span.record("http.response.status_code", call.status);
    span.record("alibabacloud.request_id", call.request_id);
    if let Some(error) = call.error_type {
        span.record("error.type", error);
        span.record("otel.status_code", "ERROR");
    }
}

#[cfg(feature = "tracing")]
fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
