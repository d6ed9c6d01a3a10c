//! Positions of values in JSON text, and changes of single values that preserve all other text.
//!
//! All functions expect text that a JSON parser has accepted, and return `None` otherwise.

use serde_json::Value;
use std::ops::Range;

/// One step of a path into a document.
#[derive(Clone, Copy, Debug)]
pub(super) enum PathStep<'a> {
    Key(&'a str),
    Index(usize),
}

/// Returns the range of the value at `path`. Of members with the same name the last one counts, as
/// in parsers.
pub(super) fn find(text: &str, path: &[PathStep<'_>]) -> Option<Range<usize>> {
    let mut span = Scanner::new(text, 0).value()?;
    for step in path {
        span = match *step {
            PathStep::Key(key) => {
                members(text, span.start)?
                    .into_iter()
                    .rev()
                    .find(|member| member.key == key)?
                    .value
            }
            PathStep::Index(index) => elements(text, span.start)?.into_iter().nth(index)?,
        };
    }
    Some(span)
}

/// Returns line and column, both from 1, of a byte.
pub(super) fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before.get(start..).unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// Returns the text with the member `key` of the object at `path` set to `value`. An existing
/// member keeps its position; a new one is appended, formatted like the last one. All other bytes
/// are preserved.
pub(super) fn set(text: &str, path: &[PathStep<'_>], key: &str, value: &Value) -> Option<String> {
    let object = find(text, path)?;
    let members = members(text, object.start)?;
    let known = members.iter().rev().find(|member| member.key == key);
    let (range, inserted) = match (known, members.last()) {
        (Some(member), _) => (member.value.clone(), value.to_string()),
        (None, Some(last)) => {
            let before_key = text.get(last.gap.clone())?;
            let before_value = text.get(last.separator.clone())?;
            let key = Value::from(key);
            let end = last.value.end;
            (end..end, format!(",{before_key}{key}{before_value}{value}"))
        }
        (None, None) => {
            let inside = object.start + 1;
            (inside..inside, format!("{}:{value}", Value::from(key)))
        }
    };
    let mut changed = String::with_capacity(text.len() + inserted.len());
    changed.push_str(text.get(..range.start)?);
    changed.push_str(&inserted);
    changed.push_str(text.get(range.end..)?);
    Some(changed)
}

/// A member of an object.
struct JsonMember {
    key: String,
    /// The whitespace between the comma or brace and the key.
    gap: Range<usize>,
    /// The colon with the whitespace around it.
    separator: Range<usize>,
    value: Range<usize>,
}

fn members(text: &str, start: usize) -> Option<Vec<JsonMember>> {
    let mut scanner = Scanner::new(text, start);
    let mut members = Vec::new();
    scanner.expect(b'{')?;
    loop {
        let gap = scanner.blanks();
        if scanner.peek()? == b'}' {
            return Some(members);
        }
        let key = scanner.string()?;
        let separator = scanner.at;
        scanner.blanks();
        scanner.expect(b':')?;
        scanner.blanks();
        let separator = separator..scanner.at;
        let value = scanner.value()?;
        members.push(JsonMember {
            key: serde_json::from_str(text.get(key)?).ok()?,
            gap,
            separator,
            value,
        });
        scanner.blanks();
        if scanner.peek()? == b',' {
            scanner.at += 1;
        }
    }
}

fn elements(text: &str, start: usize) -> Option<Vec<Range<usize>>> {
    let mut scanner = Scanner::new(text, start);
    let mut elements = Vec::new();
    scanner.expect(b'[')?;
    loop {
        scanner.blanks();
        if scanner.peek()? == b']' {
            return Some(elements);
        }
        elements.push(scanner.value()?);
        scanner.blanks();
        if scanner.peek()? == b',' {
            scanner.at += 1;
        }
    }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        Self {
            bytes: text.as_bytes(),
            at,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn blanks(&mut self) -> Range<usize> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
        start..self.at
    }

    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        self.expect(b'"')?;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(start..self.at)
    }

    /// Skips a value of any kind. Counts nesting instead of recursing, so that no depth can exhaust
    /// the stack.
    fn value(&mut self) -> Option<Range<usize>> {
        self.blanks();
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => self.at += 1,
                b if b.is_ascii_whitespace() => self.at += 1,
                _ => self.literal()?,
            }
            if depth == 0 {
                return Some(start..self.at);
            }
        }
    }

    /// Skips a number, `true`, `false` or `null`.
    fn literal(&mut self) -> Option<()> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::PathStep::{Index, Key};
    use super::*;
    use serde_json::json;

    const TEXT: &str =
        "{\n\t\"a\": [1, {\"b\" : \"x\\\"}\", \"c\": null}],\n\t\"a\": [0, {\"d\":{}}]\n}\n";

    fn found(path: &[PathStep<'_>]) -> Option<&'static str> {
        find(TEXT, path).map(|span| &TEXT[span])
    }

    #[test]
    fn values_are_found_and_of_duplicates_the_last_one() {
        assert_eq!(found(&[Key("a")]), Some("[0, {\"d\":{}}]"));
        assert_eq!(found(&[Key("a"), Index(1), Key("d")]), Some("{}"));
        assert_eq!(found(&[Key("a"), Index(2)]), None);
        assert_eq!(found(&[Key("b")]), None);
        assert_eq!(found(&[Key("a"), Key("d")]), None);
    }

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        assert_eq!(position("ab", 0), (1, 1));
        assert_eq!(position("a\n\u{e9}b", 4), (2, 2));
        assert_eq!(position("a", 9), (1, 2));
    }

    #[test]
    fn a_member_changes_in_place() {
        let text = "{\"p\" : [ {\"x\" :  1 , \"y\":\"old\\\"\" } ] }\r\n";
        let path = [Key("p"), Index(0)];
        let set = |key, value| set(text, &path, key, &value).unwrap();
        assert_eq!(
            set("y", json!("new")),
            text.replace("\"old\\\"\"", "\"new\"")
        );
        assert_eq!(set("x", json!(23)), text.replace(":  1", ":  23"));
    }

    #[test]
    fn a_new_member_is_formatted_like_the_one_before() {
        let set = |text, value| set(text, &[], "k", &value);
        assert_eq!(
            set("{\n\t\"a\": 1\n}", json!("v")).unwrap(),
            "{\n\t\"a\": 1,\n\t\"k\": \"v\"\n}"
        );
        assert_eq!(set("{\"a\":1}", json!(2)).unwrap(), "{\"a\":1,\"k\":2}");
        assert_eq!(set("{ }", json!(2)).unwrap(), "{\"k\":2 }");
    }

    #[test]
    fn invalid_json_is_rejected_without_a_panic() {
        for text in [
            "", "{", "{\"a", "{\"a\\", "{\"a\":", "[1", "}", "{\"a\":}", "\u{e9}",
        ] {
            for path in [&[][..], &[Key("a")], &[Index(0)]] {
                let _ = find(text, path);
                assert_eq!(set(text, path, "k", &json!(1)), None, "{text}");
            }
        }
    }
}
