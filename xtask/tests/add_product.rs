//! `add-product` in a copy of this repository: no further edit is needed.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use xtask::repository::{ROOT_VARIABLE, root};

/// Copies the files of the repository, without those that no check here reads.
fn copy_of_the_repository(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&target);
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(listed.status.success(), "{}", text(&listed.stderr));
    let unused = ["benches/", "fuzz/", "tests/interop/", "tests/tests/", "xtask/tests/"];
    for path in text(&listed.stdout).split('\0').filter(|path| !path.is_empty()) {
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

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a task on a copy.
fn xtask(copy: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .env(ROOT_VARIABLE, copy)
        .current_dir(copy)
        .output()
        .unwrap()
}

#[track_caller]
fn passes(output: &Output) {
    assert!(
        output.status.success(),
        "{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

/// Runs cargo on a copy. The build directory stays, so that dependencies are built once.
fn cargo(copy: &Path, arguments: &[&str]) -> Output {
    let build = Path::new(env!("CARGO_TARGET_TMPDIR")).join("add-product-build");
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .args(["--offline", "--quiet"])
        .env("CARGO_TARGET_DIR", build)
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
        (
            "CHANGELOG.md",
            "\n- Kiosk Service 2024-01-01: the crate `alibabacloud-kiosk`.\n",
        ),
        ("crates/alibabacloud-kiosk/README.md", "# alibabacloud-kiosk"),
        ("crates/alibabacloud-kiosk/LICENSE-MIT", "MIT"),
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
    passes(&cargo(&copy, &["check", "--package", "alibabacloud-kiosk"]));

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
