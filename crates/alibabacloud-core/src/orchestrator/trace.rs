//! Feature `tracing`: a span per call and an event per attempt, named as OpenTelemetry requires.
//!
//! A program that logs at level INFO sees why a call is slow: each attempt that was throttled or
//! failed for another reason that may be temporary, and each retry with the delay before it. The
//! events of other attempts have level DEBUG.
//!
//! Parameters, headers, bodies and messages of services are omitted, because they can hold secrets.
//! Without the feature everything here does nothing.

use super::resolve::ResolvedCall;
use crate::error::Error;
use crate::metrics::{AttemptMetrics, CallMetrics};
use std::time::Duration;

/// The span of a call, entered only while the call is polled.
#[derive(Clone)]
pub(crate) struct CallSpan {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(not(feature = "tracing"))]
impl CallSpan {
    pub(crate) fn new(_: &ResolvedCall) -> Self {
        Self {}
    }

    pub(crate) fn instrument<F: Future>(&self, call: F) -> F {
        call
    }

    pub(crate) fn attempt(
        &self,
        _: &AttemptMetrics<'_>,
        _: Duration,
        _: Option<&str>,
        _: Option<&Error>,
    ) {
    }

    pub(crate) fn end(&self, _: &CallMetrics<'_>, _: Option<&str>, _: Option<&Error>) {}
}

#[cfg(feature = "tracing")]
impl CallSpan {
    pub(crate) fn new(call: &ResolvedCall) -> Self {
        use tracing::field::Empty;

        let (address, port) = split_port(call.endpoint.host(), call.endpoint.is_https());
        let span = tracing::info_span!(
            "alibabacloud.call",
            otel.name = format_args!("{}/{}", call.product, call.request.action()),
            otel.kind = "client",
            otel.status_code = Empty,
            rpc.system = "alibabacloud",
            rpc.service = &*call.product,
            rpc.method = call.request.action(),
            server.address = address,
            server.port = port,
            http.request.method = call.request.method().as_str(),
            http.response.status_code = Empty,
            error.r#type = Empty,
            alibabacloud.request_id = Empty,
            alibabacloud.attempts = Empty,
            alibabacloud.throttles = Empty,
        );
        Self { span }
    }

    pub(crate) fn instrument<F: Future>(&self, call: F) -> impl Future<Output = F::Output> {
        tracing::Instrument::instrument(call, self.span.clone())
    }

    pub(crate) fn attempt(
        &self,
        attempt: &AttemptMetrics<'_>,
        delay: Duration,
        request_id: Option<&str>,
        error: Option<&Error>,
    ) {
        // The level of an event is a constant.
        macro_rules! event {
            ($level:ident) => {
                tracing::$level!(
                    parent: &self.span,
                    attempt = attempt.attempt,
                    http.response.status_code = attempt.status,
                    error.r#type = error.map(type_of),
                    alibabacloud.request_id = request_id,
                    alibabacloud.throttled = attempt.throttled,
                    delay_ms = milliseconds(delay),
                    elapsed_ms = milliseconds(attempt.elapsed),
                    "attempt"
                )
            };
        }
        let is_retry = attempt.attempt > 1;
        match is_retry || error.is_some_and(Error::is_retryable) {
            true => event!(info),
            false => event!(debug),
        }
    }

    pub(crate) fn end(
        &self,
        call: &CallMetrics<'_>,
        request_id: Option<&str>,
        error: Option<&Error>,
    ) {
        self.span.record("alibabacloud.attempts", call.attempts);
        self.span.record("alibabacloud.throttles", call.throttles);
        self.span.record("http.response.status_code", call.status);
        self.span.record("alibabacloud.request_id", request_id);
        if let Some(error) = error {
            self.span.record("error.type", type_of(error));
            self.span.record("otel.status_code", "ERROR");
        }
    }
}

#[cfg(feature = "tracing")]
fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Returns the error code of the service, else the kind. What is too long for a code, or not plain
/// text, is none.
#[cfg(feature = "tracing")]
fn type_of(error: &Error) -> &str {
    use crate::error::ErrorKind;

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

/// Splits the host and the port of an endpoint.
#[cfg(feature = "tracing")]
fn split_port(host: &str, https: bool) -> (&str, u16) {
    // The colons of an IPv6 address are within brackets.
    let port = host
        .rsplit_once(':')
        .and_then(|(name, port)| Some((name, port.parse().ok()?)));
    port.unwrap_or((host, if https { 443 } else { 80 }))
}
