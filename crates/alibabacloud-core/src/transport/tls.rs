//! TLS by rustls with ring, without a provider installed for the whole process.

use super::reqwest::refuse;
use crate::http::TransportError;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use std::sync::Arc;

/// TLS 1.2 and 1.3 with the certificates that the system trusts, and `extra` ones.
///
/// # Errors
/// When the system trusts no certificate at all.
pub(super) fn system_trusted(
    extra: Vec<CertificateDer<'static>>,
) -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(ring::default_provider());
    verifier(extra, provider.clone())
        .and_then(|verifier| config(provider, Arc::new(verifier)))
        .map_err(|error| {
            refuse(format!(
                "TLS cannot be set up: {error}; install the package of CA certificates, set SSL_CERT_FILE, or give certificates with TransportConfig::root_certificates"
            ))
        })
}

/// For connections without TLS, where reqwest wants a configuration all the same.
pub(super) fn nothing_trusted() -> Result<ClientConfig, TransportError> {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map(|builder| {
            builder
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth()
        })
        .map_err(refuse)
}

fn config(
    provider: Arc<CryptoProvider>,
    verifier: Arc<Verifier>,
) -> Result<ClientConfig, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        // "Dangerous" is any verifier of one's own; this one asks the system.
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(not(target_os = "android"))]
fn verifier(
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, rustls::Error> {
    Verifier::new_with_extra_roots(extra, provider)
}

#[cfg(target_os = "android")]
fn verifier(
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, rustls::Error> {
    if !extra.is_empty() {
        let what = "Android takes certificates from the system alone";
        return Err(rustls::Error::General(what.to_owned()));
    }
    Verifier::new(provider)
}
