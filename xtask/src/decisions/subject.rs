//! What the checklist of a service is derived from.

use crate::cli::Failure;
use crate::import::Upstream;
use crate::yaml::{self, Yaml};
use alibabacloud_spec::Service;
use std::collections::BTreeMap;
use std::path::Path;

/// A specification, and what is known about it besides.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) service: Service,
    /// The facts of the last import, if there are any.
    pub(super) facts: Option<Service>,
    /// How each list is paged, as the specification says it.
    pub(super) lists: BTreeMap<String, ListedPaging>,
}

/// The key `x-acs-pagination` of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedPaging {
    /// On one line.
    pub(super) line: String,
    /// Whether it says what the first request sends.
    pub(super) has_first: bool,
}

impl Subject {
    /// Reads a specification and the facts beside it.
    ///
    /// # Errors
    ///
    /// Returns a failure if a file cannot be read, or is invalid.
    pub(super) fn read(directory: &Path) -> Result<Self, Failure> {
        let service = Service::load(directory).map_err(Failure::failed)?;
        let facts = Upstream::load(directory)?.map(|upstream| upstream.facts);
        let mut lists = BTreeMap::new();
        for operation in &service.operations {
            if operation.pagination.is_none() {
                continue;
            }
            let path = directory.join(format!("operations/{}.yaml", operation.name));
            let invalid = |error: &dyn std::fmt::Display| {
                Failure::failed(format!("error: cannot read {}: {error}", path.display()))
            };
            let text = std::fs::read_to_string(&path).map_err(|error| invalid(&error))?;
            let document = yaml::read(&text).map_err(|error| invalid(&error))?;
            if let Some(paging) = paging(&document.root) {
                lists.insert(operation.name.clone(), paging);
            }
        }
        Ok(Self {
            service,
            facts,
            lists,
        })
    }
}

/// Reads the key from the file and not from the model, so that a new way of paging is listed
/// without a change here.
fn paging(root: &Yaml) -> Option<ListedPaging> {
    let Yaml::Map(item) = root else {
        return None;
    };
    let operation = item.entries.iter().find_map(|entry| match &entry.value {
        Yaml::Map(map) if map.get("operationId").is_some() => Some(map),
        _ => None,
    })?;
    let Some(Yaml::Map(paging)) = operation.get("x-acs-pagination") else {
        return None;
    };
    let mut parts: Vec<String> = Vec::new();
    for entry in &paging.entries {
        let value = value_line(&entry.value);
        if entry.key == "kind" {
            parts.insert(0, value);
        } else {
            parts.push(format!("{} {value}", entry.key));
        }
    }
    Some(ListedPaging {
        line: parts.join(", "),
        has_first: paging.get("first").is_some(),
    })
}

fn value_line(value: &Yaml) -> String {
    match value {
        Yaml::Text(text) | Yaml::Literal(text) => text.clone(),
        Yaml::List(block) => {
            let items = block.entries.iter().map(|entry| value_line(&entry.value));
            items.collect::<Vec<_>>().join("+")
        }
        Yaml::Map(block) => {
            let entries = block.entries.iter();
            let entries =
                entries.map(|entry| format!("{}={}", entry.key, value_line(&entry.value)));
            entries.collect::<Vec<_>>().join("+")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paging_is_one_line_whatever_its_keys() {
        let text = "post:\n  operationId: ListX\n  x-acs-pagination:\n    kind: token\n    \
                    input: NextToken\n    first:\n      MaxResults: 50\n    items: Xs.X\n";
        let root = yaml::read(text).unwrap().root;
        assert_eq!(
            paging(&root).unwrap(),
            ListedPaging {
                line: "token, input NextToken, first MaxResults=50, items Xs.X".to_owned(),
                has_first: true,
            }
        );
        let root = yaml::read("post:\n  operationId: X\n").unwrap().root;
        assert_eq!(paging(&root), None);
    }
}
