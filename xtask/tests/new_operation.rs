//! `cargo xtask new-operation`: what it writes is valid, and nothing else changes.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use xtask::repository;

fn xtask(arguments: &[&str], specs: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .arg("--specs")
        .arg(specs)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Copies OOS and the ROA fixture into a new directory of specifications.
fn specs(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("new-operation")
        .join(name);
    let _ = fs::remove_dir_all(&target);
    copy(
        &repository::root().join("api-specs/oos"),
        &target.join("oos"),
    );
    let fixture = repository::root().join("tests/fixtures/specs/fixture-roa");
    copy(&fixture, &target.join("fixture-roa"));
    target
}

#[test]
fn a_new_operation_is_valid_at_once() {
    let specs = specs("valid");
    for options in [
        &["ListGadgets", "--product", "oos"][..],
        &[
            "DescribeGadget",
            "--product",
            "oos",
            "--argument",
            "GadgetId",
            "--tag",
            "Templates",
        ],
        &[
            "CreateGadget",
            "--product",
            "oos",
            "--argument",
            "Name",
            "--parameter",
            "Sizes:integer[]",
        ],
        &[
            "ReleaseGadget",
            "--product",
            "oos",
            "--method",
            "get",
            "--class",
            "action",
        ],
        &[
            "TagGadget",
            "--product",
            "oos",
            "--parameter",
            "Labels:map",
            "--parameter",
            "From:date-time",
        ],
        &[
            "GetNode",
            "--product",
            "fixture-roa",
            "--path",
            "/clusters/{ClusterId}/nodes/{NodeId}",
        ],
        &[
            "deleteNodes",
            "--product",
            "fixture-roa",
            "--version",
            "2024-01-01",
            "--path",
            "/nodes",
        ],
        // Names with another use in Rust get stand-ins.
        &[
            "Client",
            "--product",
            "oos",
            "--argument",
            "Send",
            "--parameter",
            "type",
        ],
    ] {
        let mut arguments = vec!["new-operation"];
        arguments.extend(options);
        let output = xtask(&arguments, &specs);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{options:?}: {}",
            text(&output.stderr)
        );
        let report = text(&output.stdout);
        assert!(report.contains("to complete in"), "{report}");
    }
    let output = xtask(&["check"], &specs);
    let errors = text(&output.stderr);
    // The fixture has operations without texts.
    for operation in ["Gadget", "Node", "/Client.yaml"] {
        assert!(!errors.contains(operation), "{errors}");
    }
    assert!(text(&output.stdout).contains("Client.Send: `Send` is `send_` in Rust"));
    let crates = specs.with_extension("crates");
    let output = xtask(&["codegen", "--out", crates.to_str().unwrap()], &specs);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let get_node = crates.join("alibabacloud-fixture-roa/src/operation/get_node.rs");
    let get_node = fs::read_to_string(get_node).unwrap();
    assert!(
        get_node.contains(".get_node(\"cluster-id\", \"node-id\")"),
        "{get_node}"
    );
}

#[test]
fn only_the_entry_is_added_to_the_main_file() {
    let specs = specs("entry");
    let main = specs.join("oos/2019-06-01/openapi.yaml");
    let before = fs::read_to_string(&main).unwrap();
    let output = xtask(
        &["new-operation", "ListGadgets", "--product", "oos"],
        &specs,
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let after = fs::read_to_string(&main).unwrap();
    let entry = "  /#Action=ListGadgets:\n    $ref: operations/ListGadgets.yaml\n";
    assert_eq!(after.matches(entry).count(), 1);
    assert_eq!(after.replace(entry, ""), before);
    // It has the pages of other lists, but not their limits.
    let file = specs.join("oos/2019-06-01/operations/ListGadgets.yaml");
    let file = fs::read_to_string(file).unwrap();
    assert!(
        file.contains("items: Gadgets") && file.contains("name: MaxResults"),
        "{file}"
    );
    assert!(
        !file.contains("maximum") && !file.contains("example"),
        "{file}"
    );
}

#[test]
fn what_cannot_be_added_is_refused_and_nothing_changes() {
    let specs = specs("refused");
    let operations = specs.join("oos/2019-06-01/operations");
    fs::write(specs.join("oos/2019-06-01/operations.txt"), "").unwrap();
    let count = || fs::read_dir(&operations).unwrap().count();
    let before = count();
    let main = fs::read_to_string(specs.join("oos/2019-06-01/openapi.yaml")).unwrap();
    for (options, code, part) in [
        (
            &["listtemplates", "--product", "oos"][..],
            1,
            "oos has the operation ListTemplates in ",
        ),
        (
            &["New", "--product", "os"],
            1,
            "has no product \"os\"; did you mean `oos`?",
        ),
        (
            &["New", "--product", "oos", "--version", "2020"],
            1,
            "expected 2019-06-01",
        ),
        (
            &["New Thing", "--product", "oos"],
            2,
            "invalid name \"New Thing\"",
        ),
        (
            &["../New", "--product", "oos"],
            2,
            "invalid name \"../New\"",
        ),
        (
            &["New", "--product", "oos", "--path", "/x"],
            2,
            "leave out --path",
        ),
        (&["New", "--product", "fixture-roa"], 2, "add --path"),
        (
            &["New", "--product", "fixture-roa", "--path", "x"],
            2,
            "invalid --path \"x\"",
        ),
        (
            &["New", "--product", "oos", "--class", "read"],
            2,
            "invalid --class \"read\"",
        ),
        (
            &["New", "--product", "oos", "--method", "fetch"],
            2,
            "invalid --method \"fetch\"",
        ),
        (
            &["New", "--product", "oos", "--tag", "No"],
            2,
            "unknown tag \"No\"",
        ),
        (
            &["New", "--product", "oos", "--argument", "A:text"],
            2,
            "invalid type \"text\" of A",
        ),
        (
            &[
                "New",
                "--product",
                "oos",
                "--argument",
                "A",
                "--parameter",
                "A",
            ],
            2,
            "the parameter A is given twice",
        ),
        (&["--product", "oos"], 2, "no NAME given"),
        (&["New"], 2, "no --product given"),
    ] {
        let mut arguments = vec!["new-operation"];
        arguments.extend(options);
        let output = xtask(&arguments, &specs);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{options:?}: {message}");
        assert!(message.contains(part), "{options:?}: {message}");
    }
    assert_eq!(count(), before);
    let after = fs::read_to_string(specs.join("oos/2019-06-01/openapi.yaml")).unwrap();
    assert_eq!(after, main);
}

#[test]
fn a_dry_run_prints_the_file() {
    let specs = specs("dry");
    let arguments = [
        "new-operation",
        "ListGadgets",
        "--product",
        "oos",
        "--dry-run",
    ];
    let output = xtask(&arguments, &specs);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("post:\n  operationId: ListGadgets\n"));
    assert!(
        !specs
            .join("oos/2019-06-01/operations/ListGadgets.yaml")
            .exists()
    );
}
