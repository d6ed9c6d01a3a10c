//! Base64, the form of bytes in text and JSON.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

/// Some services omit the padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Appends bytes as Base64 (RFC 4648, section 4).
pub(super) fn write_base64(bytes: &[u8], out: &mut String) {
    STANDARD.encode_string(bytes, out);
}

/// Decodes Base64 text, with padding or without. Returns `None` when the text is not Base64.
pub(super) fn read_base64(text: &str) -> Option<Vec<u8>> {
    LENIENT.decode(text).ok()
}
