//! SOCKS 4, 4a and 5 (RFC 1928, RFC 1929): asking a proxy for a connection to a server.

use super::failure::failed_step;
use super::tcp::resolve;
use crate::http::TransportError;
use crate::transport::failure::proxy_requires_password;
use crate::transport::proxy::ProxyUrl;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The step that fails.
const STEP: &str = "SOCKS error";
/// The command to connect, in both versions.
const CONNECT: u8 = 1;
/// Ways to log in with version 5: not at all, or with user name and password.
const NO_LOGIN: u8 = 0;
const PASSWORD: u8 = 2;
/// Kinds of addresses of version 5.
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// The server to connect to, as the proxy is asked for it.
enum Target<'a> {
    Address(IpAddr),
    Name(&'a str),
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
    let scheme = proxy.scheme();
    let version_4 = scheme.starts_with("socks4");
    let target = match host.parse() {
        Ok(address) => Target::Address(address),
        // The proxy resolves the name.
        Err(_) if matches!(scheme, "socks4a" | "socks5h") => Target::Name(host),
        Err(_) => {
            let addresses = resolve(host, port).await?;
            let fits = |address: &IpAddr| !version_4 || address.is_ipv4();
            let found = addresses.iter().map(|address| address.ip()).find(fits);
            Target::Address(found.ok_or_else(|| {
                failed_step(
                    STEP,
                    "SOCKS 4 has no IPv6 addresses, and the name has no other",
                )
            })?)
        }
    };
    let asked = match version_4 {
        true => ask_version_4(stream, &target, port).await,
        false => ask_version_5(stream, &target, port, proxy.login()).await,
    };
    match asked {
        Ok(()) => Ok(()),
        Err(Refusal::Login) => Err(proxy_requires_password()),
        Err(Refusal::Reply(code, reason)) => {
            let text = format!("the proxy cannot connect to the server: {reason} ({code})");
            Err(failed_step(STEP, text))
        }
        Err(Refusal::Failed(error)) => Err(failed_step(STEP, error)),
    }
}

/// Why there is no connection.
enum Refusal {
    /// The proxy rejects the user name and password, or their absence.
    Login,
    /// The code of the proxy, and its meaning.
    Reply(u8, &'static str),
    /// The connection to the proxy broke, or the other side does not speak SOCKS.
    Failed(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

async fn ask_version_4(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    target: &Target<'_>,
    port: u16,
) -> Result<(), Refusal> {
    let (address, name) = match target {
        Target::Address(IpAddr::V4(address)) => (*address, None),
        Target::Address(IpAddr::V6(_)) => {
            return Err(io::Error::other("SOCKS 4 has no IPv6 addresses").into());
        }
        // An address that cannot exist announces a name (version 4a).
        Target::Name(name) => (Ipv4Addr::new(0, 0, 0, 1), Some(*name)),
    };
    let mut request = vec![4, CONNECT];
    request.extend(port.to_be_bytes());
    request.extend(address.octets());
    // The end of an empty user name.
    request.push(0);
    if let Some(name) = name {
        request.extend(name.as_bytes());
        request.push(0);
    }
    stream.write_all(&request).await?;
    stream.flush().await?;
    let mut reply = [0; 8];
    stream.read_exact(&mut reply).await?;
    match reply {
        [0, 90, ..] => Ok(()),
        [0, 92 | 93, ..] => Err(Refusal::Login),
        [0, code, ..] => Err(Refusal::Reply(code, "request rejected or failed")),
        _ => Err(not_socks().into()),
    }
}

async fn ask_version_5(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    target: &Target<'_>,
    port: u16,
    login: Option<(Vec<u8>, Vec<u8>)>,
) -> Result<(), Refusal> {
    let ways: &[u8] = match login {
        Some(_) => &[5, 2, NO_LOGIN, PASSWORD],
        None => &[5, 1, NO_LOGIN],
    };
    stream.write_all(ways).await?;
    stream.flush().await?;
    match (read_reply(stream).await?, login) {
        (NO_LOGIN, _) => {}
        (PASSWORD, Some((user, password))) => log_in(stream, &user, &password).await?,
        _ => return Err(Refusal::Login),
    }
    let mut request = vec![5, CONNECT, 0];
    match target {
        Target::Address(IpAddr::V4(address)) => {
            request.push(IPV4);
            request.extend(address.octets());
        }
        Target::Address(IpAddr::V6(address)) => {
            request.push(IPV6);
            request.extend(address.octets());
        }
        Target::Name(name) => {
            request.push(NAME);
            push_counted(&mut request, name.as_bytes())?;
        }
    }
    request.extend(port.to_be_bytes());
    stream.write_all(&request).await?;
    stream.flush().await?;
    let code = read_reply(stream).await?;
    let reason = match code {
        0 => return skip_address(stream).await.map_err(Refusal::Failed),
        1 => "general failure",
        2 => "not allowed",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "time to live expired",
        7 => "unknown command",
        8 => "unknown kind of address",
        _ => "unknown reason",
    };
    Err(Refusal::Reply(code, reason))
}

/// Sends user name and password (RFC 1929).
async fn log_in(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    user: &[u8],
    password: &[u8],
) -> Result<(), Refusal> {
    let mut request = vec![1];
    push_counted(&mut request, user)?;
    push_counted(&mut request, password)?;
    stream.write_all(&request).await?;
    stream.flush().await?;
    let mut reply = [0; 2];
    stream.read_exact(&mut reply).await?;
    match reply {
        [_, 0] => Ok(()),
        _ => Err(Refusal::Login),
    }
}

/// Appends a text after its length.
fn push_counted(request: &mut Vec<u8>, text: &[u8]) -> io::Result<()> {
    let length = u8::try_from(text.len())
        .map_err(|_| io::Error::other("a user name, password or host has more than 255 bytes"))?;
    request.push(length);
    request.extend(text);
    Ok(())
}

/// Reads the version and returns the byte after it.
async fn read_reply(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<u8> {
    let mut reply = [0; 2];
    stream.read_exact(&mut reply).await?;
    match reply {
        [5, code] => Ok(code),
        _ => Err(not_socks()),
    }
}

/// Skips the address from which the proxy connects.
async fn skip_address(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).await?;
    let length = match head[1] {
        IPV4 => 4,
        IPV6 => 16,
        NAME => usize::from(stream.read_u8().await?),
        _ => return Err(not_socks()),
    };
    // The address and the port.
    let mut rest = [0; 255 + 2];
    let rest = rest.get_mut(..length + 2).unwrap_or_default();
    stream.read_exact(rest).await?;
    Ok(())
}

fn not_socks() -> io::Error {
    io::Error::other("the proxy does not speak SOCKS")
}
