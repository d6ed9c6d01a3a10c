//! What the server spends on requests whose sender it does not know yet: time, memory, connections.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Maximum bytes of a request body.
pub(super) const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;
/// Maximum bytes of the request line and the headers.
pub(super) const MAX_HEAD_BYTES: usize = 256 * 1024;
/// Connections that are served at the same time; others wait in the queue of the system.
pub(super) const MAX_CONNECTIONS: usize = 1024;
/// How long a connection may be without a complete head of a request, whether idle or slow.
pub(super) const HEAD_TIME: Duration = Duration::from_secs(30);
/// How long a body may take, with the wait for memory.
pub(super) const BODY_TIME: Duration = Duration::from_secs(30);
/// How long a TLS handshake may take.
pub(super) const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// Bodies of up to this size need no reservation, so that large ones never delay ordinary calls.
const SMALL: usize = 64 * 1024;
/// Memory for all larger bodies.
const LARGE: usize = 64 * 1024 * 1024;
/// The unit of reservations.
const UNIT: usize = 64 * 1024;

/// Memory for the bodies of all connections.
#[derive(Clone, Debug)]
pub(super) struct BodyMemory(Arc<Semaphore>);

/// A body that is complete. Its memory is free for others when this is dropped.
#[derive(Debug)]
pub(super) struct ReadBody {
    pub(super) bytes: Bytes,
    _memory: Option<OwnedSemaphorePermit>,
}

/// Why a body was not read.
#[derive(Debug, PartialEq)]
pub(super) enum BodyError {
    /// It is larger than allowed.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// Other bodies take all memory.
    Busy,
    /// The connection broke.
    Broken,
}

impl BodyMemory {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(LARGE / UNIT)))
    }

    /// Reads a body of at most `most` bytes.
    ///
    /// # Errors
    ///
    /// Fails when the body is too large or too slow, when there is no memory for it, or when the
    /// connection breaks.
    pub(super) async fn read(&self, body: Incoming, most: usize) -> Result<ReadBody, BodyError> {
        match timeout(BODY_TIME, self.read_all(body, most)).await {
            Ok(result) => result,
            Err(_) => Err(BodyError::TooSlow),
        }
    }

    async fn read_all(&self, mut body: Incoming, most: usize) -> Result<ReadBody, BodyError> {
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
