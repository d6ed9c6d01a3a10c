//! The requests of a wait: one, or one per page of a list.

use crate::error::Result;
use crate::paginator::{Paginated, Position, Step};
use alibabacloud_types::plumbing::Record;

/// A request, and the one for the next page.
pub(super) trait PollRequest<O>: Send + Sync {
    fn input(&self) -> &dyn Record;

    /// Returns whether it is for a page of a list, of which all pages are read.
    fn is_page(&self) -> bool;

    /// Returns the request for the page after `output`, where `position` advances; `None` after the
    /// last.
    ///
    /// # Errors
    /// If the service returns a page or a page token twice.
    fn next(&self, output: &O, position: &mut Position) -> Result<Option<Box<dyn PollRequest<O>>>>;
}

/// A request without further pages.
pub(super) struct Single<I>(pub(super) I);

impl<I: Record, O> PollRequest<O> for Single<I> {
    fn input(&self) -> &dyn Record {
        &self.0
    }

    fn is_page(&self) -> bool {
        false
    }

    fn next(&self, _: &O, _: &mut Position) -> Result<Option<Box<dyn PollRequest<O>>>> {
        Ok(None)
    }
}

/// A request for one page of a list.
pub(super) struct Paged<P>(pub(super) P);

impl<P: Paginated + Clone + Send + Sync + 'static> PollRequest<P::Page> for Paged<P> {
    fn input(&self) -> &dyn Record {
        &self.0.call().input
    }

    fn is_page(&self) -> bool {
        true
    }

    fn next(
        &self,
        output: &P::Page,
        position: &mut Position,
    ) -> Result<Option<Box<dyn PollRequest<P::Page>>>> {
        let operation = self.0.call().operation();
        match position.advance(operation, &self.0.contents(output))? {
            Step::End => Ok(None),
            Step::Broken(error) => Err(error),
            Step::Next(cursor) => {
                let mut request = self.0.clone();
                request.resume(cursor)?;
                Ok(Some(Box::new(Self(request))))
            }
        }
    }
}
