//! How long to wait between two calls.

use crate::retry::backoff::random;
use std::time::Duration;

/// The first interval, the longest one, and the part of it that chance may take away.
#[derive(Clone, Copy, Debug)]
pub(super) struct PollInterval {
    first: Duration,
    longest: Duration,
    jitter: f64,
}

impl PollInterval {
    /// From 1 second doubling to 15, shortened by up to a quarter.
    pub(super) const fn standard() -> Self {
        Self {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(15),
            jitter: 0.25,
        }
    }

    /// Always the same.
    pub(super) const fn fixed(interval: Duration) -> Self {
        Self {
            first: interval,
            longest: interval,
            jitter: 0.0,
        }
    }

    /// The pause after call `polls` (from 1), and no shorter than what the service `asked` for.
    pub(super) fn pause(self, polls: u32, asked: Option<Duration>) -> Duration {
        self.pause_by_chance(polls, asked, random())
    }

    fn pause_by_chance(self, polls: u32, asked: Option<Duration>, chance: f64) -> Duration {
        let doublings = polls.saturating_sub(1).min(31);
        let interval = self.first.saturating_mul(1 << doublings).min(self.longest);
        let pause = interval.mul_f64(1.0 - self.jitter * chance.clamp(0.0, 1.0));
        asked.map_or(pause, |asked| asked.max(pause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_double_up_to_the_longest() {
        let pauses = [1, 2, 4, 5, u32::MAX]
            .map(|polls| PollInterval::standard().pause_by_chance(polls, None, 0.0));
        assert_eq!(pauses, [1, 2, 8, 15, 15].map(Duration::from_secs));
    }

    #[test]
    fn chance_takes_up_to_a_quarter() {
        let pauses =
            [0.0, 0.5, 1.0].map(|chance| PollInterval::standard().pause_by_chance(3, None, chance));
        assert_eq!(pauses, [4000, 3500, 3000].map(Duration::from_millis));
    }

    #[test]
    fn the_service_can_ask_for_more_and_not_for_less() {
        let pace = PollInterval::fixed(Duration::from_secs(5));
        let pause = |seconds| pace.pause(1, Some(Duration::from_secs(seconds)));
        assert_eq!([pause(2), pause(9)], [5, 9].map(Duration::from_secs));
    }
}
