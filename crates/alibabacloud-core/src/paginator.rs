//! Paginators: lists that the service returns in pages.

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

/// The position of a page: its page token, or its number.
///
/// To resume later, even in another process, store it as text and restore it with
/// `Cursor::from(text)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// Returns the cursor as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the cursor of a page token; `None` if the token is absent or empty, which ends a
    /// list.
    #[doc(hidden)]
    pub fn token(token: Option<&str>) -> Option<Self> {
        token.filter(|t| !t.is_empty()).map(Self::from)
    }

    /// Returns the cursor of the page after page `number` (from 1, the default) of `size` items
    /// each, out of `total` items. `None` if `items`, the number of items on this page, or the
    /// total shows that it is the last.
    #[doc(hidden)]
    pub fn page(
        number: Option<i64>,
        size: Option<i64>,
        total: Option<i64>,
        items: usize,
    ) -> Option<Self> {
        let number = number.unwrap_or(1).max(1);
        let items = i64::try_from(items).unwrap_or(i64::MAX);
        let size = size.filter(|&size| size > 0);
        let last = match (total, size) {
            _ if items == 0 => true,
            (Some(total), Some(size)) => number.saturating_mul(size) >= total,
            (Some(total), None) => number == 1 && items >= total,
            (None, Some(size)) => items < size,
            (None, None) => false,
        };
        (!last).then(|| Self(number.saturating_add(1).to_string()))
    }

    /// Returns the page token, for the parameter that takes it.
    #[doc(hidden)]
    pub fn into_token(self) -> String {
        self.0
    }

    /// Returns the page number, for the parameter that takes it.
    ///
    /// # Errors
    /// If the cursor is a token of another operation.
    #[doc(hidden)]
    pub fn into_page<T: std::str::FromStr>(self) -> Result<T> {
        self.0.parse().map_err(|_| {
            Error::invalid_input(format!(
                "cannot resume at {:?}: this operation requires a page number",
                self.0
            ))
        })
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
    /// Returns the cursor of the page after `page`.
    fn next(&self, page: &Self::Page) -> Option<Cursor>;
    /// Makes it a request for the page at `cursor`.
    ///
    /// # Errors
    /// If the cursor does not belong to this operation.
    fn resume(&mut self, cursor: Cursor) -> Result<()>;
    /// Returns the items of a page.
    fn items(page: Self::Page) -> Vec<Self::Item>;
}

/// All pages of a list, one request each; created by `by_page`. A [`Stream`]; without stream
/// utilities, call [`Pages::next`].
///
/// Ends after the last page and after the first error; [`Pages::cursor`] then returns where to
/// resume.
#[must_use = "nothing is sent before `next` is called or the stream is polled"]
pub struct Pages<P: Paginated> {
    request: P,
    pending: Option<BoxFuture<'static, Result<Response<()>>>>,
    position: Position,
}

/// The position in a list.
struct Position {
    state: PageState,
    trail: Trail,
}

enum PageState {
    /// There is another page.
    More,
    /// The previous page was read, but its page token cannot be used.
    Broken(Error),
    /// After the last page or an error.
    Done,
}

impl Position {
    fn start() -> Self {
        Self {
            state: PageState::More,
            trail: Trail::default(),
        }
    }

    /// Advances past a page and returns the cursor of the next one.
    fn advance(&mut self, next: Option<Cursor>) -> Option<Cursor> {
        let Some(next) = next else {
            self.trail.cursor = None;
            self.state = PageState::Done;
            return None;
        };
        if let Err(error) = self.trail.advance(&next) {
            self.state = PageState::Broken(error);
            return None;
        }
        Some(next)
    }
}

/// The cursors of a list so far, to detect a cycle.
#[derive(Clone, Default)]
pub(crate) struct Trail {
    /// The next page; `None` for the first.
    cursor: Option<Cursor>,
    /// An earlier cursor, replaced by the current one at every power of two: it detects any cycle
    /// without storing all cursors (Brent's algorithm).
    landmark: Option<Cursor>,
    pages: u64,
}

impl Trail {
    /// Advances to the page at `next`.
    ///
    /// # Errors
    /// If the list was there before; the trail then does not advance.
    pub(crate) fn advance(&mut self, next: &Cursor) -> Result<()> {
        self.pages = self.pages.saturating_add(1);
        if self.cursor.as_ref() == Some(next) || self.landmark.as_ref() == Some(next) {
            return Err(Error::decode(format!(
                "the service returned page token {:?} twice; stopping to avoid an endless loop",
                next.as_str()
            )));
        }
        if self.pages.is_power_of_two() {
            self.landmark = Some(next.clone());
        }
        self.cursor = Some(next.clone());
        Ok(())
    }
}

impl<P: Paginated> Pages<P> {
    /// Creates a paginator over all pages from the one that `request` names.
    #[doc(hidden)]
    pub fn new(request: P) -> Self {
        Self {
            request,
            pending: None,
            position: Position::start(),
        }
    }

    /// Starts at a page that [`Pages::cursor`] returned earlier.
    ///
    /// # Errors
    /// If the cursor does not belong to this operation.
    pub fn resume(mut self, cursor: impl Into<Cursor>) -> Result<Self> {
        let cursor = cursor.into();
        self.request.resume(cursor.clone())?;
        self.pending = None;
        self.position = Position::start();
        self.position.trail.cursor = Some(cursor);
        Ok(self)
    }

    /// Returns the cursor of the next page: `None` before the first page and after the last. After
    /// an error it is the page that failed.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.position.trail.cursor.as_ref()
    }

    /// Returns the next page; `None` after the last. Cancelling the future loses no page.
    pub async fn next(&mut self) -> Option<Result<P::Page>> {
        poll_fn(|context| self.poll_page(context)).await
    }

    /// [`next`](Self::next) on the thread for blocking calls. Only the request runs there, so that
    /// pages need not be `Send`.
    #[cfg(feature = "blocking")]
    pub(crate) fn next_blocking(&mut self) -> Option<Result<P::Page>> {
        if matches!(self.position.state, PageState::More) {
            let request = &self.request;
            let pending = self.pending.take();
            let pending = pending.unwrap_or_else(|| request.call().start());
            let response = run(pending).and_then(|response| response);
            self.pending = Some(Box::pin(std::future::ready(response)));
        }
        match self.poll_page(&mut Context::from_waker(std::task::Waker::noop())) {
            Poll::Ready(page) => page,
            // Unreachable: the response is ready.
            Poll::Pending => None,
        }
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<P::Page>>> {
        match std::mem::replace(&mut self.position.state, PageState::Done) {
            PageState::More => self.position.state = PageState::More,
            PageState::Broken(error) => {
                let name = self.request.call().operation().qualified_name();
                return Poll::Ready(Some(Err(error.on(name, 0))));
            }
            PageState::Done => return Poll::Ready(None),
        }
        let request = &self.request;
        let pending = self.pending.get_or_insert_with(|| request.call().start());
        let response = ready!(pending.as_mut().poll(context));
        self.pending = None;
        let page = response
            .and_then(|response| self.request.call().read::<P::Page>(response))
            .map(Response::into_output);
        let followed = match &page {
            Ok(page) => match self.position.advance(self.request.next(page)) {
                Some(cursor) => self.request.resume(cursor),
                None => Ok(()),
            },
            Err(_) => {
                self.position.state = PageState::Done;
                Ok(())
            }
        };
        if let Err(error) = followed {
            self.position.state = PageState::Broken(error);
        }
        Poll::Ready(Some(page))
    }
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
            .field("cursor", &self.position.trail.cursor)
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
    /// If the cursor does not belong to this operation.
    pub fn resume(self, cursor: impl Into<Cursor>) -> Result<Self> {
        Ok(Self {
            pages: self.pages.resume(cursor)?,
            buffer: VecDeque::new(),
        })
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

    /// [`next`](Self::next) on the thread for blocking calls.
    #[cfg(feature = "blocking")]
    pub(crate) fn next_blocking(&mut self) -> Option<Result<P::Item>> {
        loop {
            if let Some(item) = self.buffer.pop_front() {
                return Some(Ok(item));
            }
            match self.pages.next_blocking()? {
                Ok(page) => self.buffer = P::items(page).into(),
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
                Some(Ok(page)) => self.buffer = P::items(page).into(),
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
