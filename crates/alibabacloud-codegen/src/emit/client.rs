//! The client of a service: a method per operation.

use super::imports::{self, Imports};
use super::parameter;
use super::types::Scope;
use crate::ir::{Operation, Service};
use crate::names::{ident, in_source};
use crate::render::{Docs, Source, inline, line, list};
use proc_macro2::TokenStream;
use quote::quote;
use std::fmt::Write;

/// Returns the source of `client.rs`.
pub(super) fn module(service: &Service) -> Source {
    let mut source = Source::default();
    source.tokens(uses(service));
    source.tokens(product(service));
    source.text(operations(service));
    let client = client(service, &source.docs);
    source.tokens(client);
    let methods = methods(service, &source.docs);
    source.tokens(methods);
    source
}

fn uses(service: &Service) -> TokenStream {
    let mut imports = Imports::default();
    for operation in service.callable() {
        for &index in &operation.arguments {
            imports.add_parameter(&operation.input.fields[index].ty);
        }
    }
    // The methods of the client convert nothing.
    imports.types.remove("Sensitive");
    let model = (imports.local || imports.shared).then(|| {
        quote!(
            use crate::model;
        )
    });
    let builders = service.callable().map(|o| ident(&o.builder));
    let (types, map) = (imports::of_types(&imports), imports::of_map(&imports));
    let operations = service.callable().next().map(|_| {
        quote!(
            use crate::operation::{#(#builders),*};
        )
    });
    quote! {
        #model
        #operations
        use alibabacloud_core::http::Method;
        use alibabacloud_core::plumbing::{EndpointTable, Product};
        #types
        use alibabacloud_core::{Config, RawCall, Result};
        #map
    }
}

fn product(service: &Service) -> TokenStream {
    let (code, version) = (&service.code, &service.version);
    let regional = service.endpoints.regional;
    let public = table(&service.endpoints.public);
    let vpc = table(&service.endpoints.vpc);
    quote! {
        #[doc = " The properties that all operations have in common."]
        pub(crate) static PRODUCT: Product = Product {
            code: #code,
            version: #version,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
            endpoints: EndpointTable {
                regional: #regional,
                public: #public,
                vpc: #vpc,
            },
        };
    }
}

/// Returns the names of the operations, one per line: a client compares deny patterns with them.
/// One text takes less space in a program than a list.
fn operations(service: &Service) -> String {
    let mut text = "\
        /// The names of all operations: a client compares its deny patterns with them.\n\
        const OPERATIONS: &str = \"\\\n"
        .to_owned();
    for operation in &service.operations {
        let _ = writeln!(text, "    {} \\", operation.name.escape_default());
    }
    text.push_str("\";\n");
    text
}

fn table(rows: &[(String, String)]) -> TokenStream {
    let rows = rows.iter().map(|(region, host)| quote!((#region, #host)));
    quote!(&[#(#rows),*])
}

fn client(service: &Service, docs: &Docs) -> TokenStream {
    let docs = docs.block(&[
        format!(
            "A client for {}.",
            service.title_and_version
        ),
        String::new(),
        "Each operation has a method that returns a request builder, whose page has the details and \
         an example. Cloning is cheap: clones share connections and credentials."
            .to_owned(),
    ]);
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct Client {
            pub(crate) inner: alibabacloud_core::Client,
        }
    }
}

fn methods(service: &Service, docs: &Docs) -> TokenStream {
    // Written as text if the formatter is not needed for one.
    let texts = service.callable().map(|o| method_text(o, docs));
    let operations = match texts.collect::<Option<Vec<String>>>() {
        Some(texts) if !texts.is_empty() => docs.methods(&texts),
        _ => service.callable().map(|o| method(o, docs)).collect(),
    };
    let new = docs.text(NEW);
    let from_env = docs.text(FROM_ENV);
    let config = docs.text("Returns the configuration of the client.");
    let region = docs.text(REGION);
    let read_only = docs.text(READ_ONLY);
    let call_raw = docs.text(CALL_RAW);
    let call_raw_roa = docs.text(CALL_RAW_ROA);
    quote! {
        impl Client {
            #new
            pub fn new(config: Config) -> Result<Self> {
                #[cfg(not(feature = "checks"))]
                let inner = alibabacloud_core::Client::of(config, &PRODUCT, OPERATIONS)?;
                #[cfg(feature = "checks")]
                let inner = alibabacloud_core::Client::of_checked(
                    config,
                    &PRODUCT,
                    OPERATIONS,
                    include_str!("checks.txt"),
                )?;
                Ok(Self { inner })
            }
            #from_env
            pub fn from_env() -> Result<Self> {
                Self::new(Config::from_env())
            }
            #config
            pub fn config(&self) -> &Config {
                self.inner.config()
            }
            #region
            pub fn region(&self) -> Option<&str> {
                self.inner.region()
            }
            #read_only
            #[must_use]
            pub fn read_only(&self) -> Self {
                let inner = self.inner.read_only();
                Self { inner }
            }
            #call_raw
            pub fn call_raw(&self, operation: &str, parameters: &[(&str, &str)]) -> RawCall {
                RawCall::of(&self.inner, &PRODUCT, operation, parameters)
            }
            #call_raw_roa
            pub fn call_raw_roa(
                &self,
                operation: &str,
                method: Method,
                path: &str,
                parameters: &[(&str, &str)],
            ) -> RawCall {
                self.call_raw(operation, parameters).at(method, path)
            }
            #operations
        }
    }
}

const NEW: &str = "\
Creates a client with a configuration.

# Errors

Returns an error if the configuration is invalid for every call, for example because of a malformed
region or endpoint, or of a deny pattern that matches no operation.";

const FROM_ENV: &str = "\
Creates a client with the configuration of the environment; see [`Config::from_env`]. The first \
call loads the credentials.

# Errors

Returns an error if an environment variable is malformed.";

const REGION: &str = "\
Returns the region of the configuration, or `None` if it has none. The options of a call can \
override it.";

const READ_ONLY: &str = "\
Returns a client that only calls operations known to be read-only, and rejects others before a \
request is sent. It shares everything else with this client.";

const CALL_RAW: &str = "\
Returns a call of an RPC operation that this crate does not have. The parameters have the names \
and formats of the API.";

const CALL_RAW_ROA: &str = "\
Returns a call of a ROA operation that this crate does not have: like \
[`call_raw`](Self::call_raw), but with the method and the path, which must be percent-encoded. The \
parameters are sent in the query.";

/// Returns the method of an operation as text; `None` if only the formatter can write it.
fn method_text(operation: &Operation, docs: &Docs) -> Option<String> {
    let (name, builder) = (in_source(&operation.module), &operation.builder);
    let mut parameters = vec!["&self".to_owned()];
    let mut values = vec!["&self.inner".to_owned()];
    for (name, ty) in parameter::arguments(operation, Scope::Client(&operation.module)) {
        parameters.push(format!("{name}: {}", inline(ty)?));
        values.push(name.to_string());
    }
    let start = format!("    pub fn {name}");
    let head = list(&start, &parameters, &format!(" -> {builder} {{"))?;
    let body = list(&format!("        {builder}::new"), &values, "")?;
    let deprecated = match deprecation(operation) {
        Some(note) => line(format!("    #[deprecated = {note:?}]"))? + "\n",
        None => String::new(),
    };
    let docs = docs.line(&operation.method_docs);
    Some(format!(
        "    {docs}\n{deprecated}    #[inline]\n{head}\n{body}\n    }}\n"
    ))
}

/// Returns the note of a deprecated operation.
fn deprecation(operation: &Operation) -> Option<String> {
    let note = "the service has deprecated this operation";
    operation
        .deprecated
        .then(|| match operation.replaced_by.as_slice() {
            [] => note.to_owned(),
            others => format!("{note}: use {}", others.join(" or ")),
        })
}

fn method(operation: &Operation, docs: &Docs) -> TokenStream {
    let docs = docs.block(&operation.method_docs);
    let (name, builder) = (ident(&operation.module), ident(&operation.builder));
    let arguments = parameter::arguments(operation, Scope::Client(&operation.module));
    let parameters = arguments.iter().map(|(name, ty)| quote!(#name: #ty));
    let values = arguments.iter().map(|(name, _)| name);
    let deprecated = deprecation(operation).map(|note| quote!(#[deprecated = #note]));
    quote! {
        #docs
        #deprecated
        #[inline]
        pub fn #name(&self, #(#parameters),*) -> #builder {
            #builder::new(&self.inner, #(#values),*)
        }
    }
}
