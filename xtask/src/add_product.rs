//! `cargo xtask add-product`: everything that a new service needs besides its texts.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use alibabacloud_spec::Service;
use lexopt::prelude::*;

use crate::cli::{Arguments, Failure, Outcome, TaskStatus};
use crate::{codegen, decisions, import, repository};
use alibabacloud_codegen::{disk, markdown};

/// The text of `cargo xtask add-product --help`.
pub const HELP: &str = "\
Add a service to this repository.

Usage: cargo xtask add-product FILE [options of import]

FILE is an api-docs.json as Alibaba Cloud publishes it. It is imported into api-specs, the crates are
generated with their licence texts, and the service is added to the workspace, to the lists in
README.md and the guide, to the emulator and to CHANGELOG.md. decisions.yaml beside the specification
asks about what looks wrong. What CI checks for each service follows from the crates.

All other options are those of `cargo xtask import`, such as --crate and --skip-refused.

What is left is reported: the texts, and the decisions that a person makes before the first release.
docs/maintaining.md describes them.

Options:
  -h, --help  print this help

Exit code 1 if anything was refused; then only the report is printed.
";

/// Runs the task.
///
/// # Errors
///
/// Returns a failure if the product exists already, or a file cannot be read or written.
pub fn run(mut arguments: Arguments) -> Outcome {
    let file: PathBuf = match arguments.next()? {
        Some(Value(file)) => file.into(),
        Some(Short('h') | Long("help")) => return Err(Failure::Help),
        Some(Long("specs")) => {
            return Err(Failure::usage("--specs: a product is added to api-specs"));
        }
        Some(other) => {
            let message = other.unexpected();
            return Err(Failure::usage(format!("{message}; FILE comes first")));
        }
        None => return Err(Failure::usage("no FILE given")),
    };
    let more: Vec<OsString> = arguments.raw_args()?.collect();
    if more
        .iter()
        .any(|argument| argument == "-h" || argument == "--help")
    {
        return Err(Failure::Help);
    }
    let specs = repository::root().join("api-specs");
    let directory = new_directory(&file, &specs)?;

    let import = [file.into_os_string()]
        .into_iter()
        .chain(more)
        .chain(["--specs".into(), specs.into_os_string()]);
    let status = import::run(Arguments::from_args(import))?;
    if status == TaskStatus::Findings || !directory.join("openapi.yaml").exists() {
        return Ok(status);
    }
    let service = Service::load(&directory).map_err(Failure::failed)?;
    add_copy(&service)?;
    let questions = decisions::begin(&directory)?;
    codegen::run(Arguments::from_args([] as [&str; 0]))?;
    let changelog = repository::root().join("CHANGELOG.md");
    add_entry(&changelog, &service)?;
    print!("{}", next_steps(&service, questions));
    Ok(TaskStatus::Clean)
}

/// Returns the directory that the specification will have, which must not have crates yet. What the
/// import refuses, it reports itself.
fn new_directory(file: &Path, specs: &Path) -> Result<PathBuf, Failure> {
    let text = fs::read_to_string(file).map_err(|error| {
        Failure::failed(format!("error: cannot read {}: {error}", file.display()))
    })?;
    let Some(service) = import::read(&text).service else {
        return Ok(specs.to_owned());
    };
    let directory = specs.join(&service.code).join(&service.version);
    // A specification without crates is what a run left that failed later; it is continued.
    let crates = repository::root().join("crates");
    let is_complete = Service::load(&directory)
        .is_ok_and(|present| crates.join(present.crate_name).join("Cargo.toml").exists());
    if is_complete {
        let place = directory.display();
        return Err(Failure::failed(format!(
            "error: {place} exists; `cargo xtask import` refreshes it"
        )));
    }
    Ok(directory)
}

/// Creates an empty file for the copy of a specification in the emulator, which `codegen` fills.
fn add_copy(service: &Service) -> Result<(), Failure> {
    let name = format!("{}-{}.json", service.code, service.version);
    let path = repository::root()
        .join("crates/alibabacloud-emulator/specs")
        .join(name);
    fs::write(&path, "")
        .map_err(|error| Failure::failed(format!("error: {}: {error}", path.display())))
}

/// The heading of the list in the changelog that a new service belongs to.
const ADDED: &str = "### Added\n\n";

/// Adds a service to the changelog.
fn add_entry(path: &Path, service: &Service) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::failed(format!("error: {}: {error}", path.display()))
    };
    let text = fs::read_to_string(path).map_err(|error| failed(&error))?;
    let mark = format!("the crate `{}`.\n", service.crate_name);
    if text.contains(&mark) {
        return Ok(());
    }
    let with_entry = changelog(&text, service).ok_or_else(|| failed(&"no heading `Unreleased`"))?;
    disk::replace(path, &with_entry).map_err(|error| failed(&error))
}

/// Returns the changelog with an entry for a new service; `None` if it has no place for it.
fn changelog(text: &str, service: &Service) -> Option<String> {
    let unreleased = text.find("## Unreleased\n")?;
    let start = unreleased + "## Unreleased\n".len();
    let end = text[start..]
        .find("\n## ")
        .map_or(text.len(), |end| start + end + 1);
    let entry = format!(
        "- {} {}: the crate `{}`.\n",
        markdown::inline(&service.title),
        markdown::inline(&service.version),
        service.crate_name
    );
    let (at, entry) = match text[start..end].find(ADDED) {
        Some(added) => (start + added + ADDED.len(), entry),
        None => (start, format!("\n{ADDED}{entry}")),
    };
    Some(format!("{}{entry}{}", &text[..at], &text[at..]))
}

/// Returns what is left for a person.
fn next_steps(service: &Service, questions: usize) -> String {
    let place = format!("api-specs/{}/{}", service.code, service.version);
    format!(
        "\nAdded {name}. What is left for a person:\n\
         1. Write the texts in {place}; `cargo xtask check {place}` lists those that are missing.\n\
         2. Decide what the import inferred: x-acs-arguments, x-acs-class, x-acs-pagination,\n   \
            x-acs-sensitive. docs/maintaining.md lists what to check.\n\
         3. Answer the {questions} questions in {place}/decisions.yaml, which\n   \
            `cargo xtask decisions {place}` explains; without answers the service is not\n   \
            released.\n\
         4. Run `cargo xtask codegen`, then `bash .ci/run`.\n",
        name = service.crate_name
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service() -> Service {
        let main = "openapi: 3.1.0\ninfo:\n  title: Kiosk\n  version: \"2024-01-01\"\n\
                    x-acs-product:\n  code: kiosk\n  crate: alibabacloud-kiosk\n  style: rpc\n\
                    paths: {}\n";
        alibabacloud_spec::Loader::new()
            .from_yaml("openapi.yaml", main)
            .unwrap()
    }

    #[test]
    fn a_service_is_added_to_the_unreleased_changes() {
        let entry = "- Kiosk 2024-01-01: the crate `alibabacloud-kiosk`.\n";
        let text = "# Changelog\n\n## Unreleased\n\n### Added\n\n- More.\n\n## 0.1.0\n";
        assert_eq!(
            changelog(text, &service()).unwrap(),
            format!("# Changelog\n\n## Unreleased\n\n### Added\n\n{entry}- More.\n\n## 0.1.0\n")
        );
        let text = "## Unreleased\n\n## 0.1.0\n\n### Added\n\n- Old.\n";
        assert_eq!(
            changelog(text, &service()).unwrap(),
            format!("## Unreleased\n\n### Added\n\n{entry}\n## 0.1.0\n\n### Added\n\n- Old.\n")
        );
        assert_eq!(changelog("# Changelog\n", &service()), None);
    }
}
