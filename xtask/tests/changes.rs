//! Tests the release notes: on three versions of an invented service, and on the history of OOS.
#![cfg(test)]

mod support;

use alibabacloud_spec::{Change, ChangeKind, ChangeSource, Service};
use indexmap::IndexMap;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use xtask::changes::{Dated, Note, derive, update};
use xtask::diff::{Version, compare, notes};
use xtask::import::{self, ImportOptions, Missing, Texts};
use xtask::repository;

type Fallible<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Returns the first version of the metadata.
fn library() -> Value {
    json!({
        "info": { "style": "ROA", "product": "Library", "version": "2024-01-01" },
        "components": { "schemas": {
            "Book": { "type": "object", "properties": {
                "title": { "type": "string" }, "pages": { "type": "integer", "format": "int32" }
            } }
        } },
        "apis": {
            "ListBooks": {
                "path": "/books", "methods": ["get", "post"], "summary": "Lists.",
                "parameters": [
                    { "name": "old", "in": "query", "schema": { "type": "string" } },
                    { "name": "size", "in": "query", "schema": { "type": "integer", "maximum": "100" } },
                    { "name": "order", "in": "query", "schema": { "type": "string", "enum": ["title"] } },
                    { "name": "filter", "in": "query", "style": "json", "schema": { "type": "object",
                        "properties": { "by": { "type": "string" } } } }
                ],
                "responses": { "200": { "schema": { "type": "object", "properties": {
                    "total": { "type": "integer", "format": "int32" },
                    "books": { "type": "array", "items": { "$ref": "#/components/schemas/Book" } }
                } } } },
                "errorCodes": { "400": [{ "errorCode": "Books.Old" }] }
            },
            "PutBook": {
                "path": "/books", "methods": ["put"], "summary": "Puts.",
                "parameters": [{ "name": "body", "in": "body",
                    "schema": { "$ref": "#/components/schemas/Book", "description": "The book." } }],
                "responses": { "200": { "schema": { "type": "string" } } }
            },
            "GetShelf": {
                "path": "/shelf", "methods": ["get"], "summary": "Gets the shelf.", "parameters": [],
                "responses": { "200": { "schema": { "type": "string", "example": "a" } } }
            }
        },
        "endpoints": []
    })
}

/// Returns the second version: every kind of change.
fn library_after() -> Value {
    let mut library = library();
    let list = &mut library["apis"]["ListBooks"];
    list["methods"] = json!(["get"]);
    list["summary"] = json!("Lists books.");
    list["errorCodes"] =
        json!({ "400": [{ "errorCode": "Books.New" }, { "errorCode": "Books.More" }] });
    let size = json!({ "name": "size", "in": "query", "schema": { "type": "string" } });
    let order = json!({ "name": "order", "in": "query", "deprecated": true,
        "schema": { "type": "string", "enum": ["title", "year"], "required": true, "deprecated": true } });
    let filter = json!({ "name": "filter", "in": "query", "style": "json", "schema": { "type": "object",
        "properties": { "by": { "type": "string" }, "not": { "type": "string" } } } });
    let mut parameters = vec![size, order, filter];
    for name in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        parameters.push(json!({ "name": name, "in": "query", "schema": { "type": "string" } }));
    }
    list["parameters"] = parameters.into();
    library["components"]["schemas"]["Book"]["properties"]["isbn"] = json!({ "type": "string" });
    library["apis"]["GetShelf"]["summary"] = json!("Returns the shelf.");
    library["apis"]["LendBook"] = json!({ "path": "/loans", "methods": ["post"], "parameters": [],
        "responses": { "200": {} } });
    library
}

/// Returns the third version: operations that are gone, and nothing else.
fn library_at_last() -> Value {
    let mut library = library_after();
    library["apis"]
        .as_object_mut()
        .unwrap()
        .retain(|name, _| name != "GetShelf");
    library
}

const DATES: [&str; 3] = ["2024-02-01", "2024-03-01", "2024-04-01"];

/// An empty directory of a test, with the dated metadata and a specification of the first version.
struct Place {
    history: PathBuf,
    specs: PathBuf,
}

impl Place {
    fn new(name: &str) -> Fallible<Self> {
        let root = std::env::temp_dir().join(format!("acs-changes-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let place = Self {
            history: root.join("history"),
            specs: root.join("specs"),
        };
        fs::create_dir_all(&place.history)?;
        for (date, version) in DATES.iter().zip(versions()) {
            fs::write(
                place.history.join(format!("{date}.json")),
                version.to_string(),
            )?;
        }
        fs::write(place.history.join("README.md"), "No metadata.")?;
        place.import(&library())?;
        Ok(place)
    }

    fn import(&self, metadata: &Value) -> Fallible {
        let options = ImportOptions {
            texts: Texts::None,
            specs: self.specs.clone(),
            crate_name: None,
            missing: Missing::Keep,
            skip_refused: false,
            dry_run: false,
        };
        let report = import::put(import::read(&metadata.to_string()), &options)
            .map_err(|failure| format!("{failure:?}"))?;
        assert!(report.refusals.is_empty(), "{}", report.to_text(true));
        Ok(())
    }

    fn file(&self, operation: &str) -> PathBuf {
        let operations = self.specs.join("library/2024-01-01/operations");
        operations.join(format!("{operation}.yaml"))
    }

    fn service(&self) -> Fallible<Service> {
        Ok(Service::load(&self.specs.join("library/2024-01-01"))?)
    }

    /// Runs the task.
    fn run(&self, arguments: &[&str]) -> Fallible<Output> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .arg("changes")
            .arg(&self.history)
            .arg("--specs")
            .arg(&self.specs);
        Ok(command.args(arguments).output()?)
    }

    fn run_well(&self) -> Fallible<String> {
        let output = self.run(&[])?;
        let text = String::from_utf8(output.stdout)?;
        let errors = String::from_utf8(output.stderr)?;
        assert_eq!(output.status.code(), Some(0), "{text}{errors}");
        Ok(text)
    }

    /// Writes entries of a person into an operation.
    fn write_changes(&self, operation: &str, entries: &str) -> Fallible {
        let path = self.file(operation);
        let text = fs::read_to_string(&path)?;
        let at = text.find("  responses:").ok_or("no responses")?;
        let (above, below) = text.split_at(at);
        fs::write(path, format!("{above}  x-acs-changes:\n{entries}{below}"))?;
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(root) = self.history.parent() {
            let _ = fs::remove_dir_all(root);
        }
    }
}

fn versions() -> [Value; 3] {
    [library(), library_after(), library_at_last()]
}

/// Returns the release notes of an operation, a line each.
fn lines(service: &Service, operation: &str) -> Vec<String> {
    let operation = service.operation(operation).unwrap();
    operation.changes.iter().map(line).collect()
}

fn line(change: &Change) -> String {
    let kinds: Vec<&str> = change.kinds.iter().map(|kind| kind.name()).collect();
    format!(
        "{} {}: {}",
        change.date,
        kinds.join(" "),
        change.description
    )
}

#[test]
fn every_kind_of_change_has_its_words() -> Fallible {
    let place = Place::new("words")?;
    place.run_well()?;
    let service = place.service()?;
    assert_eq!(
        lines(&service, "ListBooks"),
        [
            "2024-03-01 operation-changed parameter-added parameter-removed parameter-changed \
             response-added error-added error-removed: The gateway accepts GET; before, GET and \
             POST. Added the request field `filter.not`. Added the request parameters `a`, `b`, `c`, \
             `d`, `e`, `f` and 2 more. Removed the request parameter `old`. The type of the request \
             parameter `size` changed from `integer` to `string`. The request parameter `order` is \
             now required. Deprecated the request parameter `order`. The request \
             parameter `order` has the new value `year`. Added the response field `isbn` of `Book`. \
             Added the error codes `Books.More` and `Books.New`. Removed the error code `Books.Old`."
        ]
    );
    // The schema is in a response above, and in a request here.
    assert_eq!(
        lines(&service, "PutBook"),
        ["2024-03-01 parameter-added: Added the request field `isbn` of `Book`."]
    );
    assert_eq!(
        lines(&service, "GetShelf"),
        [
            "2024-04-01 operation-removed: The service no longer publishes the operation.",
            "2024-03-01 documentation: The published documentation was revised.",
        ]
    );
    let source = service.operations[0].changes[0].source;
    assert_eq!(source, Some(ChangeSource::Metadata));
    Ok(())
}

#[test]
fn every_form_of_a_reference_leads_to_its_schema() -> Fallible {
    let version = |date: &str, fields: Value| -> Fallible<Dated> {
        let used =
            |key: &str, path: &str| json!({ "responses": { "200": { "schema": { key: path } } } });
        let document = json!({
            "version": "1.0",
            "info": { "style": "RPC", "product": "Library", "version": "2024-01-01" },
            "components": { "schemas": { "List<Book>/2": {
                "type": "object",
                "properties": fields,
            } } },
            "apis": {
                "GetEscaped": used("$ref", "#/components/schemas/List%3CBook%3E~12"),
                "GetPlain": used("$ref", "#/components/schemas/List<Book>/2"),
                "GetWithoutDollar": used("ref", "#/components/schemas/List<Book>/2"),
            },
        });
        Ok(Dated {
            date: date.to_owned(),
            version: Version::metadata(document.to_string())?,
        })
    };
    let title = json!({ "type": "string" });
    let versions = [
        version("2025-01-01", json!({ "Title": title }))?,
        version("2025-02-01", json!({ "Title": title, "Author": title }))?,
    ];
    let notes = derive(&versions).map_err(|failure| format!("{failure:?}"))?;
    let operations: Vec<&String> = notes.keys().collect();
    assert_eq!(operations, ["GetEscaped", "GetPlain", "GetWithoutDollar"]);
    Ok(())
}

#[test]
fn a_second_run_and_an_import_change_nothing() -> Fallible {
    let place = Place::new("again")?;
    let first = place.run_well()?;
    assert!(
        first.contains("left out     LendBook is not in the specification"),
        "{first}"
    );
    let before = fs::read_to_string(place.file("ListBooks"))?;
    let check = place.run(&["--check"])?;
    assert_eq!(check.status.code(), Some(0));
    let second = place.run_well()?;
    assert!(
        second.contains("release notes of 0 operations changed"),
        "{second}"
    );
    assert!(!second.contains("wrote"), "{second}");
    place.import(&library())?;
    assert_eq!(fs::read_to_string(place.file("ListBooks"))?, before);
    place.import(&library_after())?;
    let service = place.service()?;
    assert_eq!(lines(&service, "ListBooks").len(), 1);
    // The new operation is in the specification now.
    let third = place.run_well()?;
    assert!(
        third.contains("added        LendBook 2024-03-01: Added the operation."),
        "{third}"
    );
    Ok(())
}

#[test]
fn a_check_writes_nothing() -> Fallible {
    let place = Place::new("check")?;
    let before = fs::read_to_string(place.file("ListBooks"))?;
    let output = place.run(&["--check", "--product", "library"])?;
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_to_string(place.file("ListBooks"))?, before);
    Ok(())
}

#[test]
fn entries_of_people_take_precedence() -> Fallible {
    let place = Place::new("people")?;
    // The day of the page, before that of the metadata; and an entry that the task wrote once.
    place.write_changes(
        "PutBook",
        "    - date: \"2024-02-20\"
      kinds: [parameter-added]
      source: page
      # As the page says.
      description: Books have an ISBN.
    - date: \"2024-02-10\"
      kinds: [internal]
      source: metadata
      description: Once derived, no longer.
    - date: \"2024-02-01\"
      kinds: [internal]
      source: metadata
      description: Older than the first comparison.
",
    )?;
    // Another kind in the same days does not cover the note.
    place.write_changes(
        "GetShelf",
        "    - date: \"2024-03-20\"
      kinds: [internal]
      description: Moved to another cluster.
",
    )?;
    let report = place.run_well()?;
    assert!(
        report.contains("covered      PutBook 2024-03-01: Added the request field"),
        "{report}"
    );
    assert!(
        report.contains("removed      PutBook 2024-02-10: Once derived"),
        "{report}"
    );
    let service = place.service()?;
    assert_eq!(
        lines(&service, "PutBook"),
        [
            "2024-02-20 parameter-added: Books have an ISBN.",
            "2024-02-01 internal: Older than the first comparison.",
        ]
    );
    let dates = |operation: &str| -> Vec<String> {
        let changes = &service.operation(operation).unwrap().changes;
        changes.iter().map(|change| change.date.clone()).collect()
    };
    assert_eq!(
        dates("GetShelf"),
        ["2024-04-01", "2024-03-20", "2024-03-01"]
    );
    assert!(fs::read_to_string(place.file("PutBook"))?.contains("# As the page says."));
    Ok(())
}

#[test]
fn an_entry_that_hides_a_change_of_its_day_is_reported() -> Fallible {
    let place = Place::new("contradicted")?;
    place.write_changes(
        "PutBook",
        "    - date: \"2024-03-01\"
      kinds: [internal]
      description: Nothing that matters.
",
    )?;
    let output = place.run(&[])?;
    let report = String::from_utf8(output.stdout)?;
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(
        report.contains("contradicted PutBook 2024-03-01: Added"),
        "{report}"
    );
    assert_eq!(lines(&place.service()?, "PutBook").len(), 1);
    Ok(())
}

#[test]
fn a_directory_of_something_else_is_refused() -> Fallible {
    let place = Place::new("refused")?;
    let refused = |arguments: &[&str], expected: &str| -> Fallible {
        let output = place.run(arguments)?;
        let errors = String::from_utf8(output.stderr)?;
        assert_ne!(output.status.code(), Some(0));
        assert!(errors.contains(expected), "{errors}");
        Ok(())
    };
    refused(
        &["--product", "oos"],
        "2024-02-01.json is of library 2024-01-01",
    )?;
    refused(&["another"], "expected one DIR")?;
    let mut other = library();
    other["info"]["version"] = json!("2025-01-01");
    fs::write(place.history.join("2024-05-01.json"), other.to_string())?;
    refused(&[], "2024-05-01.json is of library 2025-01-01")?;
    fs::write(place.history.join("2024-05-01.json"), "{}")?;
    refused(&[], "2024-05-01.json names no product and version")?;
    for date in DATES {
        fs::remove_file(place.history.join(format!("{date}.json")))?;
    }
    refused(&[], "has 1 of the at least two files YYYY-MM-DD.json")?;
    Ok(())
}

#[test]
fn a_comparison_has_the_notes_of_what_differs() -> Fallible {
    let place = Place::new("diff")?;
    let old = place.service()?;
    place.run_well()?;
    let new = place.service()?;
    let dates = |notes: &notes::ReleaseNotes| -> Vec<String> {
        let entries = notes.entries.iter();
        entries
            .map(|note| format!("{} {}", note.operation, note.change.date))
            .collect()
    };
    let found = notes::notes(Some(&old), Some(&new), &[]);
    let expected = [
        "GetShelf 2024-04-01",
        "GetShelf 2024-03-01",
        "ListBooks 2024-03-01",
        "PutBook 2024-03-01",
    ];
    assert_eq!(dates(&found), expected);
    let text = notes::text(&found);
    assert!(
        text.starts_with("release notes:\n  2024-04-01 GetShelf: The service"),
        "{text}"
    );
    let markdown = notes::markdown(&found);
    assert!(
        markdown.contains("\n- `GetShelf`, 2024-04-01: The service no longer"),
        "{markdown}"
    );
    let json = notes::json(&[], &found);
    assert_eq!(json["notes"][3]["kinds"], json!(["parameter-added"]));
    assert!(notes::notes(Some(&new), Some(&new), &[]).entries.is_empty());
    // With metadata on one side: the last notes of the operations that changed.
    let metadata = Version::metadata(library_after().to_string())?;
    let spec = Version::Spec(Box::new(new));
    let changes = compare(&spec, &metadata).map_err(|failure| format!("{failure:?}"))?;
    let found = notes::notes(spec.service(), metadata.service(), &changes);
    assert!(
        dates(&found).contains(&"ListBooks 2024-03-01".to_owned()),
        "{found:?}"
    );
    assert_eq!(notes::markdown(&found), "");
    assert_eq!(
        notes::notes(None, None, &changes),
        notes::ReleaseNotes::default()
    );
    Ok(())
}

fn oos() -> Service {
    Service::load(&repository::root().join("api-specs/oos/2019-06-01")).unwrap()
}

/// Notes of the comparison that the specification has with the day of a page instead: the operation
/// and the days of both.
const DAYS_OF_PAGES: &[(&str, &str, &str)] = &[
    ("GetApplication", "2024-12-27", "2024-12-25"),
    ("ListExecutions", "2025-01-17", "2025-01-13"),
];

#[test]
fn oos_has_the_notes_of_its_history() -> Fallible {
    let Some(directory) = support::shared_data("oos-history", "ACS_OOS_HISTORY_DIR") else {
        return Ok(());
    };
    let versions = Dated::read_all(&directory).map_err(|failure| format!("{failure:?}"))?;
    let notes: IndexMap<String, Vec<Note>> =
        derive(&versions).map_err(|failure| format!("{failure:?}"))?;
    let service = oos();
    let mut missing = BTreeSet::new();
    let mut derived = BTreeSet::new();
    for (name, notes) in &notes {
        let changes = &service.operation(name).ok_or("no such operation")?.changes;
        for Note { change, .. } in notes {
            derived.insert((name.as_str(), change.date.clone()));
            if !changes.contains(change) {
                missing.insert((name.as_str(), change.date.as_str()));
            }
        }
    }
    let instead = DAYS_OF_PAGES.iter().map(|(name, date, _)| (*name, *date));
    assert_eq!(missing, instead.collect());
    for (name, _, date) in DAYS_OF_PAGES {
        let changes = &service.operation(name).unwrap().changes;
        let entry = changes.iter().find(|change| change.date == *date).unwrap();
        assert_eq!(entry.source, Some(ChangeSource::Page), "{name}");
        let other = notes[*name].iter().map(|note| &note.change);
        assert!(
            other
                .clone()
                .any(|note| note.description == entry.description),
            "{name}"
        );
    }
    // The specification has no note that a comparison did not find.
    for operation in &service.operations {
        for change in &operation.changes {
            let is_derived = derived.contains(&(operation.name.as_str(), change.date.clone()));
            let says_so = change.source == Some(ChangeSource::Metadata);
            assert!(is_derived || !says_so, "{} {}", operation.name, change.date);
        }
    }
    // And so the task has nothing to do.
    let mut again = service.clone();
    let (first, last) = (&versions[0].date, &versions[versions.len() - 1].date);
    let update = update(&mut again, &notes, first, last);
    assert_eq!(again, service);
    assert_eq!(update.covered.len(), DAYS_OF_PAGES.len());
    assert!(update.contradicted.is_empty() && update.unknown.is_empty());
    println!("{} notes of {} operations", derived.len(), notes.len());
    Ok(())
}

/// How a specification names the kinds of the facts. Pages do not say which parameters changed, and
/// the facts write that as an addition.
fn kind_of(fact: &str) -> ChangeKind {
    match fact {
        "description" => ChangeKind::Documentation,
        "other" => ChangeKind::Internal,
        "request_parameter_added" | "deprecated" => ChangeKind::ParameterChanged,
        "response_changed" => ChangeKind::ResponseChanged,
        other => panic!("unknown kind {other}"),
    }
}

/// Entries that say more than the facts, since the metadata of these days shows what was added.
const MORE_EXACT: &[(&str, &str)] = &[
    ("GetApplication", "2024-12-25"),
    ("ListExecutions", "2025-01-13"),
];

#[test]
fn oos_has_the_notes_of_public_pages() -> Fallible {
    let Some(directory) = support::shared_data("facts", "ACS_FACTS_DIR") else {
        return Ok(());
    };
    let text = fs::read_to_string(directory.join("oos-changes.yaml"))?;
    let facts: BTreeMap<String, Vec<Value>> = serde_yaml::from_str(&text)?;
    let service = oos();
    let mut expected = BTreeSet::new();
    for (name, entries) in &facts {
        for entry in entries {
            // The only fact without a day has that of the page that states it.
            let date = entry["date"].as_str().unwrap_or("2026-04-28");
            let is_exact = MORE_EXACT.contains(&(name.as_str(), date));
            let kind = if is_exact {
                ChangeKind::ResponseAdded
            } else {
                kind_of(entry["kind"].as_str().ok_or("no kind")?)
            };
            expected.insert((name.clone(), date.to_owned(), kind));
        }
    }
    let mut found = BTreeSet::new();
    for operation in &service.operations {
        let changes = operation.changes.iter();
        for change in changes.filter(|change| change.source == Some(ChangeSource::Page)) {
            for kind in &change.kinds {
                found.insert((operation.name.clone(), change.date.clone(), *kind));
            }
        }
    }
    assert_eq!(found, expected);
    println!("{} entries of pages", found.len());
    Ok(())
}

#[test]
fn the_guide_has_every_change_of_oos() -> Fallible {
    let guide: &Path = &repository::root().join("docs/guide/src");
    let page = fs::read_to_string(guide.join("changes/oos.md"))?;
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = words(&page);
    for operation in &oos().operations {
        for change in &operation.changes {
            let day = page
                .split(&format!("## {} ", change.date))
                .nth(1)
                .ok_or("no day")?;
            let day = day.split("## ").next().unwrap_or_default();
            let name = format!("`{}`", operation.name);
            assert!(day.contains(&name), "{name} {}", change.date);
            assert!(
                day.contains(&words(&change.description)),
                "{name} {}",
                change.date
            );
        }
    }
    assert!(fs::read_to_string(guide.join("SUMMARY.md"))?.contains("](changes/oos.md)"));
    Ok(())
}
