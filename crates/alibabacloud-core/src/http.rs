//! Requests and answers as the transport sees them. Plain data, so that any HTTP library can stand behind [`HttpClient`].

use crate::secret::{MASK, is_secret_header};
use crate::time::BoxFuture;
use bytes::Bytes;
use std::fmt;
#[cfg(feature = "reqwest")]
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
    /// The method as it stands in the request line.
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

/// Header names and values in order. Names are compared without regard to case and kept in lower case.
///
/// All of them stand in one text: a call has some twenty headers, and an allocation for each name and value would be a good part of
/// what the call costs.
#[derive(Clone, Default)]
pub struct Headers {
    text: String,
    spans: Vec<HeaderSpan>,
}

/// Where in the text a header stands: its name, and behind that its value.
#[derive(Clone, Copy)]
struct HeaderSpan {
    name: usize,
    value: usize,
    end: usize,
}

impl Headers {
    /// No headers.
    pub const fn new() -> Self {
        Self {
            text: String::new(),
            spans: Vec::new(),
        }
    }

    /// Makes room for so many more headers with so many bytes of names and values.
    pub(crate) fn reserve(&mut self, headers: usize, bytes: usize) {
        self.spans.reserve(headers);
        self.text.reserve(bytes);
    }

    /// The first value of a header.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Sets a header, replacing every earlier value.
    pub fn set(&mut self, name: &str, value: impl AsRef<str>) {
        self.remove(name);
        self.push(name, value.as_ref());
    }

    /// Adds a value beside earlier ones of the same name.
    pub fn append(&mut self, name: &str, value: impl AsRef<str>) {
        self.push(name, value.as_ref());
    }

    fn push(&mut self, name: &str, value: &str) {
        let start = self.text.len();
        self.text.push_str(name);
        if let Some(name) = self.text.get_mut(start..) {
            name.make_ascii_lowercase();
        }
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

    /// How many there are, one of several values included.
    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// The text of all headers, to be shared, and where in it names and values stand, in order.
    #[cfg(feature = "reqwest")]
    pub(crate) fn into_shared(self) -> (Bytes, impl Iterator<Item = (Range<usize>, Range<usize>)>) {
        let spans = self.spans.into_iter();
        let ranges = spans.map(|span| (span.name..span.value, span.value..span.end));
        (Bytes::from(self.text), ranges)
    }

    /// Names and values in order.
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

/// Equal when names and values are, in the same order.
impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Headers {}

/// Scheme, host and port of a URL. Every call asks for it: bytes are compared, as a search of texts touches more code.
pub(crate) fn origin(url: &str) -> &str {
    let bytes = url.as_bytes();
    let start = bytes.windows(3).position(|three| three == b"://");
    let start = start.map_or(0, |at| at + 3);
    let end = (start..bytes.len()).find(|at| matches!(bytes[*at], b'/' | b'?' | b'#'));
    &url[..end.unwrap_or(bytes.len())]
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(
                self.iter()
                    .map(|(name, value)| (name, if is_secret_header(name) { MASK } else { value })),
            )
            .finish()
    }
}

/// A request, ready to be sent: signed, with the exact URL and body that the signature covers.
///
/// `Debug` shows no query and no body, as both can hold secrets, and no path and header where a parameter of the operation is one.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// Scheme, host, path and query, percent-encoded. A transport must send the path and query byte for byte: they are signed.
    pub url: String,
    /// All headers but `content-length`, `host` included.
    pub headers: Headers,
    /// The body; empty for none.
    pub body: Bytes,
    /// How long to wait for a connection. `None`: the transport's default.
    pub connect_timeout: Option<Duration>,
    /// Never through a proxy: instance metadata and loopback services.
    pub no_proxy: bool,
    /// Parameters of the operation whose values must not be shown to people, by the name that their parts (`Name.1.Field`) start with.
    pub secret_parameters: Vec<&'static str>,
}

impl HttpRequest {
    /// A request without headers and body.
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
                headers.set(name, MASK);
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

/// An answer whose body has not been read yet.
#[derive(Debug)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The body, to be read.
    pub body: Body,
}

impl HttpResponse {
    /// An answer with the whole body at hand.
    pub fn new(status: u16, headers: Headers, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers,
            body: Body::full(body),
        }
    }

    /// An answer whose body arrives in pieces.
    pub fn streaming(status: u16, headers: Headers, body: impl BodyStream) -> Self {
        Self {
            status,
            headers,
            body: Body(Box::new(body)),
        }
    }
}

/// A body that arrives in pieces.
pub trait BodyStream: Send + 'static {
    /// The next piece; `None` at the end.
    fn next_chunk(&mut self) -> BoxFuture<'_, Option<Result<Bytes, TransportError>>>;
}

/// The body of an answer.
pub struct Body(Box<dyn BodyStream>);

impl Body {
    /// A body that is all there.
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

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// When the connection fails before the end.
    pub async fn next_chunk(&mut self) -> Option<Result<Bytes, TransportError>> {
        self.0.next_chunk().await
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body")
    }
}

/// Why a transport could not bring an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made, so the request was surely not executed: name resolution, refused, TLS handshake, connect timeout.
    Connect,
    /// The connection broke after the request may have been sent.
    Interrupted,
    /// The answer did not come, or did not end, in time.
    Timeout,
    /// The request could not be built (a URL or header the transport refuses).
    InvalidRequest,
}

/// A failed exchange. Holds no header, query or body.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Box<dyn std::error::Error + Send + Sync>,
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
        }
    }

    /// What went wrong, as far as it decides about a retry.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
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

/// Something that sends one request and brings one answer. No retries, no redirects, no decoding.
///
/// The default is reqwest, behind feature `reqwest`. One that is chosen at run time is given as `Arc<dyn HttpClient>`.
pub trait HttpClient: Send + Sync + fmt::Debug + 'static {
    /// Sends the request. Dropping the future cancels it.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

impl<T: HttpClient + ?Sized> HttpClient for Arc<T> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        (**self).send(request)
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
}
