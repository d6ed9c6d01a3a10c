//! The thread that blocking calls run on.

use crate::error::{Error, Result};
use std::cell::Cell;
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
