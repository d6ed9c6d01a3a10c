//! Pages and items of a list as iterators.

use crate::error::Result;
use crate::paginator::{Cursor, Items, Pages, Paginated};
use std::fmt;

/// All pages of a list, one request each, as an [`Iterator`]; created by `by_page_blocking`.
#[must_use = "nothing is sent before the iterator is advanced"]
pub struct BlockingPages<P: Paginated>(Pages<P>);

impl<P: Paginated> BlockingPages<P> {
    /// Creates an iterator over all pages from the one that `request` names.
    #[doc(hidden)]
    pub fn new(request: P) -> Self {
        Self(Pages::new(request))
    }

    /// Starts at a page that [`cursor`](Self::cursor) returned earlier.
    ///
    /// # Errors
    /// If the cursor is empty or does not belong to this operation.
    pub fn resume(self, cursor: impl Into<Cursor>) -> Result<Self> {
        self.0.resume(cursor).map(Self)
    }

    /// Makes it an error if the list ends before the total that the service returns, or if an item
    /// comes twice; see [`Pages::strict`].
    pub fn strict(self) -> Self {
        Self(self.0.strict())
    }

    /// Returns how many items are missing, after a list ended before the total that the service
    /// returned; see [`Pages::shortfall`].
    pub fn shortfall(&self) -> Option<u64> {
        self.0.shortfall()
    }

    /// Returns the cursor of the next page: see [`Pages::cursor`].
    pub fn cursor(&self) -> Option<&Cursor> {
        self.0.cursor()
    }
}

impl<P: Paginated> Iterator for BlockingPages<P> {
    type Item = Result<P::Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_blocking()
    }
}

impl<P: Paginated + fmt::Debug> fmt::Debug for BlockingPages<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingPages").field(&self.0).finish()
    }
}

/// All items of a list over all its pages, as an [`Iterator`]; created by `by_item_blocking`.
#[must_use = "nothing is sent before the iterator is advanced"]
pub struct BlockingItems<P: Paginated>(Items<P>);

impl<P: Paginated> BlockingItems<P> {
    /// Creates an iterator over all items from the page that `request` names.
    #[doc(hidden)]
    pub fn new(request: P) -> Self {
        Self(Items::new(request))
    }

    /// Starts at the first item of a page that [`cursor`](Self::cursor) or
    /// [`BlockingPages::cursor`] returned earlier.
    ///
    /// # Errors
    /// If the cursor is empty or does not belong to this operation.
    pub fn resume(self, cursor: impl Into<Cursor>) -> Result<Self> {
        self.0.resume(cursor).map(Self)
    }

    /// Makes it an error if the list ends before the total that the service returns, or if an item
    /// comes twice; see [`Pages::strict`].
    pub fn strict(self) -> Self {
        Self(self.0.strict())
    }

    /// Returns how many items are missing, after a list ended before the total that the service
    /// returned; see [`Pages::shortfall`].
    pub fn shortfall(&self) -> Option<u64> {
        self.0.shortfall()
    }

    /// Returns the cursor of the page after the current one: see [`Items::cursor`].
    pub fn cursor(&self) -> Option<&Cursor> {
        self.0.cursor()
    }
}

impl<P: Paginated> Iterator for BlockingItems<P> {
    type Item = Result<P::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_blocking()
    }
}

impl<P: Paginated + fmt::Debug> fmt::Debug for BlockingItems<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingItems").field(&self.0).finish()
    }
}
