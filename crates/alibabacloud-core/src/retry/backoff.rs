//! The delay before a retry.

use super::RetryConfig;
use super::policy::RetryReason;
use std::time::Duration;

/// Returns the delay before retry number `retry` (from 1): `retry_after` if the service requested a
/// delay, else exponential backoff with full jitter.
///
/// `random` is in the range 0 to 1.
pub(crate) fn delay(
    config: &RetryConfig,
    retry: u32,
    reason: RetryReason,
    retry_after: Option<Duration>,
    random: f64,
) -> Duration {
    if let Some(retry_after) = retry_after {
        return retry_after.min(config.max_retry_after);
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

/// Returns a random number in the range 0 to 1; 0.5 if the system provides no randomness.
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
        let delays =
            |reason| [1, 2, 3, 8, 9, 40, u32::MAX].map(|n| delay(&config, n, reason, None, 0.3));
        let expected = [100, 200, 400, 12_800, 20_000, 20_000, 20_000].map(ms);
        assert_eq!(delays(RetryReason::Transient), expected);
        assert_eq!(delays(RetryReason::Timeout), expected);
        let expected = [500, 1000, 2000, 20_000, 20_000, 20_000, 20_000].map(ms);
        assert_eq!(delays(RetryReason::Throttling), expected);
    }

    #[test]
    fn jitter_scales_the_backoff() {
        let config = RetryConfig::standard();
        let delay = |random| delay(&config, 2, RetryReason::Transient, None, random);
        assert_eq!(
            [delay(0.0), delay(0.5), delay(1.0)],
            [ms(0), ms(100), ms(200)]
        );
        for _ in 0..100 {
            assert!((0.0..1.0).contains(&random()));
        }
    }

    #[test]
    fn a_requested_delay_is_kept_up_to_a_limit() {
        let config = RetryConfig::standard();
        let delay =
            |retry_after| delay(&config, 1, RetryReason::Throttling, Some(retry_after), 0.5);
        assert_eq!(delay(ms(200)), ms(200));
        assert_eq!(delay(Duration::from_secs(3600)), Duration::from_secs(60));
    }
}
