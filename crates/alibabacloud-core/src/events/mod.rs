//! Answers that arrive event by event (`text/event-stream`).

#[cfg(feature = "blocking")]
mod blocking;
mod parser;

#[cfg(feature = "blocking")]
pub use blocking::BlockingEvents;

use crate::error::{Error, Result};
use crate::http::{Body, Headers, TransportError};
use crate::response::Response;
use crate::response::error_body;
use crate::time::{BoxFuture, Time, within};
use alibabacloud_types::plumbing::{Field, decode_root};
use bytes::Bytes;
use futures_core::Stream;
use parser::{Parser, RawEvent};
use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// One event.
#[derive(Clone)]
pub struct Event<T> {
    data: T,
    raw: RawEvent,
}

impl<T> Event<T> {
    /// What it says.
    pub fn data(&self) -> &T {
        &self.data
    }

    /// What it says, alone.
    pub fn into_data(self) -> T {
        self.data
    }

    /// Its kind, where the service tells (`event:`).
    pub fn name(&self) -> Option<&str> {
        self.raw.name.as_deref()
    }

    /// Its id, where the service counts (`id:`).
    pub fn id(&self) -> Option<&str> {
        self.raw.id.as_deref()
    }

    /// The text that [`data`](Self::data) was read from, with fields that it does not know. May hold secrets.
    pub fn raw_data(&self) -> &str {
        &self.raw.data
    }
}

/// Without the raw text, which can hold secrets.
impl<T: fmt::Debug> fmt::Debug for Event<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("name", &self.name())
            .field("id", &self.id())
            .field("data", &self.data)
            .finish()
    }
}

/// The events of an answer, as they arrive; made by `send_stream`. A [`Stream`], and without one at hand [`EventStream::next`].
///
/// Ends with the answer, with an event `[DONE]`, and after the first error: an event named `error`, one that cannot be read or is larger than
/// `max_response_bytes`, a broken connection, or a silence longer than the attempt timeout. The operation timeout ends with the first byte.
/// Nothing is repeated: a service does not go on where a stream broke off. Dropping it closes the connection.
#[must_use = "events arrive when `next` is called, or the stream is polled"]
pub struct EventStream<T> {
    answer: Response<()>,
    operation: String,
    state: StreamState,
    reader: Reader,
    limit: usize,
    time: Arc<dyn Time>,
    ready: VecDeque<RawEvent>,
    data: PhantomData<fn() -> T>,
}

/// The body of an answer that arrives in pieces, and what it is read with.
pub(crate) struct ByteStream {
    pub(crate) body: Body,
    pub(crate) time: Arc<dyn Time>,
    /// The longest silence.
    pub(crate) idle: Duration,
    /// In bytes, of one event.
    pub(crate) limit: usize,
}

/// The next piece; `None` when it did not come in time.
type Piece = Option<Option<Result<Bytes, TransportError>>>;

enum StreamState {
    /// Waiting for the next piece.
    Reading(BoxFuture<'static, (ByteStream, Piece)>),
    /// Events that were complete before the failure come first.
    Failed(Option<Error>),
    /// The last events may still be there.
    Done,
}

/// What makes events of pieces.
enum Reader {
    Events(Parser),
    /// Some services answer with JSON when they have one thing to say.
    Whole(Vec<u8>),
}

impl ByteStream {
    fn read(mut self) -> StreamState {
        StreamState::Reading(Box::pin(async move {
            let time = self.time.clone();
            let piece = within(&*time, self.idle, pin!(self.body.next_chunk())).await;
            (self, piece)
        }))
    }
}

impl Reader {
    fn of(headers: &Headers, limit: usize) -> Self {
        let content_type = headers.get("content-type").unwrap_or_default();
        match content_type.to_ascii_lowercase().contains("json") {
            true => Self::Whole(Vec::new()),
            false => Self::Events(Parser::new(limit)),
        }
    }

    fn feed(&mut self, piece: &[u8], limit: usize, ready: &mut VecDeque<RawEvent>) -> Result<()> {
        let taken = match self {
            Self::Events(parser) => parser.feed(piece, ready).is_ok(),
            Self::Whole(body) => {
                body.extend_from_slice(piece);
                body.len() <= limit
            }
        };
        match taken {
            true => Ok(()),
            false => Err(Error::decode(format!(
                "an event is larger than {limit} bytes; raise max_response_bytes to accept it"
            ))),
        }
    }

    fn finish(&mut self) -> Option<RawEvent> {
        match self {
            Self::Events(parser) => parser.finish(),
            Self::Whole(body) if body.trim_ascii().is_empty() => None,
            Self::Whole(body) => Some(RawEvent {
                data: String::from_utf8_lossy(body).into_owned(),
                ..RawEvent::default()
            }),
        }
    }
}

impl<T> EventStream<T> {
    pub(crate) fn new(answer: Response<()>, operation: String, pieces: ByteStream) -> Self {
        Self {
            reader: Reader::of(answer.headers(), pieces.limit),
            answer,
            operation,
            limit: pieces.limit,
            time: pieces.time.clone(),
            state: pieces.read(),
            ready: VecDeque::new(),
            data: PhantomData,
        }
    }

    /// The HTTP status: 200 to 299.
    pub fn status(&self) -> u16 {
        self.answer.status()
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &Headers {
        self.answer.headers()
    }

    /// The id of the request, from header `x-acs-request-id`.
    pub fn request_id(&self) -> Option<&str> {
        self.answer.request_id()
    }

    /// Requests sent for this call, the successful one included.
    pub fn attempts(&self) -> u32 {
        self.answer.attempts()
    }

    /// Adds what is known about the answer.
    fn explain(&self, error: Error, body: Bytes) -> Error {
        let id = self.request_id().map(str::to_owned);
        error
            .answered(self.status(), id, body)
            .on(self.operation.clone(), self.attempts())
    }

    fn stop(&mut self) {
        self.state = StreamState::Done;
        self.ready.clear();
    }
}

impl<T: Field + Default> EventStream<T> {
    /// The next event; `None` after the last. Cancelling the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Event<T>>> {
        poll_fn(|context| self.poll_event(context)).await
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Event<T>>>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                if event.data.trim() == "[DONE]" {
                    self.stop();
                    return Poll::Ready(None);
                }
                let event = self.decode(event);
                if event.is_err() {
                    self.stop();
                }
                return Poll::Ready(Some(event));
            }
            match &mut self.state {
                StreamState::Reading(reading) => {
                    let (pieces, piece) = ready!(reading.as_mut().poll(context));
                    if let Err(error) = self.take(pieces, piece) {
                        self.state = StreamState::Failed(Some(self.explain(error, Bytes::new())));
                    }
                }
                StreamState::Failed(error) => {
                    let error = error.take();
                    self.state = StreamState::Done;
                    return Poll::Ready(error.map(Err));
                }
                StreamState::Done => return Poll::Ready(None),
            }
        }
    }

    /// Takes a piece; what it completes is then ready.
    fn take(&mut self, pieces: ByteStream, piece: Piece) -> Result<()> {
        match piece {
            None => Err(Error::timeout(format!(
                "no event within the attempt timeout of {} ms",
                pieces.idle.as_millis()
            ))),
            Some(Some(piece)) => {
                self.reader.feed(&piece?, self.limit, &mut self.ready)?;
                self.state = pieces.read();
                Ok(())
            }
            Some(None) => {
                self.state = StreamState::Done;
                self.ready.extend(self.reader.finish());
                Ok(())
            }
        }
    }

    fn decode(&self, raw: RawEvent) -> Result<Event<T>> {
        if raw.name.as_deref() == Some("error") {
            let now = self.time.now();
            let data = raw.data.as_bytes();
            let error = error_body::error_of_event(self.status(), self.headers(), data, now);
            return Err(self.explain(error.into(), raw.data.into()));
        }
        let mut data = T::default();
        if raw.data.trim().is_empty() {
            return Ok(Event { data, raw });
        }
        match decode_root(raw.data.as_bytes(), &mut data) {
            Ok(()) => Ok(Event { data, raw }),
            Err(error) => {
                let message = format!("cannot read an event: {error}");
                let error = Error::decode(message).caused_by(error);
                Err(self.explain(error, raw.data.into()))
            }
        }
    }
}

impl<T: Field + Default> Stream for EventStream<T> {
    type Item = Result<Event<T>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_event(context)
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("operation", &self.operation)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}
