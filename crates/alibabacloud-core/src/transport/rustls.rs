//! TLS with rustls, without a crypto provider installed for the whole process.

use super::TlsBackend;
use super::error::invalid_config;
use crate::http::TransportError;
use ::rustls::client::danger::ServerCertVerifier;
use ::rustls::crypto::CryptoProvider;
use ::rustls::pki_types::CertificateDer;
use ::rustls::pki_types::pem::PemObject;
use ::rustls::{ClientConfig, Error, RootCertStore};
use rustls_platform_verifier::Verifier;
use std::sync::Arc;

/// Configures TLS 1.2 and 1.3 with the certificates that the system trusts and `extra` ones. If the
/// system trusts none, those of feature `webpki-roots` replace them.
///
/// # Errors
/// Returns an error if no certificate is trusted.
pub(super) fn system_trusted(
    backend: TlsBackend,
    extra: Vec<CertificateDer<'static>>,
) -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(provider(backend));
    verifier(extra, provider.clone())
        .and_then(|verifier| config(provider, verifier))
        .map_err(|error| {
            invalid_config(format!(
                "cannot set up TLS: {error}; install the CA certificates package, set \
                 SSL_CERT_FILE, enable feature `webpki-roots`, or pass certificates to \
                 TransportConfig::root_certificates"
            ))
        })
}

/// Returns a configuration for connections without TLS: reqwest requires one even then.
pub(super) fn nothing_trusted(backend: TlsBackend) -> Result<ClientConfig, TransportError> {
    ClientConfig::builder_with_provider(Arc::new(provider(backend)))
        .with_safe_default_protocol_versions()
        .map(|builder| {
            builder
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth()
        })
        .map_err(invalid_config)
}

/// Parses certificates in PEM.
///
/// # Errors
/// Returns an error that contains the position of the text if it is malformed or contains no
/// certificate.
pub(super) fn certificates(
    texts: &[Vec<u8>],
) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let mut certificates = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let before = certificates.len();
        for certificate in CertificateDer::pem_slice_iter(text) {
            certificates.push(certificate.map_err(|error| {
                invalid_config(format!(
                    "root certificate {} is not valid PEM: {error}",
                    index + 1
                ))
            })?);
        }
        if certificates.len() == before {
            return Err(invalid_config(format!(
                "root certificate {} contains no certificate",
                index + 1
            )));
        }
    }
    Ok(certificates)
}

#[cfg(all(feature = "rustls", feature = "aws-lc"))]
fn provider(backend: TlsBackend) -> CryptoProvider {
    use ::rustls::crypto::{aws_lc_rs, ring};

    match backend {
        TlsBackend::AwsLc => aws_lc_rs::default_provider(),
        _ => ring::default_provider(),
    }
}

#[cfg(not(feature = "aws-lc"))]
fn provider(_: TlsBackend) -> CryptoProvider {
    ::rustls::crypto::ring::default_provider()
}

#[cfg(not(feature = "rustls"))]
fn provider(_: TlsBackend) -> CryptoProvider {
    ::rustls::crypto::aws_lc_rs::default_provider()
}

fn config(
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
) -> Result<ClientConfig, Error> {
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        // rustls calls every custom verifier dangerous; this one uses the system's verification.
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    if cfg!(feature = "http2") {
        config.alpn_protocols.insert(0, b"h2".to_vec());
    }
    Ok(config)
}

fn verifier(
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    // With extra certificates the platform's verifier does not report that the system has none.
    #[cfg(feature = "webpki-roots")]
    if !bundled::is_replaced() && Verifier::new(provider.clone()).is_err() {
        return bundled::verifier(extra, provider);
    }
    Ok(Arc::new(platform_verifier(extra, provider)?))
}

#[cfg(not(target_os = "android"))]
fn platform_verifier(
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, Error> {
    Verifier::new_with_extra_roots(extra, provider)
}

#[cfg(target_os = "android")]
fn platform_verifier(
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, Error> {
    if !extra.is_empty() {
        let what = "Android supports only the certificates of the system";
        return Err(Error::General(what.to_owned()));
    }
    Verifier::new(provider)
}

/// The root certificates of Mozilla, compiled in.
#[cfg(feature = "webpki-roots")]
mod bundled {
    use ::rustls::client::WebPkiServerVerifier;
    use ::rustls::client::danger::ServerCertVerifier;
    use ::rustls::crypto::CryptoProvider;
    use ::rustls::pki_types::CertificateDer;
    use ::rustls::{Error, OtherError, RootCertStore};
    use std::sync::Arc;

    /// Returns whether the environment says which certificates replace those of the system. A wrong
    /// path there must not be a reason to trust others.
    pub(super) fn is_replaced() -> bool {
        let variables = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
        variables
            .iter()
            .any(|name| std::env::var_os(name).is_some())
    }

    /// Trusts them and `extra` ones.
    pub(super) fn verifier(
        extra: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, Error> {
        let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        for certificate in extra {
            roots.add(certificate)?;
        }
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
        match verifier.build() {
            Ok(verifier) => Ok(verifier),
            Err(error) => Err(Error::Other(OtherError(Arc::new(error)))),
        }
    }
}
