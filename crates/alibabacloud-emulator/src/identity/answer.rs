//! Answers of all services.

use super::state::Issued;
use alibabacloud_types::plumbing::format_utc;
use serde_json::{Value, json};

/// An answer before it is sent.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: String,
}

impl Answer {
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

    pub(super) fn refusal(status: u16, code: &str, message: &str) -> Self {
        let body = json!({
            "RequestId": "EMULATED-REQUEST",
            "Code": code,
            "Message": message,
        });
        Self::new(status, "application/json", body.to_string())
    }

    pub(super) fn not_found() -> Self {
        Self::refusal(404, "NotFound", "There is nothing here.")
    }
}

impl Issued {
    /// The four members that all services use.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "AccessKeyId": self.id,
            "AccessKeySecret": self.secret,
            "SecurityToken": self.token,
            "Expiration": format_utc(self.expiry),
        })
    }
}
