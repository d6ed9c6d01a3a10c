//! The client: what calls share.

use crate::config::Config;
use crate::credentials::{ProvideCredentials, ProviderContext};
use crate::endpoint::{Endpoint, EndpointError, check_region};
use crate::error::{Error, Result};
use crate::ids;
use crate::options::CallOptions;
use crate::plumbing::{Class, Operation};
use crate::preview::Preview;
use crate::request::{Defaults, Prepared};
use crate::response::Response;
use crate::retry::bucket::Bucket;
use crate::retry::clock_skew::ClockSkew;
use crate::retry::pace::Pace;
use crate::road::{self, Job, Limits};
use crate::time::BoxFuture;
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
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) context: ProviderContext,
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
        if let Some(region) = &config.region {
            check_region(region).map_err(endpoint_error)?;
        }
        let endpoint = config.endpoint.as_deref().map(parse_endpoint).transpose()?;
        let context = ProviderContext::new(http, config.time.clone());
        Ok(Self(Arc::new(Shared {
            config,
            endpoint,
            context,
            bucket: Bucket::full(),
            pace: Pace::default(),
            clock: ClockSkew::default(),
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

    /// Walks the whole road with a call. Nothing happens before the future is polled, but the request is built.
    pub(crate) fn execute(
        &self,
        operation: &'static Operation,
        input: &dyn Record,
        options: &CallOptions,
    ) -> BoxFuture<'static, Result<Response<()>>> {
        match self.job(operation, input, options) {
            Ok(job) => {
                let shared = self.0.clone();
                Box::pin(async move { road::walk(&shared, &job).await })
            }
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    /// The request as it would be sent.
    pub(crate) fn preview(
        &self,
        operation: &'static Operation,
        input: &dyn Record,
        options: &CallOptions,
    ) -> Result<Preview> {
        let job = self.job(operation, input, options)?;
        Ok(Preview::new(&job.endpoint, job.request))
    }

    fn job(
        &self,
        operation: &'static Operation,
        input: &dyn Record,
        options: &CallOptions,
    ) -> Result<Job> {
        self.build(operation, input, options)
            .map_err(|error| error.on(operation.qualified_name(), 0))
    }

    fn build(
        &self,
        operation: &'static Operation,
        input: &dyn Record,
        options: &CallOptions,
    ) -> Result<Job> {
        let config = &self.0.config;
        let region = options.region.as_deref().or(config.region.as_deref());
        let token = match operation.idempotency_token {
            Some(_) => Some(ids::uuid_v4().map_err(|e| Error::config(e.to_string()))?),
            None => None,
        };
        let mut request = Prepared::new(
            operation,
            input,
            &Defaults {
                region_id: region,
                idempotency_token: token.as_deref(),
            },
        )?;
        for (name, value) in options.headers.iter() {
            request.set_header(name, value)?;
        }
        for (name, value) in &options.query {
            request.add_query(name, value);
        }
        let credentials: Arc<dyn ProvideCredentials> = match &options.credentials {
            Some(provider) => provider.clone(),
            None => config.credentials.clone(),
        };
        Ok(Job {
            name: operation.qualified_name(),
            endpoint: self.endpoint(operation, region, options)?,
            user_agent: user_agent(operation.product.user_agent, config.user_agent.as_deref())?,
            repeatable: operation.class == Class::Read || request.has_idempotency_token(),
            anonymous: operation.anonymous,
            success_field: operation.success_field,
            request,
            credentials,
            retry: options
                .retry
                .clone()
                .unwrap_or_else(|| config.retry.clone()),
            limits: Limits {
                connect: options.connect_timeout.unwrap_or(config.connect_timeout),
                attempt: options.attempt_timeout.unwrap_or(config.attempt_timeout),
                operation: options
                    .operation_timeout
                    .unwrap_or(config.operation_timeout),
                bytes: options
                    .max_response_bytes
                    .unwrap_or(config.max_response_bytes),
            },
        })
    }

    /// The endpoint of the call, else that of the client, else by region and network. A region of the call's own leaves an endpoint of
    /// the client as it is: whoever sets one wants all calls there.
    fn endpoint(
        &self,
        operation: &Operation,
        region: Option<&str>,
        options: &CallOptions,
    ) -> Result<Endpoint> {
        if let Some(endpoint) = &options.endpoint {
            return parse_endpoint(endpoint);
        }
        if let Some(endpoint) = &self.0.endpoint {
            return Ok(endpoint.clone());
        }
        let product = operation.product;
        product
            .endpoints
            .endpoint(product.code, region, self.0.config.network)
            .map_err(endpoint_error)
    }
}

fn parse_endpoint(text: &str) -> Result<Endpoint> {
    text.parse().map_err(endpoint_error)
}

fn endpoint_error(error: EndpointError) -> Error {
    Error::config(error.to_string()).caused_by(error)
}

/// `AlibabaCloud (linux; x86_64) Rust Core/0.1.0 alibabacloud-oos/0.1.0 my-app/1.0`
fn user_agent(product: &str, application: Option<&str>) -> Result<String> {
    let mut text = format!(
        "AlibabaCloud ({}; {}) Rust Core/{} {product}",
        std::env::consts::OS,
        std::env::consts::ARCH,
        env!("CARGO_PKG_VERSION"),
    );
    if let Some(application) = application {
        if !application.bytes().all(|b| matches!(b, b' '..=b'~')) {
            return Err(Error::config(
                "the user agent of the application must be printable ASCII; check Config::user_agent and ALIBABA_CLOUD_USER_AGENT",
            ));
        }
        text.push(' ');
        text.push_str(application);
    }
    Ok(text)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("config", &self.0.config)
            .finish_non_exhaustive()
    }
}
