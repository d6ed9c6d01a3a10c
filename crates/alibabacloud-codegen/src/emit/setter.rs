//! Setters: methods that convert a parameter and write it to a field.

use super::types::Scope;
use crate::ir::{Field, Type};
use crate::names::{ident, in_source};
use crate::render::{Docs, list, tokens};
use proc_macro2::TokenStream;
use quote::quote;
use std::borrow::Cow;

/// Returns a setter as text; `None` if only the formatter can write it. `target` is the struct with
/// the field.
pub(super) fn text(
    scope: Scope<'_>,
    field: &Field,
    target: &str,
    deprecate: bool,
    docs: &Docs,
) -> Option<String> {
    if STANDARD_METHODS.contains(&field.setter.as_str()) {
        return None;
    }
    let (setter, name) = (in_source(&field.setter), in_source(&field.name));
    let (value, conversion) = (scope.parameter(&field.ty), conversion(&field.ty));
    let arguments = ["mut self".to_owned(), format!("value: {value}")];
    let head = list(&format!("    pub fn {setter}"), &arguments, " -> Self {")?;
    let some = format!("        {target}.{name} = Some");
    let body = list(&some, &[conversion.into_owned()], ";")?;
    let docs = docs.line(&field.docs);
    let deprecated = match deprecate {
        true => "    #[deprecated = \"the service has deprecated this parameter\"]\n",
        false => "",
    };
    Some(format!(
        "    {docs}\n{deprecated}    #[inline]\n{head}\n{body}\n        self\n    }}\n"
    ))
}

/// Returns a setter, which takes and returns `self` so that calls can be chained. `target` is the
/// struct with the field.
pub(super) fn setter(
    scope: Scope<'_>,
    field: &Field,
    target: &TokenStream,
    deprecate: bool,
    docs: &Docs,
) -> TokenStream {
    let docs = docs.block(&field.docs);
    let (setter, name) = (ident(&field.setter), ident(&field.name));
    let parameter = tokens(&scope.parameter(&field.ty));
    let conversion = tokens(&conversion(&field.ty));
    let deprecated =
        deprecate.then(|| quote!(#[deprecated = "the service has deprecated this parameter"]));
    let not_the_trait = STANDARD_METHODS.contains(&field.setter.as_str()).then(
        || quote!(#[allow(clippy::should_implement_trait, reason = "named after the parameter")]),
    );
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

/// Converts `value`, whose type is that of [`Scope::parameter`], to the type.
fn conversion(ty: &Type) -> Cow<'static, str> {
    let simple = match ty {
        Type::Struct(name) if name.pair => "value.into()",
        Type::Bool | Type::Struct(_) => "value",
        Type::Boxed(_) => "Box::new(value)",
        Type::List(element) => match element.as_ref() {
            Type::Struct(name) if name.pair => "value.into_iter().map(Into::into).collect()",
            Type::Bool | Type::Struct(_) => "value.into_iter().collect()",
            Type::Sensitive(_) | Type::Boxed(_) => {
                let element = element_conversion(element);
                let text = format!("value.into_iter().map(|value| {element}).collect()");
                return Cow::Owned(text);
            }
            _ => "value.into_iter().map(Into::into).collect()",
        },
        Type::Map(element) => {
            let element = element_conversion(element);
            let closure = format!("|(key, value)| (key.into(), {element})");
            return Cow::Owned(format!("value.into_iter().map({closure}).collect()"));
        }
        Type::Sensitive(inner) => {
            return Cow::Owned(format!("Sensitive::new({})", conversion(inner)));
        }
        _ => "value.into()",
    };
    Cow::Borrowed(simple)
}

fn element_conversion(ty: &Type) -> Cow<'static, str> {
    match ty {
        Type::List(_) | Type::Map(_) => Cow::Borrowed("value.into()"),
        Type::Sensitive(inner) => {
            Cow::Owned(format!("Sensitive::new({})", element_conversion(inner)))
        }
        _ => conversion(ty),
    }
}

/// Methods of standard traits, whose names clippy reserves for implementations of the trait.
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
