//! What a wait asks for: one answer, or a list page by page.

use crate::error::Result;
use crate::paginator::{Paginated, Trail};
use alibabacloud_types::plumbing::Record;

/// A request, and the one for the page after its answer.
pub(super) trait PollRequest<O>: Send + Sync {
    fn input(&self) -> &dyn Record;

    /// The request for the page after `answer`; `None` behind the last.
    ///
    /// # Errors
    /// When the service leads in a circle.
    fn after(&self, answer: &O) -> Result<Option<Box<dyn PollRequest<O>>>>;
}

/// A request whose answer is all there is.
pub(super) struct Single<I>(pub(super) I);

impl<I: Record, O> PollRequest<O> for Single<I> {
    fn input(&self) -> &dyn Record {
        &self.0
    }

    fn after(&self, _: &O) -> Result<Option<Box<dyn PollRequest<O>>>> {
        Ok(None)
    }
}

/// A request for one page of a list.
pub(super) struct Paged<P> {
    request: P,
    /// The way to this page.
    trail: Trail,
}

impl<P> Paged<P> {
    /// For the first page.
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

    fn after(&self, answer: &P::Page) -> Result<Option<Box<dyn PollRequest<P::Page>>>> {
        let Some(next) = self.request.next(answer) else {
            return Ok(None);
        };
        let mut trail = self.trail.clone();
        trail.advance(&next)?;
        let mut request = self.request.clone();
        request.resume(next)?;
        Ok(Some(Box::new(Self { request, trail })))
    }
}
