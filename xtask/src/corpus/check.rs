//! cargo on the scratch workspace.

use super::workspace::Workspace;
use serde_json::Value;
use std::process::Command;
use std::time::{Duration, Instant};

/// How much is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lint {
    /// What the compiler says.
    None,
    /// Clippy's default lints too.
    Clippy,
    /// And rustdoc.
    All,
}

/// What cargo said of a product.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Wall time.
    pub elapsed: Duration,
    /// Rendered errors.
    pub errors: Vec<String>,
    /// Rendered warnings.
    pub warnings: Vec<String>,
}

/// Compiles what all products depend on, so that no product is charged for it.
pub(super) fn dependencies(workspace: &Workspace, lint: Lint, jobs: usize) -> Result<(), String> {
    let packages = [
        "alibabacloud-core".to_owned(),
        "alibabacloud-types".to_owned(),
    ];
    let checked = check_with(workspace, &packages, Lint::None, jobs)?;
    if lint != Lint::None {
        check_with(workspace, &packages, Lint::Clippy, jobs)?;
    }
    match checked.errors.first() {
        Some(error) => Err(format!(
            "error: the hand-written crates do not compile\n{error}"
        )),
        None => Ok(()),
    }
}

/// Compiles the crates of a product.
pub(super) fn check(
    workspace: &Workspace,
    crates: &[String],
    lint: Lint,
    jobs: usize,
) -> Result<Checked, String> {
    check_with(workspace, crates, lint, jobs)
}

fn check_with(
    workspace: &Workspace,
    crates: &[String],
    lint: Lint,
    jobs: usize,
) -> Result<Checked, String> {
    let started = Instant::now();
    let mut checked = Checked::default();
    let tool = if lint == Lint::None {
        "check"
    } else {
        "clippy"
    };
    run(workspace, &[tool], crates, jobs, &mut checked)?;
    if lint == Lint::All && checked.errors.is_empty() {
        run(workspace, &["doc", "--no-deps"], crates, jobs, &mut checked)?;
    }
    checked.elapsed = started.elapsed();
    Ok(checked)
}

fn run(
    workspace: &Workspace,
    task: &[&str],
    crates: &[String],
    jobs: usize,
    checked: &mut Checked,
) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(workspace.root())
        .args(task)
        .args(["--offline", "--quiet", "--message-format=json"])
        .args(["--jobs", &jobs.to_string()])
        .env_remove("RUSTFLAGS")
        .env("CARGO_TARGET_DIR", workspace.root().join("target"));
    for name in crates {
        command.args(["--package", name]);
    }
    let output = command
        .output()
        .map_err(|error| format!("error: cargo cannot be run: {error}"))?;
    let before = checked.errors.len();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        read_message(line, checked);
    }
    if !output.status.success() && checked.errors.len() == before {
        // cargo itself failed: nothing was compiled.
        let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        checked.errors.push(text);
    }
    Ok(())
}

/// A diagnostic in cargo's JSON lines; everything else is passed over.
fn read_message(line: &str, checked: &mut Checked) {
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
        Some("error") => checked.errors.push(text),
        Some("warning") => checked.warnings.push(text),
        _ => {}
    }
}
