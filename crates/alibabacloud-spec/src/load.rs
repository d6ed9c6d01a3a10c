//! Loads a specification from a directory or from a bundle.

use crate::error::{Error, Errors};
use crate::glossary::Glossary;
use crate::json;
use crate::model::{ErrorCode, Service};
use crate::node::{Data, Entry, Map, Node};
use crate::reader::Reader;
use crate::source::{MAIN, Sources, display_name, operation_file};
use std::io;
use std::path::{Path, PathBuf};

/// The file with what all services share, in the directory of specifications.
pub const COMMON_FILE: &str = "common.yaml";

/// A glossary: that of all services in the directory of specifications, that of a service beside
/// its main document.
pub const GLOSSARY_FILE: &str = "glossary.yaml";

/// A loader of specifications, with options.
#[derive(Clone, Debug, Default)]
pub struct Loader {
    lint: bool,
    accepts_undescribed: bool,
}

impl Loader {
    /// Creates a loader without options: only what makes the specification invalid is an error.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether a missing description, and an example or default that does not match its type,
    /// is an error too. Use this for specifications that people write; published metadata has many
    /// of both.
    pub fn lint(mut self, yes: bool) -> Self {
        self.lint = yes;
        self
    }

    /// Sets whether the lint accepts parameters, fields and shared schemas without a description,
    /// since a glossary or facts may describe them. Operations and tags always need one.
    pub fn accept_undescribed(mut self, yes: bool) -> Self {
        self.accepts_undescribed = yes;
        self
    }

    /// Loads `openapi.yaml` in a directory and the operation files that it lists.
    ///
    /// # Errors
    /// All errors at once, including files that cannot be read.
    pub fn load(&self, dir: &Path) -> Result<Service, Errors> {
        let (sources, errors) = Sources::read(dir);
        self.read(&sources, errors)
    }

    /// Loads a specification from one YAML text that contains its operations; errors use `name` as
    /// the file name.
    ///
    /// # Errors
    /// All errors at once.
    pub fn from_yaml(&self, name: &str, text: &str) -> Result<Service, Errors> {
        let (sources, errors) = Sources::from_yaml(name, text);
        self.read(&sources, errors)
    }

    /// Loads a specification from one JSON text, the result of [`bundle`](Self::bundle).
    ///
    /// # Errors
    /// All errors at once, with a JSON path and without a position.
    pub fn from_bundle(&self, text: &str) -> Result<Service, Errors> {
        let (sources, errors) = Sources::from_bundle(text);
        self.read(&sources, errors)
    }

    /// Checks a directory and combines its files into one JSON text with a value per line, which a
    /// program can embed. The text is an OpenAPI document: references between files become
    /// references within it.
    ///
    /// # Errors
    /// Those of [`load`](Self::load).
    pub fn bundle(&self, dir: &Path) -> Result<String, Errors> {
        self.load_and_bundle(dir).map(|(_, text)| text)
    }

    /// Does what [`load`](Self::load) and [`bundle`](Self::bundle) do, and reads the files once.
    ///
    /// # Errors
    /// Those of [`load`](Self::load).
    pub fn load_and_bundle(&self, dir: &Path) -> Result<(Service, String), Errors> {
        let (sources, errors) = Sources::read(dir);
        let service = self.read(&sources, errors)?;
        let mut text = String::new();
        if let Some(root) = sources.main() {
            json::write(&inline(root, &sources), 0, &mut text);
        }
        text.push('\n');
        Ok((service, text))
    }

    /// Reads a directory in spite of errors: returns what could be read, and what is wrong.
    pub fn inspect(&self, dir: &Path) -> Inspection {
        let (sources, mut errors) = Sources::read(dir);
        let mut reader = self.reader(&sources);
        let service = reader.service();
        let service = service.filter(|_| reader.is_finite());
        errors.extend(reader.into_errors());
        Inspection {
            service,
            errors: Errors::sorted(errors).errors,
        }
    }

    /// Loads the [error codes that all services share](COMMON_FILE) from a directory of
    /// specifications. There are none if the file does not exist.
    ///
    /// # Errors
    /// All errors at once.
    pub fn common_errors(&self, specs: &Path) -> Result<Vec<ErrorCode>, Errors> {
        let path = specs.join(COMMON_FILE);
        if !path.exists() {
            return Ok(Vec::new());
        }
        let (sources, mut errors) = Sources::read_one(&path);
        let mut reader = self.reader(&sources);
        let codes = reader.common();
        errors.extend(reader.into_errors());
        if errors.is_empty() {
            Ok(codes)
        } else {
            Err(Errors::sorted(errors))
        }
    }

    /// Loads the [glossary](GLOSSARY_FILE) in a directory. It is empty if the file does not exist.
    ///
    /// # Errors
    /// All errors at once.
    pub fn glossary(&self, dir: &Path) -> Result<Glossary, Errors> {
        let path = dir.join(GLOSSARY_FILE);
        if !path.exists() {
            return Ok(Glossary::default());
        }
        let (sources, errors) = Sources::read_one(&path);
        self.read_glossary(&display_name(&path), &sources, errors)
    }

    /// Loads a glossary from one YAML text; errors use `name` as the file name.
    ///
    /// # Errors
    /// All errors at once.
    pub fn glossary_from_yaml(&self, name: &str, text: &str) -> Result<Glossary, Errors> {
        let (sources, errors) = Sources::from_yaml(name, text);
        self.read_glossary(name, &sources, errors)
    }

    fn read_glossary(
        &self,
        file: &str,
        sources: &Sources,
        mut errors: Vec<Error>,
    ) -> Result<Glossary, Errors> {
        let mut reader = self.reader(sources);
        let glossary = reader.glossary(file.to_owned());
        errors.extend(reader.into_errors());
        if errors.is_empty() {
            Ok(glossary)
        } else {
            Err(Errors::sorted(errors))
        }
    }

    fn reader<'a>(&self, sources: &'a Sources) -> Reader<'a> {
        Reader::new(sources, self.lint, self.accepts_undescribed)
    }

    fn read(&self, sources: &Sources, mut errors: Vec<Error>) -> Result<Service, Errors> {
        let mut reader = self.reader(sources);
        let service = reader.service();
        errors.extend(reader.into_errors());
        match service {
            Some(service) if errors.is_empty() => Ok(service),
            _ => Err(Errors::sorted(errors)),
        }
    }
}

/// What [`Loader::inspect`] found.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// What could be read. If there are errors, wrong values are replaced by harmless ones, and
    /// wrong parts are missing, so it is only good for finding more errors. `None` if the main
    /// document cannot be read, or a schema contains itself without end.
    pub service: Option<Service>,
    /// All errors, in the order of the files; none if the specification is valid.
    pub errors: Vec<Error>,
}

impl Service {
    /// Loads a specification from its directory; short for [`Loader::load`].
    ///
    /// # Errors
    /// All errors at once.
    pub fn load(dir: &Path) -> Result<Self, Errors> {
        Loader::new().load(dir)
    }

    /// Loads a specification from a bundle; short for [`Loader::from_bundle`].
    ///
    /// # Errors
    /// All errors at once.
    pub fn from_bundle(text: &str) -> Result<Self, Errors> {
        Loader::new().from_bundle(text)
    }

    /// Bundles a specification; short for [`Loader::bundle`].
    ///
    /// # Errors
    /// All errors at once.
    pub fn bundle(dir: &Path) -> Result<String, Errors> {
        Loader::new().bundle(dir)
    }
}

/// Returns the specifications under a directory, sorted: each `<product>/<version>` with a main
/// document.
///
/// # Errors
/// When a directory cannot be listed.
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

/// Returns the tree with operation files in place of the references to them.
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
