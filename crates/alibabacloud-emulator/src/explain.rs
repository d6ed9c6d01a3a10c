//! Messages about names that do not exist, with the known name that is meant.

use alibabacloud_spec::{did_you_mean, nearest};

/// How many operations a message suggests.
const SUGGESTED: usize = 3;

/// Adds a suggestion to a message of serde about an unknown field or variant.
pub(crate) fn with_suggestion(message: &str) -> String {
    suggestion(message).map_or_else(
        || message.to_owned(),
        |suggestion| format!("{message}; {suggestion}"),
    )
}

fn suggestion(message: &str) -> Option<String> {
    let (_, rest) = message
        .split_once("unknown field `")
        .or_else(|| message.split_once("unknown variant `"))?;
    let (name, rest) = rest.split_once('`')?;
    // The known names are the texts between backticks.
    did_you_mean(name, rest.split('`').skip(1).step_by(2))
}

/// Describes an unknown field in the words of serde.
pub(crate) fn unknown_field(name: &str, known: &[&str]) -> String {
    let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    format!(
        "unknown field `{name}`, expected one of {}",
        known.join(", ")
    )
}

/// Says of which field that was sent a missing one may be a misspelling; `message` is serde's.
pub(crate) fn misspelt_field(message: &str, sent: &[&str]) -> Option<String> {
    let (_, rest) = message.split_once("missing field `")?;
    let (missing, _) = rest.split_once('`')?;
    let sent = nearest(missing, sent.iter().copied())?;
    Some(format!("unknown field `{sent}`, expected `{missing}`"))
}

/// Describes an operation, or a pattern with a trailing `*`, that no served operation matches.
pub(crate) fn no_operation(pattern: &str, operations: &[&str]) -> String {
    let stem = pattern.trim_end_matches('*');
    if stem.contains('*') {
        return format!("invalid operation pattern {pattern:?}: only a trailing * is supported");
    }
    // A pattern of the client names the product as well.
    let stem = stem.rsplit(':').next().unwrap_or(stem);
    let closest = closest(stem, pattern.ends_with('*'), operations);
    let hint = closest_hint(&closest);
    format!("no operation that is served matches {pattern:?}{hint}")
}

/// Describes an operation of a seed that is not served.
pub(crate) fn no_such_operation(name: &str, operations: &[&str]) -> String {
    let hint = closest_hint(&closest(name, false, operations));
    format!("no such operation is served{hint}")
}

fn closest_hint(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        names => format!("; the closest are {}", names.join(", ")),
    }
}

/// Returns the operations whose name, or its beginning, is closest to a text.
fn closest<'a>(stem: &str, is_prefix: bool, operations: &[&'a str]) -> Vec<&'a str> {
    let length = stem.chars().count();
    let lengths = match is_prefix {
        // A typing error can add or drop a character.
        true => length.saturating_sub(1)..=length + 1,
        false => usize::MAX..=usize::MAX,
    };
    let mut candidates: Vec<(&str, &str)> = operations
        .iter()
        .flat_map(|name| {
            lengths
                .clone()
                .map(|length| (beginning(name, length), *name))
        })
        .collect();
    let mut found = Vec::new();
    while found.len() < SUGGESTED {
        let Some(best) = nearest(stem, candidates.iter().map(|(begin, _)| *begin)) else {
            break;
        };
        let names = candidates.iter().filter(|(begin, _)| *begin == best);
        let name = names.map(|(_, name)| *name).next().unwrap_or(best);
        candidates.retain(|(_, other)| *other != name);
        found.push(name);
    }
    found
}

/// Returns the first characters of a name.
fn beginning(name: &str, characters: usize) -> &str {
    let end = name.char_indices().nth(characters);
    end.map_or(name, |(end, _)| name.get(..end).unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_come_with_the_one_that_is_meant() {
        for (message, expected) in [
            (
                "unknown field `tims`, expected one of `operation`, `times` at line 1",
                Some("did you mean `times`?"),
            ),
            (
                "unknown variant `throtle`, expected one of `latency`, `throttle`",
                Some("did you mean `throttle`?"),
            ),
            ("unknown field `x`, expected `account`", None),
            ("missing field `kind`", None),
        ] {
            assert_eq!(suggestion(message).as_deref(), expected, "{message}");
        }
        let message = misspelt_field("missing field `millis`", &["kind", "milis"]);
        assert_eq!(
            message.as_deref(),
            Some("unknown field `milis`, expected `millis`")
        );
    }

    #[test]
    fn a_pattern_without_an_operation_names_the_closest() {
        let operations = [
            "DeleteTemplate",
            "ListActions",
            "ListTemplates",
            "TagResources",
        ];
        for (pattern, part) in [
            (
                "ListTemplate",
                "\"ListTemplate\"; the closest are ListTemplates",
            ),
            ("Lst*", "the closest are ListActions, ListTemplates"),
            ("oos:List*", "the closest are ListActions, ListTemplates"),
            ("deletetemplate", "the closest are DeleteTemplate"),
            ("*List", "only a trailing * is supported"),
            ("L*t", "only a trailing * is supported"),
            ("Nothing", "matches \"Nothing\""),
            ("", "matches \"\""),
        ] {
            let message = no_operation(pattern, &operations);
            assert!(message.contains(part), "{message}");
        }
        assert!(!no_operation("Nothing", &operations).contains("closest"));
    }
}
