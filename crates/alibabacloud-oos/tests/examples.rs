//! Runs every example program without an account and checks its output.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Parts of the output of each example, in order.
const EXAMPLES: [(&str, &[&str]); 6] = [
    (
        "audit_patches",
        &[
            "of 250 instances have missing patches",
            "PATCH                   SEVERITY   INSTANCES",
            "openssl",
            "such as i-web",
        ],
    ),
    (
        "failed_executions",
        &[
            "patch-web, ended 20",
            ": the instance does not exist",
            "Error    the instance does not exist",
            "nightly-backup, ended 20",
            "Error    the snapshot quota is exceeded",
            "2 failed within the last day",
        ],
    ),
    (
        "install_package",
        &[
            "Installing ACS-ECS-Nginx on i-web1",
            "0.0 s  not installed",
            "installed in version v1",
            "package      ACS-ECS-Nginx",
        ],
    ),
    (
        "list_package_states",
        &["PACKAGE", "ACS-ECS-BaoTa", "3 pages, 7 items, 4 attempts"],
    ),
    (
        "rotate_secret",
        &[
            "shop/database-password: version 1 is now version 2",
            "Callers get the new value.",
            "VERSION  UPDATED               BY",
            "      2  20",
            "      1  20",
        ],
    ),
    (
        "run_template_and_wait",
        &[
            "task takeOutOfService runs ACS::SLB::RemoveBackendServers",
            "task check runs ACS::ExecuteAPI",
            r#"succeeded: {"healthy":3}"#,
        ],
    ),
];

/// Values in the emulator that no example may print.
const SECRETS: [&str; 2] = ["not-a-real-secret", "not-a-real-password"];

#[test]
fn every_example_runs_and_prints_the_expected_output() {
    let running = EXAMPLES.map(|(name, parts)| {
        let thread = std::thread::spawn(move || run(name));
        (name, parts, thread)
    });
    for (name, parts, thread) in running {
        let output = thread.join().expect("the example was run");
        let mut rest = output.as_str();
        for part in parts {
            let at = rest.find(part);
            let at = at.unwrap_or_else(|| panic!("{name} does not print {part:?}:\n{output}"));
            rest = &rest[at + part.len()..];
        }
        for secret in SECRETS {
            assert!(!output.contains(secret), "{name} prints {secret}");
        }
    }
}

#[test]
fn every_example_is_tested() {
    let files = std::fs::read_dir(sources()).expect("the examples");
    let files: BTreeSet<String> = files
        .filter_map(|file| Some(file.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    let tested = EXAMPLES.map(|(name, _)| name.to_owned());
    assert_eq!(files, BTreeSet::from(tested));
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// Returns the output of an example that runs without arguments and credentials.
fn run(name: &str) -> String {
    let output = Command::new(built(name))
        .env_remove("ALIBABA_CLOUD_ACCESS_KEY_ID")
        .output()
        .expect("a program that runs");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{name} failed:\n{out}{err}");
    assert_eq!(err, "", "{name}");
    out
}

/// Returns the program of an example. `cargo test` builds it together with the tests, unless only
/// some tests are selected.
fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let target = test.ancestors().nth(2).expect("the target directory");
    let program = target
        .join("examples")
        .join(name)
        .with_extension(std::env::consts::EXE_EXTENSION);
    let source = sources().join(name).with_extension("rs");
    let modified = |path: &Path| path.metadata().and_then(|file| file.modified()).ok();
    assert!(
        modified(&program) >= modified(&source),
        "{} is missing or older than its source: cargo build -p alibabacloud-oos --examples",
        program.display()
    );
    program
}
