//! Types as tokens, in fields and in signatures.

use crate::ir::{Field, Type, TypeName};
use crate::names::ident;
use proc_macro2::TokenStream;
use quote::quote;

/// The module that refers to a type, which determines the path of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope<'a> {
    /// The module of an operation in the model crate.
    Model,
    /// The module `shared` of the model crate.
    Shared,
    /// The module of an operation in the operation crate. It imports its counterpart in the model
    /// crate as `model`, so that types of a service can have any name.
    Operation,
    /// `client.rs`, which uses types of all operations. The value is the module of the operation in
    /// the model crate.
    Client(&'a str),
}

impl Scope<'_> {
    /// Returns the type of a field.
    pub(super) fn field_type(self, field: &Field) -> TokenStream {
        let ty = self.ty(&field.ty);
        if field.optional {
            quote!(Option<#ty>)
        } else {
            ty
        }
    }

    /// Returns a type. [`Imports`](super::imports::Imports) has the imports that it needs.
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

    /// Returns the type of a parameter that is converted to this type.
    pub(super) fn parameter(self, ty: &Type) -> TokenStream {
        match ty {
            Type::Struct(name) if name.pair => {
                let name = self.named(name);
                quote!(impl Into<#name>)
            }
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

    /// Returns the parameter type of an element of a list or map. Nested containers need their
    /// exact type.
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
}
