//! The generator, tested with the fixture services in `tests/fixtures/specs`.
//!
//! Their generated crates are committed and compile with the workspace. The snapshots show the
//! output for each construct without documentation, so that a change of the generator is visible
//! construct by construct.
#![cfg(test)]

use alibabacloud_codegen::emit::{Dependencies, Layout};
use alibabacloud_codegen::files::Obsolete;
use alibabacloud_codegen::{Selection, find, generate, lower};
use alibabacloud_spec::{Operation, Service};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use xtask::cli::{Arguments, Failure, Outcome, TaskStatus};
use xtask::codegen::{self, generate_all};
use xtask::repository::root;

fn fixtures() -> PathBuf {
    root().join("tests/fixtures/specs")
}

fn layout() -> Layout {
    Layout {
        dependencies: Dependencies::Workspace,
        publish: false,
        extended: BTreeSet::new(),
    }
}

fn fixture() -> Service {
    Service::load(&fixtures().join("fixture/2024-01-01")).unwrap()
}

fn run(arguments: &[&str]) -> Outcome {
    codegen::run(Arguments::from_args(arguments))
}

/// Creates an empty directory for a test.
fn scratch(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("acs-xtask-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn committed_fixture_crates_are_up_to_date() {
    let specs = find(&fixtures(), &[]).unwrap();
    let files = generate_all(&specs, &layout()).unwrap();
    let plan = files
        .plan(
            &root().join("tests/fixtures/crates"),
            Obsolete::Delete("specs"),
        )
        .unwrap();
    let command = "cargo xtask codegen --specs tests/fixtures/specs --out tests/fixtures/crates";
    assert!(plan.changes.is_empty(), "{}", plan.report(command));
}

#[test]
fn committed_crates_are_up_to_date() {
    let specs = find(&root().join("api-specs"), &[]).unwrap();
    let layout = Layout {
        publish: true,
        extended: codegen::extended(&root().join("crates")).unwrap(),
        ..layout()
    };
    let files = generate_all(&specs, &layout).unwrap();
    let plan = files
        .plan(&root().join("crates"), Obsolete::Delete("api-specs"))
        .unwrap();
    assert!(
        plan.changes.is_empty(),
        "{}",
        plan.report("cargo xtask codegen")
    );
}

#[test]
fn output_is_the_same_each_time() {
    let texts = || {
        let specs = find(&fixtures(), &[]).unwrap();
        let files = generate_all(&specs, &layout()).unwrap();
        files
            .iter()
            .map(|(path, text)| format!("{path}\n{text}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(), texts());
}

/// The output for each construct: the types of the model, the definition of the operation, and its
/// pagination.
#[test]
fn constructs() {
    let specs = find(&fixtures(), &[]).unwrap();
    let files = generate_all(&specs, &layout()).unwrap();
    let mut seen = 0;
    for (path, text) in files
        .iter()
        .filter(|(path, _)| path.contains("/src/operation/") && !path.ends_with("/mod.rs"))
    {
        let model = path.replacen("/src/operation/", "-model/src/", 1);
        let (_, types) = files.iter().find(|(path, _)| *path == model).unwrap();
        let name = Path::new(path).file_stem().unwrap().to_str().unwrap();
        let shown = format!("{}\n{}", essence(types), data(text));
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "snapshots/codegen" }, {
            insta::assert_snapshot!(name, shown);
        });
        seen += 1;
    }
    assert_eq!(seen, 33);
}

/// Removes documentation, attributes and imports.
fn essence(text: &str) -> String {
    let kept = text.lines().filter(|line| {
        let line = line.trim_start();
        let omitted = ["//", "#[", "#![", "use "];
        !line.is_empty() && !omitted.iter().any(|start| line.starts_with(start))
    });
    kept.fold(String::new(), |text, line| text + line + "\n")
}

/// Returns the definition of the operation and the implementation of its pagination.
fn data(text: &str) -> String {
    let from = |start: &str, end: &str| {
        let begin = text.find(start)?;
        let length = text[begin..].find(end)? + end.len();
        Some(essence(&text[begin..begin + length]))
    };
    let operation = from("static OPERATION", ";\n").unwrap();
    operation + &from("impl Paginated", "\n}\n").unwrap_or_default()
}

/// A method that is not inlined is compiled with the crate, together with the tables of all types
/// that it uses: for all operations instead of those that a program calls.
#[test]
fn every_method_of_an_operation_is_inlined() {
    let specs = find(&fixtures(), &[]).unwrap();
    let files = generate_all(&specs, &layout()).unwrap();
    let operations = files
        .iter()
        .filter(|(path, _)| path.contains("/src/operation/") && !path.ends_with("/mod.rs"));
    for (path, text) in operations {
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2) {
            let method =
                pair[1].starts_with("    ") && pair[1].contains("fn ") && pair[1].contains('(');
            let in_docs = pair[1].trim_start().starts_with("//");
            assert!(
                !method || in_docs || pair[0].trim() == "#[inline]",
                "{path}: {}",
                pair[1]
            );
        }
    }
}

#[test]
fn the_shared_module() {
    let specs = find(&fixtures(), &["fixture".to_owned()]).unwrap();
    let files = generate_all(&specs, &layout()).unwrap();
    let (_, text) = files
        .iter()
        .find(|(path, _)| path.ends_with("/shared.rs"))
        .unwrap();
    assert!(
        !text.contains("Unused"),
        "a schema without references does not become a type"
    );
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "snapshots/codegen" }, {
        insta::assert_snapshot!("shared_module", essence(text));
    });
}

fn operation_mut<'s>(service: &'s mut Service, name: &str) -> &'s mut Operation {
    let operations = &mut service.operations;
    operations.iter_mut().find(|o| o.name == name).unwrap()
}

#[test]
fn problems_are_all_reported_with_their_place() {
    let mut service = fixture();
    let styles = operation_mut(&mut service, "Styles");
    styles.arguments.push("Nowhere".to_owned());
    operation_mut(&mut service, "Enums").method = "TRACE".to_owned();
    let error = generate(&service, "specs/fixture/2024-01-01", &layout()).unwrap_err();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "snapshots/codegen" }, {
        insta::assert_snapshot!("conflicts", error.to_string());
    });
}

#[test]
fn names_with_another_use_get_stand_ins() {
    let mut service = fixture();
    let parameter = |name: &str, chosen: Option<&str>| {
        let mut parameter = service.operation("Scalars").unwrap().parameters[0].clone();
        parameter.name = name.to_owned();
        parameter.schema.rust_name = chosen.map(str::to_owned);
        parameter
    };
    let added = [
        parameter("Send", None),
        parameter("by-item", Some("item_filter")),
        parameter("with-options", None),
        parameter("key", None),
        parameter("Key", None),
    ];
    operation_mut(&mut service, "Scalars")
        .parameters
        .extend(added);
    operation_mut(&mut service, "Strings").name = "call_raw".to_owned();
    operation_mut(&mut service, "Styles").name = "Config".to_owned();
    operation_mut(&mut service, "Nesting").rust_name = Some("DescribeNests".to_owned());
    // Its waiter would repeat that the operation below has another name.
    service.waiters.clear();
    operation_mut(&mut service, "Enums").name = "map-root".to_owned();
    let lowered = lower::lower(&service, "specs/fixture/2024-01-01").unwrap();
    let shown: Vec<String> = lowered.stand_ins.iter().map(ToString::to_string).collect();
    let taken = "the name has another use in generated crates, or another operation has it";
    let expected = [
        format!("Config: `Config` is `config_` in Rust: {taken}"),
        format!("Config: `Config` is `ConfigRequest` in Rust: {taken}"),
        format!("call_raw: `call_raw` is `call_raw_` in Rust: {taken}"),
        format!("map-root: `map-root` is `map_root_2` in Rust: {taken}"),
        format!("map-root: `map-root` is `MapRoot2` in Rust: {taken}"),
        "Scalars.Send: `Send` is `send_` in Rust: the request builder has a method of the name"
            .to_owned(),
        "Scalars.with-options: `with-options` is `with_options_` in Rust: the request builder has \
         a method of the name"
            .to_owned(),
        "Scalars.key: `key` is `key_2` in Rust: another field has the name".to_owned(),
    ];
    for line in &expected {
        assert!(shown.contains(line), "{line} in {shown:#?}");
    }
    assert!(
        !shown.iter().any(|line| line.contains("by-item")),
        "{shown:#?}"
    );
    let nesting = lowered.operations.iter().find(|o| o.name == "Nesting");
    assert_eq!(nesting.unwrap().module, "describe_nests");
    assert_eq!(nesting.unwrap().input.name, "DescribeNestsInput");
}

#[test]
fn crates_never_collide() {
    let specs = scratch("clash").join("specs");
    for (product, name) in [
        ("one", "alibabacloud-one"),
        ("two", "alibabacloud_one_model"),
        ("three", "alibabacloud-one"),
    ] {
        let target = specs.join(product);
        copy(&fixtures().join("fixture-roa"), &target);
        let main = target.join("2024-01-01/openapi.yaml");
        let text = fs::read_to_string(&main).unwrap();
        let text = text.replace("alibabacloud-fixture-roa", name);
        fs::write(&main, text).unwrap();
    }
    let error = generate_all(&find(&specs, &[]).unwrap(), &layout()).unwrap_err();
    let Failure::Failed(message) = error else {
        panic!("{error:?}")
    };
    for expected in [
        "specs/three/2024-01-01 and specs/one/2024-01-01 both make the crate `alibabacloud-one`",
        "specs/two/2024-01-01 and specs/three/2024-01-01 both make the crate \
         `alibabacloud_one_model`",
    ] {
        assert!(message.contains(expected), "{message}");
    }
    fs::remove_dir_all(specs.parent().unwrap()).unwrap();
}

#[cfg(unix)]
#[test]
fn a_directory_name_with_a_line_break_is_refused() {
    let specs = scratch("line-break").join("specs");
    copy(&fixtures().join("fixture-roa"), &specs.join("roa\nx"));
    let message = find(&specs, &[]).unwrap_err().to_string();
    assert!(message.contains(r#"specs/roa\nx/2024-01-01"#), "{message}");
    fs::remove_dir_all(specs.parent().unwrap()).unwrap();
}

#[test]
fn crates_of_other_specifications_stay() {
    let out = scratch("two-specs");
    let crates = out.join("crates");
    let crates_path = crates.to_str().unwrap();
    for (specs, product) in [("mine", "fixture-roa"), ("yours", "fixture")] {
        let specs = out.join(specs);
        copy(&fixtures().join(product), &specs.join(product));
        let arguments = ["--specs", specs.to_str().unwrap(), "--out", crates_path];
        assert_eq!(run(&arguments).unwrap(), TaskStatus::Clean);
    }
    let roa = crates.join("alibabacloud-fixture-roa/Cargo.toml");
    let fixture = crates.join("alibabacloud-fixture/Cargo.toml");
    assert!(roa.is_file() && fixture.is_file());

    // A product that is gone is deleted on request, and only by its own specifications.
    let mine = out.join("mine");
    fs::rename(mine.join("fixture-roa"), mine.join("other")).unwrap();
    let main = mine.join("other/2024-01-01/openapi.yaml");
    let text = fs::read_to_string(&main).unwrap();
    fs::write(
        &main,
        text.replace("alibabacloud-fixture-roa", "alibabacloud-other"),
    )
    .unwrap();
    let arguments = ["--specs", mine.to_str().unwrap(), "--out", crates_path];
    assert_eq!(run(&arguments).unwrap(), TaskStatus::Clean);
    assert!(roa.is_file(), "without --prune");
    let check: Vec<&str> = arguments.iter().copied().chain(["--check"]).collect();
    assert_eq!(run(&check).unwrap(), TaskStatus::Findings);
    let prune: Vec<&str> = arguments.iter().copied().chain(["--prune"]).collect();
    assert_eq!(run(&prune).unwrap(), TaskStatus::Clean);
    assert!(!roa.exists() && fixture.is_file());
    fs::remove_dir_all(out).unwrap();
}

#[test]
fn check_reports_differences_and_writes_nothing() {
    let out = scratch("check");
    let specs = fixtures();
    let (specs, path) = (specs.to_str().unwrap(), out.to_str().unwrap());
    let arguments = ["--specs", specs, "--product", "fixture-roa", "--out", path];
    let check: Vec<&str> = arguments.iter().copied().chain(["--check"]).collect();

    assert_eq!(run(&check).unwrap(), TaskStatus::Findings);
    assert_eq!(
        fs::read_dir(&out).unwrap().count(),
        0,
        "--check writes nothing"
    );
    assert_eq!(run(&arguments).unwrap(), TaskStatus::Clean);
    assert_eq!(run(&check).unwrap(), TaskStatus::Clean);

    let edited = out.join("alibabacloud-fixture-roa/src/client.rs");
    let text = fs::read_to_string(&edited).unwrap();
    fs::write(&edited, text.replace("roa", "rpc")).unwrap();
    assert_eq!(run(&check).unwrap(), TaskStatus::Findings, "a hand edit");
    assert_eq!(run(&arguments).unwrap(), TaskStatus::Clean);
    assert_eq!(fs::read_to_string(&edited).unwrap(), text);

    let stale = out.join("alibabacloud-fixture-roa/src/operation/gone.rs");
    fs::write(&stale, &text).unwrap();
    assert_eq!(
        run(&check).unwrap(),
        TaskStatus::Findings,
        "an obsolete file"
    );
    assert_eq!(run(&arguments).unwrap(), TaskStatus::Clean);
    assert!(!stale.exists());
    fs::remove_dir_all(out).unwrap();
}

#[test]
fn an_invalid_specification_changes_no_files() {
    let out = scratch("broken");
    let specs = out.join("specs");
    for name in ["fixture-roa", "broken"] {
        copy(&fixtures().join("fixture-roa"), &specs.join(name));
    }
    let file = specs.join("broken/2024-01-01/operations/DeleteCluster.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        text.replace("x-acs-class: delete", "x-acs-class: remove"),
    )
    .unwrap();
    let crates = out.join("crates");
    let (specs, crates_path) = (specs.to_str().unwrap(), crates.to_str().unwrap());
    let failure = run(&["--specs", specs, "--out", crates_path]).unwrap_err();
    let Failure::Failed(message) = failure else {
        panic!("{failure:?}")
    };
    assert!(message.contains("DeleteCluster.yaml:"), "{message}");
    assert!(message.ends_with("nothing was written"), "{message}");
    assert!(!crates.exists());
    fs::remove_dir_all(out).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn crates_elsewhere_depend_on_versions_or_paths() {
    let out = scratch("elsewhere");
    let specs = fixtures();
    let crates = out.join("crates");
    let arguments = [
        "--specs",
        specs.to_str().unwrap(),
        "--product",
        "fixture-roa",
        "--out",
        crates.to_str().unwrap(),
    ];
    run(&arguments).unwrap();
    let manifest =
        || fs::read_to_string(crates.join("alibabacloud-fixture-roa/Cargo.toml")).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let by_version = format!(
        "alibabacloud-core = {{ version = \"{version}\", default-features = false, features = [\"client\"] }}\n"
    );
    assert!(manifest().contains(&by_version), "{}", manifest());

    let core = root().join("crates");
    let by_path: Vec<&str> = arguments
        .iter()
        .copied()
        .chain(["--core-path", core.to_str().unwrap()])
        .collect();
    run(&by_path).unwrap();
    let manifest = manifest();
    let line = manifest
        .lines()
        .find(|line| line.starts_with("alibabacloud-core"))
        .unwrap();
    let path = line.split('"').nth(1).unwrap();
    assert!(
        crates
            .join("alibabacloud-fixture-roa")
            .join(path)
            .join("Cargo.toml")
            .is_file(),
        "{line}"
    );
    fs::remove_dir_all(out).unwrap();
}

/// The arguments that generate `fixture-roa` into a directory.
fn elsewhere<'a>(specs: &'a str, out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let all = ["--specs", specs, "--product", "fixture-roa", "--out", out];
    all.into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn private_crates_depend_on_a_version_a_commit_or_a_directory() {
    let out = scratch("private");
    let specs = fixtures();
    let (specs, path) = (specs.to_str().unwrap(), out.to_str().unwrap());
    let line = |package: &str, more: &[&str]| {
        run(&elsewhere(specs, path, more)).unwrap();
        let text = fs::read_to_string(out.join(package).join("Cargo.toml")).unwrap();
        let mut lines = text.lines().filter(|line| {
            line.starts_with("alibabacloud-core") || line.starts_with("alibabacloud-types")
        });
        lines.next().unwrap().to_owned()
    };
    let version = ["--core-version", "0.3"];
    assert_eq!(
        line("alibabacloud-fixture-roa-model", &version),
        "alibabacloud-types = { version = \"0.3\" }"
    );
    let git = [
        "--core-git",
        "https://example.com/sdk",
        "--core-rev",
        "v0.3.0",
    ];
    assert_eq!(
        line("alibabacloud-fixture-roa", &git),
        "alibabacloud-core = { git = \"https://example.com/sdk\", rev = \"v0.3.0\", \
         default-features = false, features = [\"client\"] }"
    );
    for (wrong, expected) in [
        (
            &["--core-git", "u"] as &[&str],
            "--core-git needs --core-rev",
        ),
        (&["--core-rev", "r"], "--core-rev needs --core-git"),
        (
            &["--core-version", "1", "--core-path", "."],
            "expected one of --core-version, --core-git and --core-path",
        ),
    ] {
        let failure = run(&elsewhere(specs, path, wrong));
        assert!(
            matches!(&failure, Err(Failure::Usage(message)) if message == expected),
            "{failure:?}"
        );
    }
    fs::remove_dir_all(out).unwrap();
}

#[test]
fn private_crates_have_the_licence_and_a_workspace() {
    let out = scratch("workspace");
    let specs = fixtures();
    let (specs, path) = (specs.to_str().unwrap(), out.to_str().unwrap());
    run(&elsewhere(specs, path, &["--workspace"])).unwrap();
    let licence = out.join("alibabacloud-fixture-roa/LICENSE-MIT");
    let text = fs::read_to_string(&licence).unwrap();
    assert_eq!(
        text,
        fs::read_to_string(root().join("LICENSE-MIT")).unwrap()
    );
    assert!(
        out.join("alibabacloud-fixture-roa-model/LICENSE-APACHE")
            .is_file()
    );
    let manifest = || fs::read_to_string(out.join("Cargo.toml")).unwrap();
    let members = "members = [\n    \"alibabacloud-fixture-roa\",\n    \
                   \"alibabacloud-fixture-roa-model\",\n]\n";
    assert!(manifest().ends_with(members), "{}", manifest());

    // Crates of other runs stay members, and an old licence is replaced.
    fs::write(&licence, "Copyright 1999\n").unwrap();
    let both = [
        "--specs",
        specs,
        "--product",
        "fixture",
        "--product",
        "fixture-roa",
        "--out",
        path,
    ];
    run(&both).unwrap();
    run(&elsewhere(specs, path, &["--workspace"])).unwrap();
    assert_eq!(fs::read_to_string(&licence).unwrap(), text);
    assert!(
        manifest().contains("\"alibabacloud-fixture\",\n"),
        "{}",
        manifest()
    );

    // A manifest that a person wrote is not replaced.
    fs::write(out.join("Cargo.toml"), "[workspace]\n").unwrap();
    let failure = run(&elsewhere(specs, path, &["--workspace"]));
    assert!(
        matches!(&failure, Err(Failure::Failed(message)) if message.contains("is not replaced")),
        "{failure:?}"
    );
    assert!(matches!(run(&["--workspace"]), Err(Failure::Usage(_))));
    fs::remove_dir_all(out).unwrap();
}

#[test]
fn a_file_named_like_a_licence_in_a_crate_of_a_person_stays() {
    let out = scratch("licence-by-hand");
    let specs = fixtures();
    let licence = out.join("alibabacloud-fixture-roa/LICENSE-MIT");
    fs::create_dir_all(licence.parent().unwrap()).unwrap();
    fs::write(&licence, "Mine\n").unwrap();
    let failure = run(&elsewhere(
        specs.to_str().unwrap(),
        out.to_str().unwrap(),
        &[],
    ));
    assert!(
        matches!(&failure, Err(Failure::Failed(message)) if message.contains("LICENSE-MIT")),
        "{failure:?}"
    );
    assert_eq!(fs::read_to_string(&licence).unwrap(), "Mine\n");
    fs::remove_dir_all(out).unwrap();
}

#[test]
fn single_operations_come_with_their_types_only() {
    let specs = find(&fixtures(), &[]).unwrap();
    let selected = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned());
        codegen::generate_selected(&specs, &layout(), Selection::new(names))
    };
    let generated = selected(&["DescribeCluster", "DeleteCluster"]).unwrap();
    let modules: Vec<&str> = generated
        .files
        .iter()
        .filter_map(|(path, _)| path.strip_prefix("alibabacloud-fixture-roa-model/src/"))
        .collect();
    assert_eq!(modules.first(), Some(&"delete_cluster.rs"), "{modules:?}");
    assert!(modules.contains(&"describe_cluster.rs"), "{modules:?}");
    let others = ["lib.rs", "shared.rs"];
    let extra = modules.iter().filter(|path| !others.contains(path)).count();
    assert_eq!(extra, 2, "{modules:?}");
    let paths: Vec<&str> = generated.files.iter().map(|(path, _)| path).collect();
    assert!(
        !paths
            .iter()
            .any(|path| path.starts_with("alibabacloud-fixture/")),
        "a product without any of the operations is left out"
    );

    let Err(Failure::Failed(message)) = selected(&["DescribeClusters", "DeleteCluster"]) else {
        panic!("accepted")
    };
    let expected = "error: no specification has the operation `DescribeClusters`; did you mean \
                    `DescribeCluster`?";
    assert!(message.contains(expected), "{message}");
    let failure = run(&["--operations", "DescribeCluster"]);
    assert!(
        matches!(&failure, Err(Failure::Usage(message)) if message == "--operations needs --out"),
        "{failure:?}"
    );
}

#[test]
fn waiters_need_their_operation() {
    let specs = find(&fixtures(), &["fixture".to_owned()]).unwrap();
    let service = fixture();
    let polled: BTreeSet<&str> = service
        .waiters
        .iter()
        .map(|w| w.operation.as_str())
        .collect();
    assert!(!polled.is_empty());
    let other = service
        .operations
        .iter()
        .find(|o| !polled.contains(o.name.as_str()));
    let has_waiters = |name: &str| {
        let selection = Selection::new([name.to_owned()]);
        let generated = codegen::generate_selected(&specs, &layout(), selection).unwrap();
        generated
            .files
            .iter()
            .any(|(path, _)| path.ends_with("/src/waiter.rs"))
    };
    assert!(has_waiters(&service.waiters[0].operation));
    assert!(!has_waiters(&other.unwrap().name));
}

#[test]
fn common_error_codes_are_in_every_service_without_its_own_file() {
    let out = scratch("common-errors");
    let specs = out.join("specs");
    copy(&fixtures().join("fixture-roa"), &specs.join("fixture-roa"));
    let codes = || {
        let files = generate_all(&find(&specs, &[]).unwrap(), &layout()).unwrap();
        let mut codes = files
            .iter()
            .filter(|(path, _)| path.ends_with("/src/error_code.rs"));
        codes
            .next()
            .map(|(_, text)| text.to_owned())
            .unwrap_or_default()
    };
    assert!(codes().contains("\"SignatureDoesNotMatch\""), "{}", codes());
    let own = "x-acs-errors:\n  - code: Teapot\n    status: 418\n    description: It is one.\n";
    fs::write(specs.join("common.yaml"), own).unwrap();
    assert!(codes().contains("\"Teapot\""), "{}", codes());
    assert!(!codes().contains("\"SignatureDoesNotMatch\""));
    fs::remove_dir_all(out).unwrap();
}

/// A body has no name on the wire: its example has the name in Rust, or `body`.
#[test]
fn examples_have_bodies() {
    let example = |operation: &str| {
        let path =
            format!("tests/fixtures/crates/alibabacloud-fixture-roa/src/operation/{operation}.rs");
        fs::read_to_string(root().join(path)).unwrap()
    };
    let named = "/// let output = client\n\
                 ///     .create_cluster(model::shared::Cluster::default().name(\"a\").size(3))\n";
    assert!(example("create_cluster").contains(named));
    let unnamed = "///     .body(model::resize_cluster::Body::default().size(5))\n";
    let text = example("resize_cluster");
    assert!(text.contains(unnamed), "{text}");
}

/// Words come from the text of a place, the glossary of the service, and the common one, in this
/// order; facts follow.
#[test]
fn glossaries_describe_what_has_no_own_words() {
    let read = |path: &str| {
        let path = format!("tests/fixtures/crates/alibabacloud-fixture{path}.rs");
        fs::read_to_string(root().join(path)).unwrap()
    };
    let by_number = read("-model/src/list_by_number");
    assert!(by_number.contains("/// Page to read, counted from 1.\n"));
    assert!(by_number.contains("/// Shown to people; not unique.\n"));
    assert!(!by_number.contains("Chosen by people"));
    let by_token = read("-model/src/list_by_token");
    assert!(by_token.contains("/// Shown in the list of groups.\n"));
    let enums = read("/src/operation/enums");
    let status = "/// State that a document is in.\n    ///\n    \
                  /// Required. Known values: `Running`, `stopped`.\n";
    assert!(enums.contains(status), "{enums}");
}

#[test]
fn the_common_glossary_is_that_of_the_directory_and_only_for_english() {
    let out = scratch("common-glossary");
    let specs = out.join("specs");
    copy(&fixtures().join("fixture-roa"), &specs.join("fixture-roa"));
    fs::write(
        specs.join("glossary.yaml"),
        "terms:\n  Name: Unique here.\n",
    )
    .unwrap();
    let has_words = || {
        let files = generate_all(&find(&specs, &[]).unwrap(), &layout()).unwrap();
        let mut texts = files.iter().map(|(_, text)| text);
        texts.any(|text| text.contains("/// Unique here."))
    };
    assert!(has_words());
    let main = specs.join("fixture-roa/2024-01-01/openapi.yaml");
    let text = fs::read_to_string(&main).unwrap();
    let chinese = text.replacen("info:\n", "info:\n  x-acs-language: zh\n", 1);
    fs::write(&main, chinese).unwrap();
    assert!(!has_words());
    // A glossary of the service is in its language.
    let own = main.with_file_name("glossary.yaml");
    fs::write(&own, "terms:\n  Name: Unique here.\n").unwrap();
    assert!(has_words());
    fs::write(&own, "terms: {}\nother: {}\n").unwrap();
    let error = generate_all(&find(&specs, &[]).unwrap(), &layout()).unwrap_err();
    let message = format!("{error:?}");
    assert!(message.contains("unknown key `other`"), "{message}");
    fs::remove_dir_all(out).unwrap();
}

#[test]
fn the_version_of_a_service_is_the_one_of_its_crates() {
    let mut service = fixture();
    service.crate_version = Some("2.3.4".to_owned());
    let files = generate(&service, "specs/fixture/2024-01-01", &layout()).unwrap();
    let text = |name: &str| {
        let path = format!("{name}/Cargo.toml");
        let mut files = files.iter().filter(|(file, _)| *file == path);
        files.next().unwrap().1.to_owned()
    };
    let version = "\nversion = \"2.3.4\"\n";
    assert!(text("alibabacloud-fixture").contains(version));
    assert!(text("alibabacloud-fixture-model").contains(version));
    assert!(text("alibabacloud-fixture").contains(
        "alibabacloud-fixture-model = { path = \"../alibabacloud-fixture-model\", version = \
         \"2.3.4\" }"
    ));
}

#[test]
fn a_hand_written_module_is_kept_and_declared() {
    let out = scratch("extended");
    let specs = fixtures();
    let arguments = [
        "--specs",
        specs.to_str().unwrap(),
        "--product",
        "fixture-roa",
        "--out",
        out.to_str().unwrap(),
    ];
    let source = out.join("alibabacloud-fixture-roa/src");
    fs::create_dir_all(&source).unwrap();
    fs::write(source.join("ext.rs"), "//! By hand.\n").unwrap();
    run(&arguments).unwrap();
    let library = fs::read_to_string(source.join("lib.rs")).unwrap();
    assert!(library.contains("\npub mod ext;\n"), "{library}");
    assert_eq!(
        fs::read_to_string(source.join("ext.rs")).unwrap(),
        "//! By hand.\n"
    );
    fs::remove_dir_all(out).unwrap();
}

#[test]
fn an_invalid_command_line_is_rejected() {
    assert!(matches!(run(&["--chekc"]), Err(Failure::Usage(_))));
    assert!(matches!(run(&["--help"]), Err(Failure::Help)));
    let specs = fixtures();
    let unknown = run(&["--specs", specs.to_str().unwrap(), "--product", "ghost"]);
    assert!(
        matches!(unknown, Err(Failure::Failed(message)) if message.contains("no product `ghost`"))
    );
    assert!(matches!(
        run(&["--core-path", "/nowhere"]),
        Err(Failure::Failed(_))
    ));
}
