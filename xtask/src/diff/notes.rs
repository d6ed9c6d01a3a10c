//! The release notes of the operations that differ.

use super::change::Change;
use super::render;
use alibabacloud_spec::{self as spec, Service};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// An entry of the release history of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseNote {
    /// The operation.
    pub operation: String,
    /// The entry of `x-acs-changes`.
    pub change: spec::Change,
}

/// The release notes of the operations that differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReleaseNotes {
    /// The entries, in the order of the operations.
    pub entries: Vec<ReleaseNote>,
    /// Whether only the new version has them; else they are the last of each operation.
    pub are_new: bool,
}

/// Returns the release notes between two versions, which are `None` where they are metadata: the
/// entries of `x-acs-changes` that only the new specification has. If one side is metadata, which
/// has none, the last entry of each operation that changed.
pub fn notes(old: Option<&Service>, new: Option<&Service>, changes: &[Change]) -> ReleaseNotes {
    let Some(service) = new.or(old) else {
        return ReleaseNotes::default();
    };
    let older = old.filter(|_| new.is_some());
    let mut notes = Vec::new();
    for operation in &service.operations {
        let mut add = |change: &spec::Change| {
            notes.push(ReleaseNote {
                operation: operation.name.clone(),
                change: change.clone(),
            });
        };
        let Some(older) = older else {
            if changes.iter().any(|change| is_of(change, &operation.name)) {
                operation.changes.iter().take(1).for_each(add);
            }
            continue;
        };
        let known = older
            .operation(&operation.name)
            .map(|operation| operation.changes.as_slice())
            .unwrap_or_default();
        let is_new = |change: &&spec::Change| !known.contains(change);
        operation.changes.iter().filter(is_new).for_each(&mut add);
    }
    ReleaseNotes {
        entries: notes,
        are_new: older.is_some(),
    }
}

/// Returns whether a change is in an operation.
fn is_of(change: &Change, operation: &str) -> bool {
    let rest = change.at.strip_prefix(operation);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '!']))
}

/// Returns a line for each note, below a heading; nothing without notes.
pub fn text(notes: &ReleaseNotes) -> String {
    let mut text = String::new();
    if !notes.entries.is_empty() {
        text.push_str(if notes.are_new {
            "release notes:\n"
        } else {
            "last release notes of these operations:\n"
        });
    }
    for ReleaseNote { operation, change } in &notes.entries {
        let _ = writeln!(
            text,
            "  {} {operation}: {}",
            change.date, change.description
        );
    }
    text
}

/// Returns a section of a changelog; nothing without new notes.
pub fn markdown(notes: &ReleaseNotes) -> String {
    let mut text = String::new();
    if !notes.are_new || notes.entries.is_empty() {
        return text;
    }
    text.push_str("\n### Release notes of the service\n\n");
    for ReleaseNote { operation, change } in &notes.entries {
        let _ = writeln!(
            text,
            "- `{operation}`, {}: {}",
            change.date, change.description
        );
    }
    text
}

/// Returns all changes and notes as JSON.
pub fn json(changes: &[Change], notes: &ReleaseNotes) -> Value {
    let mut document = render::json(changes);
    document["notes"] = notes
        .entries
        .iter()
        .map(|ReleaseNote { operation, change }| {
            json!({
                "operation": operation,
                "date": change.date,
                "kinds": change.kinds.iter().map(|kind| kind.name()).collect::<Value>(),
                "description": change.description,
            })
        })
        .collect();
    document
}
