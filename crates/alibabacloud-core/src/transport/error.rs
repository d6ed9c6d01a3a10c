//! Errors of the transport's own.

use crate::http::{TransportError, TransportErrorKind};

pub(super) fn refuse(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> TransportError {
    TransportError::new(TransportErrorKind::InvalidRequest, what)
}
