//! Interceptors: code of the program that runs in every attempt of a call.

use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::http::{Headers, Method};
use crate::request::{Pairs, PreparedRequest, RequestError};
use std::cell::OnceCell;
use std::fmt;
use std::sync::Arc;

/// The error of a hook; `?` converts any error into it.
pub type HookError = Box<dyn std::error::Error + Send + Sync>;

/// Hooks that run in every attempt of every call of a client: before the request is signed, and
/// after the response arrives.
///
/// Set with [`Config::interceptor`](crate::Config::interceptor); several run in the order in which
/// they were set. An error ends the call without a retry, as [`ErrorKind::Intercepted`].
///
/// Hooks run within the call and must not block. To propagate a trace of OpenTelemetry, set the
/// headers that its propagator injects:
///
/// ```
/// use alibabacloud_core::Config;
/// use alibabacloud_core::interceptor::{HookError, Intercept, Outgoing};
///
/// #[derive(Debug)]
/// struct Propagate;
///
/// impl Intercept for Propagate {
///     fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), HookError> {
///         // In a program: `global::get_text_map_propagator(|p| p.inject(&mut headers))`.
///         let injected = [("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")];
///         for (name, value) in injected {
///             request.set_header(name, value)?;
///         }
///         Ok(())
///     }
/// }
///
/// let config = Config::new().interceptor(Propagate);
/// ```
pub trait Intercept: Send + Sync + fmt::Debug + 'static {
    /// Runs before an attempt is signed.
    ///
    /// # Errors
    /// Return an error to prevent the request from being sent.
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), HookError> {
        let _ = request;
        Ok(())
    }

    /// Runs after the response to an attempt arrives, be it a success or an error. Does not run if
    /// no response arrives.
    ///
    /// # Errors
    /// Return an error to reject the response.
    fn after_response(&self, response: &Incoming<'_>) -> Result<(), HookError> {
        let _ = response;
        Ok(())
    }
}

/// The call that a hook runs in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallInfo<'a> {
    pub(crate) product: &'a str,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) request: &'a PreparedRequest,
}

/// A request before it is signed.
#[derive(Debug)]
pub struct Outgoing<'a> {
    call: CallInfo<'a>,
    attempt: u32,
    added: Headers,
    /// The parameters, redacted when a hook reads them.
    parameters: OnceCell<Pairs>,
}

impl Outgoing<'_> {
    /// Returns the product code: `oos`.
    pub fn product(&self) -> &str {
        self.call.product
    }

    /// Returns the operation: `ListExecutions`.
    pub fn operation(&self) -> &str {
        self.call.request.action()
    }

    /// Returns the number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the host, with its port unless it is the default of the scheme.
    pub fn host(&self) -> &str {
        self.call.endpoint.host()
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> Method {
        self.call.request.method()
    }

    /// Returns the parameters of the query and then of the form, each sorted, with `REDACTED` for
    /// secret values.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let request = self.call.request;
        let sent = || {
            let pairs: Vec<_> = request
                .query()
                .iter()
                .chain(request.form().iter())
                .collect();
            request.shown(pairs.into_iter())
        };
        self.parameters.get_or_init(sent).iter()
    }

    /// Returns a header of the request: a parameter, one of the
    /// [`CallOptions`](crate::CallOptions), or one that a hook has set. Headers of the signature
    /// are not included.
    pub fn header(&self, name: &str) -> Option<&str> {
        let sent = self.call.request;
        self.added.get(name).or_else(|| sent.headers().get(name))
    }

    /// Sets a header of this attempt. It is signed if its name starts with `x-acs-`.
    ///
    /// # Errors
    /// If the client sets this header itself, as it does with `content-type`, the header belongs
    /// to the connection, or the name or value is invalid.
    pub fn set_header(&mut self, name: &str, value: &str) -> Result<(), RequestError> {
        PreparedRequest::check_header(name, value)?;
        if name.eq_ignore_ascii_case("content-type") {
            return Err(RequestError::InvalidHeader {
                name: name.to_owned(),
                reason: "the client sets it itself",
            });
        }
        self.added.set(name, value);
        Ok(())
    }
}

/// A response whose body has been read, but not decoded.
#[derive(Debug)]
pub struct Incoming<'a> {
    pub(crate) call: CallInfo<'a>,
    pub(crate) attempt: u32,
    pub(crate) status: u16,
    pub(crate) headers: &'a Headers,
    pub(crate) request_id: Option<&'a str>,
}

impl Incoming<'_> {
    /// Returns the product code: `oos`.
    pub fn product(&self) -> &str {
        self.call.product
    }

    /// Returns the operation: `ListExecutions`.
    pub fn operation(&self) -> &str {
        self.call.request.action()
    }

    /// Returns the number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &Headers {
        self.headers
    }

    /// Returns the request ID, from header `x-acs-request-id`.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id
    }
}

/// The interceptors of a client, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interceptors(Vec<Arc<dyn Intercept>>);

impl Interceptors {
    pub(crate) fn push(&mut self, interceptor: impl Intercept) {
        self.0.push(Arc::new(interceptor));
    }

    /// Returns the headers to add to the request of an attempt.
    pub(crate) fn before_signing(
        &self,
        call: CallInfo<'_>,
        attempt: u32,
    ) -> Result<Headers, Error> {
        let added = Headers::new();
        let mut request = Outgoing {
            call,
            attempt,
            added,
            parameters: OnceCell::new(),
        };
        for interceptor in &self.0 {
            interceptor
                .before_signing(&mut request)
                .map_err(intercepted)?;
        }
        Ok(request.added)
    }

    /// Passes a response to all interceptors.
    pub(crate) fn after_response(&self, response: &Incoming<'_>) -> Result<(), Error> {
        for interceptor in &self.0 {
            interceptor.after_response(response).map_err(intercepted)?;
        }
        Ok(())
    }
}

fn intercepted(error: HookError) -> Error {
    Error::of(
        ErrorKind::Intercepted,
        format!("an interceptor ended the call: {error}"),
    )
    .caused_by(error)
}
