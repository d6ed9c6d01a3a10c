//! A typed call: what every generated builder wraps.

#[cfg(feature = "blocking")]
use crate::blocking::{BlockingEvents, run};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::events::EventStream;
use crate::operation::Operation;
use crate::options::CallOptions;
use crate::orchestrator;
use crate::orchestrator::resolve::{Resolution, ResolvedCall};
use crate::preview::Preview;
use crate::response::Response;
use crate::response::body::RawResponse;
use crate::response::output::read_output;
use crate::send_future::SendFuture;
use crate::time::BoxFuture;
use alibabacloud_types::plumbing::{Field, Record};
use std::fmt;

/// A call that has not been sent.
#[derive(Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct Call<I> {
    client: Client,
    operation: &'static Operation,
    /// The parameters.
    pub input: I,
    /// Overrides of the client's configuration.
    pub options: CallOptions,
}

/// Omits the client; the parameters identify a call.
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
    /// Creates a call of `operation`.
    pub fn new(client: &Client, operation: &'static Operation, input: I) -> Self {
        Self {
            client: client.clone(),
            operation,
            input,
            options: CallOptions::new(),
        }
    }

    /// Returns the client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns the operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Sends the call and returns the output.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind).
    pub fn send<O: Field + Default>(&self) -> SendFuture<O> {
        SendFuture::new(self.operation, self.invoke(), |operation, response| {
            read_output(operation, response).map(Response::into_output)
        })
    }

    /// Sends the call and returns the output with the response.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind).
    pub fn send_with_response<O: Field + Default>(&self) -> SendFuture<Response<O>> {
        SendFuture::new(self.operation, self.invoke(), read_output)
    }

    /// Sends the call of an operation that returns events.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::ErrorKind). The stream returns errors that occur after the response
    /// headers.
    pub async fn send_stream<O: 'static>(&self) -> Result<EventStream<O>> {
        self.open().await
    }

    /// Returns the future of [`send_stream`](Self::send_stream), which does not borrow the input.
    fn open<O: 'static>(&self) -> BoxFuture<'static, Result<EventStream<O>>> {
        let name = self.operation.qualified_name();
        let response = self.invoke();
        Box::pin(async move {
            let RawResponse { response, stream } = response.await?;
            match stream {
                Some(stream) => Ok(EventStream::new(response, name, stream)),
                None => Err(Error::decode("the operation does not return events").on(name, 0)),
            }
        })
    }

    /// [`send`](Self::send) for programs without an async runtime.
    ///
    /// # Errors
    /// As [`send`](Self::send), and if the thread for blocking calls cannot be started.
    #[cfg(feature = "blocking")]
    pub fn send_blocking<O: Field + Default>(&self) -> Result<O> {
        self.send_with_response_blocking()
            .map(Response::into_output)
    }

    /// [`send_with_response`](Self::send_with_response) for programs without an async runtime.
    ///
    /// # Errors
    /// As [`send_blocking`](Self::send_blocking).
    #[cfg(feature = "blocking")]
    pub fn send_with_response_blocking<O: Field + Default>(&self) -> Result<Response<O>> {
        self.read(wait(self.invoke())?)
    }

    /// [`send_stream`](Self::send_stream) for programs without an async runtime.
    ///
    /// # Errors
    /// As [`send_blocking`](Self::send_blocking).
    #[cfg(feature = "blocking")]
    pub fn send_stream_blocking<O: 'static>(&self) -> Result<BlockingEvents<O>> {
        let stream = run(self.open())??;
        Ok(BlockingEvents::new(stream))
    }

    /// Returns the request as it would be sent, without secrets and without what only sending adds.
    ///
    /// # Errors
    /// If the request cannot be built, or is too long.
    pub fn preview(&self) -> Result<Preview> {
        let signature = self.client.config().signature;
        let call = self.resolve(false)?.now(self.client.shared())?;
        Preview::new(&call, signature)
            .map_err(|error| Error::from(error).on(self.operation.qualified_name(), 0))
    }

    /// Sends the call and returns the response without its output. Nothing happens before the
    /// future is polled.
    pub fn start(&self) -> BoxFuture<'static, Result<Response<()>>> {
        without_body(self.invoke())
    }

    /// [`start`](Self::start) for a page of a list, with the parameters that a paginator sends.
    pub(crate) fn start_page(&self) -> BoxFuture<'static, Result<Response<()>>> {
        without_body(orchestrator::invoke(
            self.client.shared(),
            self.resolve(true),
        ))
    }

    /// Reads the output from a response.
    ///
    /// # Errors
    /// If the body is not what the operation returns; the error holds the body.
    pub fn read<O: Field + Default>(&self, response: Response<()>) -> Result<Response<O>> {
        read_output(self.operation, response)
    }

    fn invoke(&self) -> BoxFuture<'static, Result<RawResponse>> {
        orchestrator::invoke(self.client.shared(), self.resolve(false))
    }

    fn resolve(&self, is_page: bool) -> Result<Resolution> {
        ResolvedCall::from_operation(
            self.client.shared(),
            self.operation,
            &self.input,
            &self.options,
            is_page,
        )
    }
}

/// Returns the response of a call without its unread body. As [`wait`], no part of [`Call`]: it
/// would be compiled for each operation.
fn without_body(
    response: BoxFuture<'static, Result<RawResponse>>,
) -> BoxFuture<'static, Result<Response<()>>> {
    Box::pin(async move { Ok(response.await?.response) })
}

/// Waits for the response of a call.
#[cfg(feature = "blocking")]
fn wait(response: BoxFuture<'static, Result<RawResponse>>) -> Result<Response<()>> {
    Ok(run(response)??.response)
}
