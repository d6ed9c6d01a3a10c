//! The span of a call, with its attempts, and what is counted of both.

use crate::instruments::Instruments;
use crate::names::{
    ATTEMPTS, CANCELLED, CLOUD_REGION, DELAY, ERROR_TYPE, HTTP_REQUEST_METHOD, HTTP_RESEND_COUNT,
    HTTP_STATUS_CODE, REQUEST_ID, RPC_METHOD, RPC_SYSTEM_NAME, SERVER_ADDRESS, SERVER_PORT, SYSTEM,
    THROTTLED, THROTTLES,
};
use alibabacloud_core::metrics::{AttemptMetrics, CallMetrics};
use alibabacloud_core::span::{CallStart, Span, StartSpan, Tracer};
use opentelemetry::global::BoxedTracer;
use opentelemetry::trace::{Span as _, SpanKind, Status, TraceContextExt, Tracer as _};
use opentelemetry::{Context, KeyValue, time};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Starts the span of each call.
#[derive(Clone, Debug)]
pub(crate) struct CallTracer(Arc<Telemetry>);

/// What receives spans and metrics.
#[derive(Debug)]
pub(crate) struct Telemetry {
    pub(crate) tracer: BoxedTracer,
    pub(crate) instruments: Instruments,
    /// Attempts are spans; else they are events.
    pub(crate) attempt_spans: bool,
}

impl CallTracer {
    pub(crate) fn new(telemetry: Telemetry) -> Self {
        Self(Arc::new(telemetry))
    }
}

impl Tracer for CallTracer {
    fn prepare(&self) -> StartSpan {
        let telemetry = self.0.clone();
        let caller = Context::current();
        Box::new(move |call| {
            // The caller may have wrapped the future in another context; a blocking call runs in a
            // thread that has none.
            let parent = match Context::map_current(TraceContextExt::has_active_span) {
                true => Context::current(),
                false => caller,
            };
            Arc::new(CallSpan::start(telemetry, call, &parent))
        })
    }
}

/// The span of a call.
struct CallSpan {
    telemetry: Arc<Telemetry>,
    /// The context in which the call runs: its span is that of the call.
    context: Context,
    /// Attributes of the metrics of calls, which say what is called.
    call: Vec<KeyValue>,
    /// Attributes of an HTTP request.
    request: [KeyValue; 3],
    ended: AtomicBool,
}

impl CallSpan {
    fn start(telemetry: Arc<Telemetry>, call: &CallStart<'_>, parent: &Context) -> Self {
        let name = format!("{}/{}", call.product, call.operation);
        let server = [
            KeyValue::new(SERVER_ADDRESS, call.endpoint.address().to_owned()),
            KeyValue::new(SERVER_PORT, i64::from(call.endpoint.port())),
        ];
        let method = KeyValue::new(HTTP_REQUEST_METHOD, call.method.as_str());
        let mut target = vec![
            KeyValue::new(RPC_SYSTEM_NAME, SYSTEM),
            KeyValue::new(RPC_METHOD, name.clone()),
        ];
        target.extend(server.clone());
        target.extend(region(call.region));
        let span = telemetry
            .tracer
            .span_builder(name)
            .with_kind(SpanKind::Client)
            .with_attributes(target.iter().cloned().chain([method.clone()]))
            .start_with_context(&telemetry.tracer, parent);
        let [address, port] = server;
        Self {
            telemetry,
            context: parent.with_span(span),
            call: target,
            request: [method, address, port],
            ended: AtomicBool::new(false),
        }
    }
}

fn region(region: Option<&str>) -> Option<KeyValue> {
    Some(KeyValue::new(CLOUD_REGION, region?.to_owned()))
}

/// Returns the attributes of a result that metrics may have: few values.
fn outcome(
    status: Option<u16>,
    error_type: Option<&str>,
) -> impl Iterator<Item = KeyValue> + use<> {
    let status = status.map(|status| KeyValue::new(HTTP_STATUS_CODE, i64::from(status)));
    let error = error_type.map(|error| KeyValue::new(ERROR_TYPE, error.to_owned()));
    status.into_iter().chain(error)
}

fn request_id(id: Option<&str>) -> Option<KeyValue> {
    Some(KeyValue::new(REQUEST_ID, id?.to_owned()))
}

impl Span for CallSpan {
    fn enter(&self, poll: &mut dyn FnMut()) {
        let _attached = self.context.clone().attach();
        poll();
    }

    fn attempt(&self, attempt: &AttemptMetrics<'_>) {
        let outcome: Vec<_> = outcome(attempt.status, attempt.error_type).collect();
        let instruments = &self.telemetry.instruments;
        let mut measured = self.request.to_vec();
        measured.extend(outcome.iter().cloned());
        instruments
            .request_duration
            .record(attempt.elapsed.as_secs_f64(), &measured);
        if attempt.throttled {
            instruments.throttles.add(1, &self.call);
        }
        let resends = attempt.attempt.saturating_sub(1);
        if resends > 0 {
            let delay = attempt.delay.as_secs_f64();
            instruments.retry_delay.record(delay, &self.call);
        }

        let call = self.context.span();
        if !call.is_recording() {
            return;
        }
        let mut attributes = outcome;
        attributes.extend(request_id(attempt.request_id));
        if attempt.throttled {
            attributes.push(KeyValue::new(THROTTLED, true));
        }
        if resends > 0 {
            attributes.push(KeyValue::new(HTTP_RESEND_COUNT, i64::from(resends)));
            attributes.push(KeyValue::new(DELAY, attempt.delay.as_secs_f64()));
        }
        if !self.telemetry.attempt_spans {
            call.add_event("attempt", attributes);
            return;
        }
        let end = time::now();
        let mut span = self
            .telemetry
            .tracer
            // The path of a request can hold IDs, and is therefore not in the name.
            .span_builder(attempt_name(&self.request))
            .with_kind(SpanKind::Client)
            .with_start_time(end.checked_sub(attempt.elapsed).unwrap_or(end))
            .with_attributes(self.request.iter().cloned().chain(attributes))
            .start_with_context(&self.telemetry.tracer, &self.context);
        if attempt.error.is_some() {
            span.set_status(Status::error(""));
        }
        span.end_with_timestamp(end);
    }

    fn end(&self, call: &CallMetrics<'_>) {
        self.ended.store(true, Ordering::Relaxed);
        let outcome: Vec<_> = outcome(call.status, call.error_type).collect();
        let mut measured = self.call.clone();
        measured.extend(outcome.iter().cloned());
        let instruments = &self.telemetry.instruments;
        instruments
            .call_duration
            .record(call.elapsed.as_secs_f64(), &measured);
        instruments
            .attempts
            .record(call.attempts.into(), &self.call);

        let span = self.context.span();
        span.set_attributes(outcome.into_iter().chain(request_id(call.request_id)));
        span.set_attribute(KeyValue::new(ATTEMPTS, i64::from(call.attempts)));
        span.set_attribute(KeyValue::new(THROTTLES, i64::from(call.throttles)));
        if call.error.is_some() {
            // The attribute `error.type` says what happened; messages can hold secrets.
            span.set_status(Status::error(""));
        }
        span.end();
    }
}

/// Returns the name of the span of an attempt: the HTTP method.
fn attempt_name(request: &[KeyValue; 3]) -> String {
    let [method, ..] = request;
    method.value.as_str().into_owned()
}

impl Drop for CallSpan {
    fn drop(&mut self) {
        if !*self.ended.get_mut() {
            let span = self.context.span();
            span.set_attribute(KeyValue::new(CANCELLED, true));
            span.end();
        }
    }
}

impl fmt::Debug for CallSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallSpan")
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}
