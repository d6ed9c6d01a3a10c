//! Runs the example without an account and checks its output.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

use std::path::Path;
use std::process::Command;

#[test]
fn a_kubeconfig_is_described_without_its_secrets() {
    let (output, errors) = kubeconfig(&[]);
    for part in [
        "cluster     demo, c",
        "server      https://c",
        "valid until 20",
        "--print writes it",
    ] {
        assert!(output.contains(part), "no {part:?} in\n{output}");
    }
    for part in [" s  initial\n", " s  running\n"] {
        assert!(errors.contains(part), "no {part:?} in\n{errors}");
    }
    assert!(!output.contains("key-data"), "{output}");
    assert!(!errors.contains("key-data"), "{errors}");
}

#[test]
fn only_the_kubeconfig_is_written_when_asked() {
    let (output, errors) = kubeconfig(&["--print"]);
    assert!(output.starts_with("apiVersion: v1\n"), "{output}");
    assert!(output.contains("\n    client-key-data: "), "{output}");
    assert!(!errors.contains("key-data"), "{errors}");
}

/// Runs the example and returns what it writes to the standard output and to the standard error.
fn kubeconfig(arguments: &[&str]) -> (String, String) {
    // Cargo builds the examples of a package with its tests.
    let test = std::env::current_exe().expect("the test has a path");
    let target = test.parent().and_then(Path::parent).expect("target/debug");
    let program = target.join(format!(
        "examples/kubeconfig{}",
        std::env::consts::EXE_SUFFIX
    ));
    let output = Command::new(&program)
        .args(arguments)
        .env_clear()
        .output()
        .expect("run `cargo build -p alibabacloud-cs --examples`");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (text, errors)
}
