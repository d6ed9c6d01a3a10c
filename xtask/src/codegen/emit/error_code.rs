//! Documented error codes, as constants of the generated crate.

use crate::codegen::ir::Service;
use crate::codegen::names::ident;
use crate::codegen::render::Source;
use quote::quote;

/// Documentation of the module.
pub(super) fn docs() -> Vec<String> {
    vec![
        "Error codes that the service documents, to compare with [`Error::code`](crate::Error::code).".to_owned(),
        String::new(),
        "The list is open: a service answers with others too, and the gateway has its own.".to_owned(),
    ]
}

/// The source of `error_code.rs`.
pub(super) fn module(service: &Service) -> Source {
    let mut source = Source::default();
    let constants = service.errors.iter().map(|error| {
        let docs = source.docs.block(&error.docs);
        let (name, code) = (ident(&error.constant), &error.code);
        quote!(#docs pub const #name: &str = #code;)
    });
    let tokens = quote!(#(#constants)*);
    source.tokens(tokens);
    source
}
