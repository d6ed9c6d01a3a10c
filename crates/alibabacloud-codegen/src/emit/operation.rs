//! The module of an operation: its request builder and its definition as data.

use super::imports::{self, Imports};
use super::types::Scope;
use super::{pagination, parameter, send};
use crate::ir::{Operation, Ram, ResponseBody, Service};
use crate::names::ident;
use crate::render::{Docs, Source};
use alibabacloud_core::plumbing::{MARKER_END, MARKER_START, NeededAction, ResourceTemplate};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::fmt::Write;

/// Returns the source of an operation's module.
pub(super) fn module(service: &Service, operation: &Operation) -> Source {
    let mut source = Source::default();
    source.tokens(uses(service, operation));
    let builder = builder(operation, &source.docs);
    source.tokens(builder);
    source.text(definition(service, operation));
    let methods = methods(operation, &source.docs);
    source.tokens(methods);
    if let Some(pagination) = &operation.pagination {
        source.tokens(pagination::paginated(operation, pagination));
    }
    source
}

fn uses(service: &Service, operation: &Operation) -> TokenStream {
    let mut imports = Imports::default();
    for field in &operation.input.fields {
        imports.add_parameter(&field.ty);
    }
    if let Some(pagination) = &operation.pagination {
        imports.add(&pagination.item);
    }

    let model = format_ident!("{}", service.model_lib_name());
    let module = ident(&operation.module);
    let (input, output) = (ident(&operation.input.name), ident(&operation.output.name));
    let nested = imports.local.then(|| quote!(self as model,));
    let shared = imports.shared.then(|| quote!(use #model::shared;));
    let (types, map) = (imports::of_types(&imports), imports::of_map(&imports));
    let pages = operation.pagination.is_some();
    let paginated = pages.then(|| quote!(PageContents, Paginated,));
    let cursor = pages.then(|| quote!(Cursor,));
    let result = pages.then(|| {
        quote!(
            use alibabacloud_core::Result;
        )
    });
    let param = (!operation.params.is_empty()).then(|| quote!(Param,));
    let body = (operation.output.body != ResponseBody::Json).then(|| quote!(ResponseBody,));
    let method = needs_method(operation).then(|| {
        quote!(
            use alibabacloud_core::http::Method;
        )
    });
    quote! {
        use crate::client::PRODUCT;
        #result
        #method
        use alibabacloud_core::plumbing::{Access, Call, #cursor Operation, #paginated #param #body request_methods};
        #types
        use #model::#module::{#nested #input, #output};
        #shared
        #map
    }
}

fn builder(operation: &Operation, docs: &Docs) -> TokenStream {
    let docs = docs.block(&operation.builder_docs);
    let (builder, input) = (ident(&operation.builder), ident(&operation.input.name));
    let unused = if operation.pagination.is_some() {
        "request builders do nothing until `send`, `by_page` or `by_item` is called"
    } else if operation.output.body == ResponseBody::Events {
        "request builders do nothing until `send_stream` is called"
    } else {
        "request builders do nothing until `send` is called"
    };
    quote! {
        #docs
        #[derive(Clone, Debug)]
        #[must_use = #unused]
        pub struct #builder {
            pub(crate) call: Call<#input>,
        }
    }
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

fn new(operation: &Operation) -> TokenStream {
    let input = ident(&operation.input.name);
    let arguments = parameter::arguments(operation, Scope::Operation);
    let parameters = arguments.iter().map(|(name, ty)| quote!(#name: #ty));
    let set = operation
        .arguments
        .iter()
        .zip(&arguments)
        .map(|(&index, (name, _))| {
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
