//! The retry budget of a client.

use super::policy::RetryReason;
use std::sync::atomic::{AtomicU32, Ordering};

/// What a full budget holds.
const CAPACITY: u32 = 500;

/// Tokens that retries cost and successes give back, so that retries add little load to a service that fails for everyone. The numbers
/// are those of the standard mode of the AWS SDKs: from a full budget, 100 retries in a row.
#[derive(Debug)]
pub(crate) struct TokenBucket(AtomicU32);

impl TokenBucket {
    pub(crate) const fn full() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }

    /// Takes what a retry costs; `None` when there is not enough.
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

    /// After a success: gives back what its retry cost, or one token when there was none.
    pub(crate) fn give_back(&self, cost: Option<u32>) {
        let order = Ordering::Relaxed;
        // The update always answers `Some`, so it cannot fail.
        let _ = self.0.fetch_update(order, order, |tokens| {
            Some(tokens.saturating_add(cost.unwrap_or(1)).min(CAPACITY))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_drains_and_fills() {
        let bucket = TokenBucket::full();
        for _ in 0..100 {
            assert_eq!(bucket.take(RetryReason::Transient), Some(5));
        }
        assert_eq!(bucket.take(RetryReason::Throttling), None);
        for _ in 0..5 {
            bucket.give_back(None);
        }
        assert_eq!(bucket.take(RetryReason::Timeout), None);
        assert_eq!(bucket.take(RetryReason::Transient), Some(5));
        bucket.give_back(Some(10));
        assert_eq!(bucket.take(RetryReason::Timeout), Some(10));
        for _ in 0..1000 {
            bucket.give_back(Some(5));
        }
        assert_eq!(bucket.0.load(Ordering::Relaxed), CAPACITY);
    }
}
