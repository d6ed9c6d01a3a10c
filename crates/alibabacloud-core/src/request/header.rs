//! What may be sent as a header.

use super::RequestError;

/// Headers that the client makes itself. One from elsewhere would break the signature or the framing of the request.
const RESERVED: [&str; 12] = [
    "authorization",
    "connection",
    "content-length",
    "date",
    "host",
    "transfer-encoding",
    "x-acs-accesskey-id",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
];

/// Checks a header that comes from outside.
///
/// # Errors
/// When the name is no token of RFC 9110 or one that the client makes itself, or the value has control characters.
pub(super) fn check(name: &str, value: &str) -> Result<(), RequestError> {
    let refuse = |reason| {
        Err(RequestError::InvalidHeader {
            name: name.to_owned(),
            reason,
        })
    };
    if name.is_empty() || !name.bytes().all(is_token) {
        return refuse("the name must be letters, digits and hyphens");
    }
    if RESERVED
        .iter()
        .any(|reserved| name.eq_ignore_ascii_case(reserved))
    {
        return refuse("the client sets it itself");
    }
    if value
        .bytes()
        .any(|byte| byte.is_ascii_control() && byte != b'\t')
    {
        return refuse("the value has a line break or another control character");
    }
    Ok(())
}

/// `tchar` of RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
