//! The module of error codes: a constant and a predicate for each documented code.

use crate::ir::{ErrorCode, Service};
use crate::names::ident;
use crate::render::Source;
use quote::quote;

/// Returns the documentation of the module.
pub(super) fn docs(service: &Service) -> Vec<String> {
    let mut lines = vec![
        "Error codes that the service documents.".to_owned(),
        String::new(),
        "Compare the constants with [`Error::code`](crate::Error::code), or import [`ErrorCodeExt`] \
         for a predicate per code. The list is not complete: the service can return other codes."
            .to_owned(),
    ];
    let shared = service.errors.iter().filter(|error| error.shared);
    let links: Vec<String> = shared
        .map(|error| format!("[`{}`]", error.constant))
        .collect();
    if !links.is_empty() {
        lines.push(String::new());
        lines.push(format!(
            "Any operation can return these common codes: {}.",
            links.join(", ")
        ));
    }
    lines
}

/// Returns the source of `error_code.rs`.
pub(super) fn module(service: &Service) -> Source {
    let mut source = Source::default();
    let constants = service.errors.iter().map(|error| {
        let docs = source.docs.block(&error.docs);
        let (name, code) = (ident(&error.constant), &error.code);
        quote!(#docs pub const #name: &str = #code;)
    });
    let predicates = service.errors.iter().map(|error| {
        let docs = source.docs.text(&format!(
            "Returns whether the code is [`{}`].",
            error.constant
        ));
        let (name, constant) = (ident(&error.predicate), ident(&error.constant));
        quote! {
            #docs
            fn #name(&self) -> bool {
                self.has_code(#constant)
            }
        }
    });
    let docs = source.docs.text(&trait_docs(service));
    let tokens = quote! {
        use alibabacloud_core::plumbing::HasCode;
        #(#constants)*
        #docs
        pub trait ErrorCodeExt: HasCode {
            #(#predicates)*
        }
        impl ErrorCodeExt for alibabacloud_core::Error {}
    };
    source.tokens(tokens);
    source
}

fn trait_docs(service: &Service) -> String {
    let library = service.lib_name();
    let example = |error: &ErrorCode| {
        format!(
            r#"

# Examples

```
use {library}::{{Error, ErrorCodeExt, ServiceError}};

let error = Error::from(ServiceError::new(400, {code:?}, ""));
assert!(error.{predicate}());
```"#,
            code = error.code,
            predicate = error.predicate
        )
    };
    let example = service.errors.first().map(example).unwrap_or_default();
    format!(
        "Extends [`Error`](crate::Error) with a predicate for each documented error code.{example}"
    )
}
