//! Signatures with the strings that they are computed from.

use std::fmt;

/// A signature with the strings that it is computed from. Signing overwrites it, so that one
/// instance reused for many requests allocates only once.
///
/// `Debug` shows only the signature: the strings contain the security token and parameters.
#[derive(Clone, Default)]
pub struct Signature {
    pub(super) canonical: String,
    pub(super) string_to_sign: String,
    pub(super) authorization: String,
    pub(super) signature_at: usize,
}

impl Signature {
    /// Returns the canonical request (V3) or the canonical query (V1 of RPC). Empty for V1 of ROA,
    /// whose string to sign contains the parts themselves.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Returns the string to sign. A service quotes the one it computed in its error
    /// `SignatureDoesNotMatch`.
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// Returns the signature: hexadecimal in V3, base64 in V1.
    pub fn signature(&self) -> &str {
        self.authorization
            .get(self.signature_at..)
            .unwrap_or_default()
    }

    /// Returns the value of the header `authorization`. V1 of RPC has no such header; its value is
    /// the same as [`Signature::signature`].
    pub fn authorization(&self) -> &str {
        &self.authorization
    }

    /// Returns whether `received` equals this signature, in constant time.
    pub fn matches(&self, received: &str) -> bool {
        let (ours, theirs) = (self.signature().as_bytes(), received.as_bytes());
        let differing = ours
            .iter()
            .zip(theirs)
            .fold(0, |differing, (a, b)| differing | (a ^ b));
        !ours.is_empty() && ours.len() == theirs.len() && differing == 0
    }

    pub(super) fn clear(&mut self) {
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
