//! Sources of specifications: the copies that are built in, and directories.

use crate::built_in::COPIES;
use crate::error::Error;
use alibabacloud_spec::{Service, did_you_mean};
use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// A specification that this build has a copy of.
#[derive(Clone, Copy)]
pub(crate) struct SpecCopy {
    pub(crate) product: &'static str,
    pub(crate) version: &'static str,
    title: &'static str,
    /// The number of operations.
    size: usize,
    text: &'static str,
    /// The index in [`COPIES`].
    index: usize,
}

impl fmt::Debug for SpecCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text is long.
        write!(f, "SpecCopy({} {})", self.product, self.version)
    }
}

/// The copies that were read, once per process because tests start many emulators.
static READ: [OnceLock<Result<Arc<Service>, String>>; COPIES.len()] =
    [const { OnceLock::new() }; COPIES.len()];

impl SpecCopy {
    /// Reads the specification, or returns it if it was read before.
    ///
    /// # Errors
    ///
    /// Fails when the copy is invalid, which a test excludes.
    pub(crate) fn read(self) -> Result<Arc<Service>, String> {
        let Some(read) = READ.get(self.index) else {
            return Err("there is no such copy".to_owned());
        };
        let read = read.get_or_init(|| match Service::from_bundle(self.text) {
            Ok(service) => Ok(Arc::new(service)),
            Err(errors) => Err(format!(
                "invalid built-in specification of {}: {errors}",
                self.product
            )),
        });
        read.clone()
    }

    /// Returns the names of the operations, without reading the specification: each has a line of
    /// its own under `paths`.
    pub(crate) fn operations(self) -> impl Iterator<Item = &'static str> {
        self.text.lines().filter_map(|line| {
            let key = line.strip_prefix("  \"/")?.strip_suffix("\": {")?;
            Some(key.rsplit_once("#Action=")?.1)
        })
    }
}

/// A specification that is part of this build of the emulator, read when it is first needed.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn(SpecCopy);

impl BuiltIn {
    /// Returns all specifications of this build, OOS first.
    pub fn all() -> Vec<Self> {
        // Without names, none is unknown.
        let copies = copies(&[]).unwrap_or_default();
        copies.into_iter().map(Self).collect()
    }

    /// Returns the product code: `oos`.
    pub fn product(&self) -> &'static str {
        self.0.product
    }

    /// Returns the version: `2019-06-01`.
    pub fn version(&self) -> &'static str {
        self.0.version
    }

    /// Returns the name of the product for people, in English: `Elastic Compute Service`.
    pub fn title(&self) -> &'static str {
        self.0.title
    }

    /// Returns the number of operations.
    pub fn operation_count(&self) -> usize {
        self.0.size
    }

    /// Returns the names of the operations, without reading the specification.
    pub fn operations(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.0.operations()
    }

    /// Reads the specification. It is read once for a program, and emulators share it.
    ///
    /// # Errors
    ///
    /// Fails when the specification is invalid, which a test excludes.
    pub fn load(&self) -> Result<Arc<Service>, Error> {
        let read = self.0.read();
        read.map_err(|why| Error::new(format!("cannot read {}", self.0.product), why))
    }
}

/// Returns the copies of this build: those of the products `only`, or all when it is empty.
///
/// # Errors
///
/// Fails when there is no specification of a product, or it is not part of this build.
pub(crate) fn copies(only: &[String]) -> Result<Vec<SpecCopy>, Error> {
    for name in only {
        let cannot = |why: String| Error::new(format!("cannot serve {name:?}"), why);
        let mut versions = COPIES.iter().filter(|(product, ..)| product == name);
        let Some((product, .., text)) = versions.next() else {
            return Err(cannot(unknown(name)));
        };
        if text.is_none() {
            return Err(cannot(format!(
                "it is not part of this build of the emulator; build it with the feature \
                 `{product}`, or serve a directory of specifications"
            )));
        }
    }
    let copies = COPIES.iter().enumerate();
    let mut copies: Vec<SpecCopy> = copies
        .filter_map(|(index, &(product, version, title, size, text))| {
            let text = text?;
            let is_wanted = only.is_empty() || only.iter().any(|name| name == product);
            is_wanted.then_some(SpecCopy {
                product,
                version,
                title,
                size,
                text,
                index,
            })
        })
        .collect();
    // OOS, which keeps state, comes first: seeds name operations without a product.
    copies.sort_by_key(|copy| copy.product != "oos");
    Ok(copies)
}

fn unknown(name: &str) -> String {
    let products = || COPIES.iter().map(|(product, ..)| *product);
    let hint = did_you_mean(name, products()).unwrap_or_else(|| {
        let known: Vec<&str> = products().collect();
        format!(
            "expected {}, or a directory of specifications",
            known.join(", ")
        )
    });
    format!("the emulator has no such service; {hint}")
}

/// Loads all specifications of a directory: the directory itself is one, or holds them as
/// `<product>/<version>`. A file is a specification as one JSON text.
pub(crate) fn load(directory: &Path) -> Result<Vec<Service>, Error> {
    let mut services = Vec::new();
    find(directory, 2, &mut services)?;
    if services.is_empty() {
        let what = format!("no specification in {}", directory.display());
        let expected = "expected openapi.yaml, or <product>/<version>/openapi.yaml";
        return Err(Error::new(what, expected));
    }
    Ok(services)
}

fn find(directory: &Path, levels: usize, services: &mut Vec<Service>) -> Result<(), Error> {
    if directory.join("openapi.yaml").is_file() {
        let service =
            Service::load(directory).map_err(|error| Error::new(directory.display(), error))?;
        services.push(service);
        return Ok(());
    }
    if directory.is_file() {
        let text = fs::read_to_string(directory);
        let text = text.map_err(|error| Error::new(directory.display(), error))?;
        let service =
            Service::from_bundle(&text).map_err(|error| Error::new(directory.display(), error))?;
        services.push(service);
        return Ok(());
    }
    if levels == 0 {
        return Ok(());
    }
    let entries =
        fs::read_dir(directory).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    let entries = entries.map_err(|error| Error::new(directory.display(), error))?;
    let mut inner: Vec<_> = entries
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    inner.sort();
    inner
        .iter()
        .try_for_each(|path| find(path, levels - 1, services))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_copy_is_valid_and_its_operations_are_found_without_reading_it() {
        for copy in copies(&[]).unwrap() {
            let service = copy.read().unwrap();
            assert_eq!(
                (service.code.as_str(), service.version.as_str()),
                (copy.product, copy.version)
            );
            assert_eq!(
                (service.title.as_str(), service.operations.len()),
                (copy.title, copy.size)
            );
            let mut found: Vec<&str> = copy.operations().collect();
            found.sort_unstable();
            let operations = service.operations.iter();
            let names: Vec<&str> = operations
                .map(|operation| operation.name.as_str())
                .collect();
            assert_eq!(found, names);
            assert!(!found.is_empty());
        }
    }

    #[test]
    fn a_copy_is_read_once() {
        for copy in copies(&[]).unwrap() {
            assert!(Arc::ptr_eq(&copy.read().unwrap(), &copy.read().unwrap()));
        }
    }

    #[test]
    fn an_unknown_service_is_named_with_what_is_meant() {
        let error = copies(&["ooss".to_owned()]).unwrap_err().to_string();
        assert_eq!(
            error,
            "cannot serve \"ooss\": the emulator has no such service; did you mean `oos`?"
        );
    }

    #[cfg(not(feature = "oos"))]
    #[test]
    fn a_service_that_is_not_built_in_needs_its_feature() {
        let error = copies(&["oos".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("build it with the feature `oos`"), "{error}");
    }
}
