//! The requests of a wait: one, or one per page of a list.

use crate::error::Result;
use crate::paginator::{Paginated, Trail};
use alibabacloud_types::plumbing::Record;

/// A request, and the one for the next page.
pub(super) trait PollRequest<O>: Send + Sync {
    fn input(&self) -> &dyn Record;

    /// Returns the request for the page after `output`; `None` after the last.
    ///
    /// # Errors
    /// If the service returns a page token twice.
    fn next(&self, output: &O) -> Result<Option<Box<dyn PollRequest<O>>>>;
}

/// A request without further pages.
pub(super) struct Single<I>(pub(super) I);

impl<I: Record, O> PollRequest<O> for Single<I> {
    fn input(&self) -> &dyn Record {
        &self.0
    }

    fn next(&self, _: &O) -> Result<Option<Box<dyn PollRequest<O>>>> {
        Ok(None)
    }
}

/// A request for one page of a list.
pub(super) struct Paged<P> {
    request: P,
    /// The cursors up to this page.
    trail: Trail,
}

impl<P> Paged<P> {
    /// Creates a request for the first page.
    pub(super) fn new(request: P) -> Self {
        Self {
            request,
            trail: Trail::default(),
        }
    }
}

impl<P: Paginated + Clone + Send + Sync + 'static> PollRequest<P::Page> for Paged<P> {
    fn input(&self) -> &dyn Record {
        &self.request.call().input
    }

    fn next(&self, output: &P::Page) -> Result<Option<Box<dyn PollRequest<P::Page>>>> {
        let Some(next) = self.request.next(output) else {
            return Ok(None);
        };
        let mut trail = self.trail.clone();
        trail.advance(&next)?;
        let mut request = self.request.clone();
        request.resume(next)?;
        Ok(Some(Box::new(Self { request, trail })))
    }
}
