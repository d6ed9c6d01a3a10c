//! `cargo xtask release`: what to release, in which versions and order, and the release itself.
//!
//! [`packages`] reads the crates, [`record`] what was released last, [`plan`] compares the two,
//! [`versions`] and [`changelogs`] write the new versions, [`publish`] publishes at the pace of the
//! registry.

pub mod changelogs;
pub mod pacing;
pub mod packages;
pub mod plan;
pub mod publish;
pub mod record;
pub mod version;
pub mod versions;

use crate::cli::{self, Arguments, Failure, Outcome, TaskStatus};
use crate::codegen;
use crate::decisions;
use crate::diff::{self, Bump, Version};
use crate::repository;
use alibabacloud_spec::Service;
use lexopt::prelude::*;
use plan::ReleasePlan;
use publish::{Attempt, World};
use record::{LastRelease, Progress, RECORD_FILE, Record};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, thread};

/// The text of `cargo xtask release --help`.
pub const HELP: &str = "\
Plan the release of all crates that changed, and publish them.

Usage: cargo xtask release [options]

Compares each crate with its last release in releases.json, by the hash of its content. A service
and its model have a version of their own, which moves by what `cargo xtask diff` says about the
specification; the hand-written crates move together. Without options, only the plan is printed.

A release has three steps: the plan, `--set-versions` and a commit, `--execute`. The last one
publishes in the order of the dependencies, waits for the limits of the registry on new crates and
new versions, and continues where an earlier run stopped. At the end it writes releases.json.

A service is not released while `cargo xtask decisions` reports something about it.

Options:
  --plan          print the plan; this is the default
  --set-versions  write the versions of the plan into the specifications, Cargo.toml and the
                  changelogs of the services
  --execute       publish; needs a tree without changes and up-to-date generated files
  --shared BUMP   how much the hand-written crates changed: patch, minor or major [default: minor]
  -h, --help      print this help
";

/// What to do with the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Print,
    SetVersions,
    Execute,
}

/// Runs the task.
///
/// # Errors
///
/// Returns a failure if the plan is not possible, or a crate cannot be published.
pub fn run(mut arguments: Arguments) -> Outcome {
    let mut steps = Vec::new();
    let mut shared = Bump::Minor;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("plan") => steps.push(Step::Print),
            Long("set-versions") => steps.push(Step::SetVersions),
            Long("execute") => steps.push(Step::Execute),
            Long("shared") => {
                let value = arguments.value()?;
                shared = match value.to_str() {
                    Some("patch") => Bump::Patch,
                    Some("minor") => Bump::Minor,
                    Some("major") => Bump::Major,
                    _ => {
                        return Err(cli::invalid_value(
                            "--shared",
                            &value,
                            "patch, minor or major",
                        ));
                    }
                };
            }
            Short('h') | Long("help") => return Err(Failure::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    let step = match steps.as_slice() {
        [] => Step::Print,
        [step] => *step,
        _ => {
            return Err(Failure::usage(
                "expected one of --plan, --set-versions and --execute",
            ));
        }
    };
    let repository = Repository {
        root: repository::root(),
    };
    if step == Step::Execute {
        repository.check()?;
    }
    let record: Record = record::load(&repository.root.join(RECORD_FILE)).map_err(failed)?;
    let metadata = repository.metadata()?;
    let packages = packages::read(&metadata).map_err(failed)?;
    let changes = |spec: &str, commit: &str| repository.spec_change(spec, commit);
    let plan = plan::plan(&packages, &record, shared, &changes).map_err(|errors| {
        let errors: Vec<String> = errors
            .iter()
            .map(|error| format!("error: {error}"))
            .collect();
        Failure::failed(errors.join("\n"))
    })?;
    print!("{}", plan.to_text());
    let undecided = undecided(&repository.root, &plan)?;
    let undated = changelogs::undated(&repository.root, &plan).map_err(failed)?;
    match step {
        Step::Print => {
            for service in undecided {
                println!("note: {service}");
            }
            for path in undated {
                println!("note: --set-versions writes the version and the date into {path}");
            }
            Ok(TaskStatus::Clean)
        }
        _ if !undecided.is_empty() => Err(failed(undecided.join("\nerror: "))),
        Step::SetVersions => {
            let mut changed = versions::set(&repository.root, &plan).map_err(failed)?;
            let today = changelogs::date(SystemTime::now());
            changed.extend(changelogs::set(&repository.root, &plan, &today).map_err(failed)?);
            for path in changed {
                println!("updated {path}");
            }
            codegen::run(Arguments::from_args([] as [&str; 0]))?;
            let mut command = cargo();
            command.args(["update", "--workspace", "--offline", "--quiet"]);
            repository.output(&mut command)?;
            Ok(TaskStatus::Clean)
        }
        Step::Execute if !undated.is_empty() => Err(failed(format!(
            "{} does not have the version of the plan; run `cargo xtask release --set-versions` \
             and commit the result",
            undated.join(", ")
        ))),
        Step::Execute => execute(&repository, &plan, record),
    }
}

/// Returns a message for each service of a plan whose decisions are not complete: arguments and
/// other promises cannot be changed after the release.
fn undecided(root: &Path, plan: &ReleasePlan) -> Result<Vec<String>, Failure> {
    let specs: BTreeSet<&String> = plan
        .releases
        .iter()
        .filter_map(|release| release.spec.as_ref())
        .collect();
    let mut messages = Vec::new();
    for spec in specs {
        if let Some(state) = decisions::open(&root.join(spec))? {
            messages.push(format!(
                "the decisions about {spec} are not complete ({state}); `cargo xtask decisions \
                 {spec}` prints what is left to do"
            ));
        }
    }
    Ok(messages)
}

/// Publishes, and writes the record.
fn execute(repository: &Repository, plan: &ReleasePlan, mut record: Record) -> Outcome {
    if plan.releases.iter().any(|release| release.unset) {
        return Err(failed(
            "the versions of the plan are not set; run `cargo xtask release --set-versions` and \
             commit the result",
        ));
    }
    let commit = repository.git(&["rev-parse", "HEAD"])?;
    let mut world = Registry {
        root: &repository.root,
        state: repository.state(),
    };
    let mut progress: Progress = record::load(&world.state).map_err(failed)?;
    publish::publish(plan, &mut progress, &mut world).map_err(failed)?;
    for release in &plan.releases {
        // What was published, by this run or an earlier one.
        let published = progress.of(&release.name, &release.to);
        let content = published.map_or(&release.content, |published| &published.content);
        record.crates.insert(
            release.name.clone(),
            LastRelease {
                version: release.to.clone(),
                content: content.clone(),
                commit: commit.trim().to_owned(),
            },
        );
    }
    record::save(&repository.root.join(RECORD_FILE), &record).map_err(failed)?;
    // Only the record matters from now on.
    let _ = fs::remove_file(&world.state);
    println!(
        "updated {RECORD_FILE}; commit it, and tag {}",
        commit.trim()
    );
    Ok(TaskStatus::Clean)
}

fn failed(message: impl std::fmt::Display) -> Failure {
    Failure::failed(format!("error: {message}"))
}

/// The repository, through git and cargo.
struct Repository {
    root: PathBuf,
}

impl Repository {
    fn output(&self, command: &mut Command) -> Result<String, Failure> {
        let name = command.get_program().to_string_lossy().into_owned();
        let output = command
            .current_dir(&self.root)
            .output()
            .map_err(|error| failed(format!("cannot run {name}: {error}")))?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            return Err(failed(format!("{name} failed: {}", text.trim())));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn git(&self, arguments: &[&str]) -> Result<String, Failure> {
        self.output(Command::new("git").args(arguments))
    }

    /// Returns the crates of the workspace, as cargo describes them.
    fn metadata(&self) -> Result<serde_json::Value, Failure> {
        let mut command = cargo();
        command.args(["metadata", "--no-deps", "--format-version", "1"]);
        let text = self.output(&mut command)?;
        serde_json::from_str(&text).map_err(failed)
    }

    /// Checks that what is published is what was committed.
    fn check(&self) -> Result<(), Failure> {
        let changes = self.git(&["status", "--porcelain"])?;
        if !changes.is_empty() {
            return Err(failed(format!(
                "the tree has changes, and only commits are released:\n{}",
                changes.trim_end()
            )));
        }
        match codegen::run(Arguments::from_args(["--check"]))? {
            TaskStatus::Clean => Ok(()),
            TaskStatus::Findings => Err(failed("generated files are out of date")),
        }
    }

    /// Returns the file with the progress of a release.
    fn state(&self) -> PathBuf {
        let target = std::env::var_os("CARGO_TARGET_DIR");
        let target = target.map_or_else(|| self.root.join("target"), PathBuf::from);
        target.join("release-progress.json")
    }

    /// Compares a specification with the one of a commit.
    fn spec_change(&self, spec: &str, commit: &str) -> Result<(Bump, String), String> {
        let now = Service::load(&self.root.join(spec)).map_err(|errors| errors.to_string())?;
        let before = match self.spec_at(spec, commit) {
            Ok(before) => before,
            Err(error) => {
                let why = format!("the specification of the last release is not readable: {error}");
                return Ok((Bump::Major, why));
            }
        };
        let (before, now) = (
            Version::Spec(Box::new(before)),
            Version::Spec(Box::new(now)),
        );
        let changes = diff::compare(&before, &now).map_err(Failure::into_message)?;
        let worst = changes
            .iter()
            .max_by_key(|change| change.code.verdict().bump());
        Ok(match worst {
            Some(change) => {
                let (bump, name) = (change.code.verdict().bump(), change.code.name());
                let why = match changes.len() - 1 {
                    0 => name.to_owned(),
                    more => format!("{name}, and {more} more changes"),
                };
                (bump, why)
            }
            None => (Bump::Patch, "the same API, other code or texts".to_owned()),
        })
    }

    /// Loads a specification as it was at a commit.
    fn spec_at(&self, spec: &str, commit: &str) -> Result<Service, String> {
        let directory = std::env::temp_dir().join(format!("acs-release-{}", std::process::id()));
        let loaded = self.write_spec_at(spec, commit, &directory).and_then(|()| {
            Service::load(&directory.join("spec")).map_err(|errors| errors.to_string())
        });
        let _ = fs::remove_dir_all(&directory);
        loaded
    }

    /// Writes the files of a specification at a commit, through an index of its own.
    fn write_spec_at(&self, spec: &str, commit: &str, to: &Path) -> Result<(), String> {
        fs::create_dir_all(to).map_err(|error| error.to_string())?;
        let tree = format!("{commit}:{spec}");
        let prefix = format!("--prefix={}/", to.join("spec").display());
        for arguments in [
            &["read-tree", tree.as_str()] as &[&str],
            &["checkout-index", "--all", prefix.as_str()],
        ] {
            let mut command = Command::new("git");
            command
                .args(arguments)
                .env("GIT_INDEX_FILE", to.join("index"));
            self.output(&mut command).map_err(Failure::into_message)?;
        }
        Ok(())
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The registry of cargo's configuration.
struct Registry<'a> {
    root: &'a Path,
    state: PathBuf,
}

impl World for Registry<'_> {
    fn publish(&mut self, name: &str) -> Attempt {
        let mut command = cargo();
        command.args(["publish", "--package", name, "--color", "never"]);
        match command.current_dir(self.root).output() {
            Ok(output) if output.status.success() => Attempt::Published,
            Ok(output) => publish::judge(&String::from_utf8_lossy(&output.stderr)),
            Err(error) => Attempt::Failed(format!("cannot run cargo: {error}")),
        }
    }

    fn now(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.unwrap_or_default().as_secs()
    }

    fn sleep(&mut self, seconds: u64) {
        thread::sleep(Duration::from_secs(seconds));
    }

    fn save(&mut self, progress: &Progress) -> Result<(), String> {
        if let Some(parent) = self.state.parent() {
            fs::create_dir_all(parent).map_err(|error| error.to_string())?;
        }
        record::save(&self.state, progress)
    }

    fn say(&mut self, line: &str) {
        println!("{line}");
    }
}
