//! `cargo xtask check`: reads every specification and reports all that is wrong.

use std::path::{Path, PathBuf};

use alibabacloud_spec::{Loader, find_specs};
use lexopt::prelude::*;

use crate::cli::{Arguments, Failure, Outcome, TaskStatus};
use crate::codegen::{self, CrateNames};

use crate::repository;

/// The text of `cargo xtask check --help`.
pub const HELP: &str = "\
Read the specifications and report all that is wrong with them.

Usage: cargo xtask check [DIR...] [options]

DIR is a version of a product, with openapi.yaml in it; without DIR, all specifications are
checked. docs/spec-format.md describes every key.

Options:
  --specs DIR  read specifications from DIR/<product>/<version>/openapi.yaml [default: api-specs]
  --imported   accept missing descriptions and examples that do not fit, as in imported metadata
  -h, --help   print this help

Names that a rule replaces in Rust, because they have another use, are listed with their place;
`x-acs-name` chooses a better one.

Exit code 1 if anything is wrong.
";

#[derive(Debug)]
struct CheckOptions {
    directories: Vec<PathBuf>,
    specs: PathBuf,
    imported: bool,
}

impl CheckOptions {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self {
            directories: Vec::new(),
            specs: repository::default_specs(),
            imported: false,
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("specs") => options.specs = arguments.value()?.into(),
                Long("imported") => options.imported = true,
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
    let loader = Loader::new().lint(!options.imported);
    let mut verdict = TaskStatus::Clean;
    let mut crates = CrateNames::default();
    for directory in options.targets()? {
        match check(&loader, &directory, &mut crates) {
            Ok(lines) => println!("{lines}"),
            Err(text) => {
                eprintln!("{text}\n");
                verdict = TaskStatus::Findings;
            }
        }
    }
    Ok(verdict)
}

/// Checks a specification; returns one line about it and its stand-ins, or its mistakes.
fn check(loader: &Loader, directory: &Path, crates: &mut CrateNames) -> Result<String, String> {
    let service = loader
        .load(directory)
        .map_err(|errors| errors.to_string())?;
    let place = directory.display();
    let mut problems = crates.add(&service.crate_name, &place.to_string());
    let stand_ins = codegen::stand_ins(&service, directory).unwrap_or_else(|more| {
        problems.extend(more);
        Vec::new()
    });
    if !problems.is_empty() {
        let errors = problems.iter().map(|problem| format!("error: {problem}"));
        return Err(errors.collect::<Vec<_>>().join("\n"));
    }
    let mut lines = format!(
        "{place}: {} operations, {} shared schemas, {} waiters",
        service.operations.len(),
        service.schemas.len(),
        service.waiters.len()
    );
    for stand_in in stand_ins {
        lines.push_str("\nnote: ");
        lines.push_str(&stand_in);
    }
    Ok(lines)
}
