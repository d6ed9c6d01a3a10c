//! The choice of the TLS backend.

use super::error::invalid_config;
use super::{TlsBackend, TransportConfig};
use crate::http::TransportError;
use ::reqwest::ClientBuilder;

/// The TLS backend of a transport, with the certificates that it trusts in addition to those of the
/// system.
pub(super) struct Tls {
    /// `None` if no backend is compiled in.
    backend: Option<TlsBackend>,
    #[cfg(feature = "__rustls")]
    rustls: Rustls,
    #[cfg(feature = "native-tls")]
    native_certificates: Vec<::reqwest::Certificate>,
}

#[cfg(feature = "__rustls")]
#[derive(Default)]
struct Rustls {
    certificates: Vec<::rustls::pki_types::CertificateDer<'static>>,
    /// Created by the first request with TLS, because reading the certificates of the system takes
    /// time.
    config: std::sync::OnceLock<::rustls::ClientConfig>,
}

impl Tls {
    /// Selects the backend and parses the certificates.
    ///
    /// # Errors
    /// Returns an error if the backend is not compiled in, or a certificate is not valid PEM.
    pub(super) fn new(config: &TransportConfig) -> Result<Self, TransportError> {
        let wanted = config.tls_backend;
        if let Some(missing) = wanted.filter(|w| !TlsBackend::available().any(|a| a == *w)) {
            return Err(invalid_config(format!(
                "TLS backend {missing:?} is not compiled in: enable feature `{}`",
                missing.feature()
            )));
        }
        let backend = wanted.or_else(|| TlsBackend::available().next());
        if backend.is_none() && !config.root_certificates.is_empty() {
            return Err(invalid_config(
                "root certificates require a TLS backend: enable feature `rustls`, `aws-lc` or \
                 `native-tls`",
            ));
        }
        Ok(Self {
            backend,
            #[cfg(feature = "__rustls")]
            rustls: Rustls::new(backend, &config.root_certificates)?,
            #[cfg(feature = "native-tls")]
            native_certificates: match backend {
                Some(TlsBackend::NativeTls) => {
                    super::native_tls::certificates(&config.root_certificates)?
                }
                _ => Vec::new(),
            },
        })
    }

    /// Returns whether a backend is compiled in.
    pub(super) fn is_available(&self) -> bool {
        self.backend.is_some()
    }

    /// Configures the backend of a client. `plain` means that the client never uses TLS.
    ///
    /// # Errors
    /// Returns an error if the system trusts no certificate at all.
    #[cfg_attr(
        not(any(feature = "__rustls", feature = "native-tls")),
        expect(
            unused_variables,
            reason = "without a backend there is nothing to set up"
        )
    )]
    pub(super) fn set_up(
        &self,
        builder: ClientBuilder,
        plain: bool,
    ) -> Result<ClientBuilder, TransportError> {
        match self.backend {
            #[cfg(feature = "native-tls")]
            Some(TlsBackend::NativeTls) => {
                let certificates = &self.native_certificates;
                let trusted = if plain { &[] } else { &**certificates };
                Ok(super::native_tls::set_up(builder, trusted))
            }
            #[cfg(feature = "__rustls")]
            Some(backend @ (TlsBackend::Ring | TlsBackend::AwsLc)) => {
                let config = self.rustls.config(backend, plain)?;
                Ok(builder.tls_backend_preconfigured(config))
            }
            _ => Ok(builder),
        }
    }
}

/// Returns the preferred backend, trusting only the certificates of the system.
impl Default for Tls {
    fn default() -> Self {
        Self {
            backend: TlsBackend::available().next(),
            #[cfg(feature = "__rustls")]
            rustls: Rustls::default(),
            #[cfg(feature = "native-tls")]
            native_certificates: Vec::new(),
        }
    }
}

#[cfg(feature = "__rustls")]
impl Rustls {
    fn new(backend: Option<TlsBackend>, texts: &[Vec<u8>]) -> Result<Self, TransportError> {
        let certificates = match backend {
            Some(TlsBackend::Ring | TlsBackend::AwsLc) => super::rustls::certificates(texts)?,
            _ => Vec::new(),
        };
        Ok(Self {
            certificates,
            ..Self::default()
        })
    }

    fn config(
        &self,
        backend: TlsBackend,
        plain: bool,
    ) -> Result<::rustls::ClientConfig, TransportError> {
        if plain {
            return super::rustls::nothing_trusted(backend);
        }
        if let Some(config) = self.config.get() {
            return Ok(config.clone());
        }
        let config = super::rustls::system_trusted(backend, self.certificates.clone())?;
        Ok(self.config.get_or_init(|| config).clone())
    }
}
