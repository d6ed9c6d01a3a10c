//! The future of a call.

use crate::error::Result;
use crate::operation::Operation;
use crate::response::Response;
use crate::response::body::RawResponse;
use crate::time::BoxFuture;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A call that is sent when it is awaited; returned by the methods `send` and `send_with_response`
/// of request builders.
///
/// The result is a [`Result`] with a `T`: the output of the operation, or a [`Response`] with it.
/// Dropping the future cancels the call.
// A named type, because an `async` method in each request builder costs the compiler a state
// machine each: a quarter of the time of a client's crate.
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct SendFuture<T> {
    operation: &'static Operation,
    response: BoxFuture<'static, Result<RawResponse>>,
    read: fn(&'static Operation, Response<()>) -> Result<T>,
}

impl<T> SendFuture<T> {
    /// Creates the future of a call whose response is read by `read`.
    pub(crate) fn new(
        operation: &'static Operation,
        response: BoxFuture<'static, Result<RawResponse>>,
        read: fn(&'static Operation, Response<()>) -> Result<T>,
    ) -> Self {
        Self {
            operation,
            response,
            read,
        }
    }
}

impl<T> Future for SendFuture<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let response = match self.response.as_mut().poll(context) {
            Poll::Ready(Ok(raw)) => raw.response,
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            Poll::Pending => return Poll::Pending,
        };
        Poll::Ready((self.read)(self.operation, response))
    }
}

impl<T> fmt::Debug for SendFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendFuture")
            .field("operation", &self.operation.name)
            .finish_non_exhaustive()
    }
}
