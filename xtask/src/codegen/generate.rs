//! Generates files from specifications.

use super::emit::{self, Layout};
use super::files::FileSet;
use super::ir::StandIn;
use super::lists::ListedService;
use super::lower::{self, Problem};
use super::select::Selection;
use super::specs::{SpecDir, failed, name, product};
use crate::cli::Failure;
use crate::repository;
use alibabacloud_spec::{COMMON_FILE, ErrorCode, Loader, Locator, Service};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Generates the crates of all specifications.
///
/// # Errors
///
/// Returns all errors of all specifications at once.
pub fn generate_all(specs: &[SpecDir], layout: &Layout) -> Result<FileSet, Failure> {
    Ok(generate_selected(specs, layout, Selection::default())?.files)
}

/// The result of generating code from several specifications.
#[derive(Clone, Debug, Default)]
pub struct Generated {
    /// The files of all crates.
    pub files: FileSet,
    /// What lists of services say about each service.
    pub services: Vec<ListedService>,
}

/// Generates the crates of all specifications, with the selected operations.
///
/// # Errors
///
/// Returns all errors of all specifications at once.
pub fn generate_selected(
    specs: &[SpecDir],
    layout: &Layout,
    mut selection: Selection,
) -> Result<Generated, Failure> {
    let mut generated = Generated::default();
    let mut problems = String::new();
    let mut crates = CrateNames::default();
    let mut common = CommonErrors::default();
    for spec in specs {
        let mut service = match Loader::new().load(&spec.path) {
            Ok(service) => service,
            Err(errors) => {
                let _ = writeln!(problems, "{errors}");
                continue;
            }
        };
        if !selection.apply(&mut service) {
            continue;
        }
        match common.of(spec) {
            Ok(errors) => service.add_errors(errors),
            Err(errors) => problems.push_str(&errors),
        }
        for conflict in crates.add(&service.crate_name, &spec.label) {
            let _ = writeln!(problems, "error: {conflict}");
        }
        match generate(&service, &spec.label, layout) {
            Ok(more) => generated.files.extend(more),
            Err(error) => {
                let _ = write!(problems, "{}", error.located(&spec.path));
            }
        }
        generated.services.push(ListedService::new(&service));
    }
    for unknown in selection.unknown() {
        let _ = writeln!(problems, "error: {unknown}");
    }
    if problems.is_empty() {
        Ok(generated)
    } else {
        Err(Failure::failed(format!(
            "{}\nnothing was written",
            problems.trim_end()
        )))
    }
}

/// The error codes that all services of a directory of specifications share. Each directory is read
/// once; one without the file uses that of the repository.
#[derive(Debug, Default)]
struct CommonErrors(BTreeMap<PathBuf, Vec<ErrorCode>>);

impl CommonErrors {
    /// Returns the codes for a specification, or what is wrong with them.
    fn of(&mut self, spec: &SpecDir) -> Result<&[ErrorCode], String> {
        let specs = spec.path.ancestors().nth(2).unwrap_or(&spec.path);
        match self.0.entry(specs.to_owned()) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                let own = specs.join(COMMON_FILE).exists();
                let repository = repository::root().join("api-specs");
                let place = if own { specs } else { &repository };
                let errors = Loader::new().common_errors(place);
                Ok(unknown.insert(errors.map_err(|errors| format!("{errors}\n"))?))
            }
        }
    }
}

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
            files.add_json(path, Loader::new().bundle(&spec.path).map_err(failed)?);
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

    /// Returns the problems with their places in the files of the specification in `dir`.
    fn located(mut self, dir: &Path) -> Self {
        let locator = Locator::open(dir);
        for problem in &mut self.problems {
            if let Some(place) = locator.locate(&problem.place) {
                problem.place = format!("{place}: {}", problem.place);
            }
        }
        self
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

/// Returns the names of a service that a rule replaces, each with its place in the files of the
/// specification in `dir`.
///
/// # Errors
///
/// Returns what prevents generating code from the service, each with its place.
pub fn stand_ins(service: &Service, dir: &Path) -> Result<Vec<String>, Vec<String>> {
    let lowered = lower::lower(service, "").map_err(|problems| {
        let label = String::new();
        let error = GenerateError { label, problems }.located(dir);
        let messages = error.problems.iter().map(Problem::to_string);
        messages.collect::<Vec<_>>()
    })?;
    if lowered.stand_ins.is_empty() {
        return Ok(Vec::new());
    }
    let locator = Locator::open(dir);
    let located = |stand_in: &StandIn| match locator.locate(&stand_in.place) {
        Some(place) => format!("{place}: {stand_in}"),
        None => stand_in.to_string(),
    };
    Ok(lowered.stand_ins.iter().map(located).collect())
}

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
