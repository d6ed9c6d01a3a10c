//! Metrics of calls and attempts.

use crate::error::ErrorKind;
use std::fmt;
use std::time::Duration;

/// Receives metrics of calls and attempts; set with [`Config::metrics`](crate::Config::metrics).
///
/// The methods run within the call and must not block. A call whose future is dropped before its
/// end is not reported.
///
/// ```
/// use alibabacloud_core::Config;
/// use alibabacloud_core::metrics::{CallMetrics, Metrics};
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// #[derive(Debug, Default)]
/// struct Throttles(AtomicU64);
///
/// impl Metrics for Throttles {
///     fn call(&self, call: &CallMetrics<'_>) {
///         self.0.fetch_add(call.throttles.into(), Ordering::Relaxed);
///     }
/// }
///
/// let config = Config::new().metrics(Throttles::default());
/// ```
pub trait Metrics: Send + Sync + fmt::Debug + 'static {
    /// Receives the metrics of an attempt that has ended.
    fn attempt(&self, attempt: &AttemptMetrics<'_>) {
        let _ = attempt;
    }

    /// Receives the metrics of a call that has ended, after all its attempts and before its
    /// response is decoded.
    fn call(&self, call: &CallMetrics<'_>) {
        let _ = call;
    }
}

/// The metrics of one request and its response.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptMetrics<'a> {
    /// The product code: `oos`.
    pub product: &'a str,
    /// The operation: `ListExecutions`.
    pub operation: &'a str,
    /// The number of the attempt, from 1.
    pub attempt: u32,
    /// The delay before the attempt, after the one before it; zero for the first.
    pub delay: Duration,
    /// Time from sending to the last byte of the response.
    pub elapsed: Duration,
    /// The HTTP status; `None` if no response arrived.
    pub status: Option<u16>,
    /// The request ID, from header `x-acs-request-id` or an error; `None` without either.
    pub request_id: Option<&'a str>,
    /// The kind of failure; `None` for a success.
    pub error: Option<ErrorKind>,
    /// The error code of the service, else the name of the kind: `Throttling.User`, `Timeout`.
    /// At most 128 bytes, without control characters; `None` for a success.
    pub error_type: Option<&'a str>,
    /// The service throttled the request.
    pub throttled: bool,
}

/// The metrics of one call with all its attempts.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallMetrics<'a> {
    /// The product code: `oos`.
    pub product: &'a str,
    /// The operation: `ListExecutions`.
    pub operation: &'a str,
    /// Number of requests sent.
    pub attempts: u32,
    /// Number of requests that the service throttled.
    pub throttles: u32,
    /// Time from the start of the call to its end, credentials and delays between attempts
    /// included.
    pub elapsed: Duration,
    /// The HTTP status of the last response; `None` if no response arrived.
    pub status: Option<u16>,
    /// The request ID of the last response, as in [`AttemptMetrics::request_id`].
    pub request_id: Option<&'a str>,
    /// The kind of failure; `None` for a success.
    pub error: Option<ErrorKind>,
    /// The error code of the service, else the name of the kind, as in
    /// [`AttemptMetrics::error_type`]; `None` for a success.
    pub error_type: Option<&'a str>,
}
