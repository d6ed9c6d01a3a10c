//! `cargo xtask diff`.

use crate::cli::{Arguments, Failure, Outcome};

/// The text of `cargo xtask diff --help`.
pub const HELP: &str = "Usage: cargo xtask diff\n";

/// Runs the task.
pub fn run(_arguments: Arguments) -> Outcome {
    Err(Failure::failed("error: this task has not landed yet"))
}
