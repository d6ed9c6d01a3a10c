//! `x-acs-name` and `x-acs-enum-names`: names in Rust that a person chose.

use super::{Object, Reader};
use crate::node::Node;
use std::collections::HashMap;

/// The key of a chosen name.
pub(super) const RUST_NAME: &str = "x-acs-name";

/// The case of a name in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameCase {
    /// Parameters and fields.
    Snake,
    /// Operations, shared schemas and enum values.
    Pascal,
}

impl NameCase {
    fn fits(self, name: &str) -> bool {
        let is_word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        match self {
            Self::Snake => {
                name.starts_with(|c: char| c.is_ascii_lowercase())
                    && name.split('_').all(is_word)
                    && !matches!(name, "self" | "super" | "crate")
            }
            Self::Pascal => {
                name.starts_with(|c: char| c.is_ascii_uppercase())
                    && name.bytes().all(|b| b.is_ascii_alphanumeric())
                    && name != "Self"
            }
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Snake => "a name in Rust like `page_size`",
            Self::Pascal => "a name in Rust like `PageSize`",
        }
    }
}

impl<'a> Reader<'a> {
    /// Reads `x-acs-name`.
    pub(super) fn rust_name(&mut self, object: &Object<'a>, case: NameCase) -> Option<String> {
        let node = object.get(RUST_NAME)?;
        self.valid_rust_name(node, case)
    }

    /// Returns a name that has the case; reports any other.
    pub(super) fn valid_rust_name(&mut self, node: &'a Node, case: NameCase) -> Option<String> {
        let name = self.text(node)?;
        if case.fits(name) {
            return Some(name.to_owned());
        }
        let message = format!("expected {}, found `{name}`", case.expected());
        self.error(node, message);
        None
    }

    /// Reports chosen names that two items of one scope have. `items` are the name in the API, the
    /// chosen name and the place of each item.
    pub(super) fn check_rust_names<'n>(
        &mut self,
        items: impl Iterator<Item = (&'n str, Option<&'n str>, &'n Node)>,
    ) {
        let mut owners: HashMap<&str, &str> = HashMap::new();
        for (name, chosen, node) in items {
            let Some(chosen) = chosen else { continue };
            if let Some(owner) = owners.insert(chosen, name) {
                let place = node.get(RUST_NAME).unwrap_or(node);
                let message = format!("`{owner}` and `{name}` have the same name `{chosen}`");
                self.error(place, message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NameCase;

    #[test]
    fn names_have_the_case_of_their_item() {
        for name in ["page_size", "type", "n2", "key_2"] {
            assert!(NameCase::Snake.fits(name), "{name}");
        }
        for name in [
            "", "PageSize", "page_", "_page", "a__b", "2n", "self", "a-b", "\u{e9}", "a b",
        ] {
            assert!(!NameCase::Snake.fits(name), "{name}");
        }
        for name in ["PageSize", "V2", "VPCs"] {
            assert!(NameCase::Pascal.fits(name), "{name}");
        }
        for name in ["", "pageSize", "Page_Size", "Self", "2V", "A\n"] {
            assert!(!NameCase::Pascal.fits(name), "{name}");
        }
    }
}
