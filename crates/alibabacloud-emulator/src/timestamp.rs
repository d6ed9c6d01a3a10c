//! The services' form of a moment: `2026-03-14T15:09:26Z`.

/// Milliseconds since 1970-01-01T00:00:00Z.
pub(crate) type Millis = u64;

const DAY: u64 = 86_400;

/// Writes a moment as `2026-03-14T15:09:26Z`.
pub(crate) fn format(moment: Millis) -> String {
    let seconds = moment / 1000;
    let (year, month, day) = date_of(seconds / DAY);
    let (hour, minute, second) = (seconds % DAY / 3600, seconds % 3600 / 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Reads `2026-03-14T15:09:26Z`; `None` for anything else, as the gateway takes no other form.
pub(crate) fn parse(text: &str) -> Option<Millis> {
    let bytes = text.as_bytes();
    if bytes.len() != 20 {
        return None;
    }
    let separators = [
        (4, b'-'),
        (7, b'-'),
        (10, b'T'),
        (13, b':'),
        (16, b':'),
        (19, b'Z'),
    ];
    if separators.iter().any(|(at, byte)| bytes[*at] != *byte) {
        return None;
    }
    let number = |from: usize, to: usize| {
        bytes[from..to].iter().try_fold(0_u64, |value, byte| {
            byte.is_ascii_digit()
                .then(|| value * 10 + u64::from(byte - b'0'))
        })
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let valid = year >= 1970
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    valid.then(|| (days_before(year, month, day) * DAY + hour * 3600 + minute * 60 + second) * 1000)
}

fn is_leap(year: u64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_in_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

/// Days from 1970-01-01 to a date that is not before it.
fn days_before(year: u64, month: u64, day: u64) -> u64 {
    let years: u64 = (1970..year).map(days_in_year).sum();
    let months: u64 = (1..month).map(|m| days_in(year, m)).sum();
    years + months + day - 1
}

fn date_of(mut days: u64) -> (u64, u64, u64) {
    // 400 years always have the same number of days, so that far dates do not loop for long.
    let mut year = 1970 + days / 146_097 * 400;
    days %= 146_097;
    while days >= days_in_year(year) {
        days -= days_in_year(year);
        year += 1;
    }
    let mut month = 1;
    while days >= days_in(year, month) {
        days -= days_in(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_the_round_trip() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2000-02-29T23:59:59Z",
            "2026-03-14T15:09:26Z",
            "2399-12-31T00:00:01Z",
        ] {
            assert_eq!(format(parse(text).unwrap()), text);
        }
        assert_eq!(parse("2026-03-14T15:09:26Z"), Some(1_773_500_966_000));
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "2026-03-14",
            "2026-03-14T15:09:26",
            "2026-03-14 15:09:26Z",
            "2026-02-30T15:09:26Z",
            "2026-13-14T15:09:26Z",
            "2026-03-14T24:09:26Z",
            "1969-03-14T15:09:26Z",
            "2026-03-1éT15:09:6Z",
            "abcd-ef-ghTij:kl:mnZ",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
