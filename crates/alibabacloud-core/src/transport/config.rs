//! What can be set about the default transport.

use std::fmt;
use std::time::Duration;

/// Proxies, trusted certificates and connections of a [`ReqwestClient`](super::ReqwestClient).
///
/// ```
/// use alibabacloud_core::Config;
/// use alibabacloud_core::transport::{ReqwestClient, TransportConfig};
///
/// let transport = TransportConfig::new().proxy("http://proxy.example:3128");
/// let config = Config::new().http_client(ReqwestClient::new(transport)?);
/// # Ok::<(), alibabacloud_core::http::TransportError>(())
/// ```
///
/// # TLS
///
/// Features choose the backend: `rustls` (with ring; the default), `aws-lc` (rustls with AWS-LC) and `native-tls` (the library of the system).
/// They can be on together, as when crates of one program disagree; then [`tls_backend`](Self::tls_backend) decides, and without it
/// `native-tls` goes before `aws-lc` and that before `rustls`, as somebody asked for them. With none of them only `http://` endpoints can be
/// called. All verify as the system does, and speak TLS 1.2 or newer.
///
/// Connections speak HTTP/1.1 with keep-alive; with feature `http2` they speak HTTP/2 where the server offers it.
///
/// # Proxies
///
/// A proxy gets `https` requests as a tunnel (`CONNECT`) and `http` requests whole. `NO_PROXY` lists hosts, domains (`.example.com` and
/// everything below) and addresses (also `10.0.0.0/8`) that are called directly; `*` lists all. Calls to instance metadata and other
/// services of the machine never go through a proxy.
#[derive(Clone)]
pub struct TransportConfig {
    pub(super) proxy: Option<String>,
    pub(super) no_proxy: bool,
    pub(super) root_certificates: Vec<Vec<u8>>,
    pub(super) connect_timeout: Duration,
    pub(super) pool_idle_timeout: Duration,
    pub(super) tls_backend: Option<TlsBackend>,
}

/// A library that does TLS. Each needs the feature of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsBackend {
    /// rustls with ring: feature `rustls`.
    Ring,
    /// rustls with AWS-LC: feature `aws-lc`.
    AwsLc,
    /// The library of the system: feature `native-tls`.
    NativeTls,
}

impl TlsBackend {
    /// Those that are compiled in, the preferred first.
    pub(super) fn available() -> impl Iterator<Item = Self> {
        [
            (Self::NativeTls, cfg!(feature = "native-tls")),
            (Self::AwsLc, cfg!(feature = "aws-lc")),
            (Self::Ring, cfg!(feature = "rustls")),
        ]
        .into_iter()
        .filter_map(|(backend, is_on)| is_on.then_some(backend))
    }

    /// The feature that compiles it in.
    pub(super) fn feature(self) -> &'static str {
        match self {
            Self::Ring => "rustls",
            Self::AwsLc => "aws-lc",
            Self::NativeTls => "native-tls",
        }
    }
}

impl TransportConfig {
    /// The defaults: proxies from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (in either case), certificates that the system
    /// trusts.
    pub fn new() -> Self {
        Self {
            proxy: None,
            no_proxy: false,
            root_certificates: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            // Services close idle connections after some 10 s.
            pool_idle_timeout: Duration::from_secs(8),
            tls_backend: None,
        }
    }

    /// The proxy for all requests, instead of those in the environment: `http://user:password@host:port`. `NO_PROXY` still holds.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// No proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = None;
        self.no_proxy = true;
        self
    }

    /// What does TLS, where several features compile a backend in.
    pub fn tls_backend(mut self, backend: TlsBackend) -> Self {
        self.tls_backend = Some(backend);
        self
    }

    /// Certificates to trust beside those of the system, in PEM; several may stand in one text.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// How long to wait for a connection when a request does not say. Default 5 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long an idle connection is kept. Default 8 s, as services close theirs after some 10 s.
    pub fn pool_idle_timeout(mut self, limit: Duration) -> Self {
        self.pool_idle_timeout = limit;
        self
    }
}

impl Default for TransportConfig {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows no proxy, as its URL can hold a password.
impl fmt::Debug for TransportConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportConfig")
            .field("has_proxy", &self.proxy.is_some())
            .field("no_proxy", &self.no_proxy)
            .field("root_certificates", &self.root_certificates.len())
            .field("connect_timeout", &self.connect_timeout)
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .field("tls_backend", &self.tls_backend)
            .finish()
    }
}
