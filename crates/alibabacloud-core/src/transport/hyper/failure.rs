//! Failures on the way to a server.

use crate::http::{TransportError, TransportErrorKind};
use std::error::Error;
use std::fmt;

/// A step of connecting that failed, such as `tcp connect error`, and why.
#[derive(Debug)]
pub(super) struct FailedStep {
    step: &'static str,
    source: Box<dyn Error + Send + Sync>,
}

impl FailedStep {
    pub(super) fn new(step: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source = source.into();
        Self { step, source }
    }
}

impl fmt::Display for FailedStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.step)
    }
}

impl Error for FailedStep {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

/// Returns the step that failed as an error of a transport: the request was not sent.
pub(super) fn failed_step(
    step: &'static str,
    source: impl Into<Box<dyn Error + Send + Sync>>,
) -> TransportError {
    TransportError::new(TransportErrorKind::Connect, FailedStep::new(step, source))
}
