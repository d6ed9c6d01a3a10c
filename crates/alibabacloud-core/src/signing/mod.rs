//! Signatures, as pure functions: no clock, no randomness, no I/O.
//!
//! A client signs by itself; this module is for those who send requests by other means, or check
//! them as a server does. Three signatures exist:
//!
//! | | module | covers | where it stands |
//! |---|---|---|---|
//! | V3, `ACS3-HMAC-SHA256` | [`v3`] | method, path, query, chosen headers, hash of the body | header `authorization` |
//! | V1 of RPC, `HMAC-SHA1` | [`v1_rpc`] | method and all parameters of query and form | parameter `Signature` |
//! | V1 of ROA, `HMAC-SHA1` | [`v1_roa`] | method, path, query, some headers | header `authorization` |
//!
//! The functions write into a [`Signature`] that can be used again and so keeps its memory, and take a [`SigningKey`] whose keyed hash is prepared
//! once per credential. [`Received`] computes what the signature of a request that came in should be.
//!
//! ```
//! use alibabacloud_core::http::Headers;
//! use alibabacloud_core::signing::{Algorithm, Signature, SignedHeaders, SigningKey, body_hash, v3};
//!
//! let hash = body_hash(Algorithm::HmacSha256, b"");
//! let mut headers = Headers::new();
//! headers.set("host", "oos.cn-hangzhou.aliyuncs.com");
//! headers.set("x-acs-action", "ListTemplates");
//! headers.set("x-acs-content-sha256", &*hash);
//! headers.set("x-acs-date", "2026-01-02T03:04:05Z");
//! headers.set("x-acs-signature-nonce", "8f9a2b6c");
//! headers.set("x-acs-version", "2019-06-01");
//!
//! let key = SigningKey::new("id", "secret");
//! let request = v3::Request { method: "POST", path: "/", query: "RegionId=cn-hangzhou", headers: &headers, body_hash: &hash };
//! let mut signature = Signature::default();
//! v3::sign(&mut signature, &key, Algorithm::HmacSha256, &request, SignedHeaders::Default);
//! headers.set("authorization", signature.authorization());
//! assert!(signature.authorization().starts_with("ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host;x-acs-action;"));
//! ```

mod hash;
mod ids;
mod received;
#[cfg(test)]
mod tests;
pub mod v1_roa;
pub mod v1_rpc;
pub mod v3;

pub use hash::body_hash;
pub use ids::{RandomError, nonce, uuid_v4};
pub use received::{Authorization, AuthorizationError, Received, parse_pairs};
pub use v3::SignedHeaders;

use alibabacloud_types::plumbing::percent_encode;
use hmac::Hmac;
use sha1::Sha1;
use sha2::Sha256;
use std::fmt;
use std::sync::{Arc, OnceLock};
use zeroize::Zeroizing;

/// The algorithm of a V3 signature. It serves for all three hashes: of the body, of the canonical request and of the signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// `ACS3-HMAC-SHA256`, which every service takes.
    #[default]
    HmacSha256,
    /// `ACS3-HMAC-SM3`, for those who must use the hash of GB/T 32905. Feature `sm3`.
    #[cfg(feature = "sm3")]
    HmacSm3,
}

impl Algorithm {
    /// The name as it stands in the string to sign and in the header `authorization`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha256 => "ACS3-HMAC-SHA256",
            #[cfg(feature = "sm3")]
            Self::HmacSm3 => "ACS3-HMAC-SM3",
        }
    }

    /// The algorithm of this name; `None` when it is unknown or its feature is off.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "ACS3-HMAC-SHA256" => Some(Self::HmacSha256),
            #[cfg(feature = "sm3")]
            "ACS3-HMAC-SM3" => Some(Self::HmacSm3),
            _ => None,
        }
    }
}

/// An AccessKey with its keyed hashes prepared. Make one per credential and keep it; clones share it.
///
/// `Debug` shows the id alone. The secret is wiped from memory when the last clone is dropped.
#[derive(Clone)]
pub struct SigningKey(Arc<Key>);

struct Key {
    access_key_id: String,
    secret: Zeroizing<String>,
    v3_sha256: OnceLock<Hmac<Sha256>>,
    #[cfg(feature = "sm3")]
    v3_sm3: OnceLock<Hmac<sm3::Sm3>>,
    v1_rpc: OnceLock<Hmac<Sha1>>,
    v1_roa: OnceLock<Hmac<Sha1>>,
}

impl SigningKey {
    /// A key from an AccessKey id and its secret. Each keyed hash is prepared when it is first needed.
    pub fn new(access_key_id: impl Into<String>, access_key_secret: impl Into<String>) -> Self {
        Self(Arc::new(Key {
            access_key_id: access_key_id.into(),
            secret: Zeroizing::new(access_key_secret.into()),
            v3_sha256: OnceLock::new(),
            #[cfg(feature = "sm3")]
            v3_sm3: OnceLock::new(),
            v1_rpc: OnceLock::new(),
            v1_roa: OnceLock::new(),
        }))
    }

    /// The AccessKey id.
    pub fn access_key_id(&self) -> &str {
        &self.0.access_key_id
    }

    /// The secret, for the accessor of credentials.
    pub(crate) fn secret(&self) -> &str {
        &self.0.secret
    }

    /// Appends the V3 signature of a string to sign.
    fn push_v3(&self, algorithm: Algorithm, string_to_sign: &str, out: &mut String) {
        let (key, data) = (&*self.0, string_to_sign.as_bytes());
        match algorithm {
            Algorithm::HmacSha256 => {
                let mac = key
                    .v3_sha256
                    .get_or_init(|| hash::keyed(key.secret.as_bytes()));
                hash::push_mac_hex(mac, data, out);
            }
            #[cfg(feature = "sm3")]
            Algorithm::HmacSm3 => {
                let mac = key
                    .v3_sm3
                    .get_or_init(|| hash::keyed(key.secret.as_bytes()));
                hash::push_mac_hex(mac, data, out);
            }
        }
    }

    /// Appends the V1 signature of an RPC string to sign, whose key is the secret and an ampersand.
    fn push_v1_rpc(&self, string_to_sign: &str, out: &mut String) {
        let key = &*self.0;
        let mac = key.v1_rpc.get_or_init(|| {
            let mut secret = Zeroizing::new(Vec::with_capacity(key.secret.len() + 1));
            secret.extend_from_slice(key.secret.as_bytes());
            secret.push(b'&');
            hash::keyed(&secret)
        });
        hash::push_mac_base64(mac, string_to_sign.as_bytes(), out);
    }

    /// Appends the V1 signature of a ROA string to sign.
    fn push_v1_roa(&self, string_to_sign: &str, out: &mut String) {
        let key = &*self.0;
        let mac = key
            .v1_roa
            .get_or_init(|| hash::keyed(key.secret.as_bytes()));
        hash::push_mac_base64(mac, string_to_sign.as_bytes(), out);
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("access_key_id", &self.0.access_key_id)
            .finish_non_exhaustive()
    }
}

/// A signature with the texts it was made from. Signing clears it and writes it anew, so that one kept for many requests allocates only once.
///
/// `Debug` shows the signature alone: the texts hold the security token and parameters.
#[derive(Clone, Default)]
pub struct Signature {
    canonical: String,
    string_to_sign: String,
    authorization: String,
    signature_at: usize,
}

impl Signature {
    /// V3: the canonical request. V1 of RPC: the canonical query. V1 of ROA: empty, as there the string to sign holds the parts themselves.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The string that the keyed hash is computed over; a service quotes its own in the error `SignatureDoesNotMatch`.
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// The signature: hexadecimal in V3, base64 in V1.
    pub fn signature(&self) -> &str {
        self.authorization
            .get(self.signature_at..)
            .unwrap_or_default()
    }

    /// The value of the header `authorization`. V1 of RPC has no such header; there it is the same as [`Signature::signature`].
    pub fn authorization(&self) -> &str {
        &self.authorization
    }

    /// Whether `received` is this signature. Takes the same time wherever they differ.
    pub fn matches(&self, received: &str) -> bool {
        let (ours, theirs) = (self.signature().as_bytes(), received.as_bytes());
        let differing = ours
            .iter()
            .zip(theirs)
            .fold(0, |differing, (a, b)| differing | (a ^ b));
        !ours.is_empty() && ours.len() == theirs.len() && differing == 0
    }

    fn clear(&mut self) {
        self.canonical.clear();
        self.string_to_sign.clear();
        self.authorization.clear();
        self.signature_at = 0;
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature")
            .field("signature", &self.signature())
            .finish_non_exhaustive()
    }
}

/// Appends `name=value` pairs joined by `&`, both percent-encoded: the canonical query, when they are sorted.
///
/// ```
/// use alibabacloud_core::signing::push_query;
///
/// let mut query = String::new();
/// push_query([("Name", "a b"), ("Tag.1.Key", "=")], &mut query);
/// assert_eq!(query, "Name=a%20b&Tag.1.Key=%3D");
/// ```
pub fn push_query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>, out: &mut String) {
    let mut first = true;
    for (name, value) in pairs {
        if !first {
            out.push('&');
        }
        first = false;
        percent_encode(name, out);
        out.push('=');
        percent_encode(value, out);
    }
}
