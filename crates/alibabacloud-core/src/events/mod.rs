//! Streams of events (`text/event-stream`).

mod parser;

use crate::error::{Error, Result};
use crate::http::{Headers, TransportError};
use crate::response::body::ByteStream;
use crate::response::call_secrets::CallSecrets;
use crate::response::{Response, error_body};
use crate::time::{BoxFuture, Time, Unfinished, within};
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
/// connection, or no data for the attempt timeout. The operation timeout covers only the time until
/// the response headers. Nothing is retried, because a service does not resume a broken stream.
/// Dropping the stream closes the connection.
#[must_use = "events are read when `next` is called or the stream is polled"]
pub struct EventStream<T> {
    response: Response<()>,
    operation: String,
    secrets: Option<CallSecrets>,
    state: StreamState,
    reader: Reader,
    limit: usize,
    time: Arc<dyn Time>,
    ready: VecDeque<RawEvent>,
    data: PhantomData<fn() -> T>,
}

/// The next chunk, or the end of the body; an error if neither arrives in time.
type NextChunk = Result<Option<Result<Bytes, TransportError>>, Unfinished>;

enum StreamState {
    /// Waiting for the next chunk.
    Reading(BoxFuture<'static, (ByteStream, NextChunk)>),
    /// A failure; the events completed before it are returned first.
    Failed(Option<Error>),
    /// The body has ended; the last events may not have been returned.
    Done,
}

/// Assembles events from chunks.
enum Reader {
    Events(Parser),
    /// Some services return JSON if there is only one event.
    Whole(Vec<u8>),
}

impl StreamState {
    /// Begins to read the next chunk.
    fn reading(mut stream: ByteStream) -> Self {
        Self::Reading(Box::pin(async move {
            let time = stream.time.clone();
            let chunk = within(&*time, stream.idle, pin!(stream.body.next_chunk())).await;
            (stream, chunk)
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

    fn feed(&mut self, chunk: &[u8], limit: usize, ready: &mut VecDeque<RawEvent>) -> Result<()> {
        let accepted = match self {
            Self::Events(parser) => parser.feed(chunk, ready).is_ok(),
            Self::Whole(body) => {
                body.extend_from_slice(chunk);
                body.len() <= limit
            }
        };
        match accepted {
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
    pub(crate) fn new(response: Response<()>, operation: String, mut stream: ByteStream) -> Self {
        Self {
            secrets: stream.secrets.take(),
            reader: Reader::of(response.headers(), stream.limit),
            response,
            operation,
            limit: stream.limit,
            time: stream.time.clone(),
            state: StreamState::reading(stream),
            ready: VecDeque::new(),
            data: PhantomData,
        }
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

    fn stop(&mut self) {
        self.state = StreamState::Done;
        self.ready.clear();
    }
}

impl<T: Field + Default> EventStream<T> {
    /// Returns the next event; `None` after the last. Cancelling the future loses no event.
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
                    let (stream, chunk) = ready!(reading.as_mut().poll(context));
                    if let Err(error) = self.take(stream, chunk) {
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

    /// Takes a chunk; the events that it completes are then ready.
    fn take(&mut self, stream: ByteStream, chunk: NextChunk) -> Result<()> {
        match chunk {
            Err(Unfinished::NoTimer(error)) => Err(error.into()),
            Err(Unfinished::TimedOut) => Err(Error::timeout(format!(
                "no event within the attempt timeout of {} ms",
                stream.idle.as_millis()
            ))),
            Ok(Some(chunk)) => {
                self.reader.feed(&chunk?, self.limit, &mut self.ready)?;
                self.state = StreamState::reading(stream);
                Ok(())
            }
            Ok(None) => {
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
            .field("response", &self.response)
            .finish_non_exhaustive()
    }
}
