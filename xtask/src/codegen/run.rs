//! The task `cargo xtask codegen`.

use super::generate::{Places, generate_into, generate_selected};
use super::guide;
use super::layout::{CoreSource, layout};
use super::lists;
use super::records::Records;
use crate::cli::{Arguments, Failure, Outcome, TaskStatus};
use crate::repository;
use alibabacloud_codegen::files::{FileSet, Obsolete, Plan};
use alibabacloud_codegen::{Selection, emit, find};
use lexopt::prelude::*;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The text of `cargo xtask codegen --help`.
pub const HELP: &str = "\
Generate the crates of each product from its specification.

Usage: cargo xtask codegen [options]

Each specification results in two crates: the types, and the client with its operations. If the
emulator has a copy of the specification, it is written too, and with the default directories so are
the release notes in docs/guide/src/changes. Files that are up to date are not
touched, and obsolete generated files of these crates are deleted. Crates that have no specification
any more are only deleted with --prune, and only if this directory of specifications made them. If a
specification is invalid, nothing is written.

Hand-written files, which do not have the header of generated files, stay as they are; it is an error
if a generated file has the path of one. The hand-written ends of the client crate's Cargo.toml and
README.md stay, too. A hand-written module src/ext.rs or src/ext/mod.rs is declared in the client
crate's root.

Without --product, --specs and --out, the lists of services in README.md, Cargo.toml and the guide
are written, too.

What was generated is recorded in target/xtask/codegen. A specification is skipped if neither it nor
the generator nor any of its generated files differs from the record.

Options:
  --check             write nothing; report files that are out of date
  --prune             delete the crates of products that DIR of --specs no longer has
  --product CODE      generate this product only; can be repeated
  --operations NAMES  generate these operations only, with their types and waiters: A,B; products
                      without any of them are left out; needs --out
  --specs DIR         read specifications from DIR/<product>/<version>/openapi.yaml
                      [default: api-specs]
  --out DIR           write the crates to DIR [default: crates]
  --workspace         write DIR/Cargo.toml of --out, which makes the crates in DIR a workspace
  -h, --help          print this help

How crates outside of this workspace depend on alibabacloud-core and alibabacloud-types:
  --core-version VERSION         on a published version [default: the one of this workspace]
  --core-git URL --core-rev REV  on a commit or tag of a git repository
  --core-path DIR                on the crates in DIR

Exit code 1 if a specification is invalid, or if --check finds a difference.
";

/// The options of the command line.
#[derive(Debug, Default)]
struct CodegenOptions {
    check: bool,
    prune: bool,
    products: Vec<String>,
    operations: Vec<String>,
    specs: Option<PathBuf>,
    out: Option<PathBuf>,
    workspace: bool,
    core: Option<CoreSource>,
}

impl CodegenOptions {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut core = CoreOptions::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("check") => options.check = true,
                Long("prune") => options.prune = true,
                Long("product") => options.products.push(arguments.value()?.string()?),
                Long("operations") => {
                    let names = arguments.value()?.string()?;
                    let names = names.split(',').map(str::trim);
                    let names = names.filter(|name| !name.is_empty()).map(str::to_owned);
                    options.operations.extend(names);
                }
                Long("workspace") => options.workspace = true,
                Long("core-version") => core.version = Some(arguments.value()?.string()?),
                Long("core-git") => core.git = Some(arguments.value()?.string()?),
                Long("core-rev") => core.rev = Some(arguments.value()?.string()?),
                Long("specs") => options.specs = Some(arguments.value()?.into()),
                Long("out") => options.out = Some(arguments.value()?.into()),
                Long("core-path") => core.path = Some(arguments.value()?.into()),
                Short('h') | Long("help") => return Err(Failure::Help),
                other => return Err(other.unexpected().into()),
            }
        }
        if options.prune && !options.products.is_empty() {
            let message = "--prune needs all products; leave out --product";
            return Err(Failure::Usage(message.to_owned()));
        }
        for (option, given) in [
            ("--operations", !options.operations.is_empty()),
            ("--workspace", options.workspace),
        ] {
            if given && options.out.is_none() {
                return Err(Failure::usage(format!("{option} needs --out")));
            }
        }
        options.core = core.source()?;
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
        if !self.operations.is_empty() {
            let _ = write!(command, " --operations {}", self.operations.join(","));
        }
        for (option, directory) in [("specs", &self.specs), ("out", &self.out)] {
            if let Some(directory) = directory {
                let _ = write!(command, " --{option} {}", directory.display());
            }
        }
        if self.workspace {
            command.push_str(" --workspace");
        }
        let _ = match &self.core {
            Some(CoreSource::Version(version)) => write!(command, " --core-version {version}"),
            Some(CoreSource::Git { url, rev }) => {
                write!(command, " --core-git {url} --core-rev {rev}")
            }
            Some(CoreSource::Path(path)) => write!(command, " --core-path {}", path.display()),
            None => Ok(()),
        };
        command
    }

    /// Whether the crates are those of this repository, all of them.
    fn is_repository(&self) -> bool {
        self.specs.is_none() && self.out.is_none() && self.products.is_empty()
    }
}

/// The options that say where the hand-written crates are.
#[derive(Debug, Default)]
struct CoreOptions {
    version: Option<String>,
    git: Option<String>,
    rev: Option<String>,
    path: Option<PathBuf>,
}

impl CoreOptions {
    fn source(self) -> Result<Option<CoreSource>, Failure> {
        match (self.version, self.git, self.rev, self.path) {
            (None, None, None, None) => Ok(None),
            (Some(version), None, None, None) => Ok(Some(CoreSource::Version(version))),
            (None, Some(url), Some(rev), None) => Ok(Some(CoreSource::Git { url, rev })),
            (None, None, None, Some(path)) => Ok(Some(CoreSource::Path(path))),
            // A branch would change without notice.
            (None, Some(_), None, None) => Err(Failure::usage("--core-git needs --core-rev")),
            (None, None, Some(_), None) => Err(Failure::usage("--core-rev needs --core-git")),
            _ => Err(Failure::usage(
                "expected one of --core-version, --core-git and --core-path",
            )),
        }
    }
}

/// Runs the task.
///
/// # Errors
///
/// Returns an error if the command line is invalid, a specification is, or files cannot be written.
pub fn run(arguments: Arguments) -> Outcome {
    let options = CodegenOptions::parse(arguments)?;
    let records = Records::of_repository();
    let mut differences = Differences::new(&options, &records, Some(&records))?;
    if differences.depends_on_records() {
        differences = Differences::new(&options, &records, None)?;
    }
    differences.finish(&options)
}

/// What was generated, compared with the files on disk.
#[derive(Debug)]
struct Differences {
    files: FileSet,
    out: PathBuf,
    specs_name: String,
    crates: Plan,
    guide: Option<Plan>,
    lists: Option<Plan>,
    /// Whether records took the place of some specifications.
    has_recorded: bool,
}

impl Differences {
    /// Generates all files, and compares them. Specifications whose files agree with their records
    /// are not generated again; with `recorded` of `None`, all are.
    fn new(
        options: &CodegenOptions,
        records: &Records,
        recorded: Option<&Records>,
    ) -> Result<Self, Failure> {
        let root = repository::root();
        let specs = options
            .specs
            .clone()
            .unwrap_or_else(|| root.join("api-specs"));
        let out = options.out.clone().unwrap_or_else(|| root.join("crates"));
        // Specifications and crates of others have no place in the guide of this repository.
        let has_guide = options.specs.is_none() && options.out.is_none();
        let guide = has_guide.then(|| guide::directory(&root));
        let layout = layout(options.core.as_ref(), &out, options.out.is_none())?;
        let sources = find(&specs, &options.products)?;
        let generated = if options.operations.is_empty() {
            let places = Places {
                out: &out,
                guide: guide.as_deref(),
                recorded,
                records,
            };
            generate_into(&sources, &layout, places)?
        } else {
            let selection = Selection::new(options.operations.iter().cloned());
            generate_selected(&sources, &layout, selection)?
        };
        let mut files = generated.files;
        let specs_name = specs_name(&specs)?;
        if options.workspace {
            let members = files.with_crates_on_disk(&out, options.prune.then_some(&specs_name));
            let members = members.map_err(Failure::error)?;
            let manifest = emit::workspace(&specs_name, &members);
            files.add("Cargo.toml".to_owned(), manifest);
        }
        // A check reports what is obsolete, whoever is to delete it.
        let obsolete = if options.prune || (options.check && options.products.is_empty()) {
            Obsolete::Delete(&specs_name)
        } else {
            Obsolete::Keep
        };
        let crates = files.plan(&out, obsolete).map_err(Failure::error)?;
        let is_all = options.products.is_empty();
        let guide = guide.map(|guide| guide::plan(&guide, generated.pages, is_all));
        let lists = options
            .is_repository()
            .then(|| lists::plan(&root, &generated.services));
        Ok(Self {
            files,
            out,
            specs_name,
            crates,
            guide: guide.transpose()?,
            lists: lists.transpose()?,
            has_recorded: generated.has_recorded,
        })
    }

    /// Returns whether a change follows from what records say, which is only trusted if it agrees
    /// with the files on disk: a file is to be deleted, or lists of all services differ.
    fn depends_on_records(&self) -> bool {
        let deletes = |plan: &Plan| plan.changes.iter().any(|change| change.after.is_none());
        let differs = |plan: &Plan| !plan.changes.is_empty();
        self.has_recorded
            && (deletes(&self.crates)
                || self
                    .guide
                    .as_ref()
                    .is_some_and(guide::changes_more_than_pages)
                || self.lists.as_ref().is_some_and(differs))
    }

    /// Reports the differences, or writes the files.
    fn finish(&self, options: &CodegenOptions) -> Outcome {
        let without_specification = || {
            let crates = self
                .files
                .without_specification(&self.out, &self.specs_name);
            crates.map_err(Failure::error)
        };
        if options.products.is_empty() && !options.prune && !options.check {
            for name in without_specification()? {
                let path = self.out.join(name);
                eprintln!(
                    "note: {} has no specification; --prune deletes it",
                    path.display()
                );
            }
        }
        let plans: Vec<&Plan> = [Some(&self.crates), self.guide.as_ref(), self.lists.as_ref()]
            .into_iter()
            .flatten()
            .filter(|plan| !plan.changes.is_empty())
            .collect();
        if plans.is_empty() {
            return Ok(TaskStatus::Clean);
        }
        if options.check {
            let prune = options.products.is_empty() && !without_specification()?.is_empty();
            for plan in plans {
                eprint!("{}", plan.report(&options.command(prune)));
            }
            return Ok(TaskStatus::Findings);
        }
        for plan in plans {
            plan.apply().map_err(Failure::error)?;
            // A reader that closes the pipe early does not need the rest.
            let _ = std::io::stdout().write_all(summary(plan).as_bytes());
        }
        Ok(TaskStatus::Clean)
    }
}

/// Returns the name of a directory of specifications in the headers of generated files.
///
/// # Errors
///
/// Returns an error if the directory does not exist.
fn specs_name(specs: &Path) -> Result<String, Failure> {
    let resolved = specs
        .canonicalize()
        .map_err(|error| Failure::error(format!("cannot list {}: {error}", specs.display())))?;
    let name = resolved.file_name().unwrap_or_default();
    Ok(name.to_string_lossy().into_owned())
}

/// Returns a line for each file that was written or deleted.
fn summary(plan: &Plan) -> String {
    let mut text = String::new();
    for change in &plan.changes {
        let done = match (&change.before, &change.after) {
            (None, _) => "created",
            (_, None) => "deleted",
            _ => "updated",
        };
        let _ = writeln!(text, "{done} {}", plan.root.join(&change.path).display());
    }
    text
}
