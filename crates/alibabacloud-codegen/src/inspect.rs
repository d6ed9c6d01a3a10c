//! Everything that is wrong with a specification, from all stages: reading, and lowering of what
//! could be read.

use super::ir::StandIn;
use super::lower;
use alibabacloud_spec::{Loader, Locator, Service};
use std::fmt;
use std::path::Path;

/// A finding in a file of a specification.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpecFinding {
    /// The file, with a path that starts with the directory of the specification.
    pub file: String,
    /// Line and column, from 1; `None` for a whole file.
    pub position: Option<(usize, usize)>,
    /// The message, with the place.
    pub text: String,
}

impl SpecFinding {
    /// Creates a finding about the main file of the specification in `dir`.
    pub fn of_service(dir: &Path, message: impl fmt::Display) -> Self {
        let file = dir.join("openapi.yaml");
        let file = file.to_string_lossy().replace('\\', "/");
        Self {
            text: format!("error: {message}\n --> {file}\n"),
            file,
            position: None,
        }
    }
}

impl fmt::Display for SpecFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<&alibabacloud_spec::Error> for SpecFinding {
    fn from(error: &alibabacloud_spec::Error) -> Self {
        Self {
            file: error.file().to_owned(),
            position: error.position(),
            text: error.to_string(),
        }
    }
}

/// What is known about a specification.
#[derive(Clone, Debug, Default)]
pub struct SpecInspection {
    /// The specification; if there are errors, what could be read of it.
    pub service: Option<Service>,
    /// All errors, sorted by file and line.
    pub errors: Vec<SpecFinding>,
    /// Names that a rule replaces in Rust, sorted by file and line.
    pub notes: Vec<SpecFinding>,
}

/// Reads and lowers the specification in a directory, in spite of errors.
pub fn inspect(loader: &Loader, dir: &Path) -> SpecInspection {
    let read = loader.inspect(dir);
    let mut errors: Vec<SpecFinding> = read.errors.iter().map(SpecFinding::from).collect();
    let mut notes = Vec::new();
    if let Some(service) = &read.service {
        let (problems, stand_ins) = lower::inspect(service);
        let locator = Locator::open(dir);
        for problem in problems {
            let message = problem.to_string();
            let located = locator.error(&problem.place, &message);
            errors.push(match located {
                Some(error) => SpecFinding::from(&error),
                None => SpecFinding::of_service(dir, message),
            });
        }
        notes.extend(
            stand_ins
                .iter()
                .map(|stand_in| note(&locator, dir, stand_in)),
        );
    }
    errors.sort();
    errors.dedup();
    notes.sort();
    SpecInspection {
        service: read.service,
        errors,
        notes,
    }
}

fn note(locator: &Locator, dir: &Path, stand_in: &StandIn) -> SpecFinding {
    match locator.error(&stand_in.place, stand_in.to_string()) {
        Some(error) => {
            let (line, column) = error.position().unwrap_or_default();
            let file = error.file().to_owned();
            SpecFinding {
                text: format!("note: {file}:{line}:{column}: {stand_in}"),
                file,
                position: error.position(),
            }
        }
        None => SpecFinding {
            text: format!("note: {stand_in}"),
            ..SpecFinding::of_service(dir, "")
        },
    }
}
