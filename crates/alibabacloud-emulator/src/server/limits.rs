//! What the server spends on requests whose sender it does not know yet: time, memory, connections.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Body;
use hyper::server::conn::http1;
use hyper_util::rt::TokioTimer;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Maximum bytes of a request body.
pub(super) const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;
/// Bytes of the request line and the headers from which a request is refused; a read can add some.
const MAX_HEAD_BYTES: usize = 256 * 1024;
/// Connections that are served at the same time; others wait in the queue of the system.
const MAX_CONNECTIONS: usize = 1024;
/// How long a connection may be without a complete head of a request, whether idle or slow.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// How long a body may take, with the wait for memory.
const BODY_TIME: Duration = Duration::from_secs(30);
/// How long a TLS handshake may take.
pub(super) const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// Bodies of up to this size need no reservation, so that large ones never delay ordinary calls.
const SMALL: usize = 64 * 1024;
/// Memory for all larger bodies.
const LARGE: usize = 64 * 1024 * 1024;
/// The unit of reservations.
const UNIT: usize = 64 * 1024;

/// Places for connections.
#[derive(Clone, Debug)]
pub(crate) struct Places(Arc<Semaphore>);

impl Places {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MAX_CONNECTIONS)))
    }

    /// Accepts a connection once there is a place for it, which is free again when the permit is
    /// dropped.
    ///
    /// # Errors
    ///
    /// Fails when the system has no connection, for instance without file descriptors.
    pub(crate) async fn accept(
        &self,
        listener: &TcpListener,
    ) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
        let place = self.0.clone().acquire_owned().await;
        let place = place.map_err(io::Error::other)?;
        let (stream, _) = listener.accept().await?;
        Ok((stream, place))
    }
}

/// Returns the settings of HTTP connections.
pub(crate) fn http1() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        // Copying a body behind its head costs less than a system call with two buffers.
        .writev(false)
        .max_buf_size(MAX_HEAD_BYTES);
    builder
}

/// Memory for the bodies of all connections.
#[derive(Clone, Debug)]
pub(crate) struct BodyMemory(Arc<Semaphore>);

/// A body that is complete. Its memory is free for others when this is dropped.
#[derive(Debug)]
pub(crate) struct ReadBody {
    pub(crate) bytes: Bytes,
    _memory: Option<OwnedSemaphorePermit>,
}

/// Why a body was not read.
#[derive(Debug, PartialEq)]
pub(crate) enum BodyError {
    /// It is larger than allowed.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// Other bodies take all memory.
    Busy,
    /// The connection broke.
    Broken,
}

impl BodyError {
    /// Returns status, code and message of the response to a request whose body may have at most
    /// `most` bytes.
    pub(crate) fn refusal(&self, most: usize) -> (u16, &'static str, String) {
        match self {
            Self::TooLarge => (
                413,
                "RequestTooLarge",
                format!("The body has more than {most} bytes."),
            ),
            Self::TooSlow => (
                408,
                "RequestTimeout",
                format!("The body did not arrive within {} s.", BODY_TIME.as_secs()),
            ),
            Self::Busy | Self::Broken => (
                503,
                "ServiceUnavailable",
                "Other large requests take all memory; try again.".to_owned(),
            ),
        }
    }
}

impl BodyMemory {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(LARGE / UNIT)))
    }

    /// Reads a body of at most `most` bytes.
    ///
    /// # Errors
    ///
    /// Fails when the body is too large or too slow, when there is no memory for it, or when the
    /// connection breaks.
    pub(crate) async fn read<B>(&self, body: B, most: usize) -> Result<ReadBody, BodyError>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        // Most requests have none, and need no timer.
        if body.is_end_stream() {
            return Ok(ReadBody {
                bytes: Bytes::new(),
                _memory: None,
            });
        }
        match timeout(BODY_TIME, self.read_all(body, most)).await {
            Ok(result) => result,
            Err(_) => Err(BodyError::TooSlow),
        }
    }

    async fn read_all<B>(&self, mut body: B, most: usize) -> Result<ReadBody, BodyError>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let announced = body.size_hint().exact();
        let announced = announced.map(|size| usize::try_from(size).unwrap_or(usize::MAX));
        if announced.is_some_and(|size| size > most) {
            return Err(BodyError::TooLarge);
        }
        let mut reserved = match announced {
            // Waits in line, once: bodies that each wait for more would wait for each other.
            Some(size) if size > SMALL => {
                let permit = self.0.clone().acquire_many_owned(units(size)).await;
                permit.ok()
            }
            _ => None,
        };
        let mut room = announced.unwrap_or(SMALL);
        let mut bytes = Vec::with_capacity(room.min(SMALL));
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else {
                continue;
            };
            let size = bytes.len() + data.len();
            if size > most {
                return Err(BodyError::TooLarge);
            }
            if size > room {
                let more = units(size - room);
                let permit = self.0.clone().try_acquire_many_owned(more);
                let permit = permit.map_err(|_| BodyError::Busy)?;
                room += more as usize * UNIT;
                match &mut reserved {
                    Some(reserved) => reserved.merge(permit),
                    None => reserved = Some(permit),
                }
            }
            bytes.extend_from_slice(&data);
        }
        Ok(ReadBody {
            bytes: bytes.into(),
            _memory: reserved,
        })
    }
}

fn units(size: usize) -> u32 {
    u32::try_from(size.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::body::{Frame, SizeHint};
    use std::convert::Infallible;
    use std::future::{Future, poll_fn};
    use std::pin::Pin;
    use std::task::{Context, Poll};

    /// A body that sends chunks, and then ends or stays silent.
    struct TestBody {
        announced: Option<u64>,
        chunks: usize,
        is_silent: bool,
    }

    const CHUNK: usize = 16 * 1024;

    impl TestBody {
        fn whole(chunks: usize) -> Self {
            Self {
                announced: Some((chunks * CHUNK) as u64),
                chunks,
                is_silent: false,
            }
        }

        fn half(chunks: usize) -> Self {
            Self {
                chunks: chunks / 2,
                is_silent: true,
                ..Self::whole(chunks)
            }
        }

        fn chunked(self) -> Self {
            Self {
                announced: None,
                ..self
            }
        }
    }

    impl Body for TestBody {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            if self.chunks > 0 {
                self.chunks -= 1;
                let chunk = Bytes::from_static(&[0; CHUNK]);
                return Poll::Ready(Some(Ok(Frame::data(chunk))));
            }
            match self.is_silent {
                true => Poll::Pending,
                false => Poll::Ready(None),
            }
        }

        fn size_hint(&self) -> SizeHint {
            self.announced
                .map_or_else(SizeHint::default, SizeHint::with_exact)
        }
    }

    /// Half of the memory.
    const HALF: usize = LARGE / CHUNK / 2;

    async fn read(memory: &BodyMemory, body: TestBody) -> Result<ReadBody, BodyError> {
        memory.read(body, MAX_BODY_BYTES).await
    }

    #[tokio::test(start_paused = true)]
    async fn half_sent_bodies_are_bounded_and_end() {
        let memory = BodyMemory::new();
        let waiting: Vec<_> = (0..30)
            .map(|_| {
                let memory = memory.clone();
                tokio::spawn(async move { read(&memory, TestBody::half(HALF)).await.map(drop) })
            })
            .collect();
        tokio::task::yield_now().await;
        assert_eq!(memory.0.available_permits(), 0);
        // Ordinary requests are served, and others that need more memory are told.
        let small = read(&memory, TestBody::whole(SMALL / CHUNK)).await.unwrap();
        assert_eq!(small.bytes.len(), SMALL);
        let chunked = read(&memory, TestBody::whole(SMALL / CHUNK + 1).chunked()).await;
        assert_eq!(chunked.err(), Some(BodyError::Busy));
        for body in waiting {
            assert_eq!(body.await.unwrap(), Err(BodyError::TooSlow));
        }
        assert_eq!(memory.0.available_permits(), LARGE / UNIT);
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_free_again_when_a_body_is_dropped() {
        let memory = BodyMemory::new();
        let first = read(&memory, TestBody::whole(HALF)).await.unwrap();
        let second = read(&memory, TestBody::whole(HALF).chunked())
            .await
            .unwrap();
        assert_eq!(second.bytes.len(), MAX_BODY_BYTES);
        let third = read(&memory, TestBody::whole(HALF)).await;
        assert_eq!(third.err(), Some(BodyError::TooSlow));
        drop(first);
        assert!(read(&memory, TestBody::whole(HALF)).await.is_ok());
        drop(second);
        assert_eq!(memory.0.available_permits(), LARGE / UNIT);
    }

    #[tokio::test]
    async fn a_body_that_is_too_large_is_not_read() {
        let memory = BodyMemory::new();
        for body in [
            TestBody::half(2 * HALF + 2),
            TestBody::whole(HALF + 1).chunked(),
        ] {
            let result = read(&memory, body).await;
            assert_eq!(result.err(), Some(BodyError::TooLarge));
        }
    }

    #[tokio::test]
    async fn a_connection_waits_for_a_place() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let places = Places(Arc::new(Semaphore::new(1)));
        let _clients = [
            TcpStream::connect(address).await.unwrap(),
            TcpStream::connect(address).await.unwrap(),
        ];
        let (_, place) = places.accept(&listener).await.unwrap();
        let mut second = Box::pin(places.accept(&listener));
        poll_fn(|context| {
            assert!(second.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
        drop(place);
        assert!(second.await.is_ok());
    }
}
