//! Two clocks: the gateway's, which signatures are checked against, and the services', which tests advance.

use crate::timestamp::{self, Millis};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// The clocks of one emulator.
///
/// Advancing the services' clock leaves the gateway's alone, because clients sign with the real time.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    skew_millis: AtomicI64,
    advanced: AtomicU64,
    frozen: AtomicBool,
    frozen_at: AtomicU64,
}

impl Clock {
    /// A services' clock that stands still at `at` until it is advanced.
    pub(crate) fn frozen(at: Millis) -> Self {
        Self {
            frozen: AtomicBool::new(true),
            frozen_at: AtomicU64::new(at),
            ..Self::default()
        }
    }

    /// What the gateway takes for the time: the system's clock and the skew.
    pub(crate) fn gateway(&self) -> Millis {
        system().saturating_add_signed(self.skew_millis.load(Ordering::Relaxed))
    }

    /// What the services take for the time: executions, dates of things, expiry of tokens.
    pub(crate) fn service(&self) -> Millis {
        let base = if self.frozen.load(Ordering::Relaxed) {
            self.frozen_at.load(Ordering::Relaxed)
        } else {
            system()
        };
        base.saturating_add(self.advanced.load(Ordering::Relaxed))
    }

    /// Moves the services' clock on.
    pub(crate) fn advance(&self, by: Duration) {
        let millis = timestamp::millis(by);
        // The closure always returns a value, so the update cannot fail.
        let _ = self
            .advanced
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |now| {
                Some(now.saturating_add(millis))
            });
    }

    /// Sets how far the gateway's clock is from the system's, in milliseconds.
    pub(crate) fn set_skew(&self, millis: i64) {
        self.skew_millis.store(millis, Ordering::Relaxed);
    }

    /// How far the gateway's clock is from the system's, in milliseconds.
    pub(crate) fn skew(&self) -> i64 {
        self.skew_millis.load(Ordering::Relaxed)
    }
}

fn system() -> Millis {
    timestamp::from_system(SystemTime::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let clock = Clock::frozen(1000);
        assert_eq!(clock.service(), 1000);
        clock.advance(Duration::from_secs(2));
        assert_eq!(clock.service(), 3000);
        clock.advance(Duration::MAX);
        assert_eq!(clock.service(), u64::MAX);
    }

    #[test]
    fn skew_moves_the_gateway_alone() {
        let clock = Clock::frozen(1000);
        let before = clock.gateway();
        clock.set_skew(3_600_000);
        assert!(clock.gateway() >= before + 3_600_000);
        assert_eq!(clock.service(), 1000);
    }
}
