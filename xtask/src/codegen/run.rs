//! The task `cargo xtask codegen`.

use super::files::{Obsolete, Plan};
use super::generate::generate_into;
use super::layout::layout;
use super::specs::{failed, find, specs_name};
use crate::cli::{Arguments, Failure, Outcome, TaskStatus};
use crate::repository;
use lexopt::prelude::*;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The text of `cargo xtask codegen --help`.
pub const HELP: &str = "\
Generate the crates of each product from its specification.

Usage: cargo xtask codegen [options]

Each specification results in two crates: the types, and the client with its operations. If the
emulator has a copy of the specification, it is written too. Files that are up to date are not
touched, and obsolete generated files of these crates are deleted. Crates that have no specification
any more are only deleted with --prune, and only if this directory of specifications made them. If a
specification is invalid, nothing is written.

Hand-written files, which do not have the header of generated files, stay as they are; it is an error
if a generated file has the path of one. The hand-written ends of the client crate's Cargo.toml and
README.md stay, too. A hand-written module src/ext.rs or src/ext/mod.rs is declared in the client
crate's root.

Options:
  --check          write nothing; report files that are out of date
  --prune          delete the crates of products that DIR of --specs no longer has
  --product CODE   generate this product only; can be repeated
  --specs DIR      read specifications from DIR/<product>/<version>/openapi.yaml
                   [default: api-specs]
  --out DIR        write the crates to DIR [default: crates]
  --core-path DIR  let crates outside of this workspace depend on alibabacloud-core and
                   alibabacloud-types in DIR instead of their published versions
  -h, --help       print this help

Exit code 1 if a specification is invalid, or if --check finds a difference.
";

/// The options of the command line.
#[derive(Debug, Default)]
struct CodegenOptions {
    check: bool,
    prune: bool,
    products: Vec<String>,
    specs: Option<PathBuf>,
    out: Option<PathBuf>,
    core_path: Option<PathBuf>,
}

impl CodegenOptions {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("check") => options.check = true,
                Long("prune") => options.prune = true,
                Long("product") => options.products.push(arguments.value()?.string()?),
                Long("specs") => options.specs = Some(arguments.value()?.into()),
                Long("out") => options.out = Some(arguments.value()?.into()),
                Long("core-path") => options.core_path = Some(arguments.value()?.into()),
                Short('h') | Long("help") => return Err(Failure::Help),
                other => return Err(other.unexpected().into()),
            }
        }
        if options.prune && !options.products.is_empty() {
            let message = "--prune needs all products; leave out --product";
            return Err(Failure::Usage(message.to_owned()));
        }
        Ok(options)
    }

    /// Returns the command that generates the files, for the report of `--check`.
    fn command(&self, prune: bool) -> String {
        let mut command = "cargo xtask codegen".to_owned();
        if prune || self.prune {
            command.push_str(" --prune");
        }
        for product in &self.products {
            let _ = write!(command, " --product {product}");
        }
        let directories = [
            ("specs", &self.specs),
            ("out", &self.out),
            ("core-path", &self.core_path),
        ];
        for (option, directory) in directories {
            if let Some(directory) = directory {
                let _ = write!(command, " --{option} {}", directory.display());
            }
        }
        command
    }
}

/// Runs the task.
///
/// # Errors
///
/// Returns an error if the command line is invalid, a specification is, or files cannot be written.
pub fn run(arguments: Arguments) -> Outcome {
    let options = CodegenOptions::parse(arguments)?;
    let root = repository::root();
    let specs = options
        .specs
        .clone()
        .unwrap_or_else(|| root.join("api-specs"));
    let out = options.out.clone().unwrap_or_else(|| root.join("crates"));
    let layout = layout(options.core_path.as_deref(), &out, options.out.is_none())?;
    let sources = find(&specs, &options.products)?;
    let files = generate_into(&sources, &layout, &out)?;
    let specs_name = specs_name(&specs)?;
    // A check reports what is obsolete, whoever is to delete it.
    let obsolete = if options.prune || (options.check && options.products.is_empty()) {
        Obsolete::Delete(&specs_name)
    } else {
        Obsolete::Keep
    };
    let plan = files.plan(&out, obsolete).map_err(failed)?;
    if options.products.is_empty() && !options.prune && !options.check {
        let left = files
            .without_specification(&out, &specs_name)
            .map_err(failed)?;
        for name in left {
            let path = out.join(name);
            eprintln!(
                "note: {} has no specification; --prune deletes it",
                path.display()
            );
        }
    }
    if plan.changes.is_empty() {
        return Ok(TaskStatus::Clean);
    }
    if options.check {
        let crates = files
            .without_specification(&out, &specs_name)
            .map_err(failed)?;
        let prune = options.products.is_empty() && !crates.is_empty();
        eprint!("{}", plan.report(&options.command(prune)));
        return Ok(TaskStatus::Findings);
    }
    plan.apply().map_err(failed)?;
    // A reader that closes the pipe early does not need the rest.
    let _ = std::io::stdout().write_all(summary(&plan, &out).as_bytes());
    Ok(TaskStatus::Clean)
}

/// Returns a line for each file that was written or deleted.
fn summary(plan: &Plan, out: &Path) -> String {
    let mut text = String::new();
    for change in &plan.changes {
        let done = match (&change.before, &change.after) {
            (None, _) => "created",
            (_, None) => "deleted",
            _ => "updated",
        };
        let _ = writeln!(text, "{done} {}", out.join(&change.path).display());
    }
    text
}
