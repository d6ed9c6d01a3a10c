//! Spacing out the calls of a client that the service throttles.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What is left of the rate when the service throttles.
const DECREASE: f64 = 0.7;
/// Calls per second that the rate grows by, each second without throttling.
const INCREASE: f64 = 1.0;
/// Least calls per second.
const FLOOR: f64 = 0.5;
/// Seconds over which the rate of calls is measured.
const WINDOW: f64 = 5.0;

/// The adaptive mode: no limit until the service throttles for the first time; then calls are spaced out so that they stay below the rate
/// at which it did, and the rate grows again by and by (additive increase, multiplicative decrease).
#[derive(Debug, Default)]
pub(crate) struct RateLimiter(Mutex<RateLimiterState>);

#[derive(Debug, Default)]
struct RateLimiterState {
    /// Calls per second that are allowed; `None` while the service has not throttled.
    limit: Option<f64>,
    /// When the limit was last changed.
    changed: Duration,
    /// The first moment with room for the next call.
    free: Duration,
    /// Calls in the window that goes on, when it began, and the calls per second of the one before.
    calls: u32,
    window: Duration,
    measured: f64,
}

impl RateLimiter {
    /// Reserves room for a call at `now`; gives how long to wait for it, or nothing when that is `most` or longer: then the room stays free.
    pub(crate) fn reserve(&self, now: Duration, most: Duration) -> Option<Duration> {
        let mut state = self.state();
        let start = state.free.max(now);
        let limit = state.grown(now);
        let wait = limit.map_or(Duration::ZERO, |_| start - now);
        if wait >= most {
            return None;
        }
        state.count(now);
        if let Some(limit) = limit {
            state.free = start.saturating_add(Duration::from_secs_f64(1.0 / limit));
        }
        Some(wait)
    }

    /// The service throttled a call.
    pub(crate) fn throttled(&self, now: Duration) {
        let mut state = self.state();
        let rate = state.rate(now);
        let rate = state
            .grown(now)
            .map_or(rate, |limit| limit.min(rate.max(FLOOR)));
        state.limit = Some((rate * DECREASE).max(FLOOR));
        state.changed = now;
    }

    fn state(&self) -> MutexGuard<'_, RateLimiterState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RateLimiterState {
    fn count(&mut self, now: Duration) {
        let age = now.saturating_sub(self.window).as_secs_f64();
        if age >= WINDOW {
            self.measured = f64::from(self.calls) / age;
            self.calls = 0;
            self.window = now;
        }
        self.calls = self.calls.saturating_add(1);
    }

    /// Calls per second of late.
    fn rate(&self, now: Duration) -> f64 {
        let age = now.saturating_sub(self.window).as_secs_f64();
        self.measured.max(f64::from(self.calls) / age.max(1.0))
    }

    /// The limit at `now`.
    fn grown(&self, now: Duration) -> Option<f64> {
        let seconds = now.saturating_sub(self.changed).as_secs_f64();
        self.limit.map(|limit| limit + INCREASE * seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    fn reserve(pace: &RateLimiter, now: Duration) -> Duration {
        pace.reserve(now, Duration::MAX).expect("room")
    }

    #[test]
    fn room_that_is_not_taken_stays_free() {
        let pace = RateLimiter::default();
        for _ in 0..50 {
            pace.throttled(ms(0));
        }
        assert_eq!(reserve(&pace, ms(0)), ms(0));
        for _ in 0..100 {
            assert_eq!(pace.reserve(ms(0), ms(2000)), None);
        }
        assert_eq!(reserve(&pace, ms(0)), ms(2000));
    }

    #[test]
    fn nothing_waits_before_the_first_throttling() {
        let pace = RateLimiter::default();
        assert!((0..1000).all(|n| reserve(&pace, ms(n)).is_zero()));
    }

    #[test]
    fn throttling_spaces_calls_out_and_time_brings_them_back() {
        let pace = RateLimiter::default();
        // 10 calls per second for 10 seconds.
        for n in 0..100 {
            assert!(reserve(&pace, ms(n * 100)).is_zero());
        }
        pace.throttled(ms(10_000));
        // 7 calls per second.
        assert_eq!(reserve(&pace, ms(10_000)), ms(0));
        let wait = reserve(&pace, ms(10_000)).as_millis();
        assert!((120..=143).contains(&wait), "{wait}");
        // Each second later there is room for one call per second more.
        assert_eq!(reserve(&pace, ms(20_000)), ms(0));
        let wait = reserve(&pace, ms(20_000)).as_millis();
        assert!((55..=60).contains(&wait), "{wait}");
    }

    #[test]
    fn it_never_stops_altogether() {
        let pace = RateLimiter::default();
        for _ in 0..50 {
            pace.throttled(ms(0));
        }
        assert_eq!(reserve(&pace, ms(0)), ms(0));
        assert_eq!(reserve(&pace, ms(0)), ms(2000));
    }
}
