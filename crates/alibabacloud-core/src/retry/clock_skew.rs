//! What the clock of the service says when ours is refused.

use crate::http::Headers;
use alibabacloud_types::plumbing::parse_http_date;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// Differences below this are not worth a correction: the service takes 15 minutes.
const THRESHOLD_MS: i64 = 4 * 60 * 1000;
/// After a round trip of this length its middle says nothing.
const MAX_ROUND_TRIP: Duration = Duration::from_secs(15 * 60);

/// How far the clock of the service is ahead of ours, in milliseconds; learnt per client.
#[derive(Debug, Default)]
pub(crate) struct ClockSkew(AtomicI64);

/// What was known of it at a moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Skew(i64);

/// One exchange, to learn from.
pub(crate) struct ClockSample<'a> {
    pub(crate) sent: SystemTime,
    pub(crate) received: SystemTime,
    pub(crate) headers: &'a Headers,
}

impl ClockSkew {
    /// What is known now.
    pub(crate) fn known(&self) -> Skew {
        Skew(self.0.load(Ordering::Relaxed))
    }

    /// Learns from an answer that refused a timestamp corrected by `used`; whether the clock of the service is another than that, so that
    /// another try makes sense. A call that was under way at the same time may have learnt it before.
    pub(crate) fn learn(&self, exchange: &ClockSample<'_>, used: Skew) -> bool {
        let Some(skew) = observe(exchange) else {
            return false;
        };
        let skew = if skew.abs() < THRESHOLD_MS { 0 } else { skew };
        self.0.store(skew, Ordering::Relaxed);
        used.0.abs_diff(skew) >= THRESHOLD_MS.unsigned_abs()
    }
}

impl Skew {
    /// Our clock, corrected.
    pub(crate) fn correct(self, now: SystemTime) -> SystemTime {
        let distance = Duration::from_millis(self.0.unsigned_abs());
        let corrected = match self.0 >= 0 {
            true => now.checked_add(distance),
            false => now.checked_sub(distance),
        };
        corrected.unwrap_or(now)
    }
}

/// The difference between the `Date` of an answer and the middle of its exchange; none when the answer came from a cache or took too
/// long.
fn observe(exchange: &ClockSample<'_>) -> Option<i64> {
    if exchange.headers.get("age").is_some() {
        return None;
    }
    let server = parse_http_date(exchange.headers.get("date")?).ok()?;
    let round_trip = exchange.received.duration_since(exchange.sent).ok()?;
    if round_trip > MAX_ROUND_TRIP {
        return None;
    }
    let middle = exchange.sent.checked_add(round_trip / 2)?;
    let ms = |distance: Duration| i64::try_from(distance.as_millis()).ok();
    match server.duration_since(middle) {
        Ok(ahead) => ms(ahead),
        Err(behind) => ms(behind.duration()).map(|ms| -ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn exchange(sent: i64, received: i64, headers: &Headers) -> ClockSample<'_> {
        ClockSample {
            sent: at(sent),
            received: at(received),
            headers,
        }
    }

    fn learn(skew: &ClockSkew, sent: i64, received: i64, extra: Option<&str>) -> bool {
        let mut headers = Headers::new();
        headers.set("date", DATE);
        if let Some(name) = extra {
            headers.set(name, "1");
        }
        skew.learn(&exchange(sent, received, &headers), skew.known())
    }

    #[test]
    fn what_another_call_has_learnt_meanwhile_is_worth_a_try() {
        let skew = ClockSkew::default();
        let used = skew.known();
        let mut headers = Headers::new();
        headers.set("date", DATE);
        assert!(skew.learn(&exchange(3600, 3600, &headers), used));
        assert!(skew.learn(&exchange(3600, 3600, &headers), used));
    }

    #[test]
    fn the_middle_of_the_exchange_is_compared() {
        let skew = ClockSkew::default();
        assert!(learn(&skew, 3610, 3590, None));
        assert_eq!(skew.known().correct(at(3600)), at(0));
        // The same again teaches nothing.
        assert!(!learn(&skew, 3610, 3590, None));
        // A clock that was put right in the meantime.
        assert!(learn(&skew, 1, 0, None));
        assert_eq!(skew.known().correct(at(0)), at(0));
        // Ahead of the service.
        assert!(learn(&skew, -3600, -3600, None));
        assert_eq!(skew.known().correct(at(-3600)), at(0));
    }

    #[test]
    fn what_says_nothing_is_ignored() {
        let skew = ClockSkew::default();
        assert!(!learn(&skew, 239, 239, None), "below the threshold");
        assert!(!learn(&skew, 3600, 3600, Some("age")), "from a cache");
        assert!(!learn(&skew, 7200, 3600, None), "too long a round trip");
        assert!(!learn(&skew, 3600, 3700, None), "our clock went back");
        let no_date = Headers::new();
        assert!(!skew.learn(&exchange(3600, 3600, &no_date), skew.known()));
        assert_eq!(skew.known().correct(at(5)), at(5));
    }
}
