//! Runs the examples without an account and checks their output.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

use std::path::Path;
use std::process::Command;

#[test]
fn instances_are_launched_and_released() {
    expect(
        "ecs_launch_and_wait",
        &[
            "On an emulator at http://127.0.0.1:",
            "image     aliyun_3_x64_20G_alibase_",
            "type      ecs.g7.large in cn-hangzhou-",
            "network   vsw-",
            " s  Pending\n",
            " s  Running\n",
            "  10.0.1.",
            "Running   project=demo\n",
            "  10.0.1.",
            "Running   project=demo\n",
            "Released both.",
        ],
    );
}

#[test]
fn instances_of_all_regions_are_listed_and_failures_reported() {
    expect(
        "inventory",
        &[
            "REGION          ID ",
            "\ncn-beijing ",
            "\nap-southeast-1 ",
            "\neu-central-1 ",
            "\n9 instances in 3 regions.\n",
            "cn-hangzhou could not be read: ecs:DescribeInstances 403 Forbidden.RAM",
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
        .expect("run `cargo build -p alibabacloud-ecs --examples`");
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
