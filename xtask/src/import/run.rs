//! The task: metadata files to specifications and a report.

use super::facts::product::Imported;
use super::json::JsonPath;
use super::merge::{self, Missing};
use super::read::read;
use super::report::{Refusal, Report, Rule};
use super::texts::{self, Texts};
use super::write;
use crate::cli::{self, Arguments, Failure, Outcome, TaskStatus};
use crate::repository;
use alibabacloud_spec::Service;
use lexopt::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

/// The text of `cargo xtask import --help`.
pub const HELP: &str = "\
Create specifications from published metadata, or refresh existing ones.

Usage: cargo xtask import FILE... [options]

FILE is an api-docs.json as Alibaba Cloud publishes it. Texts and decisions in an existing
specification take precedence over the metadata (docs/import.md); a second import of the same file
changes nothing.

Options:
  --specs DIR      write specifications to DIR/<product>/<version> [default: api-specs]
  --crate NAME     name the generated crate of a new specification; for a single FILE
                   [default: alibabacloud-<product>]
  --texts TEXTS    none: no text of the metadata; keep: all texts, for private crates [default: none]
  --prune          remove operations, parameters and fields that are not in the metadata
  --skip-refused   write a product even if some of its operations were refused
  --dry-run        report only, write nothing
  --verbose        list every finding and every conclusion
  --format FORMAT  print the report as text or json [default: text]
  -h, --help       print this help

Exit code 1 if anything was refused.
";

/// How metadata is imported into a directory of specifications.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The directory of specifications.
    pub specs: PathBuf,
    /// Whether the specification takes the texts of the metadata.
    pub texts: Texts,
    /// The name of the generated crate of a new specification; by default derived from the product.
    pub crate_name: Option<String>,
    /// Whether parts that the metadata does not mention are kept.
    pub missing: Missing,
    /// Whether a product is written even if some of its operations were refused.
    pub skip_refused: bool,
    /// Whether the import only reports and writes nothing.
    pub dry_run: bool,
}

/// What the command line asks for.
struct ImportCommand {
    options: ImportOptions,
    files: Vec<PathBuf>,
    verbose: bool,
    json: bool,
}

impl ImportCommand {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut line = ImportCommand {
            options: ImportOptions {
                specs: repository::default_specs(),
                texts: Texts::None,
                crate_name: None,
                missing: Missing::Keep,
                skip_refused: false,
                dry_run: false,
            },
            files: Vec::new(),
            verbose: false,
            json: false,
        };
        let options = &mut line.options;
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("specs") => options.specs = arguments.value()?.into(),
                Long("crate") => options.crate_name = Some(arguments.value()?.string()?),
                Long("texts") => {
                    let texts = arguments.value()?;
                    options.texts = match texts.to_str() {
                        Some("none") => Texts::None,
                        Some("keep") => Texts::Keep,
                        _ => return Err(cli::invalid_value("--texts", &texts, "none or keep")),
                    };
                }
                Long("prune") => options.missing = Missing::Prune,
                Long("skip-refused") => options.skip_refused = true,
                Long("dry-run") => options.dry_run = true,
                Long("verbose") => line.verbose = true,
                Long("format") => line.json = cli::is_json_format(&arguments.value()?)?,
                Short('h') | Long("help") => return Err(Failure::Help),
                Value(file) => line.files.push(file.into()),
                other => return Err(other.unexpected().into()),
            }
        }
        if line.files.is_empty() {
            return Err(Failure::usage("no FILE given"));
        }
        if options.crate_name.is_some() && line.files.len() > 1 {
            return Err(Failure::usage(
                "--crate with several files: expected a single FILE",
            ));
        }
        Ok(line)
    }
}

/// Runs the task.
pub fn run(arguments: Arguments) -> Outcome {
    let line = ImportCommand::parse(arguments)?;
    let mut imports = Vec::new();
    for file in &line.files {
        let text = fs::read_to_string(file).map_err(|error| {
            Failure::failed(format!("error: cannot read {}: {error}", file.display()))
        })?;
        let mut imported = read(&text);
        imported.report.file = file.display().to_string();
        imports.push(imported);
    }
    // The newest version of a product gets the plain crate name, whatever the order of the files.
    imports.sort_by(|a, b| {
        (&b.report.product, &b.report.version).cmp(&(&a.report.product, &a.report.version))
    });
    let mut reports = Vec::new();
    let outcome: Result<(), Failure> = imports.into_iter().try_for_each(|imported| {
        reports.push(put(imported, &line.options)?);
        Ok(())
    });
    reports.reverse();
    // What was written before a failure is reported, too.
    print(&reports, &line);
    outcome?;
    let refused = reports.iter().any(|report| !report.refusals.is_empty());
    Ok(if refused {
        TaskStatus::Findings
    } else {
        TaskStatus::Clean
    })
}

fn print(reports: &[Report], line: &ImportCommand) {
    if line.json {
        let all: serde_json::Value = reports.iter().map(Report::to_json).collect();
        println!("{all:#}");
        return;
    }
    for report in reports {
        print!("{}", report.to_text(line.verbose));
    }
}

/// Merges an import with the existing specification, if there is one, and writes the result. What
/// is refused is in the report.
///
/// # Errors
/// Returns a failure when the existing specification is invalid, or files cannot be written.
pub fn put(imported: Imported, options: &ImportOptions) -> Result<Report, Failure> {
    let Imported {
        service,
        mut report,
    } = imported;
    let Some(service) = service else {
        return Ok(report);
    };
    if !report.refusals.is_empty() && !options.skip_refused {
        return Ok(report);
    }
    let directory = options.specs.join(write::directory(&service));
    let (mut service, old) = if directory.join("openapi.yaml").exists() {
        let old = load(&directory, &service, options, &mut report)?;
        if options
            .crate_name
            .as_ref()
            .is_some_and(|name| *name != old.crate_name)
        {
            let message = format!("the crate of the specification stays `{}`", old.crate_name);
            report.find(Rule::CrateKept, None, &JsonPath::ROOT, message);
        }
        let merged = merge::merge(old.clone(), service, options.missing, &mut report);
        (merged, Some(old))
    } else {
        (name_crate(service, options)?, None)
    };
    texts::apply(&mut service, old.as_ref(), options.texts);
    if old.as_ref() == Some(&service) || options.dry_run {
        return Ok(report);
    }
    match write::save(&options.specs, &service, old.as_ref()) {
        Ok(written) => report.written.extend(written),
        Err(write::WriteError::Unreadable(errors)) => report.refusals.push(Refusal::new(
            &JsonPath::ROOT,
            format!("the resulting specification is invalid:\n{errors}"),
        )),
        Err(error) => return Err(Failure::failed(format!("error: {error}"))),
    }
    Ok(report)
}

/// Loads the existing specification. An interrupted import leaves a mixture of old and new files,
/// so it is completed first.
fn load(
    directory: &Path,
    service: &Service,
    options: &ImportOptions,
    report: &mut Report,
) -> Result<Service, Failure> {
    let errors = match Service::load(directory) {
        Ok(old) => return Ok(old),
        Err(errors) => errors,
    };
    if !options.dry_run {
        report.written = write::finish(&options.specs, service)
            .map_err(|error| Failure::failed(format!("error: {error}")))?;
    }
    if report.written.is_empty() {
        return Err(Failure::failed(errors));
    }
    Service::load(directory).map_err(Failure::failed)
}

/// Sets a crate name that no other specification has.
fn name_crate(mut service: Service, options: &ImportOptions) -> Result<Service, Failure> {
    if let Some(name) = &options.crate_name {
        service.crate_name.clone_from(name);
        return Ok(service);
    }
    let versions = options.specs.join(&service.code);
    if has_other_version(&versions, &service.version) {
        service.crate_name = versioned_crate_name(&service);
    }
    Ok(service)
}

fn has_other_version(versions: &Path, version: &str) -> bool {
    let Ok(entries) = fs::read_dir(versions) else {
        return false;
    };
    entries
        .flatten()
        .any(|entry| entry.file_name() != *version && entry.path().join("openapi.yaml").exists())
}

/// Returns the crate name for a second version of a product: `alibabacloud-config-20190108`.
pub(crate) fn versioned_crate_name(service: &Service) -> String {
    let version: String = service
        .version
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    format!("{}-{}", service.crate_name, version.to_ascii_lowercase())
}
