//! Responses: the body, the errors in it, and the output of an operation.

pub(crate) mod body;
pub(crate) mod call_secrets;
pub(crate) mod error_body;
pub(crate) mod output;
pub(crate) mod signature_mismatch;

use crate::endpoint::Endpoint;
use crate::http::Headers;
use bytes::Bytes;
use std::fmt;
use std::time::Duration;

/// The output of a call with the response it was read from; returned by `send_with_response`.
#[derive(Clone, Debug)]
pub struct Response<T> {
    output: T,
    parts: Box<ResponseParts>,
}

/// A response without its output.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResponseParts {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) request_id: Option<String>,
    pub(crate) body: RawBody,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
    /// The server that responded, for errors; `None` until the call is complete.
    pub(crate) endpoint: Option<Endpoint>,
    /// The memory that the output may take, in bytes.
    pub(crate) decode_limit: usize,
}

/// The bytes of a body. `Debug` shows only their number, because responses can hold secrets.
#[derive(Clone, Default)]
pub(crate) struct RawBody(pub(crate) Bytes);

impl fmt::Debug for RawBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl<T> Response<T> {
    /// Returns the output.
    pub fn output(&self) -> &T {
        &self.output
    }

    /// Returns the output without the response.
    pub fn into_output(self) -> T {
        self.output
    }

    /// Returns the HTTP status: 200 to 299.
    pub fn status(&self) -> u16 {
        self.parts.status
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &Headers {
        &self.parts.headers
    }

    /// Returns the request ID, from header `x-acs-request-id` or the body.
    pub fn request_id(&self) -> Option<&str> {
        self.parts.request_id.as_deref()
    }

    /// Returns the unchanged body, which also has the fields that the output does not know.
    pub fn raw_body(&self) -> &Bytes {
        &self.parts.body.0
    }

    /// Returns the number of requests sent for this call, the successful one included.
    pub fn attempts(&self) -> u32 {
        self.parts.attempts
    }

    /// Returns the time from the start of the call to the last byte of the response, delays between
    /// attempts included.
    pub fn elapsed(&self) -> Duration {
        self.parts.elapsed
    }

    /// Converts the output and keeps everything else.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            output: convert(self.output),
            parts: self.parts,
        }
    }

    /// Replaces the output.
    pub(crate) fn with_output<U>(self, output: U) -> Response<U> {
        Response {
            output,
            parts: self.parts,
        }
    }

    pub(crate) fn parts(&self) -> &ResponseParts {
        &self.parts
    }

    pub(crate) fn parts_mut(&mut self) -> &mut ResponseParts {
        &mut self.parts
    }
}

impl Response<()> {
    pub(crate) fn new(parts: Box<ResponseParts>) -> Self {
        Self { output: (), parts }
    }
}
