//! The parameters of an operation: rows of its definition, arguments and setters.

use super::setter::{self, setter};
use super::types::Scope;
use crate::ir::{Operation, Param};
use crate::names::in_source;
use crate::render::{Docs, tokens};
use proc_macro2::TokenStream;
use quote::quote;

/// Returns the row of a parameter, which defines where and how it is written in the request.
pub(super) fn row(param: &Param) -> String {
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

/// Returns names and types of the arguments of the method on the client and of `new`.
pub(super) fn arguments(operation: &Operation, scope: Scope<'_>) -> Vec<(String, String)> {
    let fields = operation
        .arguments
        .iter()
        .map(|&i| &operation.input.fields[i]);
    fields
        .map(|field| (in_source(&field.name), scope.parameter(&field.ty)))
        .collect()
}

/// Returns the same for the formatter: the names, and the parameters with their types.
pub(super) fn argument_tokens(
    operation: &Operation,
    scope: Scope<'_>,
) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let arguments = arguments(operation, scope).into_iter();
    arguments
        .map(|(name, ty)| (tokens(&name), tokens(&format!("{name}: {ty}"))))
        .unzip()
}

/// Returns the setters of a request builder as text; `None` if only the formatter can write one.
pub(super) fn setter_texts(operation: &Operation, docs: &Docs) -> Option<Vec<String>> {
    let fields = operation.input.fields.iter().enumerate();
    let setters = fields.map(|(index, field)| {
        let deprecate = field.deprecated && !operation.arguments.contains(&index);
        setter::text(Scope::Operation, field, "self.call.input", deprecate, docs)
    });
    setters.collect()
}

/// Returns the setters of a request builder.
pub(super) fn setters(operation: &Operation, docs: &Docs) -> TokenStream {
    let target = quote!(self.call.input);
    let setters = operation
        .input
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let deprecate = field.deprecated && !operation.arguments.contains(&index);
            setter(Scope::Operation, field, &target, deprecate, docs)
        });
    quote!(#(#setters)*)
}
