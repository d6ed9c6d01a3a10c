//! The command: arguments, output and exit codes.
#![cfg(test)]
#![allow(clippy::unwrap_used, reason = "this is a test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-acs-policy"));
    command.args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Writes a file with markers.
fn program(name: &str, markers: &[&str]) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("acs-policy");
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join(name);
    let markers = markers
        .iter()
        .map(|m| format!("\u{7f}ELF\u{1f}acs1:{m}\u{1e}.."));
    std::fs::write(&file, markers.collect::<String>()).unwrap();
    file
}

#[test]
fn a_policy_has_the_permissions_of_the_operations() {
    let file = program(
        "both",
        &[
            "oos/2019-06-01/StartExecution",
            "sts/2015-04-01/GetCallerIdentity",
        ],
    );
    let file = file.to_str().unwrap();
    // As cargo calls it, and directly.
    for first in [&["acs-policy"][..], &[]] {
        let output = run(&[first, &["--binary", file, "--account", "42"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let policy = text(&output.stdout);
        assert!(policy.contains("\"oos:StartExecution\""), "{policy}");
        assert!(policy.contains("acs:oos:*:42:execution/*"), "{policy}");
        assert!(!policy.contains("sts:"), "{policy}");
        assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    }
    let output = run(&["--binary", file, "--list", "oos:GetTemplate"]);
    let expected = "oos/2019-06-01/GetTemplate\noos/2019-06-01/StartExecution\n\
                    sts/2015-04-01/GetCallerIdentity\n";
    assert_eq!(text(&output.stdout), expected);
}

#[test]
fn a_document_that_allows_less_fails_the_check() {
    let file = program("check", &["oos/2019-06-01/GetTemplate", "raw"]);
    let (file, policy) = (file.to_str().unwrap(), file.with_extension("json"));
    let written = run(&["--binary", file]);
    assert!(text(&written.stderr).contains("name them as PRODUCT:OPERATION"));
    std::fs::write(&policy, &written.stdout).unwrap();
    let check = ["--binary", file, "--check", policy.to_str().unwrap()];
    assert_eq!(run(&check).status.code(), Some(0));
    let output = run(&[&check[..], &["oos:DeleteTemplate"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("does not allow oos:DeleteTemplate on"));
    assert!(output.stdout.is_empty());
}

#[test]
fn what_is_wrong_is_named() {
    let empty = program("empty", &[]);
    let empty = empty.to_str().unwrap();
    for (arguments, code, part) in [
        (&[][..], 2, "no --binary given"),
        (&["--binary"], 2, "--binary"),
        (&["--bin", "a"], 2, "--bin"),
        (
            &["--binary", empty, "--format", "yaml"],
            2,
            "expected json, terraform or markdown",
        ),
        (
            &["--binary", empty, "--fill", "a"],
            2,
            "expected NAME=VALUE",
        ),
        (&["--binary", empty], 1, "contains no operation"),
        (&["--binary", "missing"], 1, "cannot read missing"),
        (
            &["oos:GetTemplates"],
            1,
            "unknown operation \"oos:GetTemplates\"",
        ),
        (
            &["oos:GetTemplate", "--check", "missing"],
            1,
            "cannot read missing",
        ),
        (
            &["oos:GetTemplate", "--check", empty],
            1,
            "is not a policy document",
        ),
    ] {
        let output = run(arguments);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        assert!(error.contains(part), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn help_lists_the_options() {
    let output = run(&["acs-policy", "--help"]);
    assert_eq!(output.status.code(), Some(0));
    let help = text(&output.stdout);
    for option in ["--binary", "--region", "--resource", "--check", "--list"] {
        assert!(help.contains(&format!("\n  {option}")), "{help}");
    }
    assert!(
        help.lines().all(|line| line.chars().count() <= 100),
        "{help}"
    );
    assert!(text(&run(&["--version"]).stdout).starts_with("cargo-acs-policy "));
}

#[test]
fn other_forms_say_what_is_not_documented() {
    let file = program(
        "my-app",
        &["rds/2014-08-15/NewerThanThis", "oos/2019-06-01/GetTemplate"],
    );
    let file = file.to_str().unwrap();
    let terraform = text(&run(&["--binary", file, "--format", "terraform"]).stdout);
    for part in [
        "data \"alicloud_ram_policy_document\" \"my_app\" {",
        "    action   = [\"oos:GetTemplate\"]",
        "  # Not documented: these actions follow from names of operations.",
        "policy_name     = \"my-app\"",
    ] {
        assert!(terraform.contains(part), "{terraform}");
    }
    let markdown = text(&run(&["--binary", file, "--format", "markdown"]).stdout);
    let (documented, unknown) = markdown.split_once("\n## Not documented\n").unwrap();
    assert!(documented.contains("| `oos/2019-06-01/GetTemplate` | `oos:GetTemplate` |"));
    assert!(documented.contains(", read on 2"), "{documented}");
    assert!(unknown.contains("`rds:NewerThanThis`"), "{unknown}");
    let output = run(&["--binary", file, "--documented-only"]);
    assert!(!text(&output.stdout).contains("rds:"));
}
