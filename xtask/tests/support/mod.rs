//! What several tests need: data outside of the repository, and copies of the repository for tasks
//! that change files in many places.
#![allow(dead_code, reason = "each test uses a part")]
#![allow(clippy::unwrap_used, reason = "this is a test")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use xtask::repository::{ROOT_VARIABLE, root};

/// Returns a directory of data outside of the repository: the one that the environment variable
/// names, or `name` in `../shared`. `None` if the latter does not exist, which standard error
/// reports: the tests of a clone of their own pass without such data.
///
/// # Panics
///
/// If the variable is set and its directory does not exist.
pub(crate) fn shared_data(name: &str, variable: &str) -> Option<PathBuf> {
    let given = std::env::var_os(variable).map(PathBuf::from);
    let default = || root().join("../shared").join(name);
    let directory = given.clone().unwrap_or_else(default);
    if directory.is_dir() {
        return Some(directory);
    }
    assert!(
        given.is_none(),
        "{variable} is not a directory: {}",
        directory.display()
    );
    // Not with `eprintln!`, whose output the test harness keeps to itself.
    let _ = writeln!(
        std::io::stderr(),
        "skipped: no {}; set {variable}",
        directory.display()
    );
    None
}

/// Copies the files of the repository, without those that no check here reads.
pub(crate) fn copy_of_the_repository(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&target);
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(listed.status.success(), "{}", text(&listed.stderr));
    let unused = [
        "benches/",
        "fuzz/",
        "tests/interop/",
        "tests/tests/",
        "xtask/tests/",
    ];
    for path in text(&listed.stdout)
        .split('\0')
        .filter(|path| !path.is_empty())
    {
        let from = root().join(path);
        if unused.iter().any(|start| path.starts_with(start)) || !from.is_file() {
            continue;
        }
        let to = target.join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
    target
}

/// Returns an output as text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Returns the command that runs a task on a copy.
pub(crate) fn command(copy: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .args(arguments)
        .env(ROOT_VARIABLE, copy)
        .current_dir(copy);
    command
}

/// Runs a task on a copy.
pub(crate) fn xtask(copy: &Path, arguments: &[&str]) -> Output {
    command(copy, arguments).output().unwrap()
}

/// Checks that a command succeeded.
#[track_caller]
pub(crate) fn passes(output: &Output) {
    assert!(
        output.status.success(),
        "{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

/// Returns the build directory of all copies, which stays, so that dependencies are built once.
pub(crate) fn build_directory() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("scratch-build")
}
