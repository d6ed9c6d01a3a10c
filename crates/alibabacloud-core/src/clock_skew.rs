//! The difference between the local clock and that of the services.

use crate::http::Headers;
use alibabacloud_types::plumbing::parse_http_date;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// Smaller differences are not corrected: the service tolerates 15 minutes.
const THRESHOLD_MS: i64 = 4 * 60 * 1000;
/// After a longer round trip its midpoint is too inexact to compare with.
const MAX_ROUND_TRIP: Duration = Duration::from_secs(15 * 60);

/// The error codes of a rejected timestamp.
const REJECTED_TIMESTAMP: [&str; 2] = ["InvalidTimeStamp.Expired", "IllegalTimestamp"];

/// How far the clock of the services is ahead of the local one, in milliseconds; recorded per
/// client, from the responses to calls and to requests for credentials.
#[derive(Debug, Default)]
pub(crate) struct ClockSkew {
    milliseconds: AtomicI64,
    /// The skew is neither recorded nor corrected.
    is_off: bool,
}

/// The clock skew as it was recorded at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skew(i64);

/// The times and headers of one response, from which the skew can be measured.
pub(crate) struct ClockSample<'a> {
    pub(crate) sent: SystemTime,
    pub(crate) received: SystemTime,
    pub(crate) headers: &'a Headers,
}

impl ClockSkew {
    /// Creates a skew of zero that is never corrected.
    pub(crate) fn off() -> Self {
        Self {
            is_off: true,
            ..Self::default()
        }
    }

    /// Returns the recorded skew.
    pub(crate) fn current(&self) -> Skew {
        Skew(self.milliseconds.load(Ordering::Relaxed))
    }

    /// Records the skew measured in a response that rejected a timestamp corrected by `used`.
    /// Returns whether it differs from `used`, so that a retry makes sense; a concurrent call may
    /// have recorded it before.
    pub(crate) fn update(&self, sample: &ClockSample<'_>, used: Skew) -> bool {
        self.adopt(sample.measure(), used)
    }

    /// Does the same for a skew that was measured before, if there is one.
    pub(crate) fn adopt(&self, measured: Option<Skew>, used: Skew) -> bool {
        match measured {
            Some(skew) if !self.is_off => {
                self.milliseconds.store(skew.0, Ordering::Relaxed);
                used.0.abs_diff(skew.0) >= THRESHOLD_MS.unsigned_abs()
            }
            _ => false,
        }
    }
}

impl Skew {
    /// Returns `now`, corrected by the skew.
    pub(crate) fn correct(self, now: SystemTime) -> SystemTime {
        let distance = Duration::from_millis(self.0.unsigned_abs());
        let corrected = match self.0 >= 0 {
            true => now.checked_add(distance),
            false => now.checked_sub(distance),
        };
        corrected.unwrap_or(now)
    }
}

impl ClockSample<'_> {
    /// Returns the difference between the `Date` of the response and the midpoint of its round
    /// trip, or zero if it is small; `None` if the response has no single date, came from a cache
    /// or took too long.
    pub(crate) fn measure(&self) -> Option<Skew> {
        if self.headers.get("age").is_some() {
            return None;
        }
        let server = parse_http_date(self.headers.single("date")?).ok()?;
        let round_trip = self.received.duration_since(self.sent).ok()?;
        if round_trip > MAX_ROUND_TRIP {
            return None;
        }
        let middle = self.sent.checked_add(round_trip / 2)?;
        let ms = |distance: Duration| i64::try_from(distance.as_millis()).ok();
        let skew = match server.duration_since(middle) {
            Ok(ahead) => ms(ahead)?,
            Err(behind) => -ms(behind.duration())?,
        };
        Some(Skew(if skew.abs() < THRESHOLD_MS { 0 } else { skew }))
    }
}

/// Returns whether an error code means that a service rejected the timestamp of a request.
pub(crate) fn is_rejected_timestamp(code: &str) -> bool {
    REJECTED_TIMESTAMP.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::class::{ErrorClass, class_of};

    const DATE: &str = "Sat, 14 Mar 2026 15:00:00 GMT";

    fn at(seconds_before_date: i64) -> SystemTime {
        let date = parse_http_date(DATE).expect("a date");
        let distance = Duration::from_secs(seconds_before_date.unsigned_abs());
        if seconds_before_date >= 0 {
            date - distance
        } else {
            date + distance
        }
    }

    fn sample(sent: i64, received: i64, headers: &Headers) -> ClockSample<'_> {
        ClockSample {
            sent: at(sent),
            received: at(received),
            headers,
        }
    }

    fn update(skew: &ClockSkew, sent: i64, received: i64, extra: Option<&str>) -> bool {
        let mut headers = Headers::new();
        headers.set("date", DATE);
        if let Some(name) = extra {
            headers.set(name, "1");
        }
        skew.update(&sample(sent, received, &headers), skew.current())
    }

    #[test]
    fn a_skew_recorded_by_a_concurrent_call_is_worth_a_retry() {
        let skew = ClockSkew::default();
        let used = skew.current();
        let mut headers = Headers::new();
        headers.set("date", DATE);
        assert!(skew.update(&sample(3600, 3600, &headers), used));
        assert!(skew.update(&sample(3600, 3600, &headers), used));
    }

    #[test]
    fn the_midpoint_of_the_round_trip_is_compared() {
        let skew = ClockSkew::default();
        assert!(update(&skew, 3610, 3590, None));
        assert_eq!(skew.current().correct(at(3600)), at(0));
        // The same skew again changes nothing.
        assert!(!update(&skew, 3610, 3590, None));
        // The local clock was corrected in the meantime.
        assert!(update(&skew, 1, 0, None));
        assert_eq!(skew.current().correct(at(0)), at(0));
        // Ahead of the service.
        assert!(update(&skew, -3600, -3600, None));
        assert_eq!(skew.current().correct(at(-3600)), at(0));
    }

    #[test]
    fn unusable_samples_are_ignored() {
        let skew = ClockSkew::default();
        assert!(!update(&skew, 239, 239, None), "below the threshold");
        assert!(!update(&skew, 3600, 3600, Some("age")), "from a cache");
        assert!(!update(&skew, 7200, 3600, None), "too long a round trip");
        assert!(
            !update(&skew, 3600, 3700, None),
            "the local clock went back"
        );
        let mut dates = Headers::new();
        dates.append("date", DATE);
        dates.append("Date", "Sat, 14 Mar 2026 16:00:00 GMT");
        assert!(!skew.update(&sample(3600, 3600, &dates), skew.current()));
        let no_date = Headers::new();
        assert!(!skew.update(&sample(3600, 3600, &no_date), skew.current()));
        assert_eq!(skew.current().correct(at(5)), at(5));
    }

    #[test]
    fn a_skew_that_is_off_is_not_recorded() {
        let skew = ClockSkew::off();
        assert!(!update(&skew, 3600, 3600, None));
        assert_eq!(skew.current(), Skew::default());
    }

    #[test]
    fn the_codes_are_those_of_the_class() {
        for code in REJECTED_TIMESTAMP {
            assert!(is_rejected_timestamp(code));
            let class = class_of(Some(400), Some(code), false);
            assert_eq!(class, ErrorClass::Clock, "{code}");
        }
        assert!(!is_rejected_timestamp("InvalidTimeStamp.Format"));
    }
}
