//! Limits on JSON and YAML of callers, which hold before a parser builds anything.
//!
//! The YAML parser looks at every open bracket again for each token, so that 16 KB of `[` take
//! seconds. Aliases let a short text describe a huge value. And what is nested deeper than the data
//! file can hold must not enter the store.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;
use std::str::Chars;

/// How many lists and objects may contain each other.
///
/// serde_json reads 128 levels, and the store adds about ten to a value of a caller.
pub(crate) const MAX_NESTING: usize = 64;

/// How many times as large as its text a YAML document may become. A text of two bytes (`\L`) is a
/// character of three; only aliases make more of a text.
const GROWTH: usize = 3;
/// What aliases may add to any document, in values and bytes of texts.
const ALIASED: usize = 64 * 1024;

/// Parses JSON.
///
/// # Errors
///
/// Describes why the text is not valid, as the end of a sentence.
pub(crate) fn json(text: &str) -> Result<Value, String> {
    check_json(text)?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Checks that JSON is not nested too deeply. Does not check that it is valid.
///
/// # Errors
///
/// Names the limit, as the end of a sentence.
pub(crate) fn check_json(text: &str) -> Result<(), String> {
    let mut depth = 0_usize;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => {
                depth += 1;
                limit(depth)?;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => skip_json_text(&mut bytes),
            _ => {}
        }
    }
    Ok(())
}

fn skip_json_text(bytes: &mut std::str::Bytes<'_>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

/// Parses YAML to JSON values.
///
/// # Errors
///
/// Describes why the text is not valid, as the end of a sentence.
pub(crate) fn yaml(text: &str) -> Result<Value, String> {
    Scanner::new(text).run()?;
    let mut left = text.len().saturating_mul(GROWTH).saturating_add(ALIASED);
    let value = Bounded {
        left: &mut left,
        depth: 0,
    };
    value
        .deserialize(serde_yaml::Deserializer::from_str(text))
        .map_err(|error| error.to_string())
}

fn limit(depth: usize) -> Result<(), String> {
    if depth > MAX_NESTING {
        return Err(too_deep());
    }
    Ok(())
}

fn too_deep() -> String {
    format!("it is nested more than {MAX_NESTING} levels deep")
}

/// A value that counts what it builds, because a parser expands aliases.
struct Bounded<'a> {
    left: &'a mut usize,
    depth: usize,
}

impl Bounded<'_> {
    fn count<E: serde::de::Error>(&mut self, size: usize) -> Result<(), E> {
        match self.left.checked_sub(size.saturating_add(1)) {
            Some(left) => {
                *self.left = left;
                Ok(())
            }
            None => Err(E::custom("its aliases make it too large")),
        }
    }

    fn inner<E: serde::de::Error>(&mut self) -> Result<Bounded<'_>, E> {
        let depth = self.depth + 1;
        limit(depth).map_err(E::custom)?;
        Ok(Bounded {
            left: self.left,
            depth,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has")
    }

    fn visit_unit<E: serde::de::Error>(mut self) -> Result<Value, E> {
        self.count(0)?;
        Ok(Value::Null)
    }

    fn visit_bool<E: serde::de::Error>(mut self, value: bool) -> Result<Value, E> {
        self.count(0)?;
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(mut self, value: i64) -> Result<Value, E> {
        self.count(0)?;
        Ok(Value::from(value))
    }

    fn visit_u64<E: serde::de::Error>(mut self, value: u64) -> Result<Value, E> {
        self.count(0)?;
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(mut self, value: f64) -> Result<Value, E> {
        self.count(0)?;
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: serde::de::Error>(mut self, value: &str) -> Result<Value, E> {
        self.count(value.len())?;
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        self.count(0)?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner()?)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        self.count(0)?;
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            self.count(name.len())?;
            let value = entries.next_value_seed(self.inner()?)?;
            if object.insert(name.clone(), value).is_some() {
                return Err(A::Error::custom(format!("the key {name:?} is given twice")));
            }
        }
        Ok(Value::Object(object))
    }
}

/// Finds how deeply the collections of a YAML text are nested, in one pass.
///
/// It splits the text into tokens as libyaml does, because brackets in quotes, comments, block
/// scalars and plain scalars open nothing. The result for a text that libyaml refuses does not
/// matter.
struct Scanner<'a> {
    rest: Chars<'a>,
    line: usize,
    column: usize,
    /// Columns of the open block collections.
    blocks: Vec<usize>,
    /// How many flow collections are open.
    flow: usize,
    /// Line and column where a key of a block mapping may begin.
    key: Option<(usize, usize)>,
    is_key_allowed: bool,
    deepest: usize,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text.strip_prefix('\u{feff}').unwrap_or(text).chars(),
            line: 0,
            column: 0,
            blocks: Vec::new(),
            flow: 0,
            key: None,
            is_key_allowed: true,
            deepest: 0,
        }
    }

    /// Returns the greatest depth.
    fn run(mut self) -> Result<usize, String> {
        loop {
            self.skip_to_token();
            let Some(c) = self.peek() else {
                return Ok(self.deepest);
            };
            if self.flow == 0 {
                while self.blocks.last().is_some_and(|at| *at > self.column) {
                    self.blocks.pop();
                }
            }
            self.token(c)?;
        }
    }

    fn token(&mut self, c: char) -> Result<(), String> {
        let is_followed_by_blank = self.peek_after().is_none_or(is_blank_or_break);
        match c {
            '%' if self.column == 0 => self.skip_line(),
            '-' | '.' if self.is_document_mark() => {
                self.blocks.clear();
                (self.key, self.is_key_allowed) = (None, false);
                (0..3).for_each(|_| self.advance());
            }
            '[' | '{' => {
                self.begin_key();
                self.is_key_allowed = true;
                self.flow += 1;
                self.advance();
                return self.count();
            }
            ']' | '}' => {
                self.flow = self.flow.saturating_sub(1);
                self.is_key_allowed = false;
                self.advance();
            }
            ',' => {
                self.is_key_allowed = true;
                self.advance();
            }
            '-' if is_followed_by_blank => {
                self.is_key_allowed = true;
                return self.block_at(self.column);
            }
            '?' if self.flow > 0 || is_followed_by_blank => {
                self.is_key_allowed = self.flow == 0;
                return self.block_at(self.column);
            }
            ':' if self.flow > 0 || is_followed_by_blank => return self.value(),
            '*' | '&' => {
                self.begin_scalar();
                self.advance();
                self.skip_while(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
            }
            '!' => {
                self.begin_scalar();
                self.skip_tag();
            }
            '|' | '>' if self.flow == 0 => self.skip_block_scalar(),
            '\'' | '"' => {
                self.begin_scalar();
                self.skip_quoted(c);
            }
            _ => {
                self.begin_scalar();
                self.skip_plain();
            }
        }
        Ok(())
    }

    /// The colon between key and value.
    fn value(&mut self) -> Result<(), String> {
        if self.flow > 0 {
            self.is_key_allowed = false;
            self.advance();
            return Ok(());
        }
        match self.key.take() {
            Some((line, column)) if line == self.line => {
                self.is_key_allowed = false;
                self.block_at(column)
            }
            _ => {
                self.is_key_allowed = true;
                self.block_at(self.column)
            }
        }
    }

    /// Skips an indicator, whose block collection has this column.
    fn block_at(&mut self, column: usize) -> Result<(), String> {
        self.advance();
        if self.flow == 0 && self.blocks.last().is_none_or(|at| *at < column) {
            self.blocks.push(column);
            return self.count();
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), String> {
        let depth = self.blocks.len() + self.flow;
        self.deepest = self.deepest.max(depth);
        limit(depth)
    }

    fn begin_key(&mut self) {
        if self.flow == 0 && self.is_key_allowed {
            self.key = Some((self.line, self.column));
        }
    }

    fn begin_scalar(&mut self) {
        self.begin_key();
        self.is_key_allowed = false;
    }

    fn skip_to_token(&mut self) {
        while let Some(c) = self.peek() {
            match c {
                ' ' => self.advance(),
                '\t' if self.flow > 0 || !self.is_key_allowed => self.advance(),
                '#' => self.skip_line(),
                c if is_break(c) => {
                    self.advance();
                    self.is_key_allowed |= self.flow == 0;
                }
                _ => return,
            }
        }
    }

    fn skip_tag(&mut self) {
        self.advance();
        if self.peek() == Some('<') {
            self.skip_while(|c| c != '>' && !is_blank_or_break(c));
        }
        self.skip_while(|c| !is_blank_or_break(c) && !is_flow(c));
    }

    fn skip_quoted(&mut self, quote: char) {
        self.advance();
        while let Some(c) = self.peek() {
            self.advance();
            match c {
                '\\' if quote == '"' => self.advance(),
                // Two single quotes are one in the text.
                '\'' if quote == '\'' && self.peek() == Some('\'') => self.advance(),
                c if c == quote => return,
                _ => {}
            }
        }
    }

    fn skip_plain(&mut self) {
        let least = self.blocks.last().map_or(0, |at| at + 1);
        self.advance();
        loop {
            while let Some(c) = self.peek().filter(|c| !is_blank_or_break(*c)) {
                let ends = match c {
                    ':' => self.peek_after().is_none_or(|next| {
                        is_blank_or_break(next) || self.flow > 0 && is_flow(next)
                    }),
                    c => self.flow > 0 && is_flow(c),
                };
                if ends {
                    return;
                }
                self.advance();
            }
            let line = self.line;
            self.skip_while(is_blank_or_break);
            self.is_key_allowed |= self.line > line;
            let ends = match self.peek() {
                None | Some('#') => true,
                Some(_) => self.flow == 0 && self.column < least || self.is_document_mark(),
            };
            if ends {
                return;
            }
        }
    }

    fn skip_block_scalar(&mut self) {
        (self.key, self.is_key_allowed) = (None, true);
        self.advance();
        let mut indent = 0;
        while let Some(c) = self.peek().filter(|c| matches!(c, '+' | '-' | '1'..='9')) {
            indent = c.to_digit(10).map_or(indent, |digit| digit as usize);
            self.advance();
        }
        self.skip_while(|c| c == ' ' || c == '\t');
        if self.peek() == Some('#') {
            self.skip_line();
        }
        if !self.peek().is_none_or(is_break) {
            return;
        }
        self.advance();
        let least = self.blocks.last().map_or(0, |at| at + 1);
        if indent == 0 {
            let found = self.skip_empty_lines(usize::MAX);
            indent = found.max(least).max(1);
        } else {
            indent += self.blocks.last().copied().unwrap_or_default();
            self.skip_empty_lines(indent);
        }
        while self.column == indent && self.peek().is_some() {
            self.skip_line();
            self.advance();
            self.skip_empty_lines(indent);
        }
    }

    /// Skips empty lines and the indentation, up to a column, of the next line; returns the
    /// greatest indentation.
    fn skip_empty_lines(&mut self, column: usize) -> usize {
        let mut greatest = 0;
        loop {
            while self.column < column && self.peek() == Some(' ') {
                self.advance();
            }
            greatest = greatest.max(self.column);
            if !self.peek().is_some_and(is_break) {
                return greatest;
            }
            self.advance();
        }
    }

    /// Returns whether `---` or `...` is here.
    fn is_document_mark(&self) -> bool {
        let rest = self.rest.as_str();
        let mark = rest.strip_prefix("---").or(rest.strip_prefix("..."));
        let after = mark.map(|rest| rest.chars().next());
        self.column == 0 && after.is_some_and(|after| after.is_none_or(is_blank_or_break))
    }

    /// Skips what is left of the line, without its end.
    fn skip_line(&mut self) {
        self.skip_while(|c| !is_break(c));
    }

    fn skip_while(&mut self, is_skipped: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&is_skipped) {
            self.advance();
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn peek_after(&self) -> Option<char> {
        self.rest.clone().nth(1)
    }

    fn advance(&mut self) {
        let Some(c) = self.rest.next() else {
            return;
        };
        if is_break(c) && !(c == '\r' && self.peek() == Some('\n')) {
            self.line += 1;
            self.column = 0;
        } else {
            self.column += 1;
        }
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_blank_or_break(c: char) -> bool {
    c == ' ' || c == '\t' || is_break(c)
}

fn is_flow(c: char) -> bool {
    matches!(c, ',' | '[' | ']' | '{' | '}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(text: &str) -> usize {
        Scanner::new(text).run().unwrap_or(usize::MAX)
    }

    fn depth_of(value: &Value) -> usize {
        match value {
            Value::Array(items) => 1 + items.iter().map(depth_of).max().unwrap_or_default(),
            Value::Object(entries) => 1 + entries.values().map(depth_of).max().unwrap_or_default(),
            _ => 0,
        }
    }

    #[test]
    fn nesting_is_found_in_every_form() {
        let many = MAX_NESTING + 1;
        let stairs: String = (0..many)
            .map(|level| format!("{}a:\n", " ".repeat(level)))
            .collect();
        for text in [
            "[".repeat(50_000),
            format!("calls: {}", "[".repeat(16_384)),
            "{a: ".repeat(many),
            "- ".repeat(many),
            "? ".repeat(many),
            "[\n".repeat(many),
            stairs,
            // What looks like closing brackets closes nothing.
            "[\"]\", ".repeat(many),
            "[']', ".repeat(many),
            "[ # ]\n".repeat(many),
            "[ # \u{2028}".repeat(many),
            format!("a: |\n ]\n?   {}", "[".repeat(many)),
            format!("  a: |\n  ? {}", "[".repeat(many)),
            format!("!<]]]> {}", "[ !<]]]> ".repeat(many)),
            format!("a: it's\nb: {}", "[".repeat(many)),
        ] {
            let error = yaml(&text).unwrap_err();
            assert!(error.contains("64 levels"), "{error}: {text:.60}");
        }
        let deep = format!("{}{}", "[".repeat(many), "]".repeat(many));
        assert!(json(&deep).unwrap_err().contains("64 levels"));
        assert!(json(&deep[1..deep.len() - 1]).is_ok());
        assert!(yaml(&deep[1..deep.len() - 1]).is_ok());
    }

    #[test]
    fn brackets_in_texts_open_nothing() {
        let many = "[{".repeat(MAX_NESTING);
        for (text, expected) in [
            (format!("a: |\n  {many}\nb: [1]"), 2),
            (format!("a: >-\n  {many}\n\n  {many}\nb: 1"), 1),
            (format!("- a: |2\n    {many}\n"), 2),
            (format!("a: 'it''s {many}'"), 1),
            (format!("a: \"\\\" {many}\""), 1),
            (format!("# {many}\na: 1 # {many}"), 1),
            (format!("a: x{many}\n  {many}\n"), 1),
            (format!("a: [x y, \"{many}\", '{many}', # {many}\n1]"), 2),
            ("[a, b, {c: d}]".to_owned(), 2),
            ("- - - a\n- b: c".to_owned(), 3),
        ] {
            assert_eq!(depth(&text), expected, "{text}");
            assert!(yaml(&text).is_ok(), "{text}");
        }
        assert!(json(&format!("\"\\\" {many}\"")).is_ok());
    }

    #[test]
    fn no_text_hides_nesting_from_the_scanner() {
        const PIECES: [&str; 32] = [
            "[", "]", "{", "}", ",", ":", ": ", "- ", "? ", "a", "b: ", "'", "\"", "\\", "#", " #",
            "|", ">", "|\n", ">-\n", "\n", "\n ", "\n  ", "\r\n", "!t ", "&a ", "''", "---\n",
            "|2\n", "\u{2028}", "\t", "-",
        ];
        let mut valid = 0;
        for number in 0..60_000_u64 {
            let mut state = crate::ids::mix(number);
            let text: String = (0..state % 24)
                .map(|_| {
                    state = crate::ids::mix(state.wrapping_add(1));
                    PIECES[state as usize % PIECES.len()]
                })
                .collect();
            if let Ok(value) = serde_yaml::from_str::<Value>(&text) {
                valid += 1;
                // A list can have the column of the mapping that it is in, and is then not counted.
                assert!(2 * depth(&text) >= depth_of(&value), "{text:?}");
            }
        }
        assert!(valid > 1000, "{valid}");
    }

    #[test]
    fn aliases_cannot_make_a_document_huge() {
        let long = "x".repeat(10_000);
        let texts = format!("a: &a {long}\nb: [{}]", "*a, ".repeat(1000));
        assert!(yaml(&texts).unwrap_err().contains("aliases"));
        let mut doubled = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..8 {
            let list = format!("*a{}, ", level - 1).repeat(10);
            doubled.push_str(&format!("a{level}: &a{level} [{list}]\n"));
        }
        doubled.push_str(&format!("# {}\n", "padding ".repeat(100)));
        assert!(yaml(&doubled).is_err());
        let few = yaml("a: &a {b: 1}\nc: [*a, *a]").unwrap();
        assert_eq!(few["c"][1]["b"], 1);
        let deep = format!("a: &a {0}{1}\nb: {0}*a{1}", "[".repeat(60), "]".repeat(60));
        assert!(yaml(&deep).unwrap_err().contains("64 levels"));
    }
}
