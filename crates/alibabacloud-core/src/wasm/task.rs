//! Futures with values of JavaScript, which belong to one thread, as futures that can be sent.

use crate::time::BoxFuture;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::task::Poll;
use tokio::sync::oneshot;
use wasm_bindgen_futures::spawn_local;

/// Runs a future with values of JavaScript, such as a promise, as a task of the event loop, and
/// returns its output.
///
/// Values of JavaScript belong to their thread, so such a future is not `Send`, as the futures of
/// [`ProvideCredentials`](crate::credentials::ProvideCredentials),
/// [`HttpClient`](crate::http::HttpClient) and [`Time`](crate::time::Time) must be on every
/// target. The task owns these values; only what `start` moves into it, and its output, are `Send`.
///
/// Nothing happens before the returned future is polled. Dropping it drops the task.
pub fn in_task<F>(start: impl FnOnce() -> F + Send + 'static) -> BoxFuture<'static, F::Output>
where
    F: Future + 'static,
    F::Output: Send + 'static,
{
    Box::pin(async move {
        let (sender, receiver) = oneshot::channel();
        spawn_local(async move { reply(sender, start()).await });
        match receiver.await {
            Ok(output) => output,
            // A task that panicked: there is no output, as in the task itself.
            Err(_) => pending().await,
        }
    })
}

/// Sends the output of a future, unless the receiver is dropped first.
pub(super) async fn reply<F: Future>(mut sender: oneshot::Sender<F::Output>, future: F) {
    let mut future = pin!(future);
    let output = poll_fn(|context| match sender.poll_closed(context) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => future.as_mut().poll(context).map(Some),
    });
    if let Some(output) = output.await {
        // Without a receiver nobody waits for the output.
        let _ = sender.send(output);
    }
}
