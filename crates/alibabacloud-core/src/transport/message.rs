//! Requests and responses in the types of the HTTP libraries.

use super::error::invalid_request;
use crate::http::{Headers, Method, TransportError};
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// Headers that nearly every request has and the HTTP library does not know. Static names are not
/// copied for each request.
static OWN: [HeaderName; 7] = [
    HeaderName::from_static("x-acs-accesskey-id"),
    HeaderName::from_static("x-acs-action"),
    HeaderName::from_static("x-acs-content-sha256"),
    HeaderName::from_static("x-acs-date"),
    HeaderName::from_static("x-acs-security-token"),
    HeaderName::from_static("x-acs-signature-nonce"),
    HeaderName::from_static("x-acs-version"),
];

/// Converts a method.
pub(super) fn method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Delete => http::Method::DELETE,
        Method::Patch => http::Method::PATCH,
        Method::Head => http::Method::HEAD,
        Method::Options => http::Method::OPTIONS,
    }
}

/// Converts the headers of a request. Values share one allocation.
///
/// # Errors
/// Returns an error that names the header if its name or value is invalid.
pub(super) fn request_headers(
    method: Method,
    mut headers: Headers,
    body: &[u8],
) -> Result<HeaderMap, TransportError> {
    if body.is_empty() && wants_body(method) {
        // RFC 9110, section 8.6, requires the header; hyper omits it.
        headers.append("content-length", "0");
    }
    let mut map = HeaderMap::with_capacity(headers.len());
    let (text, places) = headers.into_shared();
    for (name, value) in places {
        let name = text.get(name).unwrap_or_default();
        let own = OWN.iter().find(|own| own.as_str().as_bytes() == name);
        let (Ok(key), Ok(value)) = (
            own.map_or_else(|| HeaderName::from_bytes(name), |own| Ok(own.clone())),
            HeaderValue::from_maybe_shared(text.slice(value)),
        ) else {
            let name = String::from_utf8_lossy(name);
            return Err(invalid_request(format!(
                "header {name:?} has an invalid name or value"
            )));
        };
        map.append(key, value);
    }
    Ok(map)
}

/// Returns whether a request of this method is expected to have a body.
fn wants_body(method: Method) -> bool {
    matches!(method, Method::Post | Method::Put | Method::Patch)
}

/// Converts the headers of a response.
pub(super) fn response_headers(map: &HeaderMap) -> Headers {
    let mut headers = Headers::new();
    let bytes = map
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    headers.reserve(map.len(), bytes);
    for (name, value) in map {
        match value.to_str() {
            Ok(value) => headers.append(name.as_str(), value),
            Err(_) => headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes())),
        }
    }
    headers
}
