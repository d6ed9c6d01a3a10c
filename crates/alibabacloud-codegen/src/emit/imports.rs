//! The imports of generated files.

use crate::ir::{Struct, Type, TypeDef};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// Returns the import of a module of the operation crate from `alibabacloud-types`.
pub(super) fn of_types(imports: &Imports) -> Option<TokenStream> {
    let names = imports.types.iter().map(|name| format_ident!("{name}"));
    (!imports.types.is_empty()).then(|| quote!(use alibabacloud_core::types::{#(#names),*};))
}

/// Returns the import of `BTreeMap`.
pub(super) fn of_map(imports: &Imports) -> Option<TokenStream> {
    let uses = quote! { use std::collections::BTreeMap; };
    imports.map.then_some(uses)
}

/// The imports that the types of a file need.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// Whether `BTreeMap` is used.
    pub(super) map: bool,
    /// Types of `alibabacloud-types`.
    pub(super) types: BTreeSet<&'static str>,
    /// Whether nested types of the operation are used.
    pub(super) local: bool,
    /// Whether the module of shared types is used.
    pub(super) shared: bool,
}

impl Imports {
    /// Adds the imports of a type.
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

    /// Adds the imports of a setter's parameter, which takes an iterator instead of a map.
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

    /// Adds the imports of a generated type.
    pub(super) fn add_definition(&mut self, def: &TypeDef) {
        match def {
            TypeDef::Struct(def) => self.add_struct(def),
            TypeDef::Enum(def) => {
                self.plain("variants");
                if def.boolean.is_some() {
                    self.plain("boolean");
                }
            }
        }
    }

    /// Adds the imports of a struct.
    pub(super) fn add_struct(&mut self, def: &Struct) {
        self.plain("fields");
        if def.pair.is_some() {
            self.plain("pair");
        }
        for field in &def.fields {
            self.add(&field.ty);
        }
    }
}
