//! Links between operations: converts names in descriptions to links for rustdoc.

use crate::ir::Service;
use std::collections::{BTreeMap, BTreeSet};

/// The targets of links: names in descriptions, and their paths.
pub(super) struct Links(BTreeMap<String, String>);

impl Links {
    /// Returns links to the operations and waiters of a service.
    pub(super) fn of(service: &Service) -> Self {
        let operations = service.callable().map(|operation| {
            let target = format!("crate::operation::{}", operation.builder);
            (operation.name.clone(), target)
        });
        let waiters = service.waiters.iter().map(|waiter| {
            let target = format!("crate::Client::{}", waiter.method);
            (waiter.method.clone(), target)
        });
        Self(operations.chain(waiters).collect())
    }

    /// Converts the names in the documentation of the operation `own` to links. Its own name stays
    /// as it is.
    pub(super) fn add(&self, lines: &mut Vec<String>, own: &str) {
        let named = mark(lines, |text| text != own && self.0.contains_key(text));
        if !named.is_empty() {
            lines.push(String::new());
        }
        for (text, target) in self.0.iter().filter(|(text, _)| named.contains(*text)) {
            lines.push(format!("[`{text}`]: {target}"));
        }
    }
}

/// Encloses the code spans that are targets in brackets, and returns their texts.
fn mark(lines: &mut [String], is_target: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    let mut fence = None;
    for line in lines {
        let marker = ["```", "~~~"]
            .into_iter()
            .find(|m| line.trim_start_matches([' ', '>']).starts_with(m));
        if marker.is_some() && (fence.is_none() || fence == marker) {
            fence = if fence.is_none() { marker } else { None };
            continue;
        }
        let parts: Vec<&str> = line.split('`').collect();
        // If the number of parts is even, a span continues on the next line.
        let simple = parts.len() % 2 == 1 && !line.contains("``") && !line.contains("\\`");
        if fence.is_some() || !simple {
            continue;
        }
        let mut marked = String::with_capacity(line.len());
        for (index, part) in parts.iter().enumerate() {
            let follows = parts.get(index + 1).copied().unwrap_or_default();
            // Next to these, the brackets would have another meaning.
            let free = !marked.ends_with('[') && !follows.starts_with(['(', '[', ':']);
            if index % 2 == 0 {
                marked.push_str(part);
            } else if free && is_target(part) {
                named.insert((*part).to_owned());
                marked.push_str(&format!("[`{part}`]"));
            } else {
                marked.push_str(&format!("`{part}`"));
            }
        }
        *line = marked;
    }
    named
}

#[cfg(test)]
mod tests {
    use super::mark;

    #[test]
    fn only_whole_code_spans_in_text_are_marked() {
        let mut lines: Vec<String> = [
            "Call `ListTags`, not `ListTagsX` or ListTags; see `ListTags` of `Tag`.",
            "```text",
            "`ListTags`",
            "```",
            "A span `that goes on",
            "here` and ``ListTags`` and \\`ListTags\\`.",
            "| `ListTags` | one |",
            "`ListTags`: one, `ListTags`(2), [`ListTags`](url), [`ListTags`][x]",
        ]
        .map(str::to_owned)
        .to_vec();
        let expected = [
            "Call [`ListTags`], not `ListTagsX` or ListTags; see [`ListTags`] of `Tag`.",
            "```text",
            "`ListTags`",
            "```",
            "A span `that goes on",
            "here` and ``ListTags`` and \\`ListTags\\`.",
            "| [`ListTags`] | one |",
            "`ListTags`: one, `ListTags`(2), [`ListTags`](url), [`ListTags`][x]",
        ];
        let named = mark(&mut lines, |text| text == "ListTags");
        assert_eq!(lines, expected);
        assert_eq!(named.into_iter().collect::<Vec<_>>(), ["ListTags"]);
    }
}
