//! TLS with the system's library.

use super::error::invalid_config;
use super::{TlsVersion, TransportConfig};
use crate::http::TransportError;
use ::reqwest::tls::Version;
use ::reqwest::{Certificate, ClientBuilder, Identity};

/// The settings of a transport.
#[derive(Default)]
pub(super) struct NativeTlsSettings {
    /// Certificates that are trusted in addition to those of the system.
    root_certificates: Vec<Certificate>,
    client_certificate: Option<Identity>,
    min_version: TlsVersion,
}

impl NativeTlsSettings {
    /// Parses the certificates.
    ///
    /// # Errors
    /// Returns an error if a certificate is not valid PEM.
    pub(super) fn new(config: &TransportConfig) -> Result<Self, TransportError> {
        let client_certificate = match &config.client_certificate {
            Some(pem) => Some(Identity::from_pkcs8_pem(pem, from_key(pem)).map_err(|_| {
                invalid_config(
                    "the client certificate is not valid: expected certificates and a private \
                     key (PKCS #8) in PEM",
                )
            })?),
            None => None,
        };
        Ok(Self {
            root_certificates: certificates(&config.root_certificates)?,
            client_certificate,
            min_version: config.min_tls_version,
        })
    }

    /// Configures a client. `plain` means that it never uses TLS, so it needs no certificates.
    pub(super) fn set_up(&self, builder: ClientBuilder, plain: bool) -> ClientBuilder {
        let mut builder = builder
            .tls_backend_native()
            .tls_version_min(match self.min_version {
                TlsVersion::V1_2 => Version::TLS_1_2,
                TlsVersion::V1_3 => Version::TLS_1_3,
            });
        if plain {
            return builder;
        }
        if let Some(identity) = &self.client_certificate {
            builder = builder.identity(identity.clone());
        }
        builder.tls_certs_merge(self.root_certificates.iter().cloned())
    }
}

/// Returns the text from its private key on: native-tls takes a key only at the start.
fn from_key(pem: &[u8]) -> &[u8] {
    const KEY: &[u8] = b"-----BEGIN PRIVATE KEY-----";
    let at = pem.windows(KEY.len()).position(|text| text == KEY);
    at.and_then(|at| pem.get(at..)).unwrap_or_default()
}

/// Parses certificates in PEM.
///
/// # Errors
/// Returns an error that contains the position of the text if it is malformed or contains no
/// certificate.
fn certificates(texts: &[Vec<u8>]) -> Result<Vec<Certificate>, TransportError> {
    let mut certificates = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let found = Certificate::from_pem_bundle(text).map_err(|_| {
            invalid_config(format!("root certificate {} is not valid PEM", index + 1))
        })?;
        if found.is_empty() {
            let number = index + 1;
            return Err(invalid_config(format!(
                "root certificate {number} contains no certificate"
            )));
        }
        certificates.extend(found);
    }
    Ok(certificates)
}
