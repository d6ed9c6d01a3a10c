//! The dated changes of an operation: `changeSet`, in words of this project.

use crate::import::json::Json;
use alibabacloud_spec::{Change, ChangeKind, ChangeSource};

/// What the metadata says of a change, and how a specification says it.
const WORDS: &[(&str, ChangeKind, &str)] = &[
    (
        "OpenAPI offline",
        ChangeKind::OperationRemoved,
        "The operation was withdrawn.",
    ),
    (
        "OpenAPI online",
        ChangeKind::OperationAdded,
        "The operation was published.",
    ),
    (
        "Request parameters changed",
        ChangeKind::ParameterChanged,
        "Request parameters changed.",
    ),
    (
        "Response parameters changed",
        ChangeKind::ResponseChanged,
        "Response fields changed.",
    ),
    (
        "Error codes changed",
        ChangeKind::ErrorChanged,
        "Error codes changed.",
    ),
];

/// Adds the entries of `changeSet`: those of an operation, or those of the product that name the
/// operation under `apis`. Phrases that are not known are left out.
pub(super) fn add(json: &Json, operation: &str, changes: &mut Vec<Change>) {
    let Json::Array(entries) = json else {
        return;
    };
    for entry in entries {
        let Some(date) = entry.get("createdAt").and_then(date) else {
            continue;
        };
        match entry.get("apis") {
            Some(Json::Array(apis)) => {
                let own = apis.iter().filter(
                    |api| matches!(api.get("api"), Some(Json::String(name)) if name == operation),
                );
                own.for_each(|api| add_words(api, &date, changes));
            }
            Some(_) => {}
            None => add_words(entry, &date, changes),
        }
    }
}

fn add_words(json: &Json, date: &str, changes: &mut Vec<Change>) {
    let Some(Json::String(text)) = json.get("description") else {
        return;
    };
    let words = text
        .split(',')
        .filter_map(|part| WORDS.iter().find(|(theirs, ..)| *theirs == part.trim()));
    for (_, kind, ours) in words {
        // One entry has all that changed on a day.
        match changes.iter_mut().find(|change| change.date == date) {
            Some(change) if change.kinds.contains(kind) => {}
            Some(change) => {
                change.kinds.push(*kind);
                change.description.push(' ');
                change.description.push_str(ours);
            }
            None => changes.push(Change {
                date: date.to_owned(),
                kinds: vec![*kind],
                source: Some(ChangeSource::ChangeSet),
                description: (*ours).to_owned(),
            }),
        }
    }
}

/// Sorts changes, the newest first.
pub(super) fn sort(changes: &mut [Change]) {
    changes.sort_by(|a, b| b.date.cmp(&a.date));
}

/// Returns the date of `2025-12-02T07:22:02.000Z`.
fn date(json: &Json) -> Option<String> {
    let Json::String(text) = json else {
        return None;
    };
    let date = text.trim().get(..10)?;
    Change::is_date(date).then(|| date.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_without_a_day_of_the_calendar_is_left_out() {
        let text = r#"[
            {"createdAt": "2025-02-30T00:00:00.000Z", "description": "OpenAPI online"},
            {"createdAt": "2025-02-28T00:00:00.000Z", "description": "OpenAPI online"}
        ]"#;
        let mut changes = Vec::new();
        add(&Json::parse(text).unwrap(), "GetBox", &mut changes);
        let dates: Vec<&str> = changes.iter().map(|change| change.date.as_str()).collect();
        assert_eq!(dates, ["2025-02-28"]);
    }
}
