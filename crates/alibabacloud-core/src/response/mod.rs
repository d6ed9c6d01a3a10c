//! An answer with everything around it.

pub(crate) mod error_body;
pub(crate) mod signature_mismatch;

use crate::http::Headers;
use bytes::Bytes;
use std::time::Duration;

/// The output of a call together with the answer it was read from; what `send_with_response` gives.
#[derive(Clone, Debug)]
pub struct Response<T> {
    output: T,
    parts: Box<Parts>,
}

/// What is known about an answer, whatever it holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) request_id: Option<String>,
    pub(crate) body: RawBody,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
}

/// The bytes of a body; `Debug` shows how many, as answers can hold secrets.
#[derive(Clone, Default)]
pub(crate) struct RawBody(pub(crate) Bytes);

impl std::fmt::Debug for RawBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl<T> Response<T> {
    /// The output.
    pub fn output(&self) -> &T {
        &self.output
    }

    /// The output alone.
    pub fn into_output(self) -> T {
        self.output
    }

    /// The HTTP status: 200 to 299.
    pub fn status(&self) -> u16 {
        self.parts.status
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &Headers {
        &self.parts.headers
    }

    /// The id of the request, from header `x-acs-request-id` or the body.
    pub fn request_id(&self) -> Option<&str> {
        self.parts.request_id.as_deref()
    }

    /// The body as it came, with fields that the output does not know.
    pub fn raw_body(&self) -> &Bytes {
        &self.parts.body.0
    }

    /// Requests sent for this call, the successful one included.
    pub fn attempts(&self) -> u32 {
        self.parts.attempts
    }

    /// Time from the start of the call to the last byte of the answer, waits between attempts included.
    pub fn elapsed(&self) -> Duration {
        self.parts.elapsed
    }

    pub(crate) fn with_output<U>(self, output: U) -> Response<U> {
        Response {
            output,
            parts: self.parts,
        }
    }

    pub(crate) fn parts_mut(&mut self) -> &mut Parts {
        &mut self.parts
    }
}

impl Response<()> {
    pub(crate) fn new(parts: Box<Parts>) -> Self {
        Self { output: (), parts }
    }
}
