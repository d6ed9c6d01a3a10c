//! The methods of a request builder that send the request, page through results, or preview it.

use crate::ir::{Operation, ResponseBody};
use crate::names::ident;
use proc_macro2::TokenStream;
use quote::quote;

/// Returns the methods of a request builder other than setters. They are the same for all
/// operations, so the core has them as a macro.
pub(super) fn methods(operation: &Operation) -> TokenStream {
    let output = ident(&operation.output.name);
    if operation.output.body == ResponseBody::Events {
        quote!(request_methods!(events of #output);)
    } else if operation.pagination.is_some() {
        quote!(request_methods!(pages of #output);)
    } else {
        quote!(request_methods!(#output);)
    }
}

/// Returns the same as text.
pub(super) fn text(operation: &Operation) -> String {
    let output = &operation.output.name;
    if operation.output.body == ResponseBody::Events {
        format!("request_methods!(events of {output});")
    } else if operation.pagination.is_some() {
        format!("request_methods!(pages of {output});")
    } else {
        format!("request_methods!({output});")
    }
}
