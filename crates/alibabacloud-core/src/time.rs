//! Time as the SDK sees it, replaceable so that tests of backoff, waiters and credential refresh
//! run instantly and deterministically.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A boxed future, as returned by the object-safe traits of this crate.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A clock that can be waited on.
///
/// The default is the system clock with the timer of tokio. Feature `test-util` has a manual clock,
/// which moves only when a test advances it or when something sleeps.
pub trait Time: Send + Sync + std::fmt::Debug + 'static {
    /// Returns the wall clock time, for timestamps and expiry.
    fn now(&self) -> SystemTime;

    /// Returns the time since an arbitrary moment. Never decreases; for durations and deadlines.
    fn elapsed(&self) -> Duration;

    /// Resolves after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Resolves after `duration`; the limit of something else that is awaited. A manual clock does
    /// not move for it.
    fn deadline(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.sleep(duration)
    }
}

impl<T: Time + ?Sized> Time for Arc<T> {
    fn now(&self) -> SystemTime {
        (**self).now()
    }

    fn elapsed(&self) -> Duration {
        (**self).elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        (**self).sleep(duration)
    }

    fn deadline(&self, duration: Duration) -> BoxFuture<'static, ()> {
        (**self).deadline(duration)
    }
}

/// The system clock, and the timer of the tokio runtime in which a future is polled.
///
/// Sleeping requires a runtime with its timer enabled, as `#[tokio::main]` creates it.
#[cfg(feature = "client")]
#[derive(Debug)]
pub struct TokioTime {
    start: tokio::time::Instant,
}

#[cfg(feature = "client")]
impl TokioTime {
    /// Creates a clock that counts from now.
    pub fn new() -> Self {
        Self {
            start: tokio::time::Instant::now(),
        }
    }
}

#[cfg(feature = "client")]
impl Default for TokioTime {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "client")]
impl Time for TokioTime {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let until = tokio::time::Instant::now().checked_add(duration);
        // The timer is created when first polled: a limit that is never awaited needs no runtime.
        Box::pin(async move {
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        })
    }
}

/// When an operation began and how long it may take.
#[cfg(feature = "client")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline<'a> {
    time: &'a dyn Time,
    started: Duration,
    limit: Duration,
}

#[cfg(feature = "client")]
impl<'a> Deadline<'a> {
    /// Starts now.
    pub(crate) fn start(time: &'a dyn Time, limit: Duration) -> Self {
        Self {
            time,
            started: time.elapsed(),
            limit,
        }
    }

    /// The clock.
    pub(crate) fn time(&self) -> &'a dyn Time {
        self.time
    }

    /// Time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.time.elapsed().saturating_sub(self.started)
    }

    /// Time until the limit; zero once it has passed.
    pub(crate) fn remaining(&self) -> Duration {
        self.limit.saturating_sub(self.elapsed())
    }
}

/// Awaits `future` for at most `limit`; returns `None` if that time passes first.
///
/// Takes the future pinned: taken by value it would occupy its size twice, as an argument and in
/// the future that this function returns.
#[cfg(feature = "client")]
pub(crate) async fn within<F: Future>(
    time: &dyn Time,
    limit: Duration,
    mut future: Pin<&mut F>,
) -> Option<F::Output> {
    use std::task::Poll;

    let mut deadline = time.deadline(limit);
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => deadline.as_mut().poll(context).map(|()| None),
    })
    .await
}
