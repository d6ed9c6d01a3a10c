//! What the services remember: things by account, region and kind.

use crate::oos::Execution;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A thing: its fields by wire name. Names that begin with `~` are the emulator's own and never leave it.
pub(crate) type Record = Map<String, Value>;

/// Things of one kind by name or id.
pub(crate) type Table = BTreeMap<String, Record>;

/// Everything that the services remember.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct World {
    accounts: BTreeMap<String, BTreeMap<String, Region>>,
}

impl World {
    /// What an account has in a region.
    pub(crate) fn region(&mut self, account: &str, region: &str) -> &mut Region {
        let regions = self.accounts.entry(account.to_owned()).or_default();
        regions.entry(region.to_owned()).or_default()
    }
}

/// What an account has in a region.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Region {
    tables: BTreeMap<String, Table>,
    pub(crate) executions: BTreeMap<String, Execution>,
    /// Counts what was made, so that lists can be sorted by age even when dates are equal.
    sequence: u64,
}

/// The field that holds the age of a record.
pub(crate) const SEQUENCE: &str = "~sequence";

impl Region {
    /// The things of a kind.
    pub(crate) fn table(&mut self, kind: &'static str) -> &mut Table {
        self.tables.entry(kind.to_owned()).or_default()
    }

    /// A thing, if there is one.
    pub(crate) fn peek(&self, kind: &str, key: &str) -> Option<&Record> {
        self.tables.get(kind)?.get(key)
    }

    /// A number that is larger than all before.
    pub(crate) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Puts a new thing, or a new version of one.
    pub(crate) fn put(&mut self, kind: &'static str, key: &str, mut record: Record) {
        if !record.contains_key(SEQUENCE) {
            record.insert(SEQUENCE.to_owned(), Value::from(self.next_sequence()));
        }
        self.table(kind).insert(key.to_owned(), record);
    }
}
