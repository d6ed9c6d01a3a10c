//! Who may use the control API: programs on this machine, or who knows the token; never a web page.
//!
//! Requests to the control API are not signed. A browser sends requests of any page to loopback
//! addresses, and a page can give its own name a loopback address (DNS rebinding). Therefore the
//! host that a request names must be known, and a browser must not call it cross-site.

use crate::error::Error;
use hyper::HeaderMap;
use hyper::header::{AsHeaderName, CONTENT_TYPE, HOST, ORIGIN};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// The header that holds the token.
pub(crate) const TOKEN_HEADER: &str = "x-emulator-token";
/// Tells whether a browser sends the request for a page of the same site.
const SITE_HEADER: &str = "sec-fetch-site";

/// Who may use the control API.
#[derive(Debug)]
pub(crate) struct ControlAccess {
    address: SocketAddr,
    hosts: Vec<String>,
    token: Option<ControlToken>,
}

/// Why a request to the control API is refused: an HTTP status and a message.
pub(super) type Refusal = (u16, String);

/// The token of the control API, which no output shows.
#[derive(Clone)]
pub(crate) struct ControlToken(String);

impl ControlToken {
    pub(crate) fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }
}

impl fmt::Debug for ControlToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("**REDACTED**")
    }
}

impl ControlAccess {
    /// Creates the rules of an emulator that listens on `address`; `hosts` are names that clients
    /// may use for it.
    ///
    /// # Errors
    ///
    /// Fails when no request could have the token or name the host.
    pub(crate) fn new(
        address: SocketAddr,
        hosts: Vec<String>,
        token: Option<ControlToken>,
    ) -> Result<Self, Error> {
        let is_sendable = |token: &ControlToken| {
            !token.0.is_empty() && token.0.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !token.as_ref().is_none_or(is_sendable) {
            let why = "expected visible ASCII characters without spaces";
            return Err(Error::new("invalid control token", why));
        }
        if let Some(host) = hosts.iter().find(|host| !is_host(host)) {
            let why = "expected a name without scheme, port and path";
            return Err(Error::new(format!("invalid control host {host:?}"), why));
        }
        Ok(Self {
            address,
            hosts,
            token,
        })
    }

    /// Returns whether nobody can use the control API, because the emulator listens on an address
    /// that other machines may reach, and has no token.
    pub(crate) fn is_closed(&self) -> bool {
        self.token.is_none() && !self.address.ip().to_canonical().is_loopback()
    }

    /// Checks a request by its headers, before its body is read.
    ///
    /// # Errors
    ///
    /// Describes why the request is refused, and what to do.
    pub(super) fn check(&self, request: &Parts) -> Result<(), Refusal> {
        let headers = &request.headers;
        let host = self.host(request)?;
        check_origin(headers, host)?;
        self.check_token(headers)?;
        if request.method == hyper::Method::POST {
            check_content_type(headers)?;
        }
        Ok(())
    }

    /// Returns the host that the request names, with its port.
    fn host<'a>(&self, request: &'a Parts) -> Result<&'a str, Refusal> {
        let host =
            only(&request.headers, HOST)?.ok_or((400, "the header host is missing".into()))?;
        // The request line can name a host, which then replaces the header.
        let in_line = request.uri.authority().map(Authority::as_str);
        for named in std::iter::once(host).chain(in_line) {
            if !self.is_known(named) {
                let message = format!(
                    "the host {named:?} is neither a loopback address nor listed; list it with \
                     --control-host"
                );
                return Err((403, message));
            }
        }
        Ok(host)
    }

    fn is_known(&self, authority: &str) -> bool {
        let Some(name) = host_name(authority) else {
            return false;
        };
        let mut listed = self.hosts.iter();
        let is_listed = listed.any(|host| host.eq_ignore_ascii_case(name));
        let is_own = name.parse::<IpAddr>().is_ok_and(|ip| {
            let ip = ip.to_canonical();
            ip.is_loopback() || ip == self.address.ip() && !ip.is_unspecified()
        });
        is_own || is_listed || name.eq_ignore_ascii_case("localhost")
    }

    fn check_token(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let Some(ControlToken(token)) = &self.token else {
            if !self.is_closed() {
                return Ok(());
            }
            let message = format!(
                "the emulator listens on {}, which is not a loopback address; set a token with \
                 --control-token to use the control API",
                self.address
            );
            return Err((403, message));
        };
        match only(headers, TOKEN_HEADER)? {
            Some(sent) if is_same(sent, token) => Ok(()),
            Some(_) => Err((401, format!("the token in {TOKEN_HEADER} is wrong"))),
            None => Err((401, format!("the header {TOKEN_HEADER} is missing"))),
        }
    }
}

/// Compares in a time that does not depend on where the texts differ.
fn is_same(a: &str, b: &str) -> bool {
    let differing = a
        .bytes()
        .zip(b.bytes())
        .fold(0, |differing, (a, b)| differing | (a ^ b));
    a.len() == b.len() && differing == 0
}

fn is_host(name: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty() && name.chars().all(is_name) || name.parse::<IpAddr>().is_ok()
}

/// Returns the host of `host`, `host:port` or `[address]:port`.
fn host_name(authority: &str) -> Option<&str> {
    let (name, rest) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    let is_clean = rest.is_empty() || rest.starts_with(':');
    (is_port && is_clean && !name.is_empty()).then_some(name)
}

fn check_origin(headers: &HeaderMap, host: &str) -> Result<(), Refusal> {
    if let Some(origin) = only(headers, ORIGIN)? {
        let of_page = origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"));
        if !of_page.is_some_and(|page| page.eq_ignore_ascii_case(host)) {
            let message = format!("a page of {origin:?} must not use the control API");
            return Err((403, message));
        }
    }
    match only(headers, SITE_HEADER)? {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) => Err((
            403,
            "a page of another site must not use the control API".into(),
        )),
    }
}

/// Pages can send texts and forms to any host, but JSON only after the host agreed, which this
/// server never does.
fn check_content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let sent = only(headers, CONTENT_TYPE)?.unwrap_or_default();
    let kind = sent.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let message = format!("the content type is {sent:?}; send JSON, as application/json");
    Err((415, message))
}

/// Returns the value of a header that may be sent once.
fn only(
    headers: &HeaderMap,
    name: impl AsHeaderName + std::fmt::Display,
) -> Result<Option<&str>, Refusal> {
    let what = name.to_string();
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err((400, format!("the header {what} is sent more than once")));
    }
    let text = first.map(|value| value.to_str());
    text.transpose()
        .map_err(|_| (400, format!("the header {what} is not ASCII")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::post(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn status(access: &ControlAccess, uri: &str, headers: &[(&str, &str)]) -> u16 {
        let json = ("content-type", "application/json");
        let headers: Vec<_> = headers.iter().copied().chain([json]).collect();
        access
            .check(&parts(uri, &headers))
            .map_or_else(|(status, _)| status, |()| 200)
    }

    fn access(address: &str, hosts: &[&str], token: Option<&str>) -> ControlAccess {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        ControlAccess::new(
            address.parse().unwrap(),
            hosts,
            token.map(ControlToken::new),
        )
        .unwrap()
    }

    #[test]
    fn hosts_are_loopback_or_listed() {
        let local = access("127.0.0.1:8080", &["emulator.test"], None);
        for (host, expected) in [
            ("127.0.0.1", 200),
            ("127.0.0.1:8080", 200),
            ("127.8.9.1:1", 200),
            ("localhost:8080", 200),
            ("LOCALHOST", 200),
            ("[::1]:8080", 200),
            ("[::ffff:127.0.0.1]", 200),
            ("emulator.test:8080", 200),
            ("Emulator.Test", 200),
            ("evil.example:8080", 403),
            ("localhost.evil.example", 403),
            ("127.0.0.1.evil.example", 403),
            ("evil.example@127.0.0.1", 403),
            ("127.0.0.1:80@evil.example", 403),
            ("[::1].evil.example", 403),
            ("192.0.2.1:8080", 403),
            ("0.0.0.0:8080", 403),
            ("169.254.1.1", 403),
            ("", 403),
        ] {
            assert_eq!(status(&local, "/", &[("host", host)]), expected, "{host}");
        }
        assert_eq!(status(&local, "/", &[]), 400);
        let twice = [("host", "127.0.0.1"), ("host", "evil.example")];
        assert_eq!(status(&local, "/", &twice), 400);
        let line = "http://evil.example/_emulator/faults";
        assert_eq!(status(&local, line, &[("host", "127.0.0.1")]), 403);
    }

    #[test]
    fn pages_of_other_origins_are_refused() {
        let local = access("127.0.0.1:8080", &[], None);
        let host = ("host", "127.0.0.1:8080");
        for (name, value, expected) in [
            ("origin", "http://127.0.0.1:8080", 200),
            ("origin", "http://127.0.0.1:3000", 403),
            ("origin", "http://localhost:8080", 403),
            ("origin", "https://evil.example", 403),
            ("origin", "null", 403),
            ("origin", "", 403),
            ("origin", "chrome-extension://abc", 403),
            ("sec-fetch-site", "same-origin", 200),
            ("sec-fetch-site", "none", 200),
            ("sec-fetch-site", "same-site", 403),
            ("sec-fetch-site", "cross-site", 403),
            ("sec-fetch-site", "whatever", 403),
        ] {
            let sent = [host, (name, value)];
            assert_eq!(status(&local, "/", &sent), expected, "{name}: {value}");
        }
        let rebound = [
            ("host", "evil.example:8080"),
            ("origin", "http://evil.example:8080"),
            ("sec-fetch-site", "same-origin"),
        ];
        assert_eq!(status(&local, "/", &rebound), 403);
    }

    #[test]
    fn bodies_are_json() {
        let local = access("127.0.0.1:8080", &[], None);
        for (kind, expected) in [
            ("application/json", 200),
            ("Application/JSON; charset=utf-8", 200),
            ("text/plain", 415),
            ("text/plain; application/json", 415),
            ("application/x-www-form-urlencoded", 415),
            ("multipart/form-data; boundary=application/json", 415),
            ("application/jsonp", 415),
            ("", 415),
        ] {
            let parts = parts("/", &[("host", "localhost"), ("content-type", kind)]);
            let result = local
                .check(&parts)
                .map_or_else(|(status, _)| status, |()| 200);
            assert_eq!(result, expected, "{kind}");
        }
    }

    #[test]
    fn settings_that_no_request_can_meet_are_refused() {
        let address: SocketAddr = "127.0.0.1:1".parse().unwrap();
        for host in ["", "http://emulator", "emulator:8080", "emulator/", "a b"] {
            let error = ControlAccess::new(address, vec![host.to_owned()], None).unwrap_err();
            assert!(
                error.to_string().contains("invalid control host"),
                "{error}"
            );
        }
        for token in ["", "a b", "é", "a\n"] {
            let token = Some(ControlToken::new(token));
            let error = ControlAccess::new(address, Vec::new(), token).unwrap_err();
            assert!(
                error.to_string().contains("invalid control token"),
                "{error}"
            );
        }
    }

    #[test]
    fn other_addresses_need_a_token() {
        let host = ("host", "127.0.0.1:8080");
        let open = access("0.0.0.0:8080", &[], None);
        assert_eq!(status(&open, "/", &[host]), 403);
        assert_eq!(status(&open, "/", &[host, (TOKEN_HEADER, "")]), 403);
        for address in [
            "0.0.0.0:8080",
            "192.0.2.1:8080",
            "[::]:8080",
            "127.0.0.1:8080",
        ] {
            let guarded = access(address, &[], Some("hush-hush"));
            assert_eq!(status(&guarded, "/", &[host]), 401, "{address}");
            for (token, expected) in [
                ("hush-hush", 200),
                ("hush", 401),
                ("hush-hushh", 401),
                ("", 401),
            ] {
                let sent = [host, (TOKEN_HEADER, token)];
                assert_eq!(status(&guarded, "/", &sent), expected, "{address} {token}");
            }
            assert!(!format!("{guarded:?}").contains("hush"));
        }
        let specific = access("192.0.2.1:8080", &[], Some("t"));
        let sent = [("host", "192.0.2.1:8080"), (TOKEN_HEADER, "t")];
        assert_eq!(status(&specific, "/", &sent), 200);
    }
}
