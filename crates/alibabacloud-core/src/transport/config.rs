//! Settings of the transports.

use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

/// Proxies, certificates and connections of a transport.
///
#[cfg_attr(feature = "hyper", doc = "```")]
#[cfg_attr(not(feature = "hyper"), doc = "```ignore")]
/// use alibabacloud_core::Config;
/// use alibabacloud_core::transport::{HyperClient, TransportConfig};
///
/// let transport = TransportConfig::new().proxy("http://proxy.example:3128");
/// let config = Config::new().http_client(HyperClient::new(transport)?);
/// # Ok::<(), alibabacloud_core::http::TransportError>(())
/// ```
///
/// Transports with equal settings share their connections.
///
/// # TLS
///
/// Features select the backend: `rustls` (with ring; the default), `aws-lc` (rustls with AWS-LC)
/// and `native-tls` (the system's library). If several are enabled, for example by different crates
/// of one program, [`tls_backend`](Self::tls_backend) selects one; the default order is
/// `native-tls`, `aws-lc`, `rustls`, so that an explicitly enabled feature takes precedence.
/// Without a backend, only `http://` endpoints can be called. `native-tls` is a backend of
/// `ReqwestClient` alone. All backends use the system's certificate verification and TLS 1.2 or
/// newer.
///
/// The certificates of the system are read by the first request that needs them; a request over
/// `http://` without an `https://` proxy does not. If the system has none, as in an empty container
/// image, the backends with rustls use the root certificates of Mozilla that feature `webpki-roots`
/// compiles in, unless `SSL_CERT_FILE` or `SSL_CERT_DIR` is set. Without that feature, requests
/// fail.
///
/// Connections use HTTP/1.1 with keep-alive; with feature `http2` they use HTTP/2 if the server
/// offers it.
///
/// # Connections
///
/// A kept connection is used only in the tokio runtime that made it. Before a request is sent after
/// a pause of the program (a frozen function, a stopped process, a blocked runtime), the transport
/// waits until the runtime knows which connections were closed meanwhile; a closed one is replaced.
///
/// # Proxies
///
/// A proxy URL has one of the schemes `http`, `https`, `socks4`, `socks4a`, `socks5` (the client
/// resolves names) and `socks5h` (the proxy does). User name and password are percent-encoded, and
/// not known to `socks4` and `socks4a`. A URL without a scheme, with another one, or with anything
/// after the port is an error: a request never goes out directly because its proxy is not valid.
/// The same holds for what cannot be sent through a proxy: SOCKS 4 knows no IPv6 addresses, and the
/// certificate of an IPv6 address cannot be verified.
///
/// An HTTP proxy receives `https` requests through a tunnel (`CONNECT`) and `http` requests as they
/// are. One that requires another password (status 407) fails the call without a retry.
///
/// Without a proxy in code, `HTTPS_PROXY` and `HTTP_PROXY` are used for requests with that scheme,
/// and `ALL_PROXY` for both. Upper case takes precedence, and an empty variable counts as unset. In
/// a CGI program (`REQUEST_METHOD` is set) `HTTP_PROXY` is ignored, because a web server puts a
/// header of its client there. Requests to loopback addresses and `localhost` never use a proxy of
/// the environment.
///
/// `NO_PROXY` lists, separated by commas or blanks, what is called directly, also if the proxy is
/// set in code:
///
/// | entry | matches |
/// |---|---|
/// | `*` | all hosts |
/// | `example.com`, `.example.com` | the host and its subdomains |
/// | `*.example.com` | the subdomains |
/// | `192.168.*` | hosts that start with `192.168.` |
/// | `10.1.2.3`, `2001:db8::1` | the address |
/// | `10.0.0.0/8`, `2001:db8::/32` | the addresses of the network |
/// | `example.com:8443`, `[2001:db8::1]:8443` | the same, with this port only |
///
/// Another entry is an error of the requests that have a proxy. Names are compared as written, not
/// resolved. Requests to instance metadata and to credentials services of the machine never use a
/// proxy.
#[derive(Clone, PartialEq, Eq)]
#[must_use = "a configuration has no effect until a transport is created with it"]
pub struct TransportConfig {
    pub(super) proxy: Option<String>,
    pub(super) no_proxy: bool,
    pub(super) root_certificates: Vec<Vec<u8>>,
    /// With its private key.
    pub(super) client_certificate: Option<Zeroizing<Vec<u8>>>,
    pub(super) min_tls_version: TlsVersion,
    pub(super) connect_timeout: Duration,
    pub(super) pool_idle_timeout: Duration,
    pub(super) tls_backend: Option<TlsBackend>,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TlsVersion {
    /// TLS 1.2 (RFC 5246).
    #[default]
    V1_2,
    /// TLS 1.3 (RFC 8446).
    V1_3,
}

/// A TLS library. Each requires the feature named below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsBackend {
    /// rustls with ring: feature `rustls`.
    Ring,
    /// rustls with AWS-LC: feature `aws-lc`.
    AwsLc,
    /// The system's library: feature `native-tls`.
    NativeTls,
}

impl TlsBackend {
    /// Returns the backends that are compiled in, in order of preference.
    pub(super) fn available() -> impl Iterator<Item = Self> + Clone {
        [
            (Self::NativeTls, cfg!(feature = "native-tls")),
            (Self::AwsLc, cfg!(feature = "aws-lc")),
            (Self::Ring, cfg!(feature = "rustls")),
        ]
        .into_iter()
        .filter_map(|(backend, is_on)| is_on.then_some(backend))
    }

    /// Returns the feature that compiles in this backend.
    pub(super) fn feature(self) -> &'static str {
        match self {
            Self::Ring => "rustls",
            Self::AwsLc => "aws-lc",
            Self::NativeTls => "native-tls",
        }
    }
}

impl TransportConfig {
    /// Returns the default settings: proxies from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
    /// `NO_PROXY` (in upper or lower case), and the certificates that the system trusts. The
    /// environment is read by the first request.
    pub fn new() -> Self {
        Self {
            proxy: None,
            no_proxy: false,
            root_certificates: Vec::new(),
            client_certificate: None,
            min_tls_version: TlsVersion::V1_2,
            connect_timeout: Duration::from_secs(5),
            // Services close idle connections after about 10 s.
            pool_idle_timeout: Duration::from_secs(8),
            tls_backend: None,
        }
    }

    /// Sets the proxy for all requests: `http://user:password@host:port`. It replaces the proxies
    /// in the environment, and applies to loopback addresses too; `NO_PROXY` still applies.
    /// Creating the transport returns an error if it is not valid.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Disables proxies, including those in the environment.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = None;
        self.no_proxy = true;
        self
    }

    /// Selects the TLS backend if several are compiled in. Creating the transport returns an error
    /// if it is not.
    pub fn tls_backend(mut self, backend: TlsBackend) -> Self {
        self.tls_backend = Some(backend);
        self
    }

    /// Adds trusted certificates to those of the system, in PEM; one text can contain several.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Sets the certificate that the client presents to servers and proxies that ask for one, in
    /// PEM: the certificate, those it was issued with, and its private key (PKCS #8; with rustls
    /// also PKCS #1 and SEC 1). Creating the transport returns an error if they are not valid.
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.client_certificate = Some(Zeroizing::new(pem.into()));
        self
    }

    /// Sets the oldest version of TLS that is accepted. Default: TLS 1.2.
    pub fn min_tls_version(mut self, version: TlsVersion) -> Self {
        self.min_tls_version = version;
        self
    }

    /// Sets the connect timeout for requests without their own. Default: 5 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sets how long an idle connection is kept. Default: 8 s, because services close theirs after
    /// about 10 s.
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

/// Omits the proxy, whose URL can contain a password, and the client certificate with its key.
impl fmt::Debug for TransportConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportConfig")
            .field("has_proxy", &self.proxy.is_some())
            .field("no_proxy", &self.no_proxy)
            .field("root_certificates", &self.root_certificates.len())
            .field("has_client_certificate", &self.client_certificate.is_some())
            .field("min_tls_version", &self.min_tls_version)
            .field("connect_timeout", &self.connect_timeout)
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .field("tls_backend", &self.tls_backend)
            .finish()
    }
}
