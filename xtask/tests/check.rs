//! `cargo xtask check` reports everything that is wrong in one run.
#![cfg(test)]

use alibabacloud_codegen::inspect::inspect;
use alibabacloud_spec::Loader;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::repository;

/// Copies the specification of the fixture service into a new directory.
fn fixture(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("check")
        .join(name);
    let _ = fs::remove_dir_all(&target);
    let source = repository::root().join("tests/fixtures/specs/fixture/2024-01-01");
    fs::create_dir_all(target.join("operations")).unwrap();
    fs::copy(source.join("openapi.yaml"), target.join("openapi.yaml")).unwrap();
    for entry in fs::read_dir(source.join("operations")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(
            entry.path(),
            target.join("operations").join(entry.file_name()),
        )
        .unwrap();
    }
    target
}

/// A mistake: the file, a text that occurs once in it, and what replaces the text.
type Mistake = (&'static str, &'static str, &'static str);

fn make(directory: &Path, (file, from, to): Mistake) {
    let path = directory.join(file);
    let text = fs::read_to_string(&path).unwrap_or_default();
    if from.is_empty() {
        return fs::write(path, to).unwrap();
    }
    assert_eq!(text.matches(from).count(), 1, "{from:?} in {file}");
    fs::write(path, text.replace(from, to)).unwrap();
}

/// Returns the first line and the file of each error.
fn errors(directory: &Path) -> Vec<(String, String)> {
    let inspection = inspect(&Loader::new().lint(true), directory);
    let prefix = format!("{}/", directory.display());
    let errors = inspection.errors.into_iter().map(|error| {
        let message = error.text.lines().next().unwrap().to_owned();
        (error.file.replacen(&prefix, "", 1), message)
    });
    errors.collect()
}

/// Mistakes of every stage, each with one error. Those of one file are in one operation.
const MISTAKES: &[Mistake] = &[
    // The text.
    ("operations/AnyRoot.yaml", "post:", "post: ["),
    (
        "operations/EmptyRoot.yaml",
        "x-acs-class: get",
        "x-acs-class: no",
    ),
    // Keys and values.
    (
        "operations/ListByNumber.yaml",
        "  tags:\n    - Pagination\n",
        "  tags:\n    - Pagination\n  colour: red\n",
    ),
    (
        "operations/ListByNumber.yaml",
        "    - name: PageSize\n      in: query",
        "    - name: PageSize\n      in: body",
    ),
    // References.
    (
        "operations/ListByNumber.yaml",
        "x-acs-arguments:\n    - Kind\n",
        "x-acs-arguments:\n    - Kinds\n",
    ),
    (
        "operations/ListByNumber.yaml",
        "items: Policies",
        "items: Polices",
    ),
    (
        "openapi.yaml",
        "    operation: Enums\n",
        "    operation: Enum\n",
    ),
    // The lint.
    (
        "operations/ListByNumber.yaml",
        "      description: Page number.\n      schema:",
        "      schema:",
    ),
    (
        "operations/ListByNumber.yaml",
        "        example: all",
        "        example: 7",
    ),
    // The files.
    (
        "operations/Forgotten.yaml",
        "",
        "post:\n  operationId: Forgotten\n  summary: Is not listed.\n  \
      x-acs-class: get\n  responses:\n    \"200\":\n      description: Nothing.\n",
    ),
    // Lowering: two operations of one module.
    (
        "operations/ListByToken.yaml",
        "  operationId: ListByToken\n",
        "  operationId: ListByToken\n  x-acs-name: Documents\n",
    ),
];

#[test]
fn all_stages_are_reported_at_once() {
    let together = fixture("together");
    let mut alone = Vec::new();
    for (index, mistake) in MISTAKES.iter().enumerate() {
        let directory = fixture(&format!("alone-{index}"));
        make(&directory, *mistake);
        let found = errors(&directory);
        assert!(!found.is_empty(), "{mistake:?}");
        alone.extend(found);
        make(&together, *mistake);
    }
    let found = errors(&together);
    for error in &alone {
        assert!(found.contains(error), "{error:?} is missing in {found:#?}");
    }
    // One cause is one error: together there are no others.
    alone.sort();
    alone.dedup();
    assert_eq!(found.len(), alone.len(), "{found:#?}\n{alone:#?}");
}

#[test]
fn errors_are_sorted_by_file_and_line() {
    let directory = fixture("sorted");
    for mistake in MISTAKES {
        make(&directory, *mistake);
    }
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("check")
        .arg(&directory)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let messages = String::from_utf8(output.stderr).unwrap();
    let places: Vec<(&str, usize)> = messages
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--> "))
        .map(|place| {
            let mut parts = place.split(':');
            let file = parts.next().unwrap();
            (file, parts.next().map_or(0, |line| line.parse().unwrap()))
        })
        .collect();
    assert!(places.is_sorted(), "{messages}");
    let files: BTreeSet<&str> = places.iter().map(|(file, _)| *file).collect();
    let last = messages.trim_end().lines().last().unwrap();
    let expected = format!("error: {} errors in {} files", places.len(), files.len());
    assert_eq!(last, expected);
}

#[test]
fn a_broken_main_file_does_not_hide_the_operations() {
    for (name, from, to) in [
        ("syntax", "info:\n", "info: [\n"),
        ("list", "# A service", "- A service"),
        ("missing", "", ""),
    ] {
        let directory = fixture(&format!("main-{name}"));
        make(&directory, MISTAKES[2]);
        let sound = errors(&directory);
        let main = directory.join("openapi.yaml");
        match name {
            "missing" => fs::remove_file(main).unwrap(),
            "list" => fs::write(main, "- A service\n").unwrap(),
            _ => make(&directory, ("openapi.yaml", from, to)),
        }
        let found = errors(&directory);
        assert_eq!(found[0].0, "openapi.yaml", "{name}: {found:?}");
        assert_eq!(found[1..], sound, "{name}");
    }
}

/// Whatever is wrong in a specification, checking it ends with messages.
#[test]
fn no_change_of_a_line_makes_the_check_panic() {
    let directory = fixture("lines");
    let files = [
        "openapi.yaml",
        "operations/Names.yaml",
        "operations/ListByToken.yaml",
    ];
    let mut accepted = 0;
    for file in files {
        let path = directory.join(file);
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate().skip(1).step_by(2) {
            let mut changed = lines.clone();
            let other = format!("{}: Names", line.split(':').next().unwrap());
            match index % 6 {
                1 => drop(changed.remove(index)),
                3 => changed[index] = &other,
                _ => changed.swap(index, index - 1),
            }
            fs::write(&path, changed.join("\n")).unwrap();
            let inspection = inspect(&Loader::new(), &directory);
            accepted += usize::from(inspection.errors.is_empty());
            let loaded = Loader::new().load(&directory);
            assert!(
                loaded.is_ok() || !inspection.errors.is_empty(),
                "{file}: {line}"
            );
        }
        fs::write(&path, text).unwrap();
    }
    assert!(accepted > 0, "some changes only change words");
}

/// Copies a fixture without errors to `<name>/specs`, which has a common glossary with it.
fn with_glossaries(name: &str, common: &str, service: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("check-glossary");
    let specs = root.join(name);
    let _ = fs::remove_dir_all(&specs);
    let source = repository::root().join("tests/fixtures/specs/fixture-roa/2024-01-01");
    let target = specs.join("fixture-roa/2024-01-01");
    fs::create_dir_all(target.join("operations")).unwrap();
    fs::copy(source.join("openapi.yaml"), target.join("openapi.yaml")).unwrap();
    for entry in fs::read_dir(source.join("operations")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        fs::copy(&path, target.join("operations").join(name)).unwrap();
    }
    fs::write(specs.join("glossary.yaml"), common).unwrap();
    fs::write(target.join("glossary.yaml"), service).unwrap();
    specs
}

/// Returns what `check` prints: its output, and its errors without the excerpts.
fn run_check(specs: &Path, more: &[&str]) -> (Option<i32>, String, Vec<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("check")
        .arg("--specs")
        .arg(specs)
        .args(more)
        .output()
        .unwrap();
    let prefix = format!("{}/", specs.display());
    let text = |bytes| String::from_utf8(bytes).unwrap().replace(&prefix, "");
    let errors = text(output.stderr);
    let errors = errors
        .lines()
        .filter(|line| line.starts_with("error") || line.contains("--> "))
        .map(|line| line.trim().to_owned());
    (output.status.code(), text(output.stdout), errors.collect())
}

#[test]
fn names_of_a_glossary_that_describe_nothing_are_listed() {
    let service = "terms:\n  ClusterId: Made by the service.\n  ClusterID: Spelled otherwise.\n  \
                   Nodes: Machines in it.\nfields:\n  ClusterId: In no response.\n";
    let specs = with_glossaries("unused", "terms:\n  Nowhere: In none of them.\n", service);
    let (code, output, errors) = run_check(&specs, &[]);
    assert_eq!(code, Some(0), "{errors:?}");
    let file = "fixture-roa/2024-01-01/glossary.yaml";
    let rest = "describes no parameter or field without a text of its own";
    for (place, name) in [("3:3", "ClusterID"), ("6:3", "ClusterId")] {
        let line = format!("warning: {file}:{place}: `{name}` {rest}\n");
        assert!(output.contains(&line), "{line}{output}");
    }
    assert!(!output.contains(":2:3:"), "{output}");
    assert!(!output.contains("Nowhere"), "{output}");
    assert!(output.contains(", 4 names in the glossary\n"), "{output}");
}

#[test]
fn texts_of_glossaries_are_checked() {
    let common = "terms:\n  RegionId: ID of the region.\n  Zone: 可用区\n";
    let service = "parameters:\n  Cluster.Name: Name of the cluster.\n  \
                   ClusterId: The cluster that gets the new size of its pool at once.\n";
    let specs = with_glossaries("texts", common, service);
    let upstream = specs.join("upstream");
    fs::create_dir_all(&upstream).unwrap();
    let sentence = "The cluster that gets the new size of its pool, at once.";
    let metadata = serde_json::json!({ "description": sentence });
    fs::write(upstream.join("api-docs.json"), metadata.to_string()).unwrap();
    let (code, _, errors) = run_check(&specs, &["--upstream", upstream.to_str().unwrap()]);
    assert_eq!(code, Some(1));
    let empty =
        "error: the text says no more than the name; say what it is for, or what it looks like";
    let service = "fixture-roa/2024-01-01/glossary.yaml";
    assert_eq!(
        errors,
        [
            empty,
            &format!("--> {service}:2"),
            "error: a sentence equals one of upstream's; write it anew: \
             the cluster that gets the new size of its pool at once",
            &format!("--> {service}:3"),
            empty,
            "--> glossary.yaml:2",
            "error: the text is not in English: it has `可`; translate it, or put code between backticks",
            "--> glossary.yaml:3",
            "error: 4 errors in 2 files",
        ]
    );
}

#[test]
fn a_broken_glossary_does_not_hide_other_errors() {
    let specs = with_glossaries("broken", "terms:\n  A: [\n", "term:\n  A: b\n");
    let operation = specs.join("fixture-roa/2024-01-01/operations/DeleteCluster.yaml");
    let text = fs::read_to_string(&operation).unwrap();
    fs::write(
        &operation,
        text.replace("x-acs-class: delete", "x-acs-class: remove"),
    )
    .unwrap();
    let (code, _, errors) = run_check(&specs, &[]);
    assert_eq!(code, Some(1));
    let of = |file: &str| errors.iter().filter(|line| line.contains(file)).count();
    assert_eq!(
        of("--> fixture-roa/2024-01-01/glossary.yaml:1:1"),
        1,
        "{errors:?}"
    );
    assert_eq!(of("operations/DeleteCluster.yaml"), 1, "{errors:?}");
    assert_eq!(of("--> glossary.yaml:"), 1, "{errors:?}");
}
