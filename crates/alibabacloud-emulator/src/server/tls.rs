//! HTTPS with a self-signed certificate that is created at start.

use super::stream::{Accept, Connection};
use crate::error::Error;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// Returns what accepts TLS connections, and the certificate in PEM that clients must trust.
pub(crate) fn accept() -> Result<(Accept, String), Error> {
    let failed = |error: &dyn std::fmt::Display| Error::new("cannot create the certificate", error);
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names).map_err(|error| failed(&error))?;
    let key =
        PrivateKeyDer::try_from(made.key_pair.serialize_der()).map_err(|error| failed(&error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .map_err(|error| failed(&error))?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let accept: Accept = Arc::new(move |stream| {
        let acceptor = acceptor.clone();
        Box::pin(async move {
            let stream = acceptor.accept(stream).await?;
            Ok(Box::new(stream) as Box<dyn Connection>)
        })
    });
    Ok((accept, made.cert.pem()))
}
