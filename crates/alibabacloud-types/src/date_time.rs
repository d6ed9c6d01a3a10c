//! Timestamps as the services write them.

use std::fmt;

/// A point in time as a service wrote it.
///
/// Services write `2019-05-16T10:26:14Z`, `2023-07-09T10:01Z`, `2024-05-04T11:17:28` and more, often several in one answer. The text
/// is therefore kept as it came, and read on demand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DateTime(String);

impl DateTime {
    /// The text as it is on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
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
