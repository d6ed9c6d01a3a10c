//! The thread that runs blocking calls.

use crate::error::{Error, Result};
use std::cell::Cell;
use std::sync::{OnceLock, mpsc};
use tokio::runtime::Runtime;

thread_local! {
    /// Whether this is the thread that runs blocking calls.
    static IS_EXECUTOR: Cell<bool> = const { Cell::new(false) };
}

/// Runs a future to completion on the thread of the SDK while the calling thread waits.
///
/// # Errors
/// If the thread cannot be started, if the calling thread is that thread, which would wait for
/// itself, or if user code in the future panics.
#[doc(hidden)]
pub fn run<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Result<T> {
    if IS_EXECUTOR.get() {
        return Err(Error::config(
            "cannot make a blocking call in an interceptor, credentials provider or HTTP client \
             that a blocking call runs: it would wait for itself; use the async method there",
        ));
    }
    let runtime = runtime()?;
    // The span and the subscriber of the calling thread are those of the call.
    #[cfg(feature = "tracing")]
    let future = {
        use tracing::instrument::{Instrument as _, WithSubscriber as _};
        future.in_current_span().with_current_subscriber()
    };
    let (sender, receiver) = mpsc::sync_channel(1);
    runtime.spawn(async move {
        // Sending fails only if the receiver is gone, and then nothing needs the result.
        let _ = sender.send(future.await);
    });
    receiver.recv().map_err(|_| {
        Error::config(
            "an interceptor, credentials provider or HTTP client of this program panicked during \
             the call",
        )
    })
}

fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<std::io::Result<Runtime>> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("alibabacloud")
            .on_thread_start(|| IS_EXECUTOR.set(true))
            .enable_all()
            .build()
    });
    runtime.as_ref().map_err(|error| {
        Error::config(format!(
            "cannot start the thread for blocking calls: {error}"
        ))
    })
}
