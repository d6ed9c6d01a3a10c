//! Checks that the specification of OOS agrees with the facts: operations, methods, tokens,
//! parameters, response fields, and pagination. For every difference, the table of
//! `docs/oos-notes.md` has a row with the reason, and every row there still applies.
//!
//! The facts are read from the file in `ACS_OOS_FACTS`, by default
//! `../shared/facts/oos-facts.yaml`.

use alibabacloud_spec::{
    Kind, Operation, Pagination, ParameterPlace, ParameterStyle, Schema, Service,
};
use sdk_tests::repository;
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::PathBuf;

/// One line for each place of each operation: `("ListTemplates", "request Tags")` has
/// `query, json, optional, map`.
type Table = BTreeMap<(String, String), String>;

/// Value of a place that a table does not contain.
const ABSENT: &str = "absent";

#[test]
fn the_specification_agrees_with_the_facts_or_lists_the_difference() {
    let Some(file) = facts_file() else {
        return;
    };
    let text = std::fs::read_to_string(&file).unwrap();
    let facts = facts_table(&serde_yaml::from_str(&text).unwrap());
    let service = Service::load(&repository().join("api-specs/oos/2019-06-01")).unwrap();
    let spec = spec_table(&service);

    let found = differences(&facts, &spec);
    let listed = listed_differences();
    let rows = |rows: Vec<&[String; 4]>| {
        let rows = rows.iter().map(|row| format!("| {} |", row.join(" | ")));
        rows.collect::<Vec<_>>().join("\n")
    };
    let unlisted = rows(found.difference(&listed).collect());
    let outdated = rows(listed.difference(&found).collect());
    assert!(
        unlisted.is_empty() && outdated.is_empty(),
        "missing from docs/oos-notes.md:\n{unlisted}\nrows without a difference:\n{outdated}"
    );
}

#[test]
fn every_listed_difference_has_one_reason() {
    let rows = note_rows();
    assert!(!rows.is_empty());
    let places: BTreeSet<_> = rows.iter().map(|row| (&row[0], &row[1])).collect();
    assert_eq!(places.len(), rows.len(), "duplicate place");
    for row in &rows {
        assert!(!row[4].is_empty(), "missing reason: {row:?}");
    }
}

/// Returns the file with the facts. If the variable contains the path of a missing file, reading it
/// fails later.
fn facts_file() -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("ACS_OOS_FACTS") {
        return Some(given.into());
    }
    let default = repository().join("../shared/facts/oos-facts.yaml");
    if default.is_file() {
        return Some(default);
    }
    // Not with `println!`, whose output the test harness keeps to itself.
    let _ = writeln!(
        std::io::stderr(),
        "skipped: no {}; set ACS_OOS_FACTS",
        default.display()
    );
    None
}

/// Returns rows of operation, place, facts, and specification.
fn differences(facts: &Table, spec: &Table) -> BTreeSet<[String; 4]> {
    let places: BTreeSet<_> = facts.keys().chain(spec.keys()).collect();
    let mut found = BTreeSet::new();
    for place in places {
        let [expected, actual] =
            [facts, spec].map(|table| table.get(place).map_or(ABSENT, String::as_str));
        if expected != actual {
            let (operation, place) = place.clone();
            found.insert([operation, place, expected.to_owned(), actual.to_owned()]);
        }
    }
    found
}

fn listed_differences() -> BTreeSet<[String; 4]> {
    let rows = note_rows().into_iter();
    rows.map(|[operation, place, facts, spec, _]| [operation, place, facts, spec])
        .collect()
}

/// Returns the rows of the only table with five columns, without its header.
fn note_rows() -> Vec<[String; 5]> {
    let text = std::fs::read_to_string(repository().join("docs/oos-notes.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let row = line.strip_prefix("| ")?.strip_suffix(" |")?;
        let cells: Vec<String> = row.split(" | ").map(|cell| cell.trim().into()).collect();
        <[String; 5]>::try_from(cells).ok()
    });
    rows.skip_while(|row| row[0] != "operation")
        .skip(1)
        .collect()
}

fn facts_table(facts: &Value) -> Table {
    let mut table = Table::new();
    for operation in list(&facts["operations"]) {
        let mut rows = Rows::of(&mut table, text(&operation["name"]));
        let methods = list(&operation["methods"]).iter().map(text);
        rows.add("methods", in_order(methods.map(str::to_owned)));
        rows.add("class", text(&operation["class"]));
        if let Some(token) = operation["idempotency_token"].as_str() {
            rows.add("token", token);
        }
        for parameter in list(&operation["parameters"]) {
            let place = format!("request {}", text(&parameter["name"]));
            let (from, style) = (text(&parameter["in"]), text(&parameter["style"]));
            let required = required(parameter["required"].as_bool().unwrap());
            let kind = fact_type(parameter);
            rows.add(&place, format!("{from}, {style}, {required}, {kind}"));
            fact_fields(&mut rows, &place, parameter);
        }
        fact_fields(&mut rows, "response", &operation["response"]);
        let pagination = &operation["pagination"];
        for (place, key) in [
            ("pagination", "kind"),
            ("pagination input", "input_token"),
            ("pagination output", "output_token"),
            ("pagination page", "page_number"),
            ("pagination limit", "page_size"),
            ("pagination items", "items"),
        ] {
            if let Some(value) = pagination[key].as_str() {
                rows.add(place, value.replace('_', "-"));
            }
        }
    }
    table
}

fn spec_table(service: &Service) -> Table {
    let mut table = Table::new();
    for operation in &service.operations {
        let mut rows = Rows::of(&mut table, &operation.name);
        rows.add("methods", in_order(operation.methods.iter().cloned()));
        rows.add("class", format!("{:?}", operation.class).to_lowercase());
        if let Some(token) = &operation.idempotency {
            rows.add("token", token);
        }
        for parameter in &operation.parameters {
            let place = format!("request {}", parameter.name);
            let from = match parameter.place {
                ParameterPlace::Query => "query",
                ParameterPlace::Form => "form",
                ParameterPlace::Path => "path",
                ParameterPlace::Header => "header",
                ParameterPlace::Body => "body",
            };
            let style = match parameter.style {
                // The facts call the style of a scalar simple; OOS has no comma-separated lists.
                ParameterStyle::Plain => "simple",
                ParameterStyle::Simple => "comma separated",
                ParameterStyle::RepeatList => "repeatList",
                ParameterStyle::Flat => "flat",
                ParameterStyle::Json => "json",
                ParameterStyle::Raw => "raw",
            };
            let required = required(parameter.required);
            let kind = spec_type(service.resolve(&parameter.schema));
            rows.add(&place, format!("{from}, {style}, {required}, {kind}"));
            spec_fields(&mut rows, service, &place, &parameter.schema);
        }
        if let Some(response) = operation.response.schema() {
            spec_fields(&mut rows, service, "response", response);
        }
        spec_pagination(&mut rows, operation);
    }
    table
}

fn spec_pagination(rows: &mut Rows<'_>, operation: &Operation) {
    let (limit, items) = match &operation.pagination {
        None => return,
        Some(Pagination::Token {
            input,
            output,
            limit,
            items,
            ..
        }) => {
            rows.add("pagination", "token");
            rows.add("pagination input", input);
            rows.add("pagination output", output);
            (limit, items)
        }
        Some(Pagination::PageNumber {
            page, limit, items, ..
        }) => {
            rows.add("pagination", "page-number");
            rows.add("pagination page", page);
            (limit, items)
        }
    };
    if let Some(limit) = limit {
        rows.add("pagination limit", limit);
    }
    rows.add("pagination items", items);
}

/// Adds the fields below a type of the facts, each with its path.
fn fact_fields(rows: &mut Rows<'_>, place: &str, schema: &Value) {
    if let Some(properties) = schema["properties"].as_mapping() {
        for (name, field) in properties {
            let place = field_place(place, text(name));
            rows.add(&place, fact_type(field));
            fact_fields(rows, &place, field);
        }
    }
    if schema["items"].is_mapping() {
        let place = format!("{place}[]");
        rows.add(&place, fact_type(&schema["items"]));
        fact_fields(rows, &place, &schema["items"]);
    }
}

/// Adds the fields below a type of the specification, each with its path.
fn spec_fields(rows: &mut Rows<'_>, service: &Service, place: &str, schema: &Schema) {
    match &service.resolve(schema).kind {
        Kind::Object(properties) => {
            for (name, property) in properties {
                let place = field_place(place, name);
                rows.add(&place, spec_type(service.resolve(&property.schema)));
                spec_fields(rows, service, &place, &property.schema);
            }
        }
        Kind::Array(items) => {
            let place = format!("{place}[]");
            rows.add(&place, spec_type(service.resolve(items)));
            spec_fields(rows, service, &place, items);
        }
        _ => {}
    }
}

/// Returns `response Executions` at the top level, `response Executions[].Status` below it.
fn field_place(place: &str, name: &str) -> String {
    let separator = if place == "response" { ' ' } else { '.' };
    format!("{place}{separator}{name}")
}

fn fact_type(schema: &Value) -> String {
    match (text(&schema["type"]), schema["format"].as_str()) {
        ("integer", Some(width)) => width.to_owned(),
        (kind, _) => kind.to_owned(),
    }
}

fn spec_type(schema: &Schema) -> String {
    let kind = match &schema.kind {
        // The sources declare only strings. The specification adds what a string contains: JSON, a
        // timestamp, or an enum value.
        Kind::String | Kind::JsonText | Kind::DateTime | Kind::Enum(_) => "string",
        Kind::Any => "any JSON",
        Kind::Binary => "binary",
        Kind::Int32 => "int32",
        Kind::Int64 => "int64",
        Kind::Number => "number",
        Kind::Boolean => "boolean",
        Kind::Array(_) => "array",
        Kind::Map(_) => "map",
        Kind::Object(_) => "object",
        Kind::Ref(_) => "reference",
    };
    kind.to_owned()
}

fn required(yes: bool) -> &'static str {
    if yes { "required" } else { "optional" }
}

fn in_order(names: impl Iterator<Item = String>) -> String {
    let names: BTreeSet<String> = names.collect();
    names.into_iter().collect::<Vec<_>>().join(" ")
}

fn list(value: &Value) -> &[Value] {
    value.as_sequence().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The rows of one operation.
struct Rows<'t> {
    table: &'t mut Table,
    operation: String,
}

impl<'t> Rows<'t> {
    fn of(table: &'t mut Table, operation: &str) -> Self {
        let operation = operation.to_owned();
        Self { table, operation }
    }

    /// Adds a row. Fails on a duplicate place, which would hide one of the two.
    fn add(&mut self, place: &str, value: impl Into<String>) {
        let key = (self.operation.clone(), place.to_owned());
        let before = self.table.insert(key, value.into());
        assert_eq!(before, None, "{}: duplicate {place}", self.operation);
    }
}
