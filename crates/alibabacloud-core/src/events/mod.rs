//! Streams of events (`text/event-stream`).

mod parser;

use crate::error::{Error, Result};
use crate::http::{Headers, TransportError};
use crate::response::body::ByteStream;
use crate::response::call_secrets::CallSecrets;
use crate::response::output::decode_json;
use crate::response::{Response, error_body};
use crate::time::{BoxFuture, Time, Unfinished, within};
use alibabacloud_types::plumbing::{Field, lossy_text};
use bytes::Bytes;
use futures_core::Stream;
use parser::{Parser, RawEvent, TooLarge};
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// One event.
#[derive(Clone)]
pub struct Event<T> {
    data: T,
    raw: RawEvent,
}

impl<T> Event<T> {
    /// Returns the data.
    pub fn data(&self) -> &T {
        &self.data
    }

    /// Returns the data without the event.
    pub fn into_data(self) -> T {
        self.data
    }

    /// Returns the name of the event, if the service sends one (`event:`).
    pub fn name(&self) -> Option<&str> {
        self.raw.name.as_deref()
    }

    /// Returns the ID of the event, if the service sends one (`id:`).
    pub fn id(&self) -> Option<&str> {
        self.raw.id.as_deref()
    }

    /// Returns the text that [`data`](Self::data) was read from, which also has the fields that
    /// `data` does not know. It may hold secrets.
    pub fn raw_data(&self) -> &str {
        &self.raw.data
    }
}

/// Omits the raw text, which can hold secrets.
impl<T: fmt::Debug> fmt::Debug for Event<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("name", &self.name())
            .field("id", &self.id())
            .field("data", &self.data)
            .finish()
    }
}

/// The events of a response, as they arrive; returned by `send_stream`. A [`Stream`]; without
/// stream utilities, call [`EventStream::next`].
///
/// The stream ends with the response, with an event `[DONE]`, and after the first error: an event
/// named `error`, an event that cannot be read or is larger than `max_response_bytes`, a broken
/// connection, or no event for the attempt timeout. Comments and blank lines, which services send
/// to keep a connection open, are not events. The timeout starts when the program begins to wait
/// for the next event. The operation timeout covers only the time until the response headers.
/// Nothing is retried, because a service does not resume a broken stream. Dropping the stream
/// closes the connection.
#[must_use = "events are read when `next` is called or the stream is polled"]
pub struct EventStream<T> {
    response: Response<()>,
    operation: String,
    secrets: Option<CallSecrets>,
    state: StreamState,
    reader: Reader,
    /// The part of the last chunk that has not been read.
    chunk: Bytes,
    limits: EventLimits,
    /// When the program began to wait for the next event.
    waiting_since: Option<Duration>,
    /// The number of chunks since the last event.
    silent_chunks: u32,
    time: Arc<dyn Time>,
    data: PhantomData<fn() -> T>,
}

/// The limits of one event.
#[derive(Clone, Copy)]
struct EventLimits {
    /// The maximum time until it has arrived.
    idle: Duration,
    /// Its maximum size in bytes.
    bytes: usize,
    /// The memory that its data may take, in bytes.
    decoded_bytes: usize,
}

/// The next chunk, or the end of the body; an error if neither arrives in time.
type NextChunk = Result<Option<Result<Bytes, TransportError>>, Unfinished>;

enum StreamState {
    /// The last chunk may hold more events.
    Open(ByteStream),
    /// Waiting for the next chunk.
    Reading(BoxFuture<'static, (ByteStream, NextChunk)>),
    /// The last chunk may hold more events; then comes this failure, or the end of the stream.
    Ended(Option<Error>),
    /// The body has ended; the last event may be incomplete.
    Complete,
}

/// Assembles events from chunks.
enum Reader {
    Events {
        parser: Parser,
        /// Whether something other than whitespace has arrived.
        has_begun: bool,
    },
    /// Some services return JSON if there is only one event, and proxies return pages.
    Whole(Vec<u8>),
}

impl StreamState {
    /// Begins to read the next chunk, for at most `left`.
    fn reading(mut stream: ByteStream, left: Duration) -> Self {
        Self::Reading(Box::pin(async move {
            let time = stream.time.clone();
            let chunk = within(&*time, left, pin!(stream.body.next_chunk())).await;
            (stream, chunk)
        }))
    }
}

impl Reader {
    fn of(headers: &Headers, limit: usize) -> Self {
        let content_type = headers.get("content-type").unwrap_or_default();
        match content_type.to_ascii_lowercase().contains("json") {
            true => Self::Whole(Vec::new()),
            false => Self::Events {
                parser: Parser::new(limit),
                has_begun: false,
            },
        }
    }

    /// Removes the next event from a chunk; `None` once the chunk is empty.
    ///
    /// # Errors
    /// If the event is larger than `limit`.
    fn next(&mut self, chunk: &mut Bytes, limit: usize) -> Result<Option<RawEvent>, TooLarge> {
        if let Self::Events { has_begun, .. } = self {
            let is_blank = |byte: &u8| b" \t\r\n\xef\xbb\xbf".contains(byte);
            let first = chunk.iter().position(|byte| !is_blank(byte));
            if let (false, Some(first)) = (*has_begun, first) {
                *has_begun = true;
                if matches!(chunk.get(first), Some(b'{' | b'[' | b'<')) {
                    // Blanks that arrived earlier do not count towards the limit either.
                    let _ = chunk.split_to(first);
                    *self = Self::Whole(Vec::new());
                }
            }
        }
        match self {
            Self::Events { parser, .. } => parser.next(chunk),
            Self::Whole(body) => {
                body.extend_from_slice(&std::mem::take(chunk));
                match body.len() > limit {
                    true => Err(TooLarge),
                    false => Ok(None),
                }
            }
        }
    }

    fn finish(&mut self) -> Option<RawEvent> {
        match self {
            Self::Events { parser, .. } => parser.finish(),
            Self::Whole(body) if body.trim_ascii().is_empty() => None,
            Self::Whole(body) => Some(RawEvent {
                data: lossy_text(body).into_owned(),
                ..RawEvent::default()
            }),
        }
    }
}

impl<T> EventStream<T> {
    pub(crate) fn new(response: Response<()>, operation: String, mut stream: ByteStream) -> Self {
        let limits = EventLimits {
            idle: stream.idle,
            bytes: stream.limit,
            decoded_bytes: stream.decode_limit,
        };
        let mut events = Self {
            secrets: stream.secrets.take(),
            reader: Reader::of(response.headers(), limits.bytes),
            operation,
            chunk: Bytes::new(),
            limits,
            waiting_since: None,
            silent_chunks: 0,
            time: stream.time.clone(),
            state: StreamState::Open(stream),
            data: PhantomData,
            response,
        };
        if let Some(encoding) = error_body::encoding(events.headers()) {
            events.fail(Error::decode(encoding));
        }
        events
    }

    /// Returns the HTTP status: 200 to 299.
    pub fn status(&self) -> u16 {
        self.response.status()
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &Headers {
        self.response.headers()
    }

    /// Returns the request ID, from header `x-acs-request-id`.
    pub fn request_id(&self) -> Option<&str> {
        self.response.request_id()
    }

    /// Returns the number of requests sent for this call, the successful one included.
    pub fn attempts(&self) -> u32 {
        self.response.attempts()
    }

    /// Adds what is known about the response.
    fn explain(&self, error: Error, body: Bytes) -> Error {
        let id = self.request_id().map(str::to_owned);
        let error = match &self.response.parts().endpoint {
            Some(endpoint) => error.at(&endpoint.to_string()),
            None => error,
        };
        error
            .with_response(self.status(), id, body)
            .on(self.operation.clone(), self.attempts())
    }

    /// Ends the stream with an error.
    fn fail(&mut self, error: Error) {
        self.state = StreamState::Ended(Some(self.explain(error, Bytes::new())));
    }

    /// Ends the stream.
    fn stop(&mut self) {
        self.state = StreamState::Ended(None);
        self.discard_input();
    }

    /// Drops what arrived and has not been read: otherwise an event that is too large would be
    /// found again by every later call.
    fn discard_input(&mut self) {
        self.chunk.clear();
        self.reader = Reader::Whole(Vec::new());
    }
}

impl<T: Field + Default> EventStream<T> {
    /// Returns the next event; `None` after the last. Cancelling the future loses no event.
    pub async fn next(&mut self) -> Option<Result<Event<T>>> {
        poll_fn(|context| self.poll_event(context)).await
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Event<T>>>> {
        /// After this many chunks without an event other tasks run.
        const CHUNKS_PER_TURN: u32 = 64;
        loop {
            match self.reader.next(&mut self.chunk, self.limits.bytes) {
                Ok(Some(event)) => return Poll::Ready(self.complete(event)),
                Ok(None) => {}
                Err(TooLarge) => {
                    let limit = self.limits.bytes;
                    self.discard_input();
                    self.fail(Error::decode(format!(
                        "an event is larger than {limit} bytes; raise max_response_bytes to \
                         accept it"
                    )));
                }
            }
            match std::mem::replace(&mut self.state, StreamState::Ended(None)) {
                StreamState::Open(stream) => {
                    let now = self.time.elapsed();
                    let waited = now.saturating_sub(*self.waiting_since.get_or_insert(now));
                    let left = self.limits.idle.saturating_sub(waited);
                    if self.silent_chunks > 0 && left.is_zero() {
                        self.fail(self.silence());
                        continue;
                    }
                    self.state = StreamState::reading(stream, left);
                    if self.silent_chunks % CHUNKS_PER_TURN == CHUNKS_PER_TURN - 1 {
                        context.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                }
                StreamState::Reading(mut reading) => match reading.as_mut().poll(context) {
                    Poll::Ready((stream, chunk)) => self.take(stream, chunk),
                    Poll::Pending => {
                        self.state = StreamState::Reading(reading);
                        return Poll::Pending;
                    }
                },
                StreamState::Ended(error) => return Poll::Ready(error.map(Err)),
                StreamState::Complete => {
                    if let Some(event) = self.reader.finish() {
                        return Poll::Ready(self.complete(event));
                    }
                }
            }
        }
    }

    /// Takes what arrived.
    fn take(&mut self, stream: ByteStream, chunk: NextChunk) {
        match chunk {
            Err(Unfinished::NoTimer(error)) => self.fail(error.into()),
            Err(Unfinished::TimedOut) => self.fail(self.silence()),
            Ok(None) => self.state = StreamState::Complete,
            Ok(Some(Err(error))) => self.fail(error.into()),
            Ok(Some(Ok(chunk))) => {
                self.silent_chunks = self.silent_chunks.saturating_add(1);
                self.chunk = chunk;
                self.state = StreamState::Open(stream);
            }
        }
    }

    /// Returns the error of a stream without events.
    fn silence(&self) -> Error {
        Error::timeout(format!(
            "no event within the attempt timeout of {} ms",
            self.limits.idle.as_millis()
        ))
    }

    /// Returns an event that has arrived; `None` if it is the mark of the end.
    fn complete(&mut self, event: RawEvent) -> Option<Result<Event<T>>> {
        self.waiting_since = None;
        self.silent_chunks = 0;
        if event.data.trim() == "[DONE]" {
            self.stop();
            return None;
        }
        let event = self.decode(event);
        if event.is_err() {
            self.stop();
        }
        Some(event)
    }

    fn decode(&self, raw: RawEvent) -> Result<Event<T>> {
        if raw.name.as_deref() == Some("error") {
            let now = self.time.now();
            let data = raw.data.as_bytes();
            let mut error = error_body::error_of_event(self.status(), self.headers(), data, now);
            if let Some(secrets) = &self.secrets {
                secrets.hide_in(&mut error);
            }
            return Err(self.explain(error.into(), raw.data.into()));
        }
        let mut data = T::default();
        if raw.data.trim().is_empty() {
            return Ok(Event { data, raw });
        }
        let limit = self.limits.decoded_bytes;
        let json = raw.data.as_bytes();
        match decode_json(
            json,
            self.headers(),
            limit,
            "cannot read an event",
            &mut data,
        ) {
            Ok(()) => Ok(Event { data, raw }),
            Err(error) => Err(self.explain(error, raw.data.into())),
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
            .field("response", &self.response)
            .finish_non_exhaustive()
    }
}
