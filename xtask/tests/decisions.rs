//! The checklist of each service, and the task that keeps it.
#![cfg(test)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use alibabacloud_spec::find_specs;
use support::{copy_of_the_repository, passes, text, xtask};
use xtask::decisions;
use xtask::repository::root;

/// Arguments, secrets, lists and idempotency tokens are promises: a service whose checklist is not
/// filled in, or says something else than its specification, is not released.
#[test]
fn every_service_has_a_filled_in_checklist_that_says_what_the_specification_says() {
    let mut open = Vec::new();
    for directory in find_specs(&root().join("api-specs")).unwrap() {
        match decisions::open(&directory) {
            Ok(None) => {}
            Ok(Some(state)) => open.push(format!("{}: {state}", directory.display())),
            Err(error) => open.push(format!("{}: {error:?}", directory.display())),
        }
    }
    assert!(
        open.is_empty(),
        "run `cargo xtask decisions`:\n{}",
        open.join("\n")
    );
}

const MAIN: &str = r#"openapi: 3.1.0
info:
  title: Kiosk Service
  version: "2024-01-01"
x-acs-product:
  code: kiosk
  crate: alibabacloud-kiosk
  style: rpc
servers:
  - url: https://kiosk.{region}.aliyuncs.com
    variables:
      region:
        default: cn-hangzhou
        enum:
          - cn-hangzhou
          - cn-hangzhou-test-306
x-acs-showcase: ListKiosks
paths:
  /#Action=CheckKiosk:
    $ref: operations/CheckKiosk.yaml
  /#Action=CreateKiosk:
    $ref: operations/CreateKiosk.yaml
  /#Action=ListKiosks:
    $ref: operations/ListKiosks.yaml
components:
  schemas:
    Lock:
      type: object
      properties:
        Password:
          type: string
          x-acs-sensitive: true
        RecoveryToken:
          type: string
"#;

const CHECK: &str = r#"post:
  operationId: CheckKiosk
  x-acs-class: action
  responses:
    "200":
      description: Ok.
      content:
        application/json:
          schema:
            type: object
            properties:
              Success:
                type: boolean
"#;

const CREATE: &str = r#"post:
  operationId: CreateKiosk
  x-acs-class: create
  x-acs-arguments:
    - Name
  x-acs-idempotency: ClientToken
  parameters:
    - name: Name
      in: query
      required: true
      schema:
        type: string
    - name: ClientToken
      in: query
      schema:
        type: string
    - name: Token
      in: query
      schema:
        type: string
    - name: Note
      in: query
      schema:
        type: string
        x-acs-sensitive: true
  responses:
    "200":
      description: Ok.
      content:
        application/json:
          schema:
            type: object
            properties:
              Lock:
                $ref: "../openapi.yaml#/components/schemas/Lock"
"#;

const LIST: &str = r#"post:
  operationId: ListKiosks
  x-acs-class: list
  x-acs-pagination:
    kind: token
    input: NextToken
    output: NextToken
    limit: MaxResults
    items: Kiosks
  parameters:
    - name: NextToken
      in: query
      schema:
        type: string
    - name: MaxResults
      in: query
      schema:
        type: integer
    - name: PageNumber
      in: query
      schema:
        type: integer
  responses:
    "200":
      description: Ok.
      content:
        application/json:
          schema:
            type: object
            properties:
              NextToken:
                type: string
              Kiosks:
                type: array
                items:
                  type: object
                  properties:
                    ConsoleUrl:
                      type: string
                    Tags:
                      type: array
                      items:
                        type: object
                        properties:
                          Key:
                            type: string
                          Value:
                            type: string
"#;

/// A specification in a directory of its own.
struct Scratch {
    directory: PathBuf,
}

impl Scratch {
    fn new(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("decisions-{name}"));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(directory.join("operations")).unwrap();
        let scratch = Self { directory };
        scratch.put("openapi.yaml", MAIN);
        scratch.put("operations/CheckKiosk.yaml", CHECK);
        scratch.put("operations/CreateKiosk.yaml", CREATE);
        scratch.put("operations/ListKiosks.yaml", LIST);
        scratch
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.directory.join(name), text).unwrap();
    }

    fn record(&self) -> String {
        fs::read_to_string(self.directory.join("decisions.yaml")).unwrap()
    }

    fn edit(&self, from: &str, to: &str) {
        let record = self.record();
        assert!(record.contains(from), "{from} is not in\n{record}");
        self.put("decisions.yaml", &record.replace(from, to));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let directory = self.directory.to_str().unwrap();
        let arguments = [&["decisions", directory], arguments].concat();
        xtask(&root(), &arguments)
    }

    /// Runs the task, which must find something, and returns its report.
    #[track_caller]
    fn findings(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let report = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{report}");
        report
    }

    /// Answers all questions.
    fn answer(&self) {
        self.edit("answer: \"\"", "answer: \"yes\"");
        self.edit("reason: \"\"", "reason: because");
        self.edit("reviewed: \"\"", "reviewed: \"2026-01-31\"");
    }
}

#[track_caller]
fn has(report: &str, expected: &[&str]) {
    for expected in expected {
        assert!(report.contains(expected), "no {expected:?} in\n{report}");
    }
}

#[test]
fn the_record_repeats_the_specification_and_asks_about_what_looks_wrong() {
    let scratch = Scratch::new("record");
    let report = scratch.findings(&[]);
    has(
        &report,
        &["9 of 9 questions unanswered", "there is no decisions.yaml"],
    );
    let report = scratch.findings(&["--write"]);
    has(
        &report,
        &[
            "unanswered: unmarked-secret: ",
            "    ConsoleUrl in responses: ListKiosks response Kiosks[].ConsoleUrl\n",
            "    RecoveryToken in shared schemas: schema Lock.RecoveryToken\n",
            "    Token in requests: CreateKiosk request Token\n",
            "    Note in requests: CreateKiosk request Note\n",
            "    ListKiosks: ListKiosks request NextToken, ListKiosks request PageNumber\n",
            "    Token: CreateKiosk\n",
            "    CheckKiosk: action\n",
            "    cn-hangzhou-test-306: region cn-hangzhou-test-306\n",
            "    Success: CheckKiosk\n",
            "no date: set `reviewed`",
        ],
    );
    assert!(!report.contains("Key in"), "{report}");
    let record = scratch.record();
    let derived = "arguments:\n  CheckKiosk: []\n  CreateKiosk:\n    - Name\n  ListKiosks: []\n\
                   lists:\n  ListKiosks: token, input NextToken, output NextToken, limit \
                   MaxResults, items Kiosks\nsensitive:\n  - CreateKiosk request Note\n  - schema \
                   Lock.Password\nidempotency:\n  CreateKiosk: ClientToken\nclasses:\n  \
                   CheckKiosk: action\nquestions:\n";
    has(&record, &[derived, "\nupstream: []\n"]);
    let file = scratch.directory.join("decisions.yaml");
    passes(&xtask(&root(), &["fmt", "--check", file.to_str().unwrap()]));
}

#[test]
fn answers_survive_until_their_question_is_gone_and_the_file_is_written() {
    let scratch = Scratch::new("answers");
    scratch.findings(&["--write"]);
    // An answer without a reason is none.
    scratch.edit("answer: \"\"", "answer: \"yes\"");
    has(&scratch.findings(&[]), &["questions unanswered"]);
    scratch.edit("answer: \"yes\"", "answer: \"\"");
    scratch.answer();
    scratch.edit("questions:\n", "# Asked again each year.\nquestions:\n");
    passes(&scratch.run(&[]));
    passes(&scratch.run(&["--write"]));
    let before = scratch.record();
    assert!(before.contains("# Asked again each year.\n"), "{before}");
    has(
        &text(&scratch.run(&[]).stdout),
        &["answered: class: ", "      yes: because\n"],
    );

    // One question is gone, one is new, and an argument changes.
    scratch.put(
        "operations/CreateKiosk.yaml",
        &CREATE
            .replace("    - name: Token\n", "    - name: Passphrase\n")
            .replace("  x-acs-arguments:\n    - Name\n", ""),
    );
    let report = scratch.findings(&[]);
    has(
        &report,
        &[
            "out of date: arguments: CreateKiosk: was [Name], is []",
            "unanswered: unmarked-secret",
            "Passphrase in requests",
            "no longer asked, --write drops it: unmarked-secret: Token in requests",
            "no longer asked, --write drops it: unused-token: Token",
        ],
    );
    assert_eq!(scratch.record(), before, "only --write writes");
    has(&scratch.findings(&["--write"]), &["updated ", "1 of "]);
    let after = scratch.record();
    assert!(!after.contains("Token in requests"), "{after}");
    has(
        &after,
        &["# Asked again each year.\n", "reviewed: \"2026-01-31\"\n"],
    );
    let places = "      places:\n        - CreateKiosk request Note\n      answer: \"yes\"\n";
    has(&after, &[places]);
}

#[test]
fn a_list_a_secret_or_a_token_that_disappears_is_out_of_date() {
    let scratch = Scratch::new("stale");
    scratch.findings(&["--write"]);
    scratch.answer();
    passes(&scratch.run(&[]));
    for (file, original, from, expected) in [
        (
            "operations/CreateKiosk.yaml",
            CREATE,
            "  x-acs-idempotency: ClientToken\n",
            "idempotency: CreateKiosk: was ClientToken, is absent",
        ),
        (
            "operations/ListKiosks.yaml",
            LIST,
            "    limit: MaxResults\n",
            "lists: ListKiosks: was token, input NextToken, output NextToken, limit MaxResults",
        ),
        (
            "openapi.yaml",
            MAIN,
            "          x-acs-sensitive: true\n",
            "sensitive: schema Lock.Password: was a secret, is absent",
        ),
        (
            "operations/CheckKiosk.yaml",
            CHECK,
            "action",
            "classes: CheckKiosk: was action, is absent",
        ),
    ] {
        let to = if from == "action" { "get" } else { "" };
        scratch.put(file, &original.replace(from, to));
        has(&scratch.findings(&[]), &["out of date", expected]);
        scratch.put(file, original);
    }
    passes(&scratch.run(&[]));
}

#[test]
fn rows_about_upstream_name_places_that_exist() {
    let scratch = Scratch::new("rows");
    scratch.findings(&["--write"]);
    scratch.answer();
    let rows = |places: &[&str]| {
        let rows = places.iter().map(|place| {
            format!("  - place: {place}\n    upstream: a\n    decision: b\n    reason: c\n")
        });
        format!("upstream:\n{}", rows.collect::<String>())
    };
    let valid = rows(&[
        "service",
        "region cn-edge-1",
        "CreateKiosk",
        "CreateKiosk request Name, Note",
        "CreateKiosk response Lock.Password",
        "ListKiosks response Kiosks[].Tags[].Key",
        "ListKiosks, CreateKiosk",
        "\"* request Name\"",
        "schema Lock.Password",
    ]);
    scratch.edit("upstream: []\n", &valid);
    passes(&scratch.run(&[]));
    for (place, expected) in [
        ("DropKiosk", "there is no operation \"DropKiosk\""),
        ("\"Drop* request Name\"", "there is no operation \"Drop*\""),
        ("CreateKiosk request Nmae", "there is no parameter \"Nmae\""),
        (
            "ListKiosks response Kiosks.Name",
            "there is no field \"Name\"",
        ),
        ("schema Key", "there is no schema \"Key\""),
        ("\"* request Nmae\"", "no operation * has \"Nmae\""),
    ] {
        let before = scratch.record();
        scratch.edit("  - place: service\n", &format!("  - place: {place}\n"));
        has(
            &scratch.findings(&["--unanswered"]),
            &["invalid row of `upstream`", expected],
        );
        scratch.put("decisions.yaml", &before);
    }
    scratch.edit("reason: c\n", "reason: \"\"\n");
    has(&scratch.findings(&[]), &["a column is empty"]);
    scratch.edit("upstream:\n", "upstraem:\n");
    has(
        &scratch.findings(&[]),
        &["invalid", "unknown field `upstraem`"],
    );
}

#[test]
fn the_most_used_operations_exist() {
    let scratch = Scratch::new("most-used");
    scratch.findings(&["--write"]);
    scratch.answer();
    scratch.edit(
        "most-used: []\n",
        "most-used:\n  - ListKiosks\n  - CheckKiosk\n",
    );
    passes(&scratch.run(&[]));
    passes(&scratch.run(&["--write"]));
    for (name, expected) in [
        ("DropKiosk", "there is no operation \"DropKiosk\""),
        ("ListKiosks", "ListKiosks occurs twice"),
    ] {
        let before = scratch.record();
        scratch.edit(
            "  - ListKiosks\n  - CheckKiosk\n",
            &format!("  - ListKiosks\n  - {name}\n"),
        );
        let invalid = format!("invalid name of `most-used`: {expected}");
        has(
            &scratch.findings(&["--unanswered"]),
            &["1 names of `most-used` are wrong", &invalid],
        );
        scratch.put("decisions.yaml", &before);
    }
}

#[test]
fn a_service_with_open_questions_is_not_released() {
    let copy = copy_of_the_repository("decisions-release");
    let file = copy.join("api-specs/oos/2019-06-01/decisions.yaml");
    let record = fs::read_to_string(&file).unwrap();
    fs::write(&file, record.replacen("reviewed: ", "reviewed: \"\" # ", 1)).unwrap();
    let expected = "the decisions about api-specs/oos/2019-06-01 are not complete (";
    let output = xtask(&copy, &["release"]);
    passes(&output);
    has(
        &text(&output.stdout),
        &[
            &format!("note: {expected}"),
            "`cargo xtask decisions api-specs/oos/2019-06-01`",
        ],
    );
    let output = xtask(&copy, &["release", "--set-versions"]);
    assert_eq!(output.status.code(), Some(1));
    has(
        &text(&output.stderr),
        &[&format!("error: {expected}"), "no date of a review"],
    );
    fs::remove_dir_all(copy).unwrap();
}
