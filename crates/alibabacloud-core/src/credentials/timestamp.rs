//! Timestamps of the Security Token Service: `2026-03-14T15:09:26Z`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;

/// Writes a moment as `yyyy-MM-ddTHH:mm:ssZ`; moments before 1970 as 1970.
pub(super) fn format(moment: SystemTime) -> String {
    let seconds = unix_seconds(moment);
    let (year, month, day) = date_of(seconds / DAY);
    let (hour, minute, second) = (seconds % DAY / 3600, seconds % 3600 / 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Reads `yyyy-MM-ddTHH:mm:ssZ`, with or without a fraction of a second, which is dropped. `None` for anything else and for years
/// before 1970.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim().strip_suffix('Z')?;
    let text = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|b| b.is_ascii_digit()) => whole,
        Some(_) => return None,
        None => text,
    };
    let (date, time) = text.split_once('T')?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let in_range = year >= 1970
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    let seconds = days_before(year, month, day)? * DAY + hour * 3600 + minute * 60 + second;
    in_range
        .then(|| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
        .flatten()
}

/// Seconds since 1970; 0 for moments before.
pub(super) fn unix_seconds(moment: SystemTime) -> u64 {
    moment
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<[u64; 3]> {
    let mut parts = text.split(separator);
    let mut read = |digits: usize| {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse().ok()).flatten()
    };
    let found = [read(digits[0])?, read(digits[1])?, read(digits[2])?];
    parts.next().is_none().then_some(found)
}

/// Days from 1970-01-01 to a date. Years are counted from March, so that the leap day is the last of its year.
fn days_before(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month <= 2 {
        year.checked_sub(1)?
    } else {
        year
    };
    let month = (month + 9) % 12;
    let leap_days = year / 4 - year / 100 + year / 400;
    (year * 365 + leap_days + (month * 153 + 2) / 5 + day).checked_sub(719_469)
}

/// The date of a day since 1970-01-01.
fn date_of(day: u64) -> (u64, u64, u64) {
    // 400 years have 146,097 days; day 0 of the count is 0000-03-01.
    let day = day + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year + carry, month, date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn known_moments_are_written_and_read_back() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_773_500_966, "2026-03-14T15:09:26Z"),
            (4_071_006_245, "2099-01-02T03:04:05Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(format(at(seconds)), text);
            assert_eq!(parse(text), Some(at(seconds)), "{text}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_is_read_back() {
        for day in 0..146_097 {
            let moment = at(day * DAY + 1);
            assert_eq!(parse(&format(moment)), Some(moment), "day {day}");
        }
    }

    #[test]
    fn fractions_are_dropped_and_anything_else_is_refused() {
        assert_eq!(parse("1970-01-01T00:00:01.999Z"), Some(at(1)));
        for text in [
            "",
            "Z",
            "1970-01-01T00:00:00",
            "1970-01-01T00:00:00+08:00",
            "1970-01-01T00:00:00.xZ",
            "1970-13-01T00:00:00Z",
            "1970-00-01T00:00:00Z",
            "1969-12-31T23:59:59Z",
            "0000-01-01T00:00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-1-1T0:0:0Z",
            "99999-01-01T00:00:00Z",
            "1970-01-01T00:00:00:00Z",
            "+970-01-01T00:00:00Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
