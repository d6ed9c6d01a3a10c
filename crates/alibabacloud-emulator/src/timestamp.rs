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

/// Parses `2026-03-14T15:09:26Z`; `None` for anything else, as the gateway accepts no other form.
pub(crate) fn parse(text: &str) -> Option<Millis> {
    let time = parse_utc(text).ok()?;
    (format_utc(time) == text).then(|| from_system(time))
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
    fn other_forms_are_refused() {
        for text in [
            "",
            "2026-03-14",
            "2026-03-14T15:09:26",
            "2026-03-14 15:09:26Z",
            "2026-03-14T15:09:26.5Z",
            "2026-03-14T15:09:26+00:00",
            "2026-02-30T15:09:26Z",
            "2026-03-1éT15:09:6Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
