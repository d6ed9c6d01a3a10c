//! Runs cargo in the scratch workspace.

use super::workspace::Workspace;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How thoroughly the generated crates are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CheckLevel {
    /// Not at all.
    None,
    /// With `cargo check`.
    Check,
    /// With `cargo clippy` and its default lints.
    Clippy,
    /// With clippy and rustdoc.
    All,
}

/// What cargo reported about a product.
#[derive(Clone, Debug, Default)]
pub(super) struct CheckResult {
    /// Wall time.
    pub elapsed: Duration,
    /// Rendered errors.
    pub errors: Vec<String>,
    /// Rendered warnings.
    pub warnings: Vec<String>,
}

/// Compiles what all products depend on, so that its time is not attributed to a product.
pub(super) fn dependencies(
    workspace: &Workspace,
    target: &Path,
    level: CheckLevel,
) -> Result<(), String> {
    let packages = [
        "alibabacloud-core".to_owned(),
        "alibabacloud-types".to_owned(),
    ];
    let result = check(workspace, target, &packages, CheckLevel::Check)?;
    if matches!(level, CheckLevel::Clippy | CheckLevel::All) {
        check(workspace, target, &packages, CheckLevel::Clippy)?;
    }
    match result.errors.first() {
        Some(error) => Err(format!(
            "error: the hand-written crates do not compile\n{error}"
        )),
        None => Ok(()),
    }
}

/// Checks the crates of a product, in a build directory.
pub(super) fn check(
    workspace: &Workspace,
    target: &Path,
    crates: &[String],
    level: CheckLevel,
) -> Result<CheckResult, String> {
    let started = Instant::now();
    let mut result = CheckResult::default();
    let tools: &[&[&str]] = match level {
        CheckLevel::None => &[],
        CheckLevel::Check => &[&["check"]],
        CheckLevel::Clippy => &[&["clippy"]],
        CheckLevel::All => &[&["clippy"], &["doc", "--no-deps"]],
    };
    for tool in tools {
        if result.errors.is_empty() {
            run(workspace, target, tool, crates, &mut result)?;
        }
    }
    // Rustdoc reads and writes the search index of all crates that are there: after a hundred
    // products that takes longer than everything else.
    if level == CheckLevel::All {
        let _ = std::fs::remove_dir_all(target.join("doc"));
    }
    result.elapsed = started.elapsed();
    Ok(result)
}

fn run(
    workspace: &Workspace,
    target: &Path,
    task: &[&str],
    crates: &[String],
    result: &mut CheckResult,
) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(workspace.root())
        .args(task)
        .args(["--offline", "--quiet", "--message-format=json"])
        .args(["--jobs", "1"])
        .env_remove("RUSTFLAGS")
        .env("CARGO_TARGET_DIR", target);
    for name in crates {
        command.args(["--package", name]);
    }
    let output = command
        .output()
        .map_err(|error| format!("error: cannot run cargo: {error}"))?;
    let before = result.errors.len();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        read_message(line, result);
    }
    if !output.status.success() && result.errors.len() == before {
        // cargo itself failed and compiled nothing.
        let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        result.errors.push(text);
    }
    Ok(())
}

/// Reads a diagnostic from a line of cargo's JSON; ignores everything else.
fn read_message(line: &str, result: &mut CheckResult) {
    let Ok(value) = serde_json::from_str::<Value>(line) else {
        return;
    };
    let message = &value["message"];
    if value["reason"] != "compiler-message"
        || message["spans"].as_array().is_none_or(Vec::is_empty)
    {
        return;
    }
    let text = message["rendered"].as_str().unwrap_or_default().to_owned();
    match message["level"].as_str() {
        Some("error") => result.errors.push(text),
        Some("warning") => result.warnings.push(text),
        _ => {}
    }
}
