//! Pagination of an operation: describes a page, and passes the page token to the next request.

use super::types::Scope;
use crate::ir::{CursorKind, Operation, Pagination, PathStep, Type};
use crate::names::{ident, in_source};
use crate::render::{Source, inline, line, list, tokens};
use proc_macro2::TokenStream;
use quote::quote;

/// Adds the implementation of `Paginated` for a request builder.
pub(super) fn paginated(operation: &Operation, pagination: &Pagination, source: &mut Source) {
    let parts = Parts::new(operation, pagination);
    match parts.text(operation) {
        Some(text) => source.text(text),
        None => source.tokens(parts.tokens(operation)),
    }
}

/// What differs between paginators.
struct Parts {
    /// The type of an item.
    item: String,
    /// The description of a page: a call of a constructor, which is a path and its arguments, and
    /// methods with one argument each.
    constructor: (TokenStream, [TokenStream; 2]),
    methods: Vec<(&'static str, TokenStream)>,
    /// The parameter that a cursor is written to.
    input: String,
    /// The value of that parameter.
    cursor: TokenStream,
    /// The items of a page.
    items: TokenStream,
}

impl Parts {
    fn new(operation: &Operation, pagination: &Pagination) -> Self {
        let field = &operation.input.fields[pagination.input];
        let cursor = match (&pagination.cursor, &field.ty) {
            (CursorKind::Token { .. }, Type::String) => quote!(cursor.into_token()),
            (CursorKind::Token { .. }, _) => quote!(cursor.into_integer_token()?),
            (CursorKind::Number { .. }, _) => quote!(cursor.into_page()?),
        };
        Self {
            item: Scope::Operation.ty(&pagination.item),
            constructor: constructor(operation, pagination),
            methods: methods(pagination),
            input: field.name.clone(),
            cursor,
            items: owned(&pagination.items),
        }
    }

    /// Returns the implementation as text; `None` if only the formatter can write it.
    fn text(&self, operation: &Operation) -> Option<String> {
        let contents = self.contents_text()?;
        let item = line(format!("    type Item = {};", self.item))?;
        let (input, cursor) = (in_source(&self.input), inline(self.cursor.clone())?);
        let set = line(format!("        self.call.input.{input} = Some({cursor});"))?;
        let items = line(format!("        {}", inline(self.items.clone())?))?;
        let Operation { builder, .. } = operation;
        let (input, output) = (&operation.input.name, &operation.output.name);
        Some(format!(
            "impl Paginated for {builder} {{
    type Input = {input};
    type Page = {output};
{item}

    #[inline]
    fn call(&self) -> &Call<Self::Input> {{
        &self.call
    }}

    #[inline]
    fn contents<'a>(&self, page: &'a Self::Page) -> PageContents<'a> {{
{contents}
    }}

    #[inline]
    fn resume(&mut self, cursor: Cursor) -> Result<()> {{
{set}
        Ok(())
    }}

    #[inline]
    fn items(&self, page: Self::Page) -> Vec<Self::Item> {{
{items}
    }}
}}
"
        ))
    }

    /// Returns the description of a page as text. The formatter breaks the chain before each method
    /// if it does not fit in a line, and indents the arguments of the constructor by one level more
    /// than those of methods.
    fn contents_text(&self) -> Option<String> {
        let (path, arguments) = &self.constructor;
        let [first, second] = arguments.clone().map(inline);
        let (path, first, second) = (inline(path.clone())?, first?, second?);
        let mut text = format!("        {path}({first}, {second})");
        let methods = self.methods.iter();
        let methods = methods.map(|(name, value)| Some((*name, inline(value.clone())?)));
        let methods: Vec<(&str, String)> = methods.collect::<Option<_>>()?;
        let in_a_line = methods
            .iter()
            .fold(text.clone(), |mut text, (name, value)| {
                text.push_str(&format!(".{name}({value})"));
                text
            });
        if let Some(text) = line(in_a_line) {
            return Some(text);
        }
        if line(text.clone()).is_none() {
            let first = line(format!("                {first},"))?;
            let second = line(format!("                {second},"))?;
            text = format!("        {path}(\n{first}\n{second}\n            )");
        }
        for (name, value) in methods {
            text.push('\n');
            text.push_str(&list(&format!("            .{name}"), &[value], "")?);
        }
        Some(text)
    }

    fn tokens(&self, operation: &Operation) -> TokenStream {
        let builder = ident(&operation.builder);
        let (input, output) = (ident(&operation.input.name), ident(&operation.output.name));
        let field = ident(&self.input);
        let (path, [first, second]) = &self.constructor;
        let methods = self.methods.iter().map(|(name, value)| {
            let name = ident(name);
            quote!(.#name(#value))
        });
        let item = tokens(&self.item);
        let Self { cursor, items, .. } = self;
        quote! {
            impl Paginated for #builder {
                type Input = #input;
                type Page = #output;
                type Item = #item;
                #[inline]
                fn call(&self) -> &Call<Self::Input> {
                    &self.call
                }
                #[inline]
                fn contents<'a>(&self, page: &'a Self::Page) -> PageContents<'a> {
                    #path(#first, #second) #(#methods)*
                }
                #[inline]
                fn resume(&mut self, cursor: Cursor) -> Result<()> {
                    self.call.input.#field = Some(#cursor);
                    Ok(())
                }
                #[inline]
                fn items(&self, page: Self::Page) -> Vec<Self::Item> {
                    #items
                }
            }
        }
    }
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

/// Returns the constructor of the description of a page: its place in the list.
fn constructor(operation: &Operation, pagination: &Pagination) -> (TokenStream, [TokenStream; 2]) {
    match &pagination.cursor {
        CursorKind::Token { output, ty } => {
            let name = ident(&operation.input.fields[pagination.input].name);
            let token = borrowed(output, ty);
            let token = match ty {
                Type::String => token,
                _ => quote!(#token.map(|token| token.to_string()).as_deref()),
            };
            let is_set = quote!(self.call.input.#name.is_some());
            (quote!(PageContents::token), [is_set, token])
        }
        CursorKind::Number { number } => {
            let requested = number_of_input(operation, pagination.input);
            let returned = match number {
                Some((path, ty)) => as_number(ty, borrowed(path, ty)),
                None => quote!(None),
            };
            (quote!(PageContents::number), [requested, returned])
        }
    }
}

/// Returns the methods that complete the description of a page: the total and the items.
fn methods(pagination: &Pagination) -> Vec<(&'static str, TokenStream)> {
    let total = pagination.total.as_ref();
    let total = total.map(|(path, ty)| ("total", as_number(ty, borrowed(path, ty))));
    let items = optional_value(&pagination.items, |value, optional| match optional {
        true => (quote!(#value.as_ref()), true),
        false => (quote!(&#value), false),
    });
    total.into_iter().chain([("items", items)]).collect()
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
