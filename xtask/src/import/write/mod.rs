//! Specifications as files.

mod comments;
mod document;
mod schema;
mod yaml;

use alibabacloud_spec::Service;
use comments::Comments;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// The files of a specification: path below the directory of the specs, and content.
pub(super) type Files = BTreeMap<String, String>;

/// Writes a specification in memory. `present` gives the text of a file that is there: it stays if it says what it should
/// (`old` is what it says now), and else its comments do.
pub(super) fn files(
    service: &Service,
    old: Option<&Service>,
    present: &dyn Fn(&str) -> Option<String>,
) -> Files {
    let directory = directory(service);
    let mut files = Files::new();
    let mut add = |name: String, unchanged: bool, document: &dyn Fn() -> yaml::Yaml| {
        let text = match present(&name) {
            Some(text) if unchanged => text,
            Some(text) => document().write(&Comments::read(&text)),
            None => document().write(&Comments::default()),
        };
        files.insert(name, text);
    };
    let main = document::service(service);
    let main_unchanged = old.is_some_and(|old| document::service(old) == main);
    add(format!("{directory}/openapi.yaml"), main_unchanged, &|| {
        main.clone()
    });
    for operation in &service.operations {
        let name = format!("{directory}/operations/{}.yaml", operation.name);
        let before = old.and_then(|old| old.operation(&operation.name));
        // References to shared parameters are written where these fit.
        let unchanged = before == Some(operation)
            && old.is_some_and(|old| old.parameters == service.parameters);
        add(name, unchanged, &|| document::operation(service, operation));
    }
    files
}

/// The directory of a specification below that of all specs: `oos/2019-06-01`.
pub(super) fn directory(service: &Service) -> String {
    format!("{}/{}", service.code, service.version)
}

/// Why files were not written.
#[derive(Debug)]
pub(super) enum Error {
    /// The specification would have been one that cannot be read; nothing was changed.
    Unreadable(String),
    /// A file could not be written.
    Io(PathBuf, io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(errors) => f.write_str(errors),
            Self::Io(path, error) => write!(f, "{} cannot be written: {error}", path.display()),
        }
    }
}

/// Puts files into place, all or none: they are written to a directory of their own and read back, and only then renamed.
/// Files of operations that are gone are removed. Gives back the names of those that changed.
///
/// # Errors
/// See [`Error`]. When a rename fails half-way, the next run completes it.
pub(super) fn put(specs: &Path, service: &Service, files: Files) -> Result<Vec<String>, Error> {
    let staging = specs.join(format!(".import-{}-{}", service.code, service.version));
    let result = stage(&staging, service, &files).and_then(|()| {
        let mut changed = Vec::new();
        for name in files
            .iter()
            .filter(|(name, text)| !is_same(specs, name, text))
            .map(|(name, _)| name)
        {
            rename(&staging, specs, name)?;
            changed.push(name.clone());
        }
        changed.extend(remove_stale(specs, service, &files)?);
        Ok(changed)
    });
    // Left-overs are no reason to fail: the next run replaces them.
    let _ = fs::remove_dir_all(&staging);
    result
}

fn is_same(specs: &Path, name: &str, text: &str) -> bool {
    fs::read_to_string(specs.join(name)).is_ok_and(|present| present == text)
}

fn stage(staging: &Path, service: &Service, files: &Files) -> Result<(), Error> {
    for (name, text) in files {
        let path = staging.join(name);
        write_file(&path, text).map_err(|error| Error::Io(path, error))?;
    }
    let read = Service::load(&staging.join(directory(service)))
        .map_err(|errors| Error::Unreadable(errors.to_string()))?;
    if read != *service {
        return Err(Error::Unreadable(format!(
            "it reads differently from what was meant: {}",
            first_difference(&read, service)
        )));
    }
    Ok(())
}

/// Where two specifications part, for a message.
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

fn rename(staging: &Path, specs: &Path, name: &str) -> Result<(), Error> {
    let target = specs.join(name);
    let parent = target.parent().map_or(Ok(()), fs::create_dir_all);
    parent
        .and_then(|()| fs::rename(staging.join(name), &target))
        .map_err(|error| Error::Io(target, error))
}

fn remove_stale(specs: &Path, service: &Service, files: &Files) -> Result<Vec<String>, Error> {
    let operations = format!("{}/operations", directory(service));
    let mut removed = Vec::new();
    let Ok(entries) = fs::read_dir(specs.join(&operations)) else {
        return Ok(removed);
    };
    for entry in entries.flatten() {
        let name = format!("{operations}/{}", entry.file_name().to_string_lossy());
        if name.ends_with(".yaml") && !files.contains_key(&name) {
            let path = specs.join(&name);
            fs::remove_file(&path).map_err(|error| Error::Io(path, error))?;
            removed.push(name);
        }
    }
    removed.sort();
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever people write in a specification, a re-import can write it back without a loss.
    #[test]
    fn every_specification_of_this_repository_survives_being_written() {
        let specs = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../api-specs"));
        let target = std::env::temp_dir().join(format!("acs-write-{}", std::process::id()));
        for product in directories(specs) {
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
