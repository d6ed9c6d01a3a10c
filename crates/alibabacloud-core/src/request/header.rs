//! Validation of headers.

use super::error::RequestError;

/// Headers that only the client sets. Any other value would break the signature, or call another
/// operation or as another caller than the client has checked.
const RESERVED: [&str; 10] = [
    "authorization",
    "date",
    "host",
    "x-acs-accesskey-id",
    "x-acs-action",
    "x-acs-bearer-token",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-security-token",
    "x-acs-version",
];

/// The start of further names that only the client sets.
const RESERVED_PREFIX: &str = "x-acs-signature-";

/// Headers that belong to a connection and not to a request (RFC 9110, section 7.6.1), or that
/// frame its body. A proxy removes or interprets them, so that the service would receive another
/// request than the one that was signed.
const OF_CONNECTION: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The start of the names of headers for proxies.
const PROXY_PREFIX: &str = "proxy-";

/// Checks a header that the program sets.
///
/// # Errors
/// If the name is not a token of RFC 9110, is one that the client sets itself or belongs to the
/// connection, or the value has control characters.
pub(super) fn check(name: &str, value: &str) -> Result<(), RequestError> {
    let invalid = |reason| {
        Err(RequestError::InvalidHeader {
            name: name.to_owned(),
            reason,
        })
    };
    if name.is_empty() || !name.bytes().all(is_token) {
        return invalid("the name must consist of letters, digits and hyphens");
    }
    if RESERVED.iter().any(|reserved| is(name, reserved)) || starts_with(name, RESERVED_PREFIX) {
        return invalid("the client sets it itself");
    }
    if OF_CONNECTION.iter().any(|reserved| is(name, reserved)) || starts_with(name, PROXY_PREFIX) {
        return invalid("it belongs to the connection, which only the HTTP client manages");
    }
    if value
        .bytes()
        .any(|byte| byte.is_ascii_control() && byte != b'\t')
    {
        return invalid("the value must not have line breaks or other control characters");
    }
    Ok(())
}

/// Returns whether `name` is the lower-case name `reserved`. An underscore counts as a hyphen,
/// because servers that pass headers on as variables do not distinguish them.
fn is(name: &str, reserved: &str) -> bool {
    name.len() == reserved.len() && starts_with(name, reserved)
}

fn starts_with(name: &str, prefix: &str) -> bool {
    let normal = |byte: u8| match byte {
        b'_' => b'-',
        byte => byte.to_ascii_lowercase(),
    };
    name.len() >= prefix.len()
        && name
            .bytes()
            .zip(prefix.bytes())
            .all(|(a, b)| normal(a) == b)
}

/// Returns whether a byte is a `tchar` of RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
