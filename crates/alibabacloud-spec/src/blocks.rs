//! Reads the form of YAML that people and tools write most: lists and maps as blocks, each scalar
//! on the line of its key or as a block below it.
//!
//! Reading specifications was a quarter of the generator's work with a parser for all of YAML. This
//! one takes a small part of that, because it knows few forms: what `cargo xtask fmt` writes. It
//! returns nothing for a text that has any other, or an error; `yaml.rs` then reads the text again.
//! Both return the same tree.

use crate::node::{At, Data, Entry, MAX_DEPTH, Map, Node};
use crate::scalar::{differs_in_yaml_1_1, resolve_plain};
use std::borrow::Cow;

/// A key that is longer than this is not a key for every parser.
const MAX_KEY_BYTES: usize = 1000;

/// Parses one document, if it has only the known forms and no error.
pub(crate) fn parse(file: usize, text: &str) -> Option<Node> {
    let is_unknown = |b: u8| b < b' ' && b != b'\n';
    if !text.ends_with('\n') || text.bytes().any(is_unknown) || text.contains('\u{feff}') {
        return None;
    }
    let mut blocks = Blocks {
        file,
        rest: text,
        line: 0,
        column: 0,
        content: "",
    };
    blocks.next_line();
    let root = blocks.block(0, 1)?;
    blocks.content.is_empty().then_some(root)
}

struct Blocks<'a> {
    file: usize,
    /// The lines after the current one.
    rest: &'a str,
    /// Number of the current line, from 1.
    line: usize,
    /// Where `content` begins, in characters from 0.
    column: usize,
    /// What is left of the current line; empty at the end of the text.
    content: &'a str,
}

/// What the rest of a line begins with.
struct Token<'a> {
    /// The text without its quotes.
    text: Cow<'a, str>,
    is_plain: bool,
    /// Its width in characters, with its quotes.
    width: usize,
    /// What follows the colon and the blank if it is a key. Otherwise it ends the line.
    after_key: Option<&'a str>,
}

impl<'a> Blocks<'a> {
    /// Goes to the next line that is neither empty nor a comment.
    fn next_line(&mut self) {
        while let Some((line, rest)) = self.rest.split_once('\n') {
            self.rest = rest;
            self.line += 1;
            let indent = indentation(line);
            let content = &line[indent..];
            if !content.is_empty() && !content.starts_with('#') {
                (self.column, self.content) = (indent, content);
                return;
            }
        }
        (self.column, self.content) = (0, "");
    }

    fn skip(&mut self, characters: usize, content: &'a str) {
        self.column += characters;
        self.content = content;
    }

    fn is_at(&self, column: usize) -> bool {
        self.column == column && !self.content.is_empty()
    }

    /// Returns the position of what is next.
    fn at(&self, width: usize) -> At {
        At {
            file: self.file,
            line: self.line,
            column: self.column + 1,
            width: width.max(1),
        }
    }

    /// Reads a list or map in this column, up to the next line in another one. It is the lists and
    /// maps from the root to this one that `depth` counts.
    fn block(&mut self, column: usize, depth: usize) -> Option<Node> {
        if !self.is_at(column) || depth > MAX_DEPTH {
            return None;
        }
        let at = self.at(1);
        let data = if self.content.starts_with("- ") {
            self.list(column, depth)?
        } else {
            self.map(column, depth)?
        };
        Some(Node { data, at })
    }

    fn list(&mut self, column: usize, depth: usize) -> Option<Data> {
        let mut items = Vec::new();
        while let Some(item) = self.item(column) {
            self.skip(2, item);
            let is_map = || token(item).is_some_and(|token| token.after_key.is_some());
            items.push(if item.starts_with("- ") || is_map() {
                self.block(column + 2, depth + 1)?
            } else {
                self.value(column, depth)?
            });
        }
        Some(Data::List(items))
    }

    /// Returns what follows the dash of an item in this column.
    fn item(&self, column: usize) -> Option<&'a str> {
        self.content
            .strip_prefix("- ")
            .filter(|_| self.is_at(column))
    }

    fn map(&mut self, column: usize, depth: usize) -> Option<Data> {
        let mut map = Map::new();
        while self.is_at(column) {
            let key = token(self.content)?;
            let after = key.after_key?;
            let key_at = self.at(key.width);
            self.skip(key.width + 2, after);
            let value = if after.is_empty() {
                self.next_line();
                if self.column <= column {
                    return None;
                }
                let block = self.block(self.column, depth + 1)?;
                // Errors of a whole block are shown at its key.
                Node {
                    at: key_at,
                    ..block
                }
            } else {
                self.value(column, depth)?
            };
            let entry = Entry { key_at, value };
            if map.insert(key.text.into_owned(), entry).is_some() {
                return None;
            }
        }
        Some(Data::Map(map))
    }

    /// Reads a value from its first character to the end of its last line. `column` is that of the
    /// list or map that contains it, whose depth is given.
    fn value(&mut self, column: usize, depth: usize) -> Option<Node> {
        let (at, data) = match self.content {
            "[]" | "{}" if depth == MAX_DEPTH => return None,
            "[]" => (self.at(1), Data::List(Vec::new())),
            "{}" => (self.at(1), Data::Map(Map::new())),
            "|" | "|-" | ">" | ">-" => return self.block_scalar(column),
            content => {
                let token = token(content).filter(|token| token.after_key.is_none())?;
                (self.at(token.width), token.data()?)
            }
        };
        self.next_line();
        Some(Node { data, at })
    }

    /// Reads a literal or folded block scalar in a list or map in this column, up to the next line
    /// that is indented less.
    fn block_scalar(&mut self, column: usize) -> Option<Node> {
        let is_folded = self.content.starts_with('>');
        let is_stripped = self.content.ends_with('-');
        let mut text = String::new();
        let (first, _) = self.rest.split_once('\n')?;
        let indent = indentation(first);
        let at = At {
            file: self.file,
            line: self.line + 1,
            column: indent + 1,
            width: 1,
        };
        if indent <= column || indent == first.len() {
            return None;
        }
        let mut empty_lines = 0;
        while let Some((line, rest)) = self.rest.split_once('\n') {
            let own = indentation(line);
            if own < indent && !line.is_empty() {
                break;
            }
            (self.rest, self.line) = (rest, self.line + 1);
            if line.is_empty() && !is_folded {
                empty_lines += 1;
                continue;
            }
            // Such lines are not joined with others, or they are content that nobody sees.
            if own == line.len() || (is_folded && own > indent) {
                return None;
            }
            if !text.is_empty() {
                text.push(if is_folded { ' ' } else { '\n' });
            }
            text.extend(std::iter::repeat_n('\n', empty_lines));
            empty_lines = 0;
            text.push_str(&line[indent..]);
        }
        if !is_stripped {
            text.push('\n');
        }
        self.next_line();
        Some(Node {
            data: Data::Text(text),
            at,
        })
    }
}

impl Token<'_> {
    /// Returns the value, unless a tool could read another one.
    fn data(self) -> Option<Data> {
        if !self.is_plain {
            return Some(Data::Text(self.text.into_owned()));
        }
        match resolve_plain(&self.text) {
            Data::Text(_) if differs_in_yaml_1_1(&self.text) => None,
            data => Some(data),
        }
    }
}

fn indentation(line: &str) -> usize {
    line.bytes().take_while(|b| *b == b' ').count()
}

/// Reads a scalar that is a key or ends the line.
fn token(content: &str) -> Option<Token<'_>> {
    let (text, length, is_plain) = match content.bytes().next()? {
        b'"' => {
            let (text, length) = double_quoted(content)?;
            (Cow::Owned(text), length, false)
        }
        b'\'' => {
            let (text, length) = single_quoted(content)?;
            (Cow::Owned(text), length, false)
        }
        _ if begins_plain(content.as_bytes()) => {
            let length = plain(content)?;
            (Cow::Borrowed(&content[..length]), length, true)
        }
        _ => return None,
    };
    let (written, after) = content.split_at(length);
    let after_key = match after {
        "" => None,
        ":" => Some(""),
        _ => Some(after.strip_prefix(": ").filter(|rest| !rest.is_empty())?),
    };
    if after_key.is_some() && length > MAX_KEY_BYTES {
        return None;
    }
    Some(Token {
        text,
        is_plain,
        width: written.chars().count(),
        after_key,
    })
}

/// Whether a plain scalar is at the start; some of those that are possible are left out.
fn begins_plain(bytes: &[u8]) -> bool {
    match bytes {
        [b'-', digit, ..] => digit.is_ascii_digit(),
        // This would end the document.
        [b'.', b'.', b'.', ..] => false,
        [first, ..] => {
            first.is_ascii_alphanumeric() || b"/.$_(+\\^~".contains(first) || !first.is_ascii()
        }
        [] => false,
    }
}

/// Returns the length of the plain scalar at the start: up to a colon at the end of the line or
/// before a blank. `None` if a comment follows, or blanks that are not part of it.
fn plain(content: &str) -> Option<usize> {
    let bytes = content.as_bytes();
    let mut before = b' ';
    for (at, &b) in bytes.iter().enumerate() {
        if b == b':' && bytes.get(at + 1).is_none_or(|next| *next == b' ') {
            return (before != b' ').then_some(at);
        }
        if b == b'#' && before == b' ' {
            return None;
        }
        before = b;
    }
    (before != b' ').then_some(bytes.len())
}

/// Returns the text between double quotes at the start, and its length with them. `None` if it does
/// not end in the line, or has an escape that is not for a single character.
fn double_quoted(content: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut rest = content.get(1..)?;
    loop {
        let at = rest.find(['"', '\\'])?;
        text.push_str(&rest[..at]);
        let escaped = rest.as_bytes().get(at + 1);
        if rest[at..].starts_with('"') {
            return Some((text, content.len() - rest.len() + at + 1));
        }
        text.push(match escaped? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'n' => '\n',
            b't' => '\t',
            _ => return None,
        });
        rest = &rest[at + 2..];
    }
}

/// Returns the text between single quotes at the start, and its length with them. `None` if it does
/// not end in the line.
fn single_quoted(content: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut rest = content.get(1..)?;
    loop {
        let (part, after) = rest.split_once('\'')?;
        text.push_str(part);
        match after.strip_prefix('\'') {
            Some(after) => {
                text.push('\'');
                rest = after;
            }
            None => return Some((text, content.len() - after.len())),
        }
    }
}
