//! Conversions between `DateTime` and the times of other crates.

use alibabacloud_types::{DateTime, ParseDateTimeError};
use chrono::Utc;
use std::fmt::Debug;
use time::OffsetDateTime;

/// Seconds since 1970 and nanoseconds of texts that all crates can represent.
const TIMES: &[(&str, i64, u32)] = &[
    ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
    ("0000-01-01", -62_167_219_200, 0),
    ("1582-10-15T00:00:00.000000001Z", -12_219_292_800, 1),
    ("1969-12-31T23:59:59.999999999Z", -1, 999_999_999),
    ("1970-01-01T00:00Z", 0, 0),
    ("2016-12-31T23:59:60Z", 1_483_228_800, 0),
    ("2016-12-31T23:59:60.5Z", 1_483_228_800, 500_000_000),
    ("2019-05-16T10:26:14.123456789Z", 1_558_002_374, 123_456_789),
    ("2024-05-04T11:17:28+08:00", 1_714_792_648, 0),
    (
        "9999-12-30T21:59:59.999999999Z",
        253_402_207_199,
        999_999_999,
    ),
];

fn read<'a, T>(text: &'a DateTime) -> Result<T, ParseDateTimeError>
where
    T: TryFrom<&'a DateTime, Error = ParseDateTimeError>,
{
    text.try_into()
}

/// Checks that the text is an error, from a reference and from a value.
fn assert_error<T>(text: &str, message: &str)
where
    T: Debug + TryFrom<DateTime, Error = ParseDateTimeError>,
    T: for<'a> TryFrom<&'a DateTime, Error = ParseDateTimeError>,
{
    let text = DateTime::from(text);
    assert_eq!(read::<T>(&text).unwrap_err().to_string(), message);
    assert_eq!(T::try_from(text).unwrap_err().to_string(), message);
}

#[test]
fn all_crates_read_the_same_time() {
    for (text, second, nanosecond) in TIMES {
        let text = DateTime::from(*text);
        let jiff: jiff::Timestamp = read(&text).unwrap();
        let nanoseconds = i128::from(*second) * 1_000_000_000 + i128::from(*nanosecond);
        assert_eq!(jiff.as_nanosecond(), nanoseconds, "{text}");
        let chrono: chrono::DateTime<Utc> = read(&text).unwrap();
        assert_eq!(
            (chrono.timestamp(), chrono.timestamp_subsec_nanos()),
            (*second, *nanosecond),
            "{text}"
        );
        let time: OffsetDateTime = read(&text).unwrap();
        assert_eq!(time.unix_timestamp_nanos(), nanoseconds, "{text}");
        assert!(time.offset().is_utc());
    }
}

#[test]
fn all_crates_are_written_in_utc_rounded_down_to_the_second() {
    for (text, written) in [
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59Z"),
        ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
        ("1969-12-31T23:59:58.000000001Z", "1969-12-31T23:59:58Z"),
        ("2019-05-16T10:26:14.999999999Z", "2019-05-16T10:26:14Z"),
        ("2024-05-04T11:17:28+08:00", "2024-05-04T03:17:28Z"),
        ("9999-12-30T21:59:59Z", "9999-12-30T21:59:59Z"),
    ] {
        let text = DateTime::from(text);
        let jiff: jiff::Timestamp = read(&text).unwrap();
        let chrono: chrono::DateTime<Utc> = read(&text).unwrap();
        let time: OffsetDateTime = read(&text).unwrap();
        assert_eq!(DateTime::from(jiff).as_str(), written);
        assert_eq!(DateTime::from(chrono).as_str(), written);
        assert_eq!(DateTime::from(time).as_str(), written);
    }
}

#[test]
fn offsets_are_converted() {
    let east = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
    let chrono = chrono::DateTime::from_timestamp(1_714_792_648, 0).unwrap();
    let written = DateTime::from(chrono.with_timezone(&east));
    assert_eq!(written.as_str(), "2024-05-04T03:17:28Z");

    let east = time::UtcOffset::from_hms(8, 0, 0).unwrap();
    let time = OffsetDateTime::from_unix_timestamp(1_714_792_648).unwrap();
    let written = DateTime::from(time.to_offset(east));
    assert_eq!(written.as_str(), "2024-05-04T03:17:28Z");
}

#[test]
fn a_leap_second_of_chrono_is_the_first_second_of_the_next_minute() {
    let leap = chrono::NaiveDate::from_ymd_opt(2016, 12, 31)
        .and_then(|date| date.and_hms_nano_opt(23, 59, 59, 1_500_000_000))
        .unwrap()
        .and_utc();
    assert_eq!(DateTime::from(leap).as_str(), "2017-01-01T00:00:00Z");
}

#[test]
fn the_last_second_of_9999_is_out_of_range_for_jiff_only() {
    let last = DateTime::from("9999-12-31T23:59:59Z");
    let chrono: chrono::DateTime<Utc> = read(&last).unwrap();
    assert_eq!(DateTime::from(chrono), last);
    let time: OffsetDateTime = read(&last).unwrap();
    assert_eq!(DateTime::from(time), last);
    assert_error::<jiff::Timestamp>(
        last.as_str(),
        "invalid date: expected a time that `jiff::Timestamp` can represent, ending at byte 20",
    );
    // The first second that is out of range, and the last that is not.
    assert_eq!(
        read::<jiff::Timestamp>(&"9999-12-30T22:00:00.999999999Z".into()),
        Ok(jiff::Timestamp::MAX)
    );
    assert!(read::<jiff::Timestamp>(&"9999-12-30T22:00:01Z".into()).is_err());
}

#[test]
fn an_offset_leads_out_of_the_range_of_time() {
    // This is 10000-01-01T00:59:59Z.
    let text = "9999-12-31T23:59:59-01:00";
    assert_error::<OffsetDateTime>(
        text,
        "invalid date: expected a time that `time::OffsetDateTime` can represent, ending at byte 25",
    );
    let chrono: chrono::DateTime<Utc> = read(&text.into()).unwrap();
    assert_eq!(DateTime::from(chrono).as_str(), "10000-01-01T00:59:59Z");
}

#[test]
fn other_texts_are_the_errors_of_the_text() {
    let message = "invalid date: expected a month of two digits, 01 to 12 at byte 5";
    assert_error::<jiff::Timestamp>("2024-13-01", message);
    assert_error::<chrono::DateTime<Utc>>("2024-13-01", message);
    assert_error::<OffsetDateTime>("2024-13-01", message);
}
