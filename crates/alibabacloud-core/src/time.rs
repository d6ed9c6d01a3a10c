//! Time as the SDK sees it, replaceable so that tests of backoff, waiters and credential refresh
//! run instantly and deterministically.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A boxed future, as returned by the object-safe traits of this crate.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A clock that can be waited on.
///
/// The default is the system clock with the timer of tokio; in a browser or Node, their clock and
/// timer. Feature `test-util` has a manual clock, which moves only when a test advances it or when
/// something sleeps.
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

    /// Returns an error if [`sleep`](Self::sleep) cannot work where it is called. The SDK asks
    /// before it sleeps, because a sleep can only panic.
    ///
    /// # Errors
    /// If there is no timer. A clock with its own timer never returns an error, which is the
    /// default.
    fn check_timer(&self) -> Result<(), TimerError> {
        Ok(())
    }
}

/// There is no timer to wait with: no tokio runtime, or one without timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerError(&'static str);

impl TimerError {
    /// Creates an error; the message says what is missing and what to do.
    pub const fn new(message: &'static str) -> Self {
        Self(message)
    }
}

impl fmt::Display for TimerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for TimerError {}

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

    fn check_timer(&self) -> Result<(), TimerError> {
        (**self).check_timer()
    }
}

/// The system clock, and the timer of the tokio runtime in which a future is polled.
///
/// Sleeping requires a runtime with its timer enabled, as `#[tokio::main]` creates it. In another
/// one a call that has to wait returns an error of kind [`ErrorKind::Config`](crate::ErrorKind).
/// tokio reveals that a runtime has no timer only by a panic: it is caught, once per thread, but
/// the panic hook prints it.
#[cfg(feature = "client")]
#[derive(Debug)]
pub struct TokioTime {
    start: tokio::time::Instant,
}

#[cfg(feature = "client")]
impl TokioTime {
    /// Creates a clock that counts from now.
    ///
    /// # Panics
    /// On `wasm32-unknown-unknown`, which has no system clock: there the default is `JsTime` of
    /// module `wasm`.
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

    fn check_timer(&self) -> Result<(), TimerError> {
        tokio_timer()
    }
}

/// Checks that the code runs in a tokio runtime with timers.
///
/// # Errors
/// If there is no runtime, or it has no timers.
#[cfg(feature = "client")]
pub(crate) fn tokio_timer() -> Result<(), TimerError> {
    use std::cell::Cell;
    use tokio::runtime::{Handle, Id};

    thread_local! {
        /// The runtime that was checked last on this thread, and whether it has timers.
        static CHECKED: Cell<Option<(Id, bool)>> = const { Cell::new(None) };
    }
    let Ok(runtime) = Handle::try_current() else {
        return Err(TimerError(
            "no tokio runtime: call from within one, such as #[tokio::main] creates",
        ));
    };
    let id = runtime.id();
    let has_timer = match CHECKED.get() {
        Some((known, has_timer)) if known == id => has_timer,
        _ => {
            let sleep = || drop(tokio::time::sleep(Duration::ZERO));
            let has_timer = std::panic::catch_unwind(sleep).is_ok();
            CHECKED.set(Some((id, has_timer)));
            has_timer
        }
    };
    if has_timer {
        return Ok(());
    }
    Err(TimerError(
        "the tokio runtime has no timers: build it with `enable_all`",
    ))
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

/// Why a future was not awaited to its end.
#[cfg(feature = "client")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// The limit passed.
    TimedOut,
    /// The limit cannot be kept.
    NoTimer(TimerError),
}

/// Awaits `future` for at most `limit`. Requires a timer only if the future has to wait.
///
/// Takes the future pinned: taken by value it would occupy its size twice, as an argument and in
/// the future that this function returns.
///
/// # Errors
/// If the limit passes first, or there is no timer.
#[cfg(feature = "client")]
pub(crate) async fn within<F: Future>(
    time: &dyn Time,
    limit: Duration,
    mut future: Pin<&mut F>,
) -> Result<F::Output, Unfinished> {
    use std::task::Poll;

    let mut deadline = time.deadline(limit);
    let mut is_checked = false;
    std::future::poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        if !is_checked {
            if let Err(error) = time.check_timer() {
                return Poll::Ready(Err(Unfinished::NoTimer(error)));
            }
            is_checked = true;
        }
        let passed = deadline.as_mut().poll(context);
        passed.map(|()| Err(Unfinished::TimedOut))
    })
    .await
}

/// Sleeps.
///
/// # Errors
/// If there is no timer.
#[cfg(feature = "client")]
pub(crate) async fn sleep(time: &dyn Time, duration: Duration) -> Result<(), TimerError> {
    time.check_timer()?;
    time.sleep(duration).await;
    Ok(())
}
