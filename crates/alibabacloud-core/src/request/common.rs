//! Parameters that gateways read before an operation does: its name and version, the identity.

use super::error::RequestError;
use crate::operation::Style;

/// Parameters of every RPC request, in lower case. With a V1 signature the query holds them; a
/// second value would call another operation than the one that the client has checked.
const OF_RPC: [&str; 5] = ["action", "format", "signature", "timestamp", "version"];

/// Parameters that identify a caller, in lower case. Operations of ROA products have parameters of
/// the names in [`OF_RPC`], but none of these.
const OF_IDENTITY: [&str; 7] = [
    "accesskeyid",
    "bearertoken",
    "securitytoken",
    "signaturemethod",
    "signaturenonce",
    "signaturetype",
    "signatureversion",
];

/// The start of common headers, which some gateways also read from the query.
const HEADER_PREFIX: &str = "x-acs-";

/// Checks the name of a parameter that the program adds without a specification.
///
/// # Errors
/// If a gateway could read the parameter as a common one. Case is ignored, and so is anything
/// around the name that a server may trim.
pub(super) fn check(name: &str, style: Style) -> Result<(), RequestError> {
    if name.is_empty() {
        return Err(RequestError::InvalidParameter {
            name: "\"\"".to_owned(),
            reason: "the name must not be empty",
        });
    }
    if is_common(name, style) {
        return Err(RequestError::InvalidParameter {
            name: format!("{name:?}"),
            reason: "the client sets it itself: it names the operation or the caller",
        });
    }
    Ok(())
}

/// Returns whether a name is that of a common parameter.
pub(super) fn is_common(name: &str, style: Style) -> bool {
    let name = name.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let is = |common: &&str| name.eq_ignore_ascii_case(common);
    let prefix = name.get(..HEADER_PREFIX.len());
    OF_IDENTITY.iter().any(is)
        || style == Style::Rpc && OF_RPC.iter().any(is)
        || prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(HEADER_PREFIX))
}
