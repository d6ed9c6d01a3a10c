//! How resources refer to each other: parents, and what happens to the resources of a parent that
//! is deleted.

use super::files;
use super::model::{Fields, Kind, Model, OnDelete, Parent};
use crate::region::Region;
use crate::store::record::{self, Record};
use alibabacloud_spec::values;
use serde_json::Value;

/// Returns the key of a record in its table; `None` if an identifying field has no value.
pub(super) fn key_of(kind: &Kind, record: &Record) -> Option<String> {
    let part = |path: &String| record::at(record, path).map(values::text);
    let parts: Option<Vec<String>> = kind.id.iter().map(part).collect();
    parts.map(|parts| parts.join("/"))
}

/// Returns the kind of a table: `vpc/VSwitch`.
pub(super) fn kind_of(table: &str) -> Option<(&'static Model, &'static Kind)> {
    let (product, name) = table.split_once('/')?;
    let model = files::model(product)?.ok()?;
    Some((model, model.resources.get(name)?))
}

/// Returns the IDs in the field of a parent.
pub(super) fn parent_ids(record: &Record, field: &str, parent: &Parent) -> Vec<String> {
    if !applies(&parent.when, record) {
        return Vec::new();
    }
    match record::at(record, field) {
        Some(Value::Array(ids)) => ids.iter().map(values::text).collect(),
        Some(Value::String(id)) if !id.is_empty() => vec![id.clone()],
        _ => Vec::new(),
    }
}

/// Returns whether a record has the values of a condition.
fn applies(when: &Fields, record: &Record) -> bool {
    when.iter().all(|(path, wanted)| {
        let actual = record::at(record, path).map(values::text);
        actual.unwrap_or_default() == values::text(wanted)
    })
}

/// A resource that belongs to another.
pub(super) struct Dependent {
    pub(super) table: String,
    pub(super) key: String,
    pub(super) parent: &'static Parent,
}

/// Returns the resources that belong to the one with this key, of all services.
pub(super) fn dependents(region: &Region, of: &str, key: &str) -> Vec<Dependent> {
    let mut found = Vec::new();
    for table in region.resources.kinds() {
        let Some((model, kind)) = kind_of(table) else {
            continue;
        };
        for (field, parent) in &kind.parents {
            if model.table(&parent.kind) != of {
                continue;
            }
            let records = region.resources.existing(table).into_iter().flatten();
            let belonging = records.filter(|(_, record)| {
                let ids = parent_ids(record, field, parent);
                ids.iter().any(|id| id == key)
            });
            found.extend(belonging.map(|(key, _)| Dependent {
                table: table.to_owned(),
                key: key.clone(),
                parent,
            }));
        }
    }
    found
}

/// Removes a resource, and those that are deleted with it.
pub(super) fn remove(region: &mut Region, table: &str, key: &str) {
    if region.resources.table(table).remove(key).is_none() {
        return;
    }
    for dependent in dependents(region, table, key) {
        let (table, key, parent) = (&dependent.table, &dependent.key, dependent.parent);
        let Some(record) = region.resources.table(table).get_mut(key) else {
            continue;
        };
        if parent.on_delete == OnDelete::Delete && applies(&parent.delete_when, record) {
            remove(region, table, key);
        } else {
            for (path, value) in &parent.otherwise {
                record::set(record, path, value.clone());
            }
        }
    }
}

/// Gives a resource another key, which the resources that belong to it have from then on.
pub(super) fn rename(region: &mut Region, table: &str, old: &str, record: Record, new: &str) {
    for dependent in dependents(region, table, old) {
        let Some((model, kind)) = kind_of(&dependent.table) else {
            continue;
        };
        let records = region.resources.table(&dependent.table);
        let Some(mut child) = records.remove(&dependent.key) else {
            continue;
        };
        for (field, parent) in &kind.parents {
            let is_old = record::at(&child, field).is_some_and(|id| id == old);
            if is_old && model.table(&parent.kind) == table {
                record::set(&mut child, field, Value::from(new));
            }
        }
        let key = key_of(kind, &child).unwrap_or(dependent.key);
        records.insert(key, child);
    }
    let records = region.resources.table(table);
    records.remove(old);
    records.insert(new.to_owned(), record.into());
}
