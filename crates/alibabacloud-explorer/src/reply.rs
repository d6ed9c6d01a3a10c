//! Replies to the page: JSON, errors as JSON, files.

use alibabacloud_core::{Error, ErrorKind};
use serde_json::{Value, json};

/// A reply, without the headers that all replies have.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
    /// The value of `set-cookie`.
    pub(crate) cookie: Option<String>,
    /// The methods that a route has, if the request has another.
    pub(crate) allow: Option<&'static str>,
}

impl Reply {
    /// Creates a reply with a body.
    pub(crate) fn new(content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            content_type,
            body: body.into(),
            cookie: None,
            allow: None,
        }
    }

    /// Creates a reply with a JSON body.
    pub(crate) fn json(body: &Value) -> Self {
        Self::new("application/json", body.to_string())
    }
}

/// Why a request of the page is refused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// What is wrong with the parameters of a call.
    pub(crate) problems: Vec<Value>,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            problems: Vec::new(),
        }
    }

    /// Creates the error of a body or query that the API does not have.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request", message)
    }

    /// Creates the error of a name that does not exist.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "not_found", message)
    }
}

/// Converts an error that occurs before a call is sent.
impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let (status, code) = match error.kind() {
            ErrorKind::Guarded => (403, "denied"),
            ErrorKind::Config => (400, "config"),
            ErrorKind::Credentials => (502, "credentials"),
            _ => (400, "invalid_input"),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<ApiError> for Reply {
    fn from(error: ApiError) -> Self {
        let mut body = json!({"error": {"code": error.code, "message": error.message}});
        if !error.problems.is_empty() {
            body["error"]["problems"] = error.problems.into();
        }
        let mut reply = Self::json(&body);
        reply.status = error.status;
        reply
    }
}
