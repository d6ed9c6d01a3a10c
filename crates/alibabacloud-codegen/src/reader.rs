//! Reads specifications as the generator does: with the error codes and texts that they share.

use super::error::Error;
use super::glossary::CommonGlossaries;
use super::inspect::inspect;
use super::specs::{shared_file, specs_of};
use alibabacloud_spec::{COMMON_FILE, ErrorCode, Loader, Service};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

/// Reads specifications together with the files that they share, each of which is read once: the
/// error codes of all services (`common.yaml`) and the texts of names (`glossary.yaml`).
#[derive(Debug, Default)]
pub struct Reader {
    defaults: Option<PathBuf>,
    errors: BTreeMap<PathBuf, Vec<ErrorCode>>,
    glossaries: CommonGlossaries,
}

impl Reader {
    /// Creates a reader. The shared files are those of each directory of specifications; they may
    /// be absent.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a reader that takes shared files from `defaults` if the directory of a specification
    /// does not have them.
    pub fn with_defaults(defaults: impl Into<PathBuf>) -> Self {
        let defaults = defaults.into();
        Self {
            glossaries: CommonGlossaries::with_defaults(&defaults),
            defaults: Some(defaults),
            errors: BTreeMap::new(),
        }
    }

    /// Reads the specification in a directory.
    ///
    /// # Errors
    ///
    /// Returns all errors of the specification, or of a shared file.
    pub fn read(&mut self, directory: &Path) -> Result<Service, Error> {
        let Ok(mut service) = Loader::new().load(directory) else {
            return Err(findings(directory));
        };
        self.complete(&mut service, directory)?;
        Ok(service)
    }

    /// Adds what a specification shares with others: error codes of all services, and texts of
    /// names without a text. `directory` is where the specification was read from.
    ///
    /// # Errors
    ///
    /// Returns all errors of the shared files and of the glossary of the service.
    pub fn complete(&mut self, service: &mut Service, directory: &Path) -> Result<(), Error> {
        let mut diagnostics = Vec::new();
        match self.errors(directory) {
            Ok(errors) => service.add_errors(errors),
            Err(error) => diagnostics.extend(error.diagnostics().iter().cloned()),
        }
        match self.glossaries.of(directory, service) {
            Ok(glossaries) => {
                glossaries.apply(service);
            }
            Err(errors) => diagnostics.push(errors.to_string()),
        }
        if diagnostics.is_empty() {
            Ok(())
        } else {
            Err(Error::new(diagnostics))
        }
    }

    /// Returns the error codes of all services for the specification in a directory.
    fn errors(&mut self, directory: &Path) -> Result<&[ErrorCode], Error> {
        match self.errors.entry(specs_of(directory).to_owned()) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                let file = shared_file(directory, COMMON_FILE, self.defaults.as_deref());
                let parent = file.parent().unwrap_or(&file);
                Ok(unknown.insert(Loader::new().common_errors(parent)?))
            }
        }
    }
}

/// Returns all that is wrong with the specification in a directory. Reading stops at its own
/// errors; a person wants to know those of lowering, too.
pub fn findings(directory: &Path) -> Error {
    let inspection = inspect(&Loader::new(), directory);
    Error::new(inspection.errors.iter().map(ToString::to_string).collect())
}
