//! From a route to a connection: TCP, proxies, TLS.

use super::connection::Connection;
use super::route::Route;
use super::stream::BoxStream;
#[cfg(feature = "__rustls")]
use super::tls::{secure, secure_proxy};
use super::{socks, tcp, tunnel};
use crate::http::{TransportError, TransportErrorKind};
use crate::transport::failure::describe;
use crate::transport::tls::Tls;
use std::time::Duration;
use tokio::time::timeout;

/// Connects to the server of a route, through its proxy if it has one. `limit` is the time for all
/// steps.
///
/// # Errors
/// Returns an error if a step fails: the request was not sent.
pub(super) async fn connect(
    route: &Route,
    tls: &Tls,
    limit: Duration,
) -> Result<Connection, TransportError> {
    match timeout(limit, steps(route, tls, limit)).await {
        Ok(result) => result,
        Err(_) => Err(TransportError::new(
            TransportErrorKind::Connect,
            "operation timed out",
        )),
    }
}

/// Without a TLS backend, [`HyperClient`](super::HyperClient) rejects routes that need one.
#[cfg_attr(
    not(feature = "__rustls"),
    expect(unused_variables, reason = "there is no TLS")
)]
async fn steps(route: &Route, tls: &Tls, limit: Duration) -> Result<Connection, TransportError> {
    let (host, port) = match &route.proxy {
        Some(proxy) => proxy.server(),
        None => route.server(),
    };
    let mut stream: BoxStream = Box::new(tcp::connect(host, port, limit).await?);
    if let Some(proxy) = &route.proxy {
        #[cfg(feature = "__rustls")]
        if proxy.is_https() {
            stream = secure_proxy(stream, host, tls).await?;
        }
        if !proxy.is_http() {
            socks::open(&mut stream, route.server(), proxy).await?;
        } else if route.is_https() {
            tunnel::open(&mut stream, route.server(), proxy).await?;
        }
    }
    #[cfg(feature = "__rustls")]
    if route.is_https() {
        let (host, _) = route.server();
        let (stream, http2) = secure(stream, host, tls, route.origin()).await?;
        return open(stream, http2, route).await;
    }
    open(stream, false, route).await
}

async fn open(stream: BoxStream, http2: bool, route: &Route) -> Result<Connection, TransportError> {
    let opened = Connection::open(stream, http2).await;
    opened.map_err(|error| describe(TransportErrorKind::Connect, error, route.origin()))
}
