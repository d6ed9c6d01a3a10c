//! Requests as they arrive.

use alibabacloud_core::http::Headers;
use alibabacloud_core::plumbing::Pairs;
use alibabacloud_core::signing::parse_pairs;
use bytes::Bytes;
use hyper::Method;
use hyper::header::HeaderMap;
use std::borrow::Cow;
use std::net::IpAddr;

/// The content type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// A request with parsed query and form.
#[derive(Debug)]
pub(crate) struct Request {
    /// The method, in upper case.
    pub(crate) method: Cow<'static, str>,
    /// The path as sent, percent-encoded.
    pub(crate) path: Cow<'static, str>,
    /// The query as sent, without the question mark.
    pub(crate) raw_query: String,
    /// Names and values of the query, decoded.
    pub(crate) query: Pairs,
    /// Names and values of a form body, decoded.
    pub(crate) form: Pairs,
    /// All headers. Bytes that are not valid UTF-8 are replacement characters.
    pub(crate) headers: Headers,
    /// The body as sent.
    pub(crate) body: Bytes,
    /// The host in the request line, which only requests to proxies have.
    pub(crate) authority: Option<String>,
    /// The connection that the request came on.
    pub(crate) connection: ConnectionInfo,
}

/// What is known of a connection.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ConnectionInfo {
    /// The address of the client.
    pub(crate) peer: Option<IpAddr>,
    /// Whether the connection is encrypted.
    pub(crate) is_secure: bool,
}

impl Request {
    pub(crate) fn new(
        parts: &hyper::http::request::Parts,
        body: Bytes,
        connection: ConnectionInfo,
    ) -> Self {
        let headers = headers(&parts.headers);
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        let form = if is_form(&headers) {
            decoded(&String::from_utf8_lossy(&body))
        } else {
            Pairs::new()
        };
        Self {
            method: method(&parts.method),
            path: match parts.uri.path() {
                "/" => Cow::Borrowed("/"),
                path => Cow::Owned(path.to_owned()),
            },
            query: decoded(&raw_query),
            raw_query,
            form,
            headers,
            body,
            authority: parts.uri.authority().map(|host| host.as_str().to_owned()),
            connection,
        }
    }

    /// Returns whether the body is a form, whose parameters count.
    pub(crate) fn has_form(&self) -> bool {
        is_form(&self.headers)
    }

    /// Returns a parameter that the signature covers together with the headers. The old signature
    /// of ROA does not cover the body.
    pub(crate) fn signed_parameter(&self, name: &str) -> Option<&str> {
        let authorization = self.headers.get("authorization").unwrap_or_default();
        if authorization.starts_with("acs ") {
            return self.query.get(name);
        }
        self.query_or_form(name)
    }

    /// Returns a parameter of the query or the form, which RPC gateways treat alike.
    pub(crate) fn query_or_form(&self, name: &str) -> Option<&str> {
        self.query.get(name).or_else(|| self.form.get(name))
    }

    /// Returns the host that was called, without its port.
    pub(crate) fn host(&self) -> &str {
        let host = self.headers.get("host").unwrap_or_default();
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        }
    }
}

fn method(method: &Method) -> Cow<'static, str> {
    match *method {
        Method::GET => Cow::Borrowed("GET"),
        Method::POST => Cow::Borrowed("POST"),
        Method::PUT => Cow::Borrowed("PUT"),
        Method::DELETE => Cow::Borrowed("DELETE"),
        _ => Cow::Owned(method.as_str().to_owned()),
    }
}

fn headers(map: &HeaderMap) -> Headers {
    let sizes = map
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len());
    let mut headers = Headers::with_capacity(map.len(), sizes.sum());
    for (name, value) in map {
        match std::str::from_utf8(value.as_bytes()) {
            Ok(value) => headers.append(name.as_str(), value),
            Err(_) => headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes())),
        }
    }
    headers
}

fn is_form(headers: &Headers) -> bool {
    let kind = headers.get("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case(FORM)
}

/// Returns the decoded names and values of a query or form.
fn decoded(text: &str) -> Pairs {
    parse_pairs(text).into_iter().collect()
}
