//! TLS with rustls, without a crypto provider installed for the whole process.

use super::error::invalid_config;
use super::{TlsBackend, TlsVersion, TransportConfig};
use crate::http::TransportError;
#[cfg(feature = "reqwest")]
use ::rustls::RootCertStore;
use ::rustls::client::danger::ServerCertVerifier;
use ::rustls::crypto::CryptoProvider;
use ::rustls::pki_types::pem::PemObject;
use ::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use ::rustls::version::{TLS12, TLS13};
use ::rustls::{ClientConfig, Error};
use rustls_platform_verifier::Verifier;
use std::sync::Arc;

/// The settings of a transport.
#[derive(Default)]
pub(super) struct RustlsSettings {
    /// Certificates that are trusted in addition to those of the system.
    root_certificates: Vec<CertificateDer<'static>>,
    client_certificate: Option<ClientCertificate>,
    min_version: TlsVersion,
}

/// The certificate of the client and those that it was issued with, and its private key.
struct ClientCertificate {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl RustlsSettings {
    /// Parses the certificates.
    ///
    /// # Errors
    /// Returns an error if a certificate is not valid PEM.
    pub(super) fn new(config: &TransportConfig) -> Result<Self, TransportError> {
        let client_certificate = match &config.client_certificate {
            Some(pem) => Some(ClientCertificate::parse(pem)?),
            None => None,
        };
        Ok(Self {
            root_certificates: certificates(&config.root_certificates)?,
            client_certificate,
            min_version: config.min_tls_version,
        })
    }

    /// Returns whether the settings are those of most transports, which share a configuration.
    pub(super) fn are_default(&self) -> bool {
        self.root_certificates.is_empty()
            && self.client_certificate.is_none()
            && self.min_version == TlsVersion::default()
    }
}

impl ClientCertificate {
    fn parse(pem: &[u8]) -> Result<Self, TransportError> {
        let invalid = |reason: &str| {
            invalid_config(format!(
                "the client certificate is not valid: {reason}; expected certificates and a \
                 private key in PEM"
            ))
        };
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let chain = chain.map_err(|_| invalid("its certificate is malformed"))?;
        if chain.is_empty() {
            return Err(invalid("it contains no certificate"));
        }
        let key = PrivateKeyDer::from_pem_slice(pem)
            .map_err(|_| invalid("it contains no readable private key"))?;
        Ok(Self { chain, key })
    }
}

/// Configures TLS with the certificates that the system trusts and those of the settings. If the
/// system trusts none, those of feature `webpki-roots` replace them.
///
/// # Errors
/// Returns an error if no certificate is trusted, or the client certificate and its key do not
/// belong together.
pub(super) fn client_config(
    backend: TlsBackend,
    settings: &RustlsSettings,
) -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(provider(backend));
    let verifier = verifier(settings.root_certificates.clone(), provider.clone());
    let verifier = verifier.map_err(|error| {
        invalid_config(format!(
            "cannot set up TLS: {error}; install the CA certificates package, set SSL_CERT_FILE, \
             enable feature `webpki-roots`, or pass certificates to \
             TransportConfig::root_certificates"
        ))
    })?;
    config(provider, verifier, settings)
        .map_err(|error| invalid_config(format!("cannot set up TLS: {error}")))
}

/// Returns a configuration for connections without TLS: reqwest requires one even then.
#[cfg(feature = "reqwest")]
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
fn certificates(texts: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, TransportError> {
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
    settings: &RustlsSettings,
) -> Result<ClientConfig, Error> {
    let versions = match settings.min_version {
        TlsVersion::V1_2 => &[&TLS13, &TLS12][..],
        TlsVersion::V1_3 => &[&TLS13],
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        // rustls calls every custom verifier dangerous; this one uses the system's verification.
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match &settings.client_certificate {
        Some(own) => builder.with_client_auth_cert(own.chain.clone(), own.key.clone_key())?,
        None => builder.with_no_client_auth(),
    };
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
