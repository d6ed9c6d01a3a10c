//! The client of a service: a method per operation.

use super::imports::Imports;
use super::parameter;
use super::types::Scope;
use crate::ir::{Operation, Service};
use crate::names::{ident, in_source};
use crate::render::{Docs, Source, array, import, line, list};
use proc_macro2::TokenStream;
use quote::quote;
use std::fmt::Write;
use std::mem;

/// Returns the source of `client.rs`.
pub(super) fn module(service: &Service) -> Source {
    let mut source = Source::default();
    source.text(uses(service));
    source.text(product(service));
    source.text(operations(service));
    let client = client(service, &source.docs);
    source.text(client);
    let methods = methods(service, &source.docs);
    source.tokens(methods);
    source
}

fn uses(service: &Service) -> String {
    let mut imports = Imports::default();
    for operation in service.callable() {
        for &index in &operation.arguments {
            imports.add_parameter(&operation.input.fields[index].ty);
        }
    }
    // The methods of the client convert nothing.
    imports.types.remove("Sensitive");
    let mut text = String::new();
    if imports.local || imports.shared {
        text.push_str(&import("crate", &["model"]));
    }
    let builders: Vec<&str> = service.callable().map(|o| o.builder.as_str()).collect();
    text.push_str(&import("crate::operation", &builders));
    text.push_str(&import("alibabacloud_core::http", &["Method"]));
    let plumbing = ["EndpointTable", "Product"];
    text.push_str(&import("alibabacloud_core::plumbing", &plumbing));
    let types: Vec<&str> = imports.types.iter().copied().collect();
    text.push_str(&import("alibabacloud_core::types", &types));
    let core = ["Config", "RawCall", "Result"];
    text.push_str(&import("alibabacloud_core", &core));
    if imports.map {
        text.push_str(&import("std::collections", &["BTreeMap"]));
    }
    text
}

fn product(service: &Service) -> String {
    let (code, version) = (&service.code, &service.version);
    let regional = service.endpoints.regional;
    let public = table("public", &service.endpoints.public);
    let vpc = table("vpc", &service.endpoints.vpc);
    format!(
        "/// The properties that all operations have in common.
pub(crate) static PRODUCT: Product = Product {{
    code: {code:?},
    version: {version:?},
    user_agent: concat!(env!(\"CARGO_PKG_NAME\"), \"/\", env!(\"CARGO_PKG_VERSION\")),
    endpoints: EndpointTable {{
        regional: {regional},
{public}{vpc}    }},
}};
"
    )
}

/// Returns the field with a table of regions and hosts, as the formatter would write it.
fn table(name: &str, rows: &[(String, String)]) -> String {
    let last = rows.len().saturating_sub(1);
    let rows = rows.iter().enumerate().map(|(index, (region, host))| {
        let row = format!("({region:?}, {host:?})");
        let indent = " ".repeat(12);
        // The formatter does not count the comma that it adds to the last row.
        let comma = if index == last { "" } else { "," };
        match line(format!("{indent}{row}{comma}")) {
            Some(_) => row,
            None => format!("(\n{indent}    {region:?},\n{indent}    {host:?},\n{indent})"),
        }
    });
    array(&format!("        {name}: "), &rows.collect::<Vec<_>>())
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

fn client(service: &Service, docs: &Docs) -> String {
    let docs = docs.line(&[
        format!("A client for {}.", service.title_and_version),
        String::new(),
        "Each operation has a method that returns a request builder, whose page has the details and \
         an example. Cloning is cheap: clones share connections and credentials."
            .to_owned(),
    ]);
    format!(
        "{docs}
#[derive(Clone, Debug)]
pub struct Client {{
    pub(crate) inner: alibabacloud_core::Client,
}}
"
    )
}

fn methods(service: &Service, docs: &Docs) -> TokenStream {
    let mut methods = TokenStream::new();
    // Written as text unless the formatter is needed.
    let mut texts = vec![METHODS.to_owned()];
    for operation in service.callable() {
        if let Some(text) = method_text(operation, docs) {
            texts.push(text);
            continue;
        }
        if !texts.is_empty() {
            methods.extend(docs.methods(&mem::take(&mut texts)));
        }
        methods.extend(method(operation, docs));
    }
    if !texts.is_empty() {
        methods.extend(docs.methods(&texts));
    }
    quote!(impl Client { #methods })
}

/// The methods that every client has.
const METHODS: &str = r#"    /// Creates a client with a configuration.
    ///
    /// # Errors
    ///
    /// Returns an error if the configuration is invalid for every call, for example because of a
    /// malformed region or endpoint, or of a deny pattern that matches no operation.
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

    /// Creates a client with the configuration of the environment; see [`Config::from_env`]. The
    /// first call loads the credentials.
    ///
    /// # Errors
    ///
    /// Returns an error if an environment variable is malformed.
    pub fn from_env() -> Result<Self> {
        Self::new(Config::from_env())
    }

    /// Returns the configuration of the client.
    pub fn config(&self) -> &Config {
        self.inner.config()
    }

    /// Returns the region of the configuration, or `None` if it has none. The options of a call can
    /// override it.
    pub fn region(&self) -> Option<&str> {
        self.inner.region()
    }

    /// Returns a client that only calls operations known to be read-only, and rejects others before
    /// a request is sent. It shares everything else with this client.
    #[must_use]
    pub fn read_only(&self) -> Self {
        let inner = self.inner.read_only();
        Self { inner }
    }

    /// Returns a call of an RPC operation that this crate does not have. The parameters have the
    /// names and formats of the API.
    pub fn call_raw(&self, operation: &str, parameters: &[(&str, &str)]) -> RawCall {
        RawCall::of(&self.inner, &PRODUCT, operation, parameters)
    }

    /// Returns a call of a ROA operation that this crate does not have: like
    /// [`call_raw`](Self::call_raw), but with the method and the path, which must be
    /// percent-encoded. The parameters are sent in the query.
    pub fn call_raw_roa(
        &self,
        operation: &str,
        method: Method,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> RawCall {
        self.call_raw(operation, parameters).at(method, path)
    }
"#;

/// Returns the method of an operation as text; `None` if only the formatter can write it.
fn method_text(operation: &Operation, docs: &Docs) -> Option<String> {
    let (name, builder) = (in_source(&operation.module), &operation.builder);
    let mut parameters = vec!["&self".to_owned()];
    let mut values = vec!["&self.inner".to_owned()];
    for (name, ty) in parameter::arguments(operation, Scope::Client(&operation.module)) {
        parameters.push(format!("{name}: {ty}"));
        values.push(name);
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
    let scope = Scope::Client(&operation.module);
    let (values, parameters) = parameter::argument_tokens(operation, scope);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_written_as_by_the_formatter() {
        for length in 1..90 {
            let row = ("a".repeat(length), "b".repeat(9));
            for count in 0..3 {
                let table = table("a", &vec![row.clone(); count]);
                let text = format!(
                    "static S: S = S {{\n    b: B {{\n{table}        c: \"{:-<40}\",\n    }},\n}};\n",
                    ""
                );
                let file = syn::parse_file(&text).unwrap();
                assert_eq!(text, prettyplease::unparse(&file), "{length}");
            }
        }
    }
}
