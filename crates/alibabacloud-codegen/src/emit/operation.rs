//! The module of an operation: its request builder and its definition as data.

use super::imports::Imports;
use super::types::Scope;
use super::{pagination, parameter, send};
use crate::ir::{Operation, Ram, ResponseBody, Service};
use crate::names::{ident, in_source};
use crate::render::{Docs, Source, import, line, list};
use alibabacloud_core::plumbing::{MARKER_END, MARKER_START, NeededAction, ResourceTemplate};
use proc_macro2::TokenStream;
use quote::quote;
use std::fmt::Write;

/// Returns the source of an operation's module.
pub(super) fn module(service: &Service, operation: &Operation) -> Source {
    let mut source = Source::default();
    source.text(uses(service, operation));
    let builder = builder(operation, &source.docs);
    source.text(builder);
    source.text(definition(service, operation));
    match methods_text(operation, &source.docs) {
        Some(methods) => source.text(methods),
        None => {
            let methods = methods(operation, &source.docs);
            source.tokens(methods);
        }
    }
    if let Some(pagination) = &operation.pagination {
        pagination::paginated(operation, pagination, &mut source);
    }
    source
}

fn uses(service: &Service, operation: &Operation) -> String {
    let mut imports = Imports::default();
    for field in &operation.input.fields {
        imports.add_parameter(&field.ty);
    }
    if let Some(pagination) = &operation.pagination {
        imports.add(&pagination.item);
    }
    let pages = operation.pagination.is_some();
    let mut text = import("crate::client", &["PRODUCT"]);
    if pages {
        text.push_str(&import("alibabacloud_core", &["Result"]));
    }
    if needs_method(operation) {
        text.push_str(&import("alibabacloud_core::http", &["Method"]));
    }
    let plumbing = [
        ("Access", true),
        ("Call", true),
        ("Cursor", pages),
        ("Operation", true),
        ("PageContents", pages),
        ("Paginated", pages),
        ("Param", !operation.params.is_empty()),
        ("ResponseBody", operation.output.body != ResponseBody::Json),
        ("request_methods", true),
    ];
    let plumbing = plumbing.into_iter().filter(|(_, is_used)| *is_used);
    let plumbing: Vec<&str> = plumbing.map(|(name, _)| name).collect();
    text.push_str(&import("alibabacloud_core::plumbing", &plumbing));
    let types: Vec<&str> = imports.types.iter().copied().collect();
    text.push_str(&import("alibabacloud_core::types", &types));
    let model = service.model_lib_name();
    let module = in_source(&operation.module);
    let nested = imports.local.then_some("self as model");
    let names = [&operation.input.name, &operation.output.name].map(String::as_str);
    let names: Vec<&str> = nested.into_iter().chain(names).collect();
    text.push_str(&import(&format!("{model}::{module}"), &names));
    if imports.shared {
        text.push_str(&import(&model, &["shared"]));
    }
    if imports.map {
        text.push_str(&import("std::collections", &["BTreeMap"]));
    }
    text
}

fn builder(operation: &Operation, docs: &Docs) -> String {
    let docs = docs.line(&operation.builder_docs);
    let (builder, input) = (&operation.builder, &operation.input.name);
    let unused = if operation.pagination.is_some() {
        "request builders do nothing until `send`, `by_page` or `by_item` is called"
    } else if operation.output.body == ResponseBody::Events {
        "request builders do nothing until `send_stream` is called"
    } else {
        "request builders do nothing until `send` is called"
    };
    format!(
        "{docs}\n#[derive(Clone, Debug)]\n#[must_use = {unused:?}]\npub struct {builder} {{\n    \
         pub(crate) call: Call<{input}>,\n}}\n"
    )
}

fn needs_method(operation: &Operation) -> bool {
    operation.roa_path.is_some() || operation.method != "Post"
}

/// Returns the definition of an operation as data, one parameter per line. The name is in the
/// marker by which `cargo acs-policy` finds the operation in a program.
fn definition(service: &Service, operation: &Operation) -> String {
    let Operation {
        name,
        access,
        method,
        ..
    } = operation;
    let Service { code, version, .. } = service;
    let marker = format!("{MARKER_START}{code}/{version}/{name}{MARKER_END}");
    let marker: String = marker.escape_default().collect();
    let mut text = "static OPERATION: Operation = ".to_owned();
    text.push_str(&match &operation.roa_path {
        Some(path) => {
            format!(
                "Operation::roa(&PRODUCT, \"{marker}\", Method::{method}, {path:?}, Access::{access})"
            )
        }
        None => format!("Operation::rpc(&PRODUCT, \"{marker}\", Access::{access})"),
    });
    for call in builder_calls(operation) {
        let _ = write!(text, "\n    .{call}");
    }
    text.push_str(";\n");
    text
}

/// Returns the calls that complete the definition of an operation.
fn builder_calls(operation: &Operation) -> Vec<String> {
    let mut calls = Vec::new();
    if operation.roa_path.is_none() && needs_method(operation) {
        calls.push(format!("method(Method::{})", operation.method));
    }
    if !operation.params.is_empty() {
        let rows: Vec<String> = operation.params.iter().map(parameter::row).collect();
        calls.push(format!("params(&[\n{}    ])", rows.concat()));
    }
    calls.extend(
        operation
            .idempotency
            .iter()
            .map(|token| format!("idempotency_token({token:?})")),
    );
    if operation.anonymous {
        calls.push("anonymous()".to_owned());
    }
    match operation.output.body {
        ResponseBody::Json => {}
        ResponseBody::Raw => calls.push("response_body(ResponseBody::Raw)".to_owned()),
        ResponseBody::Events => calls.push("response_body(ResponseBody::Events)".to_owned()),
    }
    calls.extend(
        operation
            .success_field
            .iter()
            .map(|field| match &operation.success_value {
                Some(value) => format!("success_value({field:?}, {value:?})"),
                None => format!("success_field({field:?})"),
            }),
    );
    if let Some(pagination) = &operation.pagination {
        calls.extend(pagination::calls(operation, pagination));
    }
    let permission = permission(&operation.ram);
    if !permission.is_empty() {
        calls.push(format!("permission({permission:?})"));
    }
    calls
}

/// Returns the documented permission of an operation, for the error of a denied call.
fn permission(ram: &Ram) -> String {
    let documented = (ram.status == "Documented").then_some(&ram.actions);
    let actions = documented.into_iter().flatten();
    NeededAction::write_all(actions.map(|action| {
        let resources = action.resources.iter();
        NeededAction {
            action: &action.action,
            resources: resources
                .map(|(kind, required, arn)| ResourceTemplate {
                    kind,
                    required: *required,
                    arn,
                })
                .collect(),
        }
    }))
}

/// Returns the methods as text; `None` if only the formatter can write one of them.
fn methods_text(operation: &Operation, docs: &Docs) -> Option<String> {
    let mut methods = vec![new_text(operation)?];
    methods.extend(parameter::setter_texts(operation, docs)?);
    methods.push(line(format!("    {}", send::text(operation)))? + "\n");
    let builder = &operation.builder;
    Some(format!("impl {builder} {{\n{}}}\n", methods.join("\n")))
}

fn methods(operation: &Operation, docs: &Docs) -> TokenStream {
    let builder = ident(&operation.builder);
    let new = new(operation);
    let setters = parameter::setters(operation, docs);
    let send = send::methods(operation);
    quote! {
        impl #builder {
            #new
            #setters
            #send
        }
    }
}

/// Returns the constructor as text; `None` if only the formatter can write it.
fn new_text(operation: &Operation) -> Option<String> {
    let mut parameters = vec!["client: &alibabacloud_core::Client".to_owned()];
    let mut setters = String::new();
    let mut setter_lines = String::new();
    let arguments = parameter::arguments(operation, Scope::Operation);
    for (&index, (name, ty)) in operation.arguments.iter().zip(arguments) {
        parameters.push(format!("{name}: {ty}"));
        let setter = in_source(&operation.input.fields[index].setter);
        let _ = write!(setters, ".{setter}({name})");
        let _ = write!(setter_lines, "\n            .{setter}({name})");
    }
    let head = list("    pub(crate) fn new", &parameters, " -> Self {")?;
    let default = format!("{}::default()", operation.input.name);
    let values = ["client".to_owned(), "&OPERATION".to_owned(), default];
    let call = list("        let call = Call::new", &values, ";")?;
    let new = line(format!("        Self {{ call }}{setters}"));
    let new = new.unwrap_or_else(|| format!("        Self {{ call }}{setter_lines}"));
    Some(format!("    #[inline]\n{head}\n{call}\n{new}\n    }}\n"))
}

fn new(operation: &Operation) -> TokenStream {
    let input = ident(&operation.input.name);
    let (names, parameters) = parameter::argument_tokens(operation, Scope::Operation);
    let set = operation
        .arguments
        .iter()
        .zip(&names)
        .map(|(&index, name)| {
            let setter = ident(&operation.input.fields[index].setter);
            quote!(.#setter(#name))
        });
    quote! {
        #[inline]
        pub(crate) fn new(client: &alibabacloud_core::Client, #(#parameters),*) -> Self {
            let call = Call::new(client, &OPERATION, #input::default());
            Self { call } #(#set)*
        }
    }
}
