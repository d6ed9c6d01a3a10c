//! The command line of the maintainer tasks: help, exit codes, and where messages go.
#![cfg(test)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use xtask::repository;
use xtask::tasks::TASKS;

/// Runs the program in the root of the repository.
fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .current_dir(repository::root())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn help_lists_every_task() {
    for arguments in [["--help"], ["-h"], ["help"]] {
        let output = xtask(&arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        let help = text(&output.stdout);
        for task in TASKS {
            assert!(
                help.contains(&format!("\n  {}", task.name)),
                "{} in {help}",
                task.name
            );
        }
    }
}

#[test]
fn every_task_has_its_own_help() {
    for task in TASKS {
        let output = xtask(&[task.name, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{}", task.name);
        let help = text(&output.stdout);
        assert!(
            help.contains(&format!("Usage: cargo xtask {}", task.name)),
            "{help}"
        );
        assert!(help.contains("--help"), "{help}");
        assert!(output.stderr.is_empty());
    }
}

#[test]
fn a_wrong_command_line_exits_with_2_and_refers_to_the_help() {
    for arguments in [&[] as &[&str], &["codgen"], &["--verbose"]] {
        let output = xtask(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).ends_with("see `cargo xtask --help`\n"));
        assert!(output.stdout.is_empty());
    }
    for task in TASKS {
        let output = xtask(&[task.name, "--no-such-option"]);
        assert_eq!(output.status.code(), Some(2), "{}", task.name);
        let help = format!("see `cargo xtask {} --help`\n", task.name);
        assert!(text(&output.stderr).ends_with(&help), "{}", task.name);
    }
}

#[test]
fn check_exits_with_1_when_a_specification_is_invalid() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("broken-spec");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("openapi.yaml"), "openapi: 3.0.0\n").unwrap();
    let output = xtask(&["check", dir.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let messages = text(&output.stderr);
    assert!(messages.contains("openapi.yaml:1:10"), "{messages}");
    assert!(messages.contains("1 | openapi: 3.0.0"), "{messages}");
}

#[test]
fn check_accepts_the_specifications_of_the_repository() {
    let output = xtask(&["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("oos/2019-06-01: "));
}

#[test]
fn import_reports_what_it_wrote_before_it_failed() {
    let specs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("import-fails");
    let broken = specs.join("garden/2023-01-15");
    let _ = std::fs::remove_dir_all(&specs);
    std::fs::create_dir_all(&broken).unwrap();
    std::fs::write(broken.join("openapi.yaml"), "openapi: 3.0.0\n").unwrap();
    let output = xtask(&[
        "import",
        "xtask/tests/metadata/garden.json",
        "xtask/tests/metadata/shop.json",
        "--specs",
        specs.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("openapi.yaml:1:10"));
    let report = text(&output.stdout);
    assert!(
        report.contains("wrote shop/2024-05-01/openapi.yaml"),
        "{report}"
    );
}

#[test]
fn import_names_an_invalid_file_and_ignores_a_byte_order_mark() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-metadata");
    std::fs::create_dir_all(&dir).unwrap();
    let file = dir.join("api-docs.json");
    std::fs::write(&file, "<html>").unwrap();
    let arguments = ["import", file.to_str().unwrap(), "--dry-run"];
    let output = xtask(&arguments);
    assert_eq!(output.status.code(), Some(1));
    let report = text(&output.stdout);
    let place = file.display();
    assert!(
        report.starts_with(&format!(
            "{place}: 0 operations, 1 refused\n  error: {place} $: not valid JSON"
        )),
        "{report}"
    );
    let sound = r#"{ "info": { "style": "RPC", "product": "Marked", "version": "2024-01-01" } }"#;
    std::fs::write(&file, format!("\u{feff}{sound}")).unwrap();
    let output = xtask(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(text(&output.stdout).starts_with("marked 2024-01-01: 0 operations\n"));
}

#[test]
fn policy_prints_the_document_and_refuses_unknown_operations() {
    let output = xtask(&[
        "policy",
        "--product",
        "oos",
        "--region",
        "cn-hangzhou",
        "ListInstancePackageStates",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let policy: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let statement = &policy["Statement"][0];
    assert_eq!(statement["Action"][0], "oos:ListInstancePackageStates");
    let resource = statement["Resource"][0].as_str().unwrap();
    assert!(resource.starts_with("acs:oos:cn-hangzhou:*:"), "{resource}");

    let output = xtask(&["policy", "--product", "oos", "NoSuchOperation"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("NoSuchOperation"));
}

#[test]
fn docs_report_counts_every_place_once() {
    let output = xtask(&[
        "docs-report",
        "--product",
        "oos",
        "--format",
        "json",
        "--list",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let service = &report["services"][0];
    let files = repository::root().join("api-specs/oos/2019-06-01/operations");
    let files = std::fs::read_dir(files).unwrap().count();
    assert_eq!(service["operations"]["total"], files);
    let permissions = service["permissions"].as_object().unwrap();
    let known: Vec<&str> = permissions.keys().map(String::as_str).collect();
    assert_eq!(known, ["documented", "none", "unknown"]);
    let sum: u64 = permissions.values().filter_map(|n| n.as_u64()).sum();
    assert_eq!(sum, files as u64);
    let mut without = 0;
    for kind in ["operations", "parameters", "fields"] {
        let count = |source: &str| service[kind][source].as_u64().unwrap();
        assert!(count("total") > 0);
        let words = count("own") + count("service-glossary") + count("common-glossary");
        assert_eq!(count("words"), words, "{kind}");
        assert_eq!(count("any"), words + count("facts"), "{kind}");
        assert_eq!(count("any") + count("none"), count("total"), "{kind}");
        without += count("facts") + count("none");
    }
    let most_used = |count: &str| service["most-used"][count].as_u64().unwrap();
    assert!(most_used("total") >= 25);
    without += most_used("total") - most_used("complete");
    let places = service["places"].as_array().unwrap();
    assert_eq!(places.len() as u64, without);
    let located = |place: &serde_json::Value| place.as_str().unwrap().contains(".yaml:");
    assert!(places.iter().all(located), "{places:?}");

    let output = xtask(&["docs-report"]);
    let report = text(&output.stdout);
    assert!(
        report
            .split("\n\n")
            .any(|service| service.starts_with("oos 2019-06-01\n"))
    );
    let output = xtask(&["docs-report", "--product", "ooss"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("has no product `ooss`"));
}

/// The fixtures have a common glossary, and one of them has its own.
#[test]
fn docs_report_tells_glossaries_apart_and_fails_below_a_minimum() {
    let specs = repository::root().join("tests/fixtures/specs");
    let specs = specs.to_str().unwrap();
    let report = |more: &[&str]| {
        let mut arguments = vec!["docs-report", "--specs", specs];
        arguments.extend(more);
        xtask(&arguments)
    };
    let output = report(&["--product", "fixture", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let fields = &json["services"][0]["fields"];
    for source in ["own", "service-glossary", "common-glossary", "none"] {
        assert!(fields[source].as_u64().unwrap() > 0, "{source}: {fields}");
    }
    let text_of = text(&report(&["--product", "fixture"]).stdout);
    let header = text_of.lines().nth(1).unwrap().split("  ");
    let names: Vec<&str> = header.map(str::trim).filter(|n| !n.is_empty()).collect();
    assert_eq!(
        names,
        [
            "total",
            "own",
            "service glossary",
            "common glossary",
            "facts",
            "none",
            "words",
            "any"
        ]
    );

    let output = report(&["--min", "fields.own=10", "--min", "operations.any=50"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let output = report(&["--min", "fields.any=99.5", "--min", "parameters.words=1"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = text(&output.stderr);
    let lines: Vec<&str> = errors.lines().collect();
    assert!(
        lines[0].starts_with("error: fixture 2024-01-01: ")
            && lines[0].ends_with(" % of fields have words or facts, expected at least 99.5 %"),
        "{lines:?}"
    );
    assert_eq!(text(&output.stdout), text(&report(&[]).stdout));
    for wrong in [
        "fields=80",
        "field.own=80",
        "fields.facts=80",
        "fields.own=101",
        "fields.own=all",
        "most-used.own=1",
        "most-used=101",
    ] {
        let output = report(&["--min", wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        let expected = format!(
            "error: invalid --min \"{wrong}\": expected a value such as parameters.words=80 or \
             most-used=100\n"
        );
        assert!(text(&output.stderr).starts_with(&expected), "{wrong}");
    }
}

#[test]
fn corpus_takes_one_level_of_checks() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let product = dir.join("garden/2023-01-15");
    std::fs::create_dir_all(&product).unwrap();
    std::fs::copy(
        repository::root().join("xtask/tests/metadata/garden.json"),
        product.join("api-docs.json"),
    )
    .unwrap();
    let dir = dir.to_str().unwrap();
    let output = xtask(&["corpus", dir, "--check", "none", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["clean"], 1);
    assert_eq!(summary["checkSeconds"], 0.0);
    assert!(summary["printingSeconds"].is_number(), "{summary}");

    let output = xtask(&["corpus", dir, "--check", "some"]);
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    let expected = "error: invalid --check \"some\": expected none, check, clippy or all\n";
    assert!(message.starts_with(expected), "{message}");
}

#[test]
fn a_missing_argument_is_named() {
    for (arguments, expected) in [
        (&[] as &[&str], "error: no task given\n"),
        (&["import"], "error: no FILE given\n"),
        (&["corpus"], "error: no DIR given\n"),
        (&["policy", "ListX"], "error: no --product given\n"),
        (
            &["policy", "--product", "oos"],
            "error: no OPERATION given\n",
        ),
        (&["diff", "one"], "error: expected OLD and NEW\n"),
    ] {
        let output = xtask(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let message = text(&output.stderr);
        assert!(message.starts_with(expected), "{arguments:?}: {message}");
    }
}

#[test]
fn check_lists_stand_ins_and_equal_crates_with_their_place() {
    let specs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stand-ins");
    let _ = std::fs::remove_dir_all(&specs);
    let file = specs.with_extension("json");
    let operation = |parameter: &str| {
        serde_json::json!({
            "summary": "Does something.", "methods": ["post"],
            "parameters": [{ "name": parameter, "in": "query", "schema": { "type": "string" } }],
            "responses": { "200": { "schema": { "type": "object" } } },
        })
    };
    let specs_path = specs.to_str().unwrap();
    for (product, name) in [
        ("Odd", "alibabacloud-odd"),
        ("Odd-Model", "alibabacloud-even"),
    ] {
        let metadata = serde_json::json!({
            "info": { "style": "RPC", "product": product, "version": "2024-01-01" },
            "apis": { "Config": operation("Send"), "GetThing": operation("Name") },
            "endpoints": [],
        });
        std::fs::write(&file, metadata.to_string()).unwrap();
        let file = file.to_str().unwrap();
        let output = xtask(&["import", file, "--specs", specs_path, "--crate", name]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    }
    let output = xtask(&["check", "--imported", "--specs", specs_path]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let lines = text(&output.stdout);
    let file = format!("{specs_path}/odd/2024-01-01/operations/Config.yaml");
    let config = std::fs::read_to_string(&file).unwrap();
    let line = |end: &str| 1 + config.lines().position(|line| line.ends_with(end)).unwrap();
    for expected in [
        format!(
            "note: {file}:{}:16: Config: `Config` is `config_` in Rust: ",
            line("operationId: Config")
        ),
        format!(
            "note: {file}:{}:13: Config.Send: `Send` is `send_` in Rust: ",
            line("name: Send")
        ),
    ] {
        assert!(lines.contains(&expected), "{expected} in {lines}");
    }

    let main = specs.join("odd-model/2024-01-01/openapi.yaml");
    let changed = std::fs::read_to_string(&main).unwrap();
    let changed = changed.replace("alibabacloud-even", "alibabacloud-odd-model");
    std::fs::write(&main, changed).unwrap();
    let output = xtask(&["check", "--imported", "--specs", specs_path]);
    assert_eq!(output.status.code(), Some(1));
    let message = text(&output.stderr);
    assert!(
        message.contains("both make the crate `alibabacloud-odd-model`"),
        "{message}"
    );
}

/// A list of operations without the documentation that they must have, or no list.
#[test]
fn docs_report_checks_the_most_used_operations() {
    let specs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("most-used");
    let version = specs.join("fixture-roa/2024-01-01");
    let source = repository::root().join("tests/fixtures/specs/fixture-roa/2024-01-01");
    let _ = std::fs::remove_dir_all(&specs);
    std::fs::create_dir_all(version.join("operations")).unwrap();
    for directory in [".", "operations"] {
        for file in std::fs::read_dir(source.join(directory)).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                let target = version.join(directory).join(file.file_name());
                std::fs::copy(file.path(), target).unwrap();
            }
        }
    }
    let report = |more: &[&str]| {
        let mut arguments = vec!["docs-report", "--specs", specs.to_str().unwrap()];
        arguments.extend(more);
        xtask(&arguments)
    };
    let minimum = ["--min", "most-used=50"];
    let output = report(&minimum);
    assert_eq!(output.status.code(), Some(1));
    let expected =
        "error: fixture-roa 2024-01-01: decisions.yaml has no list `most-used`\n".to_owned();
    assert_eq!(text(&output.stderr), expected);

    let list = "most-used:\n  - PutFile\n  - createCluster\n";
    std::fs::write(version.join("decisions.yaml"), list).unwrap();
    let output = report(&["--list"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let stdout = text(&output.stdout);
    assert!(
        stdout.contains("\nmost-used         2         0   0.0 % complete\n"),
        "{stdout}"
    );
    let file = version.join("operations/createCluster.yaml");
    let line = format!(
        "{}:2:16: createCluster (most-used: no description, no related operation)\n",
        file.display()
    );
    assert!(stdout.contains(&line), "{line} is not in\n{stdout}");
    let output = report(&minimum);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr),
        "error: fixture-roa 2024-01-01: 0.0 % of the most used operations are documented \
         completely, expected at least 50 %; not complete: PutFile, createCluster\n"
    );
    let described = std::fs::read_to_string(&file).unwrap().replace(
        "  x-acs-class",
        "  description: Nodes join later, see `PutFile`.\n  x-acs-class",
    );
    std::fs::write(&file, described).unwrap();
    let output = report(&minimum);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn diff_with_a_program_reports_only_what_it_calls() {
    let old = repository::root().join("tests/fixtures/specs/fixture-roa/2024-01-01");
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("diff-binary");
    let new = place.join("fixture-roa/2024-01-01");
    fs::create_dir_all(new.join("operations")).unwrap();
    let change = "  x-acs-changes:\n    - date: \"2024-05-02\"\n      kinds: [parameter-removed]\n      \
                  description: It changed.\n  responses:\n";
    for file in fs::read_dir(old.join("operations")).unwrap() {
        let file = file.unwrap();
        let text = fs::read_to_string(file.path()).unwrap();
        let text = text
            .replace("name: verbose", "name: detailed")
            .replace("  responses:\n", change);
        fs::write(new.join("operations").join(file.file_name()), text).unwrap();
    }
    let main = fs::read_to_string(old.join("openapi.yaml")).unwrap();
    fs::write(
        new.join("openapi.yaml"),
        main.replace("        size:", "        count:"),
    )
    .unwrap();

    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    let diff = |called: &[&str]| {
        let program = place.join("program");
        let markers = called
            .iter()
            .map(|name| format!("..\u{1f}acs1:fixture-roa/2024-01-01/{name}\u{1e}"));
        fs::write(&program, markers.collect::<String>()).unwrap();
        let output = xtask(&["diff", old, new, "--binary", program.to_str().unwrap()]);
        let places = text(&output.stdout);
        let places = places.lines().filter(|line| line.contains("luster"));
        let places: Vec<String> = places.map(str::to_owned).collect();
        (output.status.code(), places, text(&output.stderr))
    };
    let has = |lines: &[String], part: &str| lines.iter().any(|line| line.contains(part));

    let (code, lines, _) = diff(&["DescribeCluster"]);
    assert_eq!(code, Some(1));
    for part in [
        "DescribeCluster?verbose",
        "#Cluster.size",
        "DescribeCluster: It changed.",
    ] {
        assert!(has(&lines, part), "{part} in {lines:?}");
    }
    assert!(!has(&lines, "DeleteCluster"), "{lines:?}");

    let (code, lines, _) = diff(&["DeleteCluster"]);
    assert_eq!(code, Some(0));
    assert_eq!(lines, ["  2024-05-02 DeleteCluster: It changed."]);

    let (code, lines, notes) = diff(&["Other"]);
    assert_eq!((code, lines.is_empty()), (Some(0), true), "{lines:?}");
    assert!(
        notes.contains("calls no operation of fixture-roa 2024-01-01"),
        "{notes}"
    );

    let (code, _, error) = diff(&[]);
    assert_eq!(code, Some(1));
    assert!(error.contains("contains no operation"), "{error}");
}

#[test]
fn policy_of_a_program_is_checked_against_a_document() {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("policy-binary");
    fs::create_dir_all(&place).unwrap();
    let (program, document) = (place.join("program"), place.join("policy.json"));
    let markers = [
        "oos/2019-06-01/GetTemplate",
        "ecs/2014-05-26/NewerThanThis",
        "raw",
    ];
    let markers = markers.map(|name| format!("..\u{1f}acs1:{name}\u{1e}"));
    fs::write(&program, markers.concat()).unwrap();
    let policy = |options: &[&str]| {
        let base = ["policy", "--binary", program.to_str().unwrap()];
        xtask(&[&base, options].concat())
    };

    let output = policy(&["--region", "cn-hangzhou"]);
    assert_eq!(output.status.code(), Some(0));
    let written: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let statements = written["Statement"].as_array().unwrap();
    assert_eq!(
        statements[0]["Action"],
        serde_json::json!(["oos:GetTemplate"])
    );
    assert_eq!(
        statements[1]["Action"],
        serde_json::json!(["ecs:NewerThanThis"])
    );
    let notes = text(&output.stderr);
    for part in ["call_raw", "ecs:NewerThanThis is not documented"] {
        assert!(notes.contains(part), "{notes}");
    }

    fs::write(&document, &output.stdout).unwrap();
    let check = ["--check", document.to_str().unwrap()];
    assert_eq!(policy(&check).status.code(), Some(0));
    fs::write(
        &document,
        text(&output.stdout).replace("GetTemplate", "ListTemplates"),
    )
    .unwrap();
    let output = policy(&check);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(
        error.contains("does not allow oos:GetTemplate on acs:oos:*:*:template/*"),
        "{error}"
    );
    assert!(
        error.contains("allows oos:ListTemplates, which is not needed"),
        "{error}"
    );

    for (format, part) in [
        (
            "terraform",
            "data \"alicloud_ram_policy_document\" \"program\" {",
        ),
        (
            "markdown",
            "| `oos/2019-06-01/GetTemplate` | `oos:GetTemplate` |",
        ),
    ] {
        let output = policy(&["--format", format]);
        assert!(
            text(&output.stdout).contains(part),
            "{}",
            text(&output.stdout)
        );
    }
    let output = policy(&["--format", "yaml"]);
    assert_eq!(output.status.code(), Some(2));
}
