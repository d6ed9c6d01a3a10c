//! `cargo xtask diff`: the changes between two versions of a service, and what they mean for
//! callers.
//!
//! `metadata` and `spec` turn each version into a `surface`, `compare` finds the changes, and
//! `verdict` judges each kind of change.

mod change;
mod compare;
mod metadata;
pub mod notes;
pub mod render;
mod spec;
mod surface;
mod verdict;

pub use change::Change;
pub use verdict::{Bump, ChangeCode, Verdict};

use crate::cli::{self, Arguments, Failure, Outcome, TaskStatus};
use crate::import::json::Json;
use crate::import::{self, Missing};
use alibabacloud_spec::Service;
use lexopt::prelude::*;
use std::path::{Path, PathBuf};

/// The text of `cargo xtask diff --help`.
pub const HELP: &str = "\
Compare two versions of a service and judge each change.

Usage: cargo xtask diff OLD NEW [options]

OLD and NEW are each a specification (a directory with openapi.yaml) or published metadata
(api-docs.json). Metadata and a specification are compared as if the metadata had been imported.
docs/versioning.md explains the codes, the verdicts and the version bump. The release notes of the
operations (x-acs-changes) follow: those that are new, or the last ones if one side is metadata.

Options:
  --format FORMAT  print text, markdown (for a changelog) or json [default: text]
  -h, --help       print this help

Exit code 1 if there is a breaking change.
";

/// How the result is printed.
#[derive(Clone, Copy)]
enum Format {
    Text,
    Markdown,
    Json,
}

/// Runs the task.
pub fn run(mut arguments: Arguments) -> Outcome {
    let mut format = Format::Text;
    let mut paths: Vec<PathBuf> = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("format") => {
                let value = arguments.value()?;
                format = match value.to_str() {
                    Some("text") => Format::Text,
                    Some("markdown") => Format::Markdown,
                    Some("json") => Format::Json,
                    _ => {
                        let expected = "text, markdown or json";
                        return Err(cli::invalid_value("--format", &value, expected));
                    }
                };
            }
            Short('h') | Long("help") => return Err(Failure::Help),
            Value(path) => paths.push(path.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let [old, new] = paths.as_slice() else {
        return Err(Failure::usage("expected OLD and NEW"));
    };
    let (old, new) = (Version::read(old)?, Version::read(new)?);
    let changes = compare(&old, &new)?;
    let notes = notes::notes(old.service(), new.service(), &changes);
    match format {
        Format::Text => print!("{}{}", render::text(&changes), notes::text(&notes)),
        Format::Markdown => print!("{}{}", render::markdown(&changes), notes::markdown(&notes)),
        Format::Json => println!("{:#}", notes::json(&changes, &notes)),
    }
    let breaking = changes
        .iter()
        .any(|change| change.code.verdict() == Verdict::Breaking);
    Ok(if breaking {
        TaskStatus::Findings
    } else {
        TaskStatus::Clean
    })
}

/// One version of a service.
#[derive(Debug)]
pub enum Version {
    /// Published metadata: the text and its JSON.
    Metadata(String, Json),
    /// A specification.
    Spec(Box<Service>),
}

impl Version {
    /// Reads a directory with a specification, or a metadata file.
    ///
    /// # Errors
    /// Returns a failure when it is neither, or is invalid.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        if path.is_dir() || path.ends_with("openapi.yaml") {
            let directory = if path.is_dir() {
                path
            } else {
                path.parent().unwrap_or(path)
            };
            let service = Service::load(directory).map_err(Failure::failed)?;
            return Ok(Self::Spec(Box::new(service)));
        }
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::failed(format!("error: cannot read {}: {error}", path.display()))
        })?;
        Self::metadata(text)
            .map_err(|error| Failure::failed(format!("error: {}: {error}", path.display())))
    }

    /// Returns the specification; `None` for metadata.
    pub fn service(&self) -> Option<&Service> {
        match self {
            Self::Metadata(..) => None,
            Self::Spec(service) => Some(service),
        }
    }

    /// Parses the text of published metadata.
    ///
    /// # Errors
    /// Returns an error when the text is not valid JSON.
    pub fn metadata(text: String) -> Result<Self, serde_json::Error> {
        let document = Json::parse(&text)?;
        Ok(Self::Metadata(text, document))
    }
}

/// Returns all changes from one version to the other.
///
/// # Errors
/// Returns a failure when metadata that is compared with a specification cannot be imported.
pub fn compare(old: &Version, new: &Version) -> Result<Vec<Change>, Failure> {
    let (old, new) = match (old, new) {
        (Version::Metadata(_, old), Version::Metadata(_, new)) => {
            (metadata::surface(old), metadata::surface(new))
        }
        (Version::Spec(old), Version::Spec(new)) => (spec::surface(old), spec::surface(new)),
        (Version::Spec(old), Version::Metadata(new, _)) => {
            (spec::surface(old), spec::surface(&over(old, new)?))
        }
        (Version::Metadata(old, _), Version::Spec(new)) => {
            (spec::surface(&over(new, old)?), spec::surface(new))
        }
    };
    Ok(compare::compare(&old, &new))
}

/// Returns the specification after an import of the metadata, with pruning.
fn over(spec: &Service, metadata: &str) -> Result<Service, Failure> {
    let imported = import::read(metadata);
    let mut report = imported.report;
    match imported.service {
        Some(service) if report.refusals.is_empty() => Ok(import::merge(
            spec.clone(),
            service,
            Missing::Prune,
            &mut report,
        )),
        _ => Err(Failure::failed(format!("error: {}", report.to_text(false)))),
    }
}
