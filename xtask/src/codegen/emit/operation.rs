//! The module of an operation: its request builder, its description as data, and how it is paged.

use super::ends::ends;
use super::types::{self, Imports, Scope};
use crate::codegen::ir::{Answer, CursorKind, Operation, Pagination, Param, Service, Step, Type};
use crate::codegen::names::ident;
use crate::codegen::render::{Docs, Source};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::fmt::Write;

/// The source of an operation's module.
pub(super) fn module(service: &Service, operation: &Operation) -> Source {
    let mut source = Source::default();
    source.tokens(uses(service, operation));
    let builder = builder(operation, &source.docs);
    source.tokens(builder);
    source.text(description(operation));
    let methods = methods(operation, &source.docs);
    source.tokens(methods);
    if let Some(pagination) = &operation.pagination {
        source.tokens(paginated(operation, pagination));
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
    let (types, map) = (types::uses_of_types(&imports), types::uses_of_map(&imports));
    let (paginated, pages) = match operation.pagination {
        Some(_) => (
            Some(quote!(Paginated,)),
            Some(quote!(
                #[cfg(feature = "blocking")]
                use alibabacloud_core::blocking::{BlockingItems, BlockingPages};
                use alibabacloud_core::paginator::{Cursor, Items, Pages};
            )),
        ),
        None => (None, None),
    };
    let streams = operation.output.answer == Answer::Events;
    let events = streams.then(|| {
        quote!(
            #[cfg(feature = "blocking")]
            use alibabacloud_core::blocking::BlockingEvents;
            use alibabacloud_core::events::EventStream;
        )
    });
    let response = (!streams).then(|| quote!(Response,));
    let param = (!operation.params.is_empty()).then(|| quote!(Param,));
    let body = (operation.output.answer != Answer::Json).then(|| quote!(ResponseBody,));
    let method = needs_method(operation).then(|| {
        quote!(
            use alibabacloud_core::http::Method;
        )
    });
    quote! {
        use crate::client::PRODUCT;
        #events
        #method
        #pages
        use alibabacloud_core::plumbing::{Access, Call, Operation, #paginated #param #body};
        #types
        use alibabacloud_core::{CallOptions, Preview, #response Result};
        use #model::#module::{#nested #input, #output};
        #shared
        #map
    }
}

fn builder(operation: &Operation, docs: &Docs) -> TokenStream {
    let docs = docs.block(&operation.builder_docs);
    let (builder, input) = (ident(&operation.builder), ident(&operation.input.name));
    let unused = if operation.pagination.is_some() {
        "nothing is sent before `send`, `by_page` or `by_item`"
    } else if operation.output.answer == Answer::Events {
        "nothing is sent before `send_stream`"
    } else {
        "nothing is sent before `send`"
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

/// The operation as data, one parameter per line.
fn description(operation: &Operation) -> String {
    let Operation {
        name,
        class,
        method,
        ..
    } = operation;
    let mut text = "static OPERATION: Operation = ".to_owned();
    text.push_str(&match &operation.roa_path {
        Some(path) => {
            format!(
                "Operation::roa(&PRODUCT, {name:?}, Method::{method}, {path:?}, Access::{class})"
            )
        }
        None => format!("Operation::rpc(&PRODUCT, {name:?}, Access::{class})"),
    });
    for link in links(operation) {
        let _ = write!(text, "\n    .{link}");
    }
    text.push_str(";\n");
    text
}

fn links(operation: &Operation) -> Vec<String> {
    let mut links = Vec::new();
    if operation.roa_path.is_none() && needs_method(operation) {
        links.push(format!("method(Method::{})", operation.method));
    }
    if !operation.params.is_empty() {
        let rows: Vec<String> = operation.params.iter().map(param).collect();
        links.push(format!("params(&[\n{}    ])", rows.concat()));
    }
    links.extend(
        operation
            .idempotency
            .iter()
            .map(|token| format!("idempotency_token({token:?})")),
    );
    if operation.anonymous {
        links.push("anonymous()".to_owned());
    }
    match operation.output.answer {
        Answer::Json => {}
        Answer::Raw => links.push("response_body(ResponseBody::Raw)".to_owned()),
        Answer::Events => links.push("response_body(ResponseBody::Events)".to_owned()),
    }
    links.extend(
        operation
            .success_field
            .iter()
            .map(|field| format!("success_field({field:?})")),
    );
    links
}

fn param(param: &Param) -> String {
    let style = param
        .style
        .map_or_else(String::new, |style| format!(".{style}()"));
    let required = if param.required { ".required()" } else { "" };
    let object = if param.object { ".object()" } else { "" };
    format!(
        "        Param::{}({:?}){style}{required}{object},\n",
        param.place, param.name
    )
}

fn methods(operation: &Operation, docs: &Docs) -> TokenStream {
    let builder = ident(&operation.builder);
    let new = new(operation);
    let (setters, ends) = (setters(operation, docs), ends(operation, docs));
    quote! {
        impl #builder {
            #new
            #setters
            #ends
        }
    }
}

/// The arguments of the client's method and of `new`: names and types.
pub(super) fn arguments(operation: &Operation, scope: Scope<'_>) -> Vec<(Ident, TokenStream)> {
    let fields = operation
        .arguments
        .iter()
        .map(|&i| &operation.input.fields[i]);
    fields
        .map(|field| (ident(&field.name), scope.parameter(&field.ty)))
        .collect()
}

fn new(operation: &Operation) -> TokenStream {
    let input = ident(&operation.input.name);
    let arguments = arguments(operation, Scope::Operation);
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

fn setters(operation: &Operation, docs: &Docs) -> TokenStream {
    let target = quote!(self.call.input);
    let setters = operation
        .input
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let deprecate = field.deprecated && !operation.arguments.contains(&index);
            Scope::Operation.setter(field, &target, deprecate, docs)
        });
    quote!(#(#setters)*)
}

fn paginated(operation: &Operation, pagination: &Pagination) -> TokenStream {
    let builder = ident(&operation.builder);
    let (input, output) = (ident(&operation.input.name), ident(&operation.output.name));
    let item = Scope::Operation.ty(&pagination.item);
    let field = &operation.input.fields[pagination.input];
    let name = ident(&field.name);
    let cursor = match field.ty {
        Type::String => quote!(cursor.into_token()),
        _ => quote!(cursor.into_page()?),
    };
    let next = next(operation, pagination);
    let items = owned(&pagination.items);
    quote! {
        impl Paginated for #builder {
            type Input = #input;
            type Page = #output;
            type Item = #item;
            #[inline]
            fn call(&self) -> &Call<Self::Input> {
                &self.call
            }
            #[inline]
            fn next(&self, page: &Self::Page) -> Option<Cursor> {
                #next
            }
            #[inline]
            fn resume(&mut self, cursor: Cursor) -> Result<()> {
                self.call.input.#name = Some(#cursor);
                Ok(())
            }
            #[inline]
            fn items(page: Self::Page) -> Vec<Self::Item> {
                #items
            }
        }
    }
}

fn next(operation: &Operation, pagination: &Pagination) -> TokenStream {
    match &pagination.cursor {
        CursorKind::Token { output, ty } => {
            let token = borrowed(output, ty);
            match ty {
                Type::String => quote!(Cursor::token(#token)),
                _ => quote!(Cursor::token(#token.map(|token| token.to_string()).as_deref())),
            }
        }
        CursorKind::Number { total } => {
            let number = number_of_input(operation, pagination.input);
            let size = match pagination.limit {
                Some(limit) => number_of_input(operation, limit),
                None => quote!(None),
            };
            let total = match total {
                Some((path, ty)) => as_number(ty, borrowed(path, ty)),
                None => quote!(None),
            };
            let count = count(&pagination.items);
            quote!(Cursor::page(#number, #size, #total, #count))
        }
    }
}

/// A parameter of the request as `Option<i64>`.
fn number_of_input(operation: &Operation, index: usize) -> TokenStream {
    let field = &operation.input.fields[index];
    let name = ident(&field.name);
    match field.ty {
        Type::String => as_number(&field.ty, quote!(self.call.input.#name.as_deref())),
        _ => as_number(&field.ty, quote!(self.call.input.#name)),
    }
}

/// An option of a string or integer as `Option<i64>`.
fn as_number(ty: &Type, value: TokenStream) -> TokenStream {
    match ty {
        Type::String => quote!(#value.and_then(|number| number.parse().ok())),
        Type::I32 => quote!(#value.map(i64::from)),
        _ => value,
    }
}

/// The value at a path of `page: &Page`, as an option of `&str` or of an integer.
fn borrowed(path: &[Step], ty: &Type) -> TokenStream {
    let text = *ty == Type::String;
    walk(path, |value, optional| match (text, optional) {
        (true, true) => (quote!(#value.as_deref()), true),
        (true, false) => (quote!(#value.as_str()), false),
        (false, optional) => (value, optional),
    })
}

/// How many elements the array at a path of `page: &Page` has.
fn count(path: &[Step]) -> TokenStream {
    let (value, optional) = steps(path, true, |value, optional| {
        if optional {
            (quote!(#value.as_ref().map(Vec::len)), true)
        } else {
            (quote!(#value.len()), false)
        }
    });
    if optional {
        quote!(#value.unwrap_or_default())
    } else {
        value
    }
}

/// The value at a path of `page: &Page`, as an option in any case.
fn walk(path: &[Step], last: impl Fn(TokenStream, bool) -> (TokenStream, bool)) -> TokenStream {
    let (value, optional) = steps(path, true, last);
    if optional {
        value
    } else {
        quote!(Some(#value))
    }
}

/// The array at a path of `page: Page`, taken out of it.
fn owned(path: &[Step]) -> TokenStream {
    let (value, optional) = steps(path, false, |value, optional| (value, optional));
    if optional {
        quote!(#value.unwrap_or_default())
    } else {
        value
    }
}

/// Walks a path from `page`. Gives the expression, finished by `last`, and whether it is an option.
fn steps(
    path: &[Step],
    by_reference: bool,
    last: impl Fn(TokenStream, bool) -> (TokenStream, bool),
) -> (TokenStream, bool) {
    let mut value = quote!(page);
    let mut optional = false;
    for (index, step) in path.iter().enumerate() {
        let field = ident(&step.field);
        let finish = |value: TokenStream| {
            if index + 1 == path.len() {
                last(value, step.optional)
            } else if step.optional && by_reference {
                (quote!(#value.as_ref()), true)
            } else {
                (value, step.optional)
            }
        };
        if optional {
            let (inner, inner_optional) = finish(quote!(inner.#field));
            let method = if inner_optional {
                quote!(and_then)
            } else {
                quote!(map)
            };
            value = quote!(#value.#method(|inner| #inner));
        } else {
            (value, optional) = finish(quote!(#value.#field));
        }
    }
    (value, optional)
}
