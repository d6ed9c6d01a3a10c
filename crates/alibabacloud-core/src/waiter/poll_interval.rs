//! The interval between two polls.

use crate::retry::backoff::random;
use std::time::Duration;

/// The first interval, the longest one, and the part of it that jitter may remove.
#[derive(Clone, Copy, Debug)]
pub(super) struct PollInterval {
    first: Duration,
    longest: Duration,
    jitter: f64,
}

impl PollInterval {
    /// Returns the default: from 1 second doubling up to 15, shortened by up to a quarter.
    pub(super) const fn standard() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(15),
            jitter: 0.25,
        }
    }

    /// Returns a fixed interval.
    pub(super) const fn fixed(interval: Duration) -> Self {
        Self {
            first: interval,
            longest: interval,
            jitter: 0.0,
        }
    }

    /// Returns the delay after poll number `polls` (from 1), at least `retry_after`.
    pub(super) fn delay(self, polls: u32, retry_after: Option<Duration>) -> Duration {
        self.delay_with(polls, retry_after, random())
    }

    fn delay_with(self, polls: u32, retry_after: Option<Duration>, random: f64) -> Duration {
        let doublings = polls.saturating_sub(1).min(31);
        let interval = self.first.saturating_mul(1 << doublings).min(self.longest);
        let delay = interval.mul_f64(1.0 - self.jitter * random.clamp(0.0, 1.0));
        retry_after.map_or(delay, |retry_after| retry_after.max(delay))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_double_up_to_the_longest() {
        let delays = [1, 2, 4, 5, u32::MAX]
            .map(|polls| PollInterval::standard().delay_with(polls, None, 0.0));
        assert_eq!(delays, [1, 2, 8, 15, 15].map(Duration::from_secs));
    }

    #[test]
    fn jitter_removes_up_to_a_quarter() {
        let delays =
            [0.0, 0.5, 1.0].map(|random| PollInterval::standard().delay_with(3, None, random));
        assert_eq!(delays, [4000, 3500, 3000].map(Duration::from_millis));
    }

    #[test]
    fn the_service_can_request_a_longer_delay_and_not_a_shorter_one() {
        let interval = PollInterval::fixed(Duration::from_secs(5));
        let delay = |seconds| interval.delay(1, Some(Duration::from_secs(seconds)));
        assert_eq!([delay(2), delay(9)], [5, 9].map(Duration::from_secs));
    }
}
