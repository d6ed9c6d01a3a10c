//! The task: metadata files to specifications and a report.

use super::facts::product::Imported;
use super::json::JsonPath;
use super::merge::Missing;
use super::plan::plan;
use super::read::read;
use super::report::{Refusal, Report, Rule};
use super::texts::{self, Texts};
use super::upstream::{self, MetadataSource, Upstream};
use super::write;
use crate::cli::{self, Arguments, Failure, Outcome, TaskStatus};
use crate::diff::compare_specs;
use crate::repository;
use alibabacloud_spec::{Change, Service};
use lexopt::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

/// The text of `cargo xtask import --help`.
pub const HELP: &str = "\
Create specifications from published metadata, or refresh existing ones.

Usage: cargo xtask import FILE... [options]

FILE is an api-docs.json as Alibaba Cloud publishes it. Its facts are kept beside the specification,
in upstream.json; the next import takes over what upstream changed since then. Texts and decisions
of the specification stay (docs/import.md); a second import of the same file changes nothing.

Options:
  --specs DIR      write specifications to DIR/<product>/<version> [default: api-specs]
  --crate NAME     name the generated crate of a new specification; for a single FILE
                   [default: alibabacloud-<product>]
  --texts TEXTS    none: no text of the metadata; keep: all texts, for private crates [default: none]
  --prune NAME[,NAME]
                   remove items that are not in the metadata, by their places in the report, such
                   as DeleteDisk or 'CreateDisk?Size'; '*' for all of them
  --date DATE      the day of the metadata (YYYY-MM-DD) [default: a date in the name of FILE]
  --force          import metadata that is older than that of the last import
  --base FILE      take FILE for the metadata of the last import; with the same FILE twice, only
                   upstream.json is written
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

/// What is known about the metadata of an import and of the last one.
#[derive(Clone, Debug, Default)]
pub struct Refresh {
    /// Where the metadata comes from.
    pub source: MetadataSource,
    /// The metadata of the last import, in place of what the specification knows about it.
    pub base: Option<Upstream>,
    /// Whether metadata is imported that is older than that of the last import.
    pub force: bool,
}

/// What the command line asks for.
struct ImportCommand {
    options: ImportOptions,
    files: Vec<PathBuf>,
    date: Option<String>,
    base: Option<PathBuf>,
    force: bool,
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
            date: None,
            base: None,
            force: false,
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
                Long("prune") => {
                    options.missing = prunes(&arguments.value()?.string()?, &options.missing)?;
                }
                Long("date") => {
                    let date = arguments.value()?;
                    match date.to_str() {
                        Some(text) if Change::is_date(text) => line.date = Some(text.to_owned()),
                        _ => return Err(cli::invalid_value("--date", &date, "YYYY-MM-DD")),
                    }
                }
                Long("base") => line.base = Some(arguments.value()?.into()),
                Long("force") => line.force = true,
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
        let single = [
            ("--crate", options.crate_name.is_some()),
            ("--date", line.date.is_some()),
            ("--base", line.base.is_some()),
            ("--prune", matches!(options.missing, Missing::PruneNamed(_))),
        ];
        match single.iter().find(|(_, given)| *given) {
            Some((option, _)) if line.files.len() > 1 => Err(Failure::usage(format!(
                "{option} with several files: expected a single FILE"
            ))),
            _ => Ok(line),
        }
    }

    /// Reads a file and what is known about it.
    fn read(&self, file: &Path) -> Result<(Imported, Refresh), Failure> {
        let text = read_file(file)?;
        let date = self.date.clone().or_else(|| upstream::date_of(file));
        let base = match &self.base {
            Some(base) => Some(read_base(base)?),
            None => None,
        };
        let mut imported = read(&text);
        imported.report.file = file.display().to_string();
        let refresh = Refresh {
            source: MetadataSource::of(&text, date),
            base,
            force: self.force,
        };
        Ok((imported, refresh))
    }
}

/// Adds the names of a `--prune` to those of earlier ones.
fn prunes(names: &str, earlier: &Missing) -> Result<Missing, Failure> {
    if names == "*" {
        return Ok(Missing::Prune);
    }
    let mut all = match earlier {
        Missing::PruneNamed(names) => names.clone(),
        Missing::Prune => return Ok(Missing::Prune),
        Missing::Keep => Default::default(),
    };
    all.extend(names.split(',').map(|name| name.trim().to_owned()));
    if all.contains("") {
        return Err(Failure::usage("--prune: expected NAME[,NAME]"));
    }
    Ok(Missing::PruneNamed(all))
}

fn read_file(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file)
        .map_err(|error| Failure::failed(format!("error: cannot read {}: {error}", file.display())))
}

/// Reads metadata that counts as that of the last import.
fn read_base(file: &Path) -> Result<Upstream, Failure> {
    let text = read_file(file)?;
    let imported = read(&text);
    match imported.service {
        Some(service) if imported.report.refusals.is_empty() => {
            let source = MetadataSource::of(&text, upstream::date_of(file));
            Ok(Upstream::new(&service, source))
        }
        _ => Err(Failure::failed(format!(
            "error: {}: {}",
            file.display(),
            imported.report.to_text(false)
        ))),
    }
}

/// Runs the task.
pub fn run(arguments: Arguments) -> Outcome {
    let line = ImportCommand::parse(arguments)?;
    let mut imports = Vec::new();
    for file in &line.files {
        imports.push(line.read(file)?);
    }
    // The newest version of a product gets the plain crate name, whatever the order of the files.
    imports.sort_by(|(a, _), (b, _)| {
        (&b.report.product, &b.report.version).cmp(&(&a.report.product, &a.report.version))
    });
    let mut reports = Vec::new();
    let outcome: Result<(), Failure> = imports.into_iter().try_for_each(|(imported, refresh)| {
        reports.push(self::refresh(imported, &refresh, &line.options)?);
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

/// Writes a specification over the existing one, whose content so far is `old`; only lines whose
/// content differs change. Returns the names of the files that changed.
///
/// # Errors
/// Returns a failure when the specification would be invalid, or files cannot be written.
pub(crate) fn save(specs: &Path, old: &Service, new: &Service) -> Result<Vec<String>, Failure> {
    write::save(specs, new, Some(old), None)
        .map_err(|error| Failure::failed(format!("error: {error}")))
}

/// Merges an import with the existing specification, if there is one, and writes the result. What
/// is refused is in the report. Nothing is known about the source.
///
/// # Errors
/// Those of [`refresh`].
pub fn put(imported: Imported, options: &ImportOptions) -> Result<Report, Failure> {
    refresh(imported, &Refresh::default(), options)
}

/// Merges an import with the existing specification, if there is one, and writes the result and
/// the facts that the next import needs. What is refused is in the report.
///
/// # Errors
/// Returns a failure when the existing specification is invalid, or files cannot be written.
pub fn refresh(
    imported: Imported,
    refresh: &Refresh,
    options: &ImportOptions,
) -> Result<Report, Failure> {
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
    let exists = directory.join("openapi.yaml").exists();
    let old = match exists {
        true => Some(load(&directory, &service, options, &mut report)?),
        false => None,
    };
    let last = match &refresh.base {
        Some(base) => Some(base.clone()),
        None if exists => Upstream::load(&directory)?,
        None => None,
    };
    if let Some(last) = &last {
        if !is_newer(last, refresh, &mut report) {
            // What was read is not about this specification.
            report.findings.clear();
            report.inferences.clear();
            report.unsupported.clear();
            return Ok(report);
        }
    }
    let upstream = next_upstream(&service, refresh, last.as_ref(), &report);
    let mut service = match &old {
        Some(old) => {
            let facts = last.as_ref().map(|last| &last.facts);
            let plan = plan(
                old,
                facts,
                service,
                options.texts,
                &options.missing,
                &mut report,
            );
            report.is_refresh = facts.is_some();
            report.changes = plan.changes;
            if options
                .crate_name
                .as_ref()
                .is_some_and(|name| *name != old.crate_name)
            {
                let message = format!("the crate of the specification stays `{}`", old.crate_name);
                report.find(Rule::CrateKept, None, &JsonPath::ROOT, message);
            }
            plan.service
        }
        None => name_crate(service, options)?,
    };
    texts::apply(&mut service, old.as_ref(), options.texts);
    check_pruned(old.as_ref(), &service, &options.missing)?;
    let is_known = refresh.base.is_none() && last.as_ref() == Some(&upstream);
    if (old.as_ref() == Some(&service) && is_known) || options.dry_run {
        return Ok(report);
    }
    let facts = match upstream.text(&options.specs) {
        Ok(text) => text,
        Err(errors) => {
            report.refusals.push(Refusal::new(&JsonPath::ROOT, errors));
            return Ok(report);
        }
    };
    match write::save(&options.specs, &service, old.as_ref(), Some(&facts)) {
        Ok(written) => report.written.extend(written),
        Err(write::WriteError::Unreadable(errors)) => report.refusals.push(Refusal::new(
            &JsonPath::ROOT,
            format!("the resulting specification is invalid:\n{errors}"),
        )),
        Err(error) => return Err(Failure::failed(format!("error: {error}"))),
    }
    Ok(report)
}

/// Returns whether metadata may be imported after that of the last import; if not, the reason is
/// in the report.
fn is_newer(last: &Upstream, refresh: &Refresh, report: &mut Report) -> bool {
    let source = &refresh.source;
    match (&last.source.date, &source.date) {
        (Some(before), Some(now)) if now < before && !refresh.force => {
            report.refusals.push(Refusal::new(
                &JsonPath::ROOT,
                format!(
                    "the metadata is of {now}, and that of the last import of {before}; to import \
                     it all the same, use --force"
                ),
            ));
            return false;
        }
        (before, None) if source.sha256.is_some() && source.sha256 != last.source.sha256 => {
            let before = match before {
                Some(date) => format!(" (of {date})"),
                None => String::new(),
            };
            report.notes.push(format!(
                "the metadata has no date (--date, or a date in the name of the file): by its \
                 SHA-256 it is not that of the last import{before}, but it may be older"
            ));
        }
        _ => {}
    }
    true
}

/// Returns what is kept of this import. Operations that were refused keep the facts of the last
/// import.
fn next_upstream(
    service: &Service,
    refresh: &Refresh,
    last: Option<&Upstream>,
    report: &Report,
) -> Upstream {
    let mut upstream = Upstream::new(service, refresh.source.clone());
    let Some(last) = last else { return upstream };
    // The same file again, by another name.
    if upstream.source.date.is_none() && upstream.source.sha256 == last.source.sha256 {
        upstream.source.date.clone_from(&last.source.date);
    }
    let refused = report
        .refusals
        .iter()
        .flat_map(|refusal| &refusal.operation);
    let kept: Vec<_> = refused
        .filter_map(|name| last.facts.operation(name))
        .collect();
    if !kept.is_empty() {
        // What they refer to stays, too.
        for (name, schema) in &last.facts.schemas {
            let schemas = &mut upstream.facts.schemas;
            schemas
                .entry(name.clone())
                .or_insert_with(|| schema.clone());
        }
        upstream.facts.operations.extend(kept.into_iter().cloned());
        let operations = &mut upstream.facts.operations;
        operations.sort_by(|a, b| a.name.cmp(&b.name));
        operations.dedup_by(|a, b| a.name == b.name);
    }
    upstream
}

/// Checks that every name that is to be pruned was removed: it may be misspelt.
fn check_pruned(old: Option<&Service>, new: &Service, missing: &Missing) -> Result<(), Failure> {
    let Missing::PruneNamed(names) = missing else {
        return Ok(());
    };
    let removed: Vec<String> = old
        .map(|old| compare_specs(old, new))
        .unwrap_or_default()
        .into_iter()
        .filter(|change| change.is_removal())
        .map(|change| change.at)
        .collect();
    match names.iter().find(|name| !removed.contains(name)) {
        Some(name) => Err(Failure::failed(format!(
            "error: cannot prune `{name}`: the specification does not have it, or the metadata \
             does; nothing was written"
        ))),
        None => Ok(()),
    }
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
