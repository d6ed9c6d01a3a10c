//! A glossary.

use indexmap::IndexMap;

use super::{Object, Reader};
use crate::glossary::{Glossary, Term};
use crate::vocabulary::GLOSSARY;

impl<'a> Reader<'a> {
    /// Reads a glossary, which is the main file. The result is valid only when there were no
    /// errors.
    pub(crate) fn glossary(&mut self, file: String) -> Glossary {
        let root = self.sources.main();
        let Some(document) = root.and_then(|root| self.object(root, &GLOSSARY)) else {
            return Glossary::default();
        };
        Glossary {
            file,
            terms: self.terms(&document, "terms"),
            parameters: self.terms(&document, "parameters"),
            fields: self.terms(&document, "fields"),
        }
    }

    fn terms(&mut self, document: &Object<'a>, key: &str) -> IndexMap<String, Term> {
        let mut terms = IndexMap::new();
        let map = document
            .get(key)
            .and_then(|node| self.map(node, &format!("`{key}`")));
        for (name, entry) in map.into_iter().flatten() {
            let is_part = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
            if !name.split('.').all(is_part) {
                let message = format!("invalid name `{name}`: expected `Name` or `Parent.Name`");
                self.error_at_key(entry, message, None);
                continue;
            }
            if let Some(text) = self.name(&entry.value) {
                let term = Term {
                    text: text.trim_end().to_owned(),
                    position: (entry.key_at.line, entry.key_at.column),
                };
                terms.insert(name.clone(), term);
            }
        }
        terms
    }
}
