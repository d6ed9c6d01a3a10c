//! The transport on hyper.
//!
//! hyper speaks HTTP on a connection. Everything around that is here: which connection a request is
//! sent on (`pool.rs`), and how a new one is made (`connect.rs`).

mod body;
mod connect;
mod connection;
mod failure;
mod pool;
mod route;
mod socks;
mod stream;
mod target;
mod tcp;
#[cfg(feature = "__rustls")]
mod tls;
mod tunnel;

use super::error::{invalid_config, invalid_request};
use super::failure::{describe, proxy_requires_password};
use super::message::{method, request_headers, response_headers};
use super::proxy::{Destination, Proxies};
use super::runtime::{RuntimeState, Runtimes};
use super::shared::InUse;
use super::tls::Tls;
use super::{TlsBackend, TransportConfig};
use crate::http::{
    HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind, bare_origin, origin,
};
use crate::time::BoxFuture;
use body::HyperBody;
use connection::{Message, RequestBody, SendError};
use http::HeaderValue;
use http::header::{HOST, PROXY_AUTHORIZATION};
use hyper::body::Incoming;
use pool::{Lease, Pool};
use route::Route;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// The status of a proxy that requires a user name and password.
const PROXY_AUTHENTICATION: u16 = 407;

static IN_USE: InUse<HyperInner> = InUse::new();

/// Sends requests with hyper: HTTP/1.1 (with feature `http2` also HTTP/2) and TLS 1.2 or newer,
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
pub struct HyperClient(Arc<HyperInner>);

struct HyperInner {
    config: TransportConfig,
    /// Set by the first request, unless the configuration has a proxy.
    proxies: OnceLock<Proxies>,
    tls: Tls,
    runtimes: Runtimes<Pool>,
    /// The route of the latest request.
    route: Mutex<Option<Arc<Route>>>,
}

impl HyperClient {
    /// Creates a transport, or returns one with the same settings. Opens no connection yet.
    ///
    /// # Errors
    /// Returns an error if the proxy URL or a certificate is invalid, or the TLS backend is not
    /// compiled in or is `NativeTls`. A proxy of the environment that is invalid is an error of
    /// each request that needs it.
    pub fn new(config: TransportConfig) -> Result<Self, TransportError> {
        let is_same = |inner: &HyperInner| inner.config == config;
        let create = || {
            if config.tls_backend == Some(TlsBackend::NativeTls) {
                return Err(invalid_config(
                    "HyperClient has no TLS backend NativeTls: enable feature `native-tls` and \
                     use ReqwestClient",
                ));
            }
            let proxies = match &config.proxy {
                Some(url) => Proxies::explicit(url, |name| std::env::var_os(name))?.into(),
                None => OnceLock::new(),
            };
            let tls = Tls::new(&config, rustls_backends())?;
            Ok(HyperInner::new(config.clone(), proxies, tls))
        };
        IN_USE.get_or_create(is_same, create).map(Self)
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let inner = &*self.0;
        let runtime = inner.runtimes.current()?;
        let may_use_proxy = !request.no_proxy && !inner.config.no_proxy;
        let route = inner.route(origin(&request.url), may_use_proxy)?;
        if route.uses_tls() && !inner.tls.is_available() {
            return Err(route.annotate(invalid_config(
                "https requires a TLS backend: enable feature `rustls`, `aws-lc` or `native-tls`",
            )));
        }
        let limit = request.connect_timeout;
        let limit = limit.unwrap_or(inner.config.connect_timeout);
        let message = message(request, &route)?;
        let sent = runtime.catch_up(inner.config.pool_idle_timeout).await;
        let (response, lease) = inner
            .send(message, &route, &runtime, limit)
            .await
            .map_err(|error| route.annotate(error))?;
        runtime.responded(sent);
        let (head, incoming) = response.into_parts();
        let status = head.status.as_u16();
        if status == PROXY_AUTHENTICATION && route.proxy.is_some() {
            return Err(route.annotate(proxy_requires_password()));
        }
        Ok(HttpResponse::streaming(
            status,
            response_headers(&head.headers),
            HyperBody::new(incoming, lease),
        ))
    }
}

impl HyperInner {
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

    /// Parses scheme, host and port, and chooses the proxy.
    fn route(&self, origin: &str, may_use_proxy: bool) -> Result<Arc<Route>, TransportError> {
        let mut latest = self.route.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(route) = &*latest {
            if route.is_of(origin, may_use_proxy) {
                return Ok(route.clone());
            }
        }
        let proxy = match may_use_proxy {
            true => self.proxies().proxy_for(Destination::of(origin)),
            false => Ok(None),
        };
        let proxy = proxy.map_err(|error| error.with_origin(origin))?;
        let route = Arc::new(Route::new(origin, proxy, may_use_proxy)?);
        *latest = Some(route.clone());
        Ok(route)
    }

    /// Sends a request on a kept connection, or on a new one if none is left.
    async fn send(
        &self,
        mut message: Message,
        route: &Arc<Route>,
        runtime: &Arc<RuntimeState<Pool>>,
        limit: Duration,
    ) -> Result<(http::Response<Incoming>, Lease), TransportError> {
        loop {
            let idle_limit = self.config.pool_idle_timeout;
            let kept = runtime.kept().take(route, idle_limit);
            let is_kept = kept.is_some();
            let connection = match kept {
                Some(connection) => connection,
                // Boxed, so that the future of a request on a kept connection stays small.
                None => Box::pin(connect::connect(route, &self.tls, limit)).await?,
            };
            let mut lease = Lease {
                connection,
                route: route.clone(),
                runtime: runtime.clone(),
                idle_limit,
            };
            if !is_kept {
                lease.offer();
            }
            let error = match lease.connection.send(message, route).await {
                Ok(response) => return Ok((response, lease)),
                // The server closed the kept connection before it was used.
                Err(SendError::NotSent(unsent, _)) if is_kept => {
                    message = *unsent;
                    continue;
                }
                Err(SendError::NotSent(_, error) | SendError::Refused(error)) => {
                    (TransportErrorKind::Connect, error)
                }
                Err(SendError::Broken(error)) => (TransportErrorKind::Interrupted, error),
            };
            let (kind, error) = error;
            return Err(describe(kind, error, route.origin()));
        }
    }
}

/// Converts a request.
///
/// # Errors
/// Returns an error if its URL or a header is invalid.
fn message(request: HttpRequest, route: &Route) -> Result<Message, TransportError> {
    let path = target::path_and_query(request.url, route.origin().len())?;
    let mut headers = request_headers(request.method, request.headers, &request.body)?;
    if !headers.contains_key(HOST) {
        // RFC 9112, section 3.2, requires the header; hyper leaves it to its caller.
        let host = HeaderValue::try_from(route.authority()).map_err(invalid_request)?;
        headers.insert(HOST, host);
    }
    if let Some(proxy) = route.forwarder() {
        let value = tunnel::authorization(proxy).map(HeaderValue::try_from);
        if let Some(Ok(mut value)) = value {
            value.set_sensitive(true);
            headers.insert(PROXY_AUTHORIZATION, value);
        }
    }
    let mut message = http::Request::new(RequestBody::new(request.body));
    *message.method_mut() = method(request.method);
    *message.headers_mut() = headers;
    Ok(Message {
        request: message,
        path,
    })
}

/// Returns the TLS backends that are compiled in and that this transport can use.
fn rustls_backends() -> impl Iterator<Item = TlsBackend> + Clone {
    TlsBackend::available().filter(|backend| *backend != TlsBackend::NativeTls)
}

/// Creates a transport with default settings, or returns one that has them.
impl Default for HyperClient {
    fn default() -> Self {
        let config = TransportConfig::new();
        let is_same = |inner: &HyperInner| inner.config == config;
        let create = || {
            let tls = Tls::preferred(rustls_backends());
            Ok(HyperInner::new(config.clone(), OnceLock::new(), tls))
        };
        let Ok(inner) = IN_USE.get_or_create::<Infallible>(is_same, create);
        Self(inner)
    }
}

impl fmt::Debug for HyperClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HyperClient").field(&self.0.config).finish()
    }
}

impl HttpClient for HyperClient {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }

    fn proxy(&self, url: &str) -> Option<String> {
        let route = self.0.route(origin(url), !self.0.config.no_proxy).ok()?;
        Some(bare_origin(route.proxy.as_ref()?.as_str()))
    }
}
