//! The choice of the proxy of a request. Every transport uses this one, so that the same setting
//! means the same for all of them.

use super::error::invalid_config;
use crate::http::{TransportError, is_loopback, split_port};
use std::ffi::OsString;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

/// Schemes of proxies, with their default ports.
const SCHEMES: [(&str, u16); 6] = [
    ("http", 80),
    ("https", 443),
    ("socks4", 1080),
    ("socks4a", 1080),
    ("socks5", 1080),
    ("socks5h", 1080),
];

/// The valid URL of a proxy. `Debug` omits the user name and the password.
#[derive(PartialEq, Eq)]
pub(super) struct ProxyUrl {
    url: String,
}

/// The server of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Destination<'a> {
    https: bool,
    /// Without the brackets of an IPv6 address.
    host: &'a str,
    port: u16,
}

/// The proxies of a transport.
#[derive(Debug, Default)]
pub(super) struct Proxies {
    /// For `http` and `https` requests. An invalid proxy is an error of each request that it is
    /// meant for.
    http: Option<Setting>,
    https: Option<Setting>,
    /// Set if the proxies are those of the environment.
    from_environment: bool,
    no_proxy: Option<Result<NoProxy, String>>,
}

/// A proxy, or the reason why it cannot be used.
type Setting = Result<Arc<ProxyUrl>, String>;

/// Destinations that are called without a proxy.
#[derive(Debug, Default)]
struct NoProxy(Vec<Entry>);

/// An entry of `NO_PROXY`.
#[derive(Debug)]
struct Entry {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Debug)]
enum Hosts {
    /// `*`
    All,
    /// `example.com` and `.example.com`: the host and its subdomains. Without the leading dot.
    Domain(String),
    /// `*.example.com`: the subdomains. With the leading dot.
    Subdomains(String),
    /// `192.168.*`: hosts that start with the text.
    Prefix(String),
    /// `10.0.0.0/8`, and an address as a network of one. Bits that count.
    Network(IpAddr, u32),
}

impl ProxyUrl {
    /// Parses the URL of a proxy.
    ///
    /// # Errors
    /// Returns the reason if it is not valid. It contains neither user name nor password.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let Some((scheme, rest)) = text.trim().split_once("://") else {
            return Err("it has no scheme: write http://host:port".to_owned());
        };
        let scheme = scheme.to_ascii_lowercase();
        let Some((_, default_port)) = SCHEMES.iter().find(|(name, _)| *name == scheme) else {
            let is_name = scheme.bytes().all(|b| b.is_ascii_alphanumeric());
            let known = SCHEMES.map(|(name, _)| name).join(", ");
            return Err(match is_name && (1..=16).contains(&scheme.len()) {
                true => format!("its scheme {scheme:?} is unknown: use one of {known}"),
                false => format!("its scheme is unknown: use one of {known}"),
            });
        };
        let (userinfo, authority) = match rest.rsplit_once('@') {
            Some((userinfo, authority)) => (Some(userinfo), authority),
            None => (None, rest),
        };
        if userinfo.is_some_and(|userinfo| !is_userinfo(userinfo)) {
            return Err(
                "its user name or password contains a character that must be percent-encoded: \
                 write % as %25, # as %23, / as %2F, ? as %3F, @ as %40"
                    .to_owned(),
            );
        }
        if userinfo.is_some() && scheme.starts_with("socks4") {
            return Err(format!(
                "{scheme} has no user name and password: use socks5 or socks5h"
            ));
        }
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        if authority.contains(['/', '?', '#']) {
            return Err("it must end after the port".to_owned());
        }
        let (host, port) = split_port(authority)
            .ok_or_else(|| "its port must be a number from 1 to 65535".to_owned())?;
        if host.is_empty() {
            return Err("it has no host".to_owned());
        }
        if !is_host(host) {
            return Err(
                "its host must be a name of letters, digits, '-', '_' and '.', or an IP \
                        address"
                    .to_owned(),
            );
        }
        let port = port.unwrap_or(*default_port);
        let at = if userinfo.is_some() { "@" } else { "" };
        let userinfo = userinfo.unwrap_or_default();
        Ok(Self {
            url: format!("{scheme}://{userinfo}{at}{host}:{port}"),
        })
    }

    /// Returns the URL, with user name and password, for an HTTP library.
    pub(super) fn as_str(&self) -> &str {
        &self.url
    }

    /// Returns the scheme, in lower case.
    #[cfg(feature = "hyper")]
    pub(super) fn scheme(&self) -> &str {
        self.url.split("://").next().unwrap_or_default()
    }

    /// Returns whether the proxy speaks HTTP, not SOCKS.
    #[cfg(feature = "hyper")]
    pub(super) fn is_http(&self) -> bool {
        matches!(self.scheme(), "http" | "https")
    }

    /// Returns the host, without the brackets of an IPv6 address, and the port.
    #[cfg(feature = "hyper")]
    pub(super) fn server(&self) -> (&str, u16) {
        let (_, rest) = self.url.split_once("://").unwrap_or_default();
        let authority = rest
            .rsplit_once('@')
            .map_or(rest, |(_, authority)| authority);
        // The port is always there.
        let (host, port) = split_port(authority).unwrap_or((authority, None));
        (without_brackets(host), port.unwrap_or_default())
    }

    /// Returns the user name and the password, decoded. A user name alone has an empty password.
    #[cfg(feature = "hyper")]
    pub(super) fn login(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let (_, rest) = self.url.split_once("://")?;
        let (userinfo, _) = rest.rsplit_once('@')?;
        let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
        Some((decoded(user), decoded(password)))
    }

    /// Returns the proxy for a destination that is an IPv6 address, or the reason why the HTTP
    /// library cannot reach it through this proxy. The library would resolve the address as a name
    /// for SOCKS 5, and take its brackets for a part of the name in the certificate.
    fn to_ipv6(self: &Arc<Self>, https: bool) -> Result<Arc<Self>, &'static str> {
        if https {
            return Err(
                "the certificate of an IPv6 address cannot be verified through a proxy: use a \
                 host name, or exclude the address from the proxy",
            );
        }
        match self.url.split_once("://") {
            Some(("socks4" | "socks4a", _)) => {
                Err("SOCKS 4 has no IPv6 addresses: use a socks5 proxy or a host name")
            }
            // There is no name for the proxy to resolve.
            Some(("socks5", rest)) => Ok(Arc::new(Self {
                url: format!("socks5h://{rest}"),
            })),
            _ => Ok(self.clone()),
        }
    }

    /// Returns whether the connection to the proxy itself uses TLS.
    pub(super) fn is_https(&self) -> bool {
        self.url.starts_with("https://")
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyUrl").finish_non_exhaustive()
    }
}

impl<'a> Destination<'a> {
    /// Reads scheme, host and port of an origin.
    pub(super) fn of(origin: &'a str) -> Self {
        let (scheme, authority) = origin.split_once("://").unwrap_or(("http", origin));
        let https = scheme.eq_ignore_ascii_case("https");
        let (host, port) = split_port(authority).unwrap_or((authority, None));
        let host = without_brackets(host);
        Self {
            https,
            host: host.strip_suffix('.').unwrap_or(host),
            port: port.unwrap_or(if https { 443 } else { 80 }),
        }
    }

    /// Returns the host, without the brackets of an IPv6 address and the dot at the end of a name.
    #[cfg(feature = "hyper")]
    pub(super) fn host(&self) -> &'a str {
        self.host
    }

    #[cfg(feature = "hyper")]
    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

impl Proxies {
    /// Returns the proxy of a configuration. `variable` returns the value of an environment
    /// variable: `NO_PROXY` applies to this proxy too.
    ///
    /// # Errors
    /// Returns an error if the URL is not valid.
    pub(super) fn explicit(
        url: &str,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, TransportError> {
        let proxy = match ProxyUrl::parse(url) {
            Ok(proxy) => Arc::new(proxy),
            Err(reason) => {
                return Err(invalid_config(format!(
                    "the proxy of TransportConfig::proxy is invalid: {reason}"
                )));
            }
        };
        Ok(Self {
            http: Some(Ok(proxy.clone())),
            https: Some(Ok(proxy)),
            from_environment: false,
            no_proxy: no_proxy(variable),
        })
    }

    /// Returns the proxies of the environment. `variable` returns the value of a variable. Upper
    /// case takes precedence, and an empty variable counts as unset.
    pub(super) fn from_environment(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        // A web server passes a header `Proxy` of its client to a CGI program as HTTP_PROXY.
        let is_cgi = variable("REQUEST_METHOD").is_some();
        let setting = |names: &[&'static str]| {
            let (name, text) = first(&variable, names)?;
            let parsed = ProxyUrl::parse(&text).map(Arc::new);
            Some(parsed.map_err(|reason| format!("the proxy in {name} is invalid: {reason}")))
        };
        let all = setting(&["ALL_PROXY", "all_proxy"]);
        let http = match is_cgi {
            true => setting(&["http_proxy"]),
            false => setting(&["HTTP_PROXY", "http_proxy"]),
        };
        Self {
            http: http.or_else(|| all.clone()),
            https: setting(&["HTTPS_PROXY", "https_proxy"]).or(all),
            from_environment: true,
            no_proxy: no_proxy(variable),
        }
    }

    /// Returns the proxy for a destination; `None` if it is called directly.
    ///
    /// # Errors
    /// Returns an error that names the variable if the proxy or `NO_PROXY` is not valid.
    pub(super) fn proxy_for(
        &self,
        destination: Destination<'_>,
    ) -> Result<Option<Arc<ProxyUrl>>, TransportError> {
        let Some(setting) = (match destination.https {
            true => &self.https,
            false => &self.http,
        }) else {
            return Ok(None);
        };
        if self.from_environment && is_loopback_host(destination.host) {
            return Ok(None);
        }
        match &self.no_proxy {
            Some(Ok(no_proxy)) if no_proxy.contains(destination) => return Ok(None),
            Some(Err(reason)) => return Err(invalid_config(reason.clone())),
            _ => {}
        }
        match setting {
            Ok(proxy) if destination.host.contains(':') => {
                let proxy = proxy.to_ipv6(destination.https).map_err(invalid_config)?;
                Ok(Some(proxy))
            }
            Ok(proxy) => Ok(Some(proxy.clone())),
            Err(reason) => Err(invalid_config(reason.clone())),
        }
    }
}

/// Reads `NO_PROXY`. Returns a message that names the variable if an entry is not valid.
fn no_proxy(variable: impl Fn(&str) -> Option<OsString>) -> Option<Result<NoProxy, String>> {
    let (name, text) = first(&variable, &["NO_PROXY", "no_proxy"])?;
    Some(NoProxy::parse(&text).map_err(|entry| {
        format!(
            "{name} has an invalid entry {entry:?}: expected a host, .domain, *.domain, an \
             address, a network such as 10.0.0.0/8, each with an optional :port, or *"
        )
    }))
}

/// Returns the first variable that is set and not empty, with its name.
fn first(
    variable: &impl Fn(&str) -> Option<OsString>,
    names: &[&'static str],
) -> Option<(&'static str, String)> {
    names.iter().find_map(|name| {
        let text = variable(name)?.to_string_lossy().trim().to_owned();
        (!text.is_empty()).then_some((*name, text))
    })
}

impl NoProxy {
    /// Parses a list separated by commas or blanks.
    ///
    /// # Errors
    /// Returns the first entry that is not valid.
    fn parse(text: &str) -> Result<Self, String> {
        text.split([',', ' ', '\t'])
            .filter(|entry| !entry.is_empty())
            .map(|entry| Entry::parse(entry).ok_or_else(|| entry.to_owned()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn contains(&self, destination: Destination<'_>) -> bool {
        let host = destination.host.to_ascii_lowercase();
        let address = host.parse::<IpAddr>().ok().map(|a| a.to_canonical());
        self.0.iter().any(|entry| {
            entry.port.is_none_or(|port| port == destination.port)
                && entry.hosts.contains(&host, address)
        })
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let whole = |hosts| Some(Self { hosts, port: None });
        if let Some((address, bits)) = text.split_once('/') {
            let address: IpAddr = address.parse().ok()?;
            let bits = bits.parse().ok().filter(|bits| *bits <= width(address))?;
            return whole(Hosts::Network(address, bits));
        }
        // An IPv6 address without brackets has colons, but not a port.
        if let Ok(address) = text.parse::<IpAddr>() {
            return whole(Hosts::address(address));
        }
        let (host, port) = split_port(&text)?;
        let hosts = Hosts::parse(host.strip_suffix('.').unwrap_or(host))?;
        Some(Self { hosts, port })
    }
}

impl Hosts {
    fn parse(host: &str) -> Option<Self> {
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        if let Some(bare) = bare {
            return bare
                .parse::<Ipv6Addr>()
                .ok()
                .map(|a| Self::address(a.into()));
        }
        if let Ok(address) = host.parse::<IpAddr>() {
            return Some(Self::address(address));
        }
        if host == "*" {
            return Some(Self::All);
        }
        if let Some(domain) = host.strip_prefix('*') {
            return (domain.starts_with('.') && is_name(domain))
                .then(|| Self::Subdomains(domain.to_owned()));
        }
        if let Some(prefix) = host.strip_suffix('*') {
            return is_name(prefix).then(|| Self::Prefix(prefix.to_owned()));
        }
        let domain = host.strip_prefix('.').unwrap_or(host);
        is_name(domain).then(|| Self::Domain(domain.to_owned()))
    }

    fn address(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self::Network(address, width(address))
    }

    /// Returns whether a host, in lower case, matches. `address` is the host if it is an address.
    fn contains(&self, host: &str, address: Option<IpAddr>) -> bool {
        match self {
            Self::All => true,
            Self::Domain(domain) => host
                .strip_suffix(domain.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
            Self::Subdomains(domain) => host.len() > domain.len() && host.ends_with(domain),
            Self::Prefix(prefix) => host.starts_with(prefix),
            Self::Network(network, bits) => {
                address.is_some_and(|address| common_bits(*network, address) >= Some(*bits))
            }
        }
    }
}

/// Returns the number of leading bits that two addresses of one family have in common.
fn common_bits(a: IpAddr, b: IpAddr) -> Option<u32> {
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => Some((a.to_bits() ^ b.to_bits()).leading_zeros()),
        (IpAddr::V6(a), IpAddr::V6(b)) => Some((a.to_bits() ^ b.to_bits()).leading_zeros()),
        _ => None,
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// Returns whether the proxy of the environment is meant for other machines than this host.
fn is_loopback_host(host: &str) -> bool {
    // The authority of an IPv6 address has brackets.
    is_loopback(host)
        || host
            .parse::<IpAddr>()
            .is_ok_and(|a| a.to_canonical().is_loopback())
}

/// Returns an IPv6 address without its brackets, and another host unchanged.
fn without_brackets(host: &str) -> &str {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(host)
}

/// Returns whether a host is a name or an IP address, with brackets if it is an IPv6 address.
pub(super) fn is_host(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => is_name(host),
    }
}

fn is_name(host: &str) -> bool {
    let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    !host.is_empty() && host.bytes().all(known)
}

/// Decodes a user name or password, whose percent-encodings are complete.
#[cfg(feature = "hyper")]
fn decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits = tail.get(..2).filter(|_| *first == b'%');
        let code = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                decoded.push(*first);
                rest = tail;
            }
        }
    }
    decoded
}

/// Returns whether a text consists of the characters of RFC 3986, section 3.2.1, and complete
/// percent-encodings.
fn is_userinfo(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let known = match byte {
            b'%' => [bytes.next(), bytes.next()]
                .iter()
                .all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit())),
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:".contains(&byte),
        };
        if !known {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::TransportErrorKind;

    /// Returns the variables of a test.
    fn variables<'a>(set: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<OsString> + use<'a> {
        |name| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        }
    }

    /// Returns the proxy for a URL, or the error.
    fn choose(set: &[(&str, &str)], url: &str) -> Result<Option<String>, String> {
        let proxies = Proxies::from_environment(variables(set));
        match proxies.proxy_for(Destination::of(url)) {
            Ok(proxy) => Ok(proxy.map(|proxy| proxy.as_str().to_owned())),
            Err(error) => {
                assert_eq!(error.kind(), TransportErrorKind::InvalidConfig);
                assert!(error.is_permanent());
                Err(error.to_string())
            }
        }
    }

    #[test]
    fn urls_of_proxies_are_complete_and_known() {
        for (text, expected) in [
            ("http://proxy.example:3128", "http://proxy.example:3128"),
            (" HTTP://proxy.example/ ", "http://proxy.example:80"),
            ("https://proxy.example", "https://proxy.example:443"),
            ("socks4://127.0.0.1", "socks4://127.0.0.1:1080"),
            ("socks4a://h:1", "socks4a://h:1"),
            ("socks5://[::1]", "socks5://[::1]:1080"),
            ("socks5h://u:p@[::1]:9", "socks5h://u:p@[::1]:9"),
            (
                "http://u:p%40%23:x!$&'()*+,;=~@h:1",
                "http://u:p%40%23:x!$&'()*+,;=~@h:1",
            ),
            ("http://u@h_1-2.example:1", "http://u@h_1-2.example:1"),
        ] {
            let url = ProxyUrl::parse(text).map(|proxy| proxy.url);
            assert_eq!(url.as_deref(), Ok(expected), "{text}");
        }
        for (text, reason) in [
            ("", "no scheme"),
            ("proxy.example:3128", "no scheme"),
            ("localhost", "no scheme"),
            ("hush:hush@host:1", "no scheme"),
            ("nonsense://x", "\"nonsense\" is unknown"),
            ("ftp://127.0.0.1:9", "\"ftp\" is unknown"),
            ("socks://127.0.0.1:9", "socks5h"),
            ("socks6://127.0.0.1:9", "socks5h"),
            ("hush:hush@host://x", "its scheme is unknown"),
            ("://x", "its scheme is unknown"),
            ("http://", "no host"),
            ("http:///", "no host"),
            ("http://:80", "no host"),
            ("http://hush:hush@", "no host"),
            ("http://host:", "port"),
            ("http://host:0", "port"),
            ("http://host:65536", "port"),
            ("http://host:80x", "port"),
            ("http://host/proxy.pac", "end after the port"),
            ("http://host?x", "end after the port"),
            ("http://ho st:1", "its host"),
            ("http://[::1:1", "its host"),
            ("http://h\u{e9}:1", "its host"),
            ("socks4://hush:hush@host:1", "socks4 has no user name"),
            ("socks4a://hush@host:1", "socks4a has no user name"),
            ("http://hush:hu#sh@host:1", "%23"),
            ("http://hush:hu/sh@host:1", "%2F"),
            ("http://hush:hu?sh@host:1", "%3F"),
            ("http://hush:hu@sh@host:1", "%40"),
            ("http://hush:hush%@host:1", "%25"),
            ("http://hush:hush%4@host:1", "%25"),
            ("http://hush:hu sh@host:1", "percent-encoded"),
            ("http://hush:h\u{fc}sh@host:1", "percent-encoded"),
        ] {
            let error = ProxyUrl::parse(text).expect_err(text);
            assert!(error.contains(reason), "{text}: {error}");
            assert!(!error.contains("hush"), "{text}: {error}");
        }
    }

    #[cfg(feature = "hyper")]
    #[test]
    fn the_parts_of_a_proxy_are_returned_decoded() {
        for (text, scheme, server, login) in [
            ("HTTP://proxy.example", "http", ("proxy.example", 80), None),
            (
                "socks5h://u@[::1]:9",
                "socks5h",
                ("::1", 9),
                Some(("u", "")),
            ),
            (
                "https://u:p%40%23:%25@h",
                "https",
                ("h", 443),
                Some(("u", "p@#:%")),
            ),
        ] {
            let proxy = ProxyUrl::parse(text).expect(text);
            assert_eq!((proxy.scheme(), proxy.server()), (scheme, server));
            assert_eq!(proxy.is_http(), scheme.starts_with("http"));
            let expected = login.map(|(user, password)| (user.into(), password.into()));
            assert_eq!(proxy.login(), expected, "{text}");
        }
    }

    #[test]
    fn each_scheme_has_its_variable() {
        const ALL: (&str, &str) = ("ALL_PROXY", "socks5://all:1");
        for (set, url, expected) in [
            (
                &[("HTTP_PROXY", "http://a:1")][..],
                "http://h",
                Some("http://a:1"),
            ),
            (&[("HTTP_PROXY", "http://a:1")], "https://h", None),
            (
                &[("https_proxy", "http://a:1")],
                "https://h",
                Some("http://a:1"),
            ),
            (&[("https_proxy", "http://a:1")], "http://h", None),
            (
                &[("http_proxy", "http://b:1"), ("HTTP_PROXY", "http://a:1")],
                "http://h",
                Some("http://a:1"),
            ),
            (
                &[("http_proxy", "http://b:1"), ("HTTP_PROXY", " ")],
                "http://h",
                Some("http://b:1"),
            ),
            (&[ALL], "http://h", Some("socks5://all:1")),
            (
                &[ALL, ("HTTPS_PROXY", "")],
                "https://h",
                Some("socks5://all:1"),
            ),
            (
                &[ALL, ("HTTPS_PROXY", "http://a:1")],
                "https://h",
                Some("http://a:1"),
            ),
            (
                &[ALL, ("HTTPS_PROXY", "http://a:1")],
                "http://h",
                Some("socks5://all:1"),
            ),
            // In a CGI program HTTP_PROXY is a header of the request.
            (
                &[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://a:1")],
                "http://h",
                None,
            ),
            (
                &[("REQUEST_METHOD", "GET"), ("http_proxy", "http://a:1")],
                "http://h",
                Some("http://a:1"),
            ),
            (
                &[("REQUEST_METHOD", "GET"), ("HTTPS_PROXY", "http://a:1")],
                "https://h",
                Some("http://a:1"),
            ),
        ] {
            let proxy = choose(set, url);
            assert_eq!(proxy, Ok(expected.map(str::to_owned)), "{set:?} {url}");
        }
    }

    #[test]
    fn an_invalid_variable_is_named_by_the_requests_that_need_it() {
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            let set = [(name, "nonsense://u:hush@h:1")];
            let error = choose(&set, "https://h").expect_err(name);
            assert!(error.contains(name), "{error}");
            assert!(error.contains("nonsense"), "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
        let set = [("HTTPS_PROXY", "http://"), ("HTTP_PROXY", "http://a:1")];
        assert_eq!(choose(&set, "http://h"), Ok(Some("http://a:1".to_owned())));
        assert!(choose(&set, "https://h").is_err());
        assert_eq!(choose(&set, "https://127.0.0.1"), Ok(None));
        let set = [("HTTPS_PROXY", "http://"), ("NO_PROXY", "h")];
        assert_eq!(choose(&set, "https://h"), Ok(None));
        for entry in [
            "10.0.0.0/33",
            "10.0.0/8",
            "http://h",
            "h:port",
            "h:0",
            "a*b",
            "*a",
            "[::1",
            "h\u{e9}",
        ] {
            let list = format!("ok.example,{entry}");
            let set = [("HTTP_PROXY", "http://a:1"), ("no_proxy", &*list)];
            let error = choose(&set, "http://h").expect_err(entry);
            assert!(
                error.contains(&format!("no_proxy has an invalid entry {entry:?}")),
                "{error}"
            );
        }
        // Without a proxy the list does not matter.
        assert_eq!(choose(&[("NO_PROXY", "a*b")], "http://h"), Ok(None));
    }

    #[test]
    fn lists_of_direct_destinations_match_hosts_domains_ports_and_networks() {
        for (list, direct, proxied) in [
            (
                "*",
                &["http://h", "http://10.0.0.1:8", "http://[2001:db8::1]"][..],
                &[][..],
            ),
            ("other.example, *", &["http://h"], &[]),
            ("other.example *", &["http://h"], &[]),
            (
                "example.com",
                &[
                    "http://example.com",
                    "http://EXAMPLE.com.",
                    "http://a.b.example.com:81",
                ],
                &[
                    "http://notexample.com",
                    "http://example.com.cn",
                    "http://com",
                ],
            ),
            (
                ".Example.com",
                &["http://example.com", "http://a.example.com"],
                &["http://notexample.com"],
            ),
            (
                "*.example.com",
                &["http://a.example.com", "http://a.b.example.com"],
                &["http://example.com", "http://notexample.com"],
            ),
            (
                "oos.example:80",
                &[
                    "http://oos.example",
                    "http://oos.example:80",
                    "http://a.oos.example",
                ],
                &["http://oos.example:81"],
            ),
            (
                "*.example:8443",
                &["http://a.example:8443"],
                &["http://a.example"],
            ),
            ("*:8443", &["http://h:8443"], &["http://h"]),
            (
                "10.1.2.3",
                &["http://10.1.2.3:9"],
                &["http://10.1.2.4", "http://h"],
            ),
            ("10.1.2.3:9", &["http://10.1.2.3:9"], &["http://10.1.2.3"]),
            (
                "10.0.0.0/8,172.16.0.0/12",
                &[
                    "http://10.255.0.1",
                    "http://172.31.0.1",
                    "http://[::ffff:10.0.0.1]",
                ],
                &[
                    "http://11.0.0.1",
                    "http://172.32.0.1",
                    "http://[2001:db8::1]",
                    "http://10.example",
                ],
            ),
            ("0.0.0.0/0", &["http://8.8.8.8"], &["http://[2001:db8::1]"]),
            (
                "192.168.*",
                &["http://192.168.7.7"],
                &["http://192.169.7.7"],
            ),
            (
                "2001:db8::1",
                &["http://[2001:db8::1]:8"],
                &["http://[2001:db8::2]"],
            ),
            (
                "[2001:db8::1]:8",
                &["http://[2001:db8::1]:8"],
                &["http://[2001:db8::1]"],
            ),
            (
                "2001:db8::/32",
                &["http://[2001:db8:9::1]"],
                &["http://[2001:db9::1]", "http://10.0.0.1"],
            ),
            ("", &[], &["http://h"]),
            (" , ,", &[], &["http://h"]),
        ] {
            let set = [("HTTP_PROXY", "http://a:1"), ("NO_PROXY", list)];
            for url in direct {
                assert_eq!(choose(&set, url), Ok(None), "{list:?} {url}");
            }
            for url in proxied {
                assert!(matches!(choose(&set, url), Ok(Some(_))), "{list:?} {url}");
            }
        }
    }

    #[test]
    fn loopback_destinations_never_use_the_environment() {
        let set = [("ALL_PROXY", "http://a:1")];
        for url in [
            "http://127.0.0.1:8",
            "https://127.9.9.9",
            "http://[::1]:8",
            "http://localhost:8",
            "https://LocalHost",
        ] {
            assert_eq!(choose(&set, url), Ok(None), "{url}");
            let explicit = Proxies::explicit("http://a:1", variables(&[])).expect("a proxy");
            let proxy = explicit.proxy_for(Destination::of(url)).expect("a choice");
            assert!(proxy.is_some(), "a proxy in code applies to {url}");
        }
        for url in [
            "http://127.example",
            "http://localhost.example",
            "http://128.0.0.1",
            "http://[::2]",
        ] {
            assert!(matches!(choose(&set, url), Ok(Some(_))), "{url}");
        }
    }

    #[test]
    fn a_proxy_in_code_replaces_those_of_the_environment_but_not_no_proxy() {
        let set = [
            ("HTTPS_PROXY", "nonsense://"),
            ("NO_PROXY", ".direct.example"),
        ];
        let proxies = Proxies::explicit("socks5://a:1", variables(&set)).expect("a proxy");
        for (url, is_direct) in [
            ("https://h", false),
            ("http://h", false),
            ("https://x.direct.example", true),
        ] {
            let proxy = proxies.proxy_for(Destination::of(url)).expect("a choice");
            assert_eq!(proxy.is_none(), is_direct, "{url}");
        }
        let error = Proxies::explicit("ftp://u:hush@h", variables(&[])).expect_err("an error");
        assert_eq!(error.kind(), TransportErrorKind::InvalidConfig);
        assert!(
            error.to_string().contains("TransportConfig::proxy"),
            "{error}"
        );
        let shown = format!("{proxies:?} {error:?}");
        assert!(!shown.contains("hush"), "{shown}");
    }
}
