//! Bodies of responses, complete or truncated.

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The body of a response: complete, or one that breaks off.
#[derive(Debug)]
pub(super) struct ResponseBody {
    rest: Option<Bytes>,
    end: BodyEnd,
}

/// What follows the last byte.
#[derive(Clone, Copy, Debug, PartialEq)]
enum BodyEnd {
    Clean,
    /// Sends what has been written so far, then fails.
    Flush,
    Fail,
}

impl ResponseBody {
    pub(super) fn complete(body: Vec<u8>) -> Self {
        Self {
            rest: (!body.is_empty()).then(|| body.into()),
            end: BodyEnd::Clean,
        }
    }

    /// Keeps this many bytes and makes the body break off after them.
    pub(super) fn truncate(&mut self, bytes: usize) {
        if let Some(rest) = &mut self.rest {
            rest.truncate(bytes);
        }
        self.end = BodyEnd::Flush;
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(bytes) = self.rest.take().filter(|bytes| !bytes.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.end {
            BodyEnd::Clean => Poll::Ready(None),
            BodyEnd::Flush => {
                // A pending body makes the connection send what it has buffered.
                self.end = BodyEnd::Fail;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            BodyEnd::Fail => Poll::Ready(Some(Err(io::Error::other("truncated by a fault")))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none() && self.end == BodyEnd::Clean
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.rest, self.end) {
            (Some(bytes), BodyEnd::Clean) => SizeHint::with_exact(bytes.len() as u64),
            (None, BodyEnd::Clean) => SizeHint::with_exact(0),
            _ => SizeHint::default(),
        }
    }
}
