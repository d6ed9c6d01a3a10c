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
#[derive(Clone)]
pub struct TransportConfig {
    pub(super) proxy: Option<String>,
    pub(super) no_proxy: bool,
    pub(super) root_certificates: Vec<Vec<u8>>,
    pub(super) connect_timeout: Duration,
    pub(super) pool_idle_timeout: Duration,
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
            .finish()
    }
}
