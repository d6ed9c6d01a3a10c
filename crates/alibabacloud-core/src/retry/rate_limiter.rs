//! The rate limiter of the adaptive mode: it spaces out the calls of a throttled client.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Factor by which the rate decreases when the service throttles.
const DECREASE: f64 = 0.7;
/// Calls per second by which the rate increases, for each second without throttling.
const INCREASE: f64 = 1.0;
/// Minimum rate, in calls per second.
const FLOOR: f64 = 0.5;
/// Length in seconds of the window in which the rate is measured.
const WINDOW: f64 = 5.0;

/// A reserved time for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    start: Duration,
    /// Whether it keeps the next call at a distance, as it does once the service has throttled.
    is_spaced: bool,
}

impl Slot {
    /// Returns when the call may start.
    pub(crate) fn start(self) -> Duration {
        self.start
    }
}

/// Limits the call rate once the service has throttled: calls are spaced out to stay below the rate
/// at which it did, and the limit then rises again (additive increase, multiplicative decrease).
#[derive(Debug, Default)]
pub(crate) struct RateLimiter(Mutex<RateLimiterState>);

#[derive(Debug, Default)]
struct RateLimiterState {
    /// Allowed calls per second; `None` until the service throttles for the first time.
    limit: Option<f64>,
    /// When the limit last changed.
    changed: Duration,
    /// The earliest time after all reserved slots.
    free: Duration,
    /// The starts of slots that were reserved and released unused.
    released: BTreeSet<Duration>,
    /// Calls in the current window.
    calls: u32,
    /// When the current window began.
    window: Duration,
    /// Calls per second of the previous window.
    measured: f64,
}

impl RateLimiter {
    /// Reserves the next slot for a call at `now`; `None`, without a reservation, if the wait until
    /// its start is `limit` or longer.
    pub(crate) fn reserve(&self, now: Duration, limit: Duration) -> Option<Slot> {
        let mut state = self.lock();
        let rate = state.current_limit(now);
        let released = rate.and_then(|_| state.next_released(now));
        let slot = Slot {
            start: match rate {
                Some(_) => released.unwrap_or(state.free).max(now),
                None => now,
            },
            is_spaced: rate.is_some(),
        };
        if slot.start - now >= limit {
            return None;
        }
        state.count(now);
        match (released, rate) {
            (Some(start), _) => {
                state.released.remove(&start);
            }
            (None, Some(rate)) => {
                let length = Duration::from_secs_f64(1.0 / rate);
                state.free = slot.start.saturating_add(length);
            }
            (None, None) => {}
        }
        Some(slot)
    }

    /// Releases a slot whose call was not sent, for the next call.
    pub(crate) fn release(&self, slot: Slot) {
        let mut state = self.lock();
        state.calls = state.calls.saturating_sub(1);
        if slot.is_spaced {
            state.released.insert(slot.start);
        }
    }

    /// Records that the service throttled a call.
    pub(crate) fn throttled(&self, now: Duration) {
        let mut state = self.lock();
        let rate = state.rate(now);
        let rate = state
            .current_limit(now)
            .map_or(rate, |limit| limit.min(rate.max(FLOOR)));
        state.limit = Some((rate * DECREASE).max(FLOOR));
        state.changed = now;
    }

    fn lock(&self) -> MutexGuard<'_, RateLimiterState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RateLimiterState {
    /// Returns the earliest released slot that has not passed, and forgets those that have.
    fn next_released(&mut self, now: Duration) -> Option<Duration> {
        self.released = self.released.split_off(&now);
        self.released.first().copied()
    }

    fn count(&mut self, now: Duration) {
        let age = now.saturating_sub(self.window).as_secs_f64();
        if age >= WINDOW {
            self.measured = f64::from(self.calls) / age;
            self.calls = 0;
            self.window = now;
        }
        self.calls = self.calls.saturating_add(1);
    }

    /// Returns the recent rate, in calls per second.
    fn rate(&self, now: Duration) -> f64 {
        let age = now.saturating_sub(self.window).as_secs_f64();
        self.measured.max(f64::from(self.calls) / age.max(1.0))
    }

    /// Returns the limit at `now`.
    fn current_limit(&self, now: Duration) -> Option<f64> {
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

    fn slot(limiter: &RateLimiter, now: Duration) -> Slot {
        limiter.reserve(now, Duration::MAX).expect("a slot")
    }

    /// Reserves a slot and returns the wait for it.
    fn reserve(limiter: &RateLimiter, now: Duration) -> Duration {
        slot(limiter, now).start() - now
    }

    #[test]
    fn released_slots_are_reserved_again_unless_they_have_passed() {
        let limiter = RateLimiter::default();
        for _ in 0..50 {
            limiter.throttled(ms(0));
        }
        let slots = [0; 4].map(|_| slot(&limiter, ms(0)));
        assert_eq!(slots.map(|slot| slot.start().as_secs()), [0, 2, 4, 6]);
        for n in [2, 1, 0] {
            limiter.release(slots[n]);
        }
        // The slot at 0 has passed.
        let starts = [0; 3].map(|_| slot(&limiter, ms(1)).start().as_secs());
        assert_eq!(starts, [2, 4, 8]);
        // A call without a limit has no slot to release.
        let limiter = RateLimiter::default();
        let free = slot(&limiter, ms(0));
        limiter.release(free);
        assert_eq!(limiter.lock().released.len(), 0);
        assert_eq!(limiter.lock().calls, 0);
    }

    #[test]
    fn a_refused_reservation_takes_no_slot() {
        let limiter = RateLimiter::default();
        for _ in 0..50 {
            limiter.throttled(ms(0));
        }
        assert_eq!(reserve(&limiter, ms(0)), ms(0));
        for _ in 0..100 {
            assert_eq!(limiter.reserve(ms(0), ms(2000)), None);
        }
        assert_eq!(reserve(&limiter, ms(0)), ms(2000));
    }

    #[test]
    fn nothing_waits_before_the_first_throttling() {
        let limiter = RateLimiter::default();
        assert!((0..1000).all(|n| reserve(&limiter, ms(n)).is_zero()));
    }

    #[test]
    fn throttling_slimiters_calls_out_and_time_brings_them_back() {
        let limiter = RateLimiter::default();
        // 10 calls per second for 10 seconds.
        for n in 0..100 {
            assert!(reserve(&limiter, ms(n * 100)).is_zero());
        }
        limiter.throttled(ms(10_000));
        // 7 calls per second.
        assert_eq!(reserve(&limiter, ms(10_000)), ms(0));
        let wait = reserve(&limiter, ms(10_000)).as_millis();
        assert!((120..=143).contains(&wait), "{wait}");
        // For each second that passes, one more call per second is allowed.
        assert_eq!(reserve(&limiter, ms(20_000)), ms(0));
        let wait = reserve(&limiter, ms(20_000)).as_millis();
        assert!((55..=60).contains(&wait), "{wait}");
    }

    #[test]
    fn it_never_stops_altogether() {
        let limiter = RateLimiter::default();
        for _ in 0..50 {
            limiter.throttled(ms(0));
        }
        assert_eq!(reserve(&limiter, ms(0)), ms(0));
        assert_eq!(reserve(&limiter, ms(0)), ms(2000));
    }
}
