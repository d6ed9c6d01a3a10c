//! What can differ from call to call.

use crate::credentials::ProvideCredentials;
use crate::endpoint::GivenEndpoint;
use crate::http::Headers;
use crate::retry::RetryConfig;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Overrides for one call, given with `with_options`. What is not set is as the client's [`Config`](crate::Config) says.
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
pub struct CallOptions {
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<GivenEndpoint>,
    pub(crate) credentials: Option<Arc<dyn ProvideCredentials>>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) operation_timeout: Option<Duration>,
    pub(crate) retry: Option<RetryConfig>,
    pub(crate) max_response_bytes: Option<usize>,
    pub(crate) headers: Headers,
    pub(crate) query: Query,
}

/// Parameters that no specification describes. `Debug` shows their names alone, as nobody knows which of them are secret.
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
    /// No overrides.
    pub fn new() -> Self {
        Self::default()
    }

    /// The region that is called, and that fills in `RegionId`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The host that is called, as in [`Config::endpoint`](crate::Config::endpoint).
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(GivenEndpoint(endpoint.into()));
        self
    }

    /// Who calls. Not cached: a provider that is asked for every call must keep its own cache.
    pub fn credentials(mut self, provider: impl ProvideCredentials) -> Self {
        self.credentials = Some(Arc::new(provider));
        self
    }

    /// How long to wait for a connection.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = Some(limit);
        self
    }

    /// How long one attempt may take, from sending to the last byte of the answer.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// How long the whole call may take: credentials, all attempts and the waits between them.
    pub fn operation_timeout(mut self, limit: Duration) -> Self {
        self.operation_timeout = Some(limit);
        self
    }

    /// Whether and how to retry.
    pub fn retry(mut self, retry: RetryConfig) -> Self {
        self.retry = Some(retry);
        self
    }

    /// The size in bytes beyond which an answer is refused.
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.max_response_bytes = Some(limit);
        self
    }

    /// A header to be sent; signed when its name starts with `x-acs-`. Replaces one that the SDK would send, such as `accept`.
    ///
    /// Those that frame and sign a request (`host`, `authorization`, `x-acs-date` and others), and names and values that cannot be sent,
    /// make the call fail with [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput).
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.set(name, value.into());
        self
    }

    /// The W3C trace context to pass on: the value of `traceparent`. Sent as it is and not signed, as proxies may change it. For every call
    /// of a client, set it in an [interceptor](crate::interceptor::Intercept).
    pub fn trace_parent(self, traceparent: impl Into<String>) -> Self {
        self.header("traceparent", traceparent)
    }

    /// The value of `tracestate`, beside [`trace_parent`](Self::trace_parent).
    pub fn trace_state(self, tracestate: impl Into<String>) -> Self {
        self.header("tracestate", tracestate)
    }

    /// A query parameter to be sent beside those of the operation, for instance one that the SDK does not know yet.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.0.push((name.into(), value.into()));
        self
    }

    /// The options for calls of other operations about the same thing: all but the query parameters.
    #[doc(hidden)]
    pub fn without_query(mut self) -> Self {
        self.query.0.clear();
        self
    }
}
