//! Timestamps as the services write them.

use crate::plumbing::{format_utc, parse_utc};
use std::fmt;
use std::time::SystemTime;

pub use crate::plumbing::ParseDateTimeError;

/// A point in time as a service wrote it.
///
/// Services write `2019-05-16T10:26:14Z`, `2023-07-09T10:01Z`, `2024-05-04T11:17:28` and more,
/// often several forms in one response. The text is therefore kept as received and parsed on
/// demand.
///
/// ```
/// use alibabacloud_types::DateTime;
/// use std::time::{Duration, UNIX_EPOCH};
///
/// let updated = DateTime::from("2024-05-04T11:17:28");
/// assert_eq!(updated.to_system_time()?, UNIX_EPOCH + Duration::from_secs(1_714_821_448));
/// # Ok::<(), alibabacloud_types::ParseDateTimeError>(())
/// ```
///
/// It converts from [`SystemTime`] and, with a feature of the crate's name, from the times of
/// `chrono`, `jiff` and `time`. `try_into()` reads it as one of these; errors are those of
/// [`to_system_time`](Self::to_system_time), and times out of the range of the type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DateTime(String);

impl DateTime {
    /// Returns the text as it is on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Parses the text into a point in time.
    ///
    /// The forms are `2019-05-16T10:26:14Z`, `2023-07-09T10:01Z`, `2024-05-04T11:17:28`,
    /// `2024-05-04 11:17:28`, `2024-05-04`; a form with a time may have a fraction and an offset
    /// (`+08:00`, `+0800`). Text without a zone is UTC.
    ///
    /// # Errors
    /// When the text has another form; [`DateTime::as_str`] still returns it.
    pub fn to_system_time(&self) -> Result<SystemTime, ParseDateTimeError> {
        parse_utc(&self.0)
    }

    pub(crate) fn text_mut(&mut self) -> &mut String {
        &mut self.0
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for DateTime {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for DateTime {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Writes UTC without a fraction, as services do: `2019-05-16T10:26:14Z`.
impl From<SystemTime> for DateTime {
    fn from(time: SystemTime) -> Self {
        Self(format_utc(time))
    }
}

crate::serde_impls!(DateTime);
