//! What is reported, and to what.

use crate::instruments::Instruments;
use crate::names::SCHEMA_URL;
use crate::propagation::Propagate;
use crate::tracer::{CallTracer, Telemetry};
use alibabacloud_core::Config;
use opentelemetry::InstrumentationScope;
use opentelemetry::global::{self, BoxedTracer};
use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry::trace::{Span, Tracer, TracerProvider};

/// Reports the calls of all clients of a configuration to the global providers.
///
/// Set the providers first (`opentelemetry::global::set_tracer_provider`, `set_meter_provider`):
/// those of this moment are used. Without them nothing is reported. See [`Instrumentation`] for
/// other settings.
pub fn instrument(config: Config) -> Config {
    Instrumentation::new().install(config)
}

/// Reports the calls of all clients of a configuration, with settings.
///
/// ```
/// use alibabacloud_core::Config;
/// use alibabacloud_opentelemetry::Instrumentation;
///
/// let config = Instrumentation::new()
///     .attempt_spans(true)
///     .install(Config::from_env());
/// ```
#[derive(Debug)]
pub struct Instrumentation {
    tracer: Option<BoxedTracer>,
    meter: Option<Meter>,
    attempt_spans: bool,
    propagate: bool,
}

impl Instrumentation {
    /// Creates the default settings: spans and metrics go to the global providers, attempts are
    /// events of the span of a call, and no context is sent to the service.
    pub fn new() -> Self {
        Self {
            tracer: None,
            meter: None,
            attempt_spans: false,
            propagate: false,
        }
    }

    /// Sets the provider of spans. The default is the global one.
    pub fn tracer_provider<P>(mut self, provider: &P) -> Self
    where
        P: TracerProvider,
        P::Tracer: Tracer + Send + Sync + 'static,
        <P::Tracer as Tracer>::Span: Span + Send + Sync + 'static,
    {
        let tracer = provider.tracer_with_scope(scope());
        self.tracer = Some(BoxedTracer::new(Box::new(tracer)));
        self
    }

    /// Sets the provider of metrics. The default is the global one.
    pub fn meter_provider(mut self, provider: &dyn MeterProvider) -> Self {
        self.meter = Some(provider.meter_with_scope(scope()));
        self
    }

    /// Sets whether each attempt is a span below that of the call, instead of an event in it. They
    /// show in a trace how long each attempt and each delay took, and cost at least one more span
    /// per call.
    pub fn attempt_spans(mut self, enabled: bool) -> Self {
        self.attempt_spans = enabled;
        self
    }

    /// Sets whether requests have the headers that the global propagator injects, such as
    /// `traceparent`. The propagator may also send baggage of the program, which the service then
    /// receives. A header in the options of a call is kept.
    pub fn propagate_context(mut self, enabled: bool) -> Self {
        self.propagate = enabled;
        self
    }

    /// Adds the settings to a configuration. Replaces its tracer.
    pub fn install(self, config: Config) -> Config {
        let meter = self
            .meter
            .unwrap_or_else(|| global::meter_with_scope(scope()));
        let telemetry = Telemetry {
            tracer: self
                .tracer
                .unwrap_or_else(|| global::tracer_with_scope(scope())),
            instruments: Instruments::new(&meter),
            attempt_spans: self.attempt_spans,
        };
        let config = config.tracer(CallTracer::new(telemetry));
        match self.propagate {
            true => config.interceptor(Propagate),
            false => config,
        }
    }
}

impl Default for Instrumentation {
    fn default() -> Self {
        Self::new()
    }
}

/// The name under which spans and metrics are reported.
fn scope() -> InstrumentationScope {
    InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
        .with_version(env!("CARGO_PKG_VERSION"))
        .with_schema_url(SCHEMA_URL)
        .build()
}
