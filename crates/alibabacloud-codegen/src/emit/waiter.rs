//! The waiters of a service: a definition as data and a method of the client each.

use super::imports::{self, Imports};
use super::types::Scope;
use crate::ir::{Field, Operation, Service, Waiter};
use crate::names::ident;
use crate::render::{Docs, Source, tokens};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;
use std::collections::BTreeSet;

/// Returns the documentation of `waiter.rs`.
pub(super) fn docs(service: &Service) -> Vec<String> {
    let mut lines = vec![
        "Waiters, which poll an operation until a resource reaches a state.".to_owned(),
        String::new(),
        "Methods of [`Client`] return them:".to_owned(),
        String::new(),
    ];
    lines.extend(list(service, "crate::Client"));
    lines
}

/// Returns a list of links to the waiters. `client` is the path of the client.
pub(super) fn list(service: &Service, client: &str) -> Vec<String> {
    let item = |waiter: &Waiter| {
        let paragraph = waiter.docs.iter().take_while(|line| !line.is_empty());
        let summary = paragraph.map(String::as_str).collect::<Vec<_>>().join(" ");
        format!("- [`{0}`]({client}::{0}): {summary}", waiter.method)
    };
    service.waiters.iter().map(item).collect()
}

/// Returns the source of `waiter.rs`.
pub(super) fn module(service: &Service) -> Source {
    let mut source = Source::default();
    source.tokens(uses(service));
    for waiter in &service.waiters {
        source.text(definition(waiter));
    }
    let methods: Vec<_> = service
        .waiters
        .iter()
        .map(|waiter| method(service, waiter, &source.docs))
        .collect();
    source.tokens(quote! {
        impl Client {
            #(#methods)*
        }
    });
    source
}

fn polled<'s>(service: &'s Service, waiter: &Waiter) -> &'s Operation {
    &service.operations[waiter.operation]
}

fn arguments<'s>(service: &'s Service, waiter: &Waiter) -> Vec<&'s Field> {
    let fields = &polled(service, waiter).input.fields;
    waiter.parameters.iter().map(|&i| &fields[i]).collect()
}

fn uses(service: &Service) -> TokenStream {
    let mut imports = Imports::default();
    let mut modules = BTreeSet::new();
    let mut builders = BTreeSet::new();
    for waiter in &service.waiters {
        let ids = waiter
            .ids
            .map(|index| &polled(service, waiter).input.fields[index]);
        for field in arguments(service, waiter) {
            if ids.is_none_or(|ids| ids.wire != field.wire) {
                imports.add_parameter(&field.ty);
            }
        }
        let operation = polled(service, waiter);
        modules.insert((&operation.module, &operation.output.name));
        builders.insert(&operation.builder);
    }
    imports.types.remove("Sensitive");
    let outputs = modules.into_iter().map(|(module, output)| {
        let (module, output) = (ident(module), ident(output));
        quote!(use crate::model::#module::#output;)
    });
    let builders = builders.into_iter().map(|builder| ident(builder));
    let (types, map) = (imports::of_types(&imports), imports::of_map(&imports));
    let model = (imports.local || imports.shared).then(|| {
        quote!(
            use crate::model;
        )
    });
    quote! {
        use crate::Client;
        #model
        #(#outputs)*
        use crate::operation::{#(#builders),*};
        use alibabacloud_core::plumbing::WaiterDefinition;
        #types
        #map
        #[doc(inline)]
        pub use alibabacloud_core::waiter::{Ids, Outcome, Progress, States, Waiter, WaiterStatus};
    }
}

/// Returns the definition of a waiter as data, one field per line.
fn definition(waiter: &Waiter) -> String {
    let Waiter {
        name,
        constant,
        state,
        identity,
        message,
        success,
        failure,
        attention,
        success_errors,
        success_if_absent,
        ..
    } = waiter;
    format!(
        "static {constant}: WaiterDefinition = WaiterDefinition {{\n    name: {name:?},\n    state: {state:?},\n    \
         identity: &{identity:?},\n    message: {message:?},\n    success: &{success:?},\n    failure: &{failure:?},\n    attention: &{attention:?},\n    \
         success_errors: &{success_errors:?},\n    success_if_absent: {success_if_absent},\n}};\n"
    )
}

fn method(service: &Service, waiter: &Waiter, docs: &Docs) -> TokenStream {
    let docs = docs.block(&waiter.docs);
    let operation = polled(service, waiter);
    let (method, constant) = (ident(&waiter.method), ident(&waiter.constant));
    let (builder, output) = (ident(&operation.builder), ident(&operation.output.name));
    let scope = Scope::Client(&operation.module);
    let fields = &operation.input.fields;
    let parameters = waiter.parameters.iter().map(|&index| {
        let field = &fields[index];
        let name = ident(&field.name);
        let ty = match waiter.ids == Some(index) {
            true => quote!(impl Into<Ids>),
            false => tokens(&scope.parameter(&field.ty)),
        };
        quote!(#name: #ty)
    });
    let ids = waiter.ids.map(|index| {
        let name = ident(&fields[index].name);
        quote!(let #name: Ids = #name.into();)
    });
    let first = operation.arguments.iter().map(|&index| {
        let name = ident(&operation.input.fields[index].name);
        quote!(#name)
    });
    let set = waiter
        .parameters
        .iter()
        .filter(|index| !operation.arguments.contains(index))
        .map(|&index| {
            let field = &fields[index];
            let (setter, name) = (ident(&field.setter), ident(&field.name));
            quote!(.#setter(#name))
        });
    let fixed = waiter.fixed.iter().map(|(index, value)| {
        let (setter, value) = (ident(&fields[*index].setter), literal(value));
        quote!(.#setter(#value))
    });
    let made = if waiter.paged {
        quote!(Waiter::paged(request, &#constant))
    } else {
        quote!(Waiter::new(request.call, &#constant))
    };
    quote! {
        #docs
        #[inline]
        pub fn #method(&self, #(#parameters),*) -> Waiter<#output> {
            #ids
            let request = #builder::new(&self.inner, #(#first),*) #(#set)* #(#fixed)*;
            #made
        }
    }
}

/// Returns a value of a parameter as a literal.
fn literal(value: &Value) -> TokenStream {
    match value {
        Value::String(text) => quote!(#text),
        Value::Bool(flag) => quote!(#flag),
        Value::Number(number) => {
            let number = Literal::i64_unsuffixed(number.as_i64().unwrap_or_default());
            quote!(#number)
        }
        Value::Array(values) => {
            let values = values.iter().map(literal);
            quote!([#(#values),*])
        }
        Value::Null | Value::Object(_) => TokenStream::new(),
    }
}
