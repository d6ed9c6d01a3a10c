//! Calls of operations without a specification.

#[cfg(feature = "blocking")]
use crate::blocking::run;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::Method;
use crate::operation::{EndpointTable, Product, ResponseBody};
use crate::options::CallOptions;
use crate::orchestrator;
use crate::orchestrator::resolve::{Resolution, ResolvedCall};
use crate::preview::Preview;
use crate::request::{PreparedRequest, RequestError};
use crate::response::Response;
use crate::response::body::RawResponse;
use crate::response::output::read_into;
use crate::time::BoxFuture;
use bytes::Bytes;
use serde_json::Value;
use std::borrow::Cow;

/// A call of an operation that the SDK does not know; created by `call_raw` of a client.
///
/// Parameters are sent unchanged; lists are written `Name.1`, `Name.2`. Because the effect of the
/// operation is unknown, the call counts as a write: it is not retried if the first request may
/// have been executed, and a read-only client rejects it.
///
/// The call fails before anything is sent if the product code, the version or the operation is not
/// a valid name, or a parameter names the operation or the caller (`Action`, `SecurityToken` and
/// others, as in [`CallOptions::query`]).
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `send`"]
pub struct RawCall {
    client: Client,
    product: RawProduct,
    operation: String,
    request: Result<PreparedRequest, RequestError>,
    options: CallOptions,
}

/// A product, with or without a specification.
#[derive(Clone, Debug)]
pub(crate) struct RawProduct {
    code: Cow<'static, str>,
    version: Cow<'static, str>,
    endpoints: &'static EndpointTable,
    crate_name: Option<&'static str>,
}

/// The endpoint rule of almost all products.
static REGIONAL: EndpointTable = EndpointTable {
    regional: true,
    public: &[],
    vpc: &[],
};

impl Client {
    /// Creates a call of an RPC operation that the SDK does not know, from product, API version,
    /// operation and parameters as on the wire:
    /// `client.call_raw("oos", "2019-06-01", "NewApi", &[])`.
    pub fn call_raw(
        &self,
        product: &str,
        version: &str,
        operation: &str,
        parameters: &[(&str, &str)],
    ) -> RawCall {
        let product = RawProduct::new(product, version);
        RawCall::new(self, product, operation, parameters)
    }

    /// Creates a call of a ROA operation that the SDK does not know: as
    /// [`call_raw`](Self::call_raw), with the method and the percent-encoded path. The parameters
    /// are sent in the query.
    pub fn call_raw_roa(
        &self,
        product: &str,
        version: &str,
        operation: &str,
        method: Method,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> RawCall {
        self.call_raw(product, version, operation, parameters)
            .at(method, path)
    }
}

impl RawProduct {
    pub(crate) fn new(code: &str, version: &str) -> Self {
        Self {
            code: code.to_ascii_lowercase().into(),
            version: version.to_owned().into(),
            endpoints: &REGIONAL,
            crate_name: None,
        }
    }
}

impl RawCall {
    pub(crate) fn new(
        client: &Client,
        product: RawProduct,
        operation: &str,
        parameters: &[(&str, &str)],
    ) -> Self {
        let parameters = parameters.iter().copied();
        Self {
            request: Ok(PreparedRequest::raw(
                &product.version,
                operation,
                parameters,
            )),
            client: client.clone(),
            product,
            operation: operation.to_owned(),
            options: CallOptions::new(),
        }
    }

    /// Creates a call of a product that generated code describes.
    #[doc(hidden)]
    pub fn of(
        client: &Client,
        product: &'static Product,
        operation: &str,
        parameters: &[(&str, &str)],
    ) -> Self {
        let product = RawProduct {
            code: product.code.into(),
            version: product.version.into(),
            endpoints: &product.endpoints,
            crate_name: Some(product.user_agent),
        };
        Self::new(client, product, operation, parameters)
    }

    /// Turns it into a call of a ROA operation.
    #[doc(hidden)]
    pub fn at(mut self, method: Method, path: &str) -> Self {
        self.request = self.request.and_then(|request| request.at(method, path));
        self
    }

    /// Sets a JSON body.
    pub fn json_body(self, body: &Value) -> Self {
        self.body("application/json; charset=utf-8", body.to_string())
    }

    /// Sets a body of any type. A form of an RPC operation must be percent-encoded UTF-8; it is
    /// encoded anew.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.request = self.request.and_then(|mut request| {
            request.set_body(content_type, body)?;
            Ok(request)
        });
        self
    }

    /// Overrides the client's configuration for this call: timeouts, retries, endpoint, headers.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sends the call. The output is the JSON of the response, [`Value::Null`] if it is empty;
    /// [`Response::raw_body`] returns the bytes.
    ///
    /// # Errors
    /// As any call, and if the response is not valid JSON; its bytes are then in
    /// [`Error::raw_body`](crate::Error::raw_body).
    pub async fn send(self) -> Result<Response<Value>> {
        let response = self.invoke();
        self.read(response.await?.response)
    }

    /// [`send`](Self::send) for programs without an async runtime.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Response<Value>> {
        let response = run(self.invoke())?;
        self.read(response?.response)
    }

    /// Returns the request as it would be sent, without its secrets; sends nothing. Which
    /// parameters are secret is guessed from their names.
    ///
    /// # Errors
    /// If the path or a header is invalid, the request is too long, or there is no endpoint.
    pub fn preview(&self) -> Result<Preview> {
        let signature = self.client.config().signature;
        let call = self.resolve()?.now(self.client.shared())?;
        match Preview::new(&call, signature) {
            Ok(preview) => Ok(preview.of_unknown_operation()),
            Err(error) => Err(Error::from(error).on(self.name(), 0)),
        }
    }

    fn invoke(&self) -> BoxFuture<'static, Result<RawResponse>> {
        orchestrator::invoke(self.client.shared(), self.resolve())
    }

    fn resolve(&self) -> Result<Resolution> {
        ResolvedCall::from_raw(
            self.client.shared(),
            self.product.code.clone(),
            self.product.endpoints,
            self.product.crate_name,
            &self.operation,
            self.request.clone(),
            &self.options,
        )
    }

    /// Returns the name with the product: `oos:NewApi`.
    fn name(&self) -> String {
        format!("{}:{}", self.product.code, self.operation)
    }

    fn read(&self, response: Response<()>) -> Result<Response<Value>> {
        let mut output = None::<Value>;
        let name = || self.name();
        let response = read_into(ResponseBody::Json, name, response, &mut output)?;
        Ok(response.with_output(output.unwrap_or_default()))
    }
}
