//! Responses of all services.

use serde_json::{Value, json};

/// A response before it is sent.
pub(super) struct IdentityResponse {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: String,
}

impl IdentityResponse {
    pub(super) fn new(status: u16, content_type: &'static str, body: impl Into<String>) -> Self {
        Self {
            status,
            content_type,
            body: body.into(),
        }
    }

    pub(super) fn text(body: impl Into<String>) -> Self {
        Self::new(200, "text/plain", body)
    }

    pub(super) fn json(body: &Value) -> Self {
        Self::new(200, "application/json", body.to_string())
    }

    pub(super) fn error(status: u16, code: &str, message: &str) -> Self {
        let body = json!({
            "RequestId": "EMULATED-REQUEST",
            "Code": code,
            "Message": message,
        });
        Self::new(status, "application/json", body.to_string())
    }

    pub(super) fn not_found() -> Self {
        Self::error(404, "NotFound", "There is nothing here.")
    }
}
