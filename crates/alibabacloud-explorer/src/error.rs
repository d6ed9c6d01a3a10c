//! Errors of starting the Explorer.

use std::fmt;

/// Why the Explorer cannot start or continue.
#[derive(Debug)]
pub struct Error {
    message: String,
}

impl Error {
    pub(crate) fn new(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self {
            message: format!("{what}: {why}"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
