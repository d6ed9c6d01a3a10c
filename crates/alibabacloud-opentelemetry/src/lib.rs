//! Spans and metrics of calls in OpenTelemetry, for the Alibaba Cloud SDK for Rust.
//!
//! One line reports the calls of all clients of a configuration:
//!
//! ```
//! use alibabacloud_core::Config;
//!
//! let config = alibabacloud_opentelemetry::instrument(Config::from_env());
//! ```
//!
//! Spans and metrics go to the global providers, which the program sets first; the crate contains
//! no exporter and depends only on the API of OpenTelemetry. [`Instrumentation`] has settings.
//!
//! # Spans
//!
//! A call is a span of kind client, below the current span. The call runs within it. Names are
//! those of the semantic conventions, version 1.42, or start with `alibabacloud.`
//!
//! | Attribute | Value |
//! |---|---|
//! | name of the span, `rpc.method` | `oos/ListExecutions` |
//! | `rpc.system.name` | `alibabacloud` |
//! | `server.address`, `server.port` | the endpoint |
//! | `cloud.region` | the region of the endpoint, else of the call |
//! | `http.request.method`, `http.response.status_code` | the method, the status of the last response |
//! | `error.type` | the error code of the service, else the kind of error; the status is then an error |
//! | `alibabacloud.request_id` | the ID that support asks for |
//! | `alibabacloud.attempts`, `alibabacloud.throttles` | the number of requests sent, and how many of them were throttled |
//! | `alibabacloud.cancelled` | the future was dropped before the call ended |
//!
//! Each attempt is an event `attempt` of the span, or [a span](Instrumentation::attempt_spans)
//! below it with the HTTP method as its name:
//!
//! | Attribute | Value |
//! |---|---|
//! | `http.request.resend_count`, `alibabacloud.retry_delay` | of a retry: its number from 1; the delay before it in seconds |
//! | `http.response.status_code`, `error.type`, `alibabacloud.request_id` | as above, of the attempt |
//! | `alibabacloud.throttled` | the service throttled the attempt |
//!
//! # Metrics
//!
//! | Metric | Unit | Value |
//! |---|---|---|
//! | `rpc.client.call.duration` | s | histogram of calls, with all attempts and delays, by outcome |
//! | `http.client.request.duration` | s | histogram of attempts, by outcome |
//! | `alibabacloud.client.call.attempts` | attempts | histogram of requests per call |
//! | `alibabacloud.client.throttles` | requests | number of throttled requests |
//! | `alibabacloud.client.retry.delay` | s | histogram of delays before retries |
//!
//! All but the second have `rpc.system.name`, `rpc.method`, `server.address`, `server.port` and
//! `cloud.region`; the second has `http.request.method` and the server. Outcomes are
//! `http.response.status_code` and `error.type`. A cancelled call is in no metric of calls.
//!
//! # Secrets
//!
//! Parameters, headers, bodies and messages of services are neither in spans nor in metrics.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod instrumentation;
mod instruments;
mod names;
mod propagation;
mod tracer;

pub use instrumentation::{Instrumentation, instrument};
