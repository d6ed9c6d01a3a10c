//! TLS by the library of the system.

use super::error::refuse;
use crate::http::TransportError;
use ::reqwest::tls::Version;
use ::reqwest::{Certificate, ClientBuilder};

/// TLS 1.2 or newer with the certificates that the system trusts, and `extra` ones.
pub(super) fn set_up(builder: ClientBuilder, extra: &[Certificate]) -> ClientBuilder {
    builder
        .tls_backend_native()
        .tls_version_min(Version::TLS_1_2)
        .tls_certs_merge(extra.iter().cloned())
}

/// The certificates in PEM texts.
///
/// # Errors
/// When a text is malformed or holds none; names it by its position.
pub(super) fn certificates(texts: &[Vec<u8>]) -> Result<Vec<Certificate>, TransportError> {
    let mut certificates = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let found = Certificate::from_pem_bundle(text)
            .map_err(|_| refuse(format!("root certificate {} is no PEM", index + 1)))?;
        if found.is_empty() {
            let number = index + 1;
            return Err(refuse(format!(
                "root certificate {number} holds no certificate"
            )));
        }
        certificates.extend(found);
    }
    Ok(certificates)
}
