//! Code of the user on the road of a call.

use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind};
use crate::http::{Headers, Method};
use crate::request::{PreparedRequest, RequestError};
use std::fmt;
use std::sync::Arc;

/// What a hook can fail with; `?` turns any error into it.
pub type HookError = Box<dyn std::error::Error + Send + Sync>;

/// Code that runs in every attempt of every call of a client: before the request is signed, and when an answer is there.
///
/// Given to [`Config::interceptor`](crate::Config::interceptor); several run in the order they were given in. An error ends the call without a
/// retry, as [`ErrorKind::Intercepted`].
///
/// Hooks run within the call and must not block. To pass on the trace of OpenTelemetry, set what its propagator injects:
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
    /// Before an attempt is signed. What is not read from `request` stays as it is.
    ///
    /// # Errors
    /// To keep the request from being sent.
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), HookError> {
        let _ = request;
        Ok(())
    }

    /// When an attempt was answered, with success or an error. Not when there was no answer.
    ///
    /// # Errors
    /// To refuse the answer.
    fn after_response(&self, answer: &Incoming<'_>) -> Result<(), HookError> {
        let _ = answer;
        Ok(())
    }
}

/// The call that a hook is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallInfo<'a> {
    pub(crate) product: &'a str,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) request: &'a PreparedRequest,
}

/// A request that is about to be signed.
#[derive(Debug)]
pub struct Outgoing<'a> {
    call: CallInfo<'a>,
    attempt: u32,
    added: Headers,
}

impl Outgoing<'_> {
    /// The product code: `oos`.
    pub fn product(&self) -> &str {
        self.call.product
    }

    /// The operation: `ListExecutions`.
    pub fn operation(&self) -> &str {
        self.call.request.action()
    }

    /// Which attempt this is, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The host, with a port when it is not that of the scheme.
    pub fn host(&self) -> &str {
        self.call.endpoint.host()
    }

    /// The method.
    pub fn method(&self) -> Method {
        self.call.request.method()
    }

    /// The parameters of query and form, sorted in each, with `REDACTED` for values that must not be shown.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let request = self.call.request;
        let pairs = request.query().iter().chain(request.form().iter());
        pairs.map(|(name, value)| (name, request.shown(name, value)))
    }

    /// A header that is sent anyway: a parameter, one of the [`CallOptions`](crate::CallOptions), or one that a hook has set.
    pub fn header(&self, name: &str) -> Option<&str> {
        let sent = self.call.request;
        self.added.get(name).or_else(|| sent.headers().get(name))
    }

    /// Sets a header of this attempt; signed when its name starts with `x-acs-`.
    ///
    /// # Errors
    /// When the client makes this header itself, or name or value cannot be sent.
    pub fn set_header(&mut self, name: &str, value: &str) -> Result<(), RequestError> {
        PreparedRequest::check_header(name, value)?;
        self.added.set(name, value);
        Ok(())
    }
}

/// An answer whose body has been read, but not decoded.
#[derive(Debug)]
pub struct Incoming<'a> {
    pub(crate) call: CallInfo<'a>,
    pub(crate) attempt: u32,
    pub(crate) status: u16,
    pub(crate) headers: &'a Headers,
    pub(crate) request_id: Option<&'a str>,
}

impl Incoming<'_> {
    /// The product code: `oos`.
    pub fn product(&self) -> &str {
        self.call.product
    }

    /// The operation: `ListExecutions`.
    pub fn operation(&self) -> &str {
        self.call.request.action()
    }

    /// Which attempt was answered, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &Headers {
        self.headers
    }

    /// The id of the request, as header `x-acs-request-id` gives it.
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

    /// Headers to add to the request of an attempt.
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
        };
        for interceptor in &self.0 {
            interceptor.before_signing(&mut request).map_err(refused)?;
        }
        Ok(request.added)
    }

    pub(crate) fn after_response(&self, answer: &Incoming<'_>) -> Result<(), Error> {
        for interceptor in &self.0 {
            interceptor.after_response(answer).map_err(refused)?;
        }
        Ok(())
    }
}

fn refused(error: HookError) -> Error {
    Error::of(
        ErrorKind::Intercepted,
        format!("an interceptor ended the call: {error}"),
    )
    .caused_by(error)
}
