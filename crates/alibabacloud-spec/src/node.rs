//! A document as a tree with the position of each part.

use crate::map::NameMap;
use serde_json::{Number, Value};

/// Maximum nesting of lists and maps in a document; the deepest published schema needs about 80.
pub(crate) const MAX_DEPTH: usize = 120;
/// Maximum size of a document in bytes; the largest published product needs about 5 MB.
pub(crate) const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A position in a source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct At {
    /// Index of the file in [`Sources`](crate::source::Sources).
    pub(crate) file: usize,
    /// Line, from 1; 0 when the document has no positions (a bundle).
    pub(crate) line: usize,
    /// Column in characters, from 1.
    pub(crate) column: usize,
    /// How many characters of the line are marked.
    pub(crate) width: usize,
}

/// One value of a document.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) data: Data,
    pub(crate) at: At,
}

/// The kind of a value, with its content.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Null,
    Flag(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Map),
    /// A value that was rejected when the text was read; no further error is reported for it.
    Invalid,
}

/// Entries in the order of the document.
pub(crate) type Map = NameMap<Entry>;

/// One entry of a map.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key_at: At,
    pub(crate) value: Node,
}

impl Node {
    /// Returns the value of a key, if this is a map that contains it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match &self.data {
            Data::Map(map) => map.get(key).map(|entry| &entry.value),
            _ => None,
        }
    }

    /// Returns the text, if this is text.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Describes the value, for the text after "found" in a message.
    pub(crate) fn describe(&self) -> String {
        match &self.data {
            Data::Null | Data::Invalid => "nothing".into(),
            Data::Flag(flag) => format!("`{flag}`"),
            Data::Number(number) => format!("the number {number}"),
            Data::Text(text) => {
                let line = text.lines().next().unwrap_or_default();
                let short: String = line.chars().take(40).collect();
                let more = if short.len() < text.len() { "..." } else { "" };
                format!("the text `{short}{more}`")
            }
            Data::List(_) => "a list".into(),
            Data::Map(_) => "a map".into(),
        }
    }

    /// Returns the value as plain JSON.
    pub(crate) fn to_json(&self) -> Value {
        match &self.data {
            Data::Null | Data::Invalid => Value::Null,
            Data::Flag(flag) => Value::Bool(*flag),
            Data::Number(number) => Value::Number(number.clone()),
            Data::Text(text) => Value::String(text.clone()),
            Data::List(items) => items.iter().map(Node::to_json).collect(),
            Data::Map(map) => map
                .iter()
                .map(|(key, entry)| (key.clone(), entry.value.to_json()))
                .collect(),
        }
    }

    /// Returns the JSON path from this node to `target`, which is compared by identity:
    /// `$.post.parameters[2].schema`.
    pub(crate) fn path_to(&self, target: &Node) -> Option<String> {
        let mut path = String::from("$");
        self.extend_path_to(target, &mut path).then_some(path)
    }

    fn extend_path_to(&self, target: &Node, path: &mut String) -> bool {
        if std::ptr::eq(self, target) {
            return true;
        }
        let length = path.len();
        match &self.data {
            Data::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    path.push_str(&format!("[{index}]"));
                    if item.extend_path_to(target, path) {
                        return true;
                    }
                    path.truncate(length);
                }
            }
            Data::Map(map) => {
                for (key, entry) in map {
                    push_key(path, key);
                    if entry.value.extend_path_to(target, path) {
                        return true;
                    }
                    path.truncate(length);
                }
            }
            _ => {}
        }
        false
    }
}

/// Appends a key to a JSON path: `.key`, or `['odd key']` when the key has other characters.
pub(crate) fn push_key(path: &mut String, key: &str) {
    let plain = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$'));
    if plain {
        path.push('.');
        path.push_str(key);
    } else {
        path.push_str(&format!("['{key}']"));
    }
}
