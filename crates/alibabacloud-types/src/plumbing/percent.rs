//! Percent-encoding as signatures require it.
//!
//! Encoding is implemented here because it is most of the cost of a signature besides its hashes:
//! for V1, a quarter less than with the iterator of `percent-encoding` (docs/benchmarks.md).

use percent_encoding::percent_decode_str;

/// Whether a byte is not encoded: the unreserved characters of RFC 3986, section 2.3.
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte as u8, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~');
        byte += 1;
    }
    table
};

/// Appends `text` with every byte other than the unreserved characters of RFC 3986 (letters,
/// digits, `-`, `_`, `.`, `~`) as `%XX` in upper case. A space becomes `%20`.
pub fn percent_encode(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((run, reserved, tail)) = split(rest) {
        out.push_str(run);
        for byte in reserved.bytes() {
            out.push('%');
            out.push_str(digits(byte));
        }
        rest = tail;
    }
    out.push_str(rest);
}

/// Appends `text` encoded once to `once`, and encoded twice to `twice`: V1 signatures of RPC encode
/// the encoded query again.
pub fn percent_encode_twice(text: &str, once: &mut String, twice: &mut String) {
    let mut rest = text;
    while let Some((run, reserved, tail)) = split(rest) {
        once.push_str(run);
        twice.push_str(run);
        for byte in reserved.bytes() {
            once.push('%');
            once.push_str(digits(byte));
            twice.push_str("%25");
            twice.push_str(digits(byte));
        }
        rest = tail;
    }
    once.push_str(rest);
    twice.push_str(rest);
}

/// Decodes percent-encoded text. Returns `None` when the bytes are not UTF-8. A `%` without two hex
/// digits is kept, and so is `+`: a reader of forms replaces it with a space first.
pub fn percent_decode(text: &str) -> Option<String> {
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// Splits `text` into the unreserved start, the first reserved character, and the rest. Returns
/// `None` when all of it is unreserved.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let end = text
        .bytes()
        .position(|byte| !UNRESERVED[usize::from(byte)])?;
    let (run, rest) = text.split_at_checked(end)?;
    let width = rest.chars().next()?.len_utf8();
    let (reserved, tail) = rest.split_at_checked(width)?;
    Some((run, reserved, tail))
}

fn digits(byte: u8) -> &'static str {
    const DIGITS: &str = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\
                          202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F\
                          404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F\
                          606162636465666768696A6B6C6D6E6F707172737475767778797A7B7C7D7E7F\
                          808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9F\
                          A0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF\
                          C0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF\
                          E0E1E2E3E4E5E6E7E8E9EAEBECEDEEEFF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF";
    let at = usize::from(byte) * 2;
    DIGITS.get(at..at + 2).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> String {
        let mut out = String::new();
        percent_encode(text, &mut out);
        out
    }

    #[test]
    fn only_unreserved_characters_stay() {
        let ascii: String = (0..=127u8).map(char::from).collect();
        let kept: String = encoded(&ascii)
            .split('%')
            .enumerate()
            .map(|(index, part)| if index == 0 { part } else { &part[2..] })
            .collect();
        assert_eq!(
            kept,
            "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"
        );
    }

    #[test]
    fn escapes_are_upper_case_and_utf8() {
        assert_eq!(
            encoded("a b/c+d*e~f%\u{e9}"),
            "a%20b%2Fc%2Bd%2Ae~f%25%C3%A9"
        );
        assert_eq!(encoded("!'()*"), "%21%27%28%29%2A");
        assert_eq!(encoded("\u{6d4b}\0"), "%E6%B5%8B%00");
    }

    #[test]
    fn twice_is_the_encoding_of_the_encoding() {
        for text in ["", "plain", "a b/c%d", "\u{6d4b}\0~é"] {
            let (mut once, mut twice) = (String::new(), String::new());
            percent_encode_twice(text, &mut once, &mut twice);
            assert_eq!(once, encoded(text));
            assert_eq!(twice, encoded(&once));
        }
    }

    #[test]
    fn decoding_undoes_encoding() {
        let text = "a b/c+d*e~f%\u{e9}\u{6d4b}\0\"";
        assert_eq!(percent_decode(&encoded(text)).as_deref(), Some(text));
        assert_eq!(percent_decode("a+b%2").as_deref(), Some("a+b%2"));
        assert_eq!(percent_decode("%ff"), None);
    }
}
