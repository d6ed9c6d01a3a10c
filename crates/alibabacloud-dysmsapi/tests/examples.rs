//! Runs the example without an account and checks its output.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

use std::path::Path;
use std::process::Command;

#[test]
fn a_message_is_delivered_and_a_refusal_is_an_error() {
    expect(
        "send_sms",
        &[
            "On an emulator at http://127.0.0.1:",
            "accepted  ",
            "^0\n",
            "delivered 13900000000 at 20",
            ", code DELIVERED, text ",
            "Sensitive(**REDACTED**)",
            "\nrefused   dysmsapi:SendSms 200 isv.SMS_SIGNATURE_ILLEGAL",
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
        .expect("run `cargo build -p alibabacloud-dysmsapi --examples`");
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
