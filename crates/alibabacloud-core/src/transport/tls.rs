//! The choice of the TLS backend.

use super::error::invalid_config;
use super::{TlsBackend, TransportConfig};
use crate::http::TransportError;
#[cfg(feature = "reqwest")]
use ::reqwest::ClientBuilder;
#[cfg(feature = "__rustls")]
use std::sync::{Arc, OnceLock};

/// The TLS backend of a transport, with its settings.
pub(super) struct Tls {
    /// `None` if no backend is compiled in.
    backend: Option<TlsBackend>,
    #[cfg(feature = "__rustls")]
    rustls: Rustls,
    #[cfg(feature = "native-tls")]
    native: super::native_tls::NativeTlsSettings,
}

#[cfg(feature = "__rustls")]
#[derive(Default)]
struct Rustls {
    settings: super::rustls::RustlsSettings,
    /// Created by the first request with TLS, because reading the certificates of the system takes
    /// time.
    config: OnceLock<Arc<::rustls::ClientConfig>>,
}

/// The configurations with default settings, of ring and AWS-LC. All transports of the program
/// share them, because the certificates of the system take time to read, and memory.
#[cfg(feature = "__rustls")]
static DEFAULTS: [OnceLock<Arc<::rustls::ClientConfig>>; 2] = [const { OnceLock::new() }; 2];

impl Tls {
    /// Selects the backend and parses the certificates. `backends` are those that the transport can
    /// use, in order of preference.
    ///
    /// # Errors
    /// Returns an error if the backend is not compiled in, or a certificate is not valid PEM.
    pub(super) fn new(
        config: &TransportConfig,
        mut backends: impl Iterator<Item = TlsBackend> + Clone,
    ) -> Result<Self, TransportError> {
        let wanted = config.tls_backend;
        if let Some(missing) = wanted.filter(|w| !backends.clone().any(|a| a == *w)) {
            return Err(invalid_config(format!(
                "TLS backend {missing:?} is not compiled in: enable feature `{}`",
                missing.feature()
            )));
        }
        let backend = wanted.or_else(|| backends.next());
        let has_certificates =
            !config.root_certificates.is_empty() || config.client_certificate.is_some();
        if backend.is_none() && has_certificates {
            return Err(invalid_config(
                "certificates require a TLS backend: enable feature `rustls`, `aws-lc` or \
                 `native-tls`",
            ));
        }
        Ok(Self {
            backend,
            #[cfg(feature = "__rustls")]
            rustls: Rustls::new(backend, config)?,
            #[cfg(feature = "native-tls")]
            native: match backend {
                Some(TlsBackend::NativeTls) => super::native_tls::NativeTlsSettings::new(config)?,
                _ => super::native_tls::NativeTlsSettings::default(),
            },
        })
    }

    /// Returns the preferred backend of `backends`, trusting only the certificates of the system.
    pub(super) fn preferred(mut backends: impl Iterator<Item = TlsBackend>) -> Self {
        Self {
            backend: backends.next(),
            #[cfg(feature = "__rustls")]
            rustls: Rustls::default(),
            #[cfg(feature = "native-tls")]
            native: super::native_tls::NativeTlsSettings::default(),
        }
    }

    /// Returns whether a backend is compiled in.
    pub(super) fn is_available(&self) -> bool {
        self.backend.is_some()
    }

    /// Returns the configuration of rustls.
    ///
    /// # Errors
    /// Returns an error if the backend is another one, or the system trusts no certificate at all.
    #[cfg(feature = "__rustls")]
    pub(super) fn rustls_config(&self) -> Result<Arc<::rustls::ClientConfig>, TransportError> {
        match self.backend {
            Some(backend @ (TlsBackend::Ring | TlsBackend::AwsLc)) => self.rustls.config(backend),
            _ => Err(invalid_config("the TLS backend is not rustls")),
        }
    }

    /// Configures the backend of a client of reqwest. `plain` means that the client never uses TLS.
    ///
    /// # Errors
    /// Returns an error if the system trusts no certificate at all.
    #[cfg(feature = "reqwest")]
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
            Some(TlsBackend::NativeTls) => Ok(self.native.set_up(builder, plain)),
            #[cfg(feature = "__rustls")]
            Some(backend @ (TlsBackend::Ring | TlsBackend::AwsLc)) => {
                let config = match plain {
                    true => super::rustls::nothing_trusted(backend)?,
                    false => (*self.rustls.config(backend)?).clone(),
                };
                Ok(builder.tls_backend_preconfigured(config))
            }
            _ => Ok(builder),
        }
    }
}

#[cfg(feature = "__rustls")]
impl Rustls {
    fn new(backend: Option<TlsBackend>, config: &TransportConfig) -> Result<Self, TransportError> {
        let settings = match backend {
            Some(TlsBackend::Ring | TlsBackend::AwsLc) => {
                super::rustls::RustlsSettings::new(config)?
            }
            _ => super::rustls::RustlsSettings::default(),
        };
        Ok(Self {
            settings,
            ..Self::default()
        })
    }

    fn config(&self, backend: TlsBackend) -> Result<Arc<::rustls::ClientConfig>, TransportError> {
        let [ring, aws_lc] = &DEFAULTS;
        let known = match backend {
            _ if !self.settings.are_default() => &self.config,
            TlsBackend::AwsLc => aws_lc,
            _ => ring,
        };
        if let Some(config) = known.get() {
            return Ok(config.clone());
        }
        let config = Arc::new(super::rustls::client_config(backend, &self.settings)?);
        Ok(known.get_or_init(|| config).clone())
    }
}
