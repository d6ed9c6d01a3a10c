//! Records: what the store keeps of a resource.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// A resource: its fields by wire name. Names that begin with `~` are internal and never appear in
/// a response.
pub(crate) type Record = Map<String, Value>;

/// Resources of one kind by name or ID.
pub(crate) type Table = BTreeMap<String, Stored>;

/// A record in a table, with the JSON that a list showed of it last: most lists are read more often
/// than they change.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Stored {
    record: Record,
    #[serde(skip)]
    shown: RefCell<Option<Shown>>,
}

/// What a list shows of a record.
struct Shown {
    /// The number of the operation whose schema the JSON fits.
    operation: usize,
    json: String,
}

impl Stored {
    /// Returns a copy of the record.
    pub(crate) fn to_record(&self) -> Record {
        self.record.clone()
    }

    /// Appends what a list shows of the record, which `write` appends if the list of this operation
    /// did not show it last.
    pub(crate) fn show(&self, operation: usize, out: &mut String, write: impl FnOnce(&mut String)) {
        // Nobody else borrows it, unless `write` shows the same record.
        let Ok(mut shown) = self.shown.try_borrow_mut() else {
            return write(out);
        };
        if let Some(shown) = shown.as_ref().filter(|shown| shown.operation == operation) {
            return out.push_str(&shown.json);
        }
        let mut json = String::new();
        write(&mut json);
        out.push_str(&json);
        *shown = Some(Shown { operation, json });
    }
}

impl From<Record> for Stored {
    fn from(record: Record) -> Self {
        Self {
            record,
            shown: RefCell::default(),
        }
    }
}

impl From<Stored> for Record {
    fn from(stored: Stored) -> Self {
        stored.record
    }
}

impl Deref for Stored {
    type Target = Record;

    fn deref(&self) -> &Record {
        &self.record
    }
}

/// A record that may change is shown anew.
impl DerefMut for Stored {
    fn deref_mut(&mut self) -> &mut Record {
        *self.shown.get_mut() = None;
        &mut self.record
    }
}

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
        Some(self.tables.get(kind)?.get(key)?)
    }

    /// Returns a number larger than all previous ones.
    pub(crate) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Adds or replaces a resource.
    pub(crate) fn put(&mut self, kind: &str, key: &str, record: impl Into<Record>) {
        let mut record = record.into();
        if !record.contains_key(SEQUENCE) {
            record.insert(SEQUENCE.to_owned(), Value::from(self.next_sequence()));
        }
        self.table(kind).insert(key.to_owned(), record.into());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_shown_anew_when_it_changes_or_for_another_operation() {
        let mut stored = Stored::from(Record::new());
        let shown = |stored: &Stored, operation, json: &str| {
            let mut out = String::from(">");
            stored.show(operation, &mut out, |out| out.push_str(json));
            out
        };
        assert_eq!(shown(&stored, 1, "a"), ">a");
        assert_eq!(shown(&stored, 1, "b"), ">a");
        assert_eq!(shown(&stored, 2, "c"), ">c");
        assert_eq!(shown(&stored, 1, "d"), ">d");
        stored.insert("x".to_owned(), Value::Null);
        assert_eq!(shown(&stored, 1, "e"), ">e");
    }

    #[test]
    fn what_is_shown_is_not_kept_in_a_file() {
        let stored = Stored::from(object(serde_json::json!({"a": 1})));
        stored.show(0, &mut String::new(), |out| out.push('x'));
        let text = serde_json::to_string(&stored).unwrap();
        assert_eq!(text, "{\"a\":1}");
        let read: Stored = serde_json::from_str(&text).unwrap();
        assert_eq!(*read, *stored);
    }
}
