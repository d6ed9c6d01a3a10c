//! The model crate: inputs, outputs, nested and shared types.

use super::types::{Imports, Scope};
use super::{Files, Layout, manifest, readme};
use crate::codegen::docs;
use crate::codegen::ir::{Operation, OutputShape, Service};
use crate::codegen::names::ident;
use crate::codegen::render::Source;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// All files of the model crate.
pub(super) fn crate_files(
    service: &Service,
    layout: &Layout,
    files: &mut Files,
) -> Result<(), String> {
    let root = service.model_crate();
    files.text(
        format!("{root}/Cargo.toml"),
        manifest::model(service, layout),
    );
    files.text(format!("{root}/README.md"), readme::model(service));
    files.rust(
        format!("{root}/src/lib.rs"),
        &service.source,
        &library_docs(service),
        library(service),
    )?;
    if !service.shared.is_empty() {
        let docs = ["Types that several operations use.".to_owned()];
        let path = format!("{root}/src/shared.rs");
        files.rust(path, &service.source, &docs, shared(service))?;
    }
    for operation in &service.operations {
        let docs = [format!("Input and output of `{}`.", operation.name)];
        let path = format!("{root}/src/{}.rs", operation.module);
        files.rust(path, &operation.source, &docs, module(operation))?;
    }
    Ok(())
}

fn library_docs(service: &Service) -> Vec<String> {
    let mut lines = vec![
        format!(
            "Inputs and outputs of {}, API version {}.",
            service.title, service.version
        ),
        String::new(),
    ];
    let shared = if service.shared.is_empty() {
        ""
    } else {
        " Types that several operations use are in [`shared`]."
    };
    lines.extend(docs::paragraph(&format!(
        "Use them through the crate `{}`, which makes the calls. This one is apart so that it compiles beside the HTTP stack and \
         not behind it. There is one module per operation; inputs and outputs are here at the root too.{shared}",
        service.crate_name
    )));
    lines
}

fn library(service: &Service) -> Source {
    let mut source = Source::default();
    let shared = (!service.shared.is_empty()).then(|| {
        quote!(
            pub mod shared;
        )
    });
    let modules = service.operations.iter().map(|o| ident(&o.module));
    source.tokens(quote!(#(pub mod #modules;)* #shared));
    let exports = service.operations.iter().map(|operation| {
        let module = ident(&operation.module);
        let (input, output) = (ident(&operation.input.name), ident(&operation.output.name));
        quote!(pub use #module::{#input, #output};)
    });
    source.tokens(quote!(#(#exports)*));
    source
}

fn shared(service: &Service) -> Source {
    let mut imports = Imports::default();
    for def in &service.shared {
        imports.add_definition(def);
    }
    imports.shared = false;
    let mut source = Source::default();
    source.tokens(uses(&imports));
    for def in &service.shared {
        Scope::Shared.definition(def, &mut source);
    }
    source
}

fn module(operation: &Operation) -> Source {
    let mut imports = Imports::default();
    imports.add_struct(&operation.input);
    match &operation.output.shape {
        OutputShape::Struct(output) => imports.add_struct(output),
        OutputShape::Alias { ty, .. } => imports.add(ty),
    }
    for def in &operation.types {
        imports.add_definition(def);
    }
    let mut source = Source::default();
    source.tokens(uses(&imports));
    Scope::Model.structure(&operation.input, &mut source);
    match &operation.output.shape {
        OutputShape::Struct(output) => Scope::Model.structure(output, &mut source),
        OutputShape::Alias { ty, docs } => {
            let docs = source.docs.block(docs);
            let (name, ty) = (ident(&operation.output.name), Scope::Model.ty(ty));
            source.tokens(quote!(#docs pub type #name = #ty;));
        }
    }
    for def in &operation.types {
        Scope::Model.definition(def, &mut source);
    }
    source
}

/// Imports of a model module.
fn uses(imports: &Imports) -> TokenStream {
    let shared = imports.shared.then(|| {
        quote!(
            use crate::shared;
        )
    });
    let names = imports.types.iter().map(|name| format_ident!("{name}"));
    let map = imports.map.then(|| {
        quote!(
            use std::collections::BTreeMap;
        )
    });
    quote! {
        #shared
        use alibabacloud_types::{#(#names),*};
        #map
    }
}
