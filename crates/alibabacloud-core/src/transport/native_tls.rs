//! TLS with the system's library.

use super::error::invalid_config;
use crate::http::TransportError;
use ::reqwest::tls::Version;
use ::reqwest::{Certificate, ClientBuilder};

/// Configures TLS 1.2 or newer with the certificates that the system trusts and `extra` ones.
pub(super) fn set_up(builder: ClientBuilder, extra: &[Certificate]) -> ClientBuilder {
    builder
        .tls_backend_native()
        .tls_version_min(Version::TLS_1_2)
        .tls_certs_merge(extra.iter().cloned())
}

/// Parses certificates in PEM.
///
/// # Errors
/// Returns an error that contains the position of the text if it is malformed or contains no
/// certificate.
pub(super) fn certificates(texts: &[Vec<u8>]) -> Result<Vec<Certificate>, TransportError> {
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
