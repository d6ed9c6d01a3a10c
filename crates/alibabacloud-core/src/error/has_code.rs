//! What the predicates of error codes ask.

use super::Error;

/// Something with an error code: [`Error`] alone, so generated traits that build on it can get new methods.
pub trait HasCode: sealed::Sealed {
    /// Whether the service answered with this code.
    fn has_code(&self, code: &str) -> bool;
}

impl HasCode for Error {
    fn has_code(&self, code: &str) -> bool {
        self.code() == Some(code)
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for crate::error::Error {}
}
