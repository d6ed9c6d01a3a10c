//! Validation of headers.

use super::error::RequestError;

/// Headers that only the client sets. Any other value would break the signature or the framing of
/// the request.
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

/// Checks a header that the program sets.
///
/// # Errors
/// If the name is not a token of RFC 9110 or is one that the client sets itself, or the value has
/// control characters.
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
    if RESERVED
        .iter()
        .any(|reserved| name.eq_ignore_ascii_case(reserved))
    {
        return invalid("the client sets it itself");
    }
    if value
        .bytes()
        .any(|byte| byte.is_ascii_control() && byte != b'\t')
    {
        return invalid("the value must not have line breaks or other control characters");
    }
    Ok(())
}

/// Returns whether a byte is a `tchar` of RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
