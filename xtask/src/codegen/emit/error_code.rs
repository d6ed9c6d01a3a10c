//! Documented error codes of the generated crate: constants, and a method of the error for each.

use crate::codegen::docs::paragraph;
use crate::codegen::ir::{ErrorCode, Service};
use crate::codegen::names::ident;
use crate::codegen::render::Source;
use quote::quote;

/// Documentation of the module.
pub(super) fn docs(service: &Service) -> Vec<String> {
    let mut lines = vec![
        "Error codes that the service documents: constants to compare with [`Error::code`](crate::Error::code), and a predicate for each in [`ErrorCodeExt`]."
            .to_owned(),
        String::new(),
        "The list is open: a service answers with others too.".to_owned(),
    ];
    let shared = service.errors.iter().filter(|error| error.shared);
    let links: Vec<String> = shared
        .map(|error| format!("[`{}`]", error.constant))
        .collect();
    if !links.is_empty() {
        lines.push(String::new());
        lines.extend(paragraph(&format!(
            "Any operation can answer with {}.",
            links.join(", ")
        )));
    }
    lines
}

/// The source of `error_code.rs`.
pub(super) fn module(service: &Service) -> Source {
    let mut source = Source::default();
    let constants = service.errors.iter().map(|error| {
        let docs = source.docs.block(&error.docs);
        let (name, code) = (ident(&error.constant), &error.code);
        quote!(#docs pub const #name: &str = #code;)
    });
    let predicates = service.errors.iter().map(|error| {
        let docs = source
            .docs
            .text(&format!("The code is [`{}`].", error.constant));
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
        "Predicates of the documented codes, one each. [`Error`](crate::Error) has them wherever the trait is imported.{example}"
    )
}
