//! Pagination of an operation: describes a page, and passes the page token to the next request.

use super::types::Scope;
use crate::ir::{CursorKind, Field, Operation, Pagination, PathStep, Type};
use crate::names::{ident, in_source};
use crate::render::{Docs, inline, line};
use proc_macro2::TokenStream;
use quote::quote;

/// Returns the implementation of `Paginated` for a request builder.
pub(super) fn paginated(
    operation: &Operation,
    pagination: &Pagination,
    docs: &Docs,
) -> TokenStream {
    let builder = ident(&operation.builder);
    let (input, output) = (ident(&operation.input.name), ident(&operation.output.name));
    let item = Scope::Operation.ty(&pagination.item);
    let field = &operation.input.fields[pagination.input];
    let cursor = match (&pagination.cursor, &field.ty) {
        (CursorKind::Token { .. }, Type::String) => quote!(cursor.into_token()),
        (CursorKind::Token { .. }, _) => quote!(cursor.into_integer_token()?),
        (CursorKind::Number { .. }, _) => quote!(cursor.into_page()?),
    };
    let contents = contents(operation, pagination);
    let call = docs.methods(&[CALL.to_owned()]);
    let resume = resume_text(field, &cursor).map(|text| docs.methods(&[text]));
    let resume = resume.unwrap_or_else(|| {
        let name = ident(&field.name);
        quote! {
            #[inline]
            fn resume(&mut self, cursor: Cursor) -> Result<()> {
                self.call.input.#name = Some(#cursor);
                Ok(())
            }
        }
    });
    let items = owned(&pagination.items);
    let items = items_text(&items).map_or_else(
        || {
            quote! {
                #[inline]
                fn items(&self, page: Self::Page) -> Vec<Self::Item> {
                    #items
                }
            }
        },
        |text| docs.methods(&[text]),
    );
    quote! {
        impl Paginated for #builder {
            type Input = #input;
            type Page = #output;
            type Item = #item;
            #call
            #[inline]
            fn contents<'a>(&self, page: &'a Self::Page) -> PageContents<'a> {
                #contents
            }
            #resume
            #items
        }
    }
}

/// The method `call` as text.
const CALL: &str = "    #[inline]
    fn call(&self) -> &Call<Self::Input> {
        &self.call
    }
";

/// Returns the method `resume` as text; `None` if only the formatter can write it.
fn resume_text(field: &Field, cursor: &TokenStream) -> Option<String> {
    let (name, cursor) = (in_source(&field.name), inline(cursor.clone())?);
    let set = line(format!("        self.call.input.{name} = Some({cursor});"))?;
    Some(format!(
        "    #[inline]\n    fn resume(&mut self, cursor: Cursor) -> Result<()> {{\n{set}\n        \
         Ok(())\n    }}\n"
    ))
}

/// Returns the method `items` as text; `None` if only the formatter can write it.
fn items_text(items: &TokenStream) -> Option<String> {
    let items = line(format!("        {}", inline(items.clone())?))?;
    Some(format!(
        "    #[inline]\n    fn items(&self, page: Self::Page) -> Vec<Self::Item> {{\n{items}\n    }}\n"
    ))
}

/// Returns the calls that complete the definition of an operation: what its paginator sends, and
/// what it refuses.
pub(super) fn calls(operation: &Operation, pagination: &Pagination) -> Vec<String> {
    let wire = |index: usize| &operation.input.fields[index].wire;
    let mut calls = Vec::new();
    if !pagination.first.is_empty() {
        let first = pagination.first.iter();
        let first: Vec<String> = first
            .map(|(index, value)| format!("({:?}, {value:?})", wire(*index)))
            .collect();
        calls.push(format!("paged_with(&[{}])", first.join(", ")));
    }
    if !pagination.numbered.is_empty() {
        let names: Vec<&String> = pagination.numbered.iter().map(|&i| wire(i)).collect();
        calls.push(format!("paged_without(&{names:?})"));
    }
    calls
}

/// Returns the expression that describes a page: its place in the list, the total and the items.
fn contents(operation: &Operation, pagination: &Pagination) -> TokenStream {
    let place = match &pagination.cursor {
        CursorKind::Token { output, ty } => {
            let name = ident(&operation.input.fields[pagination.input].name);
            let token = borrowed(output, ty);
            let token = match ty {
                Type::String => token,
                _ => quote!(#token.map(|token| token.to_string()).as_deref()),
            };
            quote!(PageContents::token(self.call.input.#name.is_some(), #token))
        }
        CursorKind::Number { number } => {
            let requested = number_of_input(operation, pagination.input);
            let returned = match number {
                Some((path, ty)) => as_number(ty, borrowed(path, ty)),
                None => quote!(None),
            };
            quote!(PageContents::number(#requested, #returned))
        }
    };
    let total = pagination.total.as_ref().map(|(path, ty)| {
        let total = as_number(ty, borrowed(path, ty));
        quote!(.total(#total))
    });
    let items = optional_value(&pagination.items, |value, optional| match optional {
        true => (quote!(#value.as_ref()), true),
        false => (quote!(&#value), false),
    });
    quote!(#place #total .items(#items))
}

/// Returns a parameter of the request as `Option<i64>`.
fn number_of_input(operation: &Operation, index: usize) -> TokenStream {
    let field = &operation.input.fields[index];
    let name = ident(&field.name);
    match field.ty {
        Type::String => as_number(&field.ty, quote!(self.call.input.#name.as_deref())),
        _ => as_number(&field.ty, quote!(self.call.input.#name)),
    }
}

/// Converts an option of a string or integer to `Option<i64>`.
fn as_number(ty: &Type, value: TokenStream) -> TokenStream {
    match ty {
        Type::String => quote!(#value.and_then(|number| number.parse().ok())),
        Type::I32 => quote!(#value.map(i64::from)),
        _ => value,
    }
}

/// Returns the value at a path of `page: &Page` as an option of `&str` or of an integer.
fn borrowed(path: &[PathStep], ty: &Type) -> TokenStream {
    let text = *ty == Type::String;
    optional_value(path, |value, optional| match (text, optional) {
        (true, true) => (quote!(#value.as_deref()), true),
        (true, false) => (quote!(#value.as_str()), false),
        (false, optional) => (value, optional),
    })
}

/// Returns the value at a path of `page: &Page`, which is always an option.
fn optional_value(
    path: &[PathStep],
    last: impl Fn(TokenStream, bool) -> (TokenStream, bool),
) -> TokenStream {
    let (value, optional) = steps(path, true, last);
    if optional {
        value
    } else {
        quote!(Some(#value))
    }
}

/// Moves the array at a path out of `page: Page`.
fn owned(path: &[PathStep]) -> TokenStream {
    let (value, optional) = steps(path, false, |value, optional| (value, optional));
    if optional {
        quote!(#value.unwrap_or_default())
    } else {
        value
    }
}

/// Follows a path from `page`. Returns the expression, completed by `last`, and whether it is an
/// option.
fn steps(
    path: &[PathStep],
    by_reference: bool,
    last: impl Fn(TokenStream, bool) -> (TokenStream, bool),
) -> (TokenStream, bool) {
    let mut value = quote!(page);
    let mut optional = false;
    for (index, step) in path.iter().enumerate() {
        let field = ident(&step.field);
        let finish = |value: TokenStream| {
            if index + 1 == path.len() {
                last(value, step.optional)
            } else if step.optional && by_reference {
                (quote!(#value.as_ref()), true)
            } else {
                (value, step.optional)
            }
        };
        if optional {
            let (inner, inner_optional) = finish(quote!(inner.#field));
            let method = if inner_optional {
                quote!(and_then)
            } else {
                quote!(map)
            };
            value = quote!(#value.#method(|inner| #inner));
        } else {
            (value, optional) = finish(quote!(#value.#field));
        }
    }
    (value, optional)
}
