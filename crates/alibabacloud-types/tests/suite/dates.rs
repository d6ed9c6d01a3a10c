//! Dates in every form that services write.

use alibabacloud_types::DateTime;
use alibabacloud_types::plumbing::{format_http_date, format_utc, parse_http_date, parse_utc};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn every_form_is_read() {
    for (text, seconds) in [
        ("2019-05-16T10:26:14Z", 1_558_002_374),
        ("2019-05-16t10:26:14z", 1_558_002_374),
        ("2023-07-09T10:01Z", 1_688_896_860),
        ("2024-05-04T11:17:28", 1_714_821_448),
        ("2024-05-04 11:17:28", 1_714_821_448),
        ("2024-05-04 11:17", 1_714_821_420),
        ("2024-05-04", 1_714_780_800),
        (" 2024-05-04\n", 1_714_780_800),
        ("2024-05-04T11:17:28+08:00", 1_714_792_648),
        ("2024-05-04T11:17:28 +0800", 1_714_792_648),
        ("2024-05-04T11:17:28-01", 1_714_825_048),
        ("2024-05-04T11:17+08:00", 1_714_792_620),
        ("2016-12-31T23:59:60Z", 1_483_228_800),
        ("2000-02-29T00:00:00Z", 951_782_400),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ] {
        assert_eq!(
            DateTime::from(text).to_system_time(),
            Ok(at(seconds)),
            "{text}"
        );
    }
}

#[test]
fn fractions_are_read_to_the_nanosecond() {
    for (text, nanoseconds) in [
        ("2019-05-16T10:26:14.5Z", 500_000_000),
        ("2019-05-16T10:26:14.123Z", 123_000_000),
        ("2019-05-16T10:26:14,123456789", 123_456_789),
        ("2019-05-16T10:26:14.1234567899999Z", 123_456_789),
    ] {
        let expected = at(1_558_002_374) + Duration::from_nanos(nanoseconds);
        assert_eq!(parse_utc(text), Ok(expected), "{text}");
    }
}

#[test]
fn times_before_1970_are_read_and_written() {
    let time = UNIX_EPOCH - Duration::from_millis(500);
    assert_eq!(format_utc(time), "1969-12-31T23:59:59Z");
    assert_eq!(parse_utc("1969-12-31T23:59:59.5Z"), Ok(time));
    assert_eq!(
        parse_utc("1900-03-01").map(format_utc).unwrap(),
        "1900-03-01T00:00:00Z"
    );
    let oldest = parse_utc("0000-01-01").map(format_utc);
    if cfg!(windows) {
        // Its times begin in 1601.
        let error = oldest.unwrap_err().to_string();
        assert!(error.contains("a time that this system can represent"));
    } else {
        assert_eq!(oldest.unwrap(), "0000-01-01T00:00:00Z");
    }
}

#[test]
fn errors_report_what_was_expected_and_where() {
    for (text, message) in [
        ("", "invalid date: expected a year of four digits at byte 0"),
        (
            "2024-13-01",
            "invalid date: expected a month of two digits, 01 to 12 at byte 5",
        ),
        (
            "2023-02-29",
            "invalid date: expected a day that exists in the month, ending at byte 10",
        ),
        (
            "1900-02-29",
            "invalid date: expected a day that exists in the month, ending at byte 10",
        ),
        (
            "2024-05-04T24:00:00Z",
            "invalid date: expected an hour of two digits, 00 to 23 at byte 11",
        ),
        (
            "2024-05-04T11:17:28.Z",
            "invalid date: expected the digits of a fraction at byte 20",
        ),
        (
            "2024-05-04T11:17:28+8",
            "invalid date: expected the hours of an offset, 00 to 23 at byte 20",
        ),
        (
            "2024-05-04T11:17:28Z!",
            "invalid date: expected the end of the text at byte 20",
        ),
        (
            "2024-05-04X",
            "invalid date: expected the end of the text at byte 10",
        ),
        (
            "\u{6d4b}\u{8bd5}",
            "invalid date: expected a year of four digits at byte 0",
        ),
    ] {
        let error = DateTime::from(text).to_system_time().unwrap_err();
        assert_eq!(error.to_string(), message, "{text}");
    }
}

#[test]
fn times_are_written_in_utc_without_a_fraction() {
    let time = at(1_558_002_374) + Duration::from_millis(999);
    assert_eq!(DateTime::from(time).as_str(), "2019-05-16T10:26:14Z");
    assert_eq!(format_utc(UNIX_EPOCH), "1970-01-01T00:00:00Z");
}

#[test]
fn the_calendar_agrees_with_itself_over_four_centuries() {
    let mut expected = (2000, 1, 1);
    for day in 10_957..10_957 + 146_097 {
        let (year, month, day_of_month) = expected;
        let text = format!("{year:04}-{month:02}-{day_of_month:02}");
        assert_eq!(parse_utc(&text), Ok(at(day * 86_400)));
        assert_eq!(format_utc(at(day * 86_400)), format!("{text}T00:00:00Z"));
        expected = following(expected);
    }
    assert_eq!(expected, (2400, 1, 1));
}

/// Returns the next date, by the plain rules of the calendar.
fn following((year, month, day): (u32, u32, u32)) -> (u32, u32, u32) {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    match (month, day) {
        (12, 31) => (year + 1, 1, 1),
        (_, last) if last == days => (year, month + 1, 1),
        _ => (year, month, day + 1),
    }
}

#[test]
fn http_dates_are_written_and_read() {
    for (seconds, text) in [
        (1_773_500_966, "Sat, 14 Mar 2026 15:09:26 GMT"),
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
    ] {
        assert_eq!(format_http_date(at(seconds)), text);
        assert_eq!(parse_http_date(text), Ok(at(seconds)));
    }
}

#[test]
fn other_texts_are_not_http_dates() {
    for text in [
        "",
        "120",
        "Sat",
        "Sat, 14 Mar 2026 15:09:26",
        "Sat, 14 Mar 2026 15:09:26 UTC",
        "Sat, 31 Feb 2026 15:09:26 GMT",
        "Sat, 14 M\u{e4}r 2026 15:09:26 GMT",
        "2026-03-14T15:09:26Z",
    ] {
        assert!(parse_http_date(text).is_err(), "{text}");
    }
}
