//! Where the documentation of a place comes from.

use crate::codegen::names;
use alibabacloud_spec::{Kind, Operation, Schema};

/// The source of a documentation, best first. A source that is added here, such as a glossary, gets
/// a column of its own in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TextSource {
    /// Words of its own.
    Own,
    /// Facts only: known values, limits, a default; of an operation errors, permissions, changes.
    Facts,
    /// Nothing but its name and type.
    Nothing,
}

impl TextSource {
    /// All sources, in the order of the columns.
    pub(super) const ALL: [Self; 3] = [Self::Own, Self::Facts, Self::Nothing];

    /// Returns the name in the report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Facts => "facts",
            Self::Nothing => "none",
        }
    }
}

/// Returns the source of an operation's documentation.
pub(super) fn of_operation(operation: &Operation) -> TextSource {
    let has_words = [&operation.summary, &operation.description]
        .iter()
        .any(|text| says_more(text, &operation.name));
    let is_documented = operation.ram.as_ref().is_some_and(|ram| !ram.derived);
    if has_words {
        TextSource::Own
    } else if is_documented || !operation.errors.is_empty() || !operation.changes.is_empty() {
        TextSource::Facts
    } else {
        TextSource::Nothing
    }
}

/// Returns the source of the documentation of a parameter or field. `resolved` is the schema, or
/// the shared one that it refers to.
pub(super) fn of_value(name: &str, schema: &Schema, resolved: &Schema) -> TextSource {
    let text = if schema.description.trim().is_empty() {
        &resolved.description
    } else {
        &schema.description
    };
    if says_more(text, name) {
        TextSource::Own
    } else if has_facts(schema) || has_facts(resolved) {
        TextSource::Facts
    } else {
        TextSource::Nothing
    }
}

fn has_facts(schema: &Schema) -> bool {
    matches!(&schema.kind, Kind::Enum(values) if !values.is_empty())
        || schema.default.is_some()
        || schema.minimum.is_some()
        || schema.maximum.is_some()
        || schema.min_length.is_some()
        || schema.max_length.is_some()
        || schema.min_items.is_some()
        || schema.max_items.is_some()
        || schema.pattern.is_some()
}

/// Words that say nothing about a value beyond its name and type.
const EMPTY_WORDS: &[&str] = &[
    "a",
    "all",
    "an",
    "and",
    "any",
    "are",
    "array",
    "as",
    "at",
    "be",
    "been",
    "boolean",
    "by",
    "collection",
    "contain",
    "containing",
    "corresponding",
    "current",
    "data",
    "detail",
    "detailed",
    "element",
    "field",
    "float",
    "for",
    "from",
    "given",
    "has",
    "have",
    "in",
    "info",
    "information",
    "int",
    "integer",
    "is",
    "it",
    "its",
    "item",
    "json",
    "list",
    "long",
    "map",
    "number",
    "object",
    "of",
    "on",
    "one",
    "operation",
    "or",
    "parameter",
    "property",
    "related",
    "request",
    "respective",
    "response",
    "result",
    "return",
    "returned",
    "set",
    "some",
    "specified",
    "specify",
    "string",
    "struct",
    "structure",
    "text",
    "that",
    "the",
    "this",
    "to",
    "todo",
    "type",
    "used",
    "value",
    "was",
    "were",
    "which",
    "with",
    "you",
    "your",
];

/// Returns whether a text says more than the name of what it describes, and its type.
pub(super) fn says_more(text: &str, name: &str) -> bool {
    let known: Vec<String> = names::words(name).iter().map(|word| base(word)).collect();
    // Names in texts consist of several words: `InstanceId`.
    let parts = text.split(|c: char| !c.is_alphanumeric());
    let mut words = parts
        .flat_map(names::words)
        .map(|word| word.to_lowercase())
        .filter(|word| !EMPTY_WORDS.contains(&word.as_str()))
        .map(|word| base(&word))
        .filter(|word| !EMPTY_WORDS.contains(&word.as_str()));
    // A name in one piece can be two words in a text, and the reverse: `rulesetid`.
    let squeezed = known.concat();
    words.any(|word| !known.contains(&word) && !squeezed.contains(word.as_str()))
}

/// Returns the form of a word to compare: lower case, singular, without the ending of a verb.
fn base(word: &str) -> String {
    let word = word.to_lowercase();
    let word = match word.as_str() {
        "identifier" | "identification" | "ids" => return "id".to_owned(),
        "does" => return "do".to_owned(),
        _ => names::singular(&word).to_lowercase(),
    };
    // "deletes", "deleted" and "deleting" are "delet"; so is "delete".
    let stem = ["ing", "ed", "e"]
        .iter()
        .find_map(|end| word.strip_suffix(end));
    match stem {
        Some(stem) if stem.len() > 2 => stem.to_owned(),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_repeats_the_name_or_the_type_says_nothing() {
        for (name, text) in [
            ("InstanceId", ""),
            ("InstanceId", "InstanceId"),
            ("InstanceId", "The ID of the instance."),
            ("InstanceId", "The `InstanceId`, a string."),
            ("InstanceIds", "List of instance IDs."),
            ("RequestId", "The identifier of the request."),
            ("Policies", "Array of policy"),
            ("ListTemplates", "Lists templates."),
            ("DeleteTag", "Deletes a tag"),
            ("DescribeDisks", "Describes the disks."),
            ("QueryData", "Queries data."),
            ("PageSize", "TODO"),
            ("rulesetid", "Rule set ID"),
            ("DBInstanceName", "The name of the DB instance."),
        ] {
            assert!(!says_more(text, name), "{name}: {text}");
        }
    }

    #[test]
    fn other_words_say_something() {
        for (name, text) in [
            ("InstanceId", "ECS instance to query."),
            ("RequestId", "ID of the request, for support tickets."),
            ("ListTemplates", "Lists private and public templates."),
            ("Size", "Size in GiB."),
            ("Status", "\u{72b6}\u{6001}\u{3002}"),
            ("PageSize", "At most 100."),
        ] {
            assert!(says_more(text, name), "{name}: {text}");
        }
    }

    #[test]
    fn facts_are_apart_from_words() {
        let plain = Schema {
            description: "Page size.".to_owned(),
            ..Schema::default()
        };
        let limited = Schema {
            maximum: Some(100),
            ..plain.clone()
        };
        let described = Schema {
            description: "Entries on a page.".to_owned(),
            ..limited.clone()
        };
        for (schema, expected) in [
            (&plain, TextSource::Nothing),
            (&limited, TextSource::Facts),
            (&described, TextSource::Own),
        ] {
            assert_eq!(of_value("PageSize", schema, schema), expected);
        }
        // The text of a shared schema describes a field without one.
        let reference = Schema {
            kind: Kind::Ref("PageSize".to_owned()),
            ..Schema::default()
        };
        assert_eq!(
            of_value("PageSize", &reference, &described),
            TextSource::Own
        );
    }
}
