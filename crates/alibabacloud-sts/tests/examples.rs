//! Runs the example without an account and checks its output.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

use std::path::Path;
use std::process::Command;

/// Parts of the output, in order.
const PARTS: [&str; 8] = [
    "using an emulator at http://127.0.0.1:",
    "\naccount   ",
    "\nidentity  RAMUser",
    "\nARN       acs:ram::",
    ":user/",
    "\nkey       ",
    "****",
    "\nendpoint  http://127.0.0.1:",
];

#[test]
fn who_am_i_prints_the_identity_and_no_secret() {
    // Cargo builds the examples of a package with its tests.
    let test = std::env::current_exe().expect("the test has a path");
    let target = test.parent().and_then(Path::parent).expect("target/debug");
    let example = target.join(format!("examples/who_am_i{}", std::env::consts::EXE_SUFFIX));
    let output = Command::new(&example)
        .arg("--emulator")
        .env_clear()
        .output()
        .expect("run `cargo build -p alibabacloud-sts --examples`");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut rest = text.as_ref();
    for part in PARTS {
        let at = rest.find(part);
        let at = at.unwrap_or_else(|| panic!("no {part:?} in\n{text}"));
        rest = &rest[at + part.len()..];
    }
    assert!(!text.contains("secret"), "{text}");
}
