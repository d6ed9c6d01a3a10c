//! The operation crate: its root, and the list of its files.

use super::links::Links;
use super::{Files, Layout, client, error_code, manifest, operation, ram, readme, waiter};
use crate::codegen::docs;
use crate::codegen::ir::{Group, Operation, Service};
use crate::codegen::names::ident;
use crate::codegen::render::Source;
use quote::{format_ident, quote};

/// All files of the operation crate.
pub(super) fn crate_files(
    service: &Service,
    layout: &Layout,
    files: &mut Files,
) -> Result<(), String> {
    let root = &service.crate_name;
    let from = &service.source;
    let kept = manifest::kept(layout);
    files.set.add_kept(
        format!("{root}/Cargo.toml"),
        manifest::operations(service, layout),
        kept,
    );
    files.set.add_kept(
        format!("{root}/README.md"),
        readme::operations(service),
        String::new(),
    );
    let page = crate_page(service);
    let extended = layout.extended.contains(root);
    files.rust(
        format!("{root}/src/lib.rs"),
        from,
        &page,
        library(service, extended),
    )?;
    files.rust(
        format!("{root}/src/client.rs"),
        from,
        &[],
        client::module(service),
    )?;
    files.rust(
        format!("{root}/src/operation.rs"),
        from,
        &["Request builders, one per operation; made by the methods of [`Client`](crate::Client).".to_owned()],
        operations(service),
    )?;
    let links = Links::of(service);
    for operation in service.callable() {
        let path = format!("{root}/src/operation/{}.rs", operation.module);
        let mut module = operation::module(service, operation);
        module
            .docs
            .change(|lines| links.put(lines, &operation.name));
        files.rust(path, &operation.source, &[], module)?;
    }
    if ram::has_module(service) {
        files.rust(
            format!("{root}/src/ram.rs"),
            from,
            &ram::docs(service),
            ram::module(service),
        )?;
    }
    if !service.waiters.is_empty() {
        let path = format!("{root}/src/waiter.rs");
        files.rust(path, from, &waiter::docs(service), waiter::module(service))?;
    }
    if !service.errors.is_empty() {
        let path = format!("{root}/src/error_code.rs");
        files.rust(
            path,
            from,
            &error_code::docs(service),
            error_code::module(service),
        )?;
    }
    Ok(())
}

fn library(service: &Service, extended: bool) -> Source {
    let model = format_ident!("{}", service.model_lib_name());
    let error_code = (!service.errors.is_empty()).then(|| {
        quote!(
            pub mod error_code;
        )
    });
    let predicates = (!service.errors.is_empty()).then(|| {
        quote!(
            #[doc(no_inline)]
            pub use error_code::ErrorCodeExt;
        )
    });
    let ram = ram::has_module(service).then(|| {
        quote!(
            pub mod ram;
        )
    });
    let waiter = (!service.waiters.is_empty()).then(|| {
        quote!(
            pub mod waiter;
        )
    });
    let ext = extended.then(|| {
        quote!(
            pub mod ext;
        )
    });
    let mut source = Source::default();
    source.tokens(quote! {
        mod client;
        #error_code
        #ext
        pub mod operation;
        #ram
        #waiter
    });
    source.tokens(quote! {
        #[doc(inline)]
        pub use alibabacloud_core::{
            CallOptions, Config, Error, ErrorKind, Response, Result, ServiceError, credentials,
            credentials::Credentials, types,
        };
        #[cfg(feature = "test-util")]
        #[doc(no_inline)]
        pub use alibabacloud_core::test_util;
        #[cfg(any(feature = "rustls", feature = "aws-lc", feature = "native-tls", feature = "http2"))]
        #[doc(no_inline)]
        pub use alibabacloud_core::transport;
        #[doc(no_inline)]
        pub use alibabacloud_core::{
            Preview, RawCall, endpoint, http, interceptor, metrics, paginator, retry, time,
        };
        #[doc(inline)]
        pub use #model as model;
        pub use client::Client;
        #predicates
    });
    source.tokens(quote! {
        #[doc = include_str!("../README.md")]
        #[cfg(doctest)]
        struct Readme;
    });
    source
}

fn operations(service: &Service) -> Source {
    let modules = service.callable().map(|o| ident(&o.module));
    let exports = service.callable().map(|operation| {
        let (module, builder) = (ident(&operation.module), ident(&operation.builder));
        quote!(pub use #module::#builder;)
    });
    let mut source = Source::default();
    source.tokens(quote!(#(mod #modules;)*));
    source.tokens(quote!(#(#exports)*));
    source
}

/// The crate page: what the service is, a first program, and a map of the operations by theme.
fn crate_page(service: &Service) -> Vec<String> {
    let mut lines = vec![
        format!(
            "{}, API version {}: a client for Rust.",
            service.title, service.version
        ),
        String::new(),
    ];
    lines.extend(service.description.iter().cloned());
    if let Some(operation) = shown(service) {
        lines.extend([String::new(), "# First call".to_owned(), String::new()]);
        lines.extend(program(service, &operation.example));
    }
    lines.extend([String::new(), "# Operations".to_owned()]);
    for group in &service.groups {
        lines.extend(map(service, group));
    }
    if !service.waiters.is_empty() {
        lines.extend([String::new(), "# Waiting".to_owned(), String::new()]);
        lines.extend(waiter::list(service, "Client"));
    }
    if let Some(url) = &service.docs_url {
        lines.extend([
            String::new(),
            "# See also".to_owned(),
            String::new(),
            format!("Documentation of the service: <{url}>"),
        ]);
    }
    lines
}

/// The operation that the crate page and the README show.
pub(super) fn shown(service: &Service) -> Option<&Operation> {
    service.operations.get(service.shown?)
}

/// The example of an operation with a client of its own.
fn program(service: &Service, example: &[String]) -> Vec<String> {
    let (library, mut lines) = (service.lib_name(), Vec::new());
    for line in example {
        if line == "# async fn example(client: &Client) -> Result<()> {" {
            lines.push("# async fn example() -> Result<()> {".to_owned());
            lines.push("// Region and credentials from the environment.".to_owned());
            lines.push("let client = Client::from_env()?;".to_owned());
        } else if let Some(imports) = line.strip_prefix(&format!("# use {library}::")) {
            lines.push(format!("use {library}::{imports}"));
            lines.push(String::new());
        } else {
            lines.push(line.clone());
        }
    }
    lines
}

fn map(service: &Service, group: &Group) -> Vec<String> {
    let mut lines = vec![String::new(), format!("## {}", group.name), String::new()];
    if !group.description.is_empty() {
        lines.extend([group.description.clone(), String::new()]);
    }
    for &index in &group.operations {
        let operation = &service.operations[index];
        let summary = if operation.summary.is_empty() {
            String::new()
        } else {
            format!(": {}", operation.summary)
        };
        let item = match &operation.unsupported {
            None => format!("[`{0}`](Client::{0}){summary}", operation.module),
            Some(reason) => format!(
                "[types only](model::{}){summary} No client method: {}.",
                operation.module,
                reason.trim_end_matches('.')
            ),
        };
        lines.extend(docs::item(&item));
    }
    lines
}
