//! The transport on reqwest.

use super::error::{invalid_config, invalid_request};
use super::failure::{describe, is_refused, proxy_requires_password};
use super::message::{method, request_headers, response_headers};
use super::proxy::{Destination, Proxies, ProxyUrl};
use super::runtime::{RuntimeState, Runtimes};
use super::shared::InUse;
use super::tls::Tls;
use super::{TlsBackend, TransportConfig};
use crate::http::{
    BodyStream, HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind,
    bare_origin, origin,
};
use crate::time::BoxFuture;
use bytes::Bytes;
use reqwest::{Client, Proxy, Url};
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// The maximum number of combinations of connect timeout and proxy with kept connections, for each
/// runtime. One more replaces the oldest.
const MOST_CLIENTS: usize = 8;
/// The status of a proxy that requires a user name and password.
const PROXY_AUTHENTICATION: u16 = 407;

static IN_USE: InUse<ReqwestInner> = InUse::new();

/// Sends requests with reqwest: HTTP/1.1 (with feature `http2` also HTTP/2) and TLS 1.2 or newer,
/// without redirects, decompression or retries.
///
/// Clones share their connections, and so do all transports of the program that have the same
/// settings. Each tokio runtime has its own connections, so one client can be used in any number of
/// runtimes, at the same time or one after the other. The first request reads the proxies of the
/// environment and the certificates of the system.
///
/// Connections that a server closed while the program was stopped or its runtime was blocked are
/// replaced before a request is sent.
#[derive(Clone)]
pub struct ReqwestClient(Arc<ReqwestInner>);

struct ReqwestInner {
    config: TransportConfig,
    /// Set by the first request, unless the configuration has a proxy.
    proxies: OnceLock<Proxies>,
    tls: Tls,
    runtimes: Runtimes<Vec<(ClientKey, Client)>>,
    /// The route of the latest request: parsing the host is the slowest part of parsing a URL.
    route: Mutex<Option<Arc<ReqwestRoute>>>,
}

/// The way to the server of a request.
struct ReqwestRoute {
    /// Scheme, host and port as given.
    origin: String,
    /// The same, parsed.
    url: Url,
    /// The proxy, unless the server is called directly.
    proxy: Option<Arc<ProxyUrl>>,
    /// Whether the request may use a proxy.
    may_use_proxy: bool,
}

impl ReqwestRoute {
    /// Converts an error of reqwest. Replaces the URL, because queries can contain secrets, by the
    /// origin.
    fn failed(&self, error: reqwest::Error) -> TransportError {
        self.annotate(failed(error, self))
    }

    /// Adds the server and the proxy to an error.
    fn annotate(&self, error: TransportError) -> TransportError {
        let error = error.with_origin(&self.origin);
        match &self.proxy {
            Some(proxy) => error.with_proxy(proxy.as_str()),
            None => error,
        }
    }
}

/// Settings that reqwest has per client and this transport per request.
#[derive(Clone, PartialEq, Eq)]
struct ClientKey {
    connect_timeout: Duration,
    proxy: Option<Arc<ProxyUrl>>,
    /// Whether no connection uses TLS, so that the certificates of the system are not needed.
    plain: bool,
}

impl ReqwestClient {
    /// Creates a transport, or returns one with the same settings. Opens no connection yet.
    ///
    /// # Errors
    /// Returns an error if the proxy URL or a certificate is invalid, or the TLS backend is not
    /// compiled in. A proxy of the environment that is invalid is an error of each request that
    /// needs it.
    pub fn new(config: TransportConfig) -> Result<Self, TransportError> {
        let is_same = |inner: &ReqwestInner| inner.config == config;
        let create = || {
            let proxies = match &config.proxy {
                Some(url) => Proxies::explicit(url, |name| std::env::var_os(name))?.into(),
                None => OnceLock::new(),
            };
            let tls = Tls::new(&config, TlsBackend::available())?;
            Ok(ReqwestInner::new(config.clone(), proxies, tls))
        };
        IN_USE.get_or_create(is_same, create).map(Self)
    }

    fn client(
        &self,
        runtime: &RuntimeState<Vec<(ClientKey, Client)>>,
        key: ClientKey,
    ) -> Result<Client, TransportError> {
        let mut clients = runtime.kept();
        if let Some((_, client)) = clients.iter().find(|(known, _)| *known == key) {
            return Ok(client.clone());
        }
        let client = self.0.build(&key)?;
        if clients.len() >= MOST_CLIENTS {
            clients.remove(0);
        }
        clients.push((key, client.clone()));
        Ok(client)
    }

    /// Parses a URL. Returns an error if its path or query would be sent differently than it is
    /// signed: the URL standard resolves `/../`.
    fn url(
        &self,
        text: &str,
        may_use_proxy: bool,
    ) -> Result<(Url, Arc<ReqwestRoute>), TransportError> {
        let (origin, path, query) = split(text);
        let route = self.route(origin, may_use_proxy)?;
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

    /// Parses scheme, host and port, and chooses the proxy.
    fn route(
        &self,
        origin: &str,
        may_use_proxy: bool,
    ) -> Result<Arc<ReqwestRoute>, TransportError> {
        let mut latest = self.0.route.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(route) = &*latest {
            if route.origin == origin && route.may_use_proxy == may_use_proxy {
                return Ok(route.clone());
            }
        }
        let proxy = match may_use_proxy {
            true => self.0.proxies().proxy_for(Destination::of(origin)),
            false => Ok(None),
        };
        let proxy = proxy.map_err(|error| error.with_origin(origin))?;
        let route = Arc::new(ReqwestRoute {
            url: Url::parse(origin)
                .map_err(|error| invalid_request(format!("invalid URL: {error}")))?,
            origin: origin.to_owned(),
            proxy,
            may_use_proxy,
        });
        *latest = Some(route.clone());
        Ok(route)
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let runtime = self.0.runtimes.current()?;
        let may_use_proxy = !request.no_proxy && !self.0.config.no_proxy;
        let (url, route) = self.url(&request.url, may_use_proxy)?;
        let plain = url.scheme() == "http" && !route.proxy.as_ref().is_some_and(|p| p.is_https());
        if !plain && !self.0.tls.is_available() {
            return Err(route.annotate(invalid_config(
                "https requires a TLS backend: enable feature `rustls`, `aws-lc` or `native-tls`",
            )));
        }
        let sent = runtime.catch_up(self.0.config.pool_idle_timeout).await;
        let key = ClientKey {
            connect_timeout: request
                .connect_timeout
                .unwrap_or(self.0.config.connect_timeout),
            proxy: route.proxy.clone(),
            plain,
        };
        let client = self
            .client(&runtime, key)
            .map_err(|error| route.annotate(error))?;
        let header_map = request_headers(request.method, request.headers, &request.body)?;
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
        runtime.responded(sent);
        let status = response.status().as_u16();
        if status == PROXY_AUTHENTICATION && route.proxy.is_some() {
            return Err(route.annotate(proxy_requires_password()));
        }
        let headers = response_headers(response.headers());
        Ok(HttpResponse::streaming(
            status,
            headers,
            ReqwestBody { response, route },
        ))
    }
}

impl ReqwestInner {
    fn new(config: TransportConfig, proxies: OnceLock<Proxies>, tls: Tls) -> Self {
        Self {
            config,
            proxies,
            tls,
            runtimes: Runtimes::default(),
            route: Mutex::default(),
        }
    }

    /// Returns the proxies, after reading the environment if they are not known yet.
    fn proxies(&self) -> &Proxies {
        self.proxies
            .get_or_init(|| Proxies::from_environment(|name| std::env::var_os(name)))
    }

    fn build(&self, key: &ClientKey) -> Result<Client, TransportError> {
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // Without an explicit number of retries reqwest copies each request for them.
            .retry(reqwest::retry::never().max_retries_per_request(0))
            .referer(false)
            .connect_timeout(key.connect_timeout)
            .pool_idle_timeout(self.config.pool_idle_timeout)
            // The proxy is chosen for each request.
            .no_proxy();
        if !cfg!(feature = "http2") {
            builder = builder.http1_only();
        }
        if let Some(proxy) = &key.proxy {
            // The error of reqwest contains the URL, which can contain a password.
            let proxy = Proxy::all(proxy.as_str())
                .map_err(|_| invalid_config("the proxy URL is not accepted"))?;
            builder = builder.proxy(proxy);
        }
        let client = self.tls.set_up(builder, key.plain)?.build();
        client.map_err(|error| invalid_config(error.without_url()))
    }
}

/// Creates a transport with default settings, or returns one that has them.
impl Default for ReqwestClient {
    fn default() -> Self {
        let config = TransportConfig::new();
        let is_same = |inner: &ReqwestInner| inner.config == config;
        let create = || {
            let tls = Tls::preferred(TlsBackend::available());
            Ok(ReqwestInner::new(config.clone(), OnceLock::new(), tls))
        };
        let Ok(inner) = IN_USE.get_or_create::<Infallible>(is_same, create);
        Self(inner)
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

    fn proxy(&self, url: &str) -> Option<String> {
        let route = self.route(origin(url), !self.0.config.no_proxy).ok()?;
        Some(bare_origin(route.proxy.as_ref()?.as_str()))
    }
}

/// The body of a response, read from its connection.
struct ReqwestBody {
    response: reqwest::Response,
    route: Arc<ReqwestRoute>,
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

/// Converts an error of reqwest: its kind says whether the request may have been executed.
fn failed(error: reqwest::Error, route: &ReqwestRoute) -> TransportError {
    let kind = if error.is_connect() || is_refused(&error) {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::Timeout
    } else if error.is_builder() {
        TransportErrorKind::InvalidRequest
    } else {
        // The connection closed or the response is not valid HTTP: the request may have arrived.
        TransportErrorKind::Interrupted
    };
    describe(kind, error.without_url(), &route.origin)
}
