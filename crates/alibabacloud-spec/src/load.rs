//! The ways in: a directory, or a bundle of it.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Errors};
use crate::json;
use crate::model::Service;
use crate::node::{Data, Entry, Map, Node};
use crate::reader::Reader;
use crate::source::{MAIN, Sources, operation_file};

/// Reads specifications, with options.
#[derive(Clone, Debug, Default)]
pub struct Loader {
    lint: bool,
}

impl Loader {
    /// Without options: everything that would make the specification wrong is an error, and nothing else.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether to complain also about a missing description, and about an example or default that does not fit its
    /// type. Meant for specifications that people write; published metadata is full of both.
    pub fn lint(mut self, yes: bool) -> Self {
        self.lint = yes;
        self
    }

    /// Reads `openapi.yaml` in a directory and the operation files that it names.
    ///
    /// # Errors
    /// All mistakes at once, files that cannot be read included.
    pub fn load(&self, dir: &Path) -> Result<Service, Errors> {
        let (sources, errors) = Sources::read(dir);
        self.read(&sources, errors)
    }

    /// Reads a specification from one YAML text that has its operations inside; `name` is what errors call it.
    ///
    /// # Errors
    /// All mistakes at once.
    pub fn from_yaml(&self, name: &str, text: &str) -> Result<Service, Errors> {
        let (sources, errors) = Sources::from_yaml(name, text);
        self.read(&sources, errors)
    }

    /// Reads a specification from one JSON text, as [`bundle`](Self::bundle) makes it.
    ///
    /// # Errors
    /// All mistakes at once; they have a JSON path and no position.
    pub fn from_bundle(&self, text: &str) -> Result<Service, Errors> {
        let (sources, errors) = Sources::from_bundle(text);
        self.read(&sources, errors)
    }

    /// Checks a directory and puts its files into one compact JSON text, which a program can embed. Itself an OpenAPI
    /// document: references between files have become references within it.
    ///
    /// # Errors
    /// All mistakes at once, as [`load`](Self::load).
    pub fn bundle(&self, dir: &Path) -> Result<String, Errors> {
        let (sources, errors) = Sources::read(dir);
        self.read(&sources, errors)?;
        let mut text = String::new();
        if let Some(root) = sources.main() {
            json::write(&inline(root, &sources), &mut text);
        }
        text.push('\n');
        Ok(text)
    }

    fn read(&self, sources: &Sources, mut errors: Vec<Error>) -> Result<Service, Errors> {
        let mut reader = Reader::new(sources, self.lint);
        let service = reader.service();
        errors.extend(reader.into_errors());
        match service {
            Some(service) if errors.is_empty() => Ok(service),
            _ => Err(Errors::sorted(errors)),
        }
    }
}

impl Service {
    /// Reads a specification from its directory; the short form of [`Loader::load`].
    ///
    /// # Errors
    /// All mistakes at once.
    pub fn load(dir: &Path) -> Result<Self, Errors> {
        Loader::new().load(dir)
    }

    /// Reads a specification from a bundle; the short form of [`Loader::from_bundle`].
    ///
    /// # Errors
    /// All mistakes at once.
    pub fn from_bundle(text: &str) -> Result<Self, Errors> {
        Loader::new().from_bundle(text)
    }

    /// Bundles a specification; the short form of [`Loader::bundle`].
    ///
    /// # Errors
    /// All mistakes at once.
    pub fn bundle(dir: &Path) -> Result<String, Errors> {
        Loader::new().bundle(dir)
    }
}

/// The specifications under a directory: `<product>/<version>` with a main document in it, sorted.
///
/// # Errors
/// A directory that cannot be listed.
pub fn find_specs(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut specs = Vec::new();
    for product in directories(root)? {
        specs.extend(
            directories(&product)?
                .into_iter()
                .filter(|dir| dir.join(MAIN).is_file()),
        );
    }
    Ok(specs)
}

fn directories(parent: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in parent.read_dir()? {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The tree with operation files in place of the references to them.
fn inline(node: &Node, sources: &Sources) -> Node {
    let data = match &node.data {
        Data::List(items) => Data::List(items.iter().map(|item| inline(item, sources)).collect()),
        Data::Map(map) => {
            if let Some(root) = node
                .get("$ref")
                .and_then(Node::as_text)
                .and_then(|text| operation_root(text, sources))
            {
                return inline(root, sources);
            }
            Data::Map(
                map.iter()
                    .map(|(key, entry)| (key.clone(), inline_entry(key, entry, sources)))
                    .collect::<Map>(),
            )
        }
        other => other.clone(),
    };
    Node { data, at: node.at }
}

fn inline_entry(key: &str, entry: &Entry, sources: &Sources) -> Entry {
    let mut value = inline(&entry.value, sources);
    if let (true, Data::Text(text)) = (key == "$ref", &mut value.data) {
        if let Some(local) = text
            .strip_prefix("../")
            .and_then(|text| text.strip_prefix(MAIN))
        {
            *text = local.to_owned();
        }
    }
    Entry {
        key_at: entry.key_at,
        value,
    }
}

fn operation_root<'a>(reference: &str, sources: &'a Sources) -> Option<&'a Node> {
    sources.operation(operation_file(reference)?)
}
