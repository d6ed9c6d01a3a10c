//! How long to wait before the next attempt.

use super::RetryConfig;
use super::policy::RetryReason;
use std::time::Duration;

/// The wait before retry `retry` (from 1): what the service asked for, else exponential backoff with full jitter.
///
/// `random` is a number from 0 up to 1.
pub(crate) fn wait(
    config: &RetryConfig,
    retry: u32,
    reason: RetryReason,
    asked: Option<Duration>,
    random: f64,
) -> Duration {
    if let Some(asked) = asked {
        return asked.min(config.max_retry_after);
    }
    let base = match reason {
        RetryReason::Throttling => config.throttling_base_delay,
        RetryReason::Timeout | RetryReason::Transient => config.base_delay,
    };
    let doublings = retry.saturating_sub(1).min(31);
    let backoff = base.saturating_mul(1 << doublings).min(config.max_delay);
    match config.jitter {
        true => backoff.mul_f64(random.clamp(0.0, 1.0)),
        false => backoff,
    }
}

/// A random number from 0 up to 1; one half where the system has no randomness to give.
pub(crate) fn random() -> f64 {
    getrandom::u32().map_or(0.5, |n| f64::from(n) / (f64::from(u32::MAX) + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn the_backoff_doubles_up_to_its_cap() {
        let config = RetryConfig::standard().jitter(false);
        let waits =
            |reason| [1, 2, 3, 8, 9, 40, u32::MAX].map(|n| wait(&config, n, reason, None, 0.3));
        let expected = [100, 200, 400, 12_800, 20_000, 20_000, 20_000].map(ms);
        assert_eq!(waits(RetryReason::Transient), expected);
        assert_eq!(waits(RetryReason::Timeout), expected);
        let expected = [500, 1000, 2000, 20_000, 20_000, 20_000, 20_000].map(ms);
        assert_eq!(waits(RetryReason::Throttling), expected);
    }

    #[test]
    fn jitter_takes_a_random_part() {
        let config = RetryConfig::standard();
        let wait = |random| wait(&config, 2, RetryReason::Transient, None, random);
        assert_eq!([wait(0.0), wait(0.5), wait(1.0)], [ms(0), ms(100), ms(200)]);
        for _ in 0..100 {
            assert!((0.0..1.0).contains(&random()));
        }
    }

    #[test]
    fn what_the_service_asks_for_is_kept_up_to_a_limit() {
        let config = RetryConfig::standard();
        let wait = |asked| wait(&config, 1, RetryReason::Throttling, Some(asked), 0.5);
        assert_eq!(wait(ms(200)), ms(200));
        assert_eq!(wait(Duration::from_secs(3600)), Duration::from_secs(60));
    }
}
