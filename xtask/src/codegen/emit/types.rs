//! Types as tokens: in fields, in signatures, and the expressions that convert between the two.

use crate::codegen::ir::{Enum, Field, Struct, Type, TypeDef, TypeName};
use crate::codegen::names::{self, ident};
use crate::codegen::render::{Docs, Source};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeSet;
use std::fmt::Write;

/// From where types are looked at, and so what their paths are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope<'a> {
    /// The module of an operation in the model crate.
    Model,
    /// The module `shared` of the model crate.
    Shared,
    /// The module of an operation in the operation crate. The one in the model crate is imported as `model`, so that a service
    /// may call its types as it likes.
    Operation,
    /// `client.rs`, where the types of all operations meet; this is the module of the operation in the model crate.
    Client(&'a str),
}

impl Scope<'_> {
    /// The type of a field.
    fn field_type(self, field: &Field) -> TokenStream {
        let ty = self.ty(&field.ty);
        if field.optional {
            quote!(Option<#ty>)
        } else {
            ty
        }
    }

    /// A type; [`Imports`] brings what it needs into scope.
    pub(super) fn ty(self, ty: &Type) -> TokenStream {
        match ty {
            Type::String => quote!(String),
            Type::JsonText => quote!(JsonText),
            Type::DateTime => quote!(DateTime),
            Type::Blob => quote!(Blob),
            Type::I32 => quote!(i32),
            Type::I64 => quote!(i64),
            Type::F64 => quote!(f64),
            Type::Bool => quote!(bool),
            Type::Any => quote!(Value),
            Type::Enum(name) | Type::Struct(name) => self.named(name),
            Type::Boxed(name) => {
                let name = self.named(name);
                quote!(Box<#name>)
            }
            Type::List(element) => {
                let element = self.ty(element);
                quote!(Vec<#element>)
            }
            Type::Map(value) => {
                let value = self.ty(value);
                quote!(BTreeMap<String, #value>)
            }
            Type::Sensitive(inner) => {
                let inner = self.ty(inner);
                quote!(Sensitive<#inner>)
            }
        }
    }

    fn named(self, name: &TypeName) -> TokenStream {
        let short = ident(&name.name);
        match (self, name.shared) {
            (Self::Model, false) | (Self::Shared, _) => quote!(#short),
            (Self::Operation, false) => quote!(model::#short),
            (Self::Model | Self::Operation, true) => quote!(shared::#short),
            (Self::Client(_), true) => quote!(model::shared::#short),
            (Self::Client(module), false) => {
                let module = ident(module);
                quote!(model::#module::#short)
            }
        }
    }

    /// The type of a parameter that a value of this type is made from.
    pub(super) fn parameter(self, ty: &Type) -> TokenStream {
        match ty {
            Type::Bool | Type::Struct(_) => self.ty(ty),
            Type::Boxed(name) => self.named(name),
            Type::List(element) => {
                let element = self.element_parameter(element);
                quote!(impl IntoIterator<Item = #element>)
            }
            Type::Map(value) => {
                let value = self.element_parameter(value);
                quote!(impl IntoIterator<Item = (impl Into<String>, #value)>)
            }
            Type::Sensitive(inner) => self.parameter(inner),
            _ => {
                let ty = self.ty(ty);
                quote!(impl Into<#ty>)
            }
        }
    }

    /// The same inside of a list or map, where containers are taken whole.
    fn element_parameter(self, ty: &Type) -> TokenStream {
        match ty {
            Type::List(_) | Type::Map(_) => {
                let ty = self.ty(ty);
                quote!(impl Into<#ty>)
            }
            Type::Sensitive(inner) => self.element_parameter(inner),
            _ => self.parameter(ty),
        }
    }

    /// A setter: consumes and gives back `self`, so that calls chain. `target` is the struct that the field is in.
    pub(super) fn setter(
        self,
        field: &Field,
        target: &TokenStream,
        deprecate: bool,
        docs: &Docs,
    ) -> TokenStream {
        let docs = docs.block(&field.docs);
        let (setter, name) = (ident(&field.setter), ident(&field.name));
        let parameter = self.parameter(&field.ty);
        let conversion = conversion(&field.ty);
        let deprecated =
            deprecate.then(|| quote!(#[deprecated = "the service advises against this parameter"]));
        let not_the_trait = STANDARD_METHODS.contains(&field.setter.as_str()).then(|| {
            quote!(#[allow(clippy::should_implement_trait, reason = "named after the parameter")])
        });
        quote! {
            #docs
            #deprecated
            #not_the_trait
            #[inline]
            pub fn #setter(mut self, value: #parameter) -> Self {
                #target.#name = Some(#conversion);
                self
            }
        }
    }

    /// Type, table and setters of a generated type.
    pub(super) fn definition(self, def: &TypeDef, source: &mut Source) {
        match def {
            TypeDef::Struct(def) => self.structure(def, source),
            TypeDef::Enum(def) => enumeration(def, source),
        }
    }

    /// A struct, its field table, and setters where callers build it.
    pub(super) fn structure(self, def: &Struct, source: &mut Source) {
        let docs = source.docs.block(&def.docs);
        let name = ident(&def.name);
        let fields = def.fields.iter().map(|field| {
            let docs = source.docs.block(&field.docs);
            let (name, ty) = (ident(&field.name), self.field_type(field));
            quote!(#docs pub #name: #ty)
        });
        let tokens = quote! {
            #docs
            #[derive(Clone, Debug, Default, PartialEq)]
            #[non_exhaustive]
            pub struct #name { #(#fields),* }
        };
        source.tokens(tokens);
        let rows = def
            .fields
            .iter()
            .map(|field| (names::in_source(&field.name), field.wire.as_str()));
        source.text(table("fields", &def.name, rows));
        if def.setters && !def.fields.is_empty() {
            let target = quote!(self);
            let setters = def
                .fields
                .iter()
                .map(|field| self.setter(field, &target, field.deprecated, &source.docs));
            let tokens = quote!(impl #name { #(#setters)* });
            source.tokens(tokens);
        }
    }
}

/// `value`, of the type that [`Scope::parameter`] gives, as a value of the type.
pub(super) fn conversion(ty: &Type) -> TokenStream {
    match ty {
        Type::Bool | Type::Struct(_) => quote!(value),
        Type::Boxed(_) => quote!(Box::new(value)),
        Type::List(element) => match element.as_ref() {
            Type::Bool | Type::Struct(_) => quote!(value.into_iter().collect()),
            Type::Sensitive(_) | Type::Boxed(_) => {
                let element = element_conversion(element);
                quote!(value.into_iter().map(|value| #element).collect())
            }
            _ => quote!(value.into_iter().map(Into::into).collect()),
        },
        Type::Map(element) => {
            let element = element_conversion(element);
            quote!(value.into_iter().map(|(key, value)| (key.into(), #element)).collect())
        }
        Type::Sensitive(inner) => {
            let inner = conversion(inner);
            quote!(Sensitive::new(#inner))
        }
        _ => quote!(value.into()),
    }
}

fn element_conversion(ty: &Type) -> TokenStream {
    match ty {
        Type::List(_) | Type::Map(_) => quote!(value.into()),
        Type::Sensitive(inner) => {
            let inner = element_conversion(inner);
            quote!(Sensitive::new(#inner))
        }
        _ => conversion(ty),
    }
}

/// Methods of standard traits that clippy wants to see implemented by the trait.
const STANDARD_METHODS: &[&str] = &[
    "add",
    "as_mut",
    "as_ref",
    "bitand",
    "bitor",
    "bitxor",
    "borrow",
    "borrow_mut",
    "cmp",
    "deref",
    "deref_mut",
    "div",
    "drop",
    "eq",
    "from_iter",
    "from_str",
    "hash",
    "index",
    "index_mut",
    "into_iter",
    "mul",
    "neg",
    "next",
    "not",
    "rem",
    "shl",
    "shr",
    "sub",
];

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
        .text("A value that this version of the crate does not know, as it is on the wire.");
    let tokens = quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
}

/// A table macro, one row per line.
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

/// The imports of a module of the operation crate from `alibabacloud-types`.
pub(super) fn uses_of_types(imports: &Imports) -> Option<TokenStream> {
    let names = imports.types.iter().map(|name| format_ident!("{name}"));
    (!imports.types.is_empty()).then(|| quote!(use alibabacloud_core::types::{#(#names),*};))
}

/// The import of maps.
pub(super) fn uses_of_map(imports: &Imports) -> Option<TokenStream> {
    let uses = quote! { use std::collections::BTreeMap; };
    imports.map.then_some(uses)
}

/// What the types of a file need in scope.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// `BTreeMap` is used.
    pub(super) map: bool,
    /// Types of `alibabacloud-types`.
    pub(super) types: BTreeSet<&'static str>,
    /// Nested types of the operation's own module are used.
    pub(super) local: bool,
    /// The module of shared types is used.
    pub(super) shared: bool,
}

impl Imports {
    /// Notes what a type needs.
    pub(super) fn add(&mut self, ty: &Type) {
        match ty {
            Type::JsonText => self.plain("JsonText"),
            Type::DateTime => self.plain("DateTime"),
            Type::Blob => self.plain("Blob"),
            Type::Any => self.plain("Value"),
            Type::List(inner) => self.add(inner),
            Type::Map(inner) => {
                self.map = true;
                self.add(inner);
            }
            Type::Sensitive(inner) => {
                self.plain("Sensitive");
                self.add(inner);
            }
            Type::Enum(name) | Type::Struct(name) | Type::Boxed(name) => {
                if name.shared {
                    self.shared = true;
                } else {
                    self.local = true;
                }
            }
            Type::String | Type::I32 | Type::I64 | Type::F64 | Type::Bool => {}
        }
    }

    /// The same for a parameter of a setter, where a map at the top is an iterator.
    pub(super) fn add_parameter(&mut self, ty: &Type) {
        match ty {
            Type::Map(inner) => self.add(inner),
            Type::Sensitive(inner) => {
                self.plain("Sensitive");
                self.add_parameter(inner);
            }
            _ => self.add(ty),
        }
    }

    fn plain(&mut self, name: &'static str) {
        self.types.insert(name);
    }

    /// Notes what a generated type needs.
    pub(super) fn add_definition(&mut self, def: &TypeDef) {
        match def {
            TypeDef::Struct(def) => self.add_struct(def),
            TypeDef::Enum(_) => self.plain("variants"),
        }
    }

    /// Notes what a struct needs.
    pub(super) fn add_struct(&mut self, def: &Struct) {
        self.plain("fields");
        for field in &def.fields {
            self.add(&field.ty);
        }
    }
}
