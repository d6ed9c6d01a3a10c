//! Runs the example without an account and checks its output.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

use std::path::Path;
use std::process::Command;

#[test]
fn a_network_is_built_and_removed() {
    expect(
        "vpc_network",
        &[
            "On an emulator at http://127.0.0.1:",
            " s  VPC      vpc-",
            " s  vSwitch  vsw-",
            "10.0.1.0/24 in cn-hangzhou-h\n",
            " s  vSwitch  vsw-",
            "10.0.2.0/24 in cn-hangzhou-i\n",
            " s  gateway  ngw-",
            " s  EIP      eip-",
            " s  SNAT     snat-",
            " as 47.98.",
            " s  SNAT     snat-",
            " s  gateway  ngw-",
            "deleted\n",
            " s  EIP      eip-",
            "released\n",
            " s  vSwitch  vsw-",
            "deleted\n",
            " s  vSwitch  vsw-",
            "deleted\n",
            " s  VPC      vpc-",
            "deleted\n",
        ],
    );
}

/// Runs an example and checks that its output has these parts, in order.
fn expect(example: &str, parts: &[&str]) {
    // Cargo builds the examples of a package with its tests.
    let test = std::env::current_exe().expect("the test has a path");
    let target = test.parent().and_then(Path::parent).expect("target/debug");
    let program = target.join(format!(
        "examples/{example}{}",
        std::env::consts::EXE_SUFFIX
    ));
    let output = Command::new(&program)
        .env_clear()
        .output()
        .expect("run `cargo build -p alibabacloud-vpc --examples`");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut rest = text.as_ref();
    for part in parts {
        let at = rest.find(part);
        let at = at.unwrap_or_else(|| panic!("no {part:?} in\n{text}"));
        rest = &rest[at + part.len()..];
    }
}
