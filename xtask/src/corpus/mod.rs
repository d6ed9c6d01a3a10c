//! `cargo xtask corpus`: many products at once, from published metadata to compiled crates.
//!
//! [`product`] imports and generates in memory, `workspace` writes all crates to one directory,
//! `cargo` checks them there, and `table` shows the result.

mod cargo;
pub mod product;
mod table;
mod workspace;

use crate::cli::{self, Arguments, Failure, Outcome, TaskStatus};
use cargo::{CheckLevel, CheckResult};
use indicatif::{ProgressBar, ProgressStyle};
use lexopt::prelude::*;
use product::GeneratedProduct;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};
use table::{CorpusRow, Summary};
use workspace::Workspace;

/// The text of `cargo xtask corpus --help`.
pub const HELP: &str = "\
Import, generate and compile every product below a directory.

Usage: cargo xtask corpus DIR [options]

DIR holds <product>/<version>/api-docs.json. All crates are created in one scratch workspace,
target/corpus, and compiled offline.

Options:
  --products A,B   use only these products, by the name of the directory; A/VERSION for one version
  --check LEVEL    check the generated crates: none, check (cargo check), clippy (cargo clippy) or
                   all (clippy and rustdoc) [default: all]; none is the benchmark of the generator
  --jobs N         import and check N products at once [default: the number of processors]
  --keep           keep the sources of the generated crates; the build output is always kept
  --format FORMAT  print text or json [default: text]
  -h, --help       print this help

Exit code 1 if an import was refused, a crate did not compile, or there was a warning.
";

/// What the command line asks for.
struct CorpusOptions {
    corpus: PathBuf,
    products: Vec<String>,
    check: CheckLevel,
    jobs: usize,
    keep: bool,
    json: bool,
}

impl CorpusOptions {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut corpus = None;
        let mut options = CorpusOptions {
            corpus: PathBuf::new(),
            products: Vec::new(),
            check: CheckLevel::All,
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
                Long("check") => options.check = read_level(&arguments.value()?)?,
                Long("jobs") => options.jobs = arguments.value()?.parse::<usize>()?.max(1),
                Long("keep") => options.keep = true,
                Long("format") => options.json = cli::is_json_format(&arguments.value()?)?,
                Short('h') | Long("help") => return Err(Failure::Help),
                Value(directory) if corpus.is_none() => corpus = Some(directory.into()),
                other => return Err(other.unexpected().into()),
            }
        }
        options.corpus = corpus.ok_or_else(|| Failure::usage("no DIR given"))?;
        Ok(options)
    }
}

fn read_level(level: &OsString) -> Result<CheckLevel, Failure> {
    match level.to_str() {
        Some("none") => Ok(CheckLevel::None),
        Some("check") => Ok(CheckLevel::Check),
        Some("clippy") => Ok(CheckLevel::Clippy),
        Some("all") => Ok(CheckLevel::All),
        _ => Err(cli::invalid_value(
            "--check",
            level,
            "none, check, clippy or all",
        )),
    }
}

/// Runs the task.
pub fn run(arguments: Arguments) -> Outcome {
    let options = CorpusOptions::parse(arguments)?;
    let files = find(&options.corpus, &options.products)?;
    let started = Instant::now();
    let products = make_all(&files, options.jobs)?;
    let made = started.elapsed();
    let rows = if options.check == CheckLevel::None {
        let unchecked = products.into_iter().map(|product| CorpusRow {
            product,
            check: None,
        });
        unchecked.collect()
    } else {
        check_all(products, &options)?
    };
    let printing = (options.check == CheckLevel::None).then(|| {
        let files = rows.iter().map(|row| &row.product.files);
        files.map(product::printing).sum()
    });
    let summary = Summary::new(&rows, made, printing);
    if options.json {
        println!("{:#}", summary.to_json(&rows));
    } else {
        print!("{}", summary.to_text(&rows));
    }
    Ok(if rows.iter().all(CorpusRow::is_clean) {
        TaskStatus::Clean
    } else {
        TaskStatus::Findings
    })
}

/// Returns the metadata files below a directory, sorted.
///
/// # Errors
/// Returns a failure when a directory cannot be read, or a requested product is missing.
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
                "error: no product {wanted} in {}",
                corpus.display()
            )));
        }
    }
    if !products.is_empty() {
        files.retain(|file| products.iter().any(|wanted| is_wanted(file, wanted)));
    }
    if files.is_empty() {
        return Err(Failure::failed(format!(
            "error: no <product>/<version>/api-docs.json in {}",
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
    Failure::failed(format!("error: cannot read {}: {error}", path.display()))
}

/// Imports and generates on several threads; keeps the order of the files.
fn make_all(files: &[PathBuf], jobs: usize) -> Result<Vec<GeneratedProduct>, Failure> {
    let bar = progress("importing", files.len());
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, GeneratedProduct)>> = Mutex::new(Vec::with_capacity(files.len()));
    let work = || {
        while let Some((index, file)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            files.get(index).map(|file| (index, file))
        } {
            let product = product::from_file(file);
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
    let mut products: Vec<GeneratedProduct> =
        done.into_iter().map(|(_, product)| product).collect();
    product::tell_versions_apart(&mut products);
    Ok(products)
}

/// Checks products on several threads, each with a build directory of its own: cargo locks one, and
/// the crates of a product leave little to do at once.
fn check_all(
    products: Vec<GeneratedProduct>,
    options: &CorpusOptions,
) -> Result<Vec<CorpusRow>, Failure> {
    let workspace = Workspace::create(&products).map_err(Failure::failed)?;
    let bar = progress("compiling", products.len());
    let next = AtomicUsize::new(0);
    let checks: Vec<OnceLock<CheckResult>> = products.iter().map(|_| OnceLock::new()).collect();
    let work = |worker| {
        let target = workspace.target(worker);
        cargo::dependencies(&workspace, &target, options.check)?;
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let (Some(product), Some(result)) = (products.get(index), checks.get(index)) else {
                return Ok(());
            };
            bar.set_message(product.label.clone());
            if !product.crates.is_empty() {
                let check = cargo::check(&workspace, &target, &product.crates, options.check)?;
                result.get_or_init(|| check);
            }
            bar.inc(1);
        }
    };
    let results: Vec<Result<(), String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..options.jobs.min(products.len()))
            .map(|worker| scope.spawn(move || work(worker)))
            .collect();
        let join = |thread: ScopedJoinHandle<_>| {
            let panicked = |_| Err("error: a thread that runs cargo panicked".to_owned());
            thread.join().unwrap_or_else(panicked)
        };
        threads.into_iter().map(join).collect()
    });
    results
        .into_iter()
        .collect::<Result<(), String>>()
        .map_err(Failure::failed)?;
    bar.finish_and_clear();
    if !options.keep {
        workspace.remove_crates().map_err(Failure::failed)?;
    }
    let checks = checks.into_iter().map(OnceLock::into_inner);
    let rows = products.into_iter().zip(checks);
    Ok(rows
        .map(|(product, check)| CorpusRow { product, check })
        .collect())
}

/// Returns a progress bar, which is visible only on a terminal.
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
