//! The position of a page, as text.

use crate::error::{Error, Result};
use std::fmt;

/// The position of a page: its page token, or its number.
///
/// To resume later, even in another process, store it as text and restore it with
/// `Cursor::from(text)`. The text of a list with page numbers also counts the items before the
/// page, so that a resumed list knows when it is complete: `3:40:95` is page 3, after 40 of 95
/// items. A number without these counts is valid as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

/// The position of a page in a list with page numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NumberedPage {
    /// The number, from 1.
    pub(super) number: u64,
    /// The number of items before the page; `None` if unknown.
    pub(super) seen: Option<u64>,
    /// The largest total that the service returned so far.
    pub(super) total: Option<u64>,
}

impl Cursor {
    /// Returns the cursor as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the cursor of a page in a list with page numbers.
    pub(super) fn numbered(page: NumberedPage) -> Self {
        let NumberedPage { number, .. } = page;
        Self(match (page.seen, page.total) {
            (Some(seen), Some(total)) => format!("{number}:{seen}:{total}"),
            (Some(seen), None) => format!("{number}:{seen}"),
            (None, _) => number.to_string(),
        })
    }

    /// Reads the cursor of a page in a list with page numbers; `None` if it is not one.
    pub(super) fn numbered_page(&self) -> Option<NumberedPage> {
        let mut parts = self.0.split(':').map(|part| part.parse::<u64>());
        let number = parts.next()?.ok().filter(|&number| number > 0)?;
        let seen = parts.next().transpose().ok()?;
        let total = parts.next().transpose().ok()?;
        parts.next().is_none().then_some(NumberedPage {
            number,
            seen,
            total,
        })
    }

    /// Returns whether the cursor is empty, so that it identifies no page.
    pub(super) fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// Returns the page token, for the parameter that takes it.
    #[doc(hidden)]
    pub fn into_token(self) -> String {
        self.0
    }

    /// Returns the page token as an integer, for the parameter that takes it.
    ///
    /// # Errors
    /// If the cursor is not an integer.
    #[doc(hidden)]
    pub fn into_integer_token<T: std::str::FromStr>(self) -> Result<T> {
        self.0
            .parse()
            .map_err(|_| self.refused("this operation requires an integer as page token"))
    }

    /// Returns the page number, for the parameter that takes it.
    ///
    /// # Errors
    /// If the cursor is a token of another operation, or not a page number from 1.
    #[doc(hidden)]
    pub fn into_page<T: std::str::FromStr>(self) -> Result<T> {
        self.numbered_page()
            .and_then(|page| page.number.to_string().parse().ok())
            .ok_or_else(|| self.refused("this operation requires a page number"))
    }

    fn refused(&self, reason: &str) -> Error {
        Error::invalid_input(format!("cannot resume at {:?}: {reason}", self.0))
    }
}

impl From<&str> for Cursor {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
