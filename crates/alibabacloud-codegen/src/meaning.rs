//! Whether a text says more than the name of what it describes.

use super::names;

/// Words that say nothing about a value beyond its name and type, sorted.
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
    "item",
    "its",
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
pub fn says_more(text: &str, name: &str) -> bool {
    // Names in texts consist of several words: `InstanceId`.
    let parts = text.split(|c: char| !c.is_alphanumeric());
    let words = parts.flat_map(names::words);
    let words = words.filter(|word| !is_empty(word)).map(|word| base(&word));
    let mut words = words.filter(|word| !is_empty(word)).peekable();
    if words.peek().is_none() {
        return false;
    }
    let known: Vec<String> = names::words(name).iter().map(|word| base(word)).collect();
    // A name in one piece can be two words in a text, and the reverse: `rulesetid`.
    let squeezed = known.concat();
    words.any(|word| !known.contains(&word) && !squeezed.contains(word.as_str()))
}

fn is_empty(word: &str) -> bool {
    EMPTY_WORDS.binary_search(&word).is_ok()
}

/// Returns the form to compare of a word in lower case: singular, without the ending of a verb.
fn base(word: &str) -> String {
    let mut word = match word {
        "identifier" | "identification" | "ids" => return "id".to_owned(),
        "does" => return "do".to_owned(),
        _ => names::singular_word(word),
    };
    // "deletes", "deleted" and "deleting" are "delet"; so is "delete".
    let stem = ["ing", "ed", "e"]
        .iter()
        .find_map(|end| word.strip_suffix(end));
    if let Some(length) = stem.map(str::len).filter(|length| *length > 2) {
        word.truncate(length);
    }
    // The name `Tls12` does not contain the number 12.
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        word.insert(0, 'n');
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_words_are_sorted_for_binary_search() {
        assert!(EMPTY_WORDS.is_sorted());
    }

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
            ("Tls12", "12"),
        ] {
            assert!(says_more(text, name), "{name}: {text}");
        }
    }
}
