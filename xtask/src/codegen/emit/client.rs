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
    if service.callable().next().is_some() {
        source.tokens(product(service));
    }
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
    // Without operations there is nothing to describe the product for.
    let operations = service.callable().next().map(|_| {
        quote!(
            use crate::operation::{#(#builders),*};
            use alibabacloud_core::plumbing::{EndpointTable, Product};
        )
    });
    quote! {
        #model
        #operations
        #types
        use alibabacloud_core::{Config, Result};
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
