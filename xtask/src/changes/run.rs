//! The task `cargo xtask changes`.

use super::derive::derive;
use super::history::Dated;
use super::update::{Update, update};
use crate::cli::{Arguments, Failure, Outcome, TaskStatus};
use crate::{import, repository};
use alibabacloud_spec::{Change, Service};
use lexopt::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The text of `cargo xtask changes --help`.
pub const HELP: &str = "\
Write the release notes of operations from dated versions of the metadata.

Usage: cargo xtask changes DIR [options]

DIR has the metadata of one product version by day: YYYY-MM-DD.json. Each file is compared with the
one before it. What changed in an operation becomes an entry of x-acs-changes with source: metadata.
Entries without it stay, and an entry of a person that has the day or the kinds of a change takes
precedence (docs/import.md). No other line of the specification changes, and a second run changes
nothing.

Options:
  --product CODE  the product that the metadata must be of: oos [default: what the metadata says]
  --specs DIR     change the specification DIR/<product>/<version> [default: api-specs]
  --check         write nothing; report notes that are out of date
  -h, --help      print this help

Exit code 1 if an entry contradicts the metadata, or --check finds a difference.
";

/// The options of the command line.
#[derive(Debug, Default)]
struct ChangesOptions {
    directory: PathBuf,
    product: Option<String>,
    specs: PathBuf,
    check: bool,
}

impl ChangesOptions {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self {
            specs: repository::default_specs(),
            ..Self::default()
        };
        let mut directories: Vec<PathBuf> = Vec::new();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("product") => options.product = Some(arguments.value()?.string()?),
                Long("specs") => options.specs = arguments.value()?.into(),
                Long("check") => options.check = true,
                Short('h') | Long("help") => return Err(Failure::Help),
                Value(directory) => directories.push(directory.into()),
                other => return Err(other.unexpected().into()),
            }
        }
        match <[PathBuf; 1]>::try_from(directories) {
            Ok([directory]) => options.directory = directory,
            Err(_) => return Err(Failure::usage("expected one DIR")),
        }
        Ok(options)
    }
}

/// Runs the task.
///
/// # Errors
/// Returns a failure when the metadata or the specification cannot be read, the metadata is of
/// several products, or a file cannot be written.
pub fn run(arguments: Arguments) -> Outcome {
    let options = ChangesOptions::parse(arguments)?;
    let versions = Dated::read_all(&options.directory)?;
    let (product, version) = product(&versions, &options)?;
    let directory = options.specs.join(&product).join(&version);
    let old = Service::load(&directory).map_err(Failure::failed)?;
    let mut new = old.clone();
    let (first, last) = match versions.as_slice() {
        [first, .., last] => (&first.date, &last.date),
        _ => return Err(Failure::failed("error: fewer than two versions")),
    };
    let done = update(&mut new, &derive(&versions)?, first, last);
    let written = if options.check || old == new {
        Vec::new()
    } else {
        import::save(&options.specs, &old, &new)?
    };
    print!("{}", report(&done, &options.specs, &written));
    println!(
        "{product} {version}: {} versions from {first} to {last}; release notes of {} changed",
        versions.len(),
        operations(done.changed.len())
    );
    let is_clean = done.contradicted.is_empty() && !(options.check && old != new);
    Ok(if is_clean {
        TaskStatus::Clean
    } else {
        TaskStatus::Findings
    })
}

/// Returns product and version of the metadata.
fn product(versions: &[Dated], options: &ChangesOptions) -> Result<(String, String), Failure> {
    let mut found: Option<(String, String)> = None;
    for dated in versions {
        let path = options.directory.join(format!("{}.json", dated.date));
        let Some(product) = dated.product() else {
            return Err(Failure::failed(format!(
                "error: {} names no product and version",
                path.display()
            )));
        };
        let wanted = options.product.as_ref();
        let fits = wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(&product.0))
            && found.as_ref().is_none_or(|found| *found == product);
        if !fits {
            return Err(Failure::failed(format!(
                "error: {} is of {} {}; all files of a directory must be of one product and version",
                path.display(),
                product.0,
                product.1
            )));
        }
        found = Some(product);
    }
    found.ok_or_else(|| Failure::failed("error: no metadata"))
}

/// Returns what was done, a line for each entry.
fn report(update: &Update, specs: &Path, written: &[String]) -> String {
    let mut text = String::new();
    let mut line = |mark: &str, operation: &str, change: &Change| {
        let _ = writeln!(
            text,
            "{mark:<13}{operation} {}: {}",
            change.date, change.description
        );
    };
    for (operation, (added, removed)) in &update.changed {
        removed
            .iter()
            .for_each(|change| line("removed", operation, change));
        added
            .iter()
            .for_each(|change| line("added", operation, change));
    }
    for (operation, change) in &update.covered {
        line("covered", operation, change);
    }
    for (operation, change) in &update.contradicted {
        line("contradicted", operation, change);
    }
    for operation in &update.unknown {
        let _ = writeln!(
            text,
            "{:<13}{operation} is not in the specification",
            "left out"
        );
    }
    for file in written {
        let _ = writeln!(text, "wrote {}", specs.join(file).display());
    }
    text
}

fn operations(count: usize) -> String {
    match count {
        1 => "1 operation".to_owned(),
        count => format!("{count} operations"),
    }
}
