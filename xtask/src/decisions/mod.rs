//! `cargo xtask decisions`: the decisions about a service that its users rely on, as a record and a
//! checklist beside the specification.
//!
//! `derive` repeats the specification in a short form, `questions` asks about what looks wrong,
//! `record` is the file, `checklist` compares the file with the specification. `names` knows which
//! names sound like secrets, `places` finds fields.

mod checklist;
mod derive;
mod names;
mod places;
mod questions;
mod record;
mod subject;

use crate::cli::{Arguments, Failure, Outcome, TaskStatus};
use crate::repository;
use alibabacloud_spec::find_specs;
use checklist::Checklist;
use lexopt::prelude::*;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

pub(crate) use record::{FILE, most_used, upstream_rows};

/// The text of `cargo xtask decisions --help`.
pub const HELP: &str = "\
Compare the decisions of people about services with the specifications, and print the checklist.

Usage: cargo xtask decisions [DIR...] [options]

DIR is a version of a product, with openapi.yaml in it. Its checklist is printed: the questions about
what looks wrong in the specification, unanswered ones first, then what is out of date in
decisions.yaml. Without DIR, all specifications are compared, and only what is left to do is printed.

decisions.yaml, beside the specification, repeats what its users rely on: the arguments of each
operation, how each list is paged, each secret, each idempotency token, and each class that differs
from the verb of the name. A change of one of them is a change of this file. Each question is
answered with `answer` and `reason`. `most-used` lists the operations that most users call, whose
documentation `cargo xtask docs-report` checks. docs/spec-format.md describes the file.

Options:
  --specs DIR   read specifications from DIR/<product>/<version>/openapi.yaml [default: api-specs]
  --unanswered  print only what is left to do
  --write       write what follows from the specification, and add new questions; answers stay, and
                only those to questions that are no longer asked are dropped
  -h, --help    print this help

Exit code 1 if a question is unanswered, or decisions.yaml is not up to date.
";

#[derive(Debug, Default)]
struct DecisionsOptions {
    directories: Vec<PathBuf>,
    specs: Option<PathBuf>,
    unanswered: bool,
    write: bool,
}

impl DecisionsOptions {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("specs") => options.specs = Some(arguments.value()?.into()),
                Long("unanswered") => options.unanswered = true,
                Long("write") => options.write = true,
                Short('h') | Long("help") => return Err(Failure::Help),
                Value(directory) => options.directories.push(directory.into()),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }

    /// Returns the specifications, at least one.
    fn targets(&self) -> Result<Vec<PathBuf>, Failure> {
        if !self.directories.is_empty() {
            return Ok(self.directories.clone());
        }
        let specs = self.specs.clone();
        let specs = specs.unwrap_or_else(repository::default_specs);
        let place = specs.display();
        let found = find_specs(&specs)
            .map_err(|error| Failure::failed(format!("error: cannot list {place}: {error}")))?;
        if found.is_empty() {
            let message = format!("error: no <product>/<version>/openapi.yaml in {place}");
            return Err(Failure::failed(message));
        }
        Ok(found)
    }
}

/// Runs the task.
///
/// # Errors
///
/// Returns a failure if a file cannot be read or written, or is invalid.
pub fn run(arguments: Arguments) -> Outcome {
    let options = DecisionsOptions::parse(arguments)?;
    let with_answers = !options.directories.is_empty() && !options.unanswered;
    let mut report = String::new();
    let mut is_complete = true;
    for directory in options.targets()? {
        let mut checklist = Checklist::read(&directory)?;
        if options.write {
            if checklist.write()? {
                let _ = writeln!(report, "updated {}", checklist.path().display());
            }
            checklist = Checklist::read(&directory)?;
        }
        let place = directory.display();
        let _ = writeln!(report, "{place}: {}", checklist.summary());
        report.push_str(&checklist.text(with_answers));
        is_complete &= checklist.is_complete();
    }
    if !is_complete {
        report.push_str(
            "`cargo xtask decisions --write` brings decisions.yaml up to date; the answers are \
             written by people\n",
        );
    }
    // A reader that closes the pipe early does not need the rest.
    let _ = std::io::stdout().write_all(report.as_bytes());
    Ok(if is_complete {
        TaskStatus::Clean
    } else {
        TaskStatus::Findings
    })
}

/// Writes the record of a new specification with unanswered questions. Returns how many there are.
///
/// # Errors
///
/// Returns a failure if a file cannot be read or written, or is invalid.
pub(crate) fn begin(directory: &Path) -> Result<usize, Failure> {
    let checklist = Checklist::read(directory)?;
    checklist.write()?;
    Ok(checklist.unanswered())
}

/// Returns why the decisions about a service are not complete; `None` if they are.
///
/// # Errors
///
/// Returns a failure if a file cannot be read, or is invalid.
pub fn open(directory: &Path) -> Result<Option<String>, Failure> {
    let checklist = Checklist::read(directory)?;
    Ok((!checklist.is_complete()).then(|| checklist.summary()))
}
