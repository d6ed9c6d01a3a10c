//! The frame of the command line: which tasks there are, their help, and what the exit code means.
//!
//! Exit codes: 0 when all is well, 1 when a task found something wrong or failed, 2 when the command line is wrong.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::prelude::*;

/// The rest of the command line, after the name of the task.
pub type Arguments = lexopt::Parser;

/// A task of the command line.
#[derive(Debug)]
pub struct Task {
    /// What one types: `codegen`.
    pub name: &'static str,
    /// One line for the overview.
    pub about: &'static str,
    /// The whole text of `cargo xtask <name> --help`.
    pub help: &'static str,
    /// Carries it out.
    pub run: fn(Arguments) -> Outcome,
}

/// How a task ended.
pub type Outcome = Result<Verdict, Failure>;

/// How a task ended that could be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is well: exit code 0.
    Clean,
    /// It found something wrong and has said so: exit code 1.
    Findings,
}

/// Why a task could not be carried out.
#[derive(Debug)]
pub enum Failure {
    /// The command line is wrong: exit code 2.
    Usage(String),
    /// Anything else, with a text for people: exit code 1.
    Failed(String),
    /// `--help` was asked for: the help text goes to standard output, exit code 0.
    Help,
}

impl Failure {
    /// Something went wrong while the task ran; the text says what, where, and what to do.
    pub fn failed(message: impl fmt::Display) -> Self {
        Self::Failed(message.to_string())
    }

    /// The command line is wrong; the text says what is.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::Usage(message.to_string())
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::usage(error)
    }
}

/// Where the specifications are when nobody says: `api-specs` here or else in the root of the repository.
pub fn default_specs() -> PathBuf {
    let here = PathBuf::from("api-specs");
    if here.is_dir() {
        return here;
    }
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("api-specs")
}

/// All tasks, in the order of the overview.
pub static TASKS: &[Task] = &[
    Task {
        name: "codegen",
        about: "Generate the crates from the specifications",
        help: crate::codegen::HELP,
        run: crate::codegen::run,
    },
    Task {
        name: "import",
        about: "Turn published metadata into specifications, or refresh them",
        help: crate::import::HELP,
        run: crate::import::run,
    },
    Task {
        name: "check",
        about: "Read the specifications and say all that is wrong with them",
        help: crate::check::HELP,
        run: crate::check::run,
    },
    Task {
        name: "diff",
        about: "Compare two versions of a specification and judge each change",
        help: crate::diff::HELP,
        run: crate::diff::run,
    },
    Task {
        name: "corpus",
        about: "Import, generate and compile many products in a scratch workspace",
        help: crate::corpus::HELP,
        run: crate::corpus::run,
    },
    Task {
        name: "policy",
        about: "Print the RAM policy that allows given operations",
        help: crate::policy::HELP,
        run: crate::policy::run,
    },
];

/// Runs the task that the arguments name and turns its outcome into an exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments = Arguments::from_args(arguments);
    let task = match arguments.next() {
        Ok(Some(Value(name))) => match TASKS.iter().find(|task| *task.name == *name) {
            Some(task) => task,
            None if name == "help" => return print_overview(),
            None => {
                return usage_error(&unknown_task(&name.to_string_lossy()), "cargo xtask --help");
            }
        },
        Ok(Some(Short('h') | Long("help"))) => return print_overview(),
        Ok(None) => return usage_error("which task?", "cargo xtask --help"),
        Ok(Some(argument)) => {
            return usage_error(&argument.unexpected().to_string(), "cargo xtask --help");
        }
        Err(error) => return usage_error(&error.to_string(), "cargo xtask --help"),
    };
    match (task.run)(arguments) {
        Ok(Verdict::Clean) => ExitCode::SUCCESS,
        Ok(Verdict::Findings) => ExitCode::from(1),
        Err(Failure::Help) => {
            print!("{}", task.help);
            ExitCode::SUCCESS
        }
        Err(Failure::Usage(message)) => {
            usage_error(&message, &format!("cargo xtask {} --help", task.name))
        }
        Err(Failure::Failed(message)) => {
            eprintln!("{}", message.trim_end());
            ExitCode::from(1)
        }
    }
}

fn unknown_task(name: &str) -> String {
    let names: Vec<_> = TASKS.iter().map(|task| task.name).collect();
    format!(
        "there is no task `{name}`; the tasks are {}",
        names.join(", ")
    )
}

fn usage_error(message: &str, see: &str) -> ExitCode {
    eprintln!("error: {message}\nsee `{see}`");
    ExitCode::from(2)
}

fn print_overview() -> ExitCode {
    print!("{}", overview());
    ExitCode::SUCCESS
}

/// The text of `cargo xtask --help`.
pub fn overview() -> String {
    let mut text = String::from(
        "Maintainer tasks of the SDK.\n\nUsage: cargo xtask <task> [options]\n\nTasks:\n",
    );
    for task in TASKS {
        text.push_str(&format!("  {:<10}{}\n", task.name, task.about));
    }
    text.push_str(
        "\nEach task has its own help: cargo xtask <task> --help\n\
         Exit codes: 0 all is well, 1 something is wrong, 2 the command line is wrong.\n",
    );
    text
}
