//! The files of a specification, kept while errors may refer to them.

use crate::error::{Error, Excerpt};
use crate::node::{At, Data, MAX_BYTES, Node};
use crate::{json, yaml};
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// The main file of a specification.
pub(crate) const MAIN: &str = "openapi.yaml";
/// The directory of the operation files.
pub(crate) const OPERATIONS: &str = "operations";

/// A file.
#[derive(Debug)]
pub(crate) struct Source {
    /// The name for messages, with `/` as separator.
    name: String,
    /// The text, for excerpts; `None` for a bundle.
    text: Option<String>,
    /// The document; `None` when the text could not be parsed.
    root: Option<Node>,
}

/// All files, the main file first.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    files: Vec<Source>,
    /// The indices of operation files that the main file does not list.
    unlisted: Vec<usize>,
}

impl Sources {
    /// Reads the main file of a directory and the operation files that it lists.
    pub(crate) fn read(dir: &Path) -> (Self, Vec<Error>) {
        let mut sources = Self::default();
        let mut errors = Vec::new();
        if let Err(message) = sources.add_file(&dir.join(MAIN), &mut errors) {
            let name = display_name(&dir.join(MAIN));
            errors.push(whole_file(&name, format!("the file {message}")));
            // Keeps its place, so that no operation file takes it.
            sources.files.push(Source {
                name,
                text: None,
                root: None,
            });
        }
        for name in sources.operation_files() {
            if let Err(message) = sources.add_file(&dir.join(OPERATIONS).join(&name), &mut errors) {
                errors.push(sources.unreadable_operation(&name, &message));
            }
        }
        sources.find_unlisted(dir, &mut errors);
        (sources, errors)
    }

    /// Reads a file that refers to no others.
    pub(crate) fn read_one(path: &Path) -> (Self, Vec<Error>) {
        let mut sources = Self::default();
        let mut errors = Vec::new();
        if let Err(message) = sources.add_file(path, &mut errors) {
            errors.push(whole_file(
                &display_name(path),
                format!("the file {message}"),
            ));
        }
        (sources, errors)
    }

    /// Parses a main document that contains its operations.
    pub(crate) fn from_yaml(name: &str, text: &str) -> (Self, Vec<Error>) {
        let mut sources = Self::default();
        let mut errors = Vec::new();
        sources.add_text(name.to_owned(), text.to_owned(), &mut errors);
        (sources, errors)
    }

    /// Parses a bundle: a main document that contains its operations.
    pub(crate) fn from_bundle(text: &str) -> (Self, Vec<Error>) {
        let name = String::from("bundle");
        let (root, errors) = match json::parse(text) {
            Ok(root) => (Some(root), Vec::new()),
            Err(message) => (
                None,
                vec![whole_file(&name, format!("invalid JSON: {message}"))],
            ),
        };
        let files = vec![Source {
            name,
            text: None,
            root,
        }];
        let unlisted = Vec::new();
        (Self { files, unlisted }, errors)
    }

    /// Returns the document of the main file.
    pub(crate) fn main(&self) -> Option<&Node> {
        self.files.first().and_then(|file| file.root.as_ref())
    }

    /// Returns the document of an operation file.
    pub(crate) fn operation(&self, name: &str) -> Option<&Node> {
        let end = format!("{OPERATIONS}/{name}");
        let file = self
            .files
            .iter()
            .skip(1)
            .find(|file| file.name.ends_with(&end))?;
        file.root.as_ref()
    }

    /// Returns `file:line:column` of a position.
    pub(crate) fn place(&self, at: At) -> Option<String> {
        let file = self.files.get(at.file)?;
        Some(format!("{}:{}:{}", file.name, at.line, at.column))
    }

    /// Creates an error at a value; `at` may be the position of its key instead.
    pub(crate) fn error(
        &self,
        at: At,
        node: Option<&Node>,
        message: String,
        help: Option<String>,
    ) -> Error {
        let Some(file) = self.files.get(at.file) else {
            return whole_file("", message);
        };
        let path = match (node, &file.root) {
            (Some(node), Some(root)) => root.path_to(node),
            _ => None,
        };
        let line = file
            .text
            .as_ref()
            .and_then(|text| text.lines().nth(at.line.checked_sub(1)?));
        Error {
            file: file.name.clone(),
            position: (at.line > 0).then_some((at.line, at.column)),
            path,
            message,
            help,
            excerpt: line.map(|text| Excerpt {
                text: text.to_owned(),
                width: at.width,
            }),
        }
    }

    /// Reads and parses a file. Errors in its text go to `errors`; an error of reading it is
    /// returned.
    fn add_file(&mut self, path: &Path, errors: &mut Vec<Error>) -> Result<(), String> {
        let name = display_name(path);
        self.add_text(name, read_text(path)?, errors);
        Ok(())
    }

    fn add_text(&mut self, name: String, text: String, errors: &mut Vec<Error>) {
        let (root, problems) = yaml::parse(self.files.len(), &text);
        self.files.push(Source {
            name,
            text: Some(text),
            root,
        });
        for problem in problems {
            let help = problem.help.map(str::to_owned);
            errors.push(self.error(problem.at, None, problem.message, help));
        }
    }

    /// Creates an error at the reference to a file.
    fn unreadable_operation(&self, name: &str, message: &str) -> Error {
        let reference = format!("{OPERATIONS}/{name}");
        let message = format!("the file `{reference}` {message}");
        let node = self
            .path_references()
            .find(|node| node.as_text() == Some(reference.as_str()));
        self.error(
            node.map(|node| node.at).unwrap_or_default(),
            node,
            message,
            None,
        )
    }

    /// Returns the references to files in the main document.
    fn path_references(&self) -> impl Iterator<Item = &Node> {
        let paths = self.main().and_then(|root| root.get("paths"));
        let map = paths.and_then(|paths| match &paths.data {
            Data::Map(map) => Some(map),
            _ => None,
        });
        map.into_iter()
            .flat_map(|map| map.values())
            .filter_map(|entry| entry.value.get("$ref"))
    }

    /// Returns the names of the operation files, in the order of the main file. References of
    /// another form are left to the reader.
    fn operation_files(&self) -> Vec<String> {
        let references = self.path_references().filter_map(Node::as_text);
        references
            .filter_map(operation_file)
            .map(str::to_owned)
            .collect()
    }

    /// Returns the operations of files that the main file does not list: name and document. When
    /// the main file cannot be read, these are all operation files.
    pub(crate) fn unlisted(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.unlisted.iter().filter_map(|&index| {
            let file = self.files.get(index)?;
            let name = file.name.rsplit('/').next()?.strip_suffix(".yaml")?;
            Some((name, file.root.as_ref()?))
        })
    }

    /// Reads the files that the main file does not list, and reports each: it would be ignored
    /// otherwise. Which files it lists is unknown if it cannot be read.
    fn find_unlisted(&mut self, dir: &Path, errors: &mut Vec<Error>) {
        let paths = self.main().and_then(|root| root.get("paths"));
        let has_paths = paths.is_some_and(|paths| matches!(paths.data, Data::Map(_)));
        let Ok(entries) = fs::read_dir(dir.join(OPERATIONS)) else {
            return;
        };
        let mut names: Vec<String> = entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        for name in names
            .iter()
            .filter(|name| name.ends_with(".yaml") || name.ends_with(".yml"))
        {
            let path = display_name(&dir.join(OPERATIONS).join(name));
            if self.files.iter().skip(1).any(|file| file.name == path) {
                continue;
            }
            if has_paths {
                let mut error = whole_file(&path, format!("the file is not listed in {MAIN}"));
                error.help = Some(format!(
                    "add `$ref: {OPERATIONS}/{name}` under `paths` there"
                ));
                errors.push(error);
            }
            let index = self.files.len();
            match self.add_file(&dir.join(OPERATIONS).join(name), errors) {
                Ok(()) => self.unlisted.push(index),
                Err(message) => errors.push(whole_file(&path, format!("the file {message}"))),
            }
        }
    }
}

/// Returns the file name in a reference to an operation file, `operations/<name>.yaml`.
pub(crate) fn operation_file(reference: &str) -> Option<&str> {
    let name = reference.strip_prefix(OPERATIONS)?.strip_prefix('/')?;
    let stem = name.strip_suffix(".yaml")?;
    let plain = !stem.is_empty() && stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    plain.then_some(name)
}

/// Returns the text of a file. An error is the end of a sentence that starts with its name.
fn read_text(path: &Path) -> Result<String, String> {
    let describe = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => "does not exist".to_owned(),
        io::ErrorKind::InvalidData => "is not valid UTF-8".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    let file = fs::File::open(path).map_err(describe)?;
    let mut text = String::new();
    // One byte more than allowed, so that the parser detects a file that is too large.
    file.take(MAX_BYTES as u64 + 1)
        .read_to_string(&mut text)
        .map_err(describe)?;
    Ok(text)
}

/// Returns a path for messages, with `/` as separator.
pub(crate) fn display_name(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn whole_file(name: &str, message: String) -> Error {
    Error {
        file: name.to_owned(),
        position: None,
        path: None,
        message,
        help: None,
        excerpt: None,
    }
}
