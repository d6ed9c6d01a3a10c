//! Merges release notes into a specification.

use super::derive::Note;
use alibabacloud_spec::{Change, ChangeSource, Service};
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// What merging release notes into a specification did.
#[derive(Debug, Default, PartialEq)]
pub struct Update {
    /// Operations whose notes changed: the entries that are new, and those that are gone.
    pub changed: BTreeMap<String, (Vec<Change>, Vec<Change>)>,
    /// Notes that are not in the specification since an entry that a person wrote says the same
    /// with its own day or words.
    pub covered: Vec<(String, Change)>,
    /// Notes that cannot be written: an entry of the same day that a person wrote does not have
    /// their kinds.
    pub contradicted: Vec<(String, Change)>,
    /// Operations that the specification does not have.
    pub unknown: Vec<String>,
}

/// Replaces the entries with `source: metadata` after the day `first` and until the day `last` by
/// these notes. All other entries stay, and a note that one of them covers is left out: an entry
/// with its kinds, of the day of the note or after the earlier version that it was compared with.
pub fn update(
    service: &mut Service,
    notes: &IndexMap<String, Vec<Note>>,
    first: &str,
    last: &str,
) -> Update {
    let mut update = Update::default();
    for operation in &mut service.operations {
        let before = operation.changes.clone();
        operation.changes.retain(|change| {
            let is_inside = *first < *change.date && *change.date <= *last;
            change.source != Some(ChangeSource::Metadata) || !is_inside
        });
        for note in notes.get(&operation.name).into_iter().flatten() {
            let change = &note.change;
            let covers = |own: &Change| {
                note.after < own.date
                    && own.date <= change.date
                    && change.kinds.iter().all(|kind| own.kinds.contains(kind))
            };
            let left_out = (operation.name.clone(), change.clone());
            if operation.changes.iter().any(covers) {
                update.covered.push(left_out);
            } else if operation.changes.iter().any(|own| own.date == change.date) {
                update.contradicted.push(left_out);
            } else {
                operation.changes.push(change.clone());
            }
        }
        operation.changes.sort_by(|a, b| b.date.cmp(&a.date));
        if before != operation.changes {
            let without = |these: &[Change], those: &[Change]| {
                let missing = these.iter().filter(|change| !those.contains(change));
                missing.cloned().collect::<Vec<_>>()
            };
            let added = without(&operation.changes, &before);
            let removed = without(&before, &operation.changes);
            update
                .changed
                .insert(operation.name.clone(), (added, removed));
        }
    }
    let unknown = notes
        .keys()
        .filter(|name| service.operation(name).is_none());
    update.unknown = unknown.cloned().collect();
    update
}
