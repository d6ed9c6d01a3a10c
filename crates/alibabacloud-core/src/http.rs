//! Requests and responses as the transport handles them: plain data, so that any HTTP library can
//! implement [`HttpClient`].

use crate::secret::{REDACTED, is_secret_header};
use crate::time::BoxFuture;
use bytes::Bytes;
use std::fmt;
#[cfg(feature = "client")]
use std::net::IpAddr;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "the names are the methods of RFC 9110 and RFC 5789"
)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
    Patch,
    Head,
    Options,
}

impl Method {
    /// Returns the method as written in the request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Patch => "PATCH",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Header names and values in order. Names are case-insensitive and kept in lower case.
///
/// One string holds all headers: a call has about twenty, and allocating each name and value would
/// be a considerable part of the cost of a call.
#[derive(Clone, Default)]
pub struct Headers {
    text: String,
    spans: Vec<HeaderSpan>,
}

/// The position of a header in the string: its name, followed by its value.
#[derive(Clone, Copy)]
struct HeaderSpan {
    name: usize,
    value: usize,
    end: usize,
}

impl Headers {
    /// Creates an empty list.
    pub const fn new() -> Self {
        Self {
            text: String::new(),
            spans: Vec::new(),
        }
    }

    /// Creates an empty list with space for this many headers and bytes of their names and values.
    pub fn with_capacity(headers: usize, bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            spans: Vec::with_capacity(headers),
        }
    }

    /// Returns the first value of a header.
    pub fn get(&self, name: &str) -> Option<&str> {
        let text = &self.text;
        // The length, which differs for most, is compared first; and most callers know the name in
        // lower case.
        let has_name = |span: &&HeaderSpan| {
            if span.value - span.name != name.len() {
                return false;
            }
            let other = span.name(text);
            other == name || other.eq_ignore_ascii_case(name)
        };
        self.spans
            .iter()
            .find(has_name)
            .map(|span| span.value(text))
    }

    /// Returns the value of a header that may have only one; `None` if it has several that differ.
    #[cfg(feature = "client")]
    pub(crate) fn single(&self, name: &str) -> Option<&str> {
        let mut values = self.values(name);
        let value = values.next()?;
        values.all(|other| other == value).then_some(value)
    }

    /// Returns all values of a header, whose name is given in lower case.
    #[cfg(feature = "client")]
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.iter()
            .filter_map(move |(other, value)| (other == name).then_some(value))
    }

    /// Sets a header and replaces all its earlier values.
    pub fn set(&mut self, name: &str, value: impl AsRef<str>) {
        self.remove(name);
        self.push(name, value.as_ref());
    }

    /// Adds a value to a header and keeps its earlier values.
    pub fn append(&mut self, name: &str, value: impl AsRef<str>) {
        self.push(name, value.as_ref());
    }

    fn push(&mut self, name: &str, value: &str) {
        let start = self.text.len();
        self.append_lower(name, value);
        if let Some(name) = self.text.get_mut(start..start + name.len()) {
            name.make_ascii_lowercase();
        }
    }

    /// Adds a value as [`append`](Self::append) does, to a header whose name is given in lower
    /// case: most names are constants, which need no conversion.
    pub(crate) fn append_lower(&mut self, name: &str, value: &str) {
        let start = self.text.len();
        self.text.push_str(name);
        let middle = self.text.len();
        self.text.push_str(value);
        self.spans.push(HeaderSpan {
            name: start,
            value: middle,
            end: self.text.len(),
        });
    }

    /// Removes every value of a header.
    pub fn remove(&mut self, name: &str) {
        let text = &self.text;
        self.spans
            .retain(|span| !span.name(text).eq_ignore_ascii_case(name));
    }

    /// Returns the number of values of all headers.
    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Returns the number of bytes of all names and values, or more after a header was replaced.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Returns the string of all headers, and the ranges of each name and value in it, in order.
    #[cfg(any(feature = "hyper", feature = "reqwest"))]
    pub(crate) fn into_shared(self) -> (Bytes, impl Iterator<Item = (Range<usize>, Range<usize>)>) {
        let spans = self.spans.into_iter();
        let ranges = spans.map(|span| (span.name..span.value, span.value..span.end));
        (Bytes::from(self.text), ranges)
    }

    /// Returns names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = &self.text;
        self.spans
            .iter()
            .map(move |span| (span.name(text), span.value(text)))
    }
}

impl HeaderSpan {
    fn name(self, text: &str) -> &str {
        text.get(self.name..self.value).unwrap_or_default()
    }

    fn value(self, text: &str) -> &str {
        text.get(self.value..self.end).unwrap_or_default()
    }
}

/// Headers are equal if they have the same names and values in the same order.
impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Headers {}

/// Returns scheme, host and port of a URL. Compares bytes: every call uses it, and string search
/// executes more code.
pub(crate) fn origin(url: &str) -> &str {
    let bytes = url.as_bytes();
    let start = bytes.windows(3).position(|three| three == b"://");
    let start = start.map_or(0, |at| at + 3);
    let end = (start..bytes.len()).find(|at| matches!(bytes[*at], b'/' | b'?' | b'#'));
    &url[..end.unwrap_or(bytes.len())]
}

/// Returns scheme, host and port of a URL, without a user name and password.
pub(crate) fn bare_origin(url: &str) -> String {
    let origin = origin(url);
    match (origin.split_once("://"), origin.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        (None, Some((_, host))) => host.to_owned(),
        (_, None) => origin.to_owned(),
    }
}

/// Returns `host:port` of a URL.
#[cfg(feature = "client")]
pub(crate) fn authority(url: &str) -> &str {
    let origin = origin(url);
    origin.split_once("://").map_or(origin, |(_, rest)| rest)
}

/// Splits `host:port`. An IPv6 address with a port has brackets. Returns `None` if the port is not
/// valid.
pub(crate) fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let colon = match authority.rfind(']') {
        Some(end) => authority[end..].find(':').map(|at| end + at),
        None => authority.rfind(':'),
    };
    let Some(colon) = colon else {
        return Some((authority, None));
    };
    let digits = &authority[colon + 1..];
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let port: u16 = digits.parse().ok()?;
    (is_number && port > 0).then_some((&authority[..colon], Some(port)))
}

/// Returns whether an authority is a loopback address or `localhost`.
#[cfg(feature = "client")]
pub(crate) fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self
            .iter()
            .map(|(name, value)| match is_secret_header(name) {
                true => (name, REDACTED),
                false => (name, value),
            });
        f.debug_map().entries(shown).finish()
    }
}

/// A request ready to be sent: signed, with the exact URL and body that the signature covers.
///
/// `Debug` omits the query and the body, which can contain secrets, and the path and headers that
/// secret parameters of the operation are sent in.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The HTTP method.
    pub method: Method,
    /// Scheme, host, path and query, percent-encoded. A transport must send path and query byte for
    /// byte, because they are signed.
    pub url: String,
    /// All headers except `content-length`, including `host`.
    pub headers: Headers,
    /// The body; empty if there is none.
    pub body: Bytes,
    /// The connect timeout; `None` for the transport's default.
    pub connect_timeout: Option<Duration>,
    /// Whether the request must bypass proxies: instance metadata and loopback services.
    pub no_proxy: bool,
    /// Names of the operation's parameters whose values must not be shown. A name also covers the
    /// parts of a parameter, such as `Name.1.Field`.
    pub secret_parameters: Vec<&'static str>,
}

impl HttpRequest {
    /// Creates a request without headers and body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: Headers::new(),
            body: Bytes::new(),
            connect_timeout: None,
            no_proxy: false,
            secret_parameters: Vec::new(),
        }
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = if self.secret_parameters.is_empty() {
            self.url.split('?').next().unwrap_or_default()
        } else {
            origin(&self.url)
        };
        let mut headers = self.headers.clone();
        for name in &self.secret_parameters {
            if headers.get(name).is_some() {
                headers.set(name, REDACTED);
            }
        }
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &url)
            .field("headers", &headers)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A response whose body has not been read yet.
#[derive(Debug)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The HTTP status code.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The unread body.
    pub body: Body,
}

impl HttpResponse {
    /// Creates a response with a complete body.
    pub fn new(status: u16, headers: Headers, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers,
            body: Body::full(body),
        }
    }

    /// Creates a response whose body arrives in chunks.
    pub fn streaming(status: u16, headers: Headers, body: impl BodyStream) -> Self {
        Self {
            status,
            headers,
            body: Body(Box::new(body)),
        }
    }
}

/// A body that arrives in chunks.
pub trait BodyStream: Send + 'static {
    /// Returns the next chunk, or `None` at the end.
    fn next_chunk(&mut self) -> BoxFuture<'_, Option<Result<Bytes, TransportError>>>;
}

/// The body of a response.
pub struct Body(Box<dyn BodyStream>);

impl Body {
    /// Creates a complete body.
    pub fn full(bytes: impl Into<Bytes>) -> Self {
        struct Full(Option<Bytes>);
        impl BodyStream for Full {
            fn next_chunk(&mut self) -> BoxFuture<'_, Option<Result<Bytes, TransportError>>> {
                let chunk = self.0.take().filter(|bytes| !bytes.is_empty()).map(Ok);
                Box::pin(async move { chunk })
            }
        }
        Self(Box::new(Full(Some(bytes.into()))))
    }

    /// Returns the next chunk, or `None` at the end.
    ///
    /// # Errors
    /// Returns an error if the connection fails before the end.
    pub async fn next_chunk(&mut self) -> Option<Result<Bytes, TransportError>> {
        self.0.next_chunk().await
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body")
    }
}

/// The reason why a transport returns no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made, so the request was not executed: name resolution, connection
    /// refused, TLS handshake, connect timeout. Also a request that an HTTP/2 server refused before
    /// it did anything with it.
    Connect,
    /// The connection broke after the request may have been sent.
    Interrupted,
    /// The response did not arrive or did not end in time.
    Timeout,
    /// The request is invalid: the transport rejects its URL or a header.
    InvalidRequest,
    /// A setting cannot be used: a proxy, a certificate, a TLS backend that is not compiled in, a
    /// tokio runtime without timers. Nothing was sent.
    InvalidConfig,
}

/// A failed HTTP exchange. Contains no header, query or body.
///
/// `Display` is the text of the source. A transport adds the server and the proxy as data
/// ([`with_origin`](Self::with_origin), [`with_proxy`](Self::with_proxy)), because whoever reports
/// the error knows whether its text names them already.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Box<dyn std::error::Error + Send + Sync>,
    origin: Option<Box<str>>,
    proxy: Option<Box<str>>,
    permanent: bool,
}

impl TransportError {
    /// Wraps the error of an HTTP library.
    pub fn new(
        kind: TransportErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: source.into(),
            origin: None,
            proxy: None,
            permanent: matches!(
                kind,
                TransportErrorKind::InvalidRequest | TransportErrorKind::InvalidConfig
            ),
        }
    }

    /// Marks a failure that the same request would meet again, so that it is not retried: a proxy
    /// that requires a password, a server without TLS.
    #[must_use]
    pub fn permanent(mut self) -> Self {
        self.permanent = true;
        self
    }

    /// Adds the server that the request was for, from the URL of the request. Keeps only scheme,
    /// host and port: path and query can contain secrets.
    #[must_use]
    pub fn with_origin(mut self, url: &str) -> Self {
        self.origin = Some(bare_origin(url).into());
        self
    }

    /// Adds the proxy that the request was sent through, from its URL. Keeps only scheme, host and
    /// port: a proxy URL can contain a password.
    #[must_use]
    pub fn with_proxy(mut self, url: &str) -> Self {
        self.proxy = Some(bare_origin(url).into());
        self
    }

    /// Returns the kind, which decides whether the request can be retried, unless it
    /// [`is_permanent`](Self::is_permanent).
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns whether the same request would fail again. Always true for the kinds
    /// [`InvalidRequest`](TransportErrorKind::InvalidRequest) and
    /// [`InvalidConfig`](TransportErrorKind::InvalidConfig).
    pub fn is_permanent(&self) -> bool {
        self.permanent
    }

    /// Returns the server that the request was for, without path and query:
    /// `https://oos.cn-hangzhou.aliyuncs.com`. `None` if the transport does not report it.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// Returns the proxy that the request was sent through, without user name and password:
    /// `http://proxy.example:3128`. `None` if there was none, or the transport does not report it.
    pub fn proxy(&self) -> Option<&str> {
        self.proxy.as_deref()
    }

    /// Returns whether the name of the host was not resolved. Name resolution has no error kind of
    /// its own, in the standard library as in HTTP libraries, so the usual texts decide.
    #[cfg(feature = "client")]
    pub(crate) fn is_unresolved_host(&self) -> bool {
        self.is_unknown_host() || self.is_connect_with(&["dns error", "failed to lookup address"])
    }

    /// Returns whether the host does not exist, as resolvers say of it. A failure of name
    /// resolution alone can also mean that there is no network.
    #[cfg(feature = "client")]
    pub(crate) fn is_unknown_host(&self) -> bool {
        self.is_connect_with(&[
            "name or service not known",
            "nodename nor servname",
            "no such host",
            "enotfound",
            "name does not resolve",
            "no address associated",
        ])
    }

    /// Returns whether the connect timeout expired.
    #[cfg(feature = "client")]
    pub(crate) fn is_connect_timeout(&self) -> bool {
        self.is_connect_with(&["timed out", "deadline has elapsed"])
    }

    #[cfg(feature = "client")]
    fn is_connect_with(&self, texts: &[&str]) -> bool {
        let text = self.to_string().to_ascii_lowercase();
        self.kind == TransportErrorKind::Connect && texts.iter().any(|known| text.contains(known))
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.source)?;
        let mut source = self.source.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}

/// Sends one request and returns one response, without retries, redirects or decoding.
///
/// Features `hyper` and `reqwest` have an implementation each. To choose one at run time, pass
/// `Arc<dyn HttpClient>`.
pub trait HttpClient: Send + Sync + fmt::Debug + 'static {
    /// Sends the request. Dropping the future cancels it.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;

    /// Returns the proxy that requests to this URL go through, without user name and password:
    /// `http://proxy.example:3128`. [`Error::proxy`](crate::Error::proxy) returns it, and a timeout
    /// names it.
    ///
    /// By default `None`: there is none, or the client does not know it.
    fn proxy(&self, url: &str) -> Option<String> {
        let _ = url;
        None
    }
}

impl<T: HttpClient + ?Sized> HttpClient for Arc<T> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        (**self).send(request)
    }

    fn proxy(&self, url: &str) -> Option<String> {
        (**self).proxy(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret_of_a_request() {
        let mut request = HttpRequest::new(Method::Get, "https://cs.aliyuncs.com/hush?a=hush");
        for name in [
            "authorization",
            "cookie",
            "x-acs-security-token",
            "x-aliyun-ecs-metadata-token",
            "x-pin",
        ] {
            request.headers.set(name, "hush");
        }
        request.secret_parameters = vec!["Key", "X-Pin"];
        let shown = format!("{request:?}");
        assert!(!shown.contains("hush"), "{shown}");
        assert!(shown.contains("https://cs.aliyuncs.com"), "{shown}");
    }

    #[test]
    fn a_url_is_shown_without_path_and_query() {
        assert_eq!(origin("http://h:1/p?q"), "http://h:1");
        assert_eq!(origin("https://h?q"), "https://h");
        assert_eq!(origin("h"), "h");
        #[cfg(feature = "client")]
        assert_eq!(authority("https://h:2#f"), "h:2");
    }

    #[cfg(feature = "client")]
    #[test]
    fn loopback_addresses_are_recognised() {
        for ours in [
            "localhost",
            "LOCALHOST:80",
            "localhost.:80",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]:80",
            "[::ffff:127.0.0.1]:80",
        ] {
            assert!(is_loopback(ours), "{ours}");
        }
        for theirs in [
            "localhost.example",
            "128.0.0.1",
            "[::2]:80",
            "",
            "127.0.0.1.example",
        ] {
            assert!(!is_loopback(theirs), "{theirs}");
        }
    }

    #[test]
    fn a_transport_error_keeps_of_urls_only_what_is_not_secret() {
        let error = TransportError::new(TransportErrorKind::Connect, "refused");
        assert_eq!((error.origin(), error.proxy()), (None, None));
        let error = error
            .with_origin("https://cs.aliyuncs.com:8443/hush?a=hush@b#hush")
            .with_proxy("http://hush:hush@proxy.example:3128/");
        assert_eq!(error.origin(), Some("https://cs.aliyuncs.com:8443"));
        assert_eq!(error.proxy(), Some("http://proxy.example:3128"));
        assert_eq!(error.to_string(), "refused");
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
        for (url, shown) in [
            ("socks5h://a:b@[::1]:1080", "socks5h://[::1]:1080"),
            ("a:b@h:1", "h:1"),
            ("http://h?a@b", "http://h"),
            ("", ""),
        ] {
            assert_eq!(bare_origin(url), shown, "{url}");
        }
    }
}
