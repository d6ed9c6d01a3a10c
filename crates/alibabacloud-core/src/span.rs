//! Spans of calls, for tracing systems.

use crate::endpoint::Endpoint;
use crate::http::Method;
use crate::metrics::{AttemptMetrics, CallMetrics};
use std::fmt;
use std::sync::Arc;

/// Creates the span of each call, in a tracing system; set with
/// [`Config::tracer`](crate::Config::tracer).
///
/// The crate `alibabacloud-opentelemetry` implements it for OpenTelemetry. Spans of the crate
/// `tracing` need no tracer, but the feature `tracing`.
pub trait Tracer: Send + Sync + fmt::Debug + 'static {
    /// Returns the function that starts the span of a call.
    ///
    /// Runs in the thread that makes the call, also if that waits while another thread runs the
    /// call, so that it can keep the span that is current there. The pages and waits of blocking
    /// code are an exception: the other thread makes their calls. The function runs when the call
    /// starts; a call that is invalid never starts.
    fn prepare(&self) -> StartSpan;
}

/// Starts the span of a call; returned by [`Tracer::prepare`].
pub type StartSpan = Box<dyn FnOnce(&CallStart<'_>) -> Arc<dyn Span> + Send>;

/// The span of a call. It is dropped without [`end`](Self::end) if the future of the call is
/// dropped.
pub trait Span: Send + Sync {
    /// Runs `poll` while the span is the current one of the tracing system.
    ///
    /// `poll` makes progress with the call, including its interceptors. It runs once, also if an
    /// implementation calls it more often or not at all.
    fn enter(&self, poll: &mut dyn FnMut()) {
        poll();
    }

    /// Records an attempt that has ended.
    fn attempt(&self, attempt: &AttemptMetrics<'_>) {
        let _ = attempt;
    }

    /// Ends the span of a call that has ended, after all its attempts and before its response is
    /// decoded.
    fn end(&self, call: &CallMetrics<'_>) {
        let _ = call;
    }
}

/// A call that starts.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallStart<'a> {
    /// The product code: `oos`.
    pub product: &'a str,
    /// The operation: `ListExecutions`.
    pub operation: &'a str,
    /// The HTTP method.
    pub method: Method,
    /// The server that the call is sent to.
    pub endpoint: &'a Endpoint,
    /// The region of the endpoint, else that of the call or of the client; `None` if none is known.
    pub region: Option<&'a str>,
}
