//! Calls from programs without an async runtime.
//!
//! The same futures run on a thread of the SDK's own, with a tokio runtime that all blocking calls of the process share; the thread that
//! calls waits for the outcome. So it makes no difference whether that thread is inside a runtime, except that the tasks of a
//! runtime wait with it: there, prefer `send` and `await`, or `spawn_blocking`.

mod run;

pub use crate::events::BlockingEvents;
#[doc(hidden)]
pub use run::run;

use crate::error::Result;
use crate::paginator::{Cursor, Items, Pages, Paginated};
use std::fmt;

/// All pages of a list, one request each, as an [`Iterator`]; made by `by_page_blocking`.
#[must_use = "nothing is sent before the iterator is asked"]
pub struct BlockingPages<P: Paginated>(Pages<P>);

impl<P: Paginated> BlockingPages<P> {
    /// All pages from where `request` points to.
    #[doc(hidden)]
    pub fn new(request: P) -> Self {
        Self(Pages::new(request))
    }

    /// Starts at a page that [`cursor`](Self::cursor) gave earlier.
    ///
    /// # Errors
    /// When the cursor is none of this operation's.
    pub fn resume(self, cursor: impl Into<Cursor>) -> Result<Self> {
        self.0.resume(cursor).map(Self)
    }

    /// The page that comes next: see [`Pages::cursor`].
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

/// All items of a list over all its pages, as an [`Iterator`]; made by `by_item_blocking`.
#[must_use = "nothing is sent before the iterator is asked"]
pub struct BlockingItems<P: Paginated>(Items<P>);

impl<P: Paginated> BlockingItems<P> {
    /// All items from where `request` points to.
    #[doc(hidden)]
    pub fn new(request: P) -> Self {
        Self(Items::new(request))
    }

    /// Starts at the first item of a page that [`cursor`](Self::cursor) or [`BlockingPages::cursor`] gave earlier.
    ///
    /// # Errors
    /// When the cursor is none of this operation's.
    pub fn resume(self, cursor: impl Into<Cursor>) -> Result<Self> {
        self.0.resume(cursor).map(Self)
    }

    /// The page behind the one that items are taken from: see [`Items::cursor`].
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
