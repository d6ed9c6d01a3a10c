//! Hashes and keyed hashes of the three signatures, and their text forms.

use super::algorithm::Algorithm;
use crate::text::push_hex;
use hmac::digest::block_api::EagerHash;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// SHA-256 of the empty body, which most RPC requests have.
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// SM3 of the empty body.
#[cfg(feature = "sm3")]
const EMPTY_SM3: &str = "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b";

/// Returns the hash of a body in lower-case hexadecimal, the value of `x-acs-content-sha256`.
///
/// ```
/// use alibabacloud_core::signing::{Algorithm, body_hash};
///
/// assert!(body_hash(Algorithm::HmacSha256, b"").starts_with("e3b0c442"));
/// assert!(body_hash(Algorithm::HmacSha256, b"{}").starts_with("44136fa3"));
/// ```
pub fn body_hash(algorithm: Algorithm, body: &[u8]) -> Cow<'static, str> {
    match algorithm {
        Algorithm::HmacSha256 if body.is_empty() => Cow::Borrowed(EMPTY_SHA256),
        #[cfg(feature = "sm3")]
        Algorithm::HmacSm3 if body.is_empty() => Cow::Borrowed(EMPTY_SM3),
        _ => {
            let mut text = String::with_capacity(64);
            push_hash(algorithm, body, &mut text);
            Cow::Owned(text)
        }
    }
}

/// Appends the hash of `data` in lower-case hexadecimal.
pub(super) fn push_hash(algorithm: Algorithm, data: &[u8], out: &mut String) {
    match algorithm {
        Algorithm::HmacSha256 => push_hex(&Sha256::digest(data), out),
        #[cfg(feature = "sm3")]
        Algorithm::HmacSm3 => push_hex(&sm3::Sm3::digest(data), out),
    }
}

/// Appends the keyed hash of `data` in lower-case hexadecimal. Clones the prepared state, which
/// avoids hashing the key again.
pub(super) fn push_mac_hex<D: EagerHash>(prepared: &Hmac<D>, data: &[u8], out: &mut String)
where
    Hmac<D>: Mac + Clone,
{
    let mut mac = prepared.clone();
    mac.update(data);
    push_hex(&mac.finalize().into_bytes(), out);
}

/// Appends the keyed hash of `data` in base64.
pub(super) fn push_mac_base64<D: EagerHash>(prepared: &Hmac<D>, data: &[u8], out: &mut String)
where
    Hmac<D>: Mac + Clone,
{
    use base64::Engine;
    let mut mac = prepared.clone();
    mac.update(data);
    base64::prelude::BASE64_STANDARD.encode_string(mac.finalize().into_bytes(), out);
}

/// Prepares the state of a keyed hash.
pub(super) fn keyed<D: EagerHash + Digest>(key: &[u8]) -> Hmac<D>
where
    Hmac<D>: KeyInit,
{
    // RFC 2104: a key longer than a block is hashed first, a shorter one is padded with zeros.
    let mut block = hmac::digest::Key::<Hmac<D>>::default();
    let digest;
    let key = if key.len() > block.len() {
        digest = D::digest(key);
        digest.as_slice()
    } else {
        key
    };
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    Hmac::new(&block)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha1::Sha1;

    #[test]
    fn constants_are_the_hashes_of_nothing() {
        let mut text = String::new();
        push_hash(Algorithm::HmacSha256, b"", &mut text);
        assert_eq!(text, EMPTY_SHA256);
        #[cfg(feature = "sm3")]
        {
            text.clear();
            push_hash(Algorithm::HmacSm3, b"", &mut text);
            assert_eq!(text, EMPTY_SM3);
        }
    }

    #[test]
    fn keys_of_any_length_are_taken_as_rfc_2104_says() {
        for length in [0, 1, 63, 64, 65, 200] {
            let key = vec![0x5a; length];
            let mut ours = String::new();
            push_mac_hex(&keyed::<Sha256>(&key), b"data", &mut ours);
            let mut theirs = String::new();
            let mac = Hmac::<Sha256>::new_from_slice(&key)
                .unwrap()
                .chain_update(b"data");
            push_hex(&mac.finalize().into_bytes(), &mut theirs);
            assert_eq!(ours, theirs, "key of {length} bytes");
        }
    }

    #[test]
    fn hmac_sha1_is_that_of_rfc_2202() {
        let mut text = String::new();
        push_mac_hex(
            &keyed::<Sha1>(b"Jefe"),
            b"what do ya want for nothing?",
            &mut text,
        );
        assert_eq!(text, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }
}
