//! Converts the tree of a specification to the checked model.
//!
//! All errors are collected, so that one run reports all of them. An invalid value is replaced by a
//! harmless one and reading continues; the model is returned only when there was no error.

mod body;
mod check;
mod examples;
mod extensions;
mod glossary;
mod media;
mod operation;
mod parameter;
mod response;
mod rust_name;
mod schema;
mod service;

use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};

use crate::error::{Error, MOST_ERRORS};
use crate::model::{Parameter, Schema};
use crate::node::{At, Data, Entry, Map, Node};
use crate::source::{MAIN, Sources};
use crate::suggest::did_you_mean;
use crate::vocabulary::Vocabulary;

/// The state of the conversion.
pub(crate) struct Reader<'a> {
    sources: &'a Sources,
    /// Whether missing descriptions and examples that do not match their type are errors.
    lint: bool,
    /// Whether only operations and tags need descriptions.
    accepts_undescribed: bool,
    errors: Vec<Error>,
    /// Names of the shared schemas, known before the first schema is read.
    schema_names: Vec<&'a str>,
    /// Shared schemas, complete before the first operation is read.
    schemas: IndexMap<String, Schema>,
    /// Shared parameters, complete before the first operation is read.
    parameters: IndexMap<String, Parameter>,
    /// Examples and defaults, which are checked at the end, with their schemas.
    examples: Vec<(&'a Node, Schema)>,
    /// Names of shared parameters that could not be read.
    broken_parameters: HashSet<String>,
    /// Names of the tags.
    tags: Vec<String>,
    /// Operations that could not be read. What refers to them is not checked, so that one cause is
    /// one error.
    broken: HashSet<String>,
    /// What could not be read of the other operations, by name.
    gaps: HashMap<String, Gaps>,
    /// Whether the main document could not be read, so that no shared part and no tag is known.
    is_main_unknown: bool,
    /// Whether shared schemas or references to them have errors, so that a schema may have become
    /// "any JSON".
    are_schemas_uncertain: bool,
    /// Whether a shared schema contains itself without end, so that types cannot be made from it.
    is_endless: bool,
    /// The number of errors that change what was read; those of the lint do not.
    losses: usize,
}

/// Parts of an operation that were replaced because of errors. That a name does not exist, or has
/// the wrong kind, may be a consequence of such an error.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gaps {
    /// Parameters with errors.
    parameters: HashSet<String>,
    /// Whether parameters may be missing.
    has_missing_parameters: bool,
    /// Whether the response has errors.
    response: bool,
    /// Whether the class has errors.
    class: bool,
}

impl Gaps {
    /// Returns whether the operation was read completely.
    fn is_empty(&self) -> bool {
        !self.has_missing_parameters && self.parameters.is_empty() && !self.response
    }

    /// Returns whether the operation may have a parameter of this name, of any kind.
    fn may_have(&self, name: &str) -> bool {
        self.has_missing_parameters || self.parameters.contains(name)
    }
}

/// A map whose keys are all known.
#[derive(Clone, Copy)]
pub(crate) struct Object<'a> {
    node: &'a Node,
    map: &'a Map,
}

impl<'a> Object<'a> {
    fn get(&self, key: &str) -> Option<&'a Node> {
        self.map.get(key).map(|entry| &entry.value)
    }

    fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.map.get(key)
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(sources: &'a Sources, lint: bool, accepts_undescribed: bool) -> Self {
        Self {
            sources,
            lint,
            accepts_undescribed,
            errors: Vec::new(),
            schema_names: Vec::new(),
            schemas: IndexMap::new(),
            parameters: IndexMap::new(),
            examples: Vec::new(),
            broken_parameters: HashSet::new(),
            tags: Vec::new(),
            broken: HashSet::new(),
            gaps: HashMap::new(),
            is_main_unknown: false,
            are_schemas_uncertain: false,
            is_endless: false,
            losses: 0,
        }
    }

    /// Returns whether types can be made from what was read.
    pub(crate) fn is_finite(&self) -> bool {
        !self.is_endless
    }

    /// Returns the errors.
    pub(crate) fn into_errors(self) -> Vec<Error> {
        self.errors
    }

    fn error(&mut self, node: &Node, message: impl Into<String>) {
        self.report(node.at, node, message.into(), None);
    }

    fn error_with_help(&mut self, node: &Node, message: impl Into<String>, help: impl Into<Help>) {
        self.report(node.at, node, message.into(), help.into().0);
    }

    /// Reports an error at the key of an entry.
    fn error_at_key(&mut self, entry: &Entry, message: impl Into<String>, help: Option<String>) {
        self.report(entry.key_at, &entry.value, message.into(), help);
    }

    /// Reports an error of the lint, which does not change what is read.
    fn lint_error(&mut self, node: &Node, message: impl Into<String>) {
        self.error(node, message);
        self.losses -= 1;
    }

    fn report(&mut self, at: At, node: &Node, message: String, help: Option<String>) {
        self.losses += 1;
        if matches!(node.data, Data::Invalid) || self.errors.len() >= MOST_ERRORS {
            return;
        }
        let error = self.sources.error(at, Some(node), message, help);
        // A file that two entries refer to is read twice.
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    /// Reports "expected ..., found ...".
    fn mismatch(&mut self, node: &Node, expected: &str) {
        self.error(
            node,
            format!("expected {expected}, found {}", node.describe()),
        );
    }

    /// Returns a map with the keys of a vocabulary. Unknown and missing keys are reported.
    fn object(&mut self, node: &'a Node, vocabulary: &Vocabulary) -> Option<Object<'a>> {
        let map = self.map(node, vocabulary.name)?;
        for (key, entry) in map {
            if !vocabulary.knows(key) {
                let help = unknown_key_help(key, vocabulary);
                self.error_at_key(
                    entry,
                    format!("unknown key `{key}` in {}", vocabulary.name),
                    Some(help),
                );
            }
        }
        for key in vocabulary.required {
            if !map.contains_key(key) {
                self.error(node, format!("missing key `{key}` in {}", vocabulary.name));
            }
        }
        Some(Object { node, map })
    }

    /// Returns a map with keys of any name.
    fn map(&mut self, node: &'a Node, what: &str) -> Option<&'a Map> {
        match &node.data {
            Data::Map(map) => Some(map),
            _ => {
                self.mismatch(node, &format!("a map for {what}"));
                None
            }
        }
    }

    fn list(&mut self, node: &'a Node, what: &str) -> &'a [Node] {
        match &node.data {
            Data::List(items) => items,
            _ => {
                self.mismatch(node, &format!("a list of {what}"));
                &[]
            }
        }
    }

    fn text(&mut self, node: &'a Node) -> Option<&'a str> {
        match &node.data {
            Data::Text(text) => Some(text),
            Data::Number(_) | Data::Flag(_) => {
                self.error_with_help(
                    node,
                    format!("expected text, found {}", node.describe()),
                    "put it in double quotes",
                );
                None
            }
            _ => {
                self.mismatch(node, "text");
                None
            }
        }
    }

    /// Returns text that is not empty.
    fn name(&mut self, node: &'a Node) -> Option<&'a str> {
        let text = self.text(node)?;
        if text.trim().is_empty() {
            self.error(node, "expected text, found empty text");
            return None;
        }
        Some(text)
    }

    /// Returns documentation under a key, or empty text.
    fn prose(&mut self, object: &Object<'a>, key: &str) -> String {
        let text = object
            .get(key)
            .and_then(|node| self.text(node))
            .unwrap_or_default();
        text.trim_end().to_owned()
    }

    /// Returns a required name. A missing one has been reported with the object.
    fn required_name(&mut self, object: &Object<'a>, key: &str) -> String {
        object
            .get(key)
            .and_then(|node| self.name(node))
            .unwrap_or_default()
            .to_owned()
    }

    /// Returns a required name that is one line of visible text, since it becomes part of file
    /// headers and headings.
    fn required_line(&mut self, object: &Object<'a>, key: &str) -> String {
        let name = self.required_name(object, key);
        if let Some(node) = object.get(key).filter(|_| name.chars().any(is_invisible)) {
            self.error(
                node,
                format!("expected one line without control characters for `{key}`"),
            );
        }
        name
    }

    fn optional_name(&mut self, object: &Object<'a>, key: &str) -> Option<String> {
        object
            .get(key)
            .and_then(|node| self.name(node))
            .map(str::to_owned)
    }

    /// Returns `true` or `false` under a key; the default is `false`.
    fn flag(&mut self, object: &Object<'a>, key: &str) -> bool {
        match object.get(key) {
            None => false,
            Some(Node {
                data: Data::Flag(flag),
                ..
            }) => *flag,
            Some(node) => {
                self.mismatch(node, "true or false");
                false
            }
        }
    }

    fn integer(&mut self, object: &Object<'a>, key: &str) -> Option<i64> {
        let node = object.get(key)?;
        let integer = match &node.data {
            Data::Number(number) => number.as_i64(),
            _ => None,
        };
        if integer.is_none() {
            self.mismatch(node, "a 64-bit integer");
        }
        integer
    }

    /// Returns an integer that is not negative.
    fn count(&mut self, object: &Object<'a>, key: &str) -> Option<u64> {
        let node = object.get(key)?;
        let count = match &node.data {
            Data::Number(number) => number.as_u64(),
            _ => None,
        };
        if count.is_none() {
            self.mismatch(node, "a non-negative integer");
        }
        count
    }

    /// Returns a list of distinct names under a key, or an empty list.
    fn names(&mut self, object: &Object<'a>, key: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (name, node) in self.name_nodes(object, key) {
            if names.iter().any(|known| known == name) {
                self.error(node, format!("duplicate name `{name}`"));
            } else {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// Returns a list of names with their nodes.
    fn name_nodes(&mut self, object: &Object<'a>, key: &str) -> Vec<(&'a str, &'a Node)> {
        let Some(node) = object.get(key) else {
            return Vec::new();
        };
        let items = self.list(node, "names");
        items
            .iter()
            .filter_map(|item| Some((self.name(item)?, item)))
            .collect()
    }

    /// Returns the value of one of several words.
    fn word<T: Copy>(&mut self, node: &'a Node, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(node)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let message = format!("expected {}, found `{text}`", one_of(&known));
            let help = did_you_mean(text, known.iter().copied());
            self.error_with_help(node, message, help);
        }
        found.map(|(_, value)| *value)
    }

    /// Returns the value of a word under a required key.
    fn required_word<T: Copy>(
        &mut self,
        object: &Object<'a>,
        key: &str,
        words: &[(&str, T)],
        otherwise: T,
    ) -> T {
        object
            .get(key)
            .and_then(|node| self.word(node, words))
            .unwrap_or(otherwise)
    }

    /// Returns the name in a reference to a shared parameter or schema.
    fn shared_name(&mut self, node: &'a Node, section: &str) -> Option<&'a str> {
        let reference = self.text(node)?;
        let prefix = if node.at.file == 0 {
            String::new()
        } else {
            format!("../{MAIN}")
        };
        let start = format!("{prefix}#/components/{section}/");
        match reference.strip_prefix(&start) {
            Some(name) if !name.is_empty() && !name.contains('/') => Some(name),
            _ => {
                let message = format!(
                    "expected a reference of the form `{start}<name>`, found `{reference}`"
                );
                self.error(node, message);
                None
            }
        }
    }
}

/// Returns whether a character breaks a line, or changes the order in which text is shown.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The optional fix of an error.
struct Help(Option<String>);

impl From<Option<String>> for Help {
    fn from(help: Option<String>) -> Self {
        Self(help)
    }
}

impl From<&str> for Help {
    fn from(help: &str) -> Self {
        Self(Some(help.to_owned()))
    }
}

fn unknown_key_help(key: &str, vocabulary: &Vocabulary) -> String {
    did_you_mean(key, vocabulary.keys()).unwrap_or_else(|| {
        let keys: Vec<&str> = vocabulary.keys().collect();
        format!("known keys: {}", keys.join(", "))
    })
}

/// Returns "`a`, `b` or `c`".
fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}
