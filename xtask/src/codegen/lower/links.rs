//! Links between operations: descriptions name them in code, and rustdoc leads from there to their documentation.

use crate::codegen::ir::{Operation, Waiter};
use std::collections::{BTreeMap, BTreeSet};

/// Makes links of the operations and waiters that the documentation of request builders names.
pub(super) fn link(operations: &mut [Operation], waiters: &[Waiter]) {
    let generated = operations.iter().filter(|o| o.unsupported.is_none());
    let targets: BTreeMap<String, String> = generated
        .map(|o| (o.name.clone(), format!("crate::operation::{}", o.builder)))
        .chain(waiters.iter().map(|waiter| {
            let target = format!("crate::Client::{}", waiter.method);
            (waiter.method.clone(), target)
        }))
        .collect();
    for operation in operations {
        let name = &operation.name;
        let is_other = |text: &str| text != name && targets.contains_key(text);
        let named = mark(&mut operation.builder_docs, is_other);
        if !named.is_empty() {
            operation.builder_docs.push(String::new());
        }
        for (text, target) in targets.iter().filter(|(text, _)| named.contains(*text)) {
            operation.builder_docs.push(format!("[`{text}`]: {target}"));
        }
    }
}

/// Puts brackets around the code spans that `is_target` knows, and gives what they hold.
fn mark(lines: &mut [String], is_target: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    let mut fence = None;
    for line in lines {
        let marker = ["```", "~~~"]
            .into_iter()
            .find(|m| line.trim_start().starts_with(m));
        if marker.is_some() && (fence.is_none() || fence == marker) {
            fence = if fence.is_none() { marker } else { None };
            continue;
        }
        let parts: Vec<&str> = line.split('`').collect();
        // With an even number of parts a span goes on in the next line.
        let simple = parts.len() % 2 == 1 && !line.contains("``") && !line.contains("\\`");
        if fence.is_some() || !simple {
            continue;
        }
        let mut marked = String::with_capacity(line.len());
        for (index, part) in parts.iter().enumerate() {
            if index % 2 == 0 {
                marked.push_str(part);
            } else if is_target(part) {
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
        ];
        let named = mark(&mut lines, |text| text == "ListTags");
        assert_eq!(lines, expected);
        assert_eq!(named.into_iter().collect::<Vec<_>>(), ["ListTags"]);
    }
}
