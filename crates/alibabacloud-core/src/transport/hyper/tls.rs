//! TLS handshakes with servers and proxies.

use super::failure::{FailedStep, failed_step};
use super::stream::BoxStream;
use crate::http::{TransportError, TransportErrorKind};
use crate::transport::failure::describe;
use crate::transport::tls::Tls;
use rustls::pki_types::ServerName;
use std::io;
use std::sync::Arc;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Secures a stream to a server. Returns it, and whether the server has agreed to HTTP/2.
///
/// # Errors
/// Returns an error if the certificates of the system cannot be read, or the handshake fails; a
/// permanent one if the server does not speak TLS.
pub(super) async fn secure(
    stream: BoxStream,
    host: &str,
    tls: &Tls,
    origin: &str,
) -> Result<(BoxStream, bool), TransportError> {
    let connector = TlsConnector::from(tls.rustls_config()?);
    let stream = handshake(stream, host, connector).await.map_err(|error| {
        let error = FailedStep::new("TLS error", error);
        describe(TransportErrorKind::Connect, error, origin)
    })?;
    let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    Ok((Box::new(stream), http2))
}

/// Secures a stream to a proxy, with HTTP/1.1.
///
/// # Errors
/// Returns an error if the certificates of the system cannot be read, or the handshake fails.
pub(super) async fn secure_proxy(
    stream: BoxStream,
    host: &str,
    tls: &Tls,
) -> Result<BoxStream, TransportError> {
    let mut config = (*tls.rustls_config()?).clone();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let stream = handshake(stream, host, TlsConnector::from(Arc::new(config))).await;
    let stream = stream.map_err(|error| failed_step("TLS error of the proxy", error))?;
    Ok(Box::new(stream))
}

async fn handshake(
    stream: BoxStream,
    host: &str,
    connector: TlsConnector,
) -> io::Result<TlsStream<BoxStream>> {
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    connector.connect(name, stream).await
}
