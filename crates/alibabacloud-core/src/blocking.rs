//! Calls from programs without an async runtime.
//!
//! The same futures run on a thread of the SDK's own, with a tokio runtime that all blocking calls of the process share; the thread that
//! calls waits for the outcome. So it makes no difference whether that thread is inside a runtime, except that the tasks of a
//! runtime wait with it: there, prefer `send` and `await`, or `spawn_blocking`.

use crate::error::{Error, Result};
use crate::events::{Event, EventStream};
use crate::paginator::{Cursor, Items, Pages, Paginated};
use alibabacloud_types::plumbing::Field;
use std::cell::Cell;
use std::fmt;
use std::sync::{OnceLock, mpsc};
use tokio::runtime::Runtime;

thread_local! {
    /// Whether this is the thread that runs blocking calls.
    static OURS: Cell<bool> = const { Cell::new(false) };
}

/// Runs a future to its end on the thread of the SDK, and waits for it here.
///
/// # Errors
/// When the thread cannot be started, when the caller is that thread, which would wait for itself, and when code of the user in the future
/// panics.
#[doc(hidden)]
pub fn run<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Result<T> {
    if OURS.get() {
        return Err(Error::config(
            "a blocking call cannot be made by an interceptor, a credentials provider or an HTTP client that itself runs in one: it would wait for itself; await the async method there",
        ));
    }
    let runtime = runtime()?;
    let (sender, receiver) = mpsc::sync_channel(1);
    runtime.spawn(async move {
        // Fails when nobody waits, and then nobody misses it.
        let _ = sender.send(future.await);
    });
    receiver.recv().map_err(|_| {
        Error::config("code of this program that took part in the call panicked: an interceptor, credentials provider or HTTP client")
    })
}

fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<std::io::Result<Runtime>> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("alibabacloud")
            .on_thread_start(|| OURS.set(true))
            .enable_all()
            .build()
    });
    runtime.as_ref().map_err(|error| {
        Error::config(format!(
            "cannot start the thread for blocking calls: {error}"
        ))
    })
}

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

/// The events of an answer as an [`Iterator`]; made by `send_stream_blocking`.
#[must_use = "events arrive when the iterator is asked"]
#[derive(Debug)]
pub struct BlockingEvents<T> {
    /// `None` after a failure that took the stream with it.
    stream: Option<EventStream<T>>,
}

impl<T> BlockingEvents<T> {
    pub(crate) fn new(stream: EventStream<T>) -> Self {
        Self {
            stream: Some(stream),
        }
    }
}

impl<T: Field + Default + 'static> Iterator for BlockingEvents<T> {
    type Item = Result<Event<T>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = self.stream.take()?;
        let next = run(async move {
            let event = stream.next().await;
            (stream, event)
        });
        match next {
            Ok((stream, event)) => {
                self.stream = Some(stream);
                event
            }
            Err(error) => Some(Err(error)),
        }
    }
}
