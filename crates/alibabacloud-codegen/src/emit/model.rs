//! The model crate: inputs, outputs, nested types and shared types.

use super::definition::{definition, structure};
use super::features::SERDE;
use super::imports::Imports;
use super::manifest::Layout;
use super::types::Scope;
use super::{manifest, readme};
use crate::files::FileSet;
use crate::ir::{Operation, OutputShape, Service};
use crate::names::{ident, in_source};
use crate::render::{Source, import, public_import, tokens};
use quote::quote;
use std::fmt::Write;

/// Adds all files of the model crate.
pub(super) fn crate_files(
    service: &Service,
    layout: &Layout,
    threads: usize,
    files: &mut FileSet,
) -> Result<(), String> {
    let root = service.model_crate();
    files.add(
        format!("{root}/Cargo.toml"),
        manifest::model(service, layout),
    );
    manifest::licenses(&root, layout, files);
    files.add(format!("{root}/README.md"), readme::model(service));
    if layout.publish {
        let text = readme::model_changelog(service);
        files.add(format!("{root}/CHANGELOG.md"), text);
    }
    files.add_rust(
        format!("{root}/src/lib.rs"),
        &service.source,
        &library_docs(service),
        library(service),
    )?;
    if !service.shared.is_empty() {
        let docs = ["Types that several operations use.".to_owned()];
        let path = format!("{root}/src/shared.rs");
        files.add_rust(path, &service.source, &docs, shared(service))?;
    }
    files.add_each(&service.operations, threads, |files, operation| {
        let docs = [format!("Input and output of `{}`.", operation.name)];
        let path = format!("{root}/src/{}.rs", operation.module);
        files.add_rust(path, &operation.source, &docs, module(operation))
    })
}

/// Returns the documentation of the crate root.
fn library_docs(service: &Service) -> Vec<String> {
    let shared = if service.shared.is_empty() {
        ""
    } else {
        " [`shared`] has the types that several operations use."
    };
    vec![
        format!("Types of {}.", service.title_and_version),
        String::new(),
        format!(
            "Use these types through the crate `{}`, which re-exports this crate as its module \
             `model`. They are in a crate of their own so that they compile in parallel with the \
             HTTP client.",
            service.crate_name
        ),
        String::new(),
        format!(
            "Each operation has a module; inputs and outputs are also re-exported at the crate \
             root.{shared}"
        ),
        String::new(),
        format!("The feature `serde` implements {SERDE}"),
    ]
}

fn library(service: &Service) -> Source {
    let (mut modules, mut exports) = (String::new(), String::new());
    for operation in &service.operations {
        let module = in_source(&operation.module);
        let _ = writeln!(modules, "pub mod {module};");
        let names = [&operation.input.name, &operation.output.name].map(String::as_str);
        exports.push_str(&public_import(&module, &names));
    }
    if !service.shared.is_empty() {
        modules.push_str("pub mod shared;\n");
    }
    let mut source = Source::crate_root();
    for text in [modules, exports] {
        if !text.is_empty() {
            source.text(text);
        }
    }
    source
}

fn shared(service: &Service) -> Source {
    let mut imports = Imports::default();
    for def in &service.shared {
        imports.add_definition(def);
    }
    imports.shared = false;
    let mut source = Source::default();
    source.text(uses(&imports));
    for def in &service.shared {
        definition(Scope::Shared, def, &mut source);
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
    source.text(uses(&imports));
    structure(Scope::Model, &operation.input, &mut source);
    match &operation.output.shape {
        OutputShape::Struct(output) => structure(Scope::Model, output, &mut source),
        OutputShape::Alias { ty, docs } => {
            let docs = source.docs.block(docs);
            let (name, ty) = (ident(&operation.output.name), tokens(&Scope::Model.ty(ty)));
            source.tokens(quote!(#docs pub type #name = #ty;));
        }
    }
    for def in &operation.types {
        definition(Scope::Model, def, &mut source);
    }
    source
}

/// Returns the imports of a module of the model crate.
fn uses(imports: &Imports) -> String {
    let types: Vec<&str> = imports.types.iter().copied().collect();
    let mut text = String::new();
    if imports.shared {
        text.push_str(&import("crate", &["shared"]));
    }
    text.push_str(&import("alibabacloud_types", &types));
    if imports.map {
        text.push_str(&import("std::collections", &["BTreeMap"]));
    }
    text
}
