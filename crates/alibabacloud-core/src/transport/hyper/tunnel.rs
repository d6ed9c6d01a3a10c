//! Tunnels through HTTP proxies (RFC 9110, section 9.3.6).

use super::failure::failed_step;
use crate::http::TransportError;
use crate::transport::failure::proxy_requires_password;
use crate::transport::proxy::ProxyUrl;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The step that fails.
const STEP: &str = "tunnel error";
/// The maximum length of the head of a proxy's response.
const MOST_BYTES: usize = 16 * 1024;
/// The status of a proxy that requires a user name and password.
const PROXY_AUTHENTICATION: u16 = 407;

/// Returns the value of the header `proxy-authorization`, if the proxy has a user name.
pub(super) fn authorization(proxy: &ProxyUrl) -> Option<String> {
    let (user, password) = proxy.login()?;
    let login = [&*user, b":", &*password].concat();
    Some(format!("Basic {}", STANDARD.encode(login)))
}

/// Asks a proxy for a connection to a server.
///
/// # Errors
/// Returns an error if the proxy refuses; a permanent one if it requires another password.
pub(super) async fn open(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    (host, port): (&str, u16),
    proxy: &ProxyUrl,
) -> Result<(), TransportError> {
    let mut request = format!("CONNECT {host}:{port} HTTP/1.1\r\nhost: {host}:{port}\r\n");
    if let Some(value) = authorization(proxy) {
        request.push_str("proxy-authorization: ");
        request.push_str(&value);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    let exchanged = async {
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await?;
        read_head(stream).await
    };
    let head = exchanged.await.map_err(|error| failed_step(STEP, error))?;
    match status(&head) {
        Some(200..=299) => Ok(()),
        Some(PROXY_AUTHENTICATION) => Err(proxy_requires_password()),
        Some(status) => Err(failed_step(
            STEP,
            format!("the proxy refuses the tunnel with status {status}"),
        )),
        None => Err(failed_step(STEP, "the response of the proxy is not HTTP")),
    }
}

/// Reads the head of a response. What follows it belongs to the tunnel, so nothing more is read.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(128);
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= MOST_BYTES {
            return Err(io::Error::other("the response of the proxy is too long"));
        }
        // A byte at a time, once for each connection.
        head.push(stream.read_u8().await?);
    }
    Ok(head)
}

/// Returns the status of a response.
fn status(head: &[u8]) -> Option<u16> {
    let line = head.strip_prefix(b"HTTP/1.")?;
    let (digits, rest) = line.get(2..)?.split_at_checked(3)?;
    if line.get(1) != Some(&b' ') || !matches!(rest.first(), Some(b' ' | b'\r')) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;

    #[test]
    fn the_status_is_read_of_http_only() {
        for (head, expected) in [
            ("HTTP/1.1 200 OK\r\n", Some(200)),
            ("HTTP/1.0 407\r\n", Some(407)),
            ("HTTP/1.1 20x OK\r\n", None),
            ("HTTP/1.1 2000 OK\r\n", None),
            ("HTTP/1.1200 OK\r\n", None),
            ("HTTP/2 200 OK\r\n", None),
            ("SSH-2.0-x\r\n", None),
            ("HTTP/1.", None),
            ("", None),
        ] {
            assert_eq!(status(head.as_bytes()), expected, "{head:?}");
        }
    }

    #[tokio::test]
    async fn the_bytes_after_the_head_are_left_to_the_tunnel() {
        let (mut ours, mut theirs) = duplex(4096);
        theirs
            .write_all(b"HTTP/1.1 200 OK\r\nx: y\r\n\r\nhello")
            .await
            .expect("a write");
        let proxy = ProxyUrl::parse("http://user:p%40ss@proxy.example").expect("a proxy");
        open(&mut ours, ("oos.example", 443), &proxy)
            .await
            .expect("a tunnel");
        let mut rest = [0; 5];
        ours.read_exact(&mut rest).await.expect("bytes");
        assert_eq!(&rest, b"hello");
        drop(ours);
        let mut request = String::new();
        theirs
            .read_to_string(&mut request)
            .await
            .expect("a request");
        assert_eq!(
            request,
            "CONNECT oos.example:443 HTTP/1.1\r\nhost: oos.example:443\r\n\
             proxy-authorization: Basic dXNlcjpwQHNz\r\n\r\n"
        );
    }

    #[tokio::test]
    async fn a_response_without_end_is_not_read_to_the_end() {
        let (mut ours, mut theirs) = duplex(4096);
        let writer = tokio::spawn(async move { while theirs.write_all(b"x").await.is_ok() {} });
        let proxy = ProxyUrl::parse("http://proxy.example").expect("a proxy");
        let error = open(&mut ours, ("oos.example", 443), &proxy)
            .await
            .expect_err("an error");
        assert!(error.to_string().contains("too long"), "{error}");
        drop(ours);
        writer.await.expect("the writer ends");
    }
}
