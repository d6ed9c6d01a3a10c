//! `cargo xtask diff`: the changes between two versions of a service, and what they mean for
//! callers.
//!
//! `metadata` and `spec` turn each version into a `surface`, `compare` finds the changes, and
//! `verdict` judges each kind of change.

mod called;
mod change;
mod compare;
mod metadata;
pub mod notes;
mod rename;
pub mod render;
mod spec;
mod surface;
mod verdict;

pub use change::Change;
pub use compare::compare_specs;
pub(crate) use metadata::{entries, reference};
pub use verdict::{Bump, ChangeCode, Verdict};

use crate::cli::{self, Arguments, Failure, Outcome, TaskStatus};
use crate::import::json::Json;
use crate::import::{self, Missing, Texts, Upstream};
use alibabacloud_spec::Service;
use called::CalledOperations;
use lexopt::prelude::*;
use std::path::{Path, PathBuf};

/// The text of `cargo xtask diff --help`.
pub const HELP: &str = "\
Compare two versions of a service and judge each change.

Usage: cargo xtask diff OLD NEW [options]

OLD and NEW are each a specification (a directory with openapi.yaml) or published metadata
(api-docs.json). A specification and metadata: exactly what an import of the metadata would do. Two
metadata files: what upstream changed.
docs/versioning.md explains the codes, the verdicts and the version bump.
The release notes of the operations (x-acs-changes) follow: those that are new, or the last ones if
one side is metadata.

Options:
  --binary FILE    leave out the changes, and the release notes, of operations that this program
                   does not call; what all operations share stays
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
    let mut binary: Option<PathBuf> = None;
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
            Long("binary") => binary = Some(arguments.value()?.into()),
            Short('h') | Long("help") => return Err(Failure::Help),
            Value(path) => paths.push(path.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let [old, new] = paths.as_slice() else {
        return Err(Failure::usage("expected OLD and NEW"));
    };
    let (old, new) = (Version::read(old)?, Version::read(new)?);
    let mut changes = compare(&old, &new)?;
    let mut notes = notes::notes(old.service(), new.service(), &changes);
    if let Some(binary) = &binary {
        let called = called_operations(binary, &old, &new)?;
        if called.is_empty() {
            let (program, title) = (binary.display(), new.title());
            eprintln!("note: {program} calls no operation of {title}");
            changes.clear();
        }
        changes.retain(|change| called.concern(change));
        called.retain_notes(&mut notes);
    }
    match format {
        Format::Text => print!("{}{}", render::text(&changes), notes::text(&notes)),
        Format::Markdown => print!(
            "{}{}",
            render::section(&new.title(), &changes),
            notes::markdown(&notes)
        ),
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

/// Returns the operations of the service that a program calls.
fn called_operations(
    binary: &Path,
    old: &Version,
    new: &Version,
) -> Result<CalledOperations, Failure> {
    let linked = cargo_acs_policy::read_program(binary)
        .map_err(|error| Failure::failed(format!("error: {error}")))?;
    for note in cargo_acs_policy::not_included(&linked) {
        eprintln!("note: {note}");
    }
    let imported = [old, new].map(|version| match version {
        Version::Metadata(text, _) => import::read(text).service,
        Version::Spec(_) | Version::Refreshed(..) => None,
    });
    let services: Vec<&Service> = [old, new]
        .into_iter()
        .zip(&imported)
        .filter_map(|(version, imported)| version.service().or(imported.as_ref()))
        .collect();
    Ok(CalledOperations::new(&linked, &services))
}

/// One version of a service.
#[derive(Debug)]
pub enum Version {
    /// Published metadata: the text and its JSON.
    Metadata(String, Json),
    /// A specification.
    Spec(Box<Service>),
    /// A specification, and what the last import read.
    Refreshed(Box<Service>, Box<Upstream>),
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
            let service = Box::new(Service::load(directory).map_err(Failure::failed)?);
            return Ok(match Upstream::load(directory)? {
                Some(upstream) => Self::Refreshed(service, Box::new(upstream)),
                None => Self::Spec(service),
            });
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
            Self::Spec(service) | Self::Refreshed(service, _) => Some(service),
        }
    }

    /// Returns product and version: `oos 2019-06-01`.
    fn title(&self) -> String {
        match self {
            Self::Spec(service) | Self::Refreshed(service, _) => {
                format!("{} {}", service.code, service.version)
            }
            Self::Metadata(_, document) => {
                let surface = metadata::surface(document);
                format!("{} {}", surface.product, surface.version)
            }
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
    match (old, new) {
        (Version::Metadata(old_text, old), Version::Metadata(new_text, new)) => {
            let (mut before, mut after) = (metadata::surface(old), metadata::surface(new));
            let [old, new] = [old_text, new_text].map(|text| import::read(text).service);
            // Without one of the two, there is nothing more to compare.
            if let (Some(old), Some(new)) = (old, new) {
                spec::add_facts(&mut before, &old);
                spec::add_facts(&mut after, &new);
            }
            Ok(compare::compare(&before, &after))
        }
        (Version::Spec(old), Version::Metadata(new, _)) => changes_by(old, None, new),
        (Version::Refreshed(old, base), Version::Metadata(new, _)) => {
            changes_by(old, Some(&base.facts), new)
        }
        (Version::Metadata(old, _), Version::Spec(new)) => changes_since(old, new, None),
        (Version::Metadata(old, _), Version::Refreshed(new, base)) => {
            changes_since(old, new, Some(&base.facts))
        }
        (
            Version::Spec(old) | Version::Refreshed(old, _),
            Version::Spec(new) | Version::Refreshed(new, _),
        ) => Ok(compare_specs(old, new)),
    }
}

/// Returns what an import of metadata would do to a specification.
fn changes_by(
    spec: &Service,
    base: Option<&Service>,
    metadata: &str,
) -> Result<Vec<Change>, Failure> {
    let mut imported = import::read(metadata);
    let service = accepted(&mut imported)?;
    let others = other_product(spec, &service);
    if !others.is_empty() {
        return Ok(others);
    }
    let report = &mut imported.report;
    Ok(import::plan(spec, base, service, Texts::None, &Missing::Keep, report).changes)
}

/// Returns what a specification has beyond an import of the metadata.
fn changes_since(
    metadata: &str,
    spec: &Service,
    base: Option<&Service>,
) -> Result<Vec<Change>, Failure> {
    let mut imported = import::read(metadata);
    let service = accepted(&mut imported)?;
    let report = &mut imported.report;
    let before = import::plan(spec, base, service, Texts::None, &Missing::Prune, report).service;
    Ok(compare_specs(&before, spec))
}

fn accepted(imported: &mut import::Imported) -> Result<Service, Failure> {
    match imported.service.take() {
        Some(service) if imported.report.refusals.is_empty() => Ok(service),
        _ => Err(Failure::failed(format!(
            "error: {}",
            imported.report.to_text(false)
        ))),
    }
}

/// Returns what makes metadata that of another product or version; an import of it does not change
/// the specification.
fn other_product(spec: &Service, metadata: &Service) -> Vec<Change> {
    let facts = [
        (ChangeCode::ProductChanged, &spec.code, &metadata.code),
        (
            ChangeCode::ApiVersionChanged,
            &spec.version,
            &metadata.version,
        ),
    ];
    let differ = facts.into_iter().filter(|(_, old, new)| old != new);
    let changes = differ.map(|(code, old, new)| {
        let mut change = Change::between("product", code, old.clone(), new.clone());
        change.note = Some(format!(
            "an import writes {}/{} and leaves this specification as it is",
            metadata.code, metadata.version
        ));
        change
    });
    changes.collect()
}
