//! Records: what the store keeps of a resource.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// A resource: its fields by wire name. Names that begin with `~` are internal and never appear in
/// a response.
pub(crate) type Record = Map<String, Value>;

/// Resources of one kind by name or ID.
pub(crate) type Table = BTreeMap<String, Record>;

/// The field that holds the age of a record.
pub(crate) const SEQUENCE: &str = "~sequence";

/// The records of one account in one region, in a table per kind of resource.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Tables {
    tables: BTreeMap<String, Table>,
    /// Counts records, so that lists can be sorted by age even when dates are equal.
    sequence: u64,
}

/// Shows the numbers of records, whose fields can hold secrets.
impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = self.tables.iter().map(|(kind, table)| (kind, table.len()));
        f.debug_map().entries(numbers).finish()
    }
}

impl Tables {
    /// Returns the resources of a kind.
    pub(crate) fn table(&mut self, kind: &str) -> &mut Table {
        self.tables.entry(kind.to_owned()).or_default()
    }

    /// Returns the resources of a kind; `None` if there never was one.
    pub(crate) fn existing(&self, kind: &str) -> Option<&Table> {
        self.tables.get(kind)
    }

    /// Returns the names of the kinds that there ever was a resource of.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// Returns a resource, if it exists.
    pub(crate) fn get(&self, kind: &str, key: &str) -> Option<&Record> {
        self.tables.get(kind)?.get(key)
    }

    /// Returns a number larger than all previous ones.
    pub(crate) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Adds or replaces a resource.
    pub(crate) fn put(&mut self, kind: &str, key: &str, mut record: Record) {
        if !record.contains_key(SEQUENCE) {
            record.insert(SEQUENCE.to_owned(), Value::from(self.next_sequence()));
        }
        self.table(kind).insert(key.to_owned(), record);
    }
}

/// Returns the fields of a JSON object; none for any other value.
pub(crate) fn object(value: Value) -> Record {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// Returns the value at a dotted path.
pub(crate) fn at<'a>(record: &'a Record, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        None => record.get(path),
        Some((first, rest)) => at(record.get(first)?.as_object()?, rest),
    }
}

/// Sets the value at a dotted path; what is on the path and not an object becomes one.
pub(crate) fn set(record: &mut Record, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        record.insert(path.to_owned(), value);
        return;
    };
    let mut inner = record.remove(first).map(object).unwrap_or_default();
    set(&mut inner, rest, value);
    record.insert(first.to_owned(), Value::Object(inner));
}
