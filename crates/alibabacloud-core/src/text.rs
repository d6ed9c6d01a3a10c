//! Text assembly.

/// Appends `parts`.
///
/// Not inlined: a call assembles text in many places, and code that exists once stays in the
/// instruction cache after its first use.
#[inline(never)]
pub(crate) fn push_all(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}

/// Returns text without surrounding whitespace, byte order marks and zero-width spaces, which
/// copying and files leave there.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// Appends bytes as lower-case hexadecimal.
pub(crate) fn push_hex(bytes: &[u8], out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for bytes in bytes.chunks(32) {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
            pair.copy_from_slice(&[
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)],
            ]);
        }
        let digits = digits.get(..bytes.len() * 2).unwrap_or_default();
        out.push_str(std::str::from_utf8(digits).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_has_two_digits_for_each_byte() {
        let bytes: Vec<u8> = (0..=255).collect();
        for length in [0, 1, 16, 31, 32, 33, 64, 256] {
            let bytes = &bytes[..length];
            let mut text = String::from("x");
            push_hex(bytes, &mut text);
            let expected: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(text, format!("x{expected}"));
        }
    }
}
