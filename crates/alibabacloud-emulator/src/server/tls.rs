//! HTTPS with a self-signed certificate that is created at start.

use super::certificate::Certificate;
use super::stream::{Accept, Connection};
use crate::error::Error;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;
use std::time::SystemTime;
use tokio_rustls::TlsAcceptor;

/// Returns what accepts TLS connections, and the certificate in PEM that clients must trust.
pub(crate) fn accept() -> Result<(Accept, String), Error> {
    let failed = |error: &dyn std::fmt::Display| Error::new("cannot create the certificate", error);
    let made = Certificate::for_loopback(SystemTime::now()).map_err(|error| failed(&error))?;
    let pem = made.pem();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.private_key));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(made.der)], key)
        .map_err(|error| failed(&error))?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let accept: Accept = Arc::new(move |stream| {
        let acceptor = acceptor.clone();
        Box::pin(async move {
            let stream = acceptor.accept(stream).await?;
            Ok(Box::new(stream) as Box<dyn Connection>)
        })
    });
    Ok((accept, pem))
}
