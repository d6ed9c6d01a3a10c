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
    /// The memory that the data of one event may take, in bytes.
    pub(crate) decode_limit: usize,
}

/// Maximum number of bytes to reserve because of header `content-length` alone.
const MAX_RESERVED: usize = 1024 * 1024;

/// Maximum number of bytes of an error response that are read. Errors take a few kilobytes; the
/// rest of a larger body has no place in an error and is not waited for.
const MAX_ERROR: usize = 1024 * 1024;

/// Returns the length of the body that the headers announce.
///
/// # Errors
/// If the headers contradict each other: then a proxy and the SDK may disagree about where the
/// response ends, and what is read may belong to another one (RFC 9112, section 6.3).
pub(crate) fn announced_length(headers: &Headers) -> Result<Option<u64>> {
    let ambiguous = |what: &str| {
        Err(Error::decode(format!(
            "the response has ambiguous headers, probably from a proxy: {what}"
        )))
    };
    let mut announced = None;
    for value in headers.values("content-length") {
        for length in value.split(',') {
            let Ok(length) = length.trim().parse::<u64>() else {
                return ambiguous("content-length is not a number");
            };
            if announced.is_some_and(|known| known != length) {
                return ambiguous("content-length has different values");
            }
            announced = Some(length);
        }
    }
    if announced.is_some() && headers.get("transfer-encoding").is_some() {
        return ambiguous("content-length and transfer-encoding");
    }
    Ok(announced)
}

/// Reads the body of a success of at most `limit` bytes. Without a limit it is the body of an
/// error, of which at most [`MAX_ERROR`] bytes are read. `announced` is the length that the headers
/// announce.
///
/// # Errors
/// If the connection breaks or the body of a success is larger.
pub(crate) async fn read_body(
    mut body: Body,
    announced: Option<u64>,
    limit: Option<usize>,
) -> Result<Bytes> {
    let most = limit.unwrap_or(MAX_ERROR);
    if limit.is_some() && announced.is_some_and(|length| length > most as u64) {
        return Err(too_large(most));
    }
    let Some(first) = body.next_chunk().await else {
        return Ok(Bytes::new());
    };
    let first = first?;
    // A body in one chunk is not copied.
    if first.len() > most {
        return cut_off(first, limit);
    }
    let Some(mut chunk) = body.next_chunk().await else {
        return Ok(first);
    };
    let announced = announced.and_then(|length| usize::try_from(length).ok());
    let mut bytes = BytesMut::with_capacity(announced.unwrap_or_default().min(MAX_RESERVED));
    bytes.extend_from_slice(&first);
    loop {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() > most {
            return cut_off(bytes.freeze(), limit);
        }
        match body.next_chunk().await {
            Some(next) => chunk = next,
            None => return Ok(bytes.freeze()),
        }
    }
}

/// Returns the result of a body that is longer than its limit.
fn cut_off(mut bytes: Bytes, limit: Option<usize>) -> Result<Bytes> {
    match limit {
        Some(limit) => Err(too_large(limit)),
        None => {
            bytes.truncate(MAX_ERROR);
            Ok(bytes)
        }
    }
}

fn too_large(limit: usize) -> Error {
    Error::decode(format!(
        "the response is larger than {limit} bytes; raise max_response_bytes to accept it"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_contradict_each_other_are_refused() {
        let length = |pairs: &[(&str, &str)]| {
            let mut headers = Headers::new();
            for (name, value) in pairs {
                headers.append(name, *value);
            }
            announced_length(&headers).map_err(|error| error.to_string())
        };
        assert_eq!(length(&[]), Ok(None));
        assert_eq!(length(&[("transfer-encoding", "chunked")]), Ok(None));
        assert_eq!(length(&[("content-length", " 5 ")]), Ok(Some(5)));
        assert_eq!(
            length(&[("content-length", "5"), ("content-length", "5, 5")]),
            Ok(Some(5)),
            "RFC 9110, section 8.6"
        );
        for (headers, what) in [
            (
                &[("content-length", "5"), ("content-length", "6")][..],
                "content-length has different values",
            ),
            (
                &[("content-length", "5,6")],
                "content-length has different values",
            ),
            (
                &[("content-length", "-5")],
                "content-length is not a number",
            ),
            (&[("content-length", "")], "content-length is not a number"),
            (
                &[("content-length", "5"), ("Transfer-Encoding", "chunked")],
                "content-length and transfer-encoding",
            ),
        ] {
            let error = length(headers).expect_err(what);
            assert!(error.ends_with(what), "{error}");
        }
    }
}
