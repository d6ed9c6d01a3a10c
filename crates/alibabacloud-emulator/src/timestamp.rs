//! Points in time: as the emulator counts them, and as the services and HTTP write them.

use alibabacloud_types::plumbing::{format_http_date, format_utc, parse_http_date, parse_utc};
use std::time::{Duration, SystemTime};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub(crate) type Millis = u64;

/// The last second whose year has four digits; later times are written as this one.
const LAST: Millis = 253_402_300_799_000;

/// Formats a time as `2026-03-14T15:09:26Z`.
pub(crate) fn format(moment: Millis) -> String {
    format_utc(to_system(moment))
}

/// Formats a time as `Sat, 14 Mar 2026 15:09:26 GMT`.
pub(crate) fn format_http(moment: Millis) -> String {
    format_http_date(to_system(moment))
}

/// Parses a time of ISO 8601 with date, time and zone: `2026-03-14T15:09:26Z`,
/// `2026-03-14T15:09:26.123456789Z`, `2026-03-14T23:09:26+08:00`.
///
/// The official clients send the first form. Others send fractions of a second, and the gateway
/// accepts them.
pub(crate) fn parse(text: &str) -> Option<Millis> {
    let (seconds, rest) = text.split_at_checked(19)?;
    let time = parse_utc(&[seconds, "Z"].concat()).ok()?;
    // The parser is lenient; this is not.
    if format_utc(time).get(..19) != Some(seconds) {
        return None;
    }
    let (fraction, zone) = fraction(rest)?;
    let utc = from_system(time).checked_add_signed(-offset(zone)?)?;
    utc.checked_add(fraction)
}

/// Splits a fraction of 1 to 9 digits off, as milliseconds; 0 without one.
fn fraction(text: &str) -> Option<(Millis, &str)> {
    let Some(rest) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let (digits, rest) = rest.split_at_checked(end)?;
    let nanos = match digits.len() {
        1..=9 => format!("{digits:0<9}").parse::<Millis>().ok()?,
        _ => return None,
    };
    Some((nanos / 1_000_000, rest))
}

/// Returns how far a zone is ahead of UTC, in milliseconds: `Z`, `+08:00` or `+0800`.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, clock) = match zone.split_at_checked(1)? {
        ("+", clock) => (1, clock),
        ("-", clock) => (-1, clock),
        _ => return None,
    };
    let (hours, minutes) = clock.split_at_checked(2)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    let number = |text: &str, limit: i64| {
        let is_number = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse::<i64>().ok()?;
        (is_number && number < limit).then_some(number)
    };
    Some(sign * (number(hours, 24)? * 60 + number(minutes, 60)?) * 60_000)
}

/// Parses `Sat, 14 Mar 2026 15:09:26 GMT`.
pub(crate) fn parse_http(text: &str) -> Option<Millis> {
    parse_http_date(text).ok().map(from_system)
}

/// Converts a system time; times before 1970 become 1970.
pub(crate) fn from_system(time: SystemTime) -> Millis {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    millis(since.unwrap_or_default())
}

fn to_system(moment: Millis) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(moment.min(LAST))
}

/// Returns a duration in milliseconds, saturating.
pub(crate) fn millis(duration: Duration) -> Millis {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives_the_round_trip() {
        assert_eq!(parse("2026-03-14T15:09:26Z"), Some(1_773_500_966_000));
        assert_eq!(format(1_773_500_966_999), "2026-03-14T15:09:26Z");
        let http = "Sat, 14 Mar 2026 15:09:26 GMT";
        assert_eq!(parse_http(http), Some(1_773_500_966_000));
        assert_eq!(format_http(1_773_500_966_000), http);
        assert_eq!(format(u64::MAX), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn fractions_and_offsets_are_read() {
        let whole = 1_773_500_966_000;
        for (text, expected) in [
            ("2026-03-14T15:09:26.5Z", whole + 500),
            ("2026-03-14T15:09:26.04Z", whole + 40),
            ("2026-03-14T15:09:26.123456Z", whole + 123),
            ("2026-03-14T15:09:26.424349774Z", whole + 424),
            ("2026-03-14T15:09:26+00:00", whole),
            ("2026-03-14T23:09:26+08:00", whole),
            ("2026-03-14T23:09:26.5+0800", whole + 500),
            ("2026-03-14T11:39:26-03:30", whole),
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "2026-03-14",
            "2026-03-14T15:09:26",
            "2026-03-14 15:09:26Z",
            "2026-03-14T15:09:26.Z",
            "2026-03-14T15:09:26.0123456789Z",
            "2026-03-14T15:09:26.5",
            "2026-03-14T15:09:26,5Z",
            "2026-03-14T15:09:26+8",
            "2026-03-14T15:09:26+24:00",
            "2026-03-14T15:09:26+00:60",
            "2026-03-14T15:09:26+-1:00",
            "2026-03-14T15:09:26 08:00",
            "2026-03-14T15:09:26ZZ",
            "2026-03-14T15:09:61Z",
            "1970-01-01T00:00:00+00:01",
            "2026-02-30T15:09:26Z",
            "2026-03-1éT15:09:6Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
