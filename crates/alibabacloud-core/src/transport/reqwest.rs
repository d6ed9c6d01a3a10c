//! The default transport.

use super::TransportConfig;
use super::error::invalid_request;
use super::tls::Tls;
use crate::http::{
    BodyStream, Headers, HttpClient, HttpRequest, HttpResponse, Method, TransportError,
    TransportErrorKind, origin,
};
use crate::time::BoxFuture;
use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, NoProxy, Proxy, Url};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The maximum number of combinations of connect timeout and proxy with kept connections. One more
/// replaces the oldest.
const MOST_CLIENTS: usize = 8;

/// Sends requests with reqwest: HTTP/1.1 (with feature `http2` also HTTP/2) and TLS 1.2 or newer,
/// without redirects, decompression or retries.
///
/// Clones share their connections. The first request reads the certificates of the system.
#[derive(Clone)]
pub struct ReqwestClient(Arc<ReqwestInner>);

struct ReqwestInner {
    config: TransportConfig,
    proxy: Option<Proxy>,
    tls: Tls,
    clients: Mutex<Vec<(ClientKey, Client)>>,
    /// The route of the latest request: parsing the host is the slowest part of parsing a URL.
    route: Mutex<Option<Arc<Route>>>,
}

/// The server of a request.
struct Route {
    /// Scheme, host and port as given.
    origin: String,
    /// The same, parsed.
    url: Url,
}

impl Route {
    /// Converts an error of reqwest: its kind says whether the request may have been executed.
    /// Replaces the URL, because queries can contain secrets, by the origin.
    fn failed(&self, error: reqwest::Error) -> TransportError {
        failed(error).with_origin(&self.origin)
    }
}

/// Settings that reqwest has per client and this transport per request.
#[derive(Clone, Copy, PartialEq, Eq)]
struct ClientKey {
    connect_timeout: Duration,
    no_proxy: bool,
    /// Whether no connection uses TLS, so that the certificates of the system are not needed.
    plain: bool,
}

impl ReqwestClient {
    /// Creates a transport. Opens no connection yet.
    ///
    /// # Errors
    /// Returns an error if the proxy URL or a certificate is invalid, or the TLS backend is not
    /// compiled in.
    pub fn new(config: TransportConfig) -> Result<Self, TransportError> {
        let proxy = config.proxy.as_deref().map(proxy).transpose()?;
        Ok(Self(Arc::new(ReqwestInner {
            proxy,
            tls: Tls::new(&config)?,
            clients: Mutex::default(),
            route: Mutex::default(),
            config,
        })))
    }

    fn client(&self, key: ClientKey) -> Result<Client, TransportError> {
        let mut clients = self
            .0
            .clients
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = clients.iter().find(|(known, _)| *known == key) {
            return Ok(client.clone());
        }
        let client = self.0.build(key)?;
        if clients.len() >= MOST_CLIENTS {
            clients.remove(0);
        }
        clients.push((key, client.clone()));
        Ok(client)
    }

    /// Parses a URL. Returns an error if its path or query would be sent differently than it is
    /// signed: the URL standard resolves `/../`.
    fn url(&self, text: &str) -> Result<(Url, Arc<Route>), TransportError> {
        let (origin, path, query) = split(text);
        let route = self.route(origin)?;
        let mut url = route.url.clone();
        if url.path() != path {
            url.set_path(path);
        }
        url.set_query(query);
        let path = if path.is_empty() { "/" } else { path };
        if (url.path(), url.query()) != (path, query) {
            return Err(invalid_request(
                "the URL would not be sent as it is signed: a path parameter must not be \".\" or \
                 \"..\"",
            ));
        }
        Ok((url, route))
    }

    /// Parses scheme, host and port.
    fn route(&self, origin: &str) -> Result<Arc<Route>, TransportError> {
        let mut latest = self.0.route.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(route) = latest.as_ref().filter(|route| route.origin == origin) {
            return Ok(route.clone());
        }
        let route = Arc::new(Route {
            url: Url::parse(origin)
                .map_err(|error| invalid_request(format!("invalid URL: {error}")))?,
            origin: origin.to_owned(),
        });
        *latest = Some(route.clone());
        Ok(route)
    }

    async fn exchange(&self, mut request: HttpRequest) -> Result<HttpResponse, TransportError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(invalid_request(
                "no tokio runtime: call from within one, such as #[tokio::main] creates",
            ));
        }
        let (url, route) = self.url(&request.url)?;
        if url.scheme() == "https" && !self.0.tls.is_available() {
            return Err(invalid_request(
                "https requires a TLS backend: enable feature `rustls`, `aws-lc` or `native-tls`",
            ));
        }
        let no_proxy = request.no_proxy || self.0.config.no_proxy;
        let client = self.client(ClientKey {
            connect_timeout: request
                .connect_timeout
                .unwrap_or(self.0.config.connect_timeout),
            no_proxy,
            plain: no_proxy && url.scheme() == "http",
        })?;
        if request.body.is_empty() && wants_body(request.method) {
            // RFC 9110, section 8.6, requires the header; hyper omits it.
            request.headers.append("content-length", "0");
        }
        let header_map = header_map(request.headers)?;
        // Bypasses reqwest's builder, which would insert every header into a map a second time.
        let mut message = reqwest::Request::new(method(request.method), url);
        *message.headers_mut() = header_map;
        if !request.body.is_empty() {
            *message.body_mut() = Some(request.body.into());
        }
        let response = client
            .execute(message)
            .await
            .map_err(|error| route.failed(error))?;
        let status = response.status().as_u16();
        // Estimated bytes of a header, including its name.
        const BYTES: usize = 64;
        let mut headers = Headers::new();
        let count = response.headers().len();
        headers.reserve(count, count * BYTES);
        for (name, value) in response.headers() {
            match value.to_str() {
                Ok(value) => headers.append(name.as_str(), value),
                Err(_) => {
                    headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
                }
            }
        }
        Ok(HttpResponse::streaming(
            status,
            headers,
            ReqwestBody { response, route },
        ))
    }
}

impl ReqwestInner {
    fn build(&self, key: ClientKey) -> Result<Client, TransportError> {
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // Without an explicit number of retries reqwest copies each request for them.
            .retry(reqwest::retry::never().max_retries_per_request(0))
            .referer(false)
            .connect_timeout(key.connect_timeout)
            .pool_idle_timeout(self.config.pool_idle_timeout);
        if !cfg!(feature = "http2") {
            builder = builder.http1_only();
        }
        if key.no_proxy {
            builder = builder.no_proxy();
        } else if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy.clone());
        }
        self.tls.set_up(builder, key.plain)?.build().map_err(failed)
    }
}

/// Creates a transport with default settings.
impl Default for ReqwestClient {
    fn default() -> Self {
        Self(Arc::new(ReqwestInner {
            config: TransportConfig::new(),
            proxy: None,
            tls: Tls::default(),
            clients: Mutex::default(),
            route: Mutex::default(),
        }))
    }
}

impl fmt::Debug for ReqwestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReqwestClient")
            .field(&self.0.config)
            .finish()
    }
}

impl HttpClient for ReqwestClient {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

/// The body of a response, read from its connection.
struct ReqwestBody {
    response: reqwest::Response,
    route: Arc<Route>,
}

impl BodyStream for ReqwestBody {
    fn next_chunk(&mut self) -> BoxFuture<'_, Option<Result<Bytes, TransportError>>> {
        Box::pin(async move {
            let chunk = self.response.chunk().await;
            chunk.map_err(|error| self.route.failed(error)).transpose()
        })
    }
}

/// Splits a URL into origin, path and query.
fn split(url: &str) -> (&str, &str, Option<&str>) {
    let origin = origin(url);
    let rest = url.get(origin.len()..).unwrap_or_default();
    // Compares bytes, for the same reason as `origin`.
    match rest.bytes().position(|byte| byte == b'?') {
        Some(at) => (origin, &rest[..at], Some(&rest[at + 1..])),
        None => (origin, rest, None),
    }
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
        Method::Patch => reqwest::Method::PATCH,
        Method::Head => reqwest::Method::HEAD,
        Method::Options => reqwest::Method::OPTIONS,
    }
}

/// Returns whether a request of this method is expected to have a body.
fn wants_body(method: Method) -> bool {
    matches!(method, Method::Post | Method::Put | Method::Patch)
}

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

fn header_map(headers: Headers) -> Result<HeaderMap, TransportError> {
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

fn proxy(url: &str) -> Result<Proxy, TransportError> {
    // The error of reqwest contains the URL, which can contain a password.
    Proxy::all(url)
        .map(|proxy| proxy.no_proxy(NoProxy::from_env()))
        .map_err(|_| invalid_request("invalid proxy URL: expected a URL such as http://host:port"))
}

/// Converts an error that has no route yet. Removes the URL, because queries can contain secrets.
fn failed(error: reqwest::Error) -> TransportError {
    let kind = if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if error.is_builder() {
        TransportErrorKind::InvalidRequest
    } else {
        // The connection closed or the response is not valid HTTP: the request may have arrived.
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind, error.without_url())
}
