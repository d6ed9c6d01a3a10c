//! `add-product` in a copy of this repository: no further edit is needed.
#![cfg(test)]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use support::{copy_of_the_repository, passes, text, xtask};
use xtask::repository::root;

/// Runs cargo on a copy.
fn cargo(copy: &Path, arguments: &[&str]) -> Output {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .args(["--offline", "--quiet"])
        .env("CARGO_TARGET_DIR", support::build_directory())
        .env("RUSTFLAGS", "-D warnings")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .current_dir(copy)
        .output()
        .unwrap()
}

#[test]
fn a_new_service_needs_no_further_edit() {
    let copy = copy_of_the_repository("add-product");
    // The generator of the change under test may differ from the committed crates.
    passes(&xtask(&copy, &["codegen"]));
    let metadata = root().join("xtask/tests/metadata/kiosk.json");
    let mut arguments = vec!["add-product", metadata.to_str().unwrap()];
    if xtask::import::HELP.contains("--texts") {
        arguments.extend(["--texts", "keep"]);
    }
    let output = xtask(&copy, &arguments);
    passes(&output);
    let report = text(&output.stdout);
    assert!(report.contains("Added alibabacloud-kiosk."), "{report}");
    let answer = "questions in api-specs/kiosk/2024-01-01/decisions.yaml";
    assert!(report.contains(answer), "{report}");

    let read = |path: &str| fs::read_to_string(copy.join(path)).unwrap();
    for (path, expected) in [
        (
            "README.md",
            "| Kiosk Service | 2024-01-01 | 2 | [`alibabacloud-kiosk`](crates/alibabacloud-kiosk) |",
        ),
        (
            "docs/guide/src/introduction.md",
            "[`alibabacloud-kiosk`](https://docs.rs/alibabacloud-kiosk)",
        ),
        ("Cargo.toml", "\nalibabacloud-kiosk = { path = "),
        ("crates/alibabacloud-emulator/Cargo.toml", "\nkiosk = []\n"),
        (
            "crates/alibabacloud-explorer/Cargo.toml",
            "\nkiosk = [\"alibabacloud-emulator/kiosk\"]\n",
        ),
        (
            "crates/alibabacloud-emulator/src/built_in.rs",
            "specs/kiosk-2024-01-01.json",
        ),
        (
            "crates/alibabacloud-emulator/specs/kiosk-2024-01-01.json",
            "RentKiosk",
        ),
        (
            "CHANGELOG.md",
            "\n- Kiosk Service 2024-01-01: the crate `alibabacloud-kiosk`.\n",
        ),
        (
            "crates/alibabacloud-kiosk/README.md",
            "# alibabacloud-kiosk",
        ),
        ("crates/alibabacloud-kiosk/LICENSE-MIT", "MIT"),
        (
            "crates/alibabacloud-kiosk/CHANGELOG.md",
            "\n## Unreleased\n\nFirst release.\n",
        ),
        (
            "crates/alibabacloud-kiosk-model/CHANGELOG.md",
            "[`alibabacloud-kiosk`](https://docs.rs/alibabacloud-kiosk)",
        ),
        (
            "api-specs/kiosk/2024-01-01/decisions.yaml",
            "answer: \"\"\n",
        ),
        (
            "docs/guide/src/which-crate.md",
            "| Kiosk Service | [`alibabacloud-kiosk`](https://docs.rs/alibabacloud-kiosk) |",
        ),
        ("docs/decisions.md", "\n## Kiosk Service\n"),
        ("crates/alibabacloud-kiosk-model/LICENSE-APACHE", "Apache"),
        (
            "crates/alibabacloud-kiosk/src/error_code.rs",
            "\"SignatureDoesNotMatch\"",
        ),
    ] {
        assert!(read(path).contains(expected), "{path} has no {expected}");
    }
    passes(&xtask(&copy, &["codegen", "--check"]));
    passes(&xtask(&copy, &["check"]));
    // Only the questions are left.
    let output = xtask(&copy, &["decisions", "api-specs/kiosk/2024-01-01"]);
    assert_eq!(output.status.code(), Some(1));
    let report = text(&output.stdout);
    assert!(report.contains("questions unanswered"), "{report}");
    assert!(!report.contains("out of date"), "{report}");
    passes(&cargo(&copy, &["check", "--package", "alibabacloud-kiosk"]));
    let with_copy = [
        "check",
        "--package",
        "alibabacloud-emulator",
        "--features",
        "kiosk",
    ];
    passes(&cargo(&copy, &with_copy));

    // What an interrupted run left is completed.
    fs::remove_dir_all(copy.join("crates/alibabacloud-kiosk")).unwrap();
    passes(&xtask(&copy, &arguments));
    assert_eq!(
        read("CHANGELOG.md").matches("`alibabacloud-kiosk`").count(),
        1
    );
    passes(&xtask(&copy, &["codegen", "--check"]));

    // A product is added once.
    let output = xtask(&copy, &arguments);
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    assert!(
        message.contains("2024-01-01 exists; `cargo xtask import` refreshes it"),
        "{message}"
    );
    fs::remove_dir_all(copy).unwrap();
}

#[test]
fn a_refused_product_changes_nothing() {
    let copy = copy_of_the_repository("add-product-refused");
    let metadata = root().join("xtask/tests/metadata/broken.json");
    let before = fs::read_to_string(copy.join("Cargo.toml")).unwrap();
    let output = xtask(&copy, &["add-product", metadata.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert_eq!(fs::read_to_string(copy.join("Cargo.toml")).unwrap(), before);
    for (arguments, expected) in [
        (&["add-product"] as &[&str], "no FILE given"),
        (&["add-product", "--crate", "x"], "FILE comes first"),
    ] {
        let output = xtask(&copy, arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(expected));
    }
    fs::remove_dir_all(copy).unwrap();
}
