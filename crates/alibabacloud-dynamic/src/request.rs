//! A request of an operation.

use crate::input::Input;
use crate::service::OperationHandle;
#[cfg(feature = "blocking")]
use alibabacloud_core::blocking::BlockingEvents;
use alibabacloud_core::events::EventStream;
use alibabacloud_core::plumbing::Call;
#[cfg(feature = "blocking")]
use alibabacloud_core::plumbing::run_blocking;
use alibabacloud_core::types::Blob;
use alibabacloud_core::types::plumbing::{Field, write_text};
use alibabacloud_core::{CallOptions, Client, Error, Preview, Response, Result};
use alibabacloud_spec::{self as spec, ValueError};
use serde_json::{Map, Value};
use std::fmt;

/// A request that has not been sent; created by [`Client::call`](crate::Client::call).
#[derive(Clone)]
#[must_use = "requests do nothing until `send`, `by_page` or `by_item` is called"]
pub struct Request {
    pub(crate) call: Call<Input>,
    operation: OperationHandle,
}

impl Request {
    /// Creates a request. With `checks_values`, enum values and limits are checked too.
    ///
    /// # Errors
    /// If a parameter does not exist or has another type; the error names all of them.
    pub(crate) fn new(
        client: &Client,
        operation: OperationHandle,
        parameters: Map<String, Value>,
        checks_values: bool,
    ) -> Result<Self> {
        let description = operation.description()?;
        let (service, spec) = (operation.service(), operation.spec());
        let mut errors = service.check_parameters(spec, &parameters);
        errors.retain(|error| checks_values || error.problem.is_type_error());
        if !errors.is_empty() {
            return Err(invalid(&operation, &errors));
        }
        let input = Input::new(service, spec, description.params, parameters)
            .map_err(|error| invalid(&operation, &[error]))?;
        Ok(Self {
            call: Call::new(client, description, input),
            operation,
        })
    }

    /// Returns the operation in the specification.
    pub fn operation(&self) -> &spec::Operation {
        self.operation.spec()
    }

    pub(crate) fn service(&self) -> &spec::Service {
        self.operation.service()
    }

    /// Overrides the client's configuration for this call: timeouts, retries, endpoint or headers.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.call.options = options;
        self
    }

    /// Returns the request that would be sent, with secrets redacted, without sending it.
    ///
    /// # Errors
    /// If a required parameter is missing or the endpoint cannot be determined.
    pub fn preview(&self) -> Result<Preview> {
        self.call.preview()
    }

    /// Sends the request and returns the output: the JSON of the response, with all its fields and
    /// secrets, which [`Service::redact_output`](crate::Service::redact_output) removes. A text is
    /// a JSON text, bytes are Base64 text, and an empty body is null.
    ///
    /// # Errors
    /// If a required parameter is missing, the service cannot be reached or rejects the request, or
    /// the response cannot be decoded; see [`Error`].
    pub async fn send(self) -> Result<Value> {
        self.send_with_response().await.map(Response::into_output)
    }

    /// Sends the request and returns the output with the status, headers, request ID and raw body
    /// of the response.
    ///
    /// # Errors
    /// The same as of [`send`](Self::send).
    pub async fn send_with_response(self) -> Result<Response<Value>> {
        let response = self.call.start().await?;
        self.read(response)
    }

    /// Sends the request of an operation that returns events, and returns them as they arrive.
    ///
    /// # Errors
    /// If a required parameter is missing, the service cannot be reached or rejects the request, or
    /// the operation does not return events; see [`Error`].
    pub async fn send_stream(self) -> Result<EventStream<Value>> {
        self.call.send_stream().await
    }

    /// Blocks the current thread until [`send`](Self::send) completes. Works both inside and
    /// outside of an async runtime.
    ///
    /// # Errors
    /// The same as of [`send`](Self::send).
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Value> {
        self.send_with_response_blocking()
            .map(Response::into_output)
    }

    /// Blocks the current thread until [`send_with_response`](Self::send_with_response) completes.
    ///
    /// # Errors
    /// The same as of [`send`](Self::send).
    #[cfg(feature = "blocking")]
    pub fn send_with_response_blocking(self) -> Result<Response<Value>> {
        let response = run_blocking(self.call.start())??;
        self.read(response)
    }

    /// Blocks the current thread until [`send_stream`](Self::send_stream) completes.
    ///
    /// # Errors
    /// The same as of [`send_stream`](Self::send_stream).
    #[cfg(feature = "blocking")]
    pub fn send_stream_blocking(self) -> Result<BlockingEvents<Value>> {
        self.call.send_stream_blocking()
    }

    fn read(&self, response: Response<()>) -> Result<Response<Value>> {
        let call = &self.call;
        match self.operation().response {
            spec::Response::Text => Ok(call.read::<String>(response)?.map(Value::from)),
            spec::Response::Binary => Ok(call.read::<Blob>(response)?.map(|bytes| base64(&bytes))),
            spec::Response::Json(_) | spec::Response::Empty | spec::Response::Events(_) => {
                call.read(response)
            }
        }
    }
}

/// Returns bytes as JSON has them: Base64 text.
fn base64(bytes: &Blob) -> Value {
    let mut text = String::new();
    // Only numbers that are not finite have no text.
    let _ = write_text(bytes.value(), &mut text);
    Value::from(text)
}

/// Returns the error of invalid parameters.
fn invalid(operation: &OperationHandle, errors: &[ValueError]) -> Error {
    let errors: Vec<String> = errors.iter().map(ValueError::to_string).collect();
    Error::invalid_input(format!(
        "invalid parameters of {}:{}: {}",
        operation.service().code,
        operation.spec().name,
        errors.join("; ")
    ))
}

/// Shows the operation and its parameters, without those that are sensitive.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Request").field(&self.call).finish()
    }
}
