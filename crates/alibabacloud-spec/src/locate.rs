//! Finds the place of an operation, a parameter or a field in the files of a specification.

use crate::error::Error;
use crate::node::{At, Data, Node};
use crate::source::{MAIN, Sources};
use std::path::Path;

/// The files of a specification, with the position of each part.
#[derive(Debug)]
pub struct Locator {
    sources: Sources,
}

impl Locator {
    /// Reads the specification in a directory. What cannot be read has no place.
    pub fn open(dir: &Path) -> Self {
        Self {
            sources: Sources::read(dir).0,
        }
    }

    /// Returns `file:line:column` of an item, given the names that lead to it, joined by dots: an
    /// operation or a shared schema, then parameters and fields. `[]` enters a list or a map. An
    /// unknown name leads to the place before it.
    pub fn locate(&self, place: &str) -> Option<String> {
        self.sources.place(self.find(place)?)
    }

    /// Returns an error at an item, which has the same form as those of the reader. `None` if the
    /// item has no place.
    pub fn error(&self, place: &str, message: impl Into<String>) -> Option<Error> {
        let at = self.find(place)?;
        Some(self.sources.error(at, None, message.into(), None))
    }

    fn find(&self, place: &str) -> Option<At> {
        let root = self.sources.main()?;
        let operation = place.split('.').next().unwrap_or(place);
        let rest = place.get(operation.len()..).unwrap_or_default();
        let file = self.sources.operation(&format!("{operation}.yaml"));
        let inline = || {
            entries(root.get("paths")?).find(|(key, ..)| {
                key.split_once("#Action=")
                    .is_some_and(|(_, name)| name == operation)
            })
        };
        if let Some(node) = file.or_else(|| inline().map(|(_, _, node)| node)) {
            let at = below(root, node, rest)
                .or_else(|| name_of(node))
                .unwrap_or(node.at);
            return Some(at);
        }
        let schemas = root.get("components")?.get("schemas")?;
        let (at, node, rest) = entries(schemas)
            .find_map(|(name, at, node)| Some((at, node, remainder(place, name)?)))?;
        Some(below(root, node, rest).unwrap_or(at))
    }
}

/// Returns the place that `rest` leads to, starting with a separator.
fn below(root: &Node, node: &Node, rest: &str) -> Option<At> {
    let rest = rest.trim_start_matches("[]").strip_prefix('.')?;
    let enter = |at: At, node: &Node, rest: &str| {
        let deeper = if rest.is_empty() {
            None
        } else {
            below(root, node, rest)
        };
        Some(deeper.unwrap_or(at))
    };
    if let Some(list) = node.get("parameters") {
        for item in elements(list) {
            let target = item
                .get("$ref")
                .and_then(|reference| parameter(root, reference));
            let name = target.unwrap_or(item).get("name");
            let found = name.and_then(|name| Some((name.as_text()?, name)));
            if let Some((rest, name)) =
                found.and_then(|(text, name)| Some((remainder(rest, text)?, name)))
            {
                let at = if target.is_some() { item.at } else { name.at };
                return enter(at, item, rest);
            }
        }
    }
    if let Some(properties) = node.get("properties") {
        for (name, at, node) in entries(properties) {
            if let Some(rest) = remainder(rest, name) {
                return enter(at, node, rest);
            }
        }
    }
    let dotted = format!(".{rest}");
    entries(node)
        .filter(|(key, ..)| !matches!(*key, "parameters" | "properties"))
        .find_map(|(_, _, node)| below(root, node, &dotted))
}

/// Returns what follows a name at the start of a place: nothing, `[]` or a dot.
fn remainder<'t>(place: &'t str, name: &str) -> Option<&'t str> {
    place
        .strip_prefix(name)
        .filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Returns the place of the `operationId` in the file of an operation.
fn name_of(node: &Node) -> Option<At> {
    entries(node).find_map(|(_, _, method)| Some(method.get("operationId")?.at))
}

/// Returns the target of a reference to a shared parameter.
fn parameter<'a>(root: &'a Node, reference: &Node) -> Option<&'a Node> {
    let start = format!("{MAIN}#/components/parameters/");
    let text = reference.as_text()?;
    let name = text.strip_prefix("../")?.strip_prefix(start.as_str())?;
    root.get("components")?.get("parameters")?.get(name)
}

fn entries(node: &Node) -> impl Iterator<Item = (&str, At, &Node)> {
    let map = match &node.data {
        Data::Map(map) => Some(map),
        _ => None,
    };
    map.into_iter()
        .flatten()
        .map(|(key, entry)| (key.as_str(), entry.key_at, &entry.value))
}

fn elements(node: &Node) -> &[Node] {
    match &node.data {
        Data::List(items) => items,
        _ => &[],
    }
}
