//! The way to the server of a request.

use crate::http::{TransportError, split_port};
use crate::transport::error::invalid_request;
use crate::transport::proxy::{Destination, ProxyUrl, is_host};
use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use std::sync::Arc;

/// Server and proxy of a request. Requests with equal routes share connections.
pub(super) struct Route {
    /// Scheme, host and port as given.
    origin: String,
    authority: Authority,
    https: bool,
    /// Without the brackets of an IPv6 address.
    host: String,
    port: u16,
    /// The proxy, unless the server is called directly.
    pub(super) proxy: Option<Arc<ProxyUrl>>,
    /// Whether the request may use a proxy.
    may_use_proxy: bool,
}

impl Route {
    /// Parses scheme, host and port of a server, which is called through `proxy`.
    ///
    /// # Errors
    /// Returns an error if they are not valid.
    pub(super) fn new(
        origin: &str,
        proxy: Option<Arc<ProxyUrl>>,
        may_use_proxy: bool,
    ) -> Result<Self, TransportError> {
        let invalid = |reason: &str| invalid_request(format!("invalid URL: {reason}"));
        let Some((scheme, authority)) = origin.split_once("://") else {
            return Err(invalid("it has no scheme"));
        };
        let https = scheme.eq_ignore_ascii_case("https");
        if !https && !scheme.eq_ignore_ascii_case("http") {
            return Err(invalid("its scheme must be http or https"));
        }
        if authority.contains('@') {
            return Err(invalid("it must not have a user name or password"));
        }
        match split_port(authority) {
            Some((host, _)) if is_host(host) => {}
            Some(("", _)) => return Err(invalid("it has no host")),
            Some(_) => {
                return Err(invalid(
                    "its host must be a name of letters, digits, '-', '_' and '.', or an IP address",
                ));
            }
            None => return Err(invalid("its port must be a number from 1 to 65535")),
        }
        let destination = Destination::of(origin);
        Ok(Self {
            authority: authority
                .parse()
                .map_err(|_| invalid("its host is not valid"))?,
            https,
            host: destination.host().to_owned(),
            port: destination.port(),
            origin: origin.to_owned(),
            proxy,
            may_use_proxy,
        })
    }

    /// Returns whether this is the route of a request.
    pub(super) fn is_of(&self, origin: &str, may_use_proxy: bool) -> bool {
        self.origin == origin && self.may_use_proxy == may_use_proxy
    }

    /// Returns whether requests of both routes may use the same connection.
    pub(super) fn shares_connections(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || (self.origin == other.origin && self.proxy == other.proxy)
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns host and port as given.
    pub(super) fn authority(&self) -> &str {
        self.authority.as_str()
    }

    pub(super) fn is_https(&self) -> bool {
        self.https
    }

    /// Returns the host, without the brackets of an IPv6 address, and the port.
    pub(super) fn server(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// Returns whether a connection of this route uses TLS, to the server or to the proxy.
    pub(super) fn uses_tls(&self) -> bool {
        self.https || self.proxy.as_ref().is_some_and(|proxy| proxy.is_https())
    }

    /// Returns the HTTP proxy that forwards requests of this route, instead of opening a tunnel.
    pub(super) fn forwarder(&self) -> Option<&ProxyUrl> {
        let proxy = self.proxy.as_deref()?;
        (!self.https && proxy.is_http()).then_some(proxy)
    }

    /// Returns the target of a request, `is_absolute` with scheme and host: for HTTP/2, and for a
    /// proxy that forwards it.
    pub(super) fn target(&self, path: PathAndQuery, is_absolute: bool) -> Uri {
        if !is_absolute {
            return Uri::from(path);
        }
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(if self.https {
            Scheme::HTTPS
        } else {
            Scheme::HTTP
        });
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path.clone());
        // All parts are there, so this cannot fail.
        Uri::from_parts(parts).unwrap_or_else(|_| Uri::from(path))
    }

    /// Adds the server and the proxy to an error.
    pub(super) fn annotate(&self, error: TransportError) -> TransportError {
        let error = error.with_origin(&self.origin);
        match &self.proxy {
            Some(proxy) => error.with_proxy(proxy.as_str()),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_parsed() {
        for (origin, https, host, port) in [
            ("http://h", false, "h", 80),
            ("HTTPS://h", true, "h", 443),
            ("https://oos.example.:8443", true, "oos.example", 8443),
            ("http://[2001:db8::7]:82", false, "2001:db8::7", 82),
        ] {
            let route = Route::new(origin, None, true).expect(origin);
            assert_eq!(route.is_https(), https, "{origin}");
            assert_eq!(route.server(), (host, port), "{origin}");
            let target = route.target(PathAndQuery::from_static("/a?b"), true);
            assert_eq!(
                target.path_and_query().map(PathAndQuery::as_str),
                Some("/a?b")
            );
            assert_eq!(
                target.authority().map(Authority::as_str),
                origin.split("://").nth(1)
            );
        }
        for (origin, reason) in [
            ("h", "no scheme"),
            ("ftp://h", "http or https"),
            ("http://", "no host"),
            ("http://:80", "no host"),
            ("http://h:0", "port"),
            ("http://h:port", "port"),
            ("http://user:hush@h", "user name"),
            ("http://a b", "host must be"),
            ("http://h\u{e9}", "host must be"),
            ("http://[::1", "host must be"),
        ] {
            let error = Route::new(origin, None, true)
                .err()
                .expect(origin)
                .to_string();
            assert!(error.contains(reason), "{origin}: {error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
