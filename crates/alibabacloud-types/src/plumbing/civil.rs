//! Dates: days since 1970 and back, the UTC form of signatures and responses, and the form of HTTP
//! headers.

use std::fmt::{self, Write as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A date of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Civil {
    year: i64,
    /// 1 to 12.
    month: u32,
    /// 1 to 31.
    day: u32,
}

/// Days in 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;

/// Days from 1970-01-01 to 0000-03-01. Years that begin in March end with the leap day, which makes
/// the arithmetic regular.
const EPOCH_SHIFT: i64 = 719_468;

impl Civil {
    fn from_days(days: i64) -> Self {
        let shifted = days.saturating_add(EPOCH_SHIFT);
        let era = shifted.div_euclid(ERA);
        let day_of_era = shifted.rem_euclid(ERA);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: u32::try_from(month).unwrap_or_default(),
            day: u32::try_from(day).unwrap_or_default(),
        }
    }

    fn to_days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = i64::from((self.month + 9) % 12);
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * ERA + day_of_era - EPOCH_SHIFT
    }

    /// Returns whether the date exists in the calendar.
    fn exists(self) -> bool {
        (1..=12).contains(&self.month) && self.day >= 1 && Self::from_days(self.to_days()) == self
    }
}

const DAY: i64 = 86_400;

/// Returns the whole seconds since 1970, rounded down.
fn unix_seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        Err(before) => {
            let before = before.duration();
            let whole = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
            (-whole).saturating_sub(i64::from(before.subsec_nanos() > 0))
        }
    }
}

/// Splits seconds since 1970 into date, second of the day and day of the week (0 is Sunday).
fn split(seconds: i64) -> (Civil, i64, usize) {
    let days = seconds.div_euclid(DAY);
    // 1970-01-01 was a Thursday.
    let weekday = usize::try_from((days.rem_euclid(7) + 4) % 7).unwrap_or_default();
    (Civil::from_days(days), seconds.rem_euclid(DAY), weekday)
}

/// Formats a time as signatures and services write it, without a fraction: `2019-05-16T10:26:14Z`.
pub fn format_utc(time: SystemTime) -> String {
    format_unix(unix_seconds(time))
}

/// Formats seconds since 1970 in the same form.
pub(crate) fn format_unix(seconds: i64) -> String {
    let (date, second, _) = split(seconds);
    let mut text = String::with_capacity(20);
    push_year(date.year, &mut text);
    let second = u32::try_from(second).unwrap_or_default();
    for (separator, number) in [
        ('-', date.month),
        ('-', date.day),
        ('T', second / 3600),
        (':', second / 60 % 60),
        (':', second % 60),
    ] {
        text.push(separator);
        push_two_digits(number, &mut text);
    }
    text.push('Z');
    text
}

/// Appends a year with at least four digits.
fn push_year(year: i64, out: &mut String) {
    match u32::try_from(year) {
        Ok(year) if year <= 9999 => {
            push_two_digits(year / 100, out);
            push_two_digits(year % 100, out);
        }
        // Writing to a string does not fail.
        _ => drop(write!(out, "{year:04}")),
    }
}

/// Appends two digits. Every request formats a time, and `format!` would take most of that.
fn push_two_digits(number: u32, out: &mut String) {
    for digit in [number / 10 % 10, number % 10] {
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Formats a time as HTTP headers write it (IMF-fixdate of RFC 9110, section 5.6.7):
/// `Sat, 14 Mar 2026 15:09:26 GMT`.
pub fn format_http_date(time: SystemTime) -> String {
    let (date, second, weekday) = split(unix_seconds(time));
    let month = usize::try_from(date.month.saturating_sub(1)).unwrap_or_default();
    let mut text = String::with_capacity(29);
    text.push_str(WEEKDAYS.get(weekday).unwrap_or(&WEEKDAYS[0]));
    text.push_str(", ");
    push_two_digits(date.day, &mut text);
    text.push(' ');
    text.push_str(MONTHS.get(month).unwrap_or(&MONTHS[0]));
    text.push(' ');
    push_year(date.year, &mut text);
    let second = u32::try_from(second).unwrap_or_default();
    for (separator, number) in [
        (' ', second / 3600),
        (':', second / 60 % 60),
        (':', second % 60),
    ] {
        text.push(separator);
        push_two_digits(number, &mut text);
    }
    text.push_str(" GMT");
    text
}

/// The reason why text is not a date: what was expected, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseDateTimeError {
    expected: &'static str,
    offset: usize,
}

impl ParseDateTimeError {
    /// Returns how many bytes of the text could be read.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for ParseDateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "invalid date: expected {} at byte {}",
            self.expected, self.offset
        )
    }
}

impl std::error::Error for ParseDateTimeError {}

/// Parses a time as services write it. Text without a zone is UTC.
///
/// The date has the form `2024-05-04`. A time may follow after `T` or a space: `11:17`, `11:17:28`
/// or `11:17:28.123` (any number of digits; digits after the nanoseconds are dropped). Then a zone
/// may follow: `Z`, `+08:00`, `+0800` or `+08`. Second 60 is the first second of the next minute.
///
/// # Errors
/// When the text has another form, the date does not exist in the calendar, or the system cannot
/// represent the time.
pub fn parse_utc(text: &str) -> Result<SystemTime, ParseDateTimeError> {
    parse_unix(text, system_time, SYSTEM_TIME)
}

/// Parses what [`parse_utc`] does, and converts the seconds since 1970, rounded down, and the
/// nanoseconds after them.
///
/// # Errors
/// Those of [`parse_utc`]; `expected` if `convert` returns `None`.
pub(crate) fn parse_unix<T>(
    text: &str,
    convert: impl FnOnce(i64, u32) -> Option<T>,
    expected: &'static str,
) -> Result<T, ParseDateTimeError> {
    let mut cursor = Cursor::new(text);
    let year = i64::from(cursor.digits(4, "a year of four digits")?);
    cursor.expect(b'-', "`-` after the year")?;
    let month = cursor.number(2, 1..=12, "a month of two digits, 01 to 12")?;
    cursor.expect(b'-', "`-` after the month")?;
    let day = cursor.number(2, 1..=31, "a day of two digits, 01 to 31")?;
    let date = cursor.date(year, month, day)?;
    let mut second = 0;
    let mut nanosecond = 0;
    let mut zone = 0;
    if cursor.skip(|byte| matches!(byte, b'T' | b't' | b' ')) {
        let hour = cursor.number(2, 0..=23, "an hour of two digits, 00 to 23")?;
        cursor.expect(b':', "`:` after the hour")?;
        let minute = cursor.number(2, 0..=59, "a minute of two digits, 00 to 59")?;
        second = i64::from(hour) * 3600 + i64::from(minute) * 60;
        if cursor.skip(|byte| byte == b':') {
            second += i64::from(cursor.number(2, 0..=60, "a second of two digits, 00 to 60")?);
            if cursor.skip(|byte| matches!(byte, b'.' | b',')) {
                nanosecond = cursor.fraction()?;
            }
        }
        cursor.skip(|byte| byte == b' ');
        zone = cursor.zone()?;
    }
    cursor.end()?;
    convert(date.to_days() * DAY + second - zone, nanosecond).ok_or_else(|| cursor.error(expected))
}

/// Parses a time as HTTP headers write it: `Sat, 14 Mar 2026 15:09:26 GMT`. The two obsolete forms
/// of RFC 9110 are not supported; the day of the week is not checked.
///
/// # Errors
/// When the text has another form or the date does not exist in the calendar.
pub fn parse_http_date(text: &str) -> Result<SystemTime, ParseDateTimeError> {
    let mut cursor = Cursor::new(text);
    cursor.name(&WEEKDAYS, "a day of the week, `Sun` to `Sat`")?;
    cursor.expect(b',', "`,` after the day of the week")?;
    cursor.expect(b' ', "a space")?;
    let day = cursor.number(2, 1..=31, "a day of two digits, 01 to 31")?;
    cursor.expect(b' ', "a space")?;
    let month = cursor.name(&MONTHS, "a month, `Jan` to `Dec`")? + 1;
    cursor.expect(b' ', "a space")?;
    let year = i64::from(cursor.digits(4, "a year of four digits")?);
    let date = cursor.date(year, month, day)?;
    cursor.expect(b' ', "a space")?;
    let hour = cursor.number(2, 0..=23, "an hour of two digits, 00 to 23")?;
    cursor.expect(b':', "`:` after the hour")?;
    let minute = cursor.number(2, 0..=59, "a minute of two digits, 00 to 59")?;
    cursor.expect(b':', "`:` after the minute")?;
    let second = cursor.number(2, 0..=60, "a second of two digits, 00 to 60")?;
    cursor.expect(b' ', "a space")?;
    cursor.name(&["GMT"], "`GMT`")?;
    cursor.end()?;
    let second = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    system_time(date.to_days() * DAY + second, 0).ok_or_else(|| cursor.error(SYSTEM_TIME))
}

/// What the text of a time is that [`SystemTime`] can represent.
const SYSTEM_TIME: &str = "a time that this system can represent, ending";

fn system_time(seconds: i64, nanosecond: u32) -> Option<SystemTime> {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 {
        UNIX_EPOCH.checked_sub(whole)
    } else {
        UNIX_EPOCH.checked_add(whole)
    };
    time?.checked_add(Duration::from_nanos(u64::from(nanosecond)))
}

/// A reader of text, byte by byte.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Skips whitespace around the text, but counts it in offsets.
    fn new(text: &'a str) -> Self {
        let text = text.trim_end();
        Self {
            bytes: text.as_bytes(),
            at: text.len() - text.trim_start().len(),
        }
    }

    fn error(&self, expected: &'static str) -> ParseDateTimeError {
        ParseDateTimeError {
            expected,
            offset: self.at,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip(&mut self, wanted: impl FnOnce(u8) -> bool) -> bool {
        let found = self.peek().is_some_and(wanted);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), ParseDateTimeError> {
        if self.skip(|found| found == byte) {
            Ok(())
        } else {
            Err(self.error(expected))
        }
    }

    /// Reads one digit.
    fn digit(&mut self) -> Option<u32> {
        let digit = char::from(self.peek()?).to_digit(10)?;
        self.at += 1;
        Some(digit)
    }

    /// Reads exactly `count` digits, at most nine.
    fn digits(&mut self, count: usize, expected: &'static str) -> Result<u32, ParseDateTimeError> {
        let start = self.at;
        let mut number = 0;
        for _ in 0..count {
            match self.digit() {
                Some(digit) => number = number * 10 + digit,
                None => {
                    self.at = start;
                    return Err(self.error(expected));
                }
            }
        }
        Ok(number)
    }

    /// Reads exactly `count` digits that form a number in `range`.
    fn number(
        &mut self,
        count: usize,
        range: std::ops::RangeInclusive<u32>,
        expected: &'static str,
    ) -> Result<u32, ParseDateTimeError> {
        let start = self.at;
        let number = self.digits(count, expected)?;
        if range.contains(&number) {
            Ok(number)
        } else {
            self.at = start;
            Err(self.error(expected))
        }
    }

    /// Returns the index of the next three letters in a list of names.
    fn name(&mut self, names: &[&str], expected: &'static str) -> Result<u32, ParseDateTimeError> {
        let found = self.bytes.get(self.at..self.at + 3);
        let index = names.iter().position(|name| {
            found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        });
        match index.map(u32::try_from) {
            Some(Ok(index)) => {
                self.at += 3;
                Ok(index)
            }
            _ => Err(self.error(expected)),
        }
    }

    fn date(&self, year: i64, month: u32, day: u32) -> Result<Civil, ParseDateTimeError> {
        let date = Civil { year, month, day };
        if date.exists() {
            Ok(date)
        } else {
            Err(self.error("a day that exists in the month, ending"))
        }
    }

    /// Reads the digits of a fraction as nanoseconds.
    fn fraction(&mut self) -> Result<u32, ParseDateTimeError> {
        let mut place = 100_000_000;
        let mut nanosecond = self.digits(1, "the digits of a fraction")? * place;
        while let Some(digit) = self.digit() {
            place /= 10;
            nanosecond += digit * place;
        }
        Ok(nanosecond)
    }

    /// Reads a zone as seconds east of UTC; no zone is UTC.
    fn zone(&mut self) -> Result<i64, ParseDateTimeError> {
        if self.skip(|byte| matches!(byte, b'Z' | b'z')) {
            return Ok(0);
        }
        let sign = match self.peek() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Ok(0),
        };
        self.at += 1;
        let hours = self.number(2, 0..=23, "the hours of an offset, 00 to 23")?;
        let minutes = if self.skip(|byte| byte == b':') || self.peek().is_some() {
            self.number(2, 0..=59, "the minutes of an offset, 00 to 59")?
        } else {
            0
        };
        Ok(sign * (i64::from(hours) * 3600 + i64::from(minutes) * 60))
    }

    fn end(&self) -> Result<(), ParseDateTimeError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.error("the end of the text")),
        }
    }
}
