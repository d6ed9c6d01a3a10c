//! Writes YAML as people do: plain where possible, quoted where necessary, blocks for multi-line
//! texts, short lists on one line.
//!
//! General emitters give no control over this and drop comments.

use super::comments::{Comments, NAMING_KEYS, Names};
use serde_json::Value;
use std::fmt::Write as _;

/// A value to write.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Yaml {
    /// Text for people; a trailing line break of a block has no meaning.
    Prose(String),
    /// Text that is kept exactly.
    Text(String),
    /// A number or boolean, as written.
    Literal(String),
    /// A list, on one line if it is short and has only scalars.
    List(Vec<Yaml>),
    /// A list with one element per line.
    Lines(Vec<Yaml>),
    /// A map, with its entries in order.
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    /// Returns an empty map, to be filled with [`Yaml::put`].
    pub(super) fn map() -> Self {
        Yaml::Map(Vec::new())
    }

    /// Adds an entry to a map.
    pub(super) fn put(&mut self, key: impl Into<String>, value: Yaml) {
        if let Yaml::Map(entries) = self {
            entries.push((key.into(), value));
        }
    }

    /// Adds an entry if there is a value.
    pub(super) fn put_some(&mut self, key: &str, value: Option<Yaml>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// Adds a text for people unless it is empty.
    pub(super) fn put_prose(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.put(key, Yaml::Prose(text.to_owned()));
        }
    }

    /// Adds `true` if the flag is set.
    pub(super) fn put_flag(&mut self, key: &str, flag: bool) {
        if flag {
            self.put(key, Yaml::Literal("true".to_owned()));
        }
    }

    /// Adds a list of texts unless it is empty.
    pub(super) fn put_texts(&mut self, key: &str, texts: &[String]) {
        if !texts.is_empty() {
            self.put(key, Yaml::texts(texts));
        }
    }

    /// Returns a list of texts.
    pub(super) fn texts<S: AsRef<str>>(texts: &[S]) -> Yaml {
        Yaml::List(texts.iter().map(|text| Yaml::text(text.as_ref())).collect())
    }

    /// Returns a text.
    pub(super) fn text(text: impl Into<String>) -> Yaml {
        Yaml::Text(text.into())
    }

    /// Returns a number.
    pub(super) fn number(number: impl ToString) -> Yaml {
        Yaml::Literal(number.to_string())
    }

    /// Returns JSON as YAML.
    pub(super) fn json(value: &Value) -> Yaml {
        match value {
            Value::Null => Yaml::Literal("null".to_owned()),
            Value::Bool(value) => Yaml::Literal(value.to_string()),
            Value::Number(value) => Yaml::Literal(value.to_string()),
            Value::String(text) => Yaml::Text(text.clone()),
            Value::Array(items) => Yaml::List(items.iter().map(Yaml::json).collect()),
            Value::Object(map) => Yaml::Map(
                map.iter()
                    .map(|(key, value)| (key.clone(), Yaml::json(value)))
                    .collect(),
            ),
        }
    }

    /// Writes a document, with the comments of the existing file whose keys are still there.
    pub(super) fn write(&self, comments: &Comments) -> String {
        let mut writer = YamlWriter {
            out: String::new(),
            path: String::new(),
            comments,
        };
        for line in &comments.head {
            writer.out.push_str(line);
            writer.out.push('\n');
        }
        writer.block(self, 0);
        for line in &comments.tail {
            writer.out.push_str(line);
            writer.out.push('\n');
        }
        writer.out
    }
}

/// The maximum length of a list on one line, in characters.
const LINE: usize = 100;
/// The last column of a text for people, which can continue on the next line.
const FOLD: usize = 100;

struct YamlWriter<'a> {
    out: String,
    /// The current place, as in [`Comments`].
    path: String,
    comments: &'a Comments,
}

impl YamlWriter<'_> {
    /// Writes a map or list, one indented line per entry.
    fn block(&mut self, value: &Yaml, indent: usize) {
        match value {
            Yaml::Map(entries) => {
                for (key, value) in entries {
                    self.pad(indent);
                    self.entry(key, value, indent);
                }
            }
            Yaml::List(items) | Yaml::Lines(items) => {
                let mut names = Names::default();
                for (index, item) in items.iter().enumerate() {
                    self.item(&item_name(index, item, &mut names), item, indent);
                }
            }
            scalar => {
                self.scalar(scalar, indent);
                self.out.push('\n');
            }
        }
    }

    fn pad(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// Writes `key: value`; the line is already indented.
    fn entry(&mut self, key: &str, value: &Yaml, indent: usize) {
        let length = self.path.len();
        let _ = write!(self.path, "/{key}");
        self.comments_above(indent);
        write_key(&mut self.out, key);
        self.out.push(':');
        self.value(value, indent);
        self.path.truncate(length);
    }

    /// Writes what follows a key.
    fn value(&mut self, value: &Yaml, indent: usize) {
        if let Some(line) = one_line(value) {
            self.out.push(' ');
            self.line(value, &line, indent);
            self.comment_behind();
            self.out.push('\n');
            return;
        }
        match value {
            Yaml::Map(_) | Yaml::List(_) | Yaml::Lines(_) => {
                self.comment_behind();
                self.out.push('\n');
                self.block(value, indent + 2);
            }
            scalar => {
                self.out.push(' ');
                self.scalar(scalar, indent);
                self.out.push('\n');
            }
        }
    }

    /// Writes a value on one line; a long plain text for people continues on the next line after a
    /// blank.
    fn line(&mut self, value: &Yaml, line: &str, indent: usize) {
        let foldable = matches!(value, Yaml::Prose(text) if text == line && !text.contains("  "));
        if !foldable || line.len() <= FOLD / 2 {
            self.out.push_str(line);
            return;
        }
        let start = self.out.rfind('\n').map_or(0, |at| at + 1);
        let mut column = self.out[start..].chars().count();
        for (index, word) in line.split(' ').enumerate() {
            let width = word.chars().count();
            if index > 0 && column + 1 + width > FOLD {
                self.out.push('\n');
                self.pad(indent + 2);
                column = indent + 2;
            } else if index > 0 {
                self.out.push(' ');
                column += 1;
            }
            self.out.push_str(word);
            column += width;
        }
    }

    /// Writes `- item`.
    fn item(&mut self, name: &str, item: &Yaml, indent: usize) {
        let length = self.path.len();
        let _ = write!(self.path, "/{name}");
        self.pad(indent);
        self.comments_above(indent);
        self.out.push('-');
        if let Some(line) = one_line(item) {
            self.out.push(' ');
            self.out.push_str(&line);
            self.comment_behind();
            self.out.push('\n');
        } else {
            self.out.push(' ');
            match item {
                Yaml::Map(entries) => {
                    for (index, (key, value)) in entries.iter().enumerate() {
                        if index > 0 {
                            self.pad(indent + 2);
                        }
                        self.entry(key, value, indent + 2);
                    }
                }
                Yaml::List(items) | Yaml::Lines(items) => {
                    // A list in a list: the first element follows the dash of the outer list.
                    let mut names = Names::default();
                    for (index, item) in items.iter().enumerate() {
                        let start = self.out.len();
                        self.item(&item_name(index, item, &mut names), item, indent + 2);
                        if index == 0 {
                            let padding = start..start + indent + 2;
                            self.out.replace_range(padding, "");
                        }
                    }
                }
                scalar => {
                    self.scalar(scalar, indent);
                    self.out.push('\n');
                }
            }
        }
        self.path.truncate(length);
    }

    fn scalar(&mut self, value: &Yaml, indent: usize) {
        match value {
            Yaml::Prose(text) => self.block_text(text, "|", indent),
            Yaml::Text(text) => self.block_text(text, "|-", indent),
            Yaml::Literal(text) => self.out.push_str(text),
            Yaml::List(_) | Yaml::Lines(_) | Yaml::Map(_) => {}
        }
    }

    /// Writes a multi-line text without the last line break.
    fn block_text(&mut self, text: &str, header: &str, indent: usize) {
        self.out.push_str(header);
        for line in text.split('\n') {
            self.out.push('\n');
            if !line.is_empty() {
                self.pad(indent + 2);
                self.out.push_str(line);
            }
        }
    }

    /// Writes the comments above this key. The line is already indented, and is indented again at
    /// the end.
    fn comments_above(&mut self, indent: usize) {
        let Some(lines) = self.comments.above.get(&self.path) else {
            return;
        };
        for line in lines {
            if line.is_empty() {
                self.out.truncate(self.out.trim_end_matches(' ').len());
            }
            self.out.push_str(line);
            self.out.push('\n');
            self.pad(indent);
        }
    }

    fn comment_behind(&mut self) {
        if let Some(comment) = self.comments.behind.get(&self.path) {
            self.out.push(' ');
            self.out.push_str(comment);
        }
    }
}

/// Returns how an element of a list is identified: by its name, since its position changes.
fn item_name(index: usize, item: &Yaml, names: &mut Names) -> String {
    let named = |key: &str| match item {
        Yaml::Map(entries) => entries.iter().find_map(|(name, value)| match value {
            Yaml::Text(text) if name == key => Some(text.clone()),
            _ => None,
        }),
        Yaml::Text(text) => Some(text.clone()),
        _ => None,
    };
    match NAMING_KEYS.iter().find_map(|key| named(key)) {
        Some(name) => names.next(&name),
        None => index.to_string(),
    }
}

/// Returns the value on one line, if it fits there.
fn one_line(value: &Yaml) -> Option<String> {
    match value {
        Yaml::Prose(text) | Yaml::Text(text) => line_text(text),
        Yaml::Literal(text) => Some(text.clone()),
        Yaml::Map(entries) => entries.is_empty().then(|| "{}".to_owned()),
        Yaml::Lines(items) => items.is_empty().then(|| "[]".to_owned()),
        Yaml::List(items) => flow_list(items),
    }
}

fn flow_list(items: &[Yaml]) -> Option<String> {
    let mut line = String::from("[");
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            line.push_str(", ");
        }
        match item {
            Yaml::Prose(text) | Yaml::Text(text) => {
                if text.contains('\n') {
                    return None;
                }
                write_scalar(&mut line, text, true);
            }
            Yaml::Literal(text) => line.push_str(text),
            Yaml::Map(entries) if entries.is_empty() => line.push_str("{}"),
            Yaml::List(items) | Yaml::Lines(items) if items.is_empty() => line.push_str("[]"),
            _ => return None,
        }
        if line.len() > LINE {
            return None;
        }
    }
    line.push(']');
    Some(line)
}

/// Returns a text on one line, plain or quoted; `None` if a block is more readable.
fn line_text(text: &str) -> Option<String> {
    if text.contains('\n') && fits_block(text) {
        return None;
    }
    let mut line = String::with_capacity(text.len() + 2);
    write_scalar(&mut line, text, false);
    Some(line)
}

/// Returns whether a literal block can hold the text exactly.
fn fits_block(text: &str) -> bool {
    let lines_fit = text
        .split('\n')
        .all(|line| !line.ends_with(' ') && line.chars().all(is_printable));
    lines_fit && !text.starts_with([' ', '\n']) && !text.ends_with('\n')
}

fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn write_key(out: &mut String, key: &str) {
    // The fragment of a path key is not a comment, since there is no blank before it.
    write_scalar(out, key, false);
}

fn write_scalar(out: &mut String, text: &str, flow: bool) {
    if is_plain(text, flow) {
        out.push_str(text);
    } else {
        write_quoted(out, text);
    }
}

/// Returns whether every YAML tool reads the unquoted text as this text.
fn is_plain(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let indicator = |c: char| "-?:,[]{}#&*!|>'\"%@`.~=<".contains(c);
    let bad_inside = |c: char| !is_printable(c) || (flow && ",[]{}".contains(c));
    !indicator(first)
        && !first.is_whitespace()
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.chars().any(bad_inside)
        && !is_ambiguous(text)
}

/// Returns whether some tools read a text as a number, a timestamp or a keyword.
fn is_ambiguous(text: &str) -> bool {
    const WORDS: &[&str] = &["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let digits = text.trim_start_matches(['+', '-', '.']);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return text.starts_with('+') || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    }
    let numeric = |c: char| c.is_ascii_digit() || "+-.:_ eETtZz".contains(c);
    let based = ["0x", "0X", "0o", "0O", "0b", "0B"]
        .iter()
        .any(|prefix| digits.starts_with(prefix));
    let date = digits.len() > 5
        && digits.bytes().take(4).all(|b| b.is_ascii_digit())
        && digits.as_bytes().get(4) == Some(&b'-');
    based || date || digits.chars().all(numeric)
}

fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) <= 0xffff => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &Yaml) -> String {
        value.write(&Comments::default())
    }

    #[test]
    fn quotes_stand_only_where_they_must() {
        let plain = [
            "oos:tag",
            "acs:oos:{#regionId}:x",
            "i-bp1",
            "1306108F-610C",
            "a#b",
            "中文：文",
        ];
        for text in plain {
            assert!(is_plain(text, false), "{text}");
        }
        let quoted = [
            "",
            "2019-06-01",
            "50",
            "1e5",
            "0x1f",
            "no",
            "Null",
            "a: b",
            "a #b",
            "- a",
            "{}",
            "12:30",
            "../x",
            "*",
            "a:",
            "a\u{7f}b",
            "2024-05-04T11:17:28",
            ".5",
            "+1",
            "<<",
        ];
        for text in quoted {
            assert!(!is_plain(text, false), "{text}");
        }
        assert!(!is_plain("a,b", true));
    }

    #[test]
    fn lists_in_lists_and_maps_in_lists_line_up() {
        let mut map = Yaml::map();
        map.put(
            "a",
            Yaml::Lines(vec![Yaml::Lines(vec![Yaml::text("x"), Yaml::text("z")])]),
        );
        let mut entry = Yaml::map();
        entry.put("k", Yaml::Prose("one\ntwo".to_owned()));
        entry.put("l", Yaml::number(2));
        map.put("b", Yaml::List(vec![entry]));
        assert_eq!(
            written(&map),
            "a:\n  - - x\n    - z\nb:\n  - k: |\n      one\n      two\n    l: 2\n"
        );
    }

    #[test]
    fn long_prose_goes_on_in_the_next_line() {
        let mut map = Yaml::map();
        map.put(
            "a",
            Yaml::Prose(format!(
                "{} # {}",
                "word ".repeat(19).trim_end(),
                "y".repeat(9)
            )),
        );
        map.put(
            "b",
            Yaml::Prose(format!(
                "{} {}",
                "word ".repeat(19).trim_end(),
                "y".repeat(9)
            )),
        );
        assert_eq!(
            written(&map),
            format!(
                "a: \"{0} # {1}\"\nb: {0}\n  {1}\n",
                "word ".repeat(19).trim_end(),
                "y".repeat(9)
            )
        );
    }

    #[test]
    fn texts_that_no_block_holds_are_quoted() {
        let mut map = Yaml::map();
        map.put("a", Yaml::text(" x\ny"));
        map.put("b", Yaml::text("x\n"));
        map.put("c", Yaml::text("x\ny"));
        assert_eq!(
            written(&map),
            "a: \" x\\ny\"\nb: \"x\\n\"\nc: |-\n  x\n  y\n"
        );
    }
}
