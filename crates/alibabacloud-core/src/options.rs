//! Options of one call.

use crate::credentials::ProvideCredentials;
use crate::endpoint::GivenEndpoint;
use crate::http::Headers;
use crate::retry::RetryConfig;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Overrides of the client's [`Config`](crate::Config) for one call; passed to `with_options`.
///
/// ```
/// use alibabacloud_core::CallOptions;
/// use std::time::Duration;
///
/// let options = CallOptions::new()
///     .region("cn-shanghai")
///     .attempt_timeout(Duration::from_secs(5));
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "options have no effect until they are passed to a call"]
pub struct CallOptions {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<GivenEndpoint>,
    pub(crate) credentials: Option<Arc<dyn ProvideCredentials>>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) operation_timeout: Option<Duration>,
    pub(crate) retry: Option<RetryConfig>,
    pub(crate) max_response_bytes: Option<usize>,
    pub(crate) max_decoded_bytes: Option<usize>,
    pub(crate) headers: Headers,
    pub(crate) query: Query,
}

/// Parameters without a specification. `Debug` shows only their names, because any of them may be
/// secret.
#[derive(Clone, Default)]
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

impl CallOptions {
    /// Creates options without overrides.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the region to call, which is also the default of the parameter `RegionId`. An invalid
    /// one makes the call fail with [`ErrorKind::Config`](crate::ErrorKind::Config).
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the host to call, as [`Config::endpoint`](crate::Config::endpoint) does.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(GivenEndpoint(endpoint.into()));
        self
    }

    /// Sets the credentials provider. It is not cached: a provider that serves many calls must have
    /// its own cache.
    pub fn credentials(mut self, provider: impl ProvideCredentials) -> Self {
        self.credentials = Some(Arc::new(provider));
        self
    }

    /// Sets the timeout for establishing a connection.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// Sets the timeout of one attempt, from sending to the last byte of the response.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// Sets the timeout of the whole call: credentials, all attempts and the delays between them.
    pub fn operation_timeout(mut self, limit: Duration) -> Self {
        self.operation_timeout = Some(limit);
        self
    }

    /// Sets whether and how to retry.
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.retry = Some(retry);
        self
    }

    /// Sets the maximum size of the response in bytes, as
    /// [`Config::max_response_bytes`](crate::Config::max_response_bytes) does.
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.max_response_bytes = Some(limit);
        self
    }

    /// Sets how much memory the output may take, as
    /// [`Config::max_decoded_bytes`](crate::Config::max_decoded_bytes) does.
    pub fn max_decoded_bytes(mut self, limit: usize) -> Self {
        self.max_decoded_bytes = Some(limit);
        self
    }

    /// Sets a header. It is signed if its name starts with `x-acs-`, and replaces one that the SDK
    /// would send, such as `accept`.
    ///
    /// The call fails with [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput), before
    /// anything is sent, if the name or value is invalid, if the client sets the header itself
    /// (`host`, `authorization`, `x-acs-action`, `x-acs-date` and others), or if it belongs to the
    /// connection (RFC 9110, section 7.6.1: `connection`, `transfer-encoding`, `te`, `upgrade`,
    /// `proxy-*` and others). A header can have 8,000 bytes as sent, all headers 32,000.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.set(name, value.into());
        self
    }

    /// Sets the header `traceparent` of the W3C trace context. It is not signed, because proxies
    /// may change it. To set it for every call of a client, use an
    /// [interceptor](crate::interceptor::Intercept).
    pub fn trace_parent(self, traceparent: impl Into<String>) -> Self {
        self.header("traceparent", traceparent)
    }

    /// Sets the header `tracestate` of the W3C trace context.
    pub fn trace_state(self, tracestate: impl Into<String>) -> Self {
        self.header("tracestate", tracestate)
    }

    /// Adds a query parameter to those of the operation, for instance one that the SDK does not
    /// know yet.
    ///
    /// Parameters that name the operation or the caller (`Action`, `Version`, `AccessKeyId`,
    /// `SecurityToken`, `Signature` and others, in any case) make the call fail with
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput).
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.0.push((name.into(), value.into()));
        self
    }

    /// Removes the query parameters, for calls of other operations on the same resource.
    #[doc(hidden)]
    pub fn without_query(mut self) -> Self {
        self.query.0.clear();
        self
    }
}
