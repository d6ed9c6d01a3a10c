//! Resolution of a call: everything that is the same for all its attempts.

use crate::credentials::ProvideCredentials;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::interceptor::CallInfo;
use crate::operation::{Access, EndpointTable, Operation, ResponseBody};
use crate::options::CallOptions;
use crate::request::{PreparedRequest, RequestDefaults, RequestError};
use crate::retry::RetryConfig;
use crate::retry::policy::RetryContext;
use crate::shared::ClientShared;
use crate::signing::uuid_v4;
use crate::user_agent::user_agent;
use alibabacloud_types::plumbing::Record;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// A call with everything resolved that is the same for all its attempts.
#[derive(Debug)]
pub(crate) struct ResolvedCall {
    /// The product code: `oos`.
    pub(crate) product: Cow<'static, str>,
    pub(crate) endpoint: Endpoint,
    /// The endpoints that the product lists.
    pub(crate) endpoints: &'static EndpointTable,
    pub(crate) request: PreparedRequest,
    pub(crate) user_agent: String,
    pub(crate) credentials: Arc<dyn ProvideCredentials>,
    pub(crate) retry: RetryConfig,
    pub(crate) limits: Limits,
    /// Sent without credentials.
    pub(crate) anonymous: bool,
    /// Executing the call twice is harmless.
    pub(crate) repeatable: bool,
    pub(crate) success_field: Option<&'static str>,
    /// The body of a successful response is a stream, which the caller reads.
    pub(crate) streams: bool,
}

/// Timeouts, and the maximum size of a response.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) connect: Duration,
    pub(crate) attempt: Duration,
    pub(crate) operation: Duration,
    pub(crate) bytes: usize,
}

/// The called operation, with or without a specification.
pub(crate) struct CallTarget {
    pub(crate) product: Cow<'static, str>,
    pub(crate) endpoints: &'static EndpointTable,
    /// The calling crate, for the user agent.
    pub(crate) crate_name: Option<&'static str>,
    pub(crate) access: Access,
    pub(crate) success_field: Option<&'static str>,
    pub(crate) streams: bool,
    pub(crate) anonymous: bool,
}

impl ResolvedCall {
    /// Resolves the call of an operation that a specification describes.
    ///
    /// # Errors
    /// If the client rejects the call, or the request cannot be built.
    pub(crate) fn from_operation(
        shared: &ClientShared,
        operation: &'static Operation,
        input: &dyn Record,
        options: &CallOptions,
    ) -> Result<Self> {
        let product = operation.product;
        let resolve = || {
            let guard = &shared.config.guard;
            guard.check(product.code, operation.name, operation.access)?;
            let token = match operation.idempotency_token {
                Some(_) => Some(uuid_v4().map_err(|e| Error::config(e.to_string()))?),
                None => None,
            };
            let defaults = RequestDefaults {
                region_id: region(shared, options),
                idempotency_token: token.as_deref(),
            };
            let request = PreparedRequest::new(operation, input, &defaults)?;
            let target = CallTarget {
                product: product.code.into(),
                endpoints: &product.endpoints,
                crate_name: Some(product.user_agent),
                access: operation.access,
                success_field: operation.success_field,
                streams: operation.response_body == ResponseBody::Events,
                anonymous: operation.anonymous,
            };
            Self::resolve(shared, target, request, options)
        };
        resolve().map_err(|error| error.on(operation.qualified_name(), 0))
    }

    /// Resolves the call of an operation without a specification. It may do anything, so it counts
    /// as a write.
    ///
    /// # Errors
    /// As [`from_operation`](Self::from_operation).
    pub(crate) fn from_raw(
        shared: &ClientShared,
        product: Cow<'static, str>,
        endpoints: &'static EndpointTable,
        crate_name: Option<&'static str>,
        operation: &str,
        request: Result<PreparedRequest, RequestError>,
        options: &CallOptions,
    ) -> Result<Self> {
        let name = format!("{product}:{operation}");
        let resolve = || {
            let guard = &shared.config.guard;
            check_name(operation)?;
            guard.check(&product, operation, Access::Write)?;
            let target = CallTarget {
                product,
                endpoints,
                crate_name,
                access: Access::Write,
                success_field: None,
                streams: false,
                anonymous: false,
            };
            Self::resolve(shared, target, request?, options)
        };
        resolve().map_err(|error| error.on(name, 0))
    }

    fn resolve(
        shared: &ClientShared,
        target: CallTarget,
        mut request: PreparedRequest,
        options: &CallOptions,
    ) -> Result<Self> {
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
        Ok(Self {
            endpoint: endpoint(shared, &target, options)?,
            endpoints: target.endpoints,
            user_agent: user_agent(target.crate_name, config.user_agent.as_deref()),
            repeatable: target.access == Access::Read || request.has_idempotency_token(),
            anonymous: target.anonymous,
            success_field: target.success_field,
            streams: target.streams,
            product: target.product,
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

    /// Returns the name of the operation: `oos:ListExecutions`.
    pub(crate) fn name(&self) -> String {
        format!("{}:{}", self.product, self.request.action())
    }

    /// Returns what interceptors can read of the call.
    pub(crate) fn info(&self) -> CallInfo<'_> {
        CallInfo {
            product: &self.product,
            endpoint: &self.endpoint,
            request: &self.request,
        }
    }

    /// Returns the facts that decide which failures can be retried.
    pub(crate) fn retry_context(&self) -> RetryContext {
        RetryContext {
            repeatable: self.repeatable,
            has_token: self.request.has_idempotency_token(),
            has_temporary_credentials: false,
        }
    }

    /// Returns the error of an expired operation timeout; `doing` names the activity:
    /// `while waiting for credentials`.
    pub(crate) fn timed_out(&self, doing: &str) -> Error {
        Error::timeout(format!(
            "operation timed out after {} ms {doing}",
            self.limits.operation.as_millis()
        ))
    }
}

/// Checks the name of an operation. Services ignore blanks around it, but a deny pattern does not.
fn check_name(operation: &str) -> Result<(), RequestError> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !operation.is_empty() && operation.bytes().all(known) {
        return Ok(());
    }
    Err(RequestError::InvalidParameter {
        name: "operation".to_owned(),
        reason: "the name of an operation must consist of letters, digits and '_'",
    })
}

fn region<'a>(shared: &'a ClientShared, options: &'a CallOptions) -> Option<&'a str> {
    let region = options.region.as_deref();
    region.or(shared.config.region.as_deref())
}

/// Returns the endpoint of the call, else that of the client, else the one for the region and
/// network. A region in the options does not change an endpoint of the client: all calls are meant
/// to go there.
fn endpoint(shared: &ClientShared, target: &CallTarget, options: &CallOptions) -> Result<Endpoint> {
    if let Some(endpoint) = &options.endpoint {
        return Ok(endpoint.parse()?);
    }
    if let Some(endpoint) = &shared.endpoint {
        return Ok(endpoint.clone());
    }
    let region = region(shared, options);
    let endpoints = target.endpoints;
    Ok(endpoints.endpoint(&target.product, region, shared.config.network)?)
}
