//! `cargo xtask codegen`: specifications to crates.
//!
//! The stages are pure but for the ends: [`alibabacloud_spec`] reads a checked [`Service`], [`lower`](mod@lower) makes every decision
//! and gives an [`ir::Service`], [`emit`] turns that into tokens, [`render`] tokens into text, and [`files`] compares the
//! text with what is on disk. Nothing is written before everything is made.

pub mod docs;
pub mod emit;
pub mod files;
pub mod ir;
pub mod lower;
pub mod names;
pub mod render;

use crate::cli::{Arguments, Failure, Outcome, TaskStatus};
use crate::repository;
use alibabacloud_spec::{Loader, Service, find_specs};
use emit::{Dependencies, Layout};
use files::{FileSet, Plan};
use lexopt::prelude::*;
use lower::Problem;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The text of `cargo xtask codegen --help`.
pub const HELP: &str = "\
Generate the crates of each product from its specification.

Usage: cargo xtask codegen [options]

Each specification gives two crates: the models, and the client with its operations. The emulator's copy of it is made
anew as well, where there is one. Files that are up to date are not touched, generated files that no longer belong are
deleted, and nothing at all is written when a specification is broken. Files without the header of generated files stay
as they are, and so do the ends of the client crate's Cargo.toml and README.md. A module src/ext.rs or src/ext/mod.rs
that somebody has written is declared in the client crate's root.

Options:
  --check          write nothing; say what differs when files are not up to date
  --product CODE   only this product; can be given more than once
  --specs DIR      where the specifications are: DIR/<product>/<version>/openapi.yaml [default: api-specs]
  --out DIR        where the crates go [default: crates]
  --core-path DIR  let crates outside of this workspace depend on alibabacloud-core and alibabacloud-types in this
                   directory, instead of on their published versions
  -h, --help       this text

Exit code 1 if a specification is broken, or if --check found a difference.
";

/// What the command line asks for.
#[derive(Debug, Default)]
struct Options {
    check: bool,
    products: Vec<String>,
    specs: Option<PathBuf>,
    out: Option<PathBuf>,
    core_path: Option<PathBuf>,
}

impl Options {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("check") => options.check = true,
                Long("product") => options.products.push(arguments.value()?.string()?),
                Long("specs") => options.specs = Some(arguments.value()?.into()),
                Long("out") => options.out = Some(arguments.value()?.into()),
                Long("core-path") => options.core_path = Some(arguments.value()?.into()),
                Short('h') | Long("help") => return Err(Failure::Help),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }

    /// The command that makes the files, for the report of `--check`.
    fn command(&self) -> String {
        let mut command = "cargo xtask codegen".to_owned();
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
pub fn run(arguments: Arguments) -> Outcome {
    let options = Options::parse(arguments)?;
    let root = repository::root();
    let specs = options
        .specs
        .clone()
        .unwrap_or_else(|| root.join("api-specs"));
    let out = options.out.clone().unwrap_or_else(|| root.join("crates"));
    let layout = layout(&options, &root, &out)?;
    let sources = find(&specs, &options.products)?;
    let mut files = generate_all(&sources, &layout)?;
    files.extend(bundles(&sources, &out)?);
    let all = options.products.is_empty();
    let plan = files.plan(&out, all).map_err(failed)?;
    if plan.changes.is_empty() {
        return Ok(TaskStatus::Clean);
    }
    if options.check {
        eprint!("{}", plan.report(&options.command()));
        return Ok(TaskStatus::Findings);
    }
    plan.apply().map_err(failed)?;
    // Whoever closes the pipe early has seen enough.
    let _ = std::io::stdout().write_all(done(&plan, &out).as_bytes());
    Ok(TaskStatus::Clean)
}

fn done(plan: &Plan, out: &Path) -> String {
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

fn failed(message: impl std::fmt::Display) -> Failure {
    Failure::failed(format!("error: {message}"))
}

/// A specification on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecDir {
    /// The directory with `openapi.yaml`.
    pub path: PathBuf,
    /// What generated files call it: `api-specs/oos/2019-06-01`.
    pub label: String,
}

impl SpecDir {
    fn new(path: PathBuf, specs: &Path) -> Self {
        let label = format!("{}/{}/{}", name(specs), product(&path), name(&path));
        Self { path, label }
    }
}

/// The specifications below a directory, sorted by product and version.
///
/// # Errors
/// When there is none, or none of a product that was asked for.
pub fn find(specs: &Path, products: &[String]) -> Result<Vec<SpecDir>, Failure> {
    let place = specs.display();
    let listed = |error| failed(format!("{place} cannot be listed: {error}"));
    // Resolved, so that generated files name the same directory from wherever the task runs.
    let specs = specs.canonicalize().map_err(listed)?;
    let mut found = find_specs(&specs).map_err(listed)?;
    found.retain(|path| products.is_empty() || products.contains(&product(path)));
    let missing = products
        .iter()
        .find(|code| !found.iter().any(|path| product(path) == **code));
    match missing {
        Some(code) => Err(failed(format!("{place} has no product `{code}`"))),
        None if found.is_empty() => Err(failed(format!("{place} has no specification"))),
        None => Ok(found
            .into_iter()
            .map(|path| SpecDir::new(path, &specs))
            .collect()),
    }
}

/// The product of a directory `<product>/<version>`.
fn product(path: &Path) -> String {
    path.parent().map(name).unwrap_or_default()
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Generates everything, or tells everything that stands in the way.
///
/// # Errors
/// All mistakes of all specifications at once.
pub fn generate_all(specs: &[SpecDir], layout: &Layout) -> Result<FileSet, Failure> {
    let mut files = FileSet::default();
    let mut wrong = String::new();
    let mut crates: Vec<(String, &str)> = Vec::new();
    for spec in specs {
        let service = match Loader::new().load(&spec.path) {
            Ok(service) => service,
            Err(errors) => {
                let _ = writeln!(wrong, "{errors}");
                continue;
            }
        };
        if let Some((_, other)) = crates.iter().find(|(name, _)| *name == service.crate_name) {
            let _ = writeln!(
                wrong,
                "error: {} and {other} both say that their crate is `{}`; change one",
                spec.label, service.crate_name
            );
        }
        match generate(&service, &spec.label, layout) {
            Ok(more) => files.extend(more),
            Err(error) => {
                let _ = write!(wrong, "{error}");
            }
        }
        crates.push((service.crate_name, &spec.label));
    }
    if wrong.is_empty() {
        Ok(files)
    } else {
        Err(Failure::failed(format!(
            "{}\nnothing was written",
            wrong.trim_end()
        )))
    }
}

/// The specifications that the emulator has built in: those that have a file there.
fn bundles(specs: &[SpecDir], out: &Path) -> Result<FileSet, Failure> {
    let mut files = FileSet::default();
    for spec in specs {
        let (product, version) = (product(&spec.path), name(&spec.path));
        let path = format!("alibabacloud-emulator/specs/{product}-{version}.json");
        if out.join(&path).is_file() {
            files.add(path, Loader::new().bundle(&spec.path).map_err(failed)?);
        }
    }
    Ok(files)
}

/// Why a service cannot be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    label: String,
    problems: Vec<Problem>,
}

impl Error {
    /// All that stands in the way, with the place of each.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for problem in &self.problems {
            writeln!(f, "error: {}: {problem}", self.label)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// Both crates of a service. `label` is what generated files call its specification.
///
/// # Errors
/// When the specification has no form in Rust; all reasons at once.
pub fn generate(service: &Service, label: &str, layout: &Layout) -> Result<FileSet, Error> {
    let error = |problems| Error {
        label: label.to_owned(),
        problems,
    };
    let lowered = lower::lower(service, label).map_err(error)?;
    emit::service(&lowered, layout).map_err(|message| {
        error(vec![Problem {
            place: "the generator made what is no Rust".to_owned(),
            message,
        }])
    })
}

/// Crates in this workspace inherit from it; others name versions, or the path that was given.
fn layout(options: &Options, root: &Path, out: &Path) -> Result<Layout, Failure> {
    if let Some(core) = &options.core_path {
        if !core.join("alibabacloud-core/Cargo.toml").is_file() {
            return Err(failed(format!(
                "--core-path {}: there is no alibabacloud-core in it",
                core.display()
            )));
        }
        let path = relative(out, core).map_err(failed)?;
        return Ok(Layout {
            dependencies: Dependencies::Path(path),
            publish: true,
            extended: extended(out).map_err(failed)?,
        });
    }
    let inside = absolute(out).map_err(failed)?.starts_with(root);
    Ok(Layout {
        dependencies: if inside {
            Dependencies::Workspace
        } else {
            Dependencies::Version
        },
        publish: !inside || options.out.is_none(),
        extended: extended(out).map_err(failed)?,
    })
}

/// The crates that people have given a module `ext`, as `src/ext.rs` or `src/ext/mod.rs`.
///
/// # Errors
/// When the directory cannot be listed.
pub fn extended(out: &Path) -> std::io::Result<BTreeSet<String>> {
    let listed = match out.read_dir() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        listed => listed?,
    };
    let mut crates = BTreeSet::new();
    for entry in listed {
        let path = entry?.path();
        if ["src/ext.rs", "src/ext/mod.rs"]
            .iter()
            .any(|file| path.join(file).is_file())
        {
            crates.insert(name(&path));
        }
    }
    Ok(crates)
}

/// A path whose directory may not exist yet, without links as far as it does.
fn absolute(path: &Path) -> std::io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let mut rest = Vec::new();
    let mut there = path.as_path();
    loop {
        if let Ok(resolved) = there.canonicalize() {
            return Ok(rest
                .iter()
                .rev()
                .fold(resolved, |path, name| path.join(name)));
        }
        match (there.parent(), there.file_name()) {
            (Some(parent), Some(name)) => {
                rest.push(name);
                there = parent;
            }
            _ => return Ok(path.clone()),
        }
    }
}

/// `core` as seen from a crate in `out`.
fn relative(out: &Path, core: &Path) -> std::io::Result<String> {
    let (out, core) = (absolute(out)?, absolute(core)?);
    let common = out
        .components()
        .zip(core.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = out.components().count() - common + 1;
    let mut path: PathBuf = std::iter::repeat_n("..", up).collect();
    path.extend(core.components().skip(common));
    // A manifest has forward slashes on every system.
    Ok(path.to_string_lossy().replace('\\', "/"))
}
