//! Masking of secrets in the text of a service.
//!
//! A service, or a proxy before it, may echo what a call was signed with: in a message, in a quoted
//! request, percent-encoded, escaped for JSON or XML, in base64 or hexadecimal, cut off. Comparing
//! with each form would miss the next one. So the text is decoded byte by byte into one form, in
//! which every part of a secret is found.

use crate::secret::{REDACTED, mask_access_key_id};
use crate::text::push_hex;
use std::collections::HashSet;

/// The number of bytes of a secret that are masked wherever they occur together: a part of a secret
/// that is so short does not help to guess the rest.
const WINDOW: usize = 12;
/// The minimum number of bytes of a secret. Shorter ones occur in words by chance.
const SHORTEST: usize = 4;
/// Secrets of fewer bytes are masked only where they are a word, and not if they could be a word of
/// the language, such as `secret` in a test.
const SHORTEST_WITHIN_WORDS: usize = 8;

/// The secrets of a call.
#[derive(Default)]
pub(crate) struct Mask {
    /// All parts of long secrets.
    windows: HashSet<[u8; WINDOW]>,
    /// The starts of long secrets.
    starts: Vec<[u8; WINDOW]>,
    /// Texts that are masked only as a whole, with their replacements.
    whole: Vec<(Vec<u8>, String)>,
}

impl Mask {
    /// Adds a secret, of which every part is masked.
    pub(crate) fn add(&mut self, secret: &str) {
        let bytes = folded(secret);
        if bytes.len() < WINDOW {
            self.add_whole(secret);
            return;
        }
        self.add_windows(&bytes);
        self.starts.extend(bytes.first_chunk::<WINDOW>());
        // The secret may begin anywhere in the encoded text: `user:secret`.
        for start in 0..3 {
            let part = secret.as_bytes().get(start..).unwrap_or_default();
            self.add_windows(&folded(&base64(part)));
        }
        // A dump of what the service signed: `43414953`, `43 41 49 53`.
        let mut hex = String::with_capacity(2 * secret.len());
        push_hex(secret.as_bytes(), &mut hex);
        self.add_windows(hex.as_bytes());
        self.add_windows(&folded(&spaced(&hex)));
    }

    fn add_windows(&mut self, bytes: &[u8]) {
        let windows = bytes.windows(WINDOW);
        self.windows
            .extend(windows.filter_map(|window| <[u8; WINDOW]>::try_from(window).ok()));
    }

    /// Adds a secret that is masked only as a whole, because its parts may be common words.
    pub(crate) fn add_whole(&mut self, secret: &str) {
        self.add_text(secret, REDACTED.to_owned());
    }

    /// Adds an AccessKey ID, which is replaced by its masked form. A short one, which no service
    /// issues, would be found in words.
    pub(crate) fn add_id(&mut self, id: &str) {
        if id.len() >= WINDOW {
            self.add_text(id, mask_access_key_id(id));
        }
    }

    fn add_text(&mut self, text: &str, replacement: String) {
        let bytes = folded(text);
        let is_word = bytes.len() < SHORTEST_WITHIN_WORDS
            && text.bytes().all(|byte| byte.is_ascii_lowercase());
        if bytes.len() >= SHORTEST && !is_word {
            self.whole.push((bytes, replacement));
        }
    }

    /// Replaces all secrets in a text.
    pub(crate) fn apply(&self, text: &mut String) {
        if let Some(masked) = self.masked(text) {
            *text = masked;
        }
    }

    /// Returns the text without secrets; `None` if there are none.
    fn masked(&self, text: &str) -> Option<String> {
        let units = units(text);
        let bytes: Vec<u8> = units.iter().map(|unit| unit.byte).collect();
        let mut found: Vec<Found<'_>> = Vec::new();
        for at in 0..bytes.len() {
            let Some((length, replacement)) = self.match_at(&bytes, at) else {
                continue;
            };
            let (Some(first), Some(last)) = (units.get(at), units.get(at + length - 1)) else {
                continue;
            };
            match found.last_mut() {
                // Windows of the same secret overlap.
                Some(previous) if first.start <= previous.end => {
                    previous.end = previous.end.max(last.end);
                }
                _ => found.push(Found {
                    start: first.start,
                    end: last.end,
                    replacement,
                }),
            }
        }
        if let Some(start) = self.cut_off(&bytes).and_then(|at| units.get(at)) {
            if found.last().is_none_or(|last| last.end <= start.start) {
                found.push(Found {
                    start: start.start,
                    end: text.len(),
                    replacement: REDACTED,
                });
            }
        }
        if found.is_empty() {
            return None;
        }
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for found in found {
            out.push_str(text.get(end..found.start).unwrap_or_default());
            out.push_str(found.replacement);
            end = found.end;
        }
        out.push_str(text.get(end..).unwrap_or_default());
        Some(out)
    }

    /// Returns the position of a secret that a text ends within: `the response was: CAIS...`.
    fn cut_off(&self, bytes: &[u8]) -> Option<usize> {
        let dots = bytes.iter().rev().take_while(|byte| **byte == b'.').count();
        let bytes = bytes.get(..bytes.len() - dots)?;
        (SHORTEST..WINDOW).rev().find_map(|length| {
            let at = bytes.len().checked_sub(length)?;
            let end = bytes.get(at..)?;
            self.starts
                .iter()
                .any(|start| start.starts_with(end))
                .then_some(at)
        })
    }

    /// Returns the length of the secret that begins at a position, and its replacement.
    fn match_at(&self, bytes: &[u8], at: usize) -> Option<(usize, &str)> {
        let rest = bytes.get(at..)?;
        let window = rest
            .get(..WINDOW)
            .and_then(|w| <[u8; WINDOW]>::try_from(w).ok());
        if window.is_some_and(|window| self.windows.contains(&window)) {
            return Some((WINDOW, REDACTED));
        }
        let is_outside = |at: Option<usize>| {
            let byte = at.and_then(|at| bytes.get(at));
            byte.is_none_or(|byte| !byte.is_ascii_alphanumeric())
        };
        self.whole.iter().find_map(|(text, replacement)| {
            let is_word = || is_outside(at.checked_sub(1)) && is_outside(Some(at + text.len()));
            let found =
                rest.starts_with(text) && (text.len() >= SHORTEST_WITHIN_WORDS || is_word());
            found.then_some((text.len(), replacement.as_str()))
        })
    }
}

/// A part of a text that is replaced.
struct Found<'a> {
    start: usize,
    end: usize,
    replacement: &'a str,
}

/// A decoded byte, and the part of the text that it was decoded from.
struct Unit {
    byte: u8,
    start: usize,
    end: usize,
}

/// Returns the bytes of a secret in the form in which texts are compared.
fn folded(secret: &str) -> Vec<u8> {
    units(secret).iter().map(|unit| unit.byte).collect()
}

/// Decodes a text: percent-encoding, escapes of JSON and entities of XML, each any number of times.
/// Letters become lower case, a space becomes the plus sign that it is in a form, the alphabet of
/// base64 for URLs becomes the usual one, and line breaks disappear.
fn units(text: &str) -> Vec<Unit> {
    let bytes = text.as_bytes();
    let mut units = Vec::with_capacity(bytes.len());
    let mut start = 0;
    while start < bytes.len() {
        let (decoded, length) = decode_at(text, start);
        let end = start + length;
        let mut buffer = [0; 4];
        let decoded = match decoded {
            Decoded::Byte(byte) => {
                buffer[0] = byte;
                &buffer[..1]
            }
            Decoded::Char(c) => c.encode_utf8(&mut buffer).as_bytes(),
        };
        units.extend(decoded.iter().filter_map(|byte| {
            let byte = match byte {
                b'\r' | b'\n' | b'\t' => return None,
                b' ' | b'-' => b'+',
                b'_' => b'/',
                other => other.to_ascii_lowercase(),
            };
            Some(Unit { byte, start, end })
        }));
        start = end;
    }
    units
}

enum Decoded {
    Byte(u8),
    Char(char),
}

/// Returns what the text at a position means, and how many bytes of the text that is.
fn decode_at(text: &str, at: usize) -> (Decoded, usize) {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let decoded = match rest.first() {
        Some(b'%') => percent(rest),
        Some(b'\\') => json_escape(rest),
        Some(b'&') => entity(rest),
        _ => None,
    };
    decoded.unwrap_or_else(
        || match text.get(at..).and_then(|rest| rest.chars().next()) {
            Some(c) => (Decoded::Char(c), c.len_utf8()),
            // Not reached: positions are boundaries of characters.
            None => (Decoded::Byte(rest.first().copied().unwrap_or_default()), 1),
        },
    )
}

/// Decodes `%2B`, `%252B` and so on.
fn percent(rest: &[u8]) -> Option<(Decoded, usize)> {
    let digits = |at: usize| -> Option<u8> {
        let digits = std::str::from_utf8(rest.get(at..at + 2)?).ok()?;
        let valid = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        valid.then(|| u8::from_str_radix(digits, 16).ok()).flatten()
    };
    let mut byte = digits(1)?;
    let mut length = 3;
    while byte == b'%' {
        match digits(length) {
            Some(next) => (byte, length) = (next, length + 2),
            None => break,
        }
    }
    Some((Decoded::Byte(byte), length))
}

/// Decodes `\/`, `\u002f`, `\\/` and so on.
fn json_escape(rest: &[u8]) -> Option<(Decoded, usize)> {
    let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
    let escaped = rest.get(slashes)?;
    if *escaped == b'u' {
        let digits = rest.get(slashes + 1..slashes + 5);
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let c = digits
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32);
        if let Some(c) = c {
            return Some((Decoded::Char(c), slashes + 5));
        }
    }
    match escaped {
        b'n' | b'r' | b't' => Some((Decoded::Byte(b'\n'), slashes + 1)),
        b'/' | b'"' | b'\'' => Some((Decoded::Byte(*escaped), slashes + 1)),
        _ => None,
    }
}

/// Decodes `&#43;`, `&#x2b;`, `&amp;#43;` and so on.
fn entity(rest: &[u8]) -> Option<(Decoded, usize)> {
    const NAMES: [(&[u8], char); 7] = [
        (b"lt;", '<'),
        (b"gt;", '>'),
        (b"quot;", '"'),
        (b"apos;", '\''),
        (b"plus;", '+'),
        (b"sol;", '/'),
        (b"equals;", '='),
    ];
    let mut length = 1;
    while rest.get(length..)?.starts_with(b"amp;") {
        length += 4;
    }
    let name = rest.get(length..)?;
    if let Some((name, c)) = NAMES.iter().find(|(known, _)| name.starts_with(known)) {
        return Some((Decoded::Char(*c), length + name.len()));
    }
    let number = name.strip_prefix(b"#").and_then(|number| {
        // More digits than any character has are not a character.
        let end = number.iter().take(9).position(|byte| *byte == b';')?;
        let digits = std::str::from_utf8(number.get(..end)?).ok()?;
        let code = match digits.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => digits.parse(),
        };
        Some((char::from_u32(code.ok()?)?, length + end + 2))
    });
    match number {
        Some((c, length)) => Some((Decoded::Char(c), length)),
        None if length > 1 => Some((Decoded::Char('&'), length)),
        None => None,
    }
}

/// Returns hexadecimal digits with a space after each byte.
fn spaced(hex: &str) -> String {
    let digits = hex.chars().enumerate();
    digits
        .flat_map(|(at, digit)| [Some(digit), (at % 2 == 1).then_some(' ')])
        .flatten()
        .collect()
}

/// Returns the base64 of all complete groups of three bytes, without padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = bytes
        .chunks_exact(3)
        .filter_map(|group| <[u8; 3]>::try_from(group).ok());
    groups
        .flat_map(|[a, b, c]| {
            let bits = u32::from_be_bytes([0, a, b, c]);
            [18, 12, 6, 0].map(|shift| {
                let index = usize::try_from((bits >> shift) & 63).unwrap_or_default();
                char::from(ALPHABET.get(index).copied().unwrap_or_default())
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alibabacloud_types::plumbing::percent_encode;

    const TOKEN: &str = "CAIS+gF1q6Ft5B2y/fSj&Ir5eo1sb==<x>\"0-_9";

    fn masked(text: &str) -> String {
        let mut mask = Mask::default();
        mask.add(TOKEN);
        let mut text = text.to_owned();
        mask.apply(&mut text);
        text
    }

    fn encoded(text: &str) -> String {
        let mut out = String::new();
        percent_encode(text, &mut out);
        out
    }

    fn lower_hex(text: &str) -> String {
        let mut out = String::new();
        let mut digits = 0;
        for c in text.chars() {
            digits = if c == '%' { 3 } else { digits };
            out.push(if digits > 0 {
                c.to_ascii_lowercase()
            } else {
                c
            });
            digits = (digits - 1).max(0);
        }
        out
    }

    fn xml(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
    }

    #[test]
    fn a_token_is_found_in_every_form() {
        let json = serde_json::to_string(TOKEN).expect("JSON");
        let json = json.trim_matches('"');
        let nested = serde_json::to_string(json).expect("JSON");
        let numbers: String = TOKEN
            .chars()
            .map(|c| format!("&#{};", u32::from(c)))
            .collect();
        let hex_numbers: String = TOKEN
            .chars()
            .map(|c| format!("&#x{:X};", u32::from(c)))
            .collect();
        let unicode: String = TOKEN
            .chars()
            .map(|c| format!("\\u{:04x}", u32::from(c)))
            .collect();
        let once = encoded(TOKEN);
        let mut hex = String::new();
        push_hex(TOKEN.as_bytes(), &mut hex);
        let forms = [
            TOKEN.to_owned(),
            TOKEN.to_lowercase(),
            TOKEN.replace('+', " "),
            TOKEN.replace('+', "-").replace('/', "_"),
            once.clone(),
            lower_hex(&once),
            encoded(&once),
            encoded(&encoded(&once)),
            once.replace("%2B", "+"),
            json.to_owned(),
            json.replace('/', "\\/"),
            nested.trim_matches('"').to_owned(),
            unicode,
            xml(TOKEN),
            xml(&xml(TOKEN)),
            numbers,
            hex_numbers,
            TOKEN.split_at(9).0.to_owned() + "\r\n" + TOKEN.split_at(9).1,
            base64(TOKEN.as_bytes()),
            hex.clone(),
            hex.to_uppercase(),
            spaced(&hex).trim_end().to_owned(),
        ];
        for form in forms {
            let text = masked(&format!("bad token [{form}] given"));
            assert_eq!(text, format!("bad token [{REDACTED}] given"), "{form}");
        }
        for user in ["", "a", "ab", "abc:"] {
            let text = base64(format!("{user}{TOKEN}").as_bytes());
            let shown = masked(&format!("Basic {text}."));
            assert!(
                shown.starts_with("Basic ") && shown.contains(REDACTED),
                "{shown}"
            );
            assert!(shown.len() < "Basic REDACTED.".len() + 10, "{shown}");
        }
    }

    #[test]
    fn a_part_of_a_token_is_found() {
        for part in [
            &TOKEN[..20],
            &TOKEN[15..],
            &TOKEN[8..22],
            &encoded(TOKEN)[..30],
        ] {
            assert_eq!(
                masked(&format!("x {part}...")),
                format!("x {REDACTED}..."),
                "{part}"
            );
        }
        // Cut off by whoever quotes it.
        for end in 4..TOKEN.len() {
            let cut = &TOKEN[..end];
            assert_eq!(masked(&format!("x {cut}")), "x REDACTED", "{cut}");
            assert!(!masked(&format!("x {cut}...")).contains("CAIS"), "{cut}");
        }
        // Too short to be more than chance.
        assert_eq!(masked("CAIS+gF1q6F is"), "CAIS+gF1q6F is");
        assert_eq!(masked("x CAI"), "x CAI");
    }

    #[test]
    fn other_text_is_unchanged() {
        for text in [
            "",
            "%",
            "%2",
            "%zz \\ \\u12 & &; &amp; &#; &#x; &#99999999; 100 %25 \\\\",
            "\u{4e2d}\u{6587} caf\u{e9}",
        ] {
            assert_eq!(masked(text), text);
        }
        assert_eq!(
            masked(&format!("\u{4e2d}{TOKEN}\u{4e2d}")),
            "\u{4e2d}REDACTED\u{4e2d}"
        );
        assert_eq!(masked(&format!("{TOKEN},{TOKEN}")), "REDACTED,REDACTED");
    }

    #[test]
    fn short_secrets_are_masked_only_as_words() {
        let shown = |secret: &str, text: &str| {
            let mut mask = Mask::default();
            mask.add(secret);
            let mut text = text.to_owned();
            mask.apply(&mut text);
            text
        };
        assert_eq!(shown("tok-1", "got tok-1!"), "got REDACTED!");
        assert_eq!(shown("tok-1", "got tok%2D1"), "got REDACTED");
        assert_eq!(shown("tok-1", "got tok-12"), "got tok-12");
        assert_eq!(shown("the-token", "is xthe-tokenx"), "is xREDACTEDx");
        assert_eq!(
            shown("secret", "the secret is wrong"),
            "the secret is wrong"
        );
        assert_eq!(shown("", "nothing"), "nothing");
        assert_eq!(shown("abc", "abc"), "abc");
    }

    #[test]
    fn a_whole_text_has_its_own_replacement() {
        let mut mask = Mask::default();
        mask.add_id("LTAI5tPublicVectorKey0001");
        mask.add(TOKEN);
        let mut text = format!("id=LTAI5tPublicVectorKey0001&token={TOKEN}, LTAI5tPublicVector");
        mask.apply(&mut text);
        assert_eq!(text, "id=LTAI****0001&token=REDACTED, LTAI5tPublicVector");
    }

    proptest::proptest! {
        #[test]
        fn no_text_causes_a_panic_or_keeps_the_token(
            before in "(\\PC|[%\\\\&#u;x0-9a-f]){0,40}",
            after in "(\\PC|[%\\\\&#u;x0-9a-f]){0,40}",
        ) {
            let text = masked(&format!("{before} {TOKEN} {after}"));
            assert!(!text.contains(&TOKEN[8..30]), "{text}");
        }
    }
}
