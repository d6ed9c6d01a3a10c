//! The typed ends of the road that every call takes.

#[cfg(feature = "blocking")]
use crate::blocking::run;
use crate::client::Client;
use crate::error::{Error, Result};
#[cfg(feature = "blocking")]
use crate::events::BlockingEvents;
use crate::events::EventStream;
use crate::operation::{Operation, ResponseBody};
use crate::options::CallOptions;
use crate::orchestrator::resolve::{self, ResolvedCall};
use crate::orchestrator::{self, RawResponse};
use crate::preview::Preview;
use crate::response::Response;
use crate::response::error_body;
use crate::time::BoxFuture;
use alibabacloud_types::plumbing::{Field, Record, Slot, ValueRef, decode_root};
use std::fmt;

/// A call that has not been sent: what every generated builder wraps.
#[derive(Clone)]
pub struct Call<I> {
    client: Client,
    operation: &'static Operation,
    /// The parameters.
    pub input: I,
    /// What differs from the client's configuration.
    pub options: CallOptions,
}

/// Without the client: what a call is about is its parameters.
impl<I: fmt::Debug> fmt::Debug for Call<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation.name)
            .field("input", &self.input)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<I: Record> Call<I> {
    /// A call of `operation`.
    pub fn new(client: &Client, operation: &'static Operation, input: I) -> Self {
        Self {
            client: client.clone(),
            operation,
            input,
            options: CallOptions::new(),
        }
    }

    /// The client that it goes through.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What is called.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Sends the call and reads the output.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn send<O: Field + Default>(&self) -> Result<O> {
        // The future of the road does not borrow the input, so ours is `Send` for any input.
        let arrival = orchestrator::start(self.client.shared(), self.resolve());
        self.read(arrival.await?.answer).map(Response::into_output)
    }

    /// Sends the call and reads the output; gives it with the answer it came in.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn send_with_response<O: Field + Default>(&self) -> Result<Response<O>> {
        let arrival = orchestrator::start(self.client.shared(), self.resolve());
        self.read(arrival.await?.answer)
    }

    /// Sends the call of an operation that answers with events.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind). What fails after the head of the answer is told by the stream.
    pub async fn send_stream<O: 'static>(&self) -> Result<EventStream<O>> {
        self.open().await
    }

    /// The future of [`send_stream`](Self::send_stream), which does not borrow the input.
    fn open<O: 'static>(&self) -> BoxFuture<'static, Result<EventStream<O>>> {
        let name = self.operation.qualified_name();
        let arrival = orchestrator::start(self.client.shared(), self.resolve());
        Box::pin(async move {
            let RawResponse { answer, stream } = arrival.await?;
            match stream {
                Some(pieces) => Ok(EventStream::new(answer, name, pieces)),
                None => Err(Error::decode("the operation does not answer with events").on(name, 0)),
            }
        })
    }

    /// [`send`](Self::send), waiting for it here.
    ///
    /// # Errors
    /// As [`send`](Self::send), and when there is no thread for blocking calls.
    #[cfg(feature = "blocking")]
    pub fn send_blocking<O: Field + Default>(&self) -> Result<O> {
        self.send_with_response_blocking()
            .map(Response::into_output)
    }

    /// [`send_with_response`](Self::send_with_response), waiting for it here.
    ///
    /// # Errors
    /// As [`send_blocking`](Self::send_blocking).
    #[cfg(feature = "blocking")]
    pub fn send_with_response_blocking<O: Field + Default>(&self) -> Result<Response<O>> {
        self.read(run(self.start())??)
    }

    /// [`send_stream`](Self::send_stream), waiting for it here.
    ///
    /// # Errors
    /// As [`send_blocking`](Self::send_blocking).
    #[cfg(feature = "blocking")]
    pub fn send_stream_blocking<O: 'static>(&self) -> Result<BlockingEvents<O>> {
        let stream = run(self.open())??;
        Ok(BlockingEvents::new(stream))
    }

    /// The request as it would be sent, without what is secret and what only sending adds.
    ///
    /// # Errors
    /// When the request cannot be built.
    pub fn preview(&self) -> Result<Preview> {
        let signature = self.client.config().signature;
        Ok(Preview::new(&self.resolve()?, signature))
    }

    /// The road itself: everything between the input and an answer that is no error. Nothing happens before the future is polled.
    pub fn start(&self) -> BoxFuture<'static, Result<Response<()>>> {
        let arrival = orchestrator::start(self.client.shared(), self.resolve());
        Box::pin(async move { Ok(arrival.await?.answer) })
    }

    fn resolve(&self) -> Result<ResolvedCall> {
        resolve::from_operation(
            self.client.shared(),
            self.operation,
            &self.input,
            &self.options,
        )
    }

    /// Reads the output from an answer.
    ///
    /// # Errors
    /// When the body is not what the operation answers with; the error holds it.
    pub fn read<O: Field + Default>(&self, answer: Response<()>) -> Result<Response<O>> {
        read(self.operation, answer)
    }
}

/// Reads the output of `operation` from an answer.
///
/// # Errors
/// When the body is not what the operation answers with; the error holds it.
pub(crate) fn read<O: Field + Default>(
    operation: &'static Operation,
    answer: Response<()>,
) -> Result<Response<O>> {
    let mut output = O::default();
    let name = || operation.qualified_name();
    let answer = decode(operation.response_body, name, answer, &mut output)?;
    Ok(answer.with_output(output))
}

/// Fills `output` from the body. An empty body leaves it as it is: an operation may have nothing to say (204).
pub(crate) fn decode(
    kind: ResponseBody,
    operation: impl FnOnce() -> String,
    mut answer: Response<()>,
    output: &mut dyn Field,
) -> Result<Response<()>> {
    if let Err(error) = fill(kind, answer.raw_body(), output) {
        let parts = std::mem::take(answer.parts_mut());
        let body = parts.body.0;
        let request_id = parts
            .request_id
            .or_else(|| error_body::request_id_in(&body));
        return Err(error
            .answered(parts.status, request_id, body)
            .on(operation(), parts.attempts));
    }
    if answer.request_id().is_none() {
        answer.parts_mut().request_id = request_id(output);
    }
    Ok(answer)
}

fn fill(kind: ResponseBody, body: &[u8], output: &mut dyn Field) -> Result<()> {
    match kind {
        ResponseBody::Json if body.trim_ascii().is_empty() => Ok(()),
        ResponseBody::Json => decode_root(body, output).map_err(|error| {
            let what = error_body::html_page(body)
                .unwrap_or_else(|| format!("cannot read the answer: {error}"));
            Error::decode(what).caused_by(error)
        }),
        ResponseBody::Raw => fill_raw(body, output),
        ResponseBody::Events => Err(Error::decode(
            "the operation answers with events, which `send_stream` reads",
        )),
    }
}

/// Text or bytes as they are; which of the two says the type of the output.
fn fill_raw(body: &[u8], output: &mut dyn Field) -> Result<()> {
    match output.slot() {
        Slot::Bytes(bytes) => bytes.extend_from_slice(body),
        Slot::Text(text) => {
            let body = std::str::from_utf8(body).map_err(|error| {
                Error::decode("cannot read the answer: expected text in UTF-8").caused_by(error)
            })?;
            text.push_str(body);
        }
        _ => {
            return Err(Error::decode(
                "the answer is text or bytes, and the output is neither",
            ));
        }
    }
    Ok(())
}

/// The request id among the fields of an output.
fn request_id(output: &dyn Field) -> Option<String> {
    let ValueRef::Record(record) = output.value() else {
        return None;
    };
    let mut id = None;
    record.visit(&mut |name, field| {
        if let (true, ValueRef::Text(text)) =
            (error_body::REQUEST_ID.contains(&name), field.value())
        {
            id = Some(text.to_owned());
        }
    });
    id
}
