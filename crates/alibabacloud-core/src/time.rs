//! Time as the SDK sees it, so that tests of backoff, waiters and refresh run at once and always the same way.

use std::future::Future;
use std::pin::Pin;
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
}
