//! The client of a service.

use super::operation;
use super::types::{self, Imports, Scope};
use crate::codegen::ir::{Operation, Service};
use crate::codegen::names::ident;
use crate::codegen::render::{Docs, Source};
use proc_macro2::TokenStream;
use quote::quote;

/// The source of `client.rs`.
pub(super) fn module(service: &Service) -> Source {
    let mut source = Source::default();
    source.tokens(uses(service));
    source.tokens(product(service));
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
    // The bodies of the methods convert nothing.
    imports.types.remove("Sensitive");
    let model = (imports.local || imports.shared).then(|| {
        quote!(
            use crate::model;
        )
    });
    let builders = service.callable().map(|o| ident(&o.builder));
    let (types, map) = (types::uses_of_types(&imports), types::uses_of_map(&imports));
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
        #[doc = " What all operations have in common."]
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

fn table(rows: &[(String, String)]) -> TokenStream {
    let rows = rows.iter().map(|(region, host)| quote!((#region, #host)));
    quote!(&[#(#rows),*])
}

fn client(service: &Service, docs: &Docs) -> TokenStream {
    let docs = docs.block(&[
        format!("Calls {}, API version {}.", service.title, service.version),
        String::new(),
        "One method per operation gives a request builder. Cheap to clone; clones share connections and credentials.".to_owned(),
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
    let operations = service.callable().map(|operation| method(operation, docs));
    quote! {
        impl Client {
            #[doc = " A client with this configuration."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = " When the configuration cannot work whatever is called, for instance a malformed region or endpoint."]
            pub fn new(config: Config) -> Result<Self> {
                let inner = alibabacloud_core::Client::new(config)?;
                Ok(Self { inner })
            }
            #[doc = " A client as the environment says; see [`Config::from_env`]. Credentials are looked for at the first call."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = " When a variable is malformed."]
            pub fn from_env() -> Result<Self> {
                Self::new(Config::from_env())
            }
            #[doc = " What the client was made from."]
            pub fn config(&self) -> &Config {
                self.inner.config()
            }
            #[doc = " The region of the configuration, which options of a call may change; `None` when it has none."]
            pub fn region(&self) -> Option<&str> {
                self.inner.region()
            }
            #[doc = " A client that makes only calls known to read, and refuses others before anything is sent. Shares everything else with"]
            #[doc = " this one."]
            #[must_use]
            pub fn read_only(&self) -> Self {
                let inner = self.inner.read_only();
                Self { inner }
            }
            #[doc = " A call of an RPC operation that this crate does not describe, with parameters as on the wire."]
            pub fn call_raw(&self, operation: &str, parameters: &[(&str, &str)]) -> RawCall {
                RawCall::of(&self.inner, &PRODUCT, operation, parameters)
            }
            #[doc = " A call of a ROA operation that this crate does not describe: as [`call_raw`](Self::call_raw), with the method and the"]
            #[doc = " path, which must be percent-encoded. The parameters travel in the query."]
            pub fn call_raw_roa(
                &self,
                operation: &str,
                method: Method,
                path: &str,
                parameters: &[(&str, &str)],
            ) -> RawCall {
                self.call_raw(operation, parameters).at(method, path)
            }
            #(#operations)*
        }
    }
}

fn method(operation: &Operation, docs: &Docs) -> TokenStream {
    let docs = docs.block(&operation.method_docs);
    let (name, builder) = (ident(&operation.module), ident(&operation.builder));
    let arguments = operation::arguments(operation, Scope::Client(&operation.module));
    let parameters = arguments.iter().map(|(name, ty)| quote!(#name: #ty));
    let values = arguments.iter().map(|(name, _)| name);
    let deprecated = operation
        .deprecated
        .then(|| quote!(#[deprecated = "the service advises against this operation"]));
    quote! {
        #docs
        #deprecated
        #[inline]
        pub fn #name(&self, #(#parameters),*) -> #builder {
            #builder::new(&self.inner, #(#values),*)
        }
    }
}
