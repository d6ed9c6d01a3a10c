//! The error of reading specifications.

use alibabacloud_spec::Errors;
use std::fmt;

/// Why specifications cannot be found or read: at least one diagnostic.
///
/// A diagnostic is a text of one or more lines as compilers print them: `error: `, what happened,
/// and the file and line where that is known. All that is wrong is reported at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    diagnostics: Vec<String>,
}

impl Error {
    /// Creates an error from complete diagnostics.
    pub(crate) fn new(diagnostics: Vec<String>) -> Self {
        Self { diagnostics }
    }

    /// Creates an error with one message, which says what happened, to what, and what to do.
    pub(crate) fn of(message: impl fmt::Display) -> Self {
        Self::new(vec![format!("error: {message}")])
    }

    /// Returns the diagnostics.
    pub fn diagnostics(&self) -> &[String] {
        &self.diagnostics
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostics.join("\n"))
    }
}

impl std::error::Error for Error {}

impl From<Errors> for Error {
    fn from(errors: Errors) -> Self {
        Self::new(vec![errors.to_string()])
    }
}
