//! Tests the canonical form over generated documents.

use super::{Document, Yaml, canonical, read, write};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// A generator of numbers, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

/// Texts that mean something to YAML, or look as if they did.
const PARTS: &[&str] = &[
    "a",
    "word",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "#",
    " #",
    ": ",
    ":",
    "- ",
    "-",
    "? ",
    "&a",
    "*a",
    "!t",
    "|",
    ">",
    "%",
    "@",
    "`",
    "\"",
    "'",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    "no",
    "null",
    "~",
    "1",
    "0x1f",
    "1e5",
    "-1.5",
    "2019-06-01",
    "12:30",
    "<<",
    "=",
    "---",
    "...",
    "\r",
    "\r\n",
    "\u{0}",
    "\u{7}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{202e}",
    "\u{feff}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{1ffff}",
    "中文",
    "，",
    "😀",
    "é",
    "<br>",
    "$ref",
    "é\u{301}",
];

fn text(random: &mut Random) -> String {
    let mut text = String::new();
    match random.below(8) {
        // Long texts of words, which are folded.
        0 | 1 => {
            for _ in 0..random.below(60) {
                text.push_str(random.pick(&["word", "longer-word", "a", "#x", "x:", "-", "中文"]));
                text.push_str(random.pick(&[" ", " ", " ", "  ", "", "\n"]));
            }
        }
        2 => text.push_str(&"x".repeat(random.below(300))),
        _ => {
            for _ in 0..random.below(7) {
                text.push_str(random.pick(PARTS));
            }
        }
    }
    text
}

fn value(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 5 } else { 8 }) {
        0 => match random.below(5) {
            0 => Value::Null,
            1 => json!(random.below(2) == 0),
            2 => json!(random.below(100)),
            3 => json!(-1.5),
            _ => json!(1e300),
        },
        1..=4 => Value::String(text(random)),
        5 => (0..random.below(4))
            .map(|_| value(random, depth - 1))
            .collect(),
        _ => map(random, depth),
    }
}

fn map(random: &mut Random, depth: usize) -> Value {
    let mut map = Map::new();
    for _ in 0..random.below(5) {
        let key = match random.below(3) {
            0 => text(random).chars().take(200).collect(),
            _ => random
                .pick(&["a", "b", "c", "name", "$ref", "/#Action=X"])
                .to_owned(),
        };
        map.insert(key, value(random, depth - 1));
    }
    map.into()
}

#[test]
fn every_value_is_read_back_and_its_form_is_stable() {
    let mut random = Random(0x5eed);
    for round in 0..1500 {
        let value = map(&mut random, 5);
        let written = write(Document::from(Yaml::json(&value)));
        let again = read(&written).unwrap_or_else(|error| panic!("{round}: {error}\n{written}"));
        assert_eq!(again.root, Yaml::json(&value), "{round}:\n{written}");
        // Another reader reads the same.
        let other: Value = serde_yaml::from_str(&written)
            .unwrap_or_else(|error| panic!("{round}: {error}\n{written}"));
        assert_eq!(other, value, "{round}:\n{written}");
        assert_eq!(canonical(&written).as_ref(), Ok(&written), "{round}");
    }
}

/// Writes a value as a person might, with comments wherever they can be.
struct Sketch<'a> {
    random: &'a mut Random,
    out: String,
    comments: Vec<String>,
}

impl Sketch<'_> {
    fn comment(&mut self) -> String {
        let comment = format!("# comment {} #", self.comments.len());
        self.comments.push(comment.clone());
        comment
    }

    /// Ends the line, perhaps with a comment and with comments on the following lines.
    fn end_line(&mut self) {
        if self.random.below(5) == 0 {
            let comment = self.comment();
            let _ = write!(self.out, " {comment}");
        }
        self.out.push('\n');
        while self.random.below(5) == 0 {
            let indent = self.random.below(9);
            let comment = self.comment();
            let _ = writeln!(self.out, "{:indent$}{comment}", "");
            if self.random.below(3) == 0 {
                self.out.push('\n');
            }
        }
    }

    fn scalar(&mut self, value: &Value) {
        match value {
            Value::String(text) if self.random.below(2) == 0 && !text.contains('\n') => {
                let is_single = text
                    .chars()
                    .all(|c| c >= ' ' && c != '\u{7f}' && c < '\u{80}');
                if is_single {
                    let _ = write!(self.out, "'{}'", text.replace('\'', "''"));
                    return;
                }
                self.out.push_str(&quoted(text));
            }
            Value::String(text) => self.out.push_str(&quoted(text)),
            other => self.out.push_str(&other.to_string()),
        }
    }

    /// Writes a value in brackets over several lines.
    fn flow(&mut self, value: &Value, indent: usize) {
        let (brackets, entries): (_, Vec<(Option<&String>, &Value)>) = match value {
            Value::Array(items) => ("[]", items.iter().map(|item| (None, item)).collect()),
            Value::Object(map) => ("{}", map.iter().map(|(k, v)| (Some(k), v)).collect()),
            scalar => return self.scalar(scalar),
        };
        self.out.push_str(&brackets[..1]);
        for (index, (key, value)) in entries.into_iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            if self.random.below(2) == 0 {
                self.end_line();
                self.out.extend(std::iter::repeat_n(' ', indent + 1));
            }
            if let Some(key) = key {
                let _ = write!(self.out, "{}: ", quoted(key));
            }
            self.flow(value, indent + 1);
        }
        self.out.push_str(&brackets[1..]);
    }

    /// Writes what follows a key or dash.
    fn inner(&mut self, value: &Value, indent: usize) {
        let is_empty = match value {
            Value::Array(items) => items.is_empty(),
            Value::Object(map) => map.is_empty(),
            _ => true,
        };
        if is_empty || self.random.below(6) == 0 {
            self.out.push(' ');
            self.flow(value, indent + 1);
            self.end_line();
        } else {
            self.end_line();
            let more = 1 + self.random.below(4);
            self.block(value, indent + more);
        }
    }

    fn block(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Array(items) => {
                for item in items {
                    let _ = write!(self.out, "{:indent$}-", "");
                    self.inner(item, indent);
                }
            }
            Value::Object(map) => {
                for (key, value) in map {
                    let _ = write!(self.out, "{:indent$}{}:", "", quoted(key));
                    self.inner(value, indent);
                }
            }
            scalar => self.scalar(scalar),
        }
    }
}

/// Returns a text in double quotes, everything unusual escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            c => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out + "\""
}

#[test]
fn content_and_comments_survive() {
    let mut random = Random(0xc0ffee);
    let mut with_comments = 0;
    for round in 0..1500 {
        let value = map(&mut random, 4);
        if value == json!({}) {
            continue;
        }
        let mut sketch = Sketch {
            random: &mut random,
            out: String::new(),
            comments: Vec::new(),
        };
        sketch.block(&value, 0);
        let Sketch { out, comments, .. } = sketch;
        let formatted = canonical(&out).unwrap_or_else(|error| panic!("{round}: {error}\n{out}"));
        let other: Value = serde_yaml::from_str(&formatted).unwrap();
        assert_eq!(other, value, "{round}:\n{out}\n{formatted}");
        let mut meant: Vec<&str> = comments.iter().map(String::as_str).collect();
        meant.sort_unstable();
        let again = read(&formatted).unwrap();
        assert_eq!(again.comments(), meant, "{round}:\n{out}\n{formatted}");
        assert_eq!(canonical(&formatted).as_ref(), Ok(&formatted), "{round}");
        with_comments += usize::from(!comments.is_empty());
    }
    assert!(with_comments > 400);
}
