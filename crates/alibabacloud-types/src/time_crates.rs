//! Conversions between [`DateTime`] and the times of other crates, one feature each.
//!
//! They do not go through `SystemTime`, which on some platforms has neither nanoseconds nor the
//! years before 1601.

use crate::date_time::{DateTime, ParseDateTimeError};
use crate::plumbing::{format_unix, parse_unix};

/// Implements both conversions from the text of a [`DateTime`]: of a reference, and of a value.
macro_rules! try_from_text {
    ($feature:literal, $time:ty, $convert:expr, $expected:literal, $range:literal) => {
        #[doc = concat!("Reads the text as [`DateTime::to_system_time`] does; keeps nanoseconds. ", $range)]
        #[cfg(feature = $feature)]
        #[cfg_attr(docsrs, doc(cfg(feature = $feature)))]
        impl TryFrom<&DateTime> for $time {
            type Error = ParseDateTimeError;

            fn try_from(time: &DateTime) -> Result<Self, Self::Error> {
                parse_unix(time.as_str(), $convert, $expected)
            }
        }

        #[doc = concat!("The same as for a reference. ", $range)]
        #[cfg(feature = $feature)]
        #[cfg_attr(docsrs, doc(cfg(feature = $feature)))]
        impl TryFrom<DateTime> for $time {
            type Error = ParseDateTimeError;

            fn try_from(time: DateTime) -> Result<Self, Self::Error> {
                (&time).try_into()
            }
        }
    };
}

try_from_text!(
    "jiff",
    jiff::Timestamp,
    |second, nanosecond| {
        // Less than 1_000_000_000.
        let nanosecond = i32::try_from(nanosecond).ok()?;
        jiff::Timestamp::new(second, nanosecond).ok()
    },
    "a time that `jiff::Timestamp` can represent, ending",
    "A time after [`jiff::Timestamp::MAX`], which is 9999-12-30T22:00:00.999999999Z, is an error."
);

/// Writes UTC without a fraction, as services do: `2019-05-16T10:26:14Z`. A year before 0 is
/// written with its sign, which no service accepts.
#[cfg(feature = "jiff")]
#[cfg_attr(docsrs, doc(cfg(feature = "jiff")))]
impl From<jiff::Timestamp> for DateTime {
    fn from(time: jiff::Timestamp) -> Self {
        // The fraction of a time before 1970 is negative.
        let second = time.as_second() - i64::from(time.subsec_nanosecond() < 0);
        format_unix(second).into()
    }
}

try_from_text!(
    "chrono",
    chrono::DateTime<chrono::Utc>,
    chrono::DateTime::from_timestamp,
    "a time that `chrono::DateTime` can represent, ending",
    "Every time that the text can have is in range. Second 60 is the first second of the next minute."
);

/// Writes UTC without a fraction, as services do: `2019-05-16T10:26:14Z`. A leap second is the
/// first second of the next minute. A year before 0 or after 9999 is written with as many digits
/// as it has, which no service accepts.
#[cfg(feature = "chrono")]
#[cfg_attr(docsrs, doc(cfg(feature = "chrono")))]
impl<Z: chrono::TimeZone> From<chrono::DateTime<Z>> for DateTime {
    fn from(time: chrono::DateTime<Z>) -> Self {
        let is_leap_second = time.timestamp_subsec_nanos() >= 1_000_000_000;
        format_unix(time.timestamp() + i64::from(is_leap_second)).into()
    }
}

try_from_text!(
    "time",
    time::OffsetDateTime,
    |second, nanosecond| {
        let whole = i128::from(second) * 1_000_000_000;
        time::OffsetDateTime::from_unix_timestamp_nanos(whole + i128::from(nanosecond)).ok()
    },
    "a time that `time::OffsetDateTime` can represent, ending",
    "The offset is UTC. A time after the year 9999, which only a text with an offset has, is an error \
     unless the feature `large-dates` of `time` is enabled."
);

/// Writes UTC without a fraction, as services do: `2019-05-16T10:26:14Z`. A year before 0 or after
/// 9999 is written with as many digits as it has, which no service accepts.
#[cfg(feature = "time")]
#[cfg_attr(docsrs, doc(cfg(feature = "time")))]
impl From<time::OffsetDateTime> for DateTime {
    fn from(time: time::OffsetDateTime) -> Self {
        format_unix(time.unix_timestamp()).into()
    }
}
