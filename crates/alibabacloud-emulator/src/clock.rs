//! Two clocks: that of the gateway, which signatures are checked against, and that of the services,
//! which tests advance.

use crate::timestamp::{self, Millis};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// The clocks of one emulator.
///
/// Advancing the services' clock does not change the gateway's, because clients sign with the real
/// time.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    gateway_offset: AtomicI64,
    advanced: AtomicU64,
    frozen: AtomicBool,
    frozen_at: AtomicU64,
}

impl Clock {
    /// Creates clocks of which that of the services stays at `at` until it is advanced.
    pub(crate) fn frozen(at: Millis) -> Self {
        Self {
            frozen: AtomicBool::new(true),
            frozen_at: AtomicU64::new(at),
            ..Self::default()
        }
    }

    /// Returns the gateway's time: the system's plus the offset.
    pub(crate) fn gateway(&self) -> Millis {
        system().saturating_add_signed(self.gateway_offset.load(Ordering::Relaxed))
    }

    /// Returns the services' time: for executions, dates of resources and the expiry of tokens.
    pub(crate) fn service(&self) -> Millis {
        let base = if self.frozen.load(Ordering::Relaxed) {
            self.frozen_at.load(Ordering::Relaxed)
        } else {
            system()
        };
        base.saturating_add(self.advanced.load(Ordering::Relaxed))
    }

    /// Moves the services' clock forward.
    pub(crate) fn advance(&self, by: Duration) {
        let millis = timestamp::millis(by);
        // The closure always returns a value, so the update cannot fail.
        let _ = self
            .advanced
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |now| {
                Some(now.saturating_add(millis))
            });
    }

    /// Sets how far the gateway's clock is ahead of the system's, in milliseconds.
    pub(crate) fn set_gateway_offset(&self, millis: i64) {
        self.gateway_offset.store(millis, Ordering::Relaxed);
    }

    /// Returns how far the gateway's clock is ahead of the system's, in milliseconds.
    pub(crate) fn gateway_offset(&self) -> i64 {
        self.gateway_offset.load(Ordering::Relaxed)
    }
}

fn system() -> Millis {
    timestamp::from_system(SystemTime::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_it_is_advanced() {
        let clock = Clock::frozen(1000);
        assert_eq!(clock.service(), 1000);
        clock.advance(Duration::from_secs(2));
        assert_eq!(clock.service(), 3000);
        clock.advance(Duration::MAX);
        assert_eq!(clock.service(), u64::MAX);
    }

    #[test]
    fn the_gateway_offset_does_not_move_the_services_clock() {
        let clock = Clock::frozen(1000);
        let before = clock.gateway();
        clock.set_gateway_offset(3_600_000);
        assert!(clock.gateway() >= before + 3_600_000);
        assert_eq!(clock.service(), 1000);
    }
}
