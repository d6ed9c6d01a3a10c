//! The trait behind the predicates of error codes.

use super::Error;

/// Something with an error code. Implemented by [`Error`] alone, so that generated traits that
/// build on it can add methods.
pub trait HasCode: sealed::Sealed {
    /// Returns whether the service returned this error code.
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
