//! Writes the code of calls: a module for each.

use alibabacloud_codegen::names;
use alibabacloud_codegen::snippet::Call;
use alibabacloud_spec::{Kind, Operation, ParameterPlace, Schema, Service};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const SPECS: [&str; 5] = [
    "api-specs/oos/2019-06-01",
    "api-specs/cs/2015-12-15",
    "api-specs/sts/2015-04-01",
    "tests/fixtures/specs/fixture/2024-01-01",
    "tests/fixtures/specs/fixture-roa/2024-01-01",
];

/// How deep the objects are that are filled.
const DEPTH: usize = 4;

fn main() {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap());
    let (mut programs, mut mocks, mut count) = (String::new(), String::new(), 0);
    for spec in SPECS {
        let directory = package.join("../..").join(spec);
        println!("cargo::rerun-if-changed={}", directory.display());
        count += write(&directory, &mut programs, &mut mocks);
    }
    let out = PathBuf::from(env::var("OUT_DIR").unwrap());
    fs::write(out.join("programs.rs"), programs).unwrap();
    fs::write(out.join("mocks.rs"), mocks).unwrap();
    println!("cargo::rustc-env=SNIPPETS={count}");
}

/// Writes the code of all operations of a service; returns the number of calls.
fn write(directory: &Path, programs: &mut String, mocks: &mut String) -> usize {
    let service = Service::load(directory).unwrap_or_else(|errors| panic!("{errors}"));
    let mut count = 0;
    let mut add = |name: &str, call: Call<'_>| {
        let snippet = call
            .write()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let module = format!("{}_{name}", names::snake(&service.crate_name));
        for (form, text) in [
            ("async", &snippet.rust_async),
            ("blocking", &snippet.rust_blocking),
        ] {
            let _ = writeln!(programs, "mod {module}_{form} {{\n{text}}}\n");
        }
        let _ = writeln!(mocks, "mod {module} {{\n{}}}\n", snippet.rust_test);
        count += 1;
        snippet.problems
    };
    for operation in &service.operations {
        if operation.unsupported.is_some() {
            continue;
        }
        let name = names::snake(&operation.name);
        let call = || Call::new(&service, &operation.name);
        add(&format!("{name}_bare"), call());
        let example = operation
            .example
            .as_ref()
            .and_then(|example| example.request.as_object());
        if let Some(example) = example {
            add(&format!("{name}_example"), call().parameters(example));
        }
        let all = filled(&service, operation);
        let problems = add(&name, call().parameters(&all).region("cn-shanghai"));
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let mistyped = problems
            .iter()
            .filter(|problem| problem.contains("expected"));
        assert_eq!(mistyped.count(), 0, "{name}: {problems:?}");
    }
    count
}

/// Returns a value for each parameter of an operation.
fn filled(service: &Service, operation: &Operation) -> Map<String, Value> {
    let parameters = operation.parameters.iter();
    parameters
        .map(|parameter| {
            let value = match parameter.place {
                // A header has one line.
                ParameterPlace::Header => json!("x"),
                _ => value(service, &parameter.schema, 0),
            };
            (parameter.name.clone(), value)
        })
        .collect()
}

/// Returns a value that fits a schema; a null for what is too deep.
fn value(service: &Service, schema: &Schema, depth: usize) -> Value {
    if depth > DEPTH {
        return Value::Null;
    }
    match &schema.kind {
        Kind::Any => json!({"a": [1, "b", null, true, 5_000_000_000_u64, 0.5]}),
        Kind::String => json!("a \"b\"#\r\n\tc \u{202e}"),
        Kind::JsonText => json!("{\"a\": \"b\"}"),
        Kind::DateTime => json!("2024-05-04T11:17:28Z"),
        Kind::Binary => json!("AAEC/w=="),
        Kind::Enum(values) => values
            .first()
            .map_or(json!("x"), |first| json!(first.value)),
        Kind::Int32 => json!(schema.minimum.unwrap_or(7)),
        Kind::Int64 => json!(schema.minimum.unwrap_or(7_000_000_000)),
        Kind::Number => json!(0.25),
        Kind::Boolean => json!(true),
        Kind::Array(inner) => match value(service, inner, depth + 1) {
            Value::Null => json!([]),
            item => json!([item, item]),
        },
        Kind::Map(inner) => match value(service, inner, depth + 1) {
            Value::Null => json!({}),
            entry => json!({"a-b": entry}),
        },
        Kind::Object(properties) => {
            let properties = properties.iter();
            properties
                .map(|(name, property)| (name.clone(), value(service, &property.schema, depth + 1)))
                .collect::<Map<_, _>>()
                .into()
        }
        Kind::Ref(_) => value(service, service.resolve(schema), depth + 1),
    }
}
