//! The algorithms of V3 signatures.

/// The algorithm of a V3 signature, used for all three hashes: of the body, of the canonical
/// request and of the signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// `ACS3-HMAC-SHA256`, which every service supports.
    #[default]
    HmacSha256,
    /// `ACS3-HMAC-SM3`, for users who must use the hash of GB/T 32905. Requires feature `sm3`.
    #[cfg(feature = "sm3")]
    HmacSm3,
}

impl Algorithm {
    /// Returns the name as written in the string to sign and in the header `authorization`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha256 => "ACS3-HMAC-SHA256",
            #[cfg(feature = "sm3")]
            Self::HmacSm3 => "ACS3-HMAC-SM3",
        }
    }

    /// Returns the algorithm of this name, or `None` if it is unknown or its feature is off.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "ACS3-HMAC-SHA256" => Some(Self::HmacSha256),
            #[cfg(feature = "sm3")]
            "ACS3-HMAC-SM3" => Some(Self::HmacSm3),
            _ => None,
        }
    }
}
