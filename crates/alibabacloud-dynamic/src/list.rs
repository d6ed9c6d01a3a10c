//! Lists that a service returns in pages.

use crate::field::FieldValue;
use crate::input::Input;
use crate::request::Request;
#[cfg(feature = "blocking")]
use alibabacloud_core::blocking::{BlockingItems, BlockingPages};
use alibabacloud_core::paginator::{Items, Pages};
use alibabacloud_core::plumbing::{Call, Cursor, PageContents, Paginated};
use alibabacloud_core::{Error, Result};
use alibabacloud_spec::values::{at_path, integer, take_path, text};
use alibabacloud_spec::{Kind, Pagination};
use serde_json::Value;
use std::borrow::Cow;

/// A request of a list, which a paginator repeats for each page.
#[derive(Clone, Debug)]
pub struct List(Request);

impl Request {
    /// Returns a stream of pages, starting with the requested page.
    ///
    /// # Errors
    /// If the operation does not return a list in pages.
    pub fn by_page(self) -> Result<Pages<List>> {
        self.into_list().map(Pages::new)
    }

    /// Returns a stream of the items of all pages, starting with the requested page.
    ///
    /// # Errors
    /// If the operation does not return a list in pages.
    pub fn by_item(self) -> Result<Items<List>> {
        self.into_list().map(Items::new)
    }

    /// Returns a blocking iterator over the pages; see [`by_page`](Self::by_page).
    ///
    /// # Errors
    /// If the operation does not return a list in pages.
    #[cfg(feature = "blocking")]
    pub fn by_page_blocking(self) -> Result<BlockingPages<List>> {
        self.into_list().map(BlockingPages::new)
    }

    /// Returns a blocking iterator over the items of all pages; see [`by_item`](Self::by_item).
    ///
    /// # Errors
    /// If the operation does not return a list in pages.
    #[cfg(feature = "blocking")]
    pub fn by_item_blocking(self) -> Result<BlockingItems<List>> {
        self.into_list().map(BlockingItems::new)
    }

    fn into_list(self) -> Result<List> {
        match self.operation().pagination {
            Some(_) => Ok(List(self)),
            None => Err(Error::invalid_input(format!(
                "{}:{} does not return a list in pages: use `send`",
                self.service().code,
                self.operation().name
            ))),
        }
    }
}

impl List {
    /// Returns the kind of value that a parameter has.
    fn kind(&self, parameter: &str) -> Option<&Kind> {
        let parameter = self.0.operation().parameter(parameter)?;
        Some(&self.0.service().resolve(&parameter.schema).kind)
    }

    fn parameter(&self, name: &str) -> Option<&FieldValue> {
        self.0.call.input.get(name).filter(|value| value.is_set())
    }
}

impl Paginated for List {
    type Input = Input;
    type Page = Value;
    type Item = Value;

    fn call(&self) -> &Call<Input> {
        &self.0.call
    }

    fn contents<'a>(&self, page: &'a Value) -> PageContents<'a> {
        let number = |path: &Option<String>| at_path(page, path.as_deref()?).and_then(integer);
        let (contents, total, items) = match &self.0.operation().pagination {
            Some(Pagination::Token {
                input,
                output,
                total,
                items,
                ..
            }) => {
                let next = at_path(page, output).filter(|token| !token.is_null());
                let next = next.map(|token| match token {
                    Value::String(token) => Cow::Borrowed(token.as_str()),
                    other => Cow::Owned(text(other)),
                });
                let is_requested = self.parameter(input).is_some();
                let contents = PageContents::token(is_requested, next.as_deref());
                (contents, total, items)
            }
            Some(Pagination::PageNumber {
                page: input,
                number: returned,
                total,
                items,
                ..
            }) => {
                let requested = self.parameter(input).and_then(FieldValue::as_integer);
                let contents = PageContents::number(requested, number(returned));
                (contents, total, items)
            }
            // A list is made only of an operation with pages.
            None => return PageContents::token(false, None),
        };
        contents.total(number(total)).items(at_path(page, items))
    }

    fn resume(&mut self, cursor: Cursor) -> Result<()> {
        let (name, value) = match &self.0.operation().pagination {
            Some(Pagination::Token { input, .. }) => {
                let value = match self.kind(input) {
                    Some(Kind::Int32 | Kind::Int64) => {
                        FieldValue::Integer(cursor.into_integer_token()?)
                    }
                    _ => FieldValue::Text(cursor.into_token()),
                };
                (input, value)
            }
            Some(Pagination::PageNumber { page, .. }) => {
                let value = match self.kind(page) {
                    Some(Kind::String) => FieldValue::Text(cursor.into_page()?),
                    _ => FieldValue::Integer(cursor.into_page()?),
                };
                (page, value)
            }
            None => return Ok(()),
        };
        let name = name.clone();
        self.0.call.input.set(&name, value);
        Ok(())
    }

    fn items(&self, mut page: Value) -> Vec<Value> {
        let path = match &self.0.operation().pagination {
            Some(Pagination::Token { items, .. } | Pagination::PageNumber { items, .. }) => items,
            None => return Vec::new(),
        };
        match take_path(&mut page, path) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        }
    }
}
