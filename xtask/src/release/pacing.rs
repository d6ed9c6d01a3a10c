//! The limits of the registry on how fast an account publishes.

/// How many crates may be published at once, and how often one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many at once.
    pub burst: u64,
    /// Seconds until there may be one more.
    pub interval: u64,
}

/// Crates that the registry does not have yet: a burst of 5, then one every 10 minutes (see
/// <https://crates.io/docs/rate-limits>).
pub const NEW_CRATES: Limit = Limit {
    burst: 5,
    interval: 600,
};

/// New versions of crates that it has (the same page): a burst of 30, then one every minute.
pub const NEW_VERSIONS: Limit = Limit {
    burst: 30,
    interval: 60,
};

/// A limit, and how much of it is used.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    limit: Limit,
    /// When everything that was published would have been allowed without a burst.
    used_until: u64,
}

impl Pace {
    /// Creates a pace of which nothing is used.
    pub fn new(limit: Limit) -> Self {
        Self {
            limit,
            used_until: 0,
        }
    }

    /// Returns how many seconds to wait, at a time, before one more is allowed.
    pub fn wait(&self, now: u64) -> u64 {
        let ahead = (self.limit.burst - 1) * self.limit.interval;
        self.used_until.saturating_sub(ahead).saturating_sub(now)
    }

    /// Notes that one was published at a time.
    pub fn add(&mut self, time: u64) {
        self.used_until = self.used_until.max(time) + self.limit.interval;
    }

    /// Notes that the registry refused one at a time: the burst is used, perhaps by others.
    pub fn exhaust(&mut self, now: u64) {
        let full = now + self.limit.burst * self.limit.interval;
        self.used_until = self.used_until.max(full);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_burst_there_is_one_per_interval() {
        let mut pace = Pace::new(NEW_CRATES);
        for _ in 0..5 {
            assert_eq!(pace.wait(1_000), 0);
            pace.add(1_000);
        }
        assert_eq!(pace.wait(1_000), 600);
        assert_eq!(pace.wait(1_500), 100);
        assert_eq!(pace.wait(1_600), 0);
        pace.add(1_600);
        assert_eq!(pace.wait(1_600), 600);
        // The burst comes back with time, and is never more than full.
        for _ in 0..5 {
            assert_eq!(pace.wait(100_000), 0);
            pace.add(100_000);
        }
        assert_eq!(pace.wait(100_000), 600);
    }

    #[test]
    fn a_refusal_uses_the_burst() {
        let mut pace = Pace::new(NEW_VERSIONS);
        pace.exhaust(50);
        assert_eq!(pace.wait(50), 60);
        pace.exhaust(50);
        assert_eq!(pace.wait(50), 60);
    }
}
