//! Glossaries: what a name means wherever a place of a specification has no text of its own.

use indexmap::IndexMap;

/// The texts of a glossary by name: `RegionId`, or `Disk.Status` for the field `Status` of a disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glossary {
    /// The file, with a path that starts with the directory passed to the loader.
    pub file: String,
    /// Parameters and fields alike (`terms`).
    pub terms: IndexMap<String, Term>,
    /// Parameters of requests, and fields of them (`parameters`).
    pub parameters: IndexMap<String, Term>,
    /// Fields of responses (`fields`).
    pub fields: IndexMap<String, Term>,
}

/// An entry of a glossary.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// One or two sentences, in Markdown.
    pub text: String,
    /// Line and column of the name, both counted from 1.
    pub position: (usize, usize),
}

impl Glossary {
    /// Returns all names with their terms, in the order of the sections.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Term)> {
        let sections = [&self.terms, &self.parameters, &self.fields];
        let entries = sections.into_iter().flatten();
        entries.map(|(name, term)| (name.as_str(), term))
    }
}
