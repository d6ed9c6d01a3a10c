//! From a call to a job: everything that stays the same over its attempts.

use crate::credentials::ProvideCredentials;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::ids;
use crate::interceptor::About;
use crate::operation::{Answer, Class, EndpointTable, Operation};
use crate::options::CallOptions;
use crate::request::{Defaults, Prepared, RequestError};
use crate::retry::RetryConfig;
use crate::shared::Shared;
use crate::user_agent::user_agent;
use alibabacloud_types::plumbing::Record;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// A call with everything settled that stays the same over its attempts.
#[derive(Debug)]
pub(crate) struct Job {
    /// The product code: `oos`.
    pub(crate) product: Cow<'static, str>,
    pub(crate) endpoint: Endpoint,
    pub(crate) request: Prepared,
    pub(crate) user_agent: String,
    pub(crate) credentials: Arc<dyn ProvideCredentials>,
    pub(crate) retry: RetryConfig,
    pub(crate) limits: Limits,
    /// Sent without asking for credentials.
    pub(crate) anonymous: bool,
    /// Executing the call twice does no harm.
    pub(crate) repeatable: bool,
    pub(crate) success_field: Option<&'static str>,
    /// A successful answer arrives in pieces, which the caller reads.
    pub(crate) streams: bool,
}

/// What a call may take.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) connect: Duration,
    pub(crate) attempt: Duration,
    pub(crate) operation: Duration,
    pub(crate) bytes: usize,
}

impl Job {
    /// `oos:ListExecutions`
    pub(crate) fn name(&self) -> String {
        format!("{}:{}", self.product, self.request.action())
    }

    /// What hooks see of it.
    pub(crate) fn about(&self) -> About<'_> {
        About {
            product: &self.product,
            endpoint: &self.endpoint,
            request: &self.request,
        }
    }
}

/// What is called, whether a specification describes it or not.
pub(crate) struct Subject {
    pub(crate) product: Cow<'static, str>,
    pub(crate) endpoints: &'static EndpointTable,
    /// The crate that calls, for the user agent.
    pub(crate) crate_name: Option<&'static str>,
    pub(crate) class: Class,
    pub(crate) success_field: Option<&'static str>,
    pub(crate) streams: bool,
    pub(crate) anonymous: bool,
}

/// The job of a call that a specification describes.
pub(crate) fn described(
    shared: &Shared,
    operation: &'static Operation,
    input: &dyn Record,
    options: &CallOptions,
) -> Result<Job> {
    let product = operation.product;
    let build = || {
        let guard = &shared.config.guard;
        guard.check(product.code, operation.name, operation.class)?;
        let token = match operation.idempotency_token {
            Some(_) => Some(ids::uuid_v4().map_err(|e| Error::config(e.to_string()))?),
            None => None,
        };
        let defaults = Defaults {
            region_id: region(shared, options),
            idempotency_token: token.as_deref(),
        };
        let request = Prepared::new(operation, input, &defaults)?;
        let subject = Subject {
            product: product.code.into(),
            endpoints: &product.endpoints,
            crate_name: Some(product.user_agent),
            class: operation.class,
            success_field: operation.success_field,
            streams: operation.answer == Answer::Events,
            anonymous: operation.anonymous,
        };
        job(shared, subject, request, options)
    };
    build().map_err(|error| error.on(operation.qualified_name(), 0))
}

/// The job of a call that no specification describes; it may do anything, so it counts as a write.
pub(crate) fn undescribed(
    shared: &Shared,
    product: Cow<'static, str>,
    endpoints: &'static EndpointTable,
    crate_name: Option<&'static str>,
    operation: &str,
    request: Result<Prepared, RequestError>,
    options: &CallOptions,
) -> Result<Job> {
    let name = format!("{product}:{operation}");
    let build = || {
        let guard = &shared.config.guard;
        check_name(operation)?;
        guard.check(&product, operation, Class::Write)?;
        let subject = Subject {
            product,
            endpoints,
            crate_name,
            class: Class::Write,
            success_field: None,
            streams: false,
            anonymous: false,
        };
        job(shared, subject, request?, options)
    };
    build().map_err(|error| error.on(name, 0))
}

/// Services overlook blanks around the name of an operation, and a deny pattern does not.
fn check_name(operation: &str) -> Result<(), RequestError> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !operation.is_empty() && operation.bytes().all(known) {
        return Ok(());
    }
    Err(RequestError::InvalidParameter {
        name: "operation".to_owned(),
        reason: "the name of an operation is made of letters, digits and '_'",
    })
}

fn job(
    shared: &Shared,
    subject: Subject,
    mut request: Prepared,
    options: &CallOptions,
) -> Result<Job> {
    let config = &shared.config;
    for (name, value) in options.headers.iter() {
        request.set_header(name, value)?;
    }
    for (name, value) in &options.query.0 {
        request.add_query(name, value);
    }
    let credentials: Arc<dyn ProvideCredentials> = match &options.credentials {
        Some(provider) => provider.clone(),
        None => config.credentials.clone(),
    };
    Ok(Job {
        endpoint: endpoint(shared, &subject, options)?,
        user_agent: user_agent(subject.crate_name, config.user_agent.as_deref()),
        repeatable: subject.class == Class::Read || request.has_idempotency_token(),
        anonymous: subject.anonymous,
        success_field: subject.success_field,
        streams: subject.streams,
        product: subject.product,
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

fn region<'a>(shared: &'a Shared, options: &'a CallOptions) -> Option<&'a str> {
    let region = options.region.as_deref();
    region.or(shared.config.region.as_deref())
}

/// The endpoint of the call, else that of the client, else by region and network. A region of the call's own leaves an endpoint of the
/// client as it is: whoever sets one wants all calls there.
fn endpoint(shared: &Shared, subject: &Subject, options: &CallOptions) -> Result<Endpoint> {
    if let Some(endpoint) = &options.endpoint {
        return Ok(endpoint.parse()?);
    }
    if let Some(endpoint) = &shared.endpoint {
        return Ok(endpoint.clone());
    }
    let region = region(shared, options);
    let endpoints = subject.endpoints;
    Ok(endpoints.endpoint(&subject.product, region, shared.config.network)?)
}
