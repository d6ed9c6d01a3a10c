//! AccessKeys prepared for signing.

use super::algorithm::Algorithm;
use super::hash;
use hmac::Hmac;
use sha1::Sha1;
use sha2::Sha256;
use std::fmt;
use std::sync::{Arc, OnceLock};
use zeroize::Zeroizing;

/// An AccessKey with its keyed hash states. Create one per AccessKey and keep it; clones share the
/// states.
///
/// `Debug` shows only the ID. The secret is wiped from memory when the last clone is dropped.
#[derive(Clone)]
pub struct SigningKey(Arc<KeyState>);

struct KeyState {
    access_key_id: String,
    secret: Zeroizing<String>,
    v3_sha256: OnceLock<Hmac<Sha256>>,
    #[cfg(feature = "sm3")]
    v3_sm3: OnceLock<Hmac<sm3::Sm3>>,
    v1_rpc: OnceLock<Hmac<Sha1>>,
    v1_roa: OnceLock<Hmac<Sha1>>,
}

impl SigningKey {
    /// Creates a key from an AccessKey ID and its secret. Each keyed hash state is computed on
    /// first use.
    pub fn new(access_key_id: impl Into<String>, access_key_secret: impl Into<String>) -> Self {
        Self(Arc::new(KeyState {
            access_key_id: access_key_id.into(),
            secret: Zeroizing::new(access_key_secret.into()),
            v3_sha256: OnceLock::new(),
            #[cfg(feature = "sm3")]
            v3_sm3: OnceLock::new(),
            v1_rpc: OnceLock::new(),
            v1_roa: OnceLock::new(),
        }))
    }

    /// Returns the AccessKey ID.
    pub fn access_key_id(&self) -> &str {
        &self.0.access_key_id
    }

    /// Returns the secret, for `Credentials::access_key_secret`.
    pub(crate) fn secret(&self) -> &str {
        &self.0.secret
    }

    /// Appends the V3 signature of a string to sign.
    pub(super) fn push_v3(&self, algorithm: Algorithm, string_to_sign: &str, out: &mut String) {
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

    /// Appends the V1 signature of an RPC string to sign. The hash key is the secret followed by an
    /// ampersand.
    pub(super) fn push_v1_rpc(&self, string_to_sign: &str, out: &mut String) {
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
    pub(super) fn push_v1_roa(&self, string_to_sign: &str, out: &mut String) {
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
