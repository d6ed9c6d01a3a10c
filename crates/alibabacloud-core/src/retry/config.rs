//! The retry configuration.

use std::time::Duration;

/// Whether and how failed calls are retried.
///
/// Which calls can be retried is not configurable: reads, writes with an idempotency token, and
/// calls that the service certainly did not execute.
///
/// ```
/// use alibabacloud_core::retry::RetryConfig;
///
/// let patient = RetryConfig::standard().max_attempts(8);
/// let never = RetryConfig::off();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a configuration has no effect until it is passed to a client or a call"]
pub struct RetryConfig {
    pub(crate) mode: RetryMode,
    pub(crate) max_attempts: u32,
    pub(crate) base_delay: Duration,
    pub(crate) throttling_base_delay: Duration,
    pub(crate) max_delay: Duration,
    pub(crate) max_retry_after: Duration,
    pub(crate) jitter: bool,
}

/// The retry modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryMode {
    /// Backoff with full jitter, and a token bucket per client that limits the load of retries.
    Standard,
    /// As `Standard`, and a rate limiter spaces out calls once the service throttles.
    Adaptive,
    /// No retries.
    Off,
}

impl RetryConfig {
    /// Returns the default: 3 attempts with exponential backoff and full jitter. The base delay is
    /// 100 ms (500 ms when throttled) and doubles with each retry up to 20 s; a delay requested by
    /// the service is kept up to 60 s.
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

    /// Returns [`RetryConfig::standard`] with a rate limiter, which spaces out the calls of the
    /// client once the service throttles.
    pub fn adaptive() -> Self {
        Self {
            mode: RetryMode::Adaptive,
            ..Self::standard()
        }
    }

    /// Returns a configuration without retries.
    pub fn off() -> Self {
        Self {
            mode: RetryMode::Off,
            ..Self::standard()
        }
    }

    /// Sets the maximum number of attempts of a call, the first included; 0 counts as 1. The
    /// default is 3.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the delay before the first retry, without jitter. The default is 100 ms.
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// Sets the delay before the first retry of a throttled call, without jitter. The default is
    /// 500 ms.
    pub fn throttling_base_delay(mut self, delay: Duration) -> Self {
        self.throttling_base_delay = delay;
        self
    }

    /// Sets the maximum backoff. The default is 20 s.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the maximum delay that a service can request (`x-acs-retry-after`, `Retry-After`);
    /// longer ones are reduced to it. The default is 60 s.
    pub fn max_retry_after(mut self, delay: Duration) -> Self {
        self.max_retry_after = delay;
        self
    }

    /// Sets whether delays are a random part of the backoff, so that many clients do not retry at
    /// the same time. The default is `true`.
    pub fn jitter(mut self, jitter: bool) -> Self {
        self.jitter = jitter;
        self
    }

    /// Returns the maximum number of attempts in this mode.
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
