//! A wrapper that keeps secrets out of logs.

use std::fmt;
use zeroize::Zeroize;

/// A value that is never shown by `Debug` and is wiped from memory when dropped.
///
/// Generated models wrap every field whose specification says `x-acs-sensitive`. Read it with [`Sensitive::expose`].
///
/// ```
/// use alibabacloud_types::Sensitive;
///
/// let password = Sensitive::from("hunter2");
/// assert_eq!(format!("{password:?}"), "Sensitive(**REDACTED**)");
/// assert_eq!(password.expose(), "hunter2");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sensitive(String);

impl Sensitive {
    /// Wraps a secret text.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The secret itself. Whoever calls this decides where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub(crate) fn text_mut(&mut self) -> &mut String {
        &mut self.0
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(**REDACTED**)")
    }
}

impl From<String> for Sensitive {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl From<&str> for Sensitive {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl Drop for Sensitive {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
