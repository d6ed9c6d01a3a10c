//! Figures about calls, for whatever collects them.

use crate::error::ErrorKind;
use std::fmt;
use std::time::Duration;

/// Counts and measures calls. Given to [`Config::metrics`](crate::Config::metrics).
///
/// Runs within the call and must not block. A call whose future is dropped before its end is not reported.
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
    /// An attempt has ended.
    fn attempt(&self, attempt: &AttemptMetrics<'_>) {
        let _ = attempt;
    }

    /// A call has ended, after all its attempts; before its answer is decoded.
    fn call(&self, call: &CallMetrics<'_>) {
        let _ = call;
    }
}

/// One request and its answer.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptMetrics<'a> {
    /// The product code: `oos`.
    pub product: &'a str,
    /// The operation: `ListExecutions`.
    pub operation: &'a str,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// From sending to the last byte of the answer.
    pub elapsed: Duration,
    /// The HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// Why it failed; `None` for a success.
    pub error: Option<ErrorKind>,
    /// The service refused it because there were too many.
    pub throttled: bool,
}

/// One call with all its attempts.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallMetrics<'a> {
    /// The product code: `oos`.
    pub product: &'a str,
    /// The operation: `ListExecutions`.
    pub operation: &'a str,
    /// Requests sent.
    pub attempts: u32,
    /// How many of them the service throttled.
    pub throttles: u32,
    /// From the start of the call to its end, credentials and waits between attempts included.
    pub elapsed: Duration,
    /// The HTTP status of the last answer; `None` when none came.
    pub status: Option<u16>,
    /// Why it failed; `None` for a success.
    pub error: Option<ErrorKind>,
}
