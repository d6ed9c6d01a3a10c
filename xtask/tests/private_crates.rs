//! Private crates, as a user generates them into a repository of their own: they compile.
#![cfg(test)]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;
use xtask::repository::root;

#[test]
fn single_operations_compile_in_a_workspace_of_their_own() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("private");
    let _ = fs::remove_dir_all(&target);
    let (specs, crates) = (target.join("specs"), target.join("crates"));
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let xtask = |arguments: &[String]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let output = command
            .args(arguments)
            .current_dir(root())
            .output()
            .unwrap();
        support::passes(&output);
    };
    let metadata = root().join("xtask/tests/metadata/kiosk.json");
    let mut import = vec!["import".to_owned(), path(&metadata)];
    import.extend(["--specs".to_owned(), path(&specs)]);
    xtask(&import);
    let mut codegen: Vec<String> = ["codegen", "--operations", "ListKiosks", "--workspace"]
        .map(str::to_owned)
        .to_vec();
    for (option, value) in [
        ("--specs", &specs),
        ("--out", &crates),
        ("--core-path", &root().join("crates")),
    ] {
        codegen.extend([option.to_owned(), path(value)]);
    }
    xtask(&codegen);
    let source = |file: &str| crates.join("alibabacloud-kiosk/src/operation").join(file);
    assert!(source("list_kiosks.rs").is_file());
    assert!(!source("rent_kiosk.rs").exists());

    // The versions of the repository, which have been downloaded already.
    fs::copy(root().join("Cargo.lock"), crates.join("Cargo.lock")).unwrap();
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--workspace", "--offline", "--quiet"])
        .env("CARGO_TARGET_DIR", support::build_directory())
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("RUSTFLAGS", "-D warnings")
        .current_dir(&crates)
        .output()
        .unwrap();
    support::passes(&output);
    fs::remove_dir_all(target).unwrap();
}
