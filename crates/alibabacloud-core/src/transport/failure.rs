//! Failures of connections that need an explanation, and those that a retry cannot solve.

use crate::http::{TransportError, TransportErrorKind};
use std::error::Error;
use std::fmt;

/// Texts of TLS libraries about a server whose response is not TLS: rustls, OpenSSL, Secure
/// Transport, Schannel.
const NOT_TLS: [&str; 5] = [
    "InvalidContentType",
    "wrong version number",
    "packet length too long",
    "record overflow",
    "unexpected or badly formatted",
];
/// Texts of HTTP libraries about a proxy that rejects its client: `CONNECT`, SOCKS.
const PROXY_REJECTS: [&str; 4] = [
    "proxy authorization required",
    "credentials not accepted",
    "does not support user/pass authentication",
    "implements authentication incorrectly",
];
/// Texts of HTTP libraries about a response that is not HTTP.
const NOT_HTTP: [&str; 1] = ["invalid HTTP"];

/// Converts the error of an HTTP library for a request to `origin`.
pub(super) fn describe(
    kind: TransportErrorKind,
    error: impl Error + Send + Sync + 'static,
    origin: &str,
) -> TransportError {
    let text = chain(&error);
    let has = |texts: &[&str]| texts.iter().any(|known| text.contains(known));
    let (message, is_permanent) = match (kind, origin.split_once("://")) {
        (TransportErrorKind::Connect, _) if has(&PROXY_REJECTS) => {
            return proxy_requires_password();
        }
        (TransportErrorKind::Connect, Some(("https", host))) if has(&NOT_TLS) => (
            format!("the server does not speak TLS: if it expects plain HTTP, use http://{host}"),
            true,
        ),
        (TransportErrorKind::Interrupted, Some(("http", host))) if has(&NOT_HTTP) => (
            format!("the server does not speak HTTP: if it expects TLS, use https://{host}"),
            false,
        ),
        _ => return TransportError::new(kind, error),
    };
    let source = Box::new(error);
    let error = TransportError::new(kind, Explained { message, source });
    if is_permanent {
        return error.permanent();
    }
    error
}

/// Returns the error of a proxy that rejects the user name and password in its URL, or their
/// absence: status 407, and what SOCKS has for it. The service did not receive the request.
pub(super) fn proxy_requires_password() -> TransportError {
    let message = "the proxy requires another user name and password (407): set them in its URL, \
                   as in http://user:password@host:port";
    TransportError::new(TransportErrorKind::Connect, message).permanent()
}

/// Returns whether the server refused a request before it did anything with it, so that it may be
/// sent again: error `REFUSED_STREAM` of HTTP/2 (RFC 9113, section 8.7).
#[cfg(feature = "http2")]
pub(super) fn is_refused(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<h2::Error>() {
            return error.is_remote() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
        }
        cause = error.source();
    }
    false
}

/// There are no streams without HTTP/2.
#[cfg(not(feature = "http2"))]
pub(super) fn is_refused(_: &(dyn Error + 'static)) -> bool {
    false
}

/// Returns the texts of an error and its sources.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// An error with an explanation in front.
#[derive(Debug)]
struct Explained {
    message: String,
    source: Box<dyn Error + Send + Sync>,
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Explained {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}
