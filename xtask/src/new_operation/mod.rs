//! `cargo xtask new-operation`: adds an operation to a specification.

mod draft;
mod options;
mod paths;

use crate::cli::{Arguments, Failure, Outcome, TaskStatus};
use crate::import::operation_text;
use crate::repository;
use alibabacloud_codegen::disk;
use alibabacloud_codegen::inspect::inspect;
use alibabacloud_spec::{Loader, Service, did_you_mean, find_specs};
use draft::draft;
use options::OperationOptions;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The text of `cargo xtask new-operation --help`.
pub const HELP: &str = "\
Add an operation to a specification: its file, and its entry in openapi.yaml.

Usage: cargo xtask new-operation NAME --product CODE [options]

The file has what follows from the name and from the other operations of the product, and is valid:
class, method, parameters that most operations have, pages of a list, texts from names. What a
person must complete is listed.

Options:
  --product CODE     product of the operation, as in DIR/<product>/<version>
  --version VERSION  API version, if the product has several
  --class CLASS      get, list, create, update, delete or action [default: by the verb of NAME]
  --method METHOD    HTTP method [default: post; with --path by the class]
  --path PATH        path template, for the operations of a ROA product: '/clusters/{ClusterId}'
  --tag TAG          group on the page of the crate [default: that of similar operations]
  --summary TEXT     what the operation does, in one sentence
  --argument NAME[:TYPE]   required parameter that is an argument in Rust; can be repeated
  --parameter NAME[:TYPE]  optional parameter; can be repeated
  --specs DIR        directory of specifications [default: api-specs]
  --dry-run          print the file and write nothing
  -h, --help         print this help

TYPE is string, integer, long, number, boolean, date-time, a list of one of these such as string[],
or map. The default is string.

Exit code 1 if the operation exists, or the specification is invalid.
";

/// Runs the task.
///
/// # Errors
///
/// Returns an error if the command line is invalid, the operation exists, the specification is
/// invalid, or files cannot be written.
pub fn run(arguments: Arguments) -> Outcome {
    let options = OperationOptions::parse(arguments)?;
    let specs = options
        .specs
        .clone()
        .unwrap_or_else(repository::default_specs);
    let directory = directory(&specs, &options)?;
    let service = Loader::new().load(&directory).map_err(Failure::failed)?;
    check_new(&service, &directory, &options.name)?;
    let draft = draft(&service, &options).map_err(Failure::usage)?;
    let text = operation_text(&service, &draft.operation);
    if options.dry_run {
        // A reader that closes the pipe early does not need the rest.
        let _ = std::io::stdout().write_all(text.as_bytes());
        return Ok(TaskStatus::Clean);
    }
    let main = directory.join("openapi.yaml");
    let file = file(&directory, &options.name);
    let before = fs::read_to_string(&main).map_err(|error| cannot("read", &main, &error))?;
    let after = paths::add(&before, &draft.operation.path, &options.name)
        .map_err(|why| cannot("add the operation to", &main, &why))?;
    put(&file, &text)?;
    if let Err(failure) = put(&main, &after) {
        // The file alone would be an error of the specification.
        let _ = fs::remove_file(&file);
        return Err(failure);
    }
    let mut report = format!("created {}\nupdated {}\n", file.display(), main.display());
    let errors = inspect(&Loader::new().lint(true), &directory).errors;
    let errors: Vec<_> = errors
        .iter()
        .filter(|error| Path::new(&error.file) == file || Path::new(&error.file) == main)
        .collect();
    let _ = writeln!(report, "to complete in {}:", file.display());
    for open in &draft.open {
        let _ = writeln!(report, "  {open}");
    }
    report.push_str("then run: cargo xtask check, cargo xtask codegen\n");
    let _ = std::io::stdout().write_all(report.as_bytes());
    for error in &errors {
        eprintln!("{error}");
    }
    if errors.is_empty() {
        Ok(TaskStatus::Clean)
    } else {
        Ok(TaskStatus::Findings)
    }
}

/// Returns the directory of the specification.
fn directory(specs: &Path, options: &OperationOptions) -> Result<PathBuf, Failure> {
    let found = find_specs(specs).map_err(|error| cannot("list", specs, &error))?;
    let named = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let product = |path: &PathBuf| path.parent().map(named).unwrap_or_default();
    let versions: Vec<&PathBuf> = found
        .iter()
        .filter(|path| product(path) == options.product)
        .collect();
    if versions.is_empty() {
        let products: Vec<String> = found.iter().map(product).collect();
        let hint = did_you_mean(&options.product, products.iter().map(String::as_str));
        let hint = hint.unwrap_or_else(|| {
            "cargo xtask import creates the specification of a product".to_owned()
        });
        return Err(Failure::failed(format!(
            "error: {} has no product {:?}; {hint}",
            specs.display(),
            options.product
        )));
    }
    let names = || {
        versions
            .iter()
            .map(|path| named(path))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match &options.version {
        None => match versions.as_slice() {
            [only] => Ok((*only).clone()),
            _ => Err(Failure::usage(format!(
                "{} has several versions; add --version with one of {}",
                options.product,
                names()
            ))),
        },
        Some(version) => {
            let found = versions.iter().find(|path| named(path) == *version);
            found.map(|path| (*path).clone()).ok_or_else(|| {
                Failure::failed(format!(
                    "error: {} has no version {version:?}; expected {}",
                    options.product,
                    names()
                ))
            })
        }
    }
}

/// Checks that there is neither an operation nor a file of the name, also on disks that ignore
/// case.
fn check_new(service: &Service, directory: &Path, name: &str) -> Result<(), Failure> {
    let same = |other: &str| other.eq_ignore_ascii_case(name);
    if let Some(other) = service.operations.iter().find(|other| same(&other.name)) {
        let place = file(directory, &other.name);
        return Err(Failure::failed(format!(
            "error: {} has the operation {} in {}",
            service.code,
            other.name,
            place.display()
        )));
    }
    let path = file(directory, name);
    if path.symlink_metadata().is_ok() {
        return Err(Failure::failed(format!(
            "error: the file {} exists; move it, or list it in openapi.yaml",
            path.display()
        )));
    }
    Ok(())
}

fn file(directory: &Path, name: &str) -> PathBuf {
    directory.join("operations").join(format!("{name}.yaml"))
}

fn put(path: &Path, text: &str) -> Result<(), Failure> {
    disk::replace(path, text).map_err(|error| cannot("write", path, &error))
}

fn cannot(what: &str, path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::failed(format!("error: cannot {what} {}: {why}", path.display()))
}
