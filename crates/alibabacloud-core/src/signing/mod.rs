//! Signatures, as pure functions: no clock, no randomness, no I/O.
//!
//! A client signs its own requests. Use this module to send requests by other means, or to check
//! signatures as a server does. There are three signatures:
//!
//! | | module | covers | location |
//! |---|---|---|---|
//! | V3, `ACS3-HMAC-SHA256` | [`v3`] | method, path, query, chosen headers, hash of the body | header `authorization` |
//! | V1 of RPC, `HMAC-SHA1` | [`v1_rpc`] | method and all parameters of query and form | parameter `Signature` |
//! | V1 of ROA, `HMAC-SHA1` | [`v1_roa`] | method, path, query, some headers | header `authorization` |
//!
//! The functions write to a [`Signature`], which keeps its memory when it is reused, and take a
//! [`SigningKey`], which computes its keyed hash state once. [`Received`] computes the expected
//! signature of a received request.
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
//! let request = v3::RequestParts { method: "POST", path: "/", query: "RegionId=cn-hangzhou", headers: &headers, body_hash: &hash };
//! let mut signature = Signature::default();
//! v3::sign(&mut signature, &key, Algorithm::HmacSha256, &request, SignedHeaders::Default);
//! headers.set("authorization", signature.authorization());
//! assert!(signature.authorization().starts_with("ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host;x-acs-action;"));
//! ```

mod algorithm;
mod hash;
mod ids;
mod key;
mod query;
mod received;
mod signature;
#[cfg(test)]
mod tests;
pub mod v1_roa;
pub mod v1_rpc;
pub mod v3;

pub use algorithm::Algorithm;
pub use hash::body_hash;
pub use ids::{RandomError, nonce, uuid_v4};
pub use key::SigningKey;
pub(crate) use query::canonical_path;
pub use query::{parse_pairs, push_query};
pub use received::{Authorization, AuthorizationError, Received};
pub use signature::Signature;
pub use v3::SignedHeaders;
