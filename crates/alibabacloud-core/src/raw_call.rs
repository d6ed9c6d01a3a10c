//! Calls of operations that no specification describes.

use crate::call::decode;
use crate::client::Client;
use crate::error::Result;
use crate::http::Method;
use crate::operation::{EndpointTable, Product, ResponseBody};
use crate::options::CallOptions;
use crate::orchestrator;
use crate::orchestrator::resolve::{self, ResolvedCall};
use crate::preview::Preview;
use crate::request::{PreparedRequest, RequestError};
use crate::response::Response;
use crate::response::error_body;
use bytes::Bytes;
use serde_json::Value;
use std::borrow::Cow;

/// A call of an operation that the SDK does not know yet; made by `call_raw` of a client.
///
/// Parameters are sent as they are given; lists are written `Name.1`, `Name.2`. Since nobody knows what the operation does, it counts as a
/// write: never repeated when the first try may have arrived, and refused by a read-only client.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `send`"]
pub struct RawCall {
    client: Client,
    product: RawProduct,
    operation: String,
    request: Result<PreparedRequest, RequestError>,
    options: CallOptions,
}

/// A product by its names alone, or as a specification describes it.
#[derive(Clone, Debug)]
pub(crate) struct RawProduct {
    code: Cow<'static, str>,
    version: Cow<'static, str>,
    endpoints: &'static EndpointTable,
    crate_name: Option<&'static str>,
}

/// The rule that nearly all products follow.
static REGIONAL: EndpointTable = EndpointTable {
    regional: true,
    public: &[],
    vpc: &[],
};

impl Client {
    /// A call of an RPC operation that the SDK does not describe, for instance `client.call_raw("oos", "2019-06-01", "NewApi", &[])`: product,
    /// API version, operation and parameters as on the wire.
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

    /// A call of a ROA operation that the SDK does not describe: as [`call_raw`](Self::call_raw), with the method and the path, which must be
    /// percent-encoded. The parameters travel in the query.
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

    /// A call to a product that generated code describes.
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

    /// Makes it a call of a ROA operation.
    #[doc(hidden)]
    pub fn at(mut self, method: Method, path: &str) -> Self {
        self.request = self.request.and_then(|request| request.at(method, path));
        self
    }

    /// Sends a JSON body.
    pub fn json_body(self, body: &Value) -> Self {
        self.body("application/json; charset=utf-8", body.to_string())
    }

    /// Sends a body of any kind.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.request = self.request.and_then(|mut request| {
            request.set_body(content_type, body)?;
            Ok(request)
        });
        self
    }

    /// What differs from the client's configuration in this call: timeouts, retries, endpoint, headers.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sends the call. The output is the JSON of the answer, [`Value::Null`] when it is empty; [`Response::raw_body`] has the bytes.
    ///
    /// # Errors
    /// As for any call; also when the answer is no JSON, whose bytes are then in [`Error::raw_body`](crate::Error::raw_body).
    pub async fn send(self) -> Result<Response<Value>> {
        let answer = orchestrator::start(self.client.shared(), self.resolve());
        self.read(answer.await?.answer)
    }

    /// [`send`](Self::send) for programs without an async runtime.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Response<Value>> {
        let answer =
            crate::blocking::run(orchestrator::start(self.client.shared(), self.resolve()))?;
        self.read(answer?.answer)
    }

    /// The request as it would be sent, without its secrets; sends nothing. Which parameters are secret is guessed by their names.
    ///
    /// # Errors
    /// When the path or a header cannot be sent, or there is no endpoint.
    pub fn preview(&self) -> Result<Preview> {
        let signature = self.client.config().signature;
        Ok(Preview::new(&self.resolve()?, signature).of_unknown_operation())
    }

    fn resolve(&self) -> Result<ResolvedCall> {
        resolve::from_raw(
            self.client.shared(),
            self.product.code.clone(),
            self.product.endpoints,
            self.product.crate_name,
            &self.operation,
            self.request.clone(),
            &self.options,
        )
    }

    fn read(&self, answer: Response<()>) -> Result<Response<Value>> {
        let mut output = None::<Value>;
        let name = || format!("{}:{}", self.product.code, self.operation);
        let mut answer = decode(ResponseBody::Json, name, answer, &mut output)?;
        let output = output.unwrap_or_default();
        if answer.request_id().is_none() {
            answer.parts_mut().request_id = output.as_object().and_then(error_body::request_id_of);
        }
        Ok(answer.with_output(output))
    }
}
