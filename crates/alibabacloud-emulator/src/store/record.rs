//! Records: what the store keeps of a resource.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A resource: its fields by wire name. Names that begin with `~` are internal and never appear in
/// a response.
pub(crate) type Record = Map<String, Value>;

/// Resources of one kind by name or ID.
pub(crate) type Table = BTreeMap<String, Record>;

/// The field that holds the age of a record.
pub(crate) const SEQUENCE: &str = "~sequence";

/// The records of one account in one region, in a table per kind of resource.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tables {
    tables: BTreeMap<String, Table>,
    /// Counts records, so that lists can be sorted by age even when dates are equal.
    sequence: u64,
}

impl Tables {
    /// Returns the resources of a kind.
    pub(crate) fn table(&mut self, kind: &'static str) -> &mut Table {
        self.tables.entry(kind.to_owned()).or_default()
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
    pub(crate) fn put(&mut self, kind: &'static str, key: &str, mut record: Record) {
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
