//! Endpoints: from product, region and network to a host name.

use crate::http::split_port;
use crate::operation::EndpointTable;
use crate::text::trimmed;
use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// The network that requests go through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Network {
    /// The internet.
    #[default]
    Public,
    /// A virtual private cloud: `oos-vpc.cn-hangzhou.aliyuncs.com`. Reachable only from inside the
    /// region.
    Vpc,
    /// The classic internal network: `oos-internal.cn-hangzhou.aliyuncs.com`.
    Internal,
}

impl Network {
    /// Returns the name in configuration: `public`, `vpc`, `internal`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Vpc => "vpc",
            Self::Internal => "internal",
        }
    }

    /// Returns the suffix of the product code.
    const fn suffix(self) -> &'static str {
        match self {
            Self::Public => "",
            Self::Vpc => "-vpc",
            Self::Internal => "-internal",
        }
    }
}

impl FromStr for Network {
    type Err = EndpointError;

    /// Reads `public`, `vpc` or `internal` in any case; an empty text is `public`.
    fn from_str(text: &str) -> Result<Self, EndpointError> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" | "public" => Ok(Self::Public),
            "vpc" => Ok(Self::Vpc),
            "internal" => Ok(Self::Internal),
            _ => Err(EndpointError::InvalidNetwork(text.to_owned())),
        }
    }
}

/// A scheme and a host, with a port unless it is the default of the scheme.
///
/// ```
/// use alibabacloud_core::endpoint::Endpoint;
///
/// let endpoint: Endpoint = "oos.cn-hangzhou.aliyuncs.com".parse()?;
/// assert_eq!(endpoint.to_string(), "https://oos.cn-hangzhou.aliyuncs.com");
///
/// let local: Endpoint = "http://127.0.0.1:8080/".parse()?;
/// assert_eq!((local.is_https(), local.host()), (false, "127.0.0.1:8080"));
/// # Ok::<(), alibabacloud_core::endpoint::EndpointError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    https: bool,
    host: String,
}

impl Endpoint {
    /// Returns `https://` or `http://`.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.https { "https://" } else { "http://" }
    }

    /// Returns the region in the host of a product: `cn-hangzhou` in
    /// `oos-vpc.cn-hangzhou.aliyuncs.com`. `None` for other hosts.
    #[cfg(feature = "client")]
    pub(crate) fn region_of(&self, product: &str) -> Option<&str> {
        let (service, rest) = self.host.split_once('.')?;
        let networks = [Network::Public, Network::Vpc, Network::Internal];
        let region = rest.strip_suffix(".aliyuncs.com")?;
        let is_product = |network: Network| service.strip_prefix(product) == Some(network.suffix());
        (networks.into_iter().any(is_product) && is_label(region)).then_some(region)
    }

    /// Returns the value of the header `host`: a name or address, with the port unless it is the
    /// default of the scheme.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the name or address of the server, without the port.
    pub fn address(&self) -> &str {
        self.split().0
    }

    /// Returns the port: 443 or 80 if the endpoint names none.
    pub fn port(&self) -> u16 {
        self.split().1.unwrap_or(if self.https { 443 } else { 80 })
    }

    fn split(&self) -> (&str, Option<u16>) {
        // The colons of an IPv6 address are within brackets.
        let split = self.host.rsplit_once(':');
        match split.and_then(|(address, port)| Some((address, port.parse().ok()?))) {
            Some((address, port)) => (address, Some(port)),
            None => (&self.host, None),
        }
    }

    /// Returns whether the connection is encrypted.
    pub fn is_https(&self) -> bool {
        self.https
    }

    fn https(host: String) -> Self {
        Self { https: true, host }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.scheme())?;
        f.write_str(&self.host)
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    /// Reads `host`, `host:port`, or a URL that ends after the host. The scheme is `https` unless
    /// the text starts with `http://`.
    ///
    /// A path is rejected: the path of a request is signed, so a proxy that removes a prefix would
    /// break the signature.
    fn from_str(text: &str) -> Result<Self, EndpointError> {
        let invalid = |reason| EndpointError::InvalidEndpoint {
            endpoint: without_secrets(text),
            reason,
        };
        let (https, rest) = match text.trim().split_once("://") {
            None => (true, text.trim()),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            Some(_) => return Err(invalid("the scheme must be https or http")),
        };
        if rest.starts_with("//") {
            return Err(invalid("a host must follow, without slashes before it"));
        }
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return Err(invalid("it must not have a user name or password"));
        }
        if authority.contains(['/', '?', '#', '\\']) {
            return Err(invalid(
                "it must end after the host, without a path or query",
            ));
        }
        let (host, port) = split_port(authority)
            .ok_or_else(|| invalid("the port must be a number from 1 to 65535"))?;
        if !is_host(host) {
            return Err(invalid(
                "the host must be a name of letters, digits, '-' and '.', or an IP address",
            ));
        }
        let mut host = host.to_ascii_lowercase();
        if let Some(port) = port.filter(|port| *port != if https { 443 } else { 80 }) {
            host.push(':');
            host.push_str(&port.to_string());
        }
        Ok(Self { https, host })
    }
}

impl EndpointTable {
    /// Returns the endpoint of product `code` in a region: the entry of the table for the network,
    /// else the rule, which also covers regions that opened later. An entry for the public network
    /// is never used for another network.
    ///
    /// # Errors
    /// If a regional product has no region, a name is not valid in a host name, or the entry of the
    /// table is not a host of Alibaba Cloud.
    pub fn endpoint(
        &self,
        code: &str,
        region: Option<&str>,
        network: Network,
    ) -> Result<Endpoint, EndpointError> {
        let region = region.filter(|region| !region.is_empty());
        if let Some(region) = region {
            check_region(region)?;
        }
        check_product(code)?;
        let entries = match network {
            Network::Public => self.public,
            Network::Vpc => self.vpc,
            Network::Internal => &[],
        };
        let listed = region.and_then(|region| entries.iter().find(|(name, _)| *name == region));
        if let Some((_, host)) = listed {
            // The table may come from a specification that a program has loaded.
            if !host.ends_with(".aliyuncs.com") || !is_host(host) {
                return Err(EndpointError::ForeignHost {
                    product: code.to_owned(),
                    host: without_secrets(host),
                });
            }
            return Ok(Endpoint::https((*host).to_owned()));
        }
        let suffix = network.suffix();
        match region {
            _ if !self.regional => Ok(Endpoint::https(format!("{code}{suffix}.aliyuncs.com"))),
            Some(region) => Ok(Endpoint::https(format!(
                "{code}{suffix}.{region}.aliyuncs.com"
            ))),
            None => Err(EndpointError::MissingRegion {
                product: code.to_owned(),
            }),
        }
    }
}

/// The variables of the region, in order of preference.
pub(crate) const REGION_VARIABLES: [&str; 3] = [
    "ALIBABA_CLOUD_REGION_ID",
    "ALIBABACLOUD_REGION_ID",
    "ALICLOUD_REGION_ID",
];

/// Region, endpoint and network from environment variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointEnv {
    /// `ALIBABA_CLOUD_REGION_ID`, else `ALIBABACLOUD_REGION_ID`, else `ALICLOUD_REGION_ID`.
    /// `REGION_ID` and `REGION`, which the `aliyun` CLI reads, are ignored: other software uses
    /// them for other clouds.
    pub region: Option<String>,
    /// `ALIBABA_CLOUD_ENDPOINT`.
    pub endpoint: Option<Endpoint>,
    /// `ALIBABA_CLOUD_NETWORK_TYPE`, else `ALIBABA_CLOUD_ENDPOINT_TYPE`: `public`, `vpc` or
    /// `internal`.
    pub network: Option<Network>,
}

impl EndpointEnv {
    /// Reads the variables with `get`, which returns the value of a variable. Empty ones count as
    /// unset.
    ///
    /// # Errors
    /// If a value is invalid; the message names the variable.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, EndpointError> {
        let first = |names: &[&'static str]| {
            names.iter().find_map(|name| {
                let value = trimmed(&get(name)?).to_owned();
                (!value.is_empty()).then_some((*name, value))
            })
        };
        let region = first(&REGION_VARIABLES);
        if let Some((name, region)) = &region {
            check_region(region).map_err(|error| error.in_variable(name))?;
        }
        Ok(Self {
            region: region.map(|(_, region)| region),
            endpoint: parse(first(&["ALIBABA_CLOUD_ENDPOINT"]))?,
            network: parse(first(&[
                "ALIBABA_CLOUD_NETWORK_TYPE",
                "ALIBABA_CLOUD_ENDPOINT_TYPE",
            ]))?,
        })
    }
}

fn parse<T: FromStr<Err = EndpointError>>(
    variable: Option<(&'static str, String)>,
) -> Result<Option<T>, EndpointError> {
    variable
        .map(|(name, value)| {
            value
                .parse()
                .map_err(|error: EndpointError| error.in_variable(name))
        })
        .transpose()
}

/// The error of a missing or invalid endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// The product has regional endpoints and no region is set.
    MissingRegion {
        /// The product code.
        product: String,
    },
    /// An invalid region ID.
    InvalidRegion(String),
    /// An invalid product code.
    InvalidProduct(String),
    /// An invalid network.
    InvalidNetwork(String),
    /// The specification of a product names a host that is not of Alibaba Cloud.
    ForeignHost {
        /// The product code.
        product: String,
        /// The host, without user name, password and query.
        host: String,
    },
    /// An invalid endpoint.
    InvalidEndpoint {
        /// What was given, without user name, password and query.
        endpoint: String,
        /// Why it is invalid.
        reason: &'static str,
    },
    /// Another of these errors, in an environment variable.
    InEnvironment {
        /// The variable.
        variable: &'static str,
        /// Why its value is invalid.
        error: Box<EndpointError>,
    },
}

impl EndpointError {
    fn in_variable(self, variable: &'static str) -> Self {
        Self::InEnvironment {
            variable,
            error: Box::new(self),
        }
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingRegion { product } => write!(
                f,
                "missing region for {product}: set it in the configuration or in ALIBABA_CLOUD_REGION_ID"
            ),
            Self::InvalidRegion(region) => write!(
                f,
                "invalid region ID {region:?}: expected 1 to 64 lower-case letters, digits and hyphens, such as cn-hangzhou"
            ),
            Self::InvalidProduct(code) => write!(
                f,
                "invalid product code {code:?}: expected 1 to 64 lower-case letters, digits and hyphens, such as oos"
            ),
            Self::InvalidNetwork(name) => write!(
                f,
                "invalid network {name:?}: expected public, vpc or internal"
            ),
            Self::ForeignHost { product, host } => write!(
                f,
                "the specification of {product} sends requests to {host:?}, which is not a host of \
                 aliyuncs.com: set the endpoint explicitly if you trust it"
            ),
            Self::InvalidEndpoint { endpoint, reason } => {
                write!(f, "invalid endpoint {endpoint:?}: {reason}")
            }
            Self::InEnvironment { variable, error } => write!(f, "{variable}: {error}"),
        }
    }
}

impl std::error::Error for EndpointError {}

/// Checks a region.
///
/// # Errors
/// If the region could turn the host name into another host.
pub(crate) fn check_region(region: &str) -> Result<(), EndpointError> {
    if is_label(region) {
        Ok(())
    } else {
        Err(EndpointError::InvalidRegion(region.to_owned()))
    }
}

/// Checks a product code.
///
/// # Errors
/// If the code could turn the host name into another host.
pub(crate) fn check_product(code: &str) -> Result<(), EndpointError> {
    if is_label(code) {
        Ok(())
    } else {
        Err(EndpointError::InvalidProduct(code.to_owned()))
    }
}

/// Returns whether a text can be a label of a host name, which a hyphen neither begins nor ends.
fn is_label(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    host.len() <= 253
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
}

/// An unparsed endpoint of a configuration. `Debug` shows what [`without_secrets`] returns.
#[cfg(feature = "client")]
#[derive(Clone)]
pub(crate) struct GivenEndpoint(pub(crate) String);

#[cfg(feature = "client")]
impl GivenEndpoint {
    /// Parses it.
    pub(crate) fn parse(&self) -> Result<Endpoint, EndpointError> {
        self.0.parse()
    }
}

#[cfg(feature = "client")]
impl fmt::Debug for GivenEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&without_secrets(&self.0), f)
    }
}

/// Returns the part of an invalid endpoint that can be shown: no user name and password before the
/// host, no query and fragment. If it is unclear which part is a password, only the scheme remains.
fn without_secrets(text: &str) -> String {
    const LONGEST: usize = 200;
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (shown, hidden) = rest.split_at(end);
    // The slashes of `//me:password@host` do not end the authority.
    let start = shown.len() - shown.trim_start_matches(['/', '\\']).len();
    let (slashes, shown) = shown.split_at(start);
    let (authority, path) = shown.split_at(shown.find(['/', '\\']).unwrap_or(shown.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_plain = split_port(host).is_some_and(|(host, _)| is_host(host));
    let shown = match path.contains('@') || hidden.contains('@') {
        // A password may contain what ends a host.
        true if is_plain => host.to_owned(),
        true => "...".to_owned(),
        false if path == "/" => format!("{slashes}{host}"),
        false => format!("{slashes}{host}{path}"),
    };
    let shown: String = shown.chars().take(LONGEST).collect();
    format!("{scheme}{shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: EndpointTable = EndpointTable {
        regional: true,
        public: &[("cn-old-1", "shared.aliyuncs.com")],
        vpc: &[("cn-old-2", "private.aliyuncs.com")],
    };

    fn host(region: &str, network: Network) -> String {
        let endpoint = TABLE.endpoint("oos", Some(region), network).unwrap();
        assert!(endpoint.is_https());
        endpoint.host().to_owned()
    }

    #[test]
    fn a_table_cannot_send_requests_to_another_domain() {
        for host in [
            "attacker.example",
            "aliyuncs.com.attacker.example",
            "notaliyuncs.com",
            "attacker.example/.aliyuncs.com",
            "me:hush@attacker.example#.aliyuncs.com",
            "attacker.example:443#.aliyuncs.com",
            "attacker.example\\.aliyuncs.com",
        ] {
            let table = EndpointTable {
                regional: true,
                public: Box::leak(Box::new([("cn-old-1", host)])),
                vpc: &[],
            };
            let error = table.endpoint("oos", Some("cn-old-1"), Network::Public);
            let error = error.unwrap_err().to_string();
            assert!(error.contains("not a host of aliyuncs.com"), "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn the_table_takes_precedence_and_the_rule_covers_unknown_regions() {
        assert_eq!(host("cn-old-1", Network::Public), "shared.aliyuncs.com");
        assert_eq!(host("cn-old-2", Network::Vpc), "private.aliyuncs.com");
        assert_eq!(
            host("xx-new-9", Network::Public),
            "oos.xx-new-9.aliyuncs.com"
        );
        assert_eq!(
            host("xx-new-9", Network::Vpc),
            "oos-vpc.xx-new-9.aliyuncs.com"
        );
        assert_eq!(
            host("xx-new-9", Network::Internal),
            "oos-internal.xx-new-9.aliyuncs.com"
        );
    }

    #[test]
    fn a_public_entry_never_overrides_another_network() {
        assert_eq!(
            host("cn-old-1", Network::Vpc),
            "oos-vpc.cn-old-1.aliyuncs.com"
        );
        assert_eq!(
            host("cn-old-1", Network::Internal),
            "oos-internal.cn-old-1.aliyuncs.com"
        );
        assert_eq!(
            host("cn-old-2", Network::Public),
            "oos.cn-old-2.aliyuncs.com"
        );
    }

    #[test]
    fn central_products_need_no_region() {
        let central = EndpointTable {
            regional: false,
            public: &[],
            vpc: &[],
        };
        let host = |network| central.endpoint("ram", None, network).unwrap().host;
        assert_eq!(host(Network::Public), "ram.aliyuncs.com");
        assert_eq!(host(Network::Vpc), "ram-vpc.aliyuncs.com");
        let missing = TABLE.endpoint("oos", None, Network::Public).unwrap_err();
        assert_eq!(
            missing,
            EndpointError::MissingRegion {
                product: "oos".into()
            }
        );
        assert!(missing.to_string().contains("ALIBABA_CLOUD_REGION_ID"));
    }

    #[test]
    fn a_region_cannot_become_another_host() {
        for region in [
            "evil.com/",
            "cn-hangzhou.evil",
            "a@b",
            "CN-HANGZHOU",
            "-",
            "cn-",
            "-hangzhou",
            "a b",
            "a\r\nb",
            "ä",
            &"a".repeat(65),
        ] {
            let rejected = TABLE.endpoint("oos", Some(region), Network::Public);
            assert_eq!(rejected, Err(EndpointError::InvalidRegion(region.into())));
        }
        let rejected = TABLE.endpoint("oos.evil", Some("cn-hangzhou"), Network::Public);
        assert_eq!(
            rejected,
            Err(EndpointError::InvalidProduct("oos.evil".into()))
        );
    }

    #[test]
    fn endpoints_are_read() {
        for (text, shown) in [
            ("oos.example.com", "https://oos.example.com"),
            (" HTTPS://OOS.Example.com/ ", "https://oos.example.com"),
            ("https://oos.example.com:443", "https://oos.example.com"),
            ("https://oos.example.com:80", "https://oos.example.com:80"),
            ("http://localhost:80", "http://localhost"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("localhost:9", "https://localhost:9"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("[2001:DB8::1]", "https://[2001:db8::1]"),
            ("my_gateway", "https://my_gateway"),
        ] {
            assert_eq!(text.parse::<Endpoint>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn other_endpoints_are_rejected() {
        for text in [
            "",
            "/",
            "https://",
            "ftp://host",
            "host/path",
            "host?x=1",
            "host#x",
            "host\\x",
            "user:pw@host",
            "host:",
            "host:0",
            "host:65536",
            "host:+1",
            "host:1:2",
            "a..b",
            ".a",
            "a.",
            "a b",
            "é",
            "[::1",
            "::1",
            "[x]",
            "https://https://host",
        ] {
            let error = text.parse::<Endpoint>().unwrap_err();
            assert!(
                matches!(error, EndpointError::InvalidEndpoint { .. }),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn no_secret_of_an_endpoint_is_shown() {
        for text in [
            "https://me:hunter2@host",
            "https://host/?key=hunter2",
            "me:hunter2@host",
            "ftp://me:hunter2@host",
        ] {
            let error = text.parse::<Endpoint>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
            assert!(error.to_string().contains("host\""), "{error}");
        }
    }

    #[test]
    fn an_invalid_endpoint_is_shown_as_given() {
        for (given, shown) in [
            ("https://host/path/x", "https://host/path/x"),
            ("host/path?Signature=hunter2", "host/path"),
            ("//host", "//host"),
            ("///", "///"),
            ("/path", "/path"),
            ("host:port", "host:port"),
            ("a b", "a b"),
            ("host\\x", "host\\x"),
            ("", ""),
            ("https://https://host", "https://https://host"),
            ("//me:hunter2@host/path", "//host/path"),
            ("https://me:hunt/er2@host", "https://..."),
            ("https://me:hunt?er2@host", "https://..."),
            ("me:hunt#er2@host", "..."),
            ("https://host/a@b", "https://host"),
        ] {
            let error = given.parse::<Endpoint>().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("invalid endpoint {shown:?}: ")),
                "{error}"
            );
        }
        let long = format!("host/{}", "x".repeat(9999));
        assert!(long.parse::<Endpoint>().unwrap_err().to_string().len() < 300);
    }

    #[test]
    fn slashes_before_the_host_are_shown() {
        for (text, shown) in [
            ("//host", "//host"),
            ("///host/path", "///host/path"),
            ("https:////host", "https:////host"),
            ("//me:pw@host", "//host"),
        ] {
            let error = text.parse::<Endpoint>().unwrap_err().to_string();
            let expected = format!(
                "invalid endpoint {shown:?}: a host must follow, without slashes before it"
            );
            assert_eq!(error, expected);
        }
    }

    #[test]
    fn the_environment_is_read_in_order() {
        let env = |pairs: &'static [(&str, &str)]| {
            EndpointEnv::read(|name| {
                pairs
                    .iter()
                    .find(|(n, _)| *n == name)
                    .map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(
            env(&[("REGION", "us-east-1"), ("REGION_ID", "us-east-1")]).unwrap(),
            EndpointEnv::default()
        );
        let read = env(&[
            ("ALICLOUD_REGION_ID", "cn-beijing"),
            ("ALIBABA_CLOUD_REGION_ID", " "),
            ("ALIBABA_CLOUD_ENDPOINT", "http://localhost:1"),
            ("ALIBABA_CLOUD_ENDPOINT_TYPE", "VPC"),
        ])
        .unwrap();
        assert_eq!(read.region.as_deref(), Some("cn-beijing"));
        assert_eq!(read.endpoint.unwrap().host(), "localhost:1");
        assert_eq!(read.network, Some(Network::Vpc));
        let error = env(&[("ALIBABA_CLOUD_NETWORK_TYPE", "moon")])
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "ALIBABA_CLOUD_NETWORK_TYPE: invalid network \"moon\": expected public, vpc or internal"
        );
        let error = env(&[("ALIBABACLOUD_REGION_ID", "a/b")])
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("ALIBABACLOUD_REGION_ID: invalid region ID \"a/b\":"),
            "{error}"
        );
    }
}
