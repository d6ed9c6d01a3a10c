//! Every version of a dependency is in the table of the workspace.

use sdk_tests::repository;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Returns the dependencies of a manifest: name and value of each line in a table of dependencies.
fn dependencies(manifest: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(manifest)
        .unwrap_or_else(|error| panic!("{}: {error}", manifest.display()));
    let mut is_dependency = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            is_dependency = line.trim_end_matches(']').ends_with("dependencies");
        } else if let Some((name, value)) = line.split_once('=').filter(|_| is_dependency) {
            if !line.starts_with('#') {
                found.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
    }
    found
}

/// Returns the version that a dependency requires, if its value has one.
fn version(value: &str) -> Option<&str> {
    let text = match value.split_once("version =") {
        Some((_, after)) => after.trim_start(),
        None => value,
    };
    text.strip_prefix('"')?.split('"').next()
}

/// Returns the manifests in the subdirectories of a directory.
fn manifests(parent: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(repository().join(parent)).expect("a directory of packages");
    let mut found: Vec<_> = entries
        .map(|entry| entry.expect("a directory entry").path().join("Cargo.toml"))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    found
}

#[test]
fn members_inherit_every_version() {
    let mut members = manifests("crates");
    members.extend(manifests("tests/fixtures/crates"));
    members.extend(["xtask", "tests"].map(|name| repository().join(name).join("Cargo.toml")));
    for manifest in members {
        for (name, value) in dependencies(&manifest) {
            let inherits = name.ends_with(".workspace") || value.contains("workspace = true");
            assert!(
                inherits || value.contains("path ="),
                "{}: {name} has a version of its own; move it to [workspace.dependencies]",
                manifest.display()
            );
        }
    }
}

#[test]
fn published_crates_have_licences_and_all_features_on_docs_rs() {
    for manifest in manifests("crates") {
        let directory = manifest.parent().expect("a directory");
        for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let read = |path: PathBuf| {
                std::fs::read_to_string(&path)
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            };
            let (own, common) = (read(directory.join(name)), read(repository().join(name)));
            assert_eq!(own, common, "{}: {name}", directory.display());
        }
        let text = std::fs::read_to_string(&manifest).expect("a manifest");
        let docs = "[package.metadata.docs.rs]\nall-features = true\n\
                    rustdoc-args = [\"--cfg\", \"docsrs\"]\n";
        assert!(text.contains(docs), "{}: {docs}", manifest.display());
    }
}

#[test]
fn packages_outside_of_the_workspace_require_the_same_versions() {
    let table: BTreeMap<_, _> = dependencies(&repository().join("Cargo.toml"))
        .into_iter()
        .collect();
    assert!(table.contains_key("tokio"), "{table:?}");
    let mut outside = manifests("benches");
    let others = ["fuzz", "tests/wasm"].map(|name| repository().join(name).join("Cargo.toml"));
    outside.extend(others);
    for manifest in outside {
        for (name, value) in dependencies(&manifest) {
            let (Some(own), Some(shared)) = (version(&value), table.get(&name)) else {
                continue;
            };
            assert_eq!(
                Some(own),
                version(shared),
                "{}: the version of {name} differs from [workspace.dependencies]",
                manifest.display()
            );
        }
    }
}
