//! The V1 signature of ROA products, `HMAC-SHA1`.
//!
//! ```text
//! string to sign   METHOD \n accept \n content-md5 \n content-type \n date \n
//!                  each x-acs-* header, sorted: name:value \n
//!                  path, or path?name=value&... sorted by name and not encoded
//! signature        base64 HMAC of the string to sign, keyed with the secret
//! ```
//!
//! The body is covered only by `content-md5`, if the request has that header.

use super::key::SigningKey;
use super::signature::Signature;
use crate::http::Headers;

/// Signs a request. The query consists of unencoded pairs, which are sorted in place.
///
/// ```
/// use alibabacloud_core::http::Headers;
/// use alibabacloud_core::signing::{Signature, SigningKey, v1_roa};
///
/// let mut headers = Headers::new();
/// headers.set("accept", "application/json");
/// headers.set("date", "Fri, 02 Jan 2026 03:04:05 GMT");
/// headers.set("x-acs-version", "2015-12-15");
/// let mut signature = Signature::default();
/// v1_roa::sign(&mut signature, &SigningKey::new("id", "secret"), "GET", "/clusters", &mut [("type", "a b")], &headers);
/// assert!(signature.string_to_sign().ends_with("\nx-acs-version:2015-12-15\n/clusters?type=a b"));
/// assert!(signature.authorization().starts_with("acs id:"));
/// ```
pub fn sign(
    signature: &mut Signature,
    key: &SigningKey,
    method: &str,
    path: &str,
    query: &mut [(&str, &str)],
    headers: &Headers,
) {
    signature.clear();
    let string_to_sign = &mut signature.string_to_sign;
    string_to_sign.push_str(method);
    string_to_sign.push('\n');
    for name in ["accept", "content-md5", "content-type", "date"] {
        string_to_sign.push_str(headers.get(name).unwrap_or_default());
        string_to_sign.push('\n');
    }
    push_acs_headers(headers, string_to_sign);
    push_resource(path, query, string_to_sign);

    let authorization = &mut signature.authorization;
    for part in ["acs ", key.access_key_id(), ":"] {
        authorization.push_str(part);
    }
    signature.signature_at = authorization.len();
    key.push_v1_roa(string_to_sign, authorization);
}

fn push_acs_headers(headers: &Headers, out: &mut String) {
    let mut selected: Vec<_> = headers
        .iter()
        .filter(|(name, _)| name.starts_with("x-acs-"))
        .collect();
    selected.sort_unstable();
    for (name, value) in selected {
        for part in [name, ":", value.trim_matches([' ', '\t']), "\n"] {
            out.push_str(part);
        }
    }
}

fn push_resource(path: &str, query: &mut [(&str, &str)], out: &mut String) {
    out.push_str(path);
    query.sort_unstable();
    let mut separator = '?';
    for (name, value) in query {
        out.push(separator);
        out.push_str(name);
        if !value.is_empty() {
            out.push('=');
            out.push_str(value);
        }
        separator = '&';
    }
}
