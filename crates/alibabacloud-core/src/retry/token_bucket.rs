//! The token bucket that limits the retries of a client.

use super::policy::RetryReason;
use std::sync::atomic::{AtomicU32, Ordering};

/// The number of tokens in a full bucket.
const CAPACITY: u32 = 500;

/// Tokens that retries spend and successes refund, so that retries add little load to a service
/// that fails for everyone. The numbers are those of the standard mode of the AWS SDKs: a full
/// bucket allows 100 retries in a row.
#[derive(Debug)]
pub(crate) struct TokenBucket(AtomicU32);

impl TokenBucket {
    /// Creates a full bucket.
    pub(crate) const fn full() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }

    /// Takes the tokens that a retry costs and returns how many; `None` if too few are left.
    pub(crate) fn take(&self, reason: RetryReason) -> Option<u32> {
        let cost = match reason {
            RetryReason::Throttling | RetryReason::Transient => 5,
            RetryReason::Timeout => 10,
        };
        let order = Ordering::Relaxed;
        self.0
            .fetch_update(order, order, |tokens| tokens.checked_sub(cost))
            .ok()
            .map(|_| cost)
    }

    /// Records a success: refunds the cost of its retry, or adds one token if there was none.
    pub(crate) fn refund(&self, cost: Option<u32>) {
        let order = Ordering::Relaxed;
        // The closure always returns `Some`, so the update cannot fail.
        let _ = self.0.fetch_update(order, order, |tokens| {
            Some(tokens.saturating_add(cost.unwrap_or(1)).min(CAPACITY))
        });
    }
}

impl Default for TokenBucket {
    fn default() -> Self {
        Self::full()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_drains_and_refills() {
        let bucket = TokenBucket::full();
        for _ in 0..100 {
            assert_eq!(bucket.take(RetryReason::Transient), Some(5));
        }
        assert_eq!(bucket.take(RetryReason::Throttling), None);
        for _ in 0..5 {
            bucket.refund(None);
        }
        assert_eq!(bucket.take(RetryReason::Timeout), None);
        assert_eq!(bucket.take(RetryReason::Transient), Some(5));
        bucket.refund(Some(10));
        assert_eq!(bucket.take(RetryReason::Timeout), Some(10));
        for _ in 0..1000 {
            bucket.refund(Some(5));
        }
        assert_eq!(bucket.0.load(Ordering::Relaxed), CAPACITY);
    }
}
