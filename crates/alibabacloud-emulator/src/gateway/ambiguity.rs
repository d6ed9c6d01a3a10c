//! Requests that two readers could understand differently. A signature proves one meaning; whoever
//! can add a second value, where the first or the last one counts, changes what is executed.

use super::request::Request;
use crate::api_error::ApiError;

/// Parameters that any operation has, of the old signatures. All are part of the signature.
const COMMON_PARAMETERS: [&str; 12] = [
    "Action",
    "Version",
    "Format",
    "AccessKeyId",
    "SignatureMethod",
    "SignatureVersion",
    "SignatureNonce",
    "SignatureType",
    "Timestamp",
    "Signature",
    "SecurityToken",
    "BearerToken",
];
/// Headers that a signature covers, besides those that begin with `x-acs-`.
const COMMON_HEADERS: [&str; 5] = [
    "authorization",
    "content-md5",
    "content-type",
    "date",
    "host",
];
/// What old RPC requests can have as a signed parameter and as an unsigned header, which must then
/// be equal. In other requests the headers are signed, and an operation can have a parameter of its
/// own with such a name.
const PAIRS: [(&str, &str); 3] = [
    ("x-acs-action", "Action"),
    ("x-acs-version", "Version"),
    ("x-acs-security-token", "SecurityToken"),
];

/// Checks that a request says everything about itself once.
///
/// # Errors
///
/// Returns `IncompleteSignature` with what is sent more than once.
pub(super) fn check(request: &Request) -> Result<(), ApiError> {
    let headers = &request.headers;
    let twice = |what: &str| {
        Err(ApiError::incomplete_signature(&format!(
            "{what} is sent twice"
        )))
    };
    // Enough for most requests, so that it is not reallocated.
    let mut seen: Vec<&str> = Vec::with_capacity(32);
    for (name, _) in headers.iter() {
        let counts = name.starts_with("x-acs-") || COMMON_HEADERS.contains(&name);
        if counts && seen.contains(&name) {
            return twice(&format!("the header {name}"));
        }
        seen.push(name);
    }
    let parameters = || request.query.iter().chain(request.form.iter());
    let mut times = [0_usize; COMMON_PARAMETERS.len()];
    for (name, _) in parameters() {
        let index = COMMON_PARAMETERS.iter().position(|other| *other == name);
        if let Some(times) = index.and_then(|index| times.get_mut(index)) {
            *times += 1;
        }
    }
    let mut counted = COMMON_PARAMETERS.into_iter().zip(times);
    if let Some((name, _)) = counted.find(|(_, times)| *times > 1) {
        return twice(name);
    }
    let is_old =
        headers.get("authorization").is_none() && request.query_or_form("Signature").is_some();
    for (header, name) in PAIRS.into_iter().filter(|_| is_old) {
        let parameter = parameters().find(|(other, _)| *other == name);
        let sent = headers.get(header).zip(parameter);
        if sent.is_some_and(|(header, (_, parameter))| header != parameter) {
            let why = format!("{name} differs from the header {header}");
            return Err(ApiError::incomplete_signature(&why));
        }
    }
    match &request.authority {
        Some(named) if headers.get("host") != Some(named) => Err(ApiError::incomplete_signature(
            "the request line names another host than the header host",
        )),
        _ => Ok(()),
    }
}
