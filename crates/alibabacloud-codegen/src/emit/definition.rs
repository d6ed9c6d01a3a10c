//! Definitions of structs and enums, with the tables that map their names to those of the API.

use super::setter::setter;
use super::types::Scope;
use crate::ir::{Enum, Struct, TypeDef};
use crate::names::{self, ident};
use crate::render::Source;
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
    let docs = source.docs.block(&def.docs);
    let name = ident(&def.name);
    let fields = def.fields.iter().map(|field| {
        let docs = match &field.summary {
            Some(summary) => source.docs.text(summary),
            None => source.docs.block(&field.docs),
        };
        let (name, ty) = (ident(&field.name), scope.field_type(field));
        quote!(#docs pub #name: #ty)
    });
    let tokens = quote! {
        #docs
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct #name { #(#fields),* }
    };
    source.tokens(tokens);
    let rows = def
        .fields
        .iter()
        .map(|field| (names::in_source(&field.name), field.wire.as_str()));
    source.text(table("fields", &def.name, rows));
    if let Some((key, value)) = def.pair {
        let (key, value) = (&def.fields[key], &def.fields[value]);
        let list = if value.ty.is_list() { "[]" } else { "" };
        let (key, value) = (names::in_source(&key.name), names::in_source(&value.name));
        source.text(format!("pair!({} {{ {key}, {value}{list} }});\n", def.name));
    }
    if def.setters && !def.fields.is_empty() {
        let target = quote!(self);
        let setters = def
            .fields
            .iter()
            .map(|field| setter(scope, field, &target, field.deprecated, &source.docs));
        let tokens = quote!(impl #name { #(#setters)* });
        source.tokens(tokens);
    }
}

fn enumeration(def: &Enum, source: &mut Source) {
    let docs = source.docs.block(&def.docs);
    let name = ident(&def.name);
    let variants = def.variants.iter().map(|variant| {
        let docs = source.docs.block(&variant.docs);
        let name = ident(&variant.name);
        quote!(#docs #name)
    });
    let unknown = source
        .docs
        .text("A value that this version of the crate does not know.");
    let tokens = quote! {
        #docs
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #unknown
            Unknown(String),
        }
    };
    source.tokens(tokens);
    let rows = def
        .variants
        .iter()
        .map(|variant| (names::in_source(&variant.name), variant.value.as_str()));
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
