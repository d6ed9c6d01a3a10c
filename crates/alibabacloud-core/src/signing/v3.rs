//! The V3 signature, `ACS3-HMAC-SHA256` and `ACS3-HMAC-SM3`; the same for RPC and ROA.
//!
//! ```text
//! canonical request   METHOD \n path \n query \n headers \n \n signed header names \n hash of the body
//! string to sign      algorithm \n hash of the canonical request
//! signature           hexadecimal HMAC of the string to sign, keyed with the secret
//! ```

use super::algorithm::Algorithm;
use super::hash;
use super::key::SigningKey;
use super::signature::Signature;
use crate::http::Headers;
use crate::text::push_all;

/// The parts of a request that a V3 signature covers.
#[derive(Clone, Copy)]
pub struct RequestParts<'a> {
    /// The method in upper case.
    pub method: &'a str,
    /// The path as it is sent: percent-encoded, `/` for RPC.
    pub path: &'a str,
    /// The query as it is sent: pairs sorted by name, names and values percent-encoded
    /// ([`push_query`](super::push_query)), without `?`.
    pub query: &'a str,
    /// All headers of the request.
    pub headers: &'a Headers,
    /// The hash of the body, from [`body_hash`](super::body_hash) with the same algorithm.
    pub body_hash: &'a str,
}

impl std::fmt::Debug for RequestParts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestParts")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", self.headers)
            .finish_non_exhaustive()
    }
}

/// The headers that a V3 signature covers.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub enum SignedHeaders<'a> {
    /// `host`, `content-type` and every `x-acs-*` header, as documented by Alibaba Cloud.
    #[default]
    Default,
    /// These headers, in lower case and any order. A header that the request does not have is
    /// signed as empty.
    Named(&'a [&'a str]),
}

/// Signs a request: writes the canonical request, the string to sign, the signature and the value
/// of `authorization` to `signature`.
///
/// See the [module documentation](super) for an example.
pub fn sign(
    signature: &mut Signature,
    key: &SigningKey,
    algorithm: Algorithm,
    request: &RequestParts<'_>,
    signed: SignedHeaders<'_>,
) {
    signature.clear();
    let headers = select(request.headers, signed);
    // Enough for most requests, so that the strings are not reallocated.
    signature.canonical.reserve(768);
    signature.string_to_sign.reserve(128);
    signature.authorization.reserve(512);

    let canonical = &mut signature.canonical;
    push_all(
        canonical,
        &[
            request.method,
            "\n",
            request.path,
            "\n",
            request.query,
            "\n",
        ],
    );
    push_headers(&headers, canonical);
    push_all(canonical, &["\n"]);
    let names_at = canonical.len();
    push_names(&headers, canonical);
    let names_end = canonical.len();
    push_all(canonical, &["\n", request.body_hash]);

    let string_to_sign = &mut signature.string_to_sign;
    push_all(string_to_sign, &[algorithm.as_str(), "\n"]);
    hash::push_hash(algorithm, canonical.as_bytes(), string_to_sign);

    let authorization = &mut signature.authorization;
    push_all(
        authorization,
        &[
            algorithm.as_str(),
            " Credential=",
            key.access_key_id(),
            ",SignedHeaders=",
            canonical.get(names_at..names_end).unwrap_or_default(),
            ",Signature=",
        ],
    );
    signature.signature_at = authorization.len();
    key.push_v3(algorithm, string_to_sign, authorization);
}

/// Returns the headers to sign with trimmed values, sorted by name and then by value.
fn select<'a>(headers: &'a Headers, signed: SignedHeaders<'a>) -> Vec<(&'a str, &'a str)> {
    let trimmed = headers
        .iter()
        .map(|(name, value)| (name, value.trim_ascii()));
    let mut selected = Vec::with_capacity(headers.len());
    match signed {
        SignedHeaders::Default => selected.extend(trimmed.filter(|(name, _)| {
            name.starts_with("x-acs-") || matches!(*name, "host" | "content-type")
        })),
        SignedHeaders::Named(names) => {
            let absent = names
                .iter()
                .filter(|name| headers.get(name).is_none())
                .map(|name| (*name, ""));
            let present = trimmed.filter(|(name, _)| names.contains(name));
            selected.extend(present.chain(absent));
        }
    }
    // The client writes them in order, and checking is cheaper than sorting.
    if !selected.is_sorted() {
        selected.sort_unstable();
    }
    selected
}

/// Appends one line per name; the values of a repeated header are joined by commas, in order.
fn push_headers(headers: &[(&str, &str)], out: &mut String) {
    let mut previous = None;
    for (name, value) in headers {
        if previous == Some(name) {
            push_all(out, &[",", value]);
        } else {
            let end = if previous.is_some() { "\n" } else { "" };
            push_all(out, &[end, name, ":", value]);
        }
        previous = Some(name);
    }
    if previous.is_some() {
        push_all(out, &["\n"]);
    }
}

/// Appends each name once, separated by semicolons.
fn push_names(headers: &[(&str, &str)], out: &mut String) {
    let mut previous = None;
    for (name, _) in headers {
        if previous == Some(name) {
            continue;
        }
        let separator = if previous.is_some() { ";" } else { "" };
        push_all(out, &[separator, name]);
        previous = Some(name);
    }
}
