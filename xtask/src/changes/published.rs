//! What two versions of the metadata of one operation differ in besides its types: error codes,
//! permissions, rate limits, and texts.

use crate::import::json::Json;
use std::collections::{BTreeMap, BTreeSet};

/// The differences of one operation that [`crate::diff`] does not report.
#[derive(Debug, Default)]
pub(super) struct Published {
    pub(super) errors_added: Vec<String>,
    pub(super) errors_removed: Vec<String>,
    /// The permissions differ, and both versions have some.
    pub(super) permissions: bool,
    /// The rate limits differ, and both versions have some.
    pub(super) rate_limit: bool,
    /// A text or example of something that both versions have differs.
    pub(super) texts: bool,
}

/// Compares two versions of an operation. What only one of them has says nothing: exports differ in
/// the keys that they have, and in late 2024 one dropped error codes and texts everywhere.
pub(super) fn compare(old: &Json, new: &Json) -> Published {
    let (before, after) = (error_codes(old), error_codes(new));
    let comparable = !before.is_empty() && !after.is_empty();
    let only_in = |these: &BTreeSet<String>, those: &BTreeSet<String>| -> Vec<String> {
        let names = these.difference(those).filter(|_| comparable);
        names.cloned().collect()
    };
    let differs = |key: &str| match (old.get(key), new.get(key)) {
        (Some(before), Some(after)) => before != after,
        _ => false,
    };
    Published {
        errors_added: only_in(&after, &before),
        errors_removed: only_in(&before, &after),
        permissions: differs("ramActions"),
        rate_limit: differs("flowControl"),
        texts: texts_differ(old, new),
    }
}

fn error_codes(operation: &Json) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    let Some(Json::Object(by_status)) = operation.get("errorCodes") else {
        return codes;
    };
    for (_, listed) in by_status {
        let Json::Array(listed) = listed else {
            continue;
        };
        codes.extend(
            listed
                .iter()
                .filter_map(|error| error.get("errorCode")?.scalar_text()),
        );
    }
    codes
}

/// The texts of an operation by place; a place without texts is there, too.
type Texts = BTreeMap<String, Vec<Option<String>>>;

/// Returns whether a place that both versions have has another text or example, or has one now.
fn texts_differ(old: &Json, new: &Json) -> bool {
    let (old, new) = (texts(old), texts(new));
    let differ = |before: &[Option<String>], after: &[Option<String>]| {
        let mut pairs = before.iter().zip(after);
        pairs.any(|(before, after)| after.is_some() && before != after)
    };
    old.iter()
        .any(|(place, before)| new.get(place).is_some_and(|after| differ(before, after)))
}

fn texts(operation: &Json) -> Texts {
    let mut texts = Texts::new();
    add(
        &mut texts,
        String::new(),
        operation,
        &["summary", "title", "description"],
    );
    if let Some(Json::Array(parameters)) = operation.get("parameters") {
        for parameter in parameters {
            let name = parameter.get("name").and_then(Json::scalar_text);
            let place = format!("?{}", name.unwrap_or_default());
            add(&mut texts, place.clone(), parameter, &["description"]);
            if let Some(schema) = parameter.get("schema") {
                add_schema(&mut texts, &format!("{place}:"), schema);
            }
        }
    }
    if let Some(Json::Object(responses)) = operation.get("responses") {
        for (status, response) in responses {
            let place = format!("!{status}");
            add(&mut texts, place.clone(), response, &["description"]);
            if let Some(schema) = response.get("schema") {
                add_schema(&mut texts, &format!("{place}:"), schema);
            }
        }
    }
    texts
}

fn add_schema(texts: &mut Texts, place: &str, schema: &Json) {
    add(
        texts,
        place.to_owned(),
        schema,
        &["description", "title", "example"],
    );
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(key) {
            add_schema(texts, &format!("{place}/{key}"), inner);
        }
    }
    if let Some(Json::Object(properties)) = schema.get("properties") {
        for (name, property) in properties {
            add_schema(texts, &format!("{place}.{name}"), property);
        }
    }
}

fn add(texts: &mut Texts, place: String, json: &Json, keys: &[&str]) {
    let found = keys.iter().map(|key| {
        let text = json.get(key)?.scalar_text()?;
        // Exports differ in blanks at the ends and in empty texts.
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    });
    texts.insert(place, found.collect());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(old: &str, new: &str) -> Published {
        let parsed = |text: &str| Json::parse(text).unwrap();
        compare(&parsed(old), &parsed(new))
    }

    #[test]
    fn what_an_export_does_not_have_is_not_a_change() {
        let full = r#"{"summary": "Lists.", "errorCodes": {"404": [{"errorCode": "Gone"}]},
            "ramActions": [1], "flowControl": {"a": 1},
            "parameters": [{"name": "A", "schema": {"description": "An A.", "example": "a"}}]}"#;
        let bare = r#"{"errorCodes": {"404": []}, "parameters": [{"name": "A", "schema": {}}]}"#;
        let dropped = compared(full, bare);
        assert!(dropped.errors_removed.is_empty());
        assert!(!dropped.permissions && !dropped.rate_limit && !dropped.texts);
        let added = compared(bare, full);
        assert!(added.errors_added.is_empty());
        assert!(!added.permissions && !added.rate_limit);
        // Texts are added one by one as people write them.
        assert!(added.texts);
    }

    #[test]
    fn what_both_have_is_compared() {
        let old = r#"{"errorCodes": {"404": [{"errorCode": "Gone"}, {"errorCode": "Same"}]},
            "ramActions": [1], "flowControl": {"a": 1}, "summary": "Lists. "}"#;
        let new = r#"{"errorCodes": {"400": [{"errorCode": "Bad"}, {"errorCode": "Same"}]},
            "ramActions": [2], "flowControl": {"a": 2}, "summary": "Lists."}"#;
        let found = compared(old, new);
        assert_eq!(found.errors_added, ["Bad"]);
        assert_eq!(found.errors_removed, ["Gone"]);
        assert!(found.permissions && found.rate_limit);
        assert!(!found.texts, "blanks at the end do not count");
    }

    #[test]
    fn a_property_named_like_a_text_is_not_one() {
        let with = |example: &str| {
            format!(
                r#"{{"responses": {{"200": {{"schema": {{"properties": {{"description":
                    {{"type": "string", "example": "{example}"}}}}}}}}}}}}"#
            )
        };
        assert!(!compared(&with("a"), &with("a")).texts);
        assert!(compared(&with("a"), &with("b")).texts);
    }
}
