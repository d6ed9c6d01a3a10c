//! Requests and responses in the types of the HTTP libraries.

use super::error::invalid_request;
use crate::http::{Headers, Method, TransportError};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// Returns the name of a header that nearly every request has. Static names are neither parsed nor
/// copied for each request.
fn known_name(name: &[u8]) -> Option<HeaderName> {
    static ACCESS_KEY_ID: HeaderName = HeaderName::from_static("x-acs-accesskey-id");
    static ACTION: HeaderName = HeaderName::from_static("x-acs-action");
    static CONTENT_SHA256: HeaderName = HeaderName::from_static("x-acs-content-sha256");
    static DATE: HeaderName = HeaderName::from_static("x-acs-date");
    static NONCE: HeaderName = HeaderName::from_static("x-acs-signature-nonce");
    static SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-acs-security-token");
    static VERSION: HeaderName = HeaderName::from_static("x-acs-version");

    Some(match name {
        b"accept" => header::ACCEPT,
        b"authorization" => header::AUTHORIZATION,
        b"content-type" => header::CONTENT_TYPE,
        b"host" => header::HOST,
        b"user-agent" => header::USER_AGENT,
        b"x-acs-accesskey-id" => ACCESS_KEY_ID.clone(),
        b"x-acs-action" => ACTION.clone(),
        b"x-acs-content-sha256" => CONTENT_SHA256.clone(),
        b"x-acs-date" => DATE.clone(),
        b"x-acs-security-token" => SECURITY_TOKEN.clone(),
        b"x-acs-signature-nonce" => NONCE.clone(),
        b"x-acs-version" => VERSION.clone(),
        _ => return None,
    })
}

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
        let (Ok(key), Ok(value)) = (
            known_name(name).map_or_else(|| HeaderName::from_bytes(name), Ok),
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
    let bytes = map
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    let mut headers = Headers::with_capacity(map.len(), bytes);
    for (name, value) in map {
        // The library keeps names in lower case.
        let name = name.as_str();
        match value.to_str() {
            Ok(value) => headers.append_lower(name, value),
            Err(_) => headers.append_lower(name, &String::from_utf8_lossy(value.as_bytes())),
        }
    }
    headers
}
