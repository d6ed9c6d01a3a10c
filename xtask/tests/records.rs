//! Records of what was generated: they save time, and never hide a difference.
#![cfg(test)]

mod support;

#[allow(dead_code, reason = "a build script has a main function")]
#[path = "../build.rs"]
mod build_script;

use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::{passes, text};
use xtask::repository::{ROOT_VARIABLE, root};

/// A directory with specifications, their crates, and the records of both.
struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Generates the crates of some fixtures, and of the same again, so that there are records.
    fn new(name: &str, products: &[&str]) -> Self {
        let root = std::env::temp_dir().join(format!("acs-records-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let workspace = Self {
            target: root.join("target"),
            root,
        };
        let fixtures = xtask::repository::root().join("tests/fixtures/specs");
        for product in products {
            copy(&fixtures.join(product), &workspace.specs().join(product));
        }
        for shared in ["common.yaml", "glossary.yaml"] {
            fs::copy(fixtures.join(shared), workspace.specs().join(shared)).unwrap();
        }
        passes(&workspace.codegen(&[]));
        passes(&workspace.check());
        assert_eq!(workspace.records().len(), products.len());
        workspace
    }

    fn specs(&self) -> PathBuf {
        self.root.join("specs")
    }

    fn out(&self) -> PathBuf {
        self.root.join("crates")
    }

    fn codegen(&self, more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("codegen").arg("--specs").arg(self.specs());
        command.arg("--out").arg(self.out()).args(more);
        command
            .env("CARGO_TARGET_DIR", &self.target)
            .env_remove(ROOT_VARIABLE)
            .output()
            .unwrap()
    }

    fn check(&self) -> Output {
        self.codegen(&["--check"])
    }

    fn records(&self) -> Vec<PathBuf> {
        let records = self.target.join("xtask/codegen");
        let mut paths: Vec<PathBuf> = fs::read_dir(records)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        paths
    }

    /// Returns the record that has a text.
    fn record_with(&self, text: &str) -> PathBuf {
        let mut records = self.records().into_iter();
        records
            .find(|path| fs::read_to_string(path).unwrap().contains(text))
            .unwrap()
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for path in files(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&path, &target).unwrap();
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Changes a file with a function on its text; returns the old text.
fn edit(path: &Path, change: impl Fn(&str) -> String) -> String {
    let old = fs::read_to_string(path).unwrap();
    let new = change(&old);
    assert_ne!(old, new, "{}", path.display());
    fs::write(path, new).unwrap();
    old
}

fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Changes the body of a record, whose first line is its hash.
fn edit_record(path: &Path, change: impl Fn(&str) -> String) -> String {
    edit(path, |record| {
        let (_, body) = record.split_once('\n').unwrap();
        let body = change(body);
        format!("{}\n{body}", sha256(&body))
    })
}

/// Replaces what a record says of a file, so that it agrees with an edited one. Only if the record
/// is used, the edit is not found.
fn forge(record: &Path, old: &str, new: &str) {
    edit_record(record, |body| body.replace(&sha256(old), &sha256(new)));
}

#[track_caller]
fn finds(output: &Output, expected: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    let report = text(&output.stderr);
    assert!(report.contains(expected), "{report}");
}

#[test]
fn every_edit_and_every_missing_file_is_found() {
    let workspace = Workspace::new("edits", &["fixture-roa"]);
    let generated = files(&workspace.out());
    assert!(generated.len() > 20, "{generated:?}");
    for path in generated {
        let shown = path.display().to_string();
        let old = edit(&path, |text| text.replacen('\n', "\n\n", 1));
        finds(&workspace.check(), &format!("{shown} is out of date"));
        fs::write(&path, &old).unwrap();
        // Of the same length, and below the header, without which a file is not replaced.
        edit(&path, |text| {
            let (header, rest) = text.split_once('\n').unwrap();
            format!("{header}\n{}", rest.replacen('e', "a", 1))
        });
        finds(&workspace.check(), &format!("{shown} is out of date"));
        fs::remove_file(&path).unwrap();
        finds(&workspace.check(), &format!("{shown} is missing"));
        fs::write(&path, old).unwrap();
    }
    passes(&workspace.check());
}

#[test]
fn a_hand_written_part_may_change() {
    let workspace = Workspace::new("kept", &["fixture-roa"]);
    let readme = workspace.out().join("alibabacloud-fixture-roa/README.md");
    let record = workspace.record_with("fixture-roa");
    let before = fs::metadata(&record).unwrap().modified().unwrap();
    edit(&readme, |text| format!("{text}\nBy hand.\n"));
    passes(&workspace.check());
    passes(&workspace.codegen(&[]));
    assert!(fs::read_to_string(&readme).unwrap().ends_with("By hand.\n"));
    // Generating writes the record again.
    let after = fs::metadata(&record).unwrap().modified().unwrap();
    assert_eq!(before, after, "generated again");
}

#[test]
fn an_extra_file_in_a_generated_crate_is_found() {
    let workspace = Workspace::new("extra", &["fixture-roa"]);
    let client = workspace
        .out()
        .join("alibabacloud-fixture-roa/src/client.rs");
    let extra = client.with_file_name("extra.rs");
    fs::copy(&client, &extra).unwrap();
    finds(
        &workspace.check(),
        &format!("{} is obsolete", extra.display()),
    );
    passes(&workspace.codegen(&[]));
    assert!(!extra.exists());
    fs::write(&extra, "// By hand.\n").unwrap();
    passes(&workspace.check());
}

#[test]
fn a_changed_input_is_found() {
    let workspace = Workspace::new("inputs", &["fixture-roa"]);
    let spec = workspace.specs().join("fixture-roa/2024-01-01");
    let operation = spec.join("operations/DeleteCluster.yaml");
    let common = workspace.specs().join("common.yaml");
    let words = workspace.specs().join("glossary.yaml");
    let error = "x-acs-errors:\n  - code: Teapot\n    status: 418\n    description: It is one.\n";
    for (path, from, to, file) in [
        (
            &operation,
            "description: ",
            "description: Today. ",
            "delete_cluster.rs",
        ),
        (&common, "x-acs-errors: []\n", error, "error_code.rs"),
        (&words, "Chosen by people", "Given by people", "shared.rs"),
    ] {
        let old = edit(path, |text| text.replacen(from, to, 1));
        finds(&workspace.check(), file);
        fs::write(path, old).unwrap();
        // The record is of the changed input.
        passes(&workspace.check());
    }
    fs::remove_file(&common).unwrap();
    finds(&workspace.check(), "error_code.rs");
    passes(&workspace.codegen(&[]));
    fs::write(&common, "x-acs-errors: []\n").unwrap();
    finds(&workspace.check(), "error_code.rs");
    passes(&workspace.codegen(&[]));

    // Nobody had words of their own for the service.
    let own = spec.join("glossary.yaml");
    fs::write(&own, "terms: { Name: Given here. }\n").unwrap();
    finds(&workspace.check(), "shared.rs");
    fs::write(&own, "term: { Name: Given here. }\n").unwrap();
    finds(&workspace.check(), "unknown key `term` in the glossary");
    fs::remove_file(&own).unwrap();
    passes(&workspace.check());

    let unlisted = spec.join("operations/Unlisted.yaml");
    fs::copy(&operation, &unlisted).unwrap();
    finds(&workspace.check(), "is not listed");
    fs::remove_file(&unlisted).unwrap();
    let module = workspace.out().join("alibabacloud-fixture-roa/src/ext.rs");
    fs::write(&module, "//! By hand.\n").unwrap();
    finds(&workspace.check(), "lib.rs is out of date");
    fs::remove_file(&module).unwrap();
    passes(&workspace.check());
    let core = root().join("crates");
    let options = ["--check", "--core-path", core.to_str().unwrap()];
    finds(&workspace.codegen(&options), "Cargo.toml is out of date");
    passes(&workspace.check());
}

/// The facts of the last import are not read.
#[test]
fn a_refresh_without_changes_keeps_the_record() {
    let workspace = Workspace::new("facts", &["fixture-roa"]);
    let record = workspace.record_with("fixture-roa");
    let before = fs::read(&record).unwrap();
    let spec = workspace.specs().join("fixture-roa/2024-01-01");
    fs::write(spec.join("upstream.json"), "{}\n").unwrap();
    fs::write(&record, "").unwrap();
    passes(&workspace.check());
    assert_eq!(fs::read(&record).unwrap(), before);
}

#[test]
fn a_changed_service_regenerates_only_itself() {
    let workspace = Workspace::new("services", &["fixture", "fixture-roa"]);
    let client = workspace.out().join("alibabacloud-fixture/src/client.rs");
    let old = edit(&client, |text| format!("{text}\n"));
    finds(&workspace.check(), "client.rs");
    let new = fs::read_to_string(&client).unwrap();
    forge(
        &workspace.record_with("alibabacloud-fixture/src/client.rs"),
        &old,
        &new,
    );
    passes(&workspace.check());
    let specs = workspace.specs();
    let operation = specs.join("fixture-roa/2024-01-01/operations/DeleteCluster.yaml");
    edit(&operation, |text| {
        text.replacen("description: ", "description: Today. ", 1)
    });
    let output = workspace.check();
    finds(
        &output,
        "alibabacloud-fixture-roa/src/operation/delete_cluster.rs",
    );
    let report = text(&output.stderr);
    assert!(!report.contains("alibabacloud-fixture/"), "{report}");
    // Everything is generated again before a file is deleted.
    let extra = workspace
        .out()
        .join("alibabacloud-fixture-roa/src/extra.rs");
    fs::write(&extra, &new).unwrap();
    finds(&workspace.check(), "alibabacloud-fixture/src/client.rs");
}

#[test]
fn a_damaged_record_is_ignored() {
    let workspace = Workspace::new("damaged", &["fixture-roa"]);
    let record = workspace.record_with("fixture-roa");
    let whole = fs::read_to_string(&record).unwrap();
    let client = workspace
        .out()
        .join("alibabacloud-fixture-roa/src/client.rs");
    let (hash, body) = whole.split_once('\n').unwrap();
    let client_text = fs::read_to_string(&client).unwrap();
    let forged = body.replace(&sha256(&client_text), &sha256(&format!("{client_text}\n")));
    assert_ne!(forged, body);
    // A file outside of the directory of crates, beside those that belong there.
    let outside = |path: &str| {
        let hash = sha256(&client_text);
        let files = format!("\"files\":{{{path:?}:{{\"sha256\":\"{hash}\"}},");
        let body = forged.replacen("\"files\":{", &files, 1);
        assert_ne!(body, forged);
        format!("{}\n{body}", sha256(&body))
    };
    let elsewhere = workspace.root.join("client.rs");
    fs::write(&elsewhere, &client_text).unwrap();
    let damaged = [
        String::new(),
        whole[..whole.len() / 2].to_owned(),
        whole[..hash.len() + 1].to_owned(),
        format!("{hash}\n{forged}"),
        format!("{}\n[]\n", sha256("[]\n")),
        format!("{}\n{{}}\n", sha256("{}\n")),
        outside("../client.rs"),
        outside(elsewhere.to_str().unwrap()),
    ];
    for text in damaged {
        fs::write(&record, &text).unwrap();
        fs::write(&client, format!("{client_text}\n")).unwrap();
        finds(&workspace.check(), "client.rs is out of date");
        assert_eq!(fs::read_to_string(&record).unwrap(), whole, "{text}");
        fs::write(&record, &text).unwrap();
        fs::write(&client, &client_text).unwrap();
        passes(&workspace.check());
    }
    // A record that cannot be written changes nothing.
    fs::remove_dir_all(&workspace.target).unwrap();
    fs::write(&workspace.target, "").unwrap();
    passes(&workspace.check());
}

#[test]
fn a_record_that_leaves_out_files_deletes_nothing() {
    let workspace = Workspace::new("omitted", &["fixture-roa"]);
    let record = workspace.record_with("fixture-roa");
    edit_record(&record, |body| {
        let start = body
            .find("\"alibabacloud-fixture-roa/src/client.rs\"")
            .unwrap();
        let end = start + body[start..].find("},").unwrap() + 2;
        format!("{}{}", &body[..start], &body[end..])
    });
    passes(&workspace.check());
    passes(&workspace.codegen(&[]));
    let client = "alibabacloud-fixture-roa/src/client.rs";
    assert!(workspace.out().join(client).is_file());
}

#[test]
fn directories_of_specifications_do_not_share_records() {
    let first = Workspace::new("first", &["fixture-roa"]);
    let mut second = Workspace::new("second", &["fixture-roa"]);
    second.target.clone_from(&first.target);
    passes(&second.codegen(&[]));
    assert_eq!(first.records().len(), 2);
    for record in first.records() {
        edit_record(&record, |body| {
            body.replace("\"inputs\":\"", "\"inputs\":\"x")
        });
    }
    passes(&first.check());
    let written = |path: &PathBuf| !fs::read_to_string(path).unwrap().contains(":\"x");
    let records = first.records();
    assert_eq!(records.iter().filter(|path| written(path)).count(), 1);
}

#[test]
fn lists_and_pages_of_the_repository_are_compared() {
    let copy = support::copy_of_the_repository("records");
    let check = || {
        let mut command = support::command(&copy, &["codegen", "--check"]);
        command.env("CARGO_TARGET_DIR", copy.join("target"));
        command.output().unwrap()
    };
    passes(&check());
    assert!(copy.join("target/xtask/codegen").is_dir());
    for (file, from, to) in [
        ("README.md", "| 2019-06-01 |", "| 2019-06-02 |"),
        (
            "docs/guide/src/SUMMARY.md",
            "](changes/oos.md)",
            "](changes/o.md)",
        ),
        (
            "docs/guide/src/changes/oos.md",
            "newest first",
            "oldest first",
        ),
        (
            "crates/alibabacloud-emulator/src/built_in.rs",
            "\"oos\"",
            "\"o\"",
        ),
        (
            "crates/alibabacloud-emulator/specs/oos-2019-06-01.json",
            "OOS",
            "Oos",
        ),
    ] {
        let path = copy.join(file);
        let old = edit(&path, |text| text.replacen(from, to, 1));
        finds(&check(), &format!("{file} is out of date"));
        fs::write(&path, old).unwrap();
        passes(&check());
    }
    let decisions = copy.join("api-specs/oos/2019-06-01/decisions.yaml");
    for (row, expected) in [
        ("\n    decision: Now ", "docs/decisions.md is out of date"),
        ("\n    decided: ", "error: invalid "),
    ] {
        let old = edit(&decisions, |text| text.replacen("\n    decision: ", row, 1));
        finds(&check(), expected);
        fs::write(&decisions, old).unwrap();
        passes(&check());
    }
    fs::remove_dir_all(copy).unwrap();
}

/// Each source of the generator, and what it is compiled with, changes the key of all records.
#[test]
fn the_hash_of_the_generator_covers_its_sources() {
    let copy = support::copy_of_the_repository("generator");
    let before = build_script::hash(&copy).unwrap();
    for file in [
        "Cargo.lock",
        "Cargo.toml",
        "crates/alibabacloud-codegen/LICENSE-MIT",
        "crates/alibabacloud-codegen/src/emit/client.rs",
        "crates/alibabacloud-spec/src/vocabulary.rs",
        "xtask/Cargo.toml",
        "xtask/build.rs",
        "xtask/src/codegen/generate.rs",
    ] {
        let path = copy.join(file);
        let old = edit(&path, |text| format!("{text}\n"));
        assert_ne!(build_script::hash(&copy).unwrap(), before, "{file}");
        fs::write(&path, old).unwrap();
        assert_eq!(build_script::hash(&copy).unwrap(), before, "{file}");
    }
    for file in [
        "crates/alibabacloud-codegen/src/new.rs",
        "xtask/src/codegen/new.rs",
    ] {
        let file = copy.join(file);
        fs::write(&file, "").unwrap();
        assert_ne!(build_script::hash(&copy).unwrap(), before);
        fs::remove_file(&file).unwrap();
    }
    fs::remove_dir_all(copy).unwrap();
}
