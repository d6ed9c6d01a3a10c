//! Writes a program that calls operations of a generated crate with values from JSON, through its
//! public methods. The scripts in `tests/interop` compare what it sends with what the official
//! clients send.
//!
//!     wire_program spec SPEC                           prints the specification as one JSON document
//!     wire_program write SPEC CRATE OUT [OPERATION...]  writes a package to OUT that calls the crate in directory CRATE
//!
//! `SPEC` is the directory with `openapi.yaml`. Without operations the program calls all of them.

use alibabacloud_codegen::ir::{Field, Operation, ResponseBody, Service, Type};
use alibabacloud_codegen::lower::lower;
use alibabacloud_codegen::names::in_source;
use alibabacloud_spec::Loader;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

const PROGRAM: &str = include_str!("program.rs");

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["spec", spec] => print!("{}", Loader::new().bundle(Path::new(spec))?),
        ["write", spec, sdk, out, chosen @ ..] => {
            let service = Loader::new().load(Path::new(spec))?;
            let service = lower(&service, spec).map_err(|problems| format!("{problems:?}"))?;
            write(&service, sdk, Path::new(out), chosen)?;
        }
        _ => {
            return Err(
                "usage: wire_program spec SPEC | write SPEC CRATE OUT [OPERATION...]".into(),
            );
        }
    }
    Ok(())
}

fn write(service: &Service, sdk: &str, out: &Path, chosen: &[&str]) -> Result<(), Box<dyn Error>> {
    if let Some(unknown) = chosen
        .iter()
        .find(|name| !service.callable().any(|operation| operation.name == **name))
    {
        return Err(format!("unknown operation `{unknown}`").into());
    }
    let operations: Vec<&Operation> = service
        .callable()
        .filter(|operation| operation.output.body != ResponseBody::Events)
        .filter(|operation| chosen.is_empty() || chosen.contains(&operation.name.as_str()))
        .collect();
    fs::create_dir_all(out.join("src"))?;
    fs::write(out.join("Cargo.toml"), manifest(service, sdk))?;
    fs::write(out.join("src/main.rs"), PROGRAM)?;
    fs::write(out.join("src/operations.rs"), calls(&operations)?)?;
    Ok(())
}

fn manifest(service: &Service, sdk: &str) -> String {
    let (code, package) = (&service.code, &service.crate_name);
    format!(
        "[package]\nname = \"wire-{code}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\nsdk = {{ package = \"{package}\", path = {sdk:?}, features = [\"serde\"] }}\n\
         serde_json = \"1\"\ntokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n"
    )
}

fn calls(operations: &[&Operation]) -> Result<String, std::fmt::Error> {
    let mut text = "//! Every operation, by name.\n#![allow(deprecated)]\n\n\
        use crate::Outcome;\nuse sdk::{Client, model};\nuse serde_json::Value;\n\n\
        pub(crate) async fn call(client: &Client, operation: &str, input: Value) -> Outcome {\n    match operation {\n"
        .to_owned();
    for operation in operations {
        let (name, module) = (&operation.name, in_source(&operation.module));
        writeln!(
            text,
            "        {name:?} => Box::pin(self::{module}(client, input)).await,"
        )?;
    }
    text.push_str("        _ => Err(format!(\"no operation {operation}\").into()),\n    }\n}\n");
    for operation in operations {
        text.push_str(&function(operation)?);
    }
    Ok(text)
}

/// The program reads the input with the serde impls of the model, and passes each field to the
/// public methods.
fn function(operation: &Operation) -> Result<String, std::fmt::Error> {
    let (module, input) = (
        in_source(&operation.module),
        in_source(&operation.input.name),
    );
    let name = if operation.input.fields.is_empty() {
        "_"
    } else {
        "input"
    };
    let mut text = format!(
        "\nasync fn {module}(client: &Client, input: Value) -> Outcome {{\n    \
         let {name}: model::{module}::{input} = serde_json::from_value(input)?;\n"
    );
    let mut arguments = Vec::new();
    for &index in &operation.arguments {
        let field = &operation.input.fields[index];
        let value = format!(
            "input.{}.ok_or({:?})?",
            in_source(&field.name),
            format!("missing {}", field.wire)
        );
        arguments.push(plain(&value, &field.ty));
    }
    let setters: Vec<&Field> = (0..)
        .zip(&operation.input.fields)
        .filter(|(index, _)| !operation.arguments.contains(index))
        .map(|(_, field)| field)
        .collect();
    let mutable = if setters.is_empty() { "" } else { "mut " };
    writeln!(
        text,
        "    let {mutable}request = client.{module}({});",
        arguments.join(", ")
    )?;
    for field in setters {
        let (name, setter) = (in_source(&field.name), in_source(&field.setter));
        let value = plain("value", &field.ty);
        writeln!(
            text,
            "    if let Some(value) = input.{name} {{\n        request = request.{setter}({value});\n    }}"
        )?;
    }
    text.push_str("    Ok(serde_json::to_value(request.send().await?)?)\n}\n");
    Ok(text)
}

/// Returns the argument of a setter for the value of a field.
fn plain(value: &str, ty: &Type) -> String {
    match ty {
        Type::Boxed(_) => format!("*{value}"),
        Type::Sensitive(inner) => plain(&format!("{value}.into_inner()"), inner),
        Type::List(element) => match element.as_ref() {
            Type::Boxed(_) | Type::Sensitive(_) => {
                format!(
                    "{value}.into_iter().map(|value| {})",
                    plain("value", element)
                )
            }
            _ => value.to_owned(),
        },
        Type::Map(element) => match element.as_ref() {
            Type::Boxed(_) | Type::Sensitive(_) => format!(
                "{value}.into_iter().map(|(key, value)| (key, {}))",
                plain("value", element)
            ),
            _ => value.to_owned(),
        },
        _ => value.to_owned(),
    }
}
