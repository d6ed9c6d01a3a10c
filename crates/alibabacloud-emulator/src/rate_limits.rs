//! Limits of requests: `x-acs-rate-limit` of an operation, applied only when a test asks for it.

use crate::api_error::ApiError;
use crate::timestamp::Millis;
use alibabacloud_spec::RateLimit;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// The requests of the current period, by account, product and operation.
#[derive(Debug, Default)]
pub(crate) struct RateLimits {
    enabled: AtomicBool,
    periods: Mutex<HashMap<(String, String), Period>>,
}

/// A period of one operation.
#[derive(Clone, Copy, Debug)]
struct Period {
    start: Millis,
    requests: u32,
}

impl RateLimits {
    /// Applies the limits, or ignores them. Every period begins anew.
    pub(crate) fn set_enabled(&self, enabled: bool) {
        self.enabled.store(enabled, Ordering::Relaxed);
        self.periods
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Returns whether the limits are applied.
    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled.load(Ordering::Relaxed)
    }

    /// Counts a request.
    ///
    /// # Errors
    ///
    /// Returns the throttling error if the account has sent all requests of the period.
    pub(crate) fn admit(
        &self,
        account: &str,
        operation: String,
        limit: RateLimit,
        now: Millis,
    ) -> Result<(), ApiError> {
        if !self.is_enabled() {
            return Ok(());
        }
        let length = Millis::from(limit.seconds) * 1000;
        let mut periods = self.periods.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (account.to_owned(), operation);
        let fresh = Period {
            start: now,
            requests: 0,
        };
        let period = periods.entry(key).or_insert(fresh);
        if now.saturating_sub(period.start) >= length || now < period.start {
            *period = fresh;
        }
        if period.requests >= limit.requests {
            let mut error = ApiError::throttled(400);
            error.retry_after = Some(length.saturating_sub(now.saturating_sub(period.start)));
            return Err(error);
        }
        period.requests += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_a_period_are_counted_by_account_and_operation() {
        let limits = RateLimits::default();
        let limit = RateLimit {
            requests: 2,
            seconds: 1,
        };
        let admit = |account: &str, operation: &str, now: Millis| {
            limits
                .admit(account, operation.to_owned(), limit, now)
                .map_err(|error| error.retry_after)
        };
        for now in 0..5 {
            assert_eq!(admit("1", "a", now), Ok(()), "limits are off by default");
        }
        limits.set_enabled(true);
        assert_eq!(admit("1", "a", 1000), Ok(()));
        assert_eq!(admit("1", "a", 1400), Ok(()));
        assert_eq!(admit("1", "a", 1500), Err(Some(500)));
        assert_eq!(admit("2", "a", 1500), Ok(()));
        assert_eq!(admit("1", "b", 1500), Ok(()));
        assert_eq!(admit("1", "a", 2000), Ok(()), "the next period");
    }
}
