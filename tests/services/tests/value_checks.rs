//! The checks of values in generated clients, with the feature `checks`: for every operation, and
//! for every rule of its specification, they report what the dynamic client reports.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use alibabacloud_core::plumbing::ValueRules;
use alibabacloud_core::test_util::{MockClient, MockResponse};
use alibabacloud_core::types::plumbing::{Record, decode};
use alibabacloud_core::{Config, Error, ErrorKind, credentials::Credentials};
use alibabacloud_dynamic::Service;
use alibabacloud_spec::{Kind, LengthUnit, Operation, Schema, ValueRule};
use sdk_tests::sample;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

include!(concat!(env!("OUT_DIR"), "/inputs.rs"));

#[test]
fn generated_clients_report_what_the_dynamic_client_reports() {
    let mut counts = BTreeMap::new();
    let mut different = Vec::new();
    let mut services = 0;
    for path in alibabacloud_spec::find_specs(&sdk_tests::repository().join("api-specs")).unwrap() {
        let service = Service::from_dir(&path).unwrap();
        let package = service.spec().crate_name.clone();
        let callable = service.spec().operations.iter();
        let callable = callable.filter(|one| one.unsupported.is_none());
        // The manifest of this package does not name every service.
        if callable
            .clone()
            .all(|one| input(&package, &one.name).is_none())
        {
            continue;
        }
        services += 1;
        let file = sdk_tests::repository().join(format!("crates/{package}/src/checks.txt"));
        let rules = ValueRules::new(std::fs::read_to_string(file).unwrap().leak());
        let client = service.client(Config::new()).unwrap().check_values(true);
        for operation in callable {
            for violation in violations(&service, operation) {
                let parameters = violation.parameters.clone();
                let dynamic = match client.call(&operation.name, parameters) {
                    Ok(_) => String::new(),
                    Err(error) => problems_in(&error),
                };
                let mut record = input(&package, &operation.name).unwrap();
                let text = violation.parameters.to_string();
                decode(text.as_bytes(), &mut *record).unwrap();
                let problems = rules.problems(&operation.name, &*record, &|_| false);
                let generated = problems.unwrap().join("; ");
                if dynamic != generated || dynamic.is_empty() != (violation.kind == "none") {
                    different.push(format!(
                        "{package} {} {}: {generated:?}, and dynamic {dynamic:?}",
                        operation.name, violation.kind
                    ));
                }
                *counts.entry(violation.kind).or_insert(0) += 1;
            }
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(services >= 16, "{services}");
    let kinds: Vec<&str> = counts.keys().copied().collect();
    let known = [
        "above", "below", "json", "long", "many", "missing", "none", "short", "unknown",
    ];
    assert_eq!(kinds, known, "{counts:?}");
    assert!(counts.values().sum::<i32>() > 5000, "{counts:?}");
}

/// Returns the problems in an error of the dynamic client.
fn problems_in(error: &Error) -> String {
    let message = error.to_string();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{message}");
    let (_, problems) = message.split_once(": ").unwrap();
    problems.to_owned()
}

/// Parameters that break one rule, or none.
struct Violation {
    kind: &'static str,
    parameters: Value,
}

/// Returns parameters without a violation, and for each rule those that break it.
fn violations(service: &Service, operation: &Operation) -> Vec<Violation> {
    let spec = service.spec();
    let mut parameters = Map::new();
    for parameter in &operation.parameters {
        let value = match &spec.resolve(&parameter.schema).kind {
            Kind::Binary => json!("AP8="),
            _ => sample::value(spec, &parameter.schema),
        };
        parameters.insert(parameter.name.clone(), value);
    }
    let mut finder = Finder {
        service,
        sample: Value::Object(parameters),
        violations: Vec::new(),
    };
    finder.add("none", "", None);
    for parameter in &operation.parameters {
        let pointer = joined("", &parameter.name);
        let is_filled_in =
            parameter.is_region() || operation.idempotency.as_ref() == Some(&parameter.name);
        if parameter.required && !is_filled_in {
            finder.add("missing", &pointer, None);
        }
        finder.find(&parameter.schema, &pointer);
    }
    finder.violations
}

struct Finder<'a> {
    service: &'a Service,
    sample: Value,
    violations: Vec<Violation>,
}

impl Finder<'_> {
    /// Adds the sample with another value, or without one, at a JSON pointer.
    fn add(&mut self, kind: &'static str, pointer: &str, value: Option<Value>) {
        let mut parameters = self.sample.clone();
        match (value, pointer.rsplit_once('/')) {
            (Some(value), _) => *parameters.pointer_mut(pointer).unwrap() = value,
            (None, Some((parent, name))) => {
                let parent = parameters.pointer_mut(parent).unwrap();
                let name = name.replace("~1", "/").replace("~0", "~");
                parent.as_object_mut().unwrap().remove(&name).unwrap();
            }
            (None, None) => {}
        }
        self.violations.push(Violation { kind, parameters });
    }

    /// Adds violations of the rules about a value, and of those about what it contains.
    fn find(&mut self, schema: &Schema, pointer: &str) {
        let service = self.service;
        let schema = service.spec().resolve(schema);
        // The sample of a recursive type ends at some depth.
        let Some(here) = self.sample.pointer(pointer).cloned() else {
            return;
        };
        for (kind, value) in schema
            .rule()
            .map_or(Vec::new(), |rule| breaking(rule, &here))
        {
            // What does not fit into 32 bits is an error of the type.
            let fits = |value: &Value| value.as_i64().is_none_or(|n| i32::try_from(n).is_ok());
            if schema.kind != Kind::Int32 || fits(&value) {
                self.add(kind, pointer, Some(value));
            }
        }
        match &schema.kind {
            Kind::Array(items) => self.find(items, &joined(pointer, "0")),
            Kind::Map(values) => self.find(values, &joined(pointer, "k")),
            Kind::Object(properties) => {
                for (name, property) in properties {
                    let pointer = joined(pointer, name);
                    if property.required && self.sample.pointer(&pointer).is_some() {
                        self.add("missing", &pointer, None);
                    }
                    self.find(&property.schema, &pointer);
                }
            }
            _ => {}
        }
    }
}

fn joined(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Returns values that break a rule. `value` is one that does not.
fn breaking(rule: ValueRule<'_>, value: &Value) -> Vec<(&'static str, Value)> {
    let text = |length: u64| json!("x".repeat(usize::try_from(length).unwrap()));
    let mut found = Vec::new();
    match rule {
        ValueRule::Range { least, most } => {
            let below = least.and_then(|least| least.checked_sub(1));
            let above = most.and_then(|most| most.checked_add(1));
            found.extend(below.map(|below| ("below", json!(below))));
            found.extend(above.map(|above| ("above", json!(above))));
        }
        ValueRule::Length { least, most, unit } => {
            let array = |length: u64| {
                let item = value.get(0).cloned().unwrap_or_default();
                json!(vec![item; usize::try_from(length).unwrap()])
            };
            let (make, long): (&dyn Fn(u64) -> Value, _) = match unit {
                LengthUnit::Characters => (&text, "long"),
                LengthUnit::Items => (&array, "many"),
            };
            let short = least.and_then(|least| least.checked_sub(1));
            found.extend(short.map(|short| ("short", make(short))));
            // The longest texts are documents of megabytes.
            let most = most.filter(|most| *most <= 100_000);
            found.extend(most.map(|most| (long, make(most + 1))));
        }
        ValueRule::OneOf(_) => found.push(("unknown", json!("no such value"))),
        ValueRule::Json => found.push(("json", json!("{"))),
    }
    found
}

fn config(http: &MockClient) -> Config {
    Config::new()
        .region("cn-hangzhou")
        .credentials(Credentials::access_key("id", "secret"))
        .http_client(http.clone())
        .check_values(true)
}

#[tokio::test]
async fn clients_of_three_services_reject_what_breaks_a_rule() {
    let http = MockClient::new([]);
    let oos = alibabacloud_oos::Client::new(config(&http)).unwrap();
    let list = oos.list_executions().max_results(0).status("Lost");
    let error = list.clone().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.operation(), Some("oos:ListExecutions"));
    let message = error.to_string();
    assert!(
        message.starts_with("oos:ListExecutions: invalid parameters: Status: expected one of ")
            && message.ends_with("; MaxResults: expected at least 10"),
        "{message}"
    );
    let error = list.by_item().next().await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), message);

    let ecs = alibabacloud_ecs::Client::new(config(&http)).unwrap();
    let tags = (0..21).map(|number| (format!("key-{number}"), "value"));
    let error = ecs.allocate_dedicated_hosts("ddh.g6").tag(tags);
    let error = error.preview().unwrap_err().to_string();
    assert_eq!(
        error,
        "ecs:AllocateDedicatedHosts: invalid parameters: Tag: expected at most 20 items"
    );

    let cs = alibabacloud_cs::Client::new(config(&http)).unwrap();
    let attachment = alibabacloud_cs::model::attach_instances::Attachment::default();
    let error = cs.attach_instances("c1", attachment.password("secret"));
    let error = error.preview().unwrap_err().to_string();
    assert_eq!(
        error,
        "cs:AttachInstances: invalid parameters: attachment.instances: required, but not set; \
         attachment.password: expected at least 8 characters"
    );
    assert!(http.requests().is_empty());
}

#[tokio::test]
async fn what_a_paginator_sends_is_not_missing() {
    let http = MockClient::new([MockResponse::json(200, r#"{"BuildTaskLogs": []}"#)]);
    let client = alibabacloud_cr::Client::new(config(&http)).unwrap();
    let list = client.list_artifact_build_task_log("cri-1", "task-1");
    assert_eq!(
        list.preview().unwrap_err().to_string(),
        "cr:ListArtifactBuildTaskLog: invalid parameters: PageSize: required, but not set"
    );
    assert!(list.by_page().next().await.unwrap().is_ok());
    assert_eq!(http.requests().len(), 1);
}
