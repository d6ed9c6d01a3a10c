//! The client: what calls share.

use crate::config::Config;
use crate::credentials::ProviderContext;
use crate::endpoint::{Endpoint, EndpointError, GivenEndpoint, check_region};
use crate::error::{Error, Result};
use crate::http::Method;
use crate::job::{self, Job};
use crate::options::CallOptions;
use crate::plumbing::Operation;
use crate::raw_call::{RawCall, RawProduct};
use crate::retry::bucket::Bucket;
use crate::retry::clock_skew::ClockSkew;
use crate::retry::pace::Pace;
use crate::road::{self, Arrival};
use crate::time::BoxFuture;
use crate::user_agent;
use alibabacloud_types::plumbing::Record;
use std::fmt;
use std::sync::Arc;

/// What calls are made with. Cheap to clone; clones share connections, credentials, the retry budget and what was learnt about the clock
/// of the service. Works in any number of tokio runtimes, also when the one it was made in is gone.
///
/// People meet the clients of the service crates, which wrap this one.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

/// What the clones of a client share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) context: ProviderContext,
    pub(crate) learnt: Arc<Learnt>,
}

/// What calls leave behind for those that follow.
pub(crate) struct Learnt {
    pub(crate) bucket: Bucket,
    pub(crate) pace: Pace,
    pub(crate) clock: ClockSkew,
}

impl Client {
    /// A client from a configuration.
    ///
    /// # Errors
    /// When the configuration cannot work, whatever is called: a malformed region, endpoint or environment variable, no HTTP client.
    pub fn new(config: Config) -> Result<Self> {
        if let Some(error) = &config.environment {
            return Err(endpoint_error(error.clone()));
        }
        let http = config.http.clone().ok_or_else(|| {
            Error::config("there is no HTTP client: turn on feature `rustls`, or give one with `Config::http_client`")
        })?;
        config.guard.validate()?;
        user_agent::check(config.user_agent.as_deref())?;
        if let Some(region) = &config.region {
            check_region(region).map_err(endpoint_error)?;
        }
        let endpoint = config.endpoint.as_ref().map(parse_endpoint).transpose()?;
        let context = ProviderContext::new(http, config.time.clone());
        Ok(Self(Arc::new(Shared {
            config,
            endpoint,
            context,
            learnt: Arc::new(Learnt {
                bucket: Bucket::full(),
                pace: Pace::default(),
                clock: ClockSkew::default(),
            }),
        })))
    }

    /// A client as the environment says; see [`Config::from_env`].
    ///
    /// # Errors
    /// When a variable is malformed.
    pub fn from_env() -> Result<Self> {
        Self::new(Config::from_env())
    }

    /// What the client was made from.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The region of the configuration, which options of a call may change; `None` when it has none.
    pub fn region(&self) -> Option<&str> {
        self.0.config.region.as_deref()
    }

    /// The clock that everything of this client goes by.
    pub(crate) fn time(&self) -> std::sync::Arc<dyn crate::time::Time> {
        self.0.config.time.clone()
    }

    /// A client that makes only calls known to read, and refuses others before anything is sent, as
    /// [`ErrorKind::Guarded`](crate::ErrorKind::Guarded). Shares everything else with this one.
    #[must_use]
    pub fn read_only(&self) -> Self {
        let shared = &self.0;
        Self(Arc::new(Shared {
            config: shared.config.clone().read_only(),
            ..Shared::clone(shared)
        }))
    }

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

    /// Walks the whole road with a call. Nothing happens before the future is polled, but the request is built.
    pub(crate) fn execute(&self, job: Result<Job>) -> BoxFuture<'static, Result<Arrival>> {
        match job {
            Ok(job) => {
                let shared = self.0.clone();
                Box::pin(async move { road::walk(&shared, &job).await })
            }
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    /// What is settled about a call before its first attempt.
    pub(crate) fn job(
        &self,
        operation: &'static Operation,
        input: &dyn Record,
        options: &CallOptions,
    ) -> Result<Job> {
        job::described(&self.0, operation, input, options)
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }
}

pub(crate) fn parse_endpoint(given: &GivenEndpoint) -> Result<Endpoint> {
    given.0.parse().map_err(endpoint_error)
}

pub(crate) fn endpoint_error(error: EndpointError) -> Error {
    Error::config(error.to_string()).caused_by(error)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("config", &self.0.config)
            .finish_non_exhaustive()
    }
}
