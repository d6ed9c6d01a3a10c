//! The body of a response.

use super::pool::Lease;
use super::route::Route;
use crate::http::{BodyStream, TransportError, TransportErrorKind};
use crate::time::BoxFuture;
use crate::transport::failure::describe;
use bytes::Bytes;
use hyper::body::{Body, Incoming};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

/// A body that is read from its connection, which returns to the pool after the end.
pub(super) struct HyperBody {
    incoming: Incoming,
    route: Arc<Route>,
    /// `None` once the connection was returned or failed. A connection whose body is not read to
    /// the end is closed.
    lease: Option<Lease>,
}

impl HyperBody {
    pub(super) fn new(incoming: Incoming, lease: Lease) -> Self {
        let route = lease.route.clone();
        let mut body = Self {
            incoming,
            route,
            lease: Some(lease),
        };
        if body.incoming.is_end_stream() {
            body.finish();
        }
        body
    }

    fn finish(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.give_back();
        }
    }

    async fn next(&mut self) -> Option<Result<Bytes, TransportError>> {
        loop {
            let frame = poll_fn(|context| Pin::new(&mut self.incoming).poll_frame(context)).await;
            match frame {
                None => {
                    self.finish();
                    return None;
                }
                // Trailers are not used.
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else {
                        continue;
                    };
                    if self.incoming.is_end_stream() {
                        self.finish();
                    }
                    return Some(Ok(data));
                }
                Some(Err(error)) => {
                    self.lease = None;
                    let origin = self.route.origin();
                    let error = describe(TransportErrorKind::Interrupted, error, origin);
                    return Some(Err(self.route.annotate(error)));
                }
            }
        }
    }
}

impl BodyStream for HyperBody {
    fn next_chunk(&mut self) -> BoxFuture<'_, Option<Result<Bytes, TransportError>>> {
        Box::pin(self.next())
    }
}
