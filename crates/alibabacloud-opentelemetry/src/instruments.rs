//! The instruments of the metrics.

use opentelemetry::metrics::{Counter, Histogram, Meter};

/// Limits of the histograms of durations, in seconds. Those of the conventions, and longer ones,
/// because a call includes the delays between attempts.
const SECONDS: [f64; 17] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0,
    120.0,
];

/// Limits of the histogram of attempts.
const ATTEMPTS: [f64; 7] = [1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0];

/// The instruments of the metrics.
#[derive(Debug)]
pub(crate) struct Instruments {
    pub(crate) call_duration: Histogram<f64>,
    pub(crate) request_duration: Histogram<f64>,
    pub(crate) attempts: Histogram<u64>,
    pub(crate) throttles: Counter<u64>,
    pub(crate) retry_delay: Histogram<f64>,
}

impl Instruments {
    pub(crate) fn new(meter: &Meter) -> Self {
        let seconds = |name: &'static str, description: &'static str| {
            meter
                .f64_histogram(name)
                .with_unit("s")
                .with_description(description)
                .with_boundaries(SECONDS.to_vec())
                .build()
        };
        Self {
            call_duration: seconds(
                "rpc.client.call.duration",
                "Duration of calls, with all attempts and the delays between them.",
            ),
            request_duration: seconds(
                "http.client.request.duration",
                "Duration of HTTP client requests.",
            ),
            attempts: meter
                .u64_histogram("alibabacloud.client.call.attempts")
                .with_unit("{attempt}")
                .with_description("Number of requests that a call sent.")
                .with_boundaries(ATTEMPTS.to_vec())
                .build(),
            throttles: meter
                .u64_counter("alibabacloud.client.throttles")
                .with_unit("{request}")
                .with_description("Number of requests that the service throttled.")
                .build(),
            retry_delay: seconds("alibabacloud.client.retry.delay", "Delay before a retry."),
        }
    }
}
