//! Faults of the services.

use super::response::IdentityResponse;

/// A fault of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdentityFault {
    /// The service returns an error.
    Error {
        /// The HTTP status.
        status: u16,
        /// The error code.
        code: String,
    },
    /// An HTML page with status 200, as a gateway or captive portal returns.
    Html,
    /// Status 200 with an empty body.
    Empty,
    /// A body of one megabyte, larger than clients accept.
    Huge,
    /// No response for as long as the client waits.
    NoResponse,
    /// Credentials that expired a second ago.
    Expired,
}

impl IdentityFault {
    /// Returns the response that the fault causes; `None` when the service continues.
    pub(super) fn response(&self) -> Option<IdentityResponse> {
        Some(match self {
            Self::Error { status, code } => {
                IdentityResponse::error(*status, code, "refused by a test")
            }
            Self::Html => {
                IdentityResponse::new(200, "text/html", "<html><body>hello</body></html>")
            }
            Self::Empty => IdentityResponse::new(200, "application/json", ""),
            Self::Huge => IdentityResponse::new(200, "application/json", " ".repeat(1 << 20)),
            Self::NoResponse | Self::Expired => return None,
        })
    }
}
