//! Connections of TCP: name resolution, and addresses of both families.

use super::failure::failed_step;
use crate::http::TransportError;
use socket2::{SockRef, TcpKeepalive};
use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{sleep, timeout};

/// The head start of the addresses of the family that the system prefers (RFC 8305, section 5).
const HEAD_START: Duration = Duration::from_millis(300);
/// The time without data after which a connection is probed, and the interval of probes: a peer
/// that disappeared is noticed before the attempt timeout, and gateways keep the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Resolves a host. An address is not resolved.
///
/// # Errors
/// Returns an error if the host has no address.
pub(super) async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, TransportError> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let found = lookup_host((host, port)).await;
    let addresses: Vec<_> = found
        .map_err(|error| failed_step("dns error", error))?
        .collect();
    if addresses.is_empty() {
        return Err(failed_step(
            "dns error",
            "no address associated with the name",
        ));
    }
    Ok(addresses)
}

/// Connects to a host. `limit` is the time for all addresses: each has an equal part of it.
///
/// # Errors
/// Returns the error of the first address if none accepts the connection.
pub(super) async fn connect(
    host: &str,
    port: u16,
    limit: Duration,
) -> Result<TcpStream, TransportError> {
    let addresses = resolve(host, port).await?;
    let stream = connect_any(&addresses, limit).await;
    let stream = stream.map_err(|error| failed_step("tcp connect error", error))?;
    // Without these options the connection works as well, only slower.
    let _ = stream.set_nodelay(true);
    let keep_alive = TcpKeepalive::new().with_time(KEEP_ALIVE);
    let _ = SockRef::from(&stream).set_tcp_keepalive(&keep_alive);
    Ok(stream)
}

/// Connects to the addresses of the first one's family, and after the head start or their failure
/// also to the others. The first connection wins.
async fn connect_any(addresses: &[SocketAddr], limit: Duration) -> io::Result<TcpStream> {
    let is_first_family = |address: &&SocketAddr| {
        addresses
            .first()
            .is_some_and(|a| a.is_ipv4() == address.is_ipv4())
    };
    let (preferred, others): (Vec<_>, Vec<_>) = addresses.iter().partition(is_first_family);
    if others.is_empty() {
        return connect_each(&preferred, limit).await;
    }
    let mut first = pin!(connect_each(&preferred, limit));
    let mut second = pin!(connect_each(&others, limit));
    let mut head_start = pin!(sleep(HEAD_START));
    let (mut first_error, mut second_error) = (None, None);
    poll_fn(|context| {
        if first_error.is_none() {
            match first.as_mut().poll(context) {
                Poll::Ready(Ok(stream)) => return Poll::Ready(Ok(stream)),
                Poll::Ready(Err(error)) => first_error = Some(error),
                Poll::Pending if head_start.as_mut().poll(context).is_pending() => {
                    return Poll::Pending;
                }
                Poll::Pending => {}
            }
        }
        if second_error.is_none() {
            match second.as_mut().poll(context) {
                Poll::Ready(Ok(stream)) => return Poll::Ready(Ok(stream)),
                Poll::Ready(Err(error)) => second_error = Some(error),
                Poll::Pending => return Poll::Pending,
            }
        }
        match first_error.take() {
            Some(error) => Poll::Ready(Err(error)),
            None => Poll::Pending,
        }
    })
    .await
}

/// Connects to one address after the other. Returns the error of the first one if all fail.
async fn connect_each(addresses: &[&SocketAddr], limit: Duration) -> io::Result<TcpStream> {
    let count = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    let each = limit.checked_div(count).unwrap_or(limit);
    let mut first_error = None;
    for address in addresses {
        let result = timeout(each, TcpStream::connect(address)).await;
        let error = match result {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => error,
            Err(_) => io::Error::new(ErrorKind::TimedOut, "operation timed out"),
        };
        first_error.get_or_insert(error);
    }
    Err(first_error.unwrap_or_else(|| io::Error::other("there is no address")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn another_address_is_used_if_the_first_one_fails() {
        let limit = Duration::from_secs(5);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let good = listener.local_addr().expect("an address");
        let closed = |address: &str| {
            let listener = std::net::TcpListener::bind((address, 0));
            let listener = listener
                .unwrap_or_else(|_| std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port"));
            listener.local_addr().expect("an address")
        };
        for bad in [closed("127.0.0.1"), closed("::1")] {
            let stream = connect_any(&[bad, good], limit)
                .await
                .expect("a connection");
            assert_eq!(stream.peer_addr().expect("an address"), good);
            let error = connect_any(&[bad], limit)
                .await
                .expect_err("nobody listens");
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused, "{error}");
            let error = connect_any(&[bad, closed("127.0.0.1")], limit).await;
            assert_eq!(
                error.expect_err("nobody listens").kind(),
                ErrorKind::ConnectionRefused
            );
        }
        let stream = connect_any(&[good, closed("::1")], limit)
            .await
            .expect("a connection");
        assert_eq!(stream.peer_addr().expect("an address"), good);
        assert!(connect_any(&[], limit).await.is_err());
    }

    #[tokio::test]
    async fn addresses_are_not_resolved() {
        let found = resolve("2001:db8::7", 82).await.expect("an address");
        assert_eq!(found, ["[2001:db8::7]:82".parse().expect("an address")]);
        let error = resolve("oos.invalid", 80)
            .await
            .expect_err("there is no such name");
        assert!(error.to_string().starts_with("dns error: "), "{error}");
    }
}
