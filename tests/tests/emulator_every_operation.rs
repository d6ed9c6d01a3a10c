//! The emulator serves every operation of specifications for which it has no code, with responses
//! that match the schema. Requests are generated from the specification, once with all parameters
//! and once with only the required ones. Imported metadata comes from `ACS_CORPUS_DIR`, by default
//! `../shared/corpus`.

#[path = "../../crates/alibabacloud-emulator/tests/common/mod.rs"]
mod common;

use alibabacloud_emulator::{Emulator, Key};
use alibabacloud_spec::{
    ApiStyle, Kind, Operation, Pagination, Parameter, ParameterPlace, ParameterStyle, Response,
    Schema, Service,
};
use common::V3;
use sdk_tests::{data_dir, sample};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use xtask::import::{ImportOptions, Missing, Texts};

#[tokio::test]
async fn every_operation_of_the_fixtures_is_served() {
    let specs = sdk_tests::repository().join("tests/fixtures/specs");
    for (name, operations) in [("fixture", 20), ("fixture-roa", 4)] {
        let directory = specs.join(name).join("2024-01-01");
        assert!(call_all(&directory).await >= operations, "{name}");
    }
}

#[tokio::test]
async fn every_operation_of_imported_products_is_served() {
    let Some(corpus) = data_dir("ACS_CORPUS_DIR", "corpus") else {
        return;
    };
    let specs = tempfile::tempdir().unwrap();
    let options = ImportOptions {
        specs: specs.path().to_owned(),
        texts: Texts::Keep,
        crate_name: None,
        missing: Missing::Keep,
        skip_refused: true,
        dry_run: false,
    };
    for (product, version, operations) in [("ecs", "2014-05-26", 300), ("cs", "2015-12-15", 100)] {
        let file = corpus.join(product).join(version).join("api-docs.json");
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let imported = xtask::import::read(&text);
        xtask::import::put(imported, &options)
            .unwrap_or_else(|failure| panic!("{product}: {failure:?}"));
        let directory = specs.path().join(product).join(version);
        assert!(call_all(&directory).await >= operations, "{product}");
    }
}

#[tokio::test]
async fn every_operation_of_the_built_in_services_is_served() {
    for path in sdk_tests::built_in_specs() {
        let service = sdk_tests::built_in_spec(&path);
        // The resources that the requests name do not exist in OOS. Other services have synthetic
        // responses until a resource is created.
        let keeps_state = service.code == "oos";
        call_all_of(&service, &path, keeps_state).await;
    }
}

/// Calls every operation of a specification; returns the number of operations.
async fn call_all(directory: &Path) -> usize {
    let service = Service::load(directory).unwrap_or_else(|errors| panic!("{errors}"));
    call_all_of(&service, directory, false).await;
    service.operations.len()
}

async fn call_all_of(service: &Service, specs: &Path, keeps_state: bool) {
    let emulator = Emulator::builder().specs(specs).start().await.unwrap();
    let mut wrong = Vec::new();
    for operation in &service.operations {
        for all in [true, false] {
            // An account of its own, since what another call has created decides on responses.
            let account = format!("{}-{all}", operation.name);
            emulator.add_key(Key::new(&account, "secret").account(&account));
            let request = Request::new(service, operation, all).finish();
            let request = request.key(&account, "secret");
            let called = call(service, operation, request, emulator.address(), keeps_state);
            if let Err(why) = called.await {
                wrong.push(format!("{} (all parameters: {all}): {why}", operation.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", service.code, wrong.join("\n"));
}

async fn call(
    service: &Service,
    operation: &Operation,
    request: V3,
    address: SocketAddr,
    keeps_state: bool,
) -> Result<(), String> {
    let response = request
        .sign()
        .send(address)
        .await
        .map_err(|error| error.to_string())?;
    if keeps_state && (400..500).contains(&response.status) {
        return Ok(());
    }
    if !(200..300).contains(&response.status) {
        return Err(format!("{} {}", response.status, response.body));
    }
    match &operation.response {
        Response::Json(schema) => conforms(service, schema, &response.json(), "$"),
        Response::Events(schema) => {
            let event = response
                .body
                .lines()
                .find_map(|line| line.strip_prefix("data:"));
            let value = serde_json::from_str(event.ok_or("no event")?)
                .map_err(|error| error.to_string())?;
            conforms(service, schema, &value, "$")
        }
        Response::Empty if response.body.is_empty() => Ok(()),
        Response::Empty => Err("unexpected body".to_owned()),
        Response::Text | Response::Binary => Ok(()),
    }
}

/// Checks that a value matches a schema with its limits, and has no unknown fields.
fn conforms(service: &Service, schema: &Schema, value: &Value, path: &str) -> Result<(), String> {
    let schema = service.resolve(schema);
    let good = match (&schema.kind, value) {
        (Kind::Object(properties), Value::Object(object)) => {
            for (name, value) in object {
                let path = format!("{path}.{name}");
                let property = properties
                    .get(name)
                    .ok_or_else(|| format!("{path} is unknown"))?;
                conforms(service, &property.schema, value, &path)?;
            }
            let missing = properties
                .iter()
                .find(|(name, property)| property.required && !object.contains_key(*name));
            return missing.map_or(Ok(()), |(name, _)| Err(format!("{path}.{name} is missing")));
        }
        (Kind::Array(item), Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                conforms(service, item, value, &format!("{path}[{index}]"))?;
            }
            true
        }
        (Kind::Map(item), Value::Object(object)) => {
            for (name, value) in object {
                conforms(service, item, value, &format!("{path}.{name}"))?;
            }
            true
        }
        (Kind::Enum(known), Value::String(text)) => known.iter().any(|one| one.value == *text),
        (Kind::JsonText, Value::String(text)) => serde_json::from_str::<Value>(text).is_ok(),
        (Kind::String | Kind::DateTime | Kind::Binary, value) => value.is_string(),
        (Kind::Int32, value) => value
            .as_i64()
            .is_some_and(|number| i32::try_from(number).is_ok()),
        (Kind::Int64, value) => value.is_i64(),
        (Kind::Number, value) => value.is_number(),
        (Kind::Boolean, value) => value.is_boolean(),
        (Kind::Any, _) => true,
        _ => false,
    };
    if !good {
        return Err(format!("{path} is {value}, not {}", schema.kind.describe()));
    }
    match is_within_limits(schema, value) {
        true => Ok(()),
        false => Err(format!("{path} is {value}, which is outside the limits")),
    }
}

fn is_within_limits(schema: &Schema, value: &Value) -> bool {
    let is_within = |size: usize, least: Option<u64>, most: Option<u64>| {
        let size = size as u64;
        least.is_none_or(|least| size >= least) && most.is_none_or(|most| size <= most)
    };
    match (&schema.kind, value) {
        (Kind::String, Value::String(text)) => {
            is_within(text.chars().count(), schema.min_length, schema.max_length)
        }
        (Kind::Array(_), Value::Array(items)) => {
            is_within(items.len(), schema.min_items, schema.max_items)
        }
        (Kind::Int32 | Kind::Int64, value) => value.as_i64().is_none_or(|number| {
            schema.minimum.is_none_or(|least| number >= least)
                && schema.maximum.is_none_or(|most| number <= most)
        }),
        _ => true,
    }
}

/// A request under construction.
struct Request<'a> {
    service: &'a Service,
    operation: &'a Operation,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    path: String,
    body: Option<(&'static str, Vec<u8>)>,
}

impl<'a> Request<'a> {
    fn new(service: &'a Service, operation: &'a Operation, all: bool) -> Self {
        let mut request = Self {
            service,
            operation,
            query: Vec::new(),
            form: Vec::new(),
            headers: Vec::new(),
            path: operation
                .path
                .split('?')
                .next()
                .unwrap_or_default()
                .to_owned(),
            body: None,
        };
        let chosen = operation.parameters.iter().filter(|parameter| {
            // A page token must come from a previous page.
            (all || parameter.required) && !is_token(operation, &parameter.name)
        });
        chosen.for_each(|parameter| request.put(parameter));
        request
    }

    fn put(&mut self, parameter: &Parameter) {
        let name = parameter.name.as_str();
        let value = if name == "RegionId" {
            json!("cn-hangzhou")
        } else {
            sample::value(self.service, &parameter.schema)
        };
        match (parameter.place, parameter.style) {
            (ParameterPlace::Body, ParameterStyle::Raw) => {
                self.body = Some(("application/octet-stream", vec![0, 255]))
            }
            (ParameterPlace::Body, _) => {
                self.body = Some(("application/json", value.to_string().into_bytes()))
            }
            (ParameterPlace::Path, _) => {
                self.path = self.path.replace(&format!("{{{name}}}"), &text(&value))
            }
            (ParameterPlace::Header, _) => self.headers.push((name.to_owned(), text(&value))),
            (place, style) => {
                let mut pairs = Vec::new();
                match style {
                    ParameterStyle::RepeatList | ParameterStyle::Flat => {
                        self.flatten(name, &value, &mut pairs)
                    }
                    ParameterStyle::Simple => pairs.push((name.to_owned(), joined(&value))),
                    _ => pairs.push((name.to_owned(), text(&value))),
                }
                if place == ParameterPlace::Form && self.operation.method != "GET" {
                    self.form.extend(pairs);
                } else {
                    self.query.extend(pairs);
                }
            }
        }
    }

    /// Flattens a value to `Name.1.Field`. Names that are parameters themselves are skipped.
    fn flatten(&self, name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.flatten(&format!("{name}.{}", index + 1), item, pairs);
                }
            }
            Value::Object(object) => {
                for (field, value) in object {
                    self.flatten(&format!("{name}.{field}"), value, pairs);
                }
            }
            _ if name.contains('.') && self.operation.parameter(name).is_some() => {}
            scalar => pairs.push((name.to_owned(), text(scalar))),
        }
    }

    fn finish(self) -> V3 {
        let operation = self.operation;
        let pairs = |pairs: &[(String, String)]| {
            let mut pairs: Vec<(&str, &str)> = pairs
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            pairs.sort_unstable();
            common::query(&pairs)
        };
        let mut request = V3::new(&operation.name, &self.service.version, &[]);
        request.query = pairs(&self.query);
        request.method = method(&operation.method);
        if self.service.style == ApiStyle::Roa {
            request.path = self.path;
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !self.form.is_empty() {
            let form = pairs(&self.form).into_bytes();
            request = request.body("application/x-www-form-urlencoded", form);
        }
        match self.body {
            Some((kind, body)) => request.body(kind, body),
            None => request,
        }
    }
}

fn is_token(operation: &Operation, name: &str) -> bool {
    matches!(&operation.pagination, Some(Pagination::Token { input, .. }) if input == name)
}

fn method(name: &str) -> &'static str {
    let known = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];
    known
        .into_iter()
        .find(|known| *known == name)
        .unwrap_or_else(|| panic!("unknown method {name}"))
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn joined(value: &Value) -> String {
    let items = value.as_array().into_iter().flatten();
    items.map(text).collect::<Vec<_>>().join(",")
}
