//! Percent-encoding as signatures want it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Appends `text` with every byte but the unreserved characters of RFC 3986 (letters, digits, `-`, `_`, `.`, `~`) written as `%XX` in
/// upper case. A space becomes `%20`.
pub fn percent_encode(text: &str, out: &mut String) {
    out.extend(utf8_percent_encode(text, RESERVED));
}

/// The text behind a percent-encoding; `None` when its bytes are not UTF-8. A `%` without two hex digits stays as it is, and so does
/// `+`: whoever reads a form turns it into a space first.
pub fn percent_decode(text: &str) -> Option<String> {
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    Some(decoded.into_owned())
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
    fn decoding_undoes_encoding() {
        let text = "a b/c+d*e~f%\u{e9}\u{6d4b}\0\"";
        assert_eq!(percent_decode(&encoded(text)).as_deref(), Some(text));
        assert_eq!(percent_decode("a+b%2").as_deref(), Some("a+b%2"));
        assert_eq!(percent_decode("%ff"), None);
    }
}
