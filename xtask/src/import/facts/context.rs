//! What every reader of metadata needs: tolerant access to JSON, and the report.

use crate::import::json::{Json, JsonPath};
use crate::import::report::{Refusal, Report, Rule};
use std::collections::{HashMap, HashSet};

/// The state of one import.
pub(super) struct Context<'a> {
    /// What the rules did so far.
    pub report: Report,
    /// The operation that is being read, if any.
    pub operation: Option<&'a str>,
    /// Shared schemas by their names in the specification.
    pub components: HashMap<String, &'a Json>,
    /// The name in the specification for each name of a shared schema in the metadata.
    pub component_names: HashMap<&'a str, String>,
    unknown_keys: HashSet<(&'static str, String)>,
}

impl<'a> Context<'a> {
    /// Creates an empty state.
    pub(super) fn new() -> Self {
        Self {
            report: Report::default(),
            operation: None,
            components: HashMap::new(),
            component_names: HashMap::new(),
            unknown_keys: HashSet::new(),
        }
    }

    /// Records what a rule did here.
    pub(super) fn find(&mut self, rule: Rule, path: &JsonPath<'_>, message: impl Into<String>) {
        self.report.find(rule, self.operation, path, message);
    }

    /// Records an unknown key, once for each kind of object.
    pub(super) fn unknown_key(&mut self, of: &'static str, key: &str, path: &JsonPath<'_>) {
        if self.unknown_keys.insert((of, key.to_owned())) {
            self.find(
                Rule::UnknownKey,
                path,
                format!("unknown key `{key}` of {of}; ignored everywhere"),
            );
        }
    }

    /// Returns the entries of an object. An empty list is an empty object: PHP exports one that
    /// way.
    pub(super) fn object(
        &mut self,
        json: &'a Json,
        path: &JsonPath<'_>,
    ) -> Result<&'a [(String, Json)], Refusal> {
        match json {
            Json::Object(entries) => {
                self.check_keys(entries, path);
                Ok(entries)
            }
            Json::Null => Ok(&[]),
            Json::Array(items) if items.is_empty() => {
                self.find(
                    Rule::EmptyListAsMap,
                    path,
                    "an empty list, read as an empty map",
                );
                Ok(&[])
            }
            other => Err(expected("an object", other, path)),
        }
    }

    fn check_keys(&mut self, entries: &[(String, Json)], path: &JsonPath<'_>) {
        for (index, (key, _)) in entries.iter().enumerate().skip(1) {
            // Most objects are short; only long ones, such as the list of operations, need a set.
            if index <= 64 && entries[..index].iter().any(|(earlier, _)| earlier == key) {
                self.repeated_key(key, path);
            }
        }
        if entries.len() > 65 {
            let mut seen = HashSet::new();
            for (index, (key, _)) in entries.iter().enumerate() {
                if !seen.insert(key) && index > 64 {
                    self.repeated_key(key, path);
                }
            }
        }
    }

    fn repeated_key(&mut self, key: &str, path: &JsonPath<'_>) {
        self.find(
            Rule::DuplicateKey,
            &path.key(key),
            format!("`{key}` appears twice; the first wins"),
        );
    }
}

/// Returns the elements of an array; `null` has none.
pub(super) fn array<'a>(json: &'a Json, path: &JsonPath<'_>) -> Result<&'a [Json], Refusal> {
    match json {
        Json::Array(items) => Ok(items),
        Json::Null => Ok(&[]),
        other => Err(expected("an array", other, path)),
    }
}

/// Returns the elements of an array of strings.
pub(super) fn strings<'a>(json: &'a Json, path: &JsonPath<'_>) -> Result<Vec<&'a str>, Refusal> {
    array(json, path)?
        .iter()
        .enumerate()
        .map(|(index, item)| string(item, &path.index(index)))
        .collect()
}

/// Returns a string; `null` is an empty one.
pub(super) fn string<'a>(json: &'a Json, path: &JsonPath<'_>) -> Result<&'a str, Refusal> {
    match json {
        Json::String(text) => Ok(text),
        Json::Null => Ok(""),
        other => Err(expected("a string", other, path)),
    }
}

/// Returns a text for people. One of another type is left out: it is never a reason to refuse what
/// it describes.
pub(super) fn text<'a>(cx: &mut Context<'_>, json: &'a Json, path: &JsonPath<'_>) -> &'a str {
    match json {
        Json::String(text) => text,
        Json::Null => "",
        other => {
            let message = format!("expected a text, found {}; ignored", other.kind());
            cx.find(Rule::TextIgnored, path, message);
            ""
        }
    }
}

/// Returns a boolean, which may be given as text; `null` is false.
pub(super) fn flag(json: &Json, path: &JsonPath<'_>) -> Result<bool, Refusal> {
    match json {
        Json::Bool(value) => Ok(*value),
        Json::Null => Ok(false),
        Json::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Json::String(text) if text.eq_ignore_ascii_case("false") || text.is_empty() => Ok(false),
        other => Err(expected("a boolean", other, path)),
    }
}

fn expected(what: &str, found: &Json, path: &JsonPath<'_>) -> Refusal {
    Refusal::new(path, format!("expected {what}, found {}", found.kind()))
}
