//! `cargo xtask corpus`: many products at once, from published metadata to crates that compile.
//!
//! [`make`] imports and generates in memory, `workspace` lays the crates out beside each other, `check` lets cargo at them, and
//! `table` shows what came of it.

mod check;
pub mod make;
mod table;
mod workspace;

use crate::cli::{Arguments, Failure, Outcome, Verdict};
use check::Lint;
use indicatif::{ProgressBar, ProgressStyle};
use lexopt::prelude::*;
use make::Product;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use workspace::Workspace;

/// The text of `cargo xtask corpus --help`.
pub const HELP: &str = "\
Import, generate and compile every product below a directory.

Usage: cargo xtask corpus DIR [options]

DIR holds <product>/<version>/api-docs.json. All crates are made in one scratch workspace beside the build output of this
one; cargo works offline.

Options:
  --products A,B   only these, by the name of the directory; `A/VERSION` for one version
  --lint LEVEL     none: cargo check; clippy: with clippy's default lints; all: rustdoc too [default: all]
  --check-only     the same as --lint none
  --no-check       import and generate only; the benchmark of the generator
  --jobs N         products imported at once, and cargo's --jobs [default: one for each processor]
  --keep           leave the generated crates where they are (the compiled ones always stay)
  --format FORMAT  text or json [default: text]
  -h, --help       this text

Exit code 1 if an import was refused, a crate did not compile, or there was a warning.
";

/// What the command line asks for.
struct Options {
    corpus: PathBuf,
    products: Vec<String>,
    /// None: nothing is compiled.
    lint: Option<Lint>,
    jobs: usize,
    keep: bool,
    json: bool,
}

impl Options {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut corpus = None;
        let mut options = Options {
            corpus: PathBuf::new(),
            products: Vec::new(),
            lint: Some(Lint::All),
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            keep: false,
            json: false,
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("products") => {
                    let list = arguments.value()?.string()?;
                    options.products.extend(list.split(',').map(str::to_owned));
                }
                Long("lint") => options.lint = Some(read_lint(&arguments.value()?.string()?)?),
                Long("check-only") => options.lint = Some(Lint::None),
                Long("no-check") => options.lint = None,
                Long("jobs") => options.jobs = arguments.value()?.parse::<usize>()?.max(1),
                Long("keep") => options.keep = true,
                Long("format") => options.json = read_format(&arguments.value()?.string()?)?,
                Short('h') | Long("help") => return Err(Failure::Help),
                Value(directory) if corpus.is_none() => corpus = Some(directory.into()),
                other => return Err(other.unexpected().into()),
            }
        }
        options.corpus = corpus.ok_or_else(|| Failure::usage("which directory?"))?;
        Ok(options)
    }
}

fn read_lint(level: &str) -> Result<Lint, Failure> {
    match level {
        "none" => Ok(Lint::None),
        "clippy" => Ok(Lint::Clippy),
        "all" => Ok(Lint::All),
        _ => Err(Failure::usage("--lint is none, clippy or all")),
    }
}

fn read_format(format: &str) -> Result<bool, Failure> {
    match format {
        "json" => Ok(true),
        "text" => Ok(false),
        _ => Err(Failure::usage("--format is text or json")),
    }
}

/// One product with everything that is known of it at the end.
#[derive(Debug)]
pub struct Row {
    /// What was imported and generated, or why not.
    pub product: Product,
    /// What cargo said, if it was asked.
    pub check: Option<check::Checked>,
}

impl Row {
    /// Whether nothing is wrong with it.
    pub fn is_clean(&self) -> bool {
        let compiled = self
            .check
            .as_ref()
            .is_none_or(|checked| checked.errors.is_empty() && checked.warnings.is_empty());
        self.product.failures.is_empty() && compiled
    }
}

/// Runs the task.
pub fn run(arguments: Arguments) -> Outcome {
    let options = Options::parse(arguments)?;
    let files = find(&options.corpus, &options.products)?;
    let started = Instant::now();
    let products = make_all(&files, options.jobs)?;
    let made = started.elapsed();
    let rows = match options.lint {
        Some(lint) => check_all(products, lint, &options)?,
        None => products
            .into_iter()
            .map(|product| Row {
                product,
                check: None,
            })
            .collect(),
    };
    let printing = options.lint.is_none().then(|| {
        let files = rows.iter().map(|row| &row.product.files);
        files.map(make::printing).sum()
    });
    let summary = table::Summary::new(&rows, made, printing);
    if options.json {
        println!("{:#}", summary.to_json(&rows));
    } else {
        print!("{}", summary.to_text(&rows));
    }
    Ok(if rows.iter().all(Row::is_clean) {
        Verdict::Clean
    } else {
        Verdict::Findings
    })
}

/// The metadata files below a directory, sorted.
///
/// # Errors
/// When a directory cannot be read, or a product that was asked for is not there.
pub fn find(corpus: &Path, products: &[String]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for product in directories(corpus)? {
        for version in directories(&product)? {
            let file = version.join("api-docs.json");
            if file.is_file() {
                files.push(file);
            }
        }
    }
    for wanted in products {
        if !files.iter().any(|file| is_wanted(file, wanted)) {
            return Err(Failure::failed(format!(
                "error: there is no product {wanted} in {}",
                corpus.display()
            )));
        }
    }
    if !products.is_empty() {
        files.retain(|file| products.iter().any(|wanted| is_wanted(file, wanted)));
    }
    if files.is_empty() {
        return Err(Failure::failed(format!(
            "error: there is no <product>/<version>/api-docs.json in {}",
            corpus.display()
        )));
    }
    Ok(files)
}

fn is_wanted(file: &Path, wanted: &str) -> bool {
    let mut names = file.components().rev().skip(1);
    let mut next = || names.next().map(|part| part.as_os_str().to_string_lossy());
    let (version, product) = (next().unwrap_or_default(), next().unwrap_or_default());
    match wanted.split_once('/') {
        Some((name, wanted_version)) => name == product && wanted_version == version,
        None => wanted == product,
    }
}

fn directories(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = path.read_dir().map_err(|error| unreadable(path, &error))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(path, &error))?;
        if entry.path().is_dir() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(format!("error: {} cannot be read: {error}", path.display()))
}

/// Imports and generates on several threads; the order of the files stays.
fn make_all(files: &[PathBuf], jobs: usize) -> Result<Vec<Product>, Failure> {
    let bar = progress("importing", files.len());
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Product)>> = Mutex::new(Vec::with_capacity(files.len()));
    let work = || {
        while let Some((index, file)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            files.get(index).map(|file| (index, file))
        } {
            let product = make::make(file);
            bar.inc(1);
            if let Ok(mut done) = done.lock() {
                done.push((index, product));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(files.len()) {
            scope.spawn(work);
        }
    });
    bar.finish_and_clear();
    let mut done = done
        .into_inner()
        .map_err(|_| Failure::failed("error: a thread of the generator panicked"))?;
    done.sort_by_key(|(index, _)| *index);
    let mut products: Vec<Product> = done.into_iter().map(|(_, product)| product).collect();
    make::tell_versions_apart(&mut products);
    Ok(products)
}

/// Compiles product after product, so that each has its own seconds.
fn check_all(products: Vec<Product>, lint: Lint, options: &Options) -> Result<Vec<Row>, Failure> {
    let workspace = Workspace::create(&products).map_err(Failure::failed)?;
    let bar = progress("compiling", products.len());
    bar.set_message("dependencies");
    check::dependencies(&workspace, lint, options.jobs).map_err(Failure::failed)?;
    let mut rows = Vec::with_capacity(products.len());
    for product in products {
        bar.set_message(product.label.clone());
        let check = if product.crates.is_empty() {
            None
        } else {
            let crates = product.crates.as_slice();
            Some(check::check(&workspace, crates, lint, options.jobs).map_err(Failure::failed)?)
        };
        bar.inc(1);
        rows.push(Row { product, check });
    }
    bar.finish_and_clear();
    if !options.keep {
        workspace.remove_crates().map_err(Failure::failed)?;
    }
    Ok(rows)
}

/// A bar on a terminal, nothing elsewhere.
fn progress(what: &'static str, length: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX));
    if let Ok(style) =
        ProgressStyle::with_template("{prefix} [{bar:40}] {pos}/{len} {elapsed} {msg}")
    {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_prefix(what);
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}
