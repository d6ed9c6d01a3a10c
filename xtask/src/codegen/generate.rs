//! Generates files from specifications.

use super::emit::{self, Layout};
use super::files::FileSet;
use super::lower::{self, Problem};
use super::specs::{SpecDir, failed, name, product};
use crate::cli::Failure;
use alibabacloud_spec::{Loader, Service};
use std::fmt::Write as _;
use std::path::Path;

/// Generates the crates of all specifications.
///
/// # Errors
///
/// Returns all errors of all specifications at once.
pub fn generate_all(specs: &[SpecDir], layout: &Layout) -> Result<FileSet, Failure> {
    let mut files = FileSet::default();
    let mut problems = String::new();
    let mut crates: Vec<(String, &str)> = Vec::new();
    for spec in specs {
        let service = match Loader::new().load(&spec.path) {
            Ok(service) => service,
            Err(errors) => {
                let _ = writeln!(problems, "{errors}");
                continue;
            }
        };
        if let Some((_, other)) = crates.iter().find(|(name, _)| *name == service.crate_name) {
            let _ = writeln!(
                problems,
                "error: {} and {other} both have the crate name `{}`; change one of them",
                spec.label, service.crate_name
            );
        }
        match generate(&service, &spec.label, layout) {
            Ok(more) => files.extend(more),
            Err(error) => {
                let _ = write!(problems, "{error}");
            }
        }
        crates.push((service.crate_name, &spec.label));
    }
    if problems.is_empty() {
        Ok(files)
    } else {
        Err(Failure::failed(format!(
            "{}\nnothing was written",
            problems.trim_end()
        )))
    }
}

/// Bundles the specifications that are built into the emulator: those that have a file there.
///
/// # Errors
///
/// Returns an error if a specification cannot be read.
pub(super) fn bundles(specs: &[SpecDir], out: &Path) -> Result<FileSet, Failure> {
    let mut files = FileSet::default();
    for spec in specs {
        let (product, version) = (product(&spec.path), name(&spec.path));
        let path = format!("alibabacloud-emulator/specs/{product}-{version}.json");
        if out.join(&path).is_file() {
            files.add(path, Loader::new().bundle(&spec.path).map_err(failed)?);
        }
    }
    Ok(files)
}

/// The reasons why the crates of a service cannot be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateError {
    label: String,
    problems: Vec<Problem>,
}

impl GenerateError {
    /// Returns all problems.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl std::fmt::Display for GenerateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for problem in &self.problems {
            writeln!(f, "error: {}: {problem}", self.label)?;
        }
        Ok(())
    }
}

impl std::error::Error for GenerateError {}

/// Generates both crates of a service. `label` is the path of its specification in the headers of
/// generated files.
///
/// # Errors
///
/// Returns all problems at once if the specification cannot be expressed in Rust.
pub fn generate(service: &Service, label: &str, layout: &Layout) -> Result<FileSet, GenerateError> {
    let error = |problems| GenerateError {
        label: label.to_owned(),
        problems,
    };
    let lowered = lower::lower(service, label).map_err(error)?;
    emit::service(&lowered, layout).map_err(|message| {
        error(vec![Problem {
            place: "bug in the generator, which emitted invalid Rust".to_owned(),
            message,
        }])
    })
}
