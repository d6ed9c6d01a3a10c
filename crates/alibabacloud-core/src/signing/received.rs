//! The server's side: the expected signature of a received request.

use super::algorithm::Algorithm;
use super::hash::body_hash;
use super::key::SigningKey;
use super::query::{canonical_path, canonical_query, parse_pairs};
use super::signature::Signature;
use super::v3::SignedHeaders;
use super::{v1_roa, v1_rpc, v3};
use crate::http::Headers;
use std::borrow::Cow;
use std::fmt;

/// A received request, for which the expected signature can be computed.
///
/// Clients order and encode a query differently (`+` or `%20` for a space), so path and query are
/// decoded and made canonical again.
///
/// ```
/// use alibabacloud_core::http::Headers;
/// use alibabacloud_core::signing::{Authorization, Received, Signature, SigningKey};
///
/// let mut headers = Headers::new();
/// headers.set("host", "localhost");
/// let value = "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature=00ff";
/// let Authorization::V3 { algorithm, signed_headers, signature, .. } = Authorization::parse(value)? else { unreachable!() };
///
/// let received = Received { method: "POST", path: "/", query: "b=2&a=x+y", headers: &headers, body: b"" };
/// let mut expected = Signature::default();
/// received.v3(&mut expected, &SigningKey::new("id", "secret"), algorithm, &signed_headers);
/// assert!(expected.canonical().starts_with("POST\n/\na=x%20y&b=2\nhost:localhost\n\nhost\n"));
/// assert!(!expected.matches(signature));
/// # Ok::<(), alibabacloud_core::signing::AuthorizationError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Received<'a> {
    /// The method in upper case.
    pub method: &'a str,
    /// The path as received, percent-encoded.
    pub path: &'a str,
    /// The query as received, without `?`.
    pub query: &'a str,
    /// All headers.
    pub headers: &'a Headers,
    /// The whole body.
    pub body: &'a [u8],
}

impl Received<'_> {
    /// Computes the V3 signature over the headers that the client signed. The body hash is computed
    /// from the body; the header `x-acs-content-sha256` is ignored.
    pub fn v3(
        &self,
        signature: &mut Signature,
        key: &SigningKey,
        algorithm: Algorithm,
        signed_headers: &[&str],
    ) {
        let request = v3::RequestParts {
            method: self.method,
            path: &canonical_path(self.path),
            query: &canonical_query(self.query),
            headers: self.headers,
            body_hash: &body_hash(algorithm, self.body),
        };
        v3::sign(
            signature,
            key,
            algorithm,
            &request,
            SignedHeaders::Named(signed_headers),
        );
    }

    /// Computes the V1 signature of an RPC request, over the parameters of query and form.
    pub fn v1_rpc(&self, signature: &mut Signature, key: &SigningKey) {
        let form = self.form();
        let mut parameters = parse_pairs(self.query);
        parameters.extend(parse_pairs(&form));
        parameters.retain(|(name, _)| name != "Signature");
        v1_rpc::sign(signature, key, self.method, &mut borrowed(&parameters));
    }

    /// Computes the V1 signature of a ROA request.
    pub fn v1_roa(&self, signature: &mut Signature, key: &SigningKey) {
        let query = parse_pairs(self.query);
        v1_roa::sign(
            signature,
            key,
            self.method,
            self.path,
            &mut borrowed(&query),
            self.headers,
        );
    }

    /// Returns the body as text if it is a form.
    fn form(&self) -> Cow<'_, str> {
        const FORM: &str = "application/x-www-form-urlencoded";
        match self.headers.get("content-type") {
            Some(kind) if kind.starts_with(FORM) => String::from_utf8_lossy(self.body),
            _ => Cow::Borrowed(""),
        }
    }
}

impl fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", self.headers)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A parsed `authorization` header.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authorization<'a> {
    /// `ACS3-HMAC-SHA256 Credential=...,SignedHeaders=...,Signature=...`
    V3 {
        /// The algorithm.
        algorithm: Algorithm,
        /// The ID of the AccessKey that signed.
        access_key_id: &'a str,
        /// The signed headers, in their original order.
        signed_headers: Vec<&'a str>,
        /// The signature, in hexadecimal.
        signature: &'a str,
    },
    /// `acs id:signature`, the V1 signature of ROA.
    V1Roa {
        /// The ID of the AccessKey that signed.
        access_key_id: &'a str,
        /// The signature, in base64.
        signature: &'a str,
    },
}

impl<'a> Authorization<'a> {
    /// Parses a header value.
    ///
    /// # Errors
    /// Returns an error if the algorithm is unknown or a part is missing or empty.
    pub fn parse(value: &'a str) -> Result<Self, AuthorizationError> {
        let (scheme, rest) = value
            .trim()
            .split_once(' ')
            .ok_or(AuthorizationError::Incomplete("parts after the algorithm"))?;
        if scheme == "acs" {
            return Self::parse_v1(rest.trim());
        }
        let algorithm = Algorithm::from_name(scheme).ok_or(AuthorizationError::UnknownAlgorithm)?;
        let [access_key_id, names, signature] =
            parts(rest, ["Credential=", "SignedHeaders=", "Signature="])?;
        // Enough for most requests, so that it is not reallocated.
        let mut signed_headers = Vec::with_capacity(16);
        signed_headers.extend(names.split(';'));
        Ok(Self::V3 {
            algorithm,
            access_key_id,
            signed_headers,
            signature,
        })
    }

    fn parse_v1(rest: &'a str) -> Result<Self, AuthorizationError> {
        match rest.split_once(':') {
            Some((access_key_id, signature))
                if !access_key_id.is_empty() && !signature.is_empty() =>
            {
                Ok(Self::V1Roa {
                    access_key_id,
                    signature,
                })
            }
            _ => Err(AuthorizationError::Incomplete("AccessKeyId:signature")),
        }
    }
}

/// Returns the first value of each `name=` in a comma-separated list.
fn parts<'a>(list: &'a str, names: [&'static str; 3]) -> Result<[&'a str; 3], AuthorizationError> {
    let mut values = [None; 3];
    for part in list.split(',').map(str::trim) {
        for (name, value) in names.iter().zip(&mut values) {
            *value = value.or_else(|| part.strip_prefix(name));
        }
    }
    let mut found = [""; 3];
    for ((name, value), found) in names.into_iter().zip(values).zip(&mut found) {
        let value = value.filter(|value| !value.is_empty());
        *found = value.ok_or(AuthorizationError::Incomplete(name))?;
    }
    Ok(found)
}

/// An error from parsing the header `authorization`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// The algorithm is unknown or not compiled in.
    UnknownAlgorithm,
    /// This part is missing or empty.
    Incomplete(&'static str),
}

impl fmt::Display for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownAlgorithm => f.write_str("unknown algorithm in the authorization header"),
            Self::Incomplete(part) => write!(f, "missing {part} in the authorization header"),
        }
    }
}

impl std::error::Error for AuthorizationError {}

fn borrowed<'a>(pairs: &'a [(Cow<'_, str>, Cow<'_, str>)]) -> Vec<(&'a str, &'a str)> {
    pairs
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect()
}
