//! The specification of OOS says what the facts say: operations, methods, tokens, parameters, fields of the answer and pagination. Where it does not, the
//! table of `docs/oos-notes.md` has a row with the reason, and every row there is still true.
//!
//! The facts come from `ACS_OOS_FACTS`, by default `../shared/facts/oos-facts.yaml`.

use alibabacloud_spec::{
    Kind, Operation, Pagination, ParameterPlace, ParameterStyle, Schema, Service,
};
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What each place of each operation is, in one line: `("ListTemplates", "request Tags")` is `query, json, optional, map`.
type Table = BTreeMap<(String, String), String>;

/// What a table without the place shows.
const ABSENT: &str = "absent";

#[test]
fn the_specification_agrees_with_the_facts_or_says_why_not() {
    let Some(file) = facts_file() else {
        return;
    };
    let text = std::fs::read_to_string(&file).unwrap();
    let facts = facts_table(&serde_yaml::from_str(&text).unwrap());
    let service = Service::load(&root().join("api-specs/oos/2019-06-01")).unwrap();
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
        "not listed in docs/oos-notes.md:\n{unlisted}\nlisted there, but no difference:\n{outdated}"
    );
}

#[test]
fn every_listed_difference_has_one_reason() {
    let rows = note_rows();
    assert!(!rows.is_empty());
    let places: BTreeSet<_> = rows.iter().map(|row| (&row[0], &row[1])).collect();
    assert_eq!(places.len(), rows.len(), "a place is listed twice");
    for row in &rows {
        assert!(!row[4].is_empty(), "no reason: {row:?}");
    }
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A variable that names no file fails when the file is read.
fn facts_file() -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("ACS_OOS_FACTS") {
        return Some(given.into());
    }
    let default = root().join("../shared/facts/oos-facts.yaml");
    if default.is_file() {
        return Some(default);
    }
    println!(
        "skipped: {} is absent and ACS_OOS_FACTS is not set",
        default.display()
    );
    None
}

/// Operation, place, what the facts say, what the specification says.
fn differences(facts: &Table, spec: &Table) -> BTreeSet<[String; 4]> {
    let places: BTreeSet<_> = facts.keys().chain(spec.keys()).collect();
    let mut found = BTreeSet::new();
    for place in places {
        let [said, is] = [facts, spec].map(|table| table.get(place).map_or(ABSENT, String::as_str));
        if said != is {
            let (operation, place) = place.clone();
            found.insert([operation, place, said.to_owned(), is.to_owned()]);
        }
    }
    found
}

fn listed_differences() -> BTreeSet<[String; 4]> {
    let rows = note_rows().into_iter();
    rows.map(|[operation, place, facts, spec, _]| [operation, place, facts, spec])
        .collect()
}

/// The rows of the one table with five columns, without its head.
fn note_rows() -> Vec<[String; 5]> {
    let text = std::fs::read_to_string(root().join("docs/oos-notes.md")).unwrap();
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
        fact_fields(&mut rows, "answer", &operation["response"]);
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
                // The facts call a scalar simple; OOS has no comma separated lists.
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
        if let Some(answer) = operation.response.schema() {
            spec_fields(&mut rows, service, "answer", answer);
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

/// The fields below a type of the facts, each with its path.
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

/// The same for a type of the specification.
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

/// `answer Executions` at the top, `answer Executions[].Status` below.
fn field_place(place: &str, name: &str) -> String {
    let separator = if place == "answer" { ' ' } else { '.' };
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
        // The sources have text only. What the text holds is the specification's to say: JSON, a timestamp, known values.
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

    /// A place that a source names twice would hide one of the two.
    fn add(&mut self, place: &str, value: impl Into<String>) {
        let key = (self.operation.clone(), place.to_owned());
        let before = self.table.insert(key, value.into());
        assert_eq!(before, None, "{}: {place} twice", self.operation);
    }
}
