//! Cross-origin requests: which web pages may read responses of the services.
//!
//! A browser lets a page read the response from another origin only if the response allows it, and
//! asks with a preflight request before it sends signed headers. None is allowed unless the user
//! named its origin, and none can use the control API.

use crate::error::Error;
use hyper::HeaderMap;
use hyper::Method;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, ORIGIN, VARY,
};
use hyper::http::request::Parts;
use hyper::http::uri::Uri;

/// Every origin.
const ANY: &str = "*";
/// The methods of operations.
const METHODS: &str = "GET, POST, PUT, PATCH, DELETE, HEAD";
/// The headers of requests that have no common prefix; the others are `x-acs-*`.
const REQUEST_HEADERS: [&str; 6] = [
    "accept",
    "authorization",
    "content-md5",
    "content-type",
    "date",
    "user-agent",
];
/// The headers of responses that clients read.
const RESPONSE_HEADERS: &str = "date, x-acs-request-id, x-acs-retry-after";
/// How long a browser may keep the response to a preflight request, in seconds.
const MAX_AGE: &str = "600";

/// The origins whose pages may call the services.
#[derive(Debug, Default)]
pub(crate) struct AllowedOrigins(Vec<String>);

impl AllowedOrigins {
    /// Creates the rules of an emulator.
    ///
    /// # Errors
    ///
    /// Fails if a text is neither `*` nor an origin as browsers write it.
    pub(crate) fn new(origins: Vec<String>) -> Result<Self, Error> {
        match origins.iter().find(|origin| !is_origin(origin)) {
            None => Ok(Self(origins)),
            Some(origin) => Err(Error::new(
                format!("invalid origin {origin:?}"),
                "expected * or scheme, host and port, such as http://localhost:3000",
            )),
        }
    }

    /// Returns the headers of the response to a preflight request of a page that is allowed; `None`
    /// for all other requests.
    pub(super) fn preflight(&self, request: &Parts) -> Option<HeaderMap> {
        let asked = &request.headers;
        if request.method != Method::OPTIONS || !asked.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
            return None;
        }
        let mut headers = self.headers(asked);
        if !headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
            return None;
        }
        headers.remove(ACCESS_CONTROL_EXPOSE_HEADERS);
        headers.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static(METHODS),
        );
        if let Ok(names) = HeaderValue::from_str(&allowed_headers(asked)) {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names);
        }
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
        Some(headers)
    }

    /// Returns the headers that let the page read the response, if its origin is allowed.
    pub(super) fn headers(&self, request: &HeaderMap) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if self.0.is_empty() {
            return headers;
        }
        // Whatever is allowed: caches must not mix up the pages.
        headers.insert(VARY, HeaderValue::from_static("origin"));
        let Some(origin) = request.get(ORIGIN) else {
            return headers;
        };
        let is_allowed = |allowed: &String| allowed == ANY || allowed.as_bytes() == origin;
        if self.0.iter().any(is_allowed) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(
                ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static(RESPONSE_HEADERS),
            );
        }
        headers
    }
}

/// Returns whether a text is `*`, or an origin as browsers write it: in lower case, without path.
fn is_origin(text: &str) -> bool {
    if text == ANY {
        return true;
    }
    let Ok(uri) = text.parse::<Uri>() else {
        return false;
    };
    let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.authority()) else {
        return false;
    };
    let host = host.as_str();
    let is_written_so = format!("{scheme}://{host}") == text && text == text.to_ascii_lowercase();
    is_written_so && !host.contains('@')
}

/// Returns the headers that a preflight request asks for, as far as calls have them.
fn allowed_headers(request: &HeaderMap) -> String {
    let asked = request.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
    let names = asked
        .filter_map(|names| names.to_str().ok())
        .flat_map(|names| names.split(','))
        .map(str::trim)
        .filter(|name| {
            let name = name.to_ascii_lowercase();
            REQUEST_HEADERS.contains(&name.as_str()) || name.starts_with("x-acs-")
        });
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_as_browsers_write_them() {
        for (text, expected) in [
            ("*", true),
            ("http://localhost:3000", true),
            ("https://app.example", true),
            ("http://[::1]:8000", true),
            ("http://localhost:3000/", false),
            ("https://app.example/path", false),
            ("https://app.example?a", false),
            ("https://me@app.example", false),
            ("HTTP://localhost", false),
            ("https://App.example", false),
            ("localhost:3000", false),
            ("*.example", false),
            ("null", false),
            ("", false),
        ] {
            let allowed = AllowedOrigins::new(vec![text.to_owned()]);
            assert_eq!(allowed.is_ok(), expected, "{text:?}");
        }
    }
}
