//! Paginators: lists that the service returns in pages.

mod contents;
mod cursor;
mod position;

#[doc(hidden)]
pub use contents::PageContents;
pub use cursor::Cursor;
pub(crate) use position::{Position, Step};

#[cfg(feature = "blocking")]
use crate::blocking::run;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::response::Response;
use crate::time::BoxFuture;
use alibabacloud_types::plumbing::{Field, Record};
use futures_core::Stream;
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A request for one page of a list. Implemented by generated builders.
#[doc(hidden)]
pub trait Paginated: Unpin {
    /// The input.
    type Input: Record;
    /// The output: one page.
    type Page: Field + Default;
    /// The type of the items.
    type Item;

    /// Returns the call.
    fn call(&self) -> &Call<Self::Input>;
    /// Returns what `page` contains, as the response to this request.
    fn contents<'a>(&self, page: &'a Self::Page) -> PageContents<'a>;
    /// Makes it a request for the page at `cursor`.
    ///
    /// # Errors
    /// If the cursor does not belong to this operation.
    fn resume(&mut self, cursor: Cursor) -> Result<()>;
    /// Returns the items of a page.
    fn items(&self, page: Self::Page) -> Vec<Self::Item>;
}

/// All pages of a list, one request each; created by `by_page`. A [`Stream`]; without stream
/// utilities, call [`Pages::next`].
///
/// Ends after the last page and after the first error; [`Pages::cursor`] then returns where to
/// resume.
///
/// Some operations page by token or by number, as the request says. There each request of a
/// paginator has what makes the service page by token, usually a page size, unless the caller set
/// it; the documentation of the operation says what. With a page number, or a page size that
/// belongs to page numbers, the paginator fails before it sends anything.
#[must_use = "nothing is sent before `next` is called or the stream is polled"]
pub struct Pages<P: Paginated> {
    request: P,
    pending: Option<BoxFuture<'static, Result<Response<()>>>>,
    state: PageState,
    position: Position,
}

enum PageState {
    /// There is another page.
    More,
    /// The previous page was read, but the list cannot continue.
    Broken(Error),
    /// After the last page or an error.
    Done,
}

impl<P: Paginated> Pages<P> {
    /// Creates a paginator over all pages from the one that `request` names.
    #[doc(hidden)]
    pub fn new(request: P) -> Self {
        Self {
            request,
            pending: None,
            state: PageState::More,
            position: Position::default(),
        }
    }

    /// Starts at a page that [`Pages::cursor`] returned earlier.
    ///
    /// # Errors
    /// If the cursor is empty or does not belong to this operation.
    pub fn resume(mut self, cursor: impl Into<Cursor>) -> Result<Self> {
        let cursor = cursor.into();
        let name = self.request.call().operation().qualified_name();
        self.position = resumed(&self.position, &cursor).map_err(|error| error.on(name, 0))?;
        self.request.resume(cursor)?;
        self.pending = None;
        self.state = PageState::More;
        Ok(self)
    }

    /// Makes it an error if the list ends before the total that the service returns, or if an item
    /// comes twice. By default, [`Pages::shortfall`] returns how many items are missing.
    ///
    /// Services can count items that the caller is not allowed to read; such a list is never
    /// complete. Items are compared by their contents, so this is for lists whose items differ. It
    /// takes 16 to 32 bytes of memory per item.
    pub fn strict(mut self) -> Self {
        self.position.be_strict();
        self
    }

    /// Returns how many items are missing, after a list ended before the total that the service
    /// returned. `None` before the end, for a complete list, and if the service returns no total or
    /// the list was not read from its beginning.
    pub fn shortfall(&self) -> Option<u64> {
        self.position.shortfall()
    }

    /// Returns the cursor of the next page: `None` before the first page and after the last. After
    /// an error it is the page that failed.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.position.cursor()
    }

    /// Returns the next page; `None` after the last. Cancelling the future loses no page.
    pub async fn next(&mut self) -> Option<Result<P::Page>> {
        poll_fn(|context| self.poll_page(context)).await
    }

    /// [`next`](Self::next) on the thread for blocking calls. Only the request runs there, so that
    /// pages need not be `Send`.
    #[cfg(feature = "blocking")]
    pub(crate) fn next_blocking(&mut self) -> Option<Result<P::Page>> {
        if matches!(self.state, PageState::More) {
            let request = &self.request;
            let pending = self.pending.take();
            let pending = pending.unwrap_or_else(|| request.call().start_page());
            let response = run(pending).and_then(|response| response);
            self.pending = Some(Box::pin(std::future::ready(response)));
        }
        match self.poll_page(&mut Context::from_waker(std::task::Waker::noop())) {
            Poll::Ready(page) => page,
            // Unreachable: the response is ready.
            Poll::Pending => None,
        }
    }

    /// Returns the items of a page.
    fn items(&self, page: P::Page) -> Vec<P::Item> {
        self.request.items(page)
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<P::Page>>> {
        match std::mem::replace(&mut self.state, PageState::Done) {
            PageState::More => self.state = PageState::More,
            PageState::Broken(error) => return Poll::Ready(Some(Err(error))),
            PageState::Done => return Poll::Ready(None),
        }
        let request = &self.request;
        let pending = self
            .pending
            .get_or_insert_with(|| request.call().start_page());
        let response = ready!(pending.as_mut().poll(context));
        self.pending = None;
        self.state = PageState::Done;
        let page = response.and_then(|response| request.call().read::<P::Page>(response))?;
        let page = page.into_output();
        let operation = request.call().operation();
        match self.position.advance(operation, &request.contents(&page))? {
            Step::End => {}
            Step::Broken(error) => self.state = PageState::Broken(error),
            Step::Next(cursor) => match self.request.resume(cursor) {
                Ok(()) => self.state = PageState::More,
                Err(error) => {
                    self.state = PageState::Broken(error.on(operation.qualified_name(), 0))
                }
            },
        }
        Poll::Ready(Some(Ok(page)))
    }
}

/// Returns the start of a list at `cursor`.
///
/// # Errors
/// If the cursor is empty: a list that starts over would return items again.
fn resumed(position: &Position, cursor: &Cursor) -> Result<Position> {
    if cursor.is_empty() {
        return Err(Error::invalid_input(
            "cannot resume at an empty cursor: to read the list from its beginning, do not resume",
        ));
    }
    Ok(position.at(cursor.clone()))
}

impl<P: Paginated> Stream for Pages<P> {
    type Item = Result<P::Page>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(context)
    }
}

impl<P: Paginated + fmt::Debug> fmt::Debug for Pages<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("request", &self.request)
            .field("cursor", &self.position.cursor())
            .finish_non_exhaustive()
    }
}

/// All items of a list over all its pages; created by `by_item`. A [`Stream`]; without stream
/// utilities, call [`Items::next`].
///
/// A page is fetched when its first item is needed. Ends after the last item and after the first
/// error.
#[must_use = "nothing is sent before `next` is called or the stream is polled"]
pub struct Items<P: Paginated> {
    pages: Pages<P>,
    buffer: VecDeque<P::Item>,
}

impl<P: Paginated> Unpin for Items<P> {}

impl<P: Paginated> Items<P> {
    /// Creates a paginator over all items from the page that `request` names.
    #[doc(hidden)]
    pub fn new(request: P) -> Self {
        Self {
            pages: Pages::new(request),
            buffer: VecDeque::new(),
        }
    }

    /// Starts at the first item of a page that [`Items::cursor`] or [`Pages::cursor`] returned
    /// earlier.
    ///
    /// # Errors
    /// If the cursor is empty or does not belong to this operation.
    pub fn resume(self, cursor: impl Into<Cursor>) -> Result<Self> {
        Ok(Self {
            pages: self.pages.resume(cursor)?,
            buffer: VecDeque::new(),
        })
    }

    /// Makes it an error if the list ends before the total that the service returns, or if an item
    /// comes twice; see [`Pages::strict`].
    pub fn strict(mut self) -> Self {
        self.pages = self.pages.strict();
        self
    }

    /// Returns how many items are missing, after a list ended before the total that the service
    /// returned; see [`Pages::shortfall`].
    pub fn shortfall(&self) -> Option<u64> {
        self.pages.shortfall()
    }

    /// Returns the cursor of the page after the current one; `None` before the first item and on
    /// the last page.
    ///
    /// After an error it is the page that failed, so resuming there skips nothing. Resuming there
    /// earlier skips the rest of the current page.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.pages.cursor()
    }

    /// Returns the next item; `None` after the last. Cancelling the future loses no item.
    pub async fn next(&mut self) -> Option<Result<P::Item>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    /// Returns the next items, at most `limit`; fewer only at the end of the list. Further calls
    /// return the items that follow. A list whose size nobody knows needs a limit, because each
    /// item takes memory.
    ///
    /// Cancelling the future loses no item.
    ///
    /// # Errors
    /// If a page cannot be read. The items before it are not lost: [`next`](Self::next) or another
    /// call returns them.
    pub async fn collect_up_to(&mut self, limit: usize) -> Result<Vec<P::Item>> {
        poll_fn(|context| self.poll_items(context, limit)).await?;
        let count = limit.min(self.buffer.len());
        Ok(self.buffer.drain(..count).collect())
    }

    /// Fetches pages until `limit` items are there, or the list ends.
    fn poll_items(&mut self, context: &mut Context<'_>, limit: usize) -> Poll<Result<()>> {
        while self.buffer.len() < limit {
            match ready!(self.pages.poll_page(context)) {
                Some(Ok(page)) => self.buffer.extend(self.pages.items(page)),
                Some(Err(error)) => return Poll::Ready(Err(error)),
                None => break,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// [`next`](Self::next) on the thread for blocking calls.
    #[cfg(feature = "blocking")]
    pub(crate) fn next_blocking(&mut self) -> Option<Result<P::Item>> {
        loop {
            if let Some(item) = self.buffer.pop_front() {
                return Some(Ok(item));
            }
            match self.pages.next_blocking()? {
                Ok(page) => self.buffer = self.pages.items(page).into(),
                Err(error) => return Some(Err(error)),
            }
        }
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<P::Item>>> {
        loop {
            if let Some(item) = self.buffer.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_page(context)) {
                Some(Ok(page)) => self.buffer = self.pages.items(page).into(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<P: Paginated> Stream for Items<P> {
    type Item = Result<P::Item>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

impl<P: Paginated + fmt::Debug> fmt::Debug for Items<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("buffered", &self.buffer.len())
            .finish()
    }
}
