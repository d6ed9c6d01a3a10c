//! Types as source text, in fields and in signatures.

use crate::ir::{Field, Type, TypeName};
use crate::names::in_source;

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
    pub(super) fn field_type(self, field: &Field) -> String {
        let ty = self.ty(&field.ty);
        if field.optional {
            format!("Option<{ty}>")
        } else {
            ty
        }
    }

    /// Returns a type. [`Imports`](super::imports::Imports) has the imports that it needs.
    pub(super) fn ty(self, ty: &Type) -> String {
        let simple = match ty {
            Type::String => "String",
            Type::JsonText => "JsonText",
            Type::DateTime => "DateTime",
            Type::Blob => "Blob",
            Type::I32 => "i32",
            Type::I64 => "i64",
            Type::F64 => "f64",
            Type::Bool => "bool",
            Type::Any => "Value",
            Type::Enum(name) | Type::Struct(name) => return self.named(name),
            Type::Boxed(name) => return format!("Box<{}>", self.named(name)),
            Type::List(element) => return format!("Vec<{}>", self.ty(element)),
            Type::Map(value) => return format!("BTreeMap<String, {}>", self.ty(value)),
            Type::Sensitive(inner) => return format!("Sensitive<{}>", self.ty(inner)),
        };
        simple.to_owned()
    }

    fn named(self, name: &TypeName) -> String {
        let short = in_source(&name.name);
        match (self, name.shared) {
            (Self::Model, false) | (Self::Shared, _) => short,
            (Self::Operation, false) => format!("model::{short}"),
            (Self::Model | Self::Operation, true) => format!("shared::{short}"),
            (Self::Client(_), true) => format!("model::shared::{short}"),
            (Self::Client(module), false) => format!("model::{}::{short}", in_source(module)),
        }
    }

    /// Returns the type of a parameter that is converted to this type.
    pub(super) fn parameter(self, ty: &Type) -> String {
        match ty {
            Type::Struct(name) if name.pair => format!("impl Into<{}>", self.named(name)),
            Type::Bool | Type::Struct(_) => self.ty(ty),
            Type::Boxed(name) => self.named(name),
            Type::List(element) => {
                format!(
                    "impl IntoIterator<Item = {}>",
                    self.element_parameter(element)
                )
            }
            Type::Map(value) => {
                let value = self.element_parameter(value);
                format!("impl IntoIterator<Item = (impl Into<String>, {value})>")
            }
            Type::Sensitive(inner) => self.parameter(inner),
            _ => format!("impl Into<{}>", self.ty(ty)),
        }
    }

    /// Returns the parameter type of an element of a list or map. Nested containers need their
    /// exact type.
    fn element_parameter(self, ty: &Type) -> String {
        match ty {
            Type::List(_) | Type::Map(_) => format!("impl Into<{}>", self.ty(ty)),
            Type::Sensitive(inner) => self.element_parameter(inner),
            _ => self.parameter(ty),
        }
    }
}
