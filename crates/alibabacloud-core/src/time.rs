//! Time as the SDK sees it, so that tests of backoff, waiters and refresh run at once and always the same way.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A boxed future, as the object-safe traits of this crate return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A clock that can be waited on.
///
/// The default is the system's clock and the timer of tokio. With feature `test-util` there is a manual one that moves only when told to,
/// or at once when somebody sleeps.
pub trait Time: Send + Sync + std::fmt::Debug + 'static {
    /// The wall clock, for timestamps and expiry.
    fn now(&self) -> SystemTime;

    /// Time since an arbitrary moment; never goes back. For durations and deadlines.
    fn elapsed(&self) -> Duration;

    /// Resolves after `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Resolves after `duration`, as the limit of something else that is awaited. A manual clock does not move for it.
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

/// The system's clock, and the timer of the tokio runtime that a future is polled in.
///
/// Sleeping needs a runtime with its timer enabled, as `#[tokio::main]` makes it.
#[cfg(feature = "client")]
#[derive(Debug)]
pub struct TokioTime {
    start: tokio::time::Instant,
}

#[cfg(feature = "client")]
impl TokioTime {
    /// A clock that counts from now.
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
        // The timer is made when it is first polled: a limit that is never waited for needs no runtime.
        Box::pin(async move {
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        })
    }
}

/// Awaits `future`, but no longer than `limit`; `None` when that passed.
///
/// Takes the future pinned, as one taken by value would need its room twice: as an argument and on the way.
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
