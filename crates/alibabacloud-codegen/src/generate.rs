//! Generates the crates of a service.

use super::emit::{self, Layout};
use super::files::FileSet;
use super::ir;
use super::lower::{self, Problem};
use alibabacloud_spec::{Locator, Service};
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZero;
use std::path::Path;
use std::thread;

/// The names of all generated crates, which must differ as libraries and on disks that ignore case.
#[derive(Debug, Default)]
pub struct CrateNames(BTreeMap<String, String>);

impl CrateNames {
    /// Adds both crates of a service; returns a message for each name that another service has.
    pub fn add(&mut self, name: &str, label: &str) -> Vec<String> {
        let mut conflicts = Vec::new();
        for name in [name.to_owned(), format!("{name}-model")] {
            // The library has `_` in place of `-`.
            let library = name.replace('-', "_").to_ascii_lowercase();
            if let Some(other) = self.0.insert(library, label.to_owned()) {
                conflicts.push(format!(
                    "{label} and {other} both make the crate `{name}`; change one of the names \
                     under `x-acs-product`"
                ));
            }
        }
        conflicts
    }
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

    /// Returns the problems with their places in the files of the specification in `dir`.
    pub fn located(mut self, dir: &Path) -> Self {
        let locator = Locator::open(dir);
        for problem in &mut self.problems {
            if let Some(place) = locator.locate(&problem.place) {
                problem.place = format!("{place}: {}", problem.place);
            }
        }
        self
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "error: {}: {problem}", self.label)?;
        }
        Ok(())
    }
}

impl std::error::Error for GenerateError {}

/// Generates both crates of a service on all processors. `label` is the path of its specification
/// in the headers of generated files.
///
/// # Errors
///
/// Returns all problems at once if the specification cannot be expressed in Rust.
pub fn generate(service: &Service, label: &str, layout: &Layout) -> Result<FileSet, GenerateError> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    Ok(lower_and_emit(service, label, layout, threads)?.1)
}

/// Generates both crates of a service with this number of threads; 1 is the calling thread. Returns
/// the lowered service as well.
///
/// # Errors
///
/// Returns all problems at once if the specification cannot be expressed in Rust.
pub fn lower_and_emit(
    service: &Service,
    label: &str,
    layout: &Layout,
    threads: usize,
) -> Result<(ir::Service, FileSet), GenerateError> {
    let error = |problems| GenerateError {
        label: label.to_owned(),
        problems,
    };
    let lowered = lower::lower(service, label).map_err(error)?;
    let files = emit::service(&lowered, layout, threads).map_err(|message| {
        error(vec![Problem {
            place: "bug in the generator, which emitted invalid Rust".to_owned(),
            message,
        }])
    })?;
    Ok((lowered, files))
}
