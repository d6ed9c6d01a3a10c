//! How a client retries.

use std::time::Duration;

/// Whether and how failed calls are retried. What may be repeated at all is not configurable: reads, writes with an idempotency token,
/// and whatever the service surely did not execute.
///
/// ```
/// use alibabacloud_core::retry::RetryConfig;
///
/// let patient = RetryConfig::standard().max_attempts(8);
/// let never = RetryConfig::off();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryConfig {
    pub(crate) mode: RetryMode,
    pub(crate) max_attempts: u32,
    pub(crate) base_delay: Duration,
    pub(crate) throttling_base_delay: Duration,
    pub(crate) max_delay: Duration,
    pub(crate) max_retry_after: Duration,
    pub(crate) jitter: bool,
}

/// The ways to retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryMode {
    /// Backoff with full jitter, and a budget per client that keeps retries from flooding a service in trouble.
    Standard,
    /// As standard, and calls are also spaced out once the service throttles.
    Adaptive,
    /// One attempt.
    Off,
}

impl RetryConfig {
    /// The default: 3 attempts, waits of a random part of 100 ms (500 ms when throttled) that doubles each time up to 20 s; a wait that
    /// the service asks for is kept up to 60 s.
    pub fn standard() -> Self {
        Self {
            mode: RetryMode::Standard,
            max_attempts: 3,
            base_delay: Duration::from_millis(100),
            throttling_base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(60),
            jitter: true,
        }
    }

    /// As [`RetryConfig::standard`], and calls of the client are also spaced out once the service throttles.
    pub fn adaptive() -> Self {
        Self {
            mode: RetryMode::Adaptive,
            ..Self::standard()
        }
    }

    /// One attempt, whatever happens.
    pub fn off() -> Self {
        Self {
            mode: RetryMode::Off,
            ..Self::standard()
        }
    }

    /// Most requests for one call, the first included; 0 counts as 1. Default 3.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The wait before the first retry, before jitter. Default 100 ms.
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The wait before the first retry of a throttled call, before jitter. Default 500 ms.
    pub fn throttling_base_delay(mut self, delay: Duration) -> Self {
        self.throttling_base_delay = delay;
        self
    }

    /// The longest wait that doubling leads to. Default 20 s.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The longest wait that a service may ask for (`x-acs-retry-after`, `Retry-After`); longer ones are cut to it. Default 60 s.
    pub fn max_retry_after(mut self, delay: Duration) -> Self {
        self.max_retry_after = delay;
        self
    }

    /// Whether waits are a random part of the backoff, so that many clients do not come back at once. Default `true`.
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.jitter = jitter;
        self
    }

    /// Most requests for one call in this mode.
    pub(crate) fn attempts(&self) -> u32 {
        match self.mode {
            RetryMode::Off => 1,
            RetryMode::Standard | RetryMode::Adaptive => self.max_attempts,
        }
    }
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self::standard()
    }
}
