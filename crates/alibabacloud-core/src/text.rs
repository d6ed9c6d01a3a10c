//! Text assembly and patterns.

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

/// Returns whether the whole of `text` fits `pattern`, in which `*` is any text.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        let Some((_, behind)) = rest.split_once(piece) else {
            return false;
        };
        rest = behind;
    }
    rest.ends_with(last)
}

/// Returns text without surrounding whitespace, byte order marks and zero-width spaces, which
/// copying and files leave there.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// Appends bytes as lower-case hexadecimal.
pub(crate) fn push_hex(bytes: &[u8], out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    static PAIRS: [[u8; 2]; 256] = {
        let mut pairs = [[0; 2]; 256];
        let mut byte = 0;
        while byte < 256 {
            pairs[byte] = [DIGITS[byte >> 4], DIGITS[byte & 15]];
            byte += 1;
        }
        pairs
    };
    for bytes in bytes.chunks(32) {
        let mut digits = [[0; 2]; 32];
        for (pair, byte) in digits.iter_mut().zip(bytes) {
            *pair = PAIRS[usize::from(*byte)];
        }
        let digits = digits.as_flattened().get(..bytes.len() * 2);
        out.push_str(std::str::from_utf8(digits.unwrap_or_default()).unwrap_or_default());
    }
}

/// Returns text of a service as it can be shown on one line: without blanks around it, characters
/// that a terminal or an editor would obey escaped, and at most `limit` bytes of it.
///
/// A line break would forge a line of a log, an escape sequence would be executed by a terminal,
/// and a bidirectional control character shows text in another order than it has.
pub(crate) fn escaped(text: &str, limit: usize) -> String {
    let text = text.trim();
    let end = (0..=limit.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    let shown = text.get(..end.unwrap_or_default()).unwrap_or_default();
    let mut out = String::with_capacity(shown.len());
    for c in shown.chars() {
        match c {
            _ if is_obeyed(c) => out.extend(c.escape_default()),
            _ => out.push(c),
        }
    }
    if shown.len() < text.len() {
        out.push_str(&format!("... ({} bytes)", text.len()));
    }
    out
}

/// Returns whether a character changes how the text around it is shown: control characters, line
/// and paragraph separators, and those format characters (category Cf) that are not part of a
/// script or an emoji.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        let shown = |text| escaped(text, 99);
        assert_eq!(shown(" a\r\nb\tc\n"), "a\\r\\nb\\tc");
        assert_eq!(
            shown("\u{1b}[31mred\u{9b}0m\0"),
            "\\u{1b}[31mred\\u{9b}0m\\u{0}"
        );
        assert_eq!(
            shown("a\u{202e}b\u{2066}c\u{2069}"),
            "a\\u{202e}b\\u{2066}c\\u{2069}"
        );
        assert_eq!(shown("a\u{2028}b\u{2029}c"), "a\\u{2028}b\\u{2029}c");
        assert_eq!(
            shown("a\u{200b}b\u{feff}c\u{e0041}"),
            "a\\u{200b}b\\u{feff}c\\u{e0041}"
        );
        for plain in [
            "\"C:\\x\" 100 %",
            "\u{4e2d}\u{6587}",
            "\u{1f468}\u{200d}\u{1f469}",
        ] {
            assert_eq!(shown(plain), plain);
        }
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(escaped("12345", 5), "12345");
        assert_eq!(escaped("123456", 5), "12345... (6 bytes)");
        assert_eq!(escaped("\u{4e2d}\u{4e2d}", 5), "\u{4e2d}... (6 bytes)");
        assert_eq!(escaped("\u{4e2d}", 0), "... (3 bytes)");
        assert_eq!(escaped("", 0), "");
    }

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
