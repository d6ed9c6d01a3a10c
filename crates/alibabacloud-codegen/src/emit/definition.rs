//! Definitions of structs and enums, with the tables that map their names to those of the API.

use super::setter::{self, setter};
use super::types::Scope;
use crate::ir::{Enum, Struct, TypeDef};
use crate::names::{ident, in_source};
use crate::render::{Docs, Source, line, tokens};
use proc_macro2::TokenStream;
use quote::quote;
use std::fmt::Write;

/// Adds a generated type with its table.
pub(super) fn definition(scope: Scope<'_>, def: &TypeDef, source: &mut Source) {
    match def {
        TypeDef::Struct(def) => structure(scope, def, source),
        TypeDef::Enum(def) => enumeration(def, source),
    }
}

/// Adds a struct with its field table, and with setters if callers build it.
pub(super) fn structure(scope: Scope<'_>, def: &Struct, source: &mut Source) {
    match structure_text(scope, def, &source.docs) {
        Some(text) => source.text(text),
        None => {
            let structure = structure_tokens(scope, def, &source.docs);
            source.tokens(structure);
        }
    }
    let rows = def
        .fields
        .iter()
        .map(|field| (in_source(&field.name), field.wire.as_str()));
    source.text(table("fields", &def.name, rows));
    if let Some((key, value)) = def.pair {
        let (key, value) = (&def.fields[key], &def.fields[value]);
        let list = if value.ty.is_list() { "[]" } else { "" };
        let (key, value) = (in_source(&key.name), in_source(&value.name));
        source.text(format!("pair!({} {{ {key}, {value}{list} }});\n", def.name));
    }
    if def.setters && !def.fields.is_empty() {
        let docs = &source.docs;
        let texts = def.fields.iter();
        let texts = texts.map(|field| setter::text(scope, field, "self", field.deprecated, docs));
        match texts.collect::<Option<Vec<String>>>() {
            Some(texts) => {
                source.text(format!("impl {} {{\n{}}}\n", def.name, texts.join("\n")));
            }
            None => {
                let (name, target) = (ident(&def.name), quote!(self));
                let setters = def
                    .fields
                    .iter()
                    .map(|field| setter(scope, field, &target, field.deprecated, docs));
                let tokens = quote!(impl #name { #(#setters)* });
                source.tokens(tokens);
            }
        }
    }
}

/// Returns a struct as text; `None` if only the formatter can write it.
fn structure_text(scope: Scope<'_>, def: &Struct, docs: &Docs) -> Option<String> {
    let mut text = docs.line(&def.docs);
    let end = if def.fields.is_empty() { "}\n" } else { "\n" };
    let name = in_source(&def.name);
    let _ = write!(
        text,
        "\n#[derive(Clone, Default)]\n#[non_exhaustive]\npub struct {name} {{{end}"
    );
    if def.fields.is_empty() {
        return Some(text);
    }
    for field in &def.fields {
        let docs = match &field.summary {
            Some(summary) => docs.line(&summary.lines().map(str::to_owned).collect::<Vec<_>>()),
            None => docs.line(&field.docs),
        };
        let (name, ty) = (in_source(&field.name), scope.field_type(field));
        let field = line(format!("    pub {name}: {ty},"))?;
        let _ = write!(text, "    {docs}\n{field}\n");
    }
    text.push_str("}\n");
    Some(text)
}

fn structure_tokens(scope: Scope<'_>, def: &Struct, docs: &Docs) -> TokenStream {
    let name = ident(&def.name);
    let fields = def.fields.iter().map(|field| {
        let docs = match &field.summary {
            Some(summary) => docs.text(summary),
            None => docs.block(&field.docs),
        };
        let (name, ty) = (ident(&field.name), tokens(&scope.field_type(field)));
        quote!(#docs pub #name: #ty)
    });
    let docs = docs.block(&def.docs);
    quote! {
        #docs
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct #name { #(#fields),* }
    }
}

fn enumeration(def: &Enum, source: &mut Source) {
    let mut text = source.docs.line(&def.docs);
    let _ = write!(
        text,
        "\n#[derive(Clone, Debug)]\n#[non_exhaustive]\npub enum {} {{\n",
        in_source(&def.name)
    );
    for variant in &def.variants {
        let docs = source.docs.line(&variant.docs);
        let _ = write!(text, "    {docs}\n    {},\n", in_source(&variant.name));
    }
    let unknown = "A value that this version of the crate does not know.".to_owned();
    let unknown = source.docs.line(&[unknown]);
    let _ = write!(text, "    {unknown}\n    Unknown(String),\n}}\n");
    source.text(text);
    let rows = def
        .variants
        .iter()
        .map(|variant| (in_source(&variant.name), variant.value.as_str()));
    source.text(table("variants", &def.name, rows));
    if let Some((yes, no)) = def.boolean {
        let (yes, no) = (&def.variants[yes].name, &def.variants[no].name);
        source.text(format!("boolean!({} {{ {yes}, {no} }});\n", def.name));
    }
}

/// Returns a call of a table macro, one row per line.
fn table<'a>(table: &str, name: &str, rows: impl Iterator<Item = (String, &'a str)>) -> String {
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return format!("{table}!({name} {{}});\n");
    }
    let mut text = format!("{table}!({name} {{\n");
    for (rust, wire) in rows {
        let _ = writeln!(text, "    {rust}: {wire:?},");
    }
    text.push_str("});\n");
    text
}
