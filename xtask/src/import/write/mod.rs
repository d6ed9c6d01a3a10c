//! Writes specifications as files.

mod document;
mod schema;

use crate::yaml::{self, Document, Yaml};
use alibabacloud_spec::{Operation, Service};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// The files of a specification: path below the directory of the specifications, and content.
pub(super) type SpecFiles = BTreeMap<String, String>;

/// The facts of the last import, in the directory of a specification.
pub(crate) const UPSTREAM: &str = "upstream.json";

/// Returns the files of a specification. `present` reads an existing file: its text stays if its
/// content is unchanged (`old` is the content so far), else only what changed is written anew.
pub(super) fn files(
    service: &Service,
    old: Option<&Service>,
    present: &dyn Fn(&str) -> Option<String>,
) -> SpecFiles {
    let directory = directory(service);
    let mut files = SpecFiles::new();
    let main = document::service(service);
    let main_before = old.map(document::service);
    let name = format!("{directory}/openapi.yaml");
    let text = text(main, main_before, present(&name));
    files.insert(name, text);
    for operation in &service.operations {
        let name = format!("{directory}/operations/{}.yaml", operation.name);
        let before = old.and_then(|old| Some((old, old.operation(&operation.name)?)));
        // A reference to a shared parameter is written where the parameter is the same.
        let unchanged = before.is_some_and(|(old, before)| {
            before == operation && old.parameters == service.parameters
        });
        let text = match present(&name) {
            Some(text) if unchanged => text,
            present => {
                let before = before.map(|(old, before)| document::operation(old, before));
                self::text(document::operation(service, operation), before, present)
            }
        };
        files.insert(name, text);
    }
    files
}

/// Returns the text of a file: that of the existing file with the differences between the content
/// so far and the new content.
fn text(after: Yaml, before: Option<Yaml>, present: Option<String>) -> String {
    if let (Some(text), true) = (&present, before.as_ref() == Some(&after)) {
        return text.clone();
    }
    let present = present.and_then(|text| yaml::read(&text).ok());
    yaml::write(match present {
        Some(Document { head, root, tail }) => {
            let before = before.unwrap_or_else(|| root.clone());
            let root = yaml::overlay(root, &before, &after);
            Document { head, root, tail }
        }
        None => after.into(),
    })
}

/// Returns the text of a new file of an operation.
pub(crate) fn operation_text(service: &Service, operation: &Operation) -> String {
    yaml::write(document::operation(service, operation).into())
}

/// Returns the directory of a specification below that of all specifications: `oos/2019-06-01`.
pub(super) fn directory(service: &Service) -> String {
    format!("{}/{}", service.code, service.version)
}

/// Why files were not written.
#[derive(Debug)]
pub(super) enum WriteError {
    /// The specification would have been invalid; nothing was changed.
    Unreadable(String),
    /// A file could not be written; nothing was changed.
    Io(PathBuf, io::Error),
    /// A file could not be moved into place; others may have been.
    Interrupted(PathBuf, io::Error),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(errors) => f.write_str(errors),
            Self::Io(path, error) => write!(f, "cannot write {}: {error}", path.display()),
            Self::Interrupted(path, error) => write!(
                f,
                "cannot replace {}: {error}; the next import of the product completes this one",
                path.display()
            ),
        }
    }
}

/// Writes a specification over the existing one, whose content so far is `old`, and beside it the
/// facts for the next import, if there are new ones. Returns the names of the files that changed.
///
/// # Errors
/// See [`put`].
pub(super) fn save(
    specs: &Path,
    service: &Service,
    old: Option<&Service>,
    facts: Option<&str>,
) -> Result<Vec<String>, WriteError> {
    let present = |name: &str| fs::read_to_string(specs.join(name)).ok();
    let files = |old| {
        let mut files = files(service, old, &present);
        if let Some(facts) = facts {
            let name = format!("{}/{UPSTREAM}", directory(service));
            files.insert(name, facts.to_owned());
        }
        files
    };
    match put(specs, service, files(old)) {
        // The existing text says something in a way that the new content cannot be written into.
        Err(WriteError::Unreadable(_)) if old.is_some() => put(specs, service, files(None)),
        result => result,
    }
}

/// Writes all files or none: they are written to a separate directory, read back and compared, and
/// only then moved into place. Files of removed operations are deleted. Returns the names of the
/// files that changed.
///
/// # Errors
/// See [`WriteError`]. After [`WriteError::Interrupted`] the checked files are still there, and
/// [`finish`] completes the import.
pub(super) fn put(
    specs: &Path,
    service: &Service,
    files: SpecFiles,
) -> Result<Vec<String>, WriteError> {
    let (draft, checked) = (
        hidden(specs, service, "draft"),
        hidden(specs, service, "checked"),
    );
    // Leftovers of earlier imports; usually there are none.
    let _ = fs::remove_dir_all(&draft);
    let _ = fs::remove_dir_all(&checked);
    let staged = stage(&draft, service, &files).and_then(|()| {
        fs::rename(&draft, &checked).map_err(|error| WriteError::Io(draft.clone(), error))
    });
    if let Err(error) = staged {
        let _ = fs::remove_dir_all(&draft);
        return Err(error);
    }
    place(specs, service, &checked, &files)
}

/// Returns a specification as one JSON text. Its files are made in a separate directory below
/// `specs`, which is removed again.
///
/// # Errors
/// Returns a message when the specification is invalid, or a file cannot be written.
pub(super) fn bundle(specs: &Path, service: &Service) -> Result<String, String> {
    let draft = hidden(specs, service, "facts");
    // A leftover of an earlier import; usually there is none.
    let _ = fs::remove_dir_all(&draft);
    let written = files(service, None, &|_| None)
        .into_iter()
        .try_for_each(|(name, text)| {
            let path = draft.join(name);
            write_file(&path, &text).map_err(|error| WriteError::Io(path, error).to_string())
        });
    let bundle = written.and_then(|()| {
        Service::bundle(&draft.join(directory(service))).map_err(|errors| errors.to_string())
    });
    // A leftover copy does no harm.
    let _ = fs::remove_dir_all(&draft);
    bundle
}

/// Moves the files of an interrupted import into place. Returns the names of the files that
/// changed; none if no import was interrupted.
///
/// # Errors
/// See [`WriteError`].
pub(super) fn finish(specs: &Path, service: &Service) -> Result<Vec<String>, WriteError> {
    let checked = hidden(specs, service, "checked");
    if !checked.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = SpecFiles::new();
    let main = format!("{}/openapi.yaml", directory(service));
    // The facts for the next import come last: they are those of the whole specification.
    let facts = format!("{}/{}", directory(service), UPSTREAM);
    let facts = Some(facts).filter(|name| checked.join(name).is_file());
    let operations = operation_files(&checked, service).into_iter();
    for name in operations.chain([main]).chain(facts) {
        let path = checked.join(&name);
        let text =
            fs::read_to_string(&path).map_err(|error| WriteError::Interrupted(path, error))?;
        files.insert(name, text);
    }
    place(specs, service, &checked, &files)
}

/// Returns a hidden directory beside the products, which is not read as a product.
fn hidden(specs: &Path, service: &Service, what: &str) -> PathBuf {
    specs.join(format!(
        ".import-{}-{}-{what}",
        service.code, service.version
    ))
}

fn is_same(specs: &Path, name: &str, text: &str) -> bool {
    fs::read_to_string(specs.join(name)).is_ok_and(|present| present == text)
}

fn stage(draft: &Path, service: &Service, files: &SpecFiles) -> Result<(), WriteError> {
    for (name, text) in files {
        let path = draft.join(name);
        write_file(&path, text).map_err(|error| WriteError::Io(path, error))?;
    }
    let read = Service::load(&draft.join(directory(service)))
        .map_err(|errors| WriteError::Unreadable(errors.to_string()))?;
    if read != *service {
        return Err(WriteError::Unreadable(format!(
            "it differs from what was meant when read back: {}",
            first_difference(&read, service)
        )));
    }
    Ok(())
}

/// Moves checked files into place. After an interruption it can run again, since `checked` stays
/// until the end.
fn place(
    specs: &Path,
    service: &Service,
    checked: &Path,
    files: &SpecFiles,
) -> Result<Vec<String>, WriteError> {
    let mut changed = Vec::new();
    for (name, text) in files
        .iter()
        .filter(|(name, text)| !is_same(specs, name, text))
    {
        let target = specs.join(name);
        replace(&checked.join("next"), &target, text)
            .map_err(|error| WriteError::Interrupted(target, error))?;
        changed.push(name.clone());
    }
    for name in operation_files(specs, service) {
        if !files.contains_key(&name) {
            let path = specs.join(&name);
            fs::remove_file(&path).map_err(|error| WriteError::Interrupted(path, error))?;
            changed.push(name);
        }
    }
    // A leftover copy does no harm.
    let _ = fs::remove_dir_all(checked);
    Ok(changed)
}

/// Replaces a file atomically, through the temporary file `next`.
fn replace(next: &Path, target: &Path, text: &str) -> io::Result<()> {
    fs::write(next, text)?;
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::rename(next, target)
}

/// Returns the names of the operations' files below a directory, sorted.
fn operation_files(root: &Path, service: &Service) -> Vec<String> {
    let operations = format!("{}/operations", directory(service));
    let Ok(entries) = fs::read_dir(root.join(&operations)) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| format!("{operations}/{}", entry.file_name().to_string_lossy()))
        .filter(|name| name.ends_with(".yaml"))
        .collect();
    names.sort();
    names
}

/// Returns where two specifications differ first, for a message.
fn first_difference(read: &Service, meant: &Service) -> String {
    let pairs = read.operations.iter().zip(&meant.operations);
    match pairs.into_iter().find(|(a, b)| a != b) {
        Some((_, operation)) => format!("operation {}", operation.name),
        None => "the main document".to_owned(),
    }
}

fn write_file(path: &Path, text: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A re-import can write back whatever people write in a specification.
    #[test]
    fn every_specification_of_this_repository_survives_being_written() {
        let specs = crate::repository::root().join("api-specs");
        let target = std::env::temp_dir().join(format!("acs-write-{}", std::process::id()));
        for product in directories(&specs) {
            for version in directories(&product) {
                let service = Service::load(&version).unwrap();
                let old = |name: &str| fs::read_to_string(specs.join(name)).ok();
                // Reads everything back and compares.
                put(&target, &service, files(&service, None, &old)).unwrap();
            }
        }
        fs::remove_dir_all(&target).unwrap();
    }

    fn directories(path: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).collect()
    }
}
