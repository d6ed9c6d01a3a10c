//! A YAML document as a tree with comments.

use serde_json::Value;

/// A document.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The comments before everything else.
    pub(crate) head: Vec<String>,
    /// The content.
    pub(crate) root: Yaml,
    /// The comments after everything else.
    pub(crate) tail: Vec<String>,
}

/// A value. Two values are equal if they have the same content, whatever their comments.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Yaml {
    /// A text.
    Text(String),
    /// A number, a boolean or `null`, as written.
    Literal(String),
    /// A list.
    List(Block),
    /// A map, with its entries in order.
    Map(Block),
}

/// The elements of a list or the entries of a map.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub(crate) entries: Vec<Entry>,
    /// The comments after the last entry.
    pub(crate) tail: Vec<String>,
}

/// An element of a list or an entry of a map.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The key; empty in a list.
    pub(crate) key: String,
    pub(crate) value: Yaml,
    /// The comments on the lines above.
    pub(crate) above: Vec<String>,
    /// The comment on the same line.
    pub(crate) behind: Option<String>,
    /// The line in the text that it was read from, counted from 1; otherwise 0.
    pub(crate) line: usize,
}

impl PartialEq for Block {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.value == other.value
    }
}

impl Entry {
    /// Returns an entry without comments.
    pub(crate) fn new(key: impl Into<String>, value: Yaml) -> Self {
        Self {
            key: key.into(),
            value,
            above: Vec::new(),
            behind: None,
            line: 0,
        }
    }
}

impl Block {
    /// Returns the value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Yaml> {
        let mut entries = self.entries.iter();
        entries
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }
}

impl Document {
    /// Returns all comments, sorted.
    pub(crate) fn comments(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        found.extend(self.head.iter().chain(&self.tail).map(String::as_str));
        self.root.add_comments(&mut found);
        found.retain(|line| !line.is_empty());
        found.sort_unstable();
        found
    }
}

impl From<Yaml> for Document {
    fn from(root: Yaml) -> Self {
        Self {
            head: Vec::new(),
            root,
            tail: Vec::new(),
        }
    }
}

impl Yaml {
    /// Returns an empty map, to be filled with [`Yaml::put`].
    pub(crate) fn map() -> Self {
        Yaml::Map(Block::default())
    }

    /// Returns a list.
    pub(crate) fn list(items: impl IntoIterator<Item = Yaml>) -> Self {
        let entries = items.into_iter().map(|item| Entry::new("", item));
        Yaml::List(Block {
            entries: entries.collect(),
            tail: Vec::new(),
        })
    }

    /// Adds an entry to a map.
    pub(crate) fn put(&mut self, key: impl Into<String>, value: Yaml) {
        if let Yaml::Map(block) = self {
            block.entries.push(Entry::new(key, value));
        }
    }

    /// Adds an entry if there is a value.
    pub(crate) fn put_some(&mut self, key: &str, value: Option<Yaml>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// Adds a text for people unless it is empty.
    pub(crate) fn put_prose(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.put(key, Yaml::prose(text));
        }
    }

    /// Adds `true` if the flag is set.
    pub(crate) fn put_flag(&mut self, key: &str, flag: bool) {
        if flag {
            self.put(key, Yaml::literal(true));
        }
    }

    /// Adds a list of texts unless it is empty.
    pub(crate) fn put_texts(&mut self, key: &str, texts: &[String]) {
        if !texts.is_empty() {
            self.put(key, Yaml::texts(texts));
        }
    }

    /// Returns a list of texts.
    pub(crate) fn texts<S: AsRef<str>>(texts: &[S]) -> Yaml {
        Yaml::list(texts.iter().map(|text| Yaml::text(text.as_ref())))
    }

    /// Returns a text.
    pub(crate) fn text(text: impl Into<String>) -> Yaml {
        Yaml::Text(text.into())
    }

    /// Returns a text for people. The reader of specifications ignores the line break at the end
    /// of such a text, and with it a text of several lines is an ordinary block.
    pub(crate) fn prose(text: &str) -> Yaml {
        let end = if text.contains('\n') && !text.ends_with('\n') {
            "\n"
        } else {
            ""
        };
        Yaml::Text(format!("{text}{end}"))
    }

    /// Returns a number or boolean.
    pub(crate) fn literal(value: impl ToString) -> Yaml {
        Yaml::Literal(value.to_string())
    }

    /// Returns JSON as YAML.
    pub(crate) fn json(value: &Value) -> Yaml {
        match value {
            Value::Null => Yaml::literal("null"),
            Value::Bool(value) => Yaml::literal(value),
            Value::Number(value) => Yaml::literal(value),
            Value::String(text) => Yaml::text(text),
            Value::Array(items) => Yaml::list(items.iter().map(Yaml::json)),
            Value::Object(entries) => {
                let mut map = Yaml::map();
                for (key, value) in entries {
                    map.put(key, Yaml::json(value));
                }
                map
            }
        }
    }

    /// Returns the keys that lead to the first difference, as `/post/summary`.
    pub(crate) fn first_difference(&self, other: &Yaml) -> Option<String> {
        if self == other {
            return None;
        }
        let blocks = match (self, other) {
            (Yaml::List(one), Yaml::List(other)) | (Yaml::Map(one), Yaml::Map(other)) => {
                (&one.entries, &other.entries)
            }
            _ => return Some(String::new()),
        };
        let mut pairs = blocks.0.iter().zip(blocks.1).enumerate();
        let below = pairs.find_map(|(index, (one, other))| {
            let below = one.value.first_difference(&other.value)?;
            let key = if one.key.is_empty() {
                index.to_string()
            } else {
                one.key.clone()
            };
            Some(format!("/{key}{below}"))
        });
        Some(below.unwrap_or_default())
    }

    fn add_comments<'a>(&'a self, found: &mut Vec<&'a str>) {
        let (Yaml::List(block) | Yaml::Map(block)) = self else {
            return;
        };
        for entry in &block.entries {
            found.extend(entry.above.iter().chain(&entry.behind).map(String::as_str));
            entry.value.add_comments(found);
        }
        found.extend(block.tail.iter().map(String::as_str));
    }
}
