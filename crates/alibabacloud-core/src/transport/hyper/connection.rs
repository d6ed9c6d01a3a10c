//! A connection to a server or proxy, after its handshakes.

use super::route::Route;
use super::stream::{BoxStream, Fair};
use crate::transport::failure::is_refused;
use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{Request, Response};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::client::conn::{TrySendError, http1};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A request that has not been sent yet.
pub(super) struct Message {
    pub(super) request: Request<RequestBody>,
    pub(super) path: PathAndQuery,
}

/// Why there is no response.
pub(super) enum SendError {
    /// The connection was closed before anything was sent.
    NotSent(Box<Message>, hyper::Error),
    /// The server refused the request before it did anything with it.
    Refused(hyper::Error),
    /// The request may have arrived.
    Broken(hyper::Error),
}

/// The sender of a connection. Its task ends when all senders are dropped.
pub(super) enum Connection {
    Http1(http1::SendRequest<RequestBody>),
    /// Serves several requests at once: clones share the connection.
    #[cfg(feature = "http2")]
    Http2(hyper::client::conn::http2::SendRequest<RequestBody>),
}

impl Connection {
    /// Begins with HTTP/1.1, or with HTTP/2 if the server has agreed to that.
    ///
    /// # Errors
    /// Returns an error if the connection breaks.
    pub(super) async fn open(stream: BoxStream, http2: bool) -> Result<Self, hyper::Error> {
        let stream = TokioIo::new(Fair::new(stream));
        #[cfg(feature = "http2")]
        if http2 {
            use hyper::client::conn::http2;
            use hyper_util::rt::{TokioExecutor, TokioTimer};

            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder.timer(TokioTimer::new());
            let (sender, task) = builder.handshake(stream).await?;
            tokio::spawn(async move {
                // The requests return its error.
                let _ = task.await;
            });
            return Ok(Self::Http2(sender));
        }
        let _ = http2;
        let (sender, task) = http1::handshake(stream).await?;
        tokio::spawn(async move {
            // The requests return its error.
            let _ = task.await;
        });
        Ok(Self::Http1(sender))
    }

    /// Returns whether the connection can take a request now.
    pub(super) fn is_ready(&self) -> bool {
        match self {
            Self::Http1(sender) => sender.is_ready(),
            #[cfg(feature = "http2")]
            Self::Http2(sender) => sender.is_ready(),
        }
    }

    /// Returns whether the connection is closed.
    pub(super) fn is_closed(&self) -> bool {
        match self {
            Self::Http1(sender) => sender.is_closed(),
            #[cfg(feature = "http2")]
            Self::Http2(sender) => sender.is_closed(),
        }
    }

    /// Waits until the connection can take a request. Returns whether it can.
    pub(super) async fn ready(&mut self) -> bool {
        match self {
            Self::Http1(sender) => sender.ready().await.is_ok(),
            #[cfg(feature = "http2")]
            Self::Http2(sender) => sender.ready().await.is_ok(),
        }
    }

    /// Returns whether the connection serves several requests at once.
    pub(super) fn is_shared(&self) -> bool {
        !matches!(self, Self::Http1(_))
    }

    /// Returns another sender for the same connection, if it serves several requests at once.
    pub(super) fn share(&self) -> Option<Self> {
        match self {
            Self::Http1(_) => None,
            #[cfg(feature = "http2")]
            Self::Http2(sender) => Some(Self::Http2(sender.clone())),
        }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// Returns the request if it was not sent.
    pub(super) async fn send(
        &mut self,
        message: Message,
        route: &Route,
    ) -> Result<Response<Incoming>, SendError> {
        let Message { mut request, path } = message;
        let is_absolute = self.is_shared() || route.forwarder().is_some();
        *request.uri_mut() = route.target(path.clone(), is_absolute);
        let result = match self {
            Self::Http1(sender) => sender.try_send_request(request).await,
            #[cfg(feature = "http2")]
            Self::Http2(sender) => sender.try_send_request(request).await,
        };
        result.map_err(|mut error: TrySendError<_>| match error.take_message() {
            Some(request) => {
                SendError::NotSent(Box::new(Message { request, path }), error.into_error())
            }
            None => match error.into_error() {
                error if is_refused(&error) => SendError::Refused(error),
                error => SendError::Broken(error),
            },
        })
    }
}

/// A body that is complete before it is sent.
pub(super) struct RequestBody(Bytes);

impl RequestBody {
    pub(super) fn new(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = std::mem::take(&mut self.0);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}
