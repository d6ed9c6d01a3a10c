//! Errors of the transport itself.

use crate::http::{TransportError, TransportErrorKind};

/// Returns an error for a request that was not sent because it is invalid.
pub(super) fn invalid_request(
    message: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> TransportError {
    TransportError::new(TransportErrorKind::InvalidRequest, message)
}

/// Returns an error for a request that was not sent because a setting cannot be used.
pub(super) fn invalid_config(
    message: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> TransportError {
    TransportError::new(TransportErrorKind::InvalidConfig, message)
}
