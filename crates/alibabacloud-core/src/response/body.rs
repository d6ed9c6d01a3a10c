//! The body of a response: read whole up to a limit, or passed on as a stream.

use super::Response;
use super::call_secrets::CallSecrets;
use crate::error::{Error, Result};
use crate::http::{Body, Headers};
use crate::time::Time;
use bytes::{Bytes, BytesMut};
use std::sync::Arc;
use std::time::Duration;

/// A successful response whose output has not been read.
pub(crate) struct RawResponse {
    pub(crate) response: Response<()>,
    /// The unread body, if the operation returns a stream.
    pub(crate) stream: Option<ByteStream>,
}

/// An unread body, and what is needed to read it.
pub(crate) struct ByteStream {
    pub(crate) body: Body,
    /// What an error among the events must not show.
    pub(crate) secrets: Option<CallSecrets>,
    pub(crate) time: Arc<dyn Time>,
    /// The maximum time without data.
    pub(crate) idle: Duration,
    /// The maximum size of one event, in bytes.
    pub(crate) limit: usize,
}

/// Maximum number of bytes to reserve because of header `content-length` alone.
const MAX_RESERVED: usize = 1024 * 1024;

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// If the connection breaks or the body is larger.
pub(crate) async fn read_body(mut body: Body, headers: &Headers, limit: usize) -> Result<Bytes> {
    let too_large = || {
        Error::decode(format!(
            "the response is larger than {limit} bytes; raise max_response_bytes to accept it"
        ))
    };
    let announced = headers
        .get("content-length")
        .and_then(|text| text.parse().ok());
    if announced.is_some_and(|length: u64| length > limit as u64) {
        return Err(too_large());
    }
    let Some(first) = body.next_chunk().await else {
        return Ok(Bytes::new());
    };
    let first = first?;
    // A body in one chunk is not copied.
    let Some(mut chunk) = body.next_chunk().await else {
        return if first.len() > limit {
            Err(too_large())
        } else {
            Ok(first)
        };
    };
    let announced = announced.and_then(|length| usize::try_from(length).ok());
    let mut bytes = BytesMut::with_capacity(announced.unwrap_or_default().min(MAX_RESERVED));
    bytes.extend_from_slice(&first);
    loop {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() > limit {
            return Err(too_large());
        }
        match body.next_chunk().await {
            Some(next) => chunk = next,
            None => return Ok(bytes.freeze()),
        }
    }
}
