//! `cargo xtask fmt`: brings YAML files into the canonical form.

use crate::cli::{Arguments, Failure, Outcome, TaskStatus};
use crate::{repository, yaml};
use alibabacloud_codegen::disk;
use lexopt::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

/// The text of `cargo xtask fmt --help`.
pub const HELP: &str = "\
Bring YAML files into the canonical form, which the importer writes.

Usage: cargo xtask fmt [PATH...] [options]

PATH is a YAML file or a directory with YAML files; without PATH, all specifications are formatted.
docs/spec-format.md describes the form. Content and comments stay; a file that cannot be formatted
without a change of them is reported and left alone.

Options:
  --check     change nothing, list the files that are not in the canonical form
  -h, --help  print this help

Exit code 1 if --check finds such a file, or a file cannot be formatted.
";

/// Directories with specifications beside `api-specs`, from the root of the repository.
const DIRECTORIES: &[&str] = &["tests/fixtures/specs"];

#[derive(Debug)]
struct FmtOptions {
    paths: Vec<PathBuf>,
    check: bool,
}

impl FmtOptions {
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let mut options = Self {
            paths: Vec::new(),
            check: false,
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("check") => options.check = true,
                Short('h') | Long("help") => return Err(Failure::Help),
                Value(path) => options.paths.push(path.into()),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }

    /// Returns the files to format, sorted.
    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut files = Vec::new();
        let paths = if self.paths.is_empty() {
            default_paths()
        } else {
            self.paths.clone()
        };
        for path in paths {
            if path.is_dir() {
                add_files(&path, &mut files)?;
            } else {
                files.push(path);
            }
        }
        files.sort();
        files.dedup();
        Ok(files)
    }
}

/// Returns the specifications in the current directory, and those of the tests if this is the
/// repository.
fn default_paths() -> Vec<PathBuf> {
    let specs = repository::default_specs();
    let root = repository::root();
    let is_repository = specs
        .canonicalize()
        .is_ok_and(|specs| specs == root.join("api-specs"));
    let parent = specs.parent().unwrap_or(Path::new("")).to_path_buf();
    let others = DIRECTORIES.iter().map(|name| parent.join(name));
    let others: Vec<PathBuf> = others.filter(|_| is_repository).collect();
    [specs].into_iter().chain(others).collect()
}

fn add_files(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error| {
        let place = directory.display();
        Failure::failed(format!("error: cannot list {place}: {error}"))
    };
    for entry in fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let name = entry.file_name();
        // Hidden directories are those of interrupted imports and of tools.
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type().map_err(failed)?.is_dir() {
            add_files(&path, files)?;
        } else if matches!(path.extension(), Some(extension) if extension == "yaml" || extension == "yml")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// Runs the task.
pub fn run(arguments: Arguments) -> Outcome {
    let options = FmtOptions::parse(arguments)?;
    let files = options.files()?;
    if files.is_empty() {
        return Err(Failure::failed("error: no YAML file to format"));
    }
    let (mut changed, mut failed) = (0, 0);
    for file in &files {
        let place = file.display();
        let text = fs::read_to_string(file)
            .map_err(|error| Failure::failed(format!("error: cannot read {place}: {error}")))?;
        match yaml::canonical(&text) {
            Err(error) => {
                eprintln!("error: cannot format {place}:{error}");
                failed += 1;
            }
            Ok(formatted) if formatted == text => {}
            Ok(formatted) => {
                changed += 1;
                if options.check {
                    let line = first_difference(&text, &formatted);
                    println!("{place}:{line}: not in the canonical form");
                    continue;
                }
                disk::replace(file, &formatted).map_err(|error| {
                    Failure::failed(format!("error: cannot write {place}: {error}"))
                })?;
                println!("formatted {place}");
            }
        }
    }
    let total = files.len();
    if options.check && changed > 0 {
        println!("{changed} of {total} files are not in the canonical form; run `cargo xtask fmt`");
        return Ok(TaskStatus::Findings);
    }
    if failed > 0 {
        return Ok(TaskStatus::Findings);
    }
    println!("{total} files are in the canonical form, {changed} changed");
    Ok(TaskStatus::Clean)
}

/// Returns the first line in which two texts differ, counted from 1.
fn first_difference(text: &str, formatted: &str) -> usize {
    let same = text.lines().zip(formatted.lines());
    same.take_while(|(a, b)| a == b).count() + 1
}
