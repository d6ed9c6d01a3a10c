//! Requests: from an operation and its input to what goes over the wire.
//!
//! [`PreparedRequest`] is made once per call and holds everything that stays the same over attempts; [`PreparedRequest::sign`] makes the HTTP request of one
//! attempt, with its own time, nonce and signature. Neither has a clock, randomness or I/O of its own.

mod build;
mod error;
mod header;
mod pairs;
#[cfg(test)]
mod properties;
mod redact;
mod sign;
#[cfg(test)]
mod tests;

pub use error::RequestError;
#[doc(hidden)]
pub use pairs::Pairs;
#[doc(hidden)]
pub use sign::Attempt;
pub use sign::SignatureVersion;

use crate::http::{Headers, Method};
use crate::operation::{Operation, Param, Style};
use alibabacloud_types::plumbing::Record;
use bytes::Bytes;
use std::borrow::Cow;
use std::fmt;

/// What the client fills in when the input leaves it unset.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestDefaults<'a> {
    /// For the parameter `RegionId` of operations that have it.
    pub region_id: Option<&'a str>,
    /// For the parameter that makes a write repeatable ([`Operation::idempotency_token`]). A new one per call, the same in all its attempts.
    pub idempotency_token: Option<&'a str>,
}

/// A request, complete but for host, credentials, time and nonce.
///
/// `Debug` shows names of parameters but no values, as they can be secret.
#[derive(Clone)]
pub struct PreparedRequest {
    style: Style,
    action: Cow<'static, str>,
    version: Cow<'static, str>,
    method: Method,
    path: String,
    /// The path as people may see it, where that differs.
    shown_path: Option<String>,
    query: Pairs,
    form: Pairs,
    headers: Headers,
    body: Bytes,
    anonymous: bool,
    has_idempotency_token: bool,
    /// What the specification says; of other parameters only the name can tell whether they are secret.
    parameters: &'static [Param],
    secret: Vec<&'static str>,
    secret_body: bool,
}

impl PreparedRequest {
    /// The request of an operation with this input.
    ///
    /// # Errors
    /// When required parameters are missing (all are named at once), or a value cannot stand in a header or path.
    pub fn new(
        operation: &Operation,
        input: &dyn Record,
        defaults: &RequestDefaults<'_>,
    ) -> Result<Self, RequestError> {
        build::build(operation, input, defaults)
    }

    /// A request of an RPC operation that no specification describes: all parameters in the query of a POST, which the gateway
    /// takes whether it expects them in query or form. Values are sent as they are; lists are written `Name.1`, `Name.2`.
    pub fn raw<'a>(
        version: &str,
        action: &str,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut query = Pairs::new();
        for (name, value) in parameters {
            query.push(name, value);
        }
        query.sort();
        Self {
            style: Style::Rpc,
            action: Cow::Owned(action.to_owned()),
            version: Cow::Owned(version.to_owned()),
            method: Method::Post,
            path: "/".to_owned(),
            shown_path: None,
            query,
            form: Pairs::new(),
            headers: Headers::new(),
            body: Bytes::new(),
            anonymous: false,
            has_idempotency_token: false,
            parameters: &[],
            secret: Vec::new(),
            secret_body: false,
        }
    }

    /// Makes a [`raw`](Self::raw) request one of a ROA operation: a method and a path, percent-encoded as it is to be sent.
    ///
    /// # Errors
    /// When the path would be sent otherwise than it is signed.
    pub fn at(mut self, method: Method, path: &str) -> Result<Self, RequestError> {
        build::check_path(path)?;
        self.style = Style::Roa;
        self.method = method;
        path.clone_into(&mut self.path);
        Ok(self)
    }

    /// Gives the request a body.
    ///
    /// # Errors
    /// When the type cannot stand in a header.
    pub fn set_body(
        &mut self,
        content_type: &str,
        body: impl Into<Bytes>,
    ) -> Result<(), RequestError> {
        self.set_header("content-type", content_type)?;
        self.body = body.into();
        Ok(())
    }

    /// Adds a query parameter beside those of the operation.
    pub fn add_query(&mut self, name: &str, value: &str) {
        self.query.push(name, value);
        self.query.sort();
    }

    /// Sets a header beside those that the client makes.
    ///
    /// # Errors
    /// When the client makes this header itself, or name or value cannot be sent.
    pub fn set_header(&mut self, name: &str, value: &str) -> Result<(), RequestError> {
        header::check(name, value)?;
        self.headers.set(name, value);
        Ok(())
    }

    /// Whether [`set_header`](Self::set_header) takes this header.
    ///
    /// # Errors
    /// When it does not.
    pub fn check_header(name: &str, value: &str) -> Result<(), RequestError> {
        header::check(name, value)
    }

    /// RPC or ROA.
    #[cfg(feature = "client")]
    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// The name of the operation.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The version of the product.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The path, percent-encoded.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query, decoded and sorted.
    pub fn query(&self) -> &Pairs {
        &self.query
    }

    /// The form in the body, decoded and sorted; empty when the body is none.
    pub fn form(&self) -> &Pairs {
        &self.form
    }

    /// Headers that do not depend on the attempt: parameters, extra ones and the `content-type` of a body that is no form.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The body when it is no form.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Whether it carries an idempotency token, so that a write may be repeated.
    pub fn has_idempotency_token(&self) -> bool {
        self.has_idempotency_token
    }
}

impl fmt::Debug for PreparedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedRequest")
            .field("action", &self.action)
            .field("version", &self.version)
            .field("method", &self.method)
            .field("query", &self.query)
            .field("form", &self.form)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
