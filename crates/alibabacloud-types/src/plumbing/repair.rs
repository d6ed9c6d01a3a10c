//! Repairs JSON text in which single characters are broken.
//!
//! Services cut strings in the middle of a character, and pass on the output of programs that write
//! other encodings. One such character must not cost the document, so readers parse strictly first
//! and, only when that fails, parse what [`repair_json`] returns.

use serde::de::{DeserializeOwned, IgnoredAny};
use std::borrow::Cow;
use std::ops::Range;

/// What takes the place of a broken character.
const REPLACEMENT: &str = "\u{fffd}";
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Parses JSON strictly and, if that fails, repaired by [`repair_json`].
///
/// # Errors
/// When the text is not JSON even after the repair, or does not match the type.
pub fn parse_json<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    let body = json.strip_prefix(BYTE_ORDER_MARK.as_bytes());
    let text = std::str::from_utf8(body.unwrap_or(json));
    let strict = match text.map(serde_json::from_str) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => Some(error),
        Err(_) => None,
    };
    match (strict, repair_json(json)) {
        (Some(error), Cow::Borrowed(_)) => Err(error),
        (_, repaired) => serde_json::from_str(&repaired),
    }
}

/// Returns the text of a document in which every broken character is U+FFFD. Borrowed if there is
/// nothing to repair except a UTF-8 byte order mark, which is removed.
///
/// | in the document | becomes |
/// |---|---|
/// | bytes that are not UTF-8 | U+FFFD for each maximal invalid sequence, as [`String::from_utf8_lossy`] |
/// | UTF-16 with a byte order mark | UTF-8 |
/// | an escaped half of a surrogate pair, an incomplete `\u` escape | U+FFFD |
/// | a backslash before a character that has no escape | U+FFFD, followed by the character |
/// | a control character in a string | U+FFFD |
/// | a control character or byte order mark between values | a space |
/// | `NaN`, `Infinity` and `-Infinity` in place of a value | `null` |
///
/// In encodings such as GBK and Big5 a backslash can be the second byte of a character. It is taken
/// as one only if the document is not valid JSON otherwise.
///
/// The result is not necessarily valid JSON: nothing else is repaired. It has at most three times
/// the bytes of the document.
pub fn repair_json(json: &[u8]) -> Cow<'_, str> {
    let text = lossy_text(json);
    let repaired = Repair::run(&text, Backslash::Escape);
    if text.contains("\u{fffd}\\") && !is_json(repaired.as_deref().unwrap_or(&text)) {
        let other = Repair::run(&text, Backslash::AfterBadByte).filter(|other| is_json(other));
        if let Some(other) = other {
            return Cow::Owned(other);
        }
    }
    repaired.map_or(text, Cow::Owned)
}

/// Returns bytes as text: UTF-8, or UTF-16 if it begins with a byte order mark, which is removed.
/// Invalid sequences become U+FFFD.
pub fn lossy_text(bytes: &[u8]) -> Cow<'_, str> {
    let utf_16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        // Half a unit at the end is half a surrogate pair, that is, a broken character.
        let units = rest.chunks(2).map(|pair| match pair {
            [first, second] => unit([*first, *second]),
            _ => 0xd800,
        });
        let text = char::decode_utf16(units);
        Cow::Owned(
            text.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
        )
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] if !rest.is_empty() => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] if !rest.is_empty() => utf_16(rest, u16::from_be_bytes),
        _ => {
            let rest = bytes.strip_prefix(BYTE_ORDER_MARK.as_bytes());
            String::from_utf8_lossy(rest.unwrap_or(bytes))
        }
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// What a backslash after a broken byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Backslash {
    /// The start of an escape.
    Escape,
    /// The second byte of the broken character.
    AfterBadByte,
}

/// A document that is being repaired.
struct Repair<'a> {
    text: &'a str,
    /// The repaired text up to `copied`.
    out: String,
    /// How much of `text` has been copied or replaced.
    copied: usize,
}

impl<'a> Repair<'a> {
    /// Returns the repaired text; `None` if nothing is broken.
    fn run(text: &'a str, backslash: Backslash) -> Option<String> {
        let mut repair = Self {
            text,
            out: String::new(),
            copied: 0,
        };
        let (mut at, mut in_string) = (0, false);
        while let Some(byte) = text.as_bytes().get(at) {
            at = match byte {
                b'"' => {
                    in_string = !in_string;
                    at + 1
                }
                b'\\' if in_string => repair.escape(at, backslash),
                _ if in_string => repair.in_string(at, *byte),
                _ => repair.between_values(at, *byte),
            };
        }
        if repair.copied == 0 {
            return None;
        }
        repair
            .out
            .push_str(text.get(repair.copied..).unwrap_or_default());
        Some(repair.out)
    }

    /// Replaces a part of the text and returns its end.
    fn replace(&mut self, part: Range<usize>, with: &str) -> usize {
        let kept = self.text.get(self.copied..part.start);
        self.out.push_str(kept.unwrap_or_default());
        self.out.push_str(with);
        self.copied = part.end;
        part.end
    }

    /// Repairs a byte of a string and returns where to go on.
    fn in_string(&mut self, at: usize, byte: u8) -> usize {
        match byte {
            ..0x20 => self.replace(at..at + 1, REPLACEMENT),
            _ => at + 1,
        }
    }

    /// Repairs a byte outside of strings and returns where to go on.
    fn between_values(&mut self, at: usize, byte: u8) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => at + 1,
            ..0x20 => self.replace(at..at + 1, " "),
            0xef if rest.starts_with(BYTE_ORDER_MARK) => {
                self.replace(at..at + BYTE_ORDER_MARK.len(), " ")
            }
            b'N' | b'I' | b'-' => {
                let word = rest.bytes().skip(1);
                let end = 1 + word.take_while(u8::is_ascii_alphanumeric).count();
                match rest.get(..end) {
                    Some("NaN" | "Infinity" | "-Infinity") => self.replace(at..at + end, "null"),
                    _ => at + end,
                }
            }
            _ => at + 1,
        }
    }

    /// Repairs the escape at the backslash at `at` and returns where to go on.
    fn escape(&mut self, at: usize, backslash: Backslash) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        if backslash == Backslash::AfterBadByte && before.ends_with(REPLACEMENT) {
            return self.replace(at..at + 1, "");
        }
        match self.text.as_bytes().get(at + 1) {
            Some(b'u') => {}
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => return at + 2,
            Some(_) => return self.replace(at..at + 1, REPLACEMENT),
            None => return at + 1,
        }
        let (unit, end) = self.unit(at);
        match unit {
            Some(0xd800..=0xdbff) => match self.unit(end) {
                (Some(0xdc00..=0xdfff), end) => end,
                _ => self.replace(at..end, REPLACEMENT),
            },
            None | Some(0xdc00..=0xdfff) => self.replace(at..end, REPLACEMENT),
            Some(_) => end,
        }
    }

    /// Returns the code unit and the end of the `\u` escape at `at`. The unit is `None` if there is
    /// no such escape, or it has fewer than four digits.
    fn unit(&self, at: usize) -> (Option<u16>, usize) {
        let rest = self.text.get(at..).unwrap_or_default();
        let Some(digits) = rest.strip_prefix("\\u") else {
            return (None, at);
        };
        let count = digits
            .bytes()
            .take(4)
            .take_while(u8::is_ascii_hexdigit)
            .count();
        let digits = digits.get(..count).filter(|_| count == 4);
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        (unit, at + 2 + count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(json: impl AsRef<[u8]>) -> String {
        repair_json(json.as_ref()).into_owned()
    }

    #[test]
    fn what_is_not_broken_is_borrowed() {
        for json in [
            r#"{"a\n\u00e9\"\\": [1, -2.5e3, null, true, "\ud83d\ude00 \u0000"]}"#,
            "{\t\"\u{fffd}\":\r\n\"\u{7f}\u{85}\" }",
            "NaNs Infinitys -Infinit",
            "\"unfinished \\",
            "",
        ] {
            assert!(matches!(repair_json(json.as_bytes()), Cow::Borrowed(_)));
        }
        let marked = repair_json(b"\xef\xbb\xbf{}");
        assert!(matches!(marked, Cow::Borrowed("{}")));
    }

    #[test]
    fn half_a_pair_and_half_an_escape_are_one_character() {
        for (json, expected) in [
            (r#""a\ud83d""#, "\"a\u{fffd}\""),
            (r#""\ud83d\n""#, "\"\u{fffd}\\n\""),
            (r#""\ud83d\u0041""#, "\"\u{fffd}\\u0041\""),
            (r#""\ude00\ud83d""#, "\"\u{fffd}\u{fffd}\""),
            (r#""\ud83d\ud83d\ude00""#, "\"\u{fffd}\\ud83d\\ude00\""),
            (r#""\uD83Dx\uDE00""#, "\"\u{fffd}x\u{fffd}\""),
            (r#""\ud83d\ude0""#, "\"\u{fffd}\u{fffd}\""),
            (r#""\u""#, "\"\u{fffd}\""),
            (r#""\u12 \u+123""#, "\"\u{fffd} \u{fffd}+123\""),
            (r#""\ud83d"#, "\"\u{fffd}"),
            (r#"{"\ud83d":1}"#, "{\"\u{fffd}\":1}"),
        ] {
            assert_eq!(repaired(json), expected, "{json}");
        }
    }

    #[test]
    fn unknown_escapes_and_control_characters_are_one_character() {
        assert_eq!(repaired(r#""C:\Data""#), "\"C:\u{fffd}Data\"");
        assert_eq!(
            repaired("\"a\nb\x1b\0\tc\""),
            "\"a\u{fffd}b\u{fffd}\u{fffd}\u{fffd}c\""
        );
        assert_eq!(repaired("\"\\\n\""), "\"\u{fffd}\u{fffd}\"");
        assert_eq!(repaired("{\0\"a\":\x0b1}\x1a\0"), "{ \"a\": 1}  ");
        assert_eq!(repaired("\u{feff}\u{feff}{}\u{feff}"), " {} ");
        assert_eq!(repaired("\"\u{feff}\n\""), "\"\u{feff}\u{fffd}\"");
    }

    #[test]
    fn invalid_utf_8_is_one_character_for_each_maximal_sequence() {
        assert_eq!(repaired(b"\"caf\xe9\""), "\"caf\u{fffd}\"");
        assert_eq!(repaired(b"\"\xe6\xb5\""), "\"\u{fffd}\"");
        assert_eq!(repaired(b"\"\xd6\xd8 x\""), "\"\u{fffd}\u{fffd} x\"");
    }

    #[test]
    fn a_backslash_can_be_the_second_byte_of_a_character() {
        // The backslash would escape the closing quotation mark.
        assert_eq!(
            repaired(b"{\"a\":\"\xd5\x5c\",\"b\":1}"),
            "{\"a\":\"\u{fffd}\",\"b\":1}"
        );
        // Here it does escape one.
        assert_eq!(
            repaired(b"{\"a\":\"\xe9\\\", he said\"}"),
            "{\"a\":\"\u{fffd}\\\", he said\"}"
        );
        assert_eq!(repaired(b"\"\xd5\\"), "\"\u{fffd}\\", "no reading is JSON");
    }

    #[test]
    fn numbers_that_json_does_not_have_are_null() {
        assert_eq!(
            repaired("[NaN,-Infinity, Infinity ,\"NaN\"]"),
            "[null,null, null ,\"NaN\"]"
        );
    }

    #[test]
    fn utf_16_is_read_by_its_byte_order_mark() {
        let units: Vec<u16> = "\u{feff}{\"a\":\"\u{1f600}\"}".encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [little, big] {
            assert_eq!(lossy_text(&bytes), "{\"a\":\"\u{1f600}\"}");
            let cut = bytes.get(..bytes.len() - 1).unwrap_or_default();
            assert_eq!(lossy_text(cut), "{\"a\":\"\u{1f600}\"\u{fffd}");
        }
        assert_eq!(lossy_text(b"\xff\xfe\x3d\xd8a\0"), "\u{fffd}a");
        assert_eq!(lossy_text(b"\xff\xfe"), "\u{fffd}\u{fffd}");
    }

    #[test]
    fn parse_json_reads_strictly_first() {
        let read = |json: &[u8]| parse_json::<String>(json).ok();
        assert_eq!(read(b"\xef\xbb\xbf\"x\"").as_deref(), Some("x"));
        assert_eq!(
            read(b"\"\\ud83d \xff\"").as_deref(),
            Some("\u{fffd} \u{fffd}")
        );
        assert_eq!(read(b"\"x"), None);
        assert_eq!(read(b"[\"\xff\"]"), None);
    }

    proptest::proptest! {
        #[test]
        fn the_result_is_bounded_and_repaired_once(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60),
            text in r#"[\\"u\x00-\x1fdD8c0{}:N-]{0,60}"#,
        ) {
            for json in [&bytes[..], text.as_bytes()] {
                let first = repaired(json);
                assert!(first.len() <= 3 * json.len());
                let second = repair_json(first.as_bytes());
                assert!(matches!(second, Cow::Borrowed(_)), "{first:?} {second:?}");
            }
        }

        #[test]
        fn any_bytes_in_a_string_leave_a_readable_document(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60),
        ) {
            // What ends the string or may escape its end is not a broken character.
            let inside: Vec<u8> = bytes.into_iter().filter(|b| !matches!(b, b'"' | b'\\')).collect();
            let json = [&b"{\"a\":\""[..], &inside, b"\",\"b\":1}"].concat();
            let value: serde_json::Value = parse_json(&json).expect("a document");
            assert_eq!(value["b"], 1);
            assert_eq!(value["a"].as_str(), Some(&*String::from_utf8_lossy(&inside).replace(|c| c < ' ', "\u{fffd}")));
        }
    }
}
