//! `cargo xtask check`: reads every specification and reports all that is wrong.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use alibabacloud_codegen::glossary::CommonGlossaries;
use alibabacloud_codegen::inspect::{SpecFinding, inspect};
use alibabacloud_codegen::{CrateNames, specs_of};
use alibabacloud_spec::{Glossary, Loader, Service, find_specs};
use lexopt::prelude::*;

use crate::cli::{Arguments, Failure, Outcome, TaskStatus};
use crate::repository;
use crate::spec_texts::{self, UpstreamTexts};

/// The text of `cargo xtask check --help`.
pub const HELP: &str = "\
Read the specifications and report all that is wrong with them.

Usage: cargo xtask check [DIR...] [options]

DIR is a version of a product, with openapi.yaml in it; without DIR, all specifications are
checked. docs/spec-format.md describes every key.

Options:
  --specs DIR  read specifications from DIR/<product>/<version>/openapi.yaml [default: api-specs]
  --imported   accept operations and tags without texts, and examples that do not fit, as in
               imported metadata
  --upstream DIR
               report sentences of ten or more words that equal upstream's, as in the published
               metadata (api-docs.json) below DIR
  -h, --help   print this help

Texts must be in English unless the specification names another language. All errors of all stages are listed at once, sorted by file and line: those of the text and of each
value, of references between files, and of the names and pages that code is generated from.

Parameters and fields can be without a text, which a glossary or facts may replace; `cargo xtask
docs-report` counts them. The texts of glossaries say more than their names, and a name in the
glossary of a service that describes nothing there is listed.

Names that a rule replaces in Rust, because they have another use, are listed with their place;
`x-acs-name` chooses a better one.

Exit code 1 if anything is wrong.
";

#[derive(Debug)]
struct CheckOptions {
    directories: Vec<PathBuf>,
    specs: PathBuf,
    imported: bool,
    upstream: Option<PathBuf>,
}

impl CheckOptions {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self {
            directories: Vec::new(),
            specs: repository::default_specs(),
            imported: false,
            upstream: None,
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("specs") => options.specs = arguments.value()?.into(),
                Long("imported") => options.imported = true,
                Long("upstream") => options.upstream = Some(arguments.value()?.into()),
                Short('h') | Long("help") => return Err(Failure::Help),
                Value(directory) => options.directories.push(directory.into()),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }

    /// Returns the directories to check, at least one.
    fn targets(&self) -> Result<Vec<PathBuf>, Failure> {
        if !self.directories.is_empty() {
            return Ok(self.directories.clone());
        }
        let place = self.specs.display();
        let found = find_specs(&self.specs)
            .map_err(|error| Failure::failed(format!("error: cannot list {place}: {error}")))?;
        if found.is_empty() {
            return Err(Failure::failed(format!(
                "error: no <product>/<version>/openapi.yaml in {place}"
            )));
        }
        Ok(found)
    }
}

/// Runs the task.
pub fn run(arguments: Arguments) -> Outcome {
    let options = CheckOptions::parse(arguments)?;
    let loader = Loader::new()
        .lint(!options.imported)
        .accept_undescribed(true);
    let read = |directory: &PathBuf| {
        UpstreamTexts::read(directory)
            .map_err(|error| Failure::failed(format!("error: cannot read the metadata: {error}")))
    };
    let upstream = options.upstream.as_ref().map(read).transpose()?;
    let report = check(&loader, &options.targets()?, upstream.as_ref());
    // A reader that closes the pipe early does not need the rest.
    let _ = std::io::stdout().write_all(report.lines.as_bytes());
    if report.errors.is_empty() {
        return Ok(TaskStatus::Clean);
    }
    let _ = std::io::stderr().write_all(report.errors.as_bytes());
    Ok(TaskStatus::Findings)
}

/// The result of a check.
#[derive(Debug, Default)]
struct CheckReport {
    /// A line for each valid specification, and the names with stand-ins.
    lines: String,
    /// All errors.
    errors: String,
}

/// Checks all specifications at once, so that no error hides another one.
fn check(
    loader: &Loader,
    directories: &[PathBuf],
    upstream: Option<&UpstreamTexts>,
) -> CheckReport {
    let mut report = CheckReport::default();
    let mut errors = Vec::new();
    let mut crates = CrateNames::default();
    let mut common = CommonGlossaries::with_defaults(repository::specs());
    let shared: BTreeSet<&Path> = directories.iter().map(|path| specs_of(path)).collect();
    for specs in shared {
        errors.extend(glossary(loader, specs, None, upstream).1);
    }
    for directory in directories {
        let place = directory.display().to_string();
        let mut inspection = inspect(loader, directory);
        let texts = spec_texts::read(directory);
        let language = inspection
            .service
            .as_ref()
            .and_then(|service| service.language.as_deref());
        let foreign = spec_texts::foreign(directory, language, &texts);
        inspection.errors.extend(foreign);
        if let Some(upstream) = upstream {
            inspection.errors.extend(upstream.copies(&texts));
        }
        let (glossary, findings) = glossary(loader, directory, language, upstream);
        inspection.errors.extend(findings);
        if let Some(service) = inspection
            .service
            .as_ref()
            .filter(|_| inspection.errors.is_empty())
        {
            let unused = unused(&mut common, directory, service, &glossary);
            inspection.notes.extend(unused);
        }
        if let Some(service) = &inspection.service {
            let conflicts = crates.add(&service.crate_name, &place);
            let located = |conflict| SpecFinding::of_service(directory, conflict);
            inspection.errors.extend(conflicts.into_iter().map(located));
        }
        if let Some(service) = inspection.service.filter(|_| inspection.errors.is_empty()) {
            let _ = write!(
                report.lines,
                "{place}: {} operations, {} shared schemas, {} waiters",
                service.operations.len(),
                service.schemas.len(),
                service.waiters.len()
            );
            let _ = match glossary.iter().count() {
                0 => writeln!(report.lines),
                terms => writeln!(report.lines, ", {} in the glossary", count(terms, "name")),
            };
        }
        for note in inspection.notes {
            let _ = writeln!(report.lines, "{note}");
        }
        errors.extend(inspection.errors);
    }
    errors.sort();
    errors.dedup();
    for error in &errors {
        let _ = writeln!(report.errors, "{error}");
    }
    let files: BTreeSet<&str> = errors.iter().map(|error| error.file.as_str()).collect();
    if !errors.is_empty() {
        let _ = writeln!(
            report.errors,
            "error: {} in {}",
            count(errors.len(), "error"),
            count(files.len(), "file")
        );
    }
    report
}

/// Reads the glossary in a directory, if there is one. Returns it, empty if it is invalid, and what
/// is wrong with it.
fn glossary(
    loader: &Loader,
    directory: &Path,
    language: Option<&str>,
    upstream: Option<&UpstreamTexts>,
) -> (Glossary, Vec<SpecFinding>) {
    let glossary = match loader.glossary(directory) {
        Ok(glossary) => glossary,
        Err(errors) => {
            let errors = errors.iter().map(SpecFinding::from).collect();
            return (Glossary::default(), errors);
        }
    };
    let texts = spec_texts::of_glossary(&glossary);
    let mut findings = spec_texts::empty(&texts);
    findings.extend(spec_texts::not_english(directory, language, &texts));
    if let Some(upstream) = upstream {
        findings.extend(upstream.copies(&texts));
    }
    (glossary, findings)
}

/// Returns a note for each name of a service's glossary that describes nothing. A broken common
/// glossary has been reported, and hides these notes.
fn unused(
    common: &mut CommonGlossaries,
    directory: &Path,
    service: &Service,
    glossary: &Glossary,
) -> Vec<SpecFinding> {
    let Ok(glossaries) = common.of(directory, service) else {
        return Vec::new();
    };
    let used = glossaries.apply(&mut service.clone());
    let file = &glossary.file;
    let unused = glossary
        .iter()
        .filter(|(_, term)| !used.contains(&term.position));
    let notes = unused.map(|(name, term)| {
        let (line, column) = term.position;
        let message = "describes no parameter or field without a text of its own";
        SpecFinding {
            file: file.clone(),
            position: Some(term.position),
            text: format!("warning: {file}:{line}:{column}: `{name}` {message}"),
        }
    });
    notes.collect()
}

/// Returns a number with its noun: `2 files`.
fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
