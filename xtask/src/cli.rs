//! The frame of the command line: how a task reads its arguments, how it ends, and what the exit
//! code means.
//!
//! Exit codes: 0 when a task found nothing wrong, 1 when it found something wrong or failed, 2 when
//! the command line is wrong.

use lexopt::prelude::*;
use std::ffi::OsString;
use std::fmt;
use std::process::ExitCode;

/// The rest of the command line, after the name of the task.
pub type Arguments = lexopt::Parser;

/// A task of the command line.
#[derive(Debug)]
pub struct Task {
    /// The name on the command line: `codegen`.
    pub name: &'static str,
    /// One line for the overview.
    pub about: &'static str,
    /// The text of `cargo xtask <name> --help`.
    pub help: &'static str,
    /// Runs the task.
    pub run: fn(Arguments) -> Outcome,
}

/// How a task ended.
pub type Outcome = Result<TaskStatus, Failure>;

/// What a task that ran to its end found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskStatus {
    /// Nothing is wrong: exit code 0.
    Clean,
    /// Something is wrong and has been reported: exit code 1.
    Findings,
}

/// Why a task did not run to its end.
#[derive(Debug)]
pub enum Failure {
    /// The command line is wrong: exit code 2.
    Usage(String),
    /// Anything else, with a message for people: exit code 1.
    Failed(String),
    /// `--help` was given: the help text goes to standard output, exit code 0.
    Help,
}

impl Failure {
    /// Creates a failure of the task itself; the message says what happened, to what, and what to
    /// do.
    pub fn failed(message: impl fmt::Display) -> Self {
        Self::Failed(message.to_string())
    }

    /// Creates a failure of the task itself whose message starts with `error: `, as diagnostics do.
    pub fn error(message: impl fmt::Display) -> Self {
        Self::failed(format!("error: {message}"))
    }

    /// Returns the message; empty for `--help`.
    pub fn into_message(self) -> String {
        match self {
            Self::Usage(message) | Self::Failed(message) => message,
            Self::Help => String::new(),
        }
    }

    /// Creates a failure of the command line; the message says what is wrong with it.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::Usage(message.to_string())
    }
}

impl From<alibabacloud_codegen::Error> for Failure {
    fn from(error: alibabacloud_codegen::Error) -> Self {
        Self::failed(error)
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::usage(error)
    }
}

/// Reads the value of `--format` where it is `text` or `json`; returns whether it is `json`.
///
/// # Errors
/// Returns a usage failure for any other value.
pub fn is_json_format(format: &OsString) -> Result<bool, Failure> {
    match format.to_str() {
        Some("json") => Ok(true),
        Some("text") => Ok(false),
        _ => Err(invalid_value("--format", format, "text or json")),
    }
}

/// Creates the usage failure for an option with a value that it does not take.
pub fn invalid_value(option: &str, value: &OsString, expected: &str) -> Failure {
    let value = value.to_string_lossy();
    Failure::usage(format!("invalid {option} {value:?}: expected {expected}"))
}

/// Runs the task that the arguments name and returns the exit code.
pub fn main(tasks: &[Task], arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut arguments = Arguments::from_args(arguments);
    let error = match arguments.next() {
        Ok(Some(Value(name))) => match tasks.iter().find(|task| *task.name == *name) {
            Some(task) => return run(task, arguments),
            None if name == "help" => return print_overview(tasks),
            None => unknown_task(tasks, &name.to_string_lossy()),
        },
        Ok(Some(Short('h') | Long("help"))) => return print_overview(tasks),
        Ok(Some(argument)) => argument.unexpected().to_string(),
        Ok(None) => "no task given".to_owned(),
        Err(error) => error.to_string(),
    };
    usage_error(&error, "cargo xtask --help")
}

fn run(task: &Task, arguments: Arguments) -> ExitCode {
    match (task.run)(arguments) {
        Ok(TaskStatus::Clean) => ExitCode::SUCCESS,
        Ok(TaskStatus::Findings) => ExitCode::from(1),
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

fn unknown_task(tasks: &[Task], name: &str) -> String {
    let names: Vec<_> = tasks.iter().map(|task| task.name).collect();
    format!("unknown task `{name}`: expected {}", names.join(", "))
}

fn usage_error(message: &str, see: &str) -> ExitCode {
    eprintln!("error: {message}\nsee `{see}`");
    ExitCode::from(2)
}

fn print_overview(tasks: &[Task]) -> ExitCode {
    print!("{}", overview(tasks));
    ExitCode::SUCCESS
}

/// Returns the text of `cargo xtask --help`.
pub fn overview(tasks: &[Task]) -> String {
    let mut text = String::from(
        "Run a maintainer task of the SDK.\n\nUsage: cargo xtask <task> [options]\n\nTasks:\n",
    );
    for task in tasks {
        text.push_str(&format!("  {:<15}{}\n", task.name, task.about));
    }
    text.push_str(
        "\nEach task has its own help: cargo xtask <task> --help\n\
         Exit codes: 0 nothing is wrong, 1 something is wrong, 2 the command line is wrong.\n",
    );
    text
}
