//! Resolution of a call: everything that is the same for all its attempts.

#[cfg(feature = "checks")]
use crate::checks::InvalidRules;
use crate::client_settings::{ClientSettings, searched};
use crate::config::{ATTEMPT_TIMEOUT, CONNECT_TIMEOUT, Config};
use crate::credentials::{Credentials, ProvideCredentials};
use crate::endpoint::{Endpoint, EndpointError, check_product, check_region};
use crate::error::{AccessDenied, Error, Result};
use crate::guard::RawTarget;
use crate::interceptor::CallInfo;
use crate::marker::text_after;
use crate::operation::{Access, EndpointTable, Operation, ResponseBody, SuccessField};
use crate::options::CallOptions;
use crate::ram::Statement;
use crate::request::{PreparedRequest, RequestDefaults, RequestError, SignatureVersion};
use crate::retry::RetryConfig;
use crate::retry::policy::RetryContext;
use crate::safety::policy::{CallNames, RequestTarget};
use crate::shared::ClientShared;
use crate::signing::uuid_v4;
use crate::time::{Deadline, Unfinished, within};
use crate::user_agent::user_agent;
use alibabacloud_types::plumbing::Record;
use std::borrow::Cow;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// A call with everything resolved that is the same for all its attempts.
#[derive(Debug)]
pub(crate) struct ResolvedCall {
    /// The product code: `oos`.
    pub(crate) product: Cow<'static, str>,
    /// The operation, unless it is called by name.
    operation: Option<&'static Operation>,
    /// The region in the options of the call.
    region: Option<String>,
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
    pub(crate) success_field: Option<SuccessField>,
    /// The body of a successful response is a stream, which the caller reads.
    pub(crate) streams: bool,
}

/// A call as far as it is resolved when it is made.
#[allow(
    clippy::large_enum_variant,
    reason = "nearly every call is complete, and a box would be an allocation in each"
)]
pub(crate) enum Resolution {
    Complete(ResolvedCall),
    /// A setting may come with the credentials, which nothing has asked for yet.
    Pending(Box<PendingCall>),
    /// The safety policy has not allowed the call yet.
    Unchecked(Box<UncheckedCall>),
}

/// A call that the safety policy of the client decides about.
pub(crate) struct UncheckedCall {
    names: CallNames,
    resolution: Resolution,
}

/// A call that needs credentials to be resolved.
pub(crate) struct PendingCall {
    draft: Draft,
    options: CallOptions,
}

/// A call without what its options and the settings of the client add.
struct Draft {
    target: CallTarget,
    request: PreparedRequest,
}

/// A pending call after its resolution: the call, and the credentials of its first attempt.
pub(crate) type CompletedCall = (ResolvedCall, Option<Result<Credentials>>);

/// Timeouts, and the maximum sizes of a response and its output.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) connect: Duration,
    pub(crate) attempt: Duration,
    pub(crate) operation: Duration,
    pub(crate) bytes: usize,
    pub(crate) decoded_bytes: usize,
}

/// The called operation, with or without a specification.
pub(crate) struct CallTarget {
    pub(crate) product: Cow<'static, str>,
    /// The operation, unless it is called by name.
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) endpoints: &'static EndpointTable,
    /// The calling crate, for the user agent.
    pub(crate) crate_name: Option<&'static str>,
    pub(crate) access: Access,
    pub(crate) success_field: Option<SuccessField>,
    pub(crate) streams: bool,
    pub(crate) anonymous: bool,
}

impl ResolvedCall {
    /// Resolves the call of an operation that a specification describes. `is_page` is whether a
    /// paginator makes it.
    ///
    /// # Errors
    /// If the client rejects the call, or the request cannot be built.
    pub(crate) fn from_operation(
        shared: &ClientShared,
        operation: &'static Operation,
        input: &dyn Record,
        options: &CallOptions,
        is_page: bool,
    ) -> Result<Resolution> {
        let product = operation.product;
        let resolve = || {
            let guard = &shared.config.guard;
            guard.check(product.code, operation.name, operation.access)?;
            check_options(options)?;
            #[cfg(feature = "checks")]
            check_values(shared, operation, input, is_page)?;
            let token = match operation.idempotency_token {
                Some(_) => Some(uuid_v4().map_err(|e| Error::config(e.to_string()))?),
                None => None,
            };
            let region = region(shared, options);
            let defaults = RequestDefaults {
                region_id: region,
                idempotency_token: token.as_deref(),
                is_page,
            };
            let mut request = match region {
                None if shared.config.from_env => {
                    PreparedRequest::without_region(operation, input, &defaults)?
                }
                _ => PreparedRequest::new(operation, input, &defaults)?,
            };
            let target = CallTarget {
                product: product.code.into(),
                operation: Some(operation),
                endpoints: &product.endpoints,
                crate_name: Some(product.user_agent),
                access: operation.access,
                success_field: operation.success_field,
                streams: operation.response_body == ResponseBody::Events,
                anonymous: operation.anonymous,
            };
            add_options(shared, &mut request, options)?;
            let names = shared.config.safety_policy.as_ref().map(|_| {
                CallNames::of_operation(product.code, operation.name, request_target(&request))
            });
            Resolution::of(shared, target, request, options).map(|call| call.with_check(names))
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
    ) -> Result<Resolution> {
        let name = format!("{product}:{operation}");
        let resolve = || {
            let mut request = request?;
            check_product(&product)?;
            check_name(operation)?;
            check_version(request.version())?;
            let has_endpoint = options.endpoint.is_some() || shared.endpoint.is_some();
            shared.config.guard.check_raw(&RawTarget {
                product: &product,
                operation,
                style: request.style(),
                has_endpoint,
            })?;
            let names = shared.config.safety_policy.as_ref().map(|_| {
                CallNames::of_raw(&product, operation, request_target(&request), has_endpoint)
            });
            check_options(options)?;
            let target = CallTarget {
                product,
                operation: None,
                endpoints,
                crate_name,
                access: Access::Write,
                success_field: None,
                streams: false,
                anonymous: false,
            };
            add_options(shared, &mut request, options)?;
            request.check_raw()?;
            Resolution::of(shared, target, request, options).map(|call| call.with_check(names))
        };
        resolve().map_err(|error: Error| error.on(name, 0))
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

    /// Returns the region of the endpoint, else the first one that is configured.
    pub(crate) fn region<'a>(&'a self, shared: &'a ClientShared) -> Option<&'a str> {
        let region = self.endpoint.region_of(&self.product);
        let region = region.or(self.region.as_deref());
        let region = region.or(shared.config.region.as_deref());
        region.or_else(|| shared.settings.get()?.region())
    }

    /// Returns the permission that the call needed, for a denied one; `None` if it is not
    /// documented.
    pub(crate) fn needs(&self, shared: &ClientShared, denied: &AccessDenied) -> Option<Statement> {
        let region = self.region(shared);
        let is_account = |id: &&str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        let account = denied.auth_principal_owner_id.as_deref();
        let action = denied.auth_action.as_deref().filter(|a| !a.is_empty());
        let account = account.filter(is_account);
        self.request.needs(self.operation?, action, region, account)
    }

    /// Returns the error of an expired operation timeout; `doing` names the activity:
    /// `while waiting for credentials`.
    pub(crate) fn timed_out(&self, doing: &str) -> Error {
        timed_out(self.limits.operation, doing)
    }
}

/// Checks the values of a call, if the client has rules about them.
#[cfg(feature = "checks")]
fn check_values(
    shared: &ClientShared,
    operation: &Operation,
    input: &dyn Record,
    is_page: bool,
) -> Result<()> {
    let Some(rules) = &shared.rules else {
        return Ok(());
    };
    let is_filled_in = |name: &str| is_page && operation.paged_with.iter().any(|(n, _)| *n == name);
    let problems = rules.problems(operation.name, input, &is_filled_in);
    match problems {
        Ok(problems) if problems.is_empty() => Ok(()),
        Ok(problems) => Err(Error::invalid_input(format!(
            "invalid parameters: {}",
            problems.join("; ")
        ))),
        Err(InvalidRules) => Err(Error::config("the rules about its values cannot be read")),
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

/// Why an API version is invalid. Only calls by name check it, so a program that contains their
/// marker can call operations by name.
const INVALID_VERSION: &str = text_after(
    "\u{1f}acs1:raw\u{1e}\
     an API version must consist of letters, digits, '-', '_' and '.': 2019-06-01",
);

/// Checks an API version: `2019-06-01`, `ssp_1.0`.
fn check_version(version: &str) -> Result<(), RequestError> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if (1..=64).contains(&version.len()) && version.bytes().all(known) {
        return Ok(());
    }
    Err(RequestError::InvalidParameter {
        name: "version".to_owned(),
        reason: INVALID_VERSION,
    })
}

/// Checks the region of a call, which is also sent as a parameter.
fn check_options(options: &CallOptions) -> Result<(), EndpointError> {
    options.region.as_deref().map_or(Ok(()), check_region)
}

/// Adds the headers and the query of the options.
fn add_options(
    shared: &ClientShared,
    request: &mut PreparedRequest,
    options: &CallOptions,
) -> Result<()> {
    for (name, value) in options.headers.iter() {
        request.set_header(name, value)?;
    }
    if options.headers.len() > 0 {
        request.read_form()?;
    }
    for (name, value) in &options.query.0 {
        request.check_added(name)?;
        request.add_query(name, value);
    }
    if request.version_of(shared.config.signature) == SignatureVersion::V1 {
        request.check_v1()?;
    }
    Ok(())
}

impl Resolution {
    /// Resolves a call as far as that is possible without waiting.
    fn of(
        shared: &ClientShared,
        target: CallTarget,
        request: PreparedRequest,
        options: &CallOptions,
    ) -> Result<Self> {
        let draft = Draft { target, request };
        if draft.waits(shared, options)? {
            let options = options.clone();
            return Ok(Self::Pending(Box::new(PendingCall { draft, options })));
        }
        let settings = known_settings(shared, options);
        draft.resolve(shared, options, settings).map(Self::Complete)
    }

    /// Returns the call as one that the safety policy must allow first, if it has `names`.
    fn with_check(self, names: Option<CallNames>) -> Self {
        match names {
            Some(names) => {
                let resolution = self;
                Self::Unchecked(Box::new(UncheckedCall { names, resolution }))
            }
            None => self,
        }
    }

    /// Returns the product code and the request, as far as it is known.
    fn parts(&self) -> (&str, &PreparedRequest) {
        match self {
            Self::Complete(call) => (&call.product, &call.request),
            Self::Pending(call) => (&call.draft.target.product, &call.draft.request),
            Self::Unchecked(call) => call.resolution.parts(),
        }
    }

    /// Returns the call with the settings that are known now, for a preview.
    ///
    /// # Errors
    /// If the call needs a region that only its credentials may have.
    pub(crate) fn now(self, shared: &ClientShared) -> Result<ResolvedCall> {
        match self {
            Self::Complete(call) => Ok(call),
            // A preview sends nothing.
            Self::Unchecked(call) => call.resolution.now(shared),
            Self::Pending(call) => {
                let PendingCall { draft, options } = *call;
                let name = draft.name();
                draft
                    .resolve(shared, &options, known_settings(shared, &options))
                    .map_err(|error| error.on(name, 0))
            }
        }
    }
}

impl UncheckedCall {
    /// Returns the call after the safety policy has allowed it, and the program has confirmed it if
    /// it must.
    ///
    /// # Errors
    /// If the policy or the program does not allow the call, or the policy cannot be read.
    pub(crate) async fn check(self, shared: &ClientShared) -> Result<Resolution> {
        let config = &shared.config;
        let Some(policy) = &config.safety_policy else {
            return Ok(self.resolution);
        };
        let (product, request) = self.resolution.parts();
        let (hook, environment) = (config.confirm.as_ref(), &*config.environment);
        let checked = policy.check(&self.names, product, request, hook, environment);
        match checked.await {
            Ok(()) => Ok(self.resolution),
            Err(error) => Err(error.on(format!("{product}:{}", request.action()), 0)),
        }
    }
}

/// Returns the part of a request by which rules of a safety policy can name it.
fn request_target(request: &PreparedRequest) -> RequestTarget<'_> {
    RequestTarget {
        style: request.style(),
        method: request.method(),
        path: request.path(),
    }
}

impl Draft {
    /// Returns whether settings may come with the credentials of the call.
    ///
    /// # Errors
    /// If the call cannot be resolved with any settings.
    fn waits(&self, shared: &ClientShared, options: &CallOptions) -> Result<bool> {
        if !shared.config.from_env {
            return Ok(false);
        }
        let settings = known_settings(shared, options);
        let needs_region = match find_endpoint(shared, &self.target, options, settings) {
            Ok(_) => self.requires_region_id(),
            Err(EndpointError::MissingRegion { .. }) => true,
            Err(error) => return Err(error.into()),
        };
        Ok(match settings {
            // Without need of credentials, only a region is worth asking for them.
            None => needs_region || !self.target.anonymous,
            Some(settings) => self.asks_metadata(shared, options, settings, needs_region),
        })
    }

    /// Returns whether the parameter `RegionId` is unset and required.
    fn requires_region_id(&self) -> bool {
        let late = self.request.late_region();
        late.is_some_and(|late| late.is_required)
    }

    /// Returns whether to ask the metadata service for the region.
    fn asks_metadata(
        &self,
        shared: &ClientShared,
        options: &CallOptions,
        settings: &ClientSettings,
        needs_region: bool,
    ) -> bool {
        region(shared, options).is_none()
            && (needs_region || self.request.late_region().is_some())
            && settings.can_ask(needs_region)
    }

    /// Returns whether the call fails without a region that `settings` do not have.
    fn needs_region(
        &self,
        shared: &ClientShared,
        options: &CallOptions,
        settings: &ClientSettings,
    ) -> bool {
        let endpoint = find_endpoint(shared, &self.target, options, Some(settings));
        self.requires_region_id() || matches!(endpoint, Err(EndpointError::MissingRegion { .. }))
    }

    fn name(&self) -> String {
        format!("{}:{}", self.target.product, self.request.action())
    }

    /// Returns the call with its options and the settings of its credentials.
    fn resolve(
        self,
        shared: &ClientShared,
        options: &CallOptions,
        settings: Option<&ClientSettings>,
    ) -> Result<ResolvedCall> {
        let config = &shared.config;
        let Self {
            target,
            mut request,
        } = self;
        let set = |setting: fn(&ClientSettings) -> Option<Duration>| settings.and_then(setting);
        request.set_region(settings.and_then(ClientSettings::region))?;
        let credentials: Arc<dyn ProvideCredentials> = match &options.credentials {
            Some(provider) => provider.clone(),
            None => config.credentials.clone(),
        };
        Ok(ResolvedCall {
            endpoint: endpoint(shared, &target, options, settings)?,
            endpoints: target.endpoints,
            user_agent: user_agent(target.crate_name, config.user_agent.as_deref()),
            repeatable: target.access == Access::Read || request.has_idempotency_token(),
            anonymous: target.anonymous,
            success_field: target.success_field,
            streams: target.streams,
            product: target.product,
            operation: target.operation,
            region: options.region.clone(),
            request,
            credentials,
            retry: retry(config, options, settings),
            limits: Limits {
                connect: options
                    .connect_timeout
                    .or(config.connect_timeout)
                    .or_else(|| set(|settings| settings.connect_timeout))
                    .unwrap_or(CONNECT_TIMEOUT),
                attempt: options
                    .attempt_timeout
                    .or(config.attempt_timeout)
                    .or_else(|| set(|settings| settings.attempt_timeout))
                    .unwrap_or(ATTEMPT_TIMEOUT),
                operation: options
                    .operation_timeout
                    .unwrap_or(config.operation_timeout),
                bytes: options
                    .max_response_bytes
                    .unwrap_or(config.max_response_bytes),
                decoded_bytes: options
                    .max_decoded_bytes
                    .unwrap_or(config.max_decoded_bytes),
            },
        })
    }
}

impl PendingCall {
    /// Returns the timeout of the whole call.
    pub(crate) fn timeout(&self, shared: &ClientShared) -> Duration {
        let limit = self.options.operation_timeout;
        limit.unwrap_or(shared.config.operation_timeout)
    }

    /// Resolves the call with the settings that come with its credentials.
    ///
    /// # Errors
    /// If a setting is invalid, or there is none that the call needs.
    pub(crate) async fn complete(
        self,
        shared: &ClientShared,
        deadline: Deadline<'_>,
    ) -> Result<CompletedCall> {
        let name = self.draft.name();
        let completed = self.find_settings(shared, deadline).await;
        completed.map_err(|error| error.on(name, 0))
    }

    async fn find_settings(
        self,
        shared: &ClientShared,
        deadline: Deadline<'_>,
    ) -> Result<CompletedCall> {
        let provider = match &self.options.credentials {
            Some(provider) => provider.clone(),
            None => shared.config.credentials.clone(),
        };
        let context = &shared.context;
        let limit = self.timeout(shared);
        let provided = pin!(provider.provide(context));
        let provided = within(deadline.time(), deadline.remaining(), provided).await;
        let credentials = match provided {
            Ok(credentials) => credentials.map_err(Error::from),
            Err(Unfinished::TimedOut) => Err(timed_out(limit, "while waiting for credentials")),
            Err(Unfinished::NoTimer(error)) => Err(error.into()),
        };
        let credentials = match credentials {
            Ok(credentials) => credentials,
            Err(error) => return self.without_settings(shared, error),
        };
        let found;
        let settings = match known_settings(shared, &self.options) {
            Some(settings) => settings,
            None => {
                found = ClientSettings::of(&credentials, &shared.config)?;
                match self.options.credentials {
                    // Of two concurrent calls the first one decides.
                    None => shared.settings.get_or_init(|| found),
                    Some(_) => &found,
                }
            }
        };
        let Self { draft, options } = self;
        let needs_region = draft.needs_region(shared, &options, settings);
        if draft.asks_metadata(shared, &options, settings, needs_region) {
            let asking = pin!(settings.ask(context));
            let asked = within(deadline.time(), deadline.remaining(), asking).await;
            let failure = match asked {
                Ok(result) => result.err().filter(|_| needs_region),
                Err(Unfinished::TimedOut) => {
                    return Err(timed_out(limit, "while waiting for the region"));
                }
                Err(Unfinished::NoTimer(error)) => return Err(error.into()),
            };
            if let Some(error) = failure {
                let missing = draft.resolve(shared, &options, Some(settings)).err();
                let missing = missing.unwrap_or_else(|| Error::config("missing region"));
                return Err(missing.hint(&format!("the metadata service: {error}")));
            }
        }
        let call = draft.resolve(shared, &options, Some(settings))?;
        Ok((call, Some(Ok(credentials))))
    }

    /// Resolves the call without credentials. Their error is that of the call if it needs them.
    fn without_settings(self, shared: &ClientShared, error: Error) -> Result<CompletedCall> {
        let anonymous = self.draft.target.anonymous;
        match self.draft.resolve(shared, &self.options, None) {
            Ok(call) if anonymous => Ok((call, None)),
            Ok(call) => Ok((call, Some(Err(error)))),
            Err(missing) if anonymous => Err(missing.hint(&error.to_string())),
            Err(_) => Err(error),
        }
    }
}

fn timed_out(limit: Duration, doing: &str) -> Error {
    Error::timeout(format!(
        "operation timed out after {} ms {doing}",
        limit.as_millis()
    ))
}

/// Returns the settings that come with the credentials of the call, if they are known. Credentials
/// in the options have their own.
fn known_settings<'a>(
    shared: &'a ClientShared,
    options: &CallOptions,
) -> Option<&'a ClientSettings> {
    match options.credentials {
        None => shared.settings.get(),
        Some(_) => None,
    }
}

/// Returns the region that is known before the credentials are.
fn region<'a>(shared: &'a ClientShared, options: &'a CallOptions) -> Option<&'a str> {
    let region = options.region.as_deref();
    region.or(shared.config.region.as_deref())
}

fn retry(config: &Config, options: &CallOptions, settings: Option<&ClientSettings>) -> RetryConfig {
    if let Some(retry) = options.retry.as_ref().or(config.retry.as_ref()) {
        return retry.clone();
    }
    let standard = RetryConfig::standard();
    match settings.and_then(|settings| settings.retries) {
        Some(retries) => standard.max_attempts(retries.saturating_add(1)),
        None => standard,
    }
}

/// Returns the endpoint of the call. Without one, the error says where a region was searched for.
fn endpoint(
    shared: &ClientShared,
    target: &CallTarget,
    options: &CallOptions,
    settings: Option<&ClientSettings>,
) -> Result<Endpoint> {
    find_endpoint(shared, target, options, settings).map_err(|error| match error {
        EndpointError::MissingRegion { .. } => {
            Error::from(error).hint(&searched(&shared.config, settings))
        }
        error => error.into(),
    })
}

/// Returns the endpoint of the call, else that of the client, else that of the profile, else the
/// one for the region and network. A region in the options does not change an endpoint of the
/// client: all calls are meant to go there.
fn find_endpoint(
    shared: &ClientShared,
    target: &CallTarget,
    options: &CallOptions,
    settings: Option<&ClientSettings>,
) -> std::result::Result<Endpoint, EndpointError> {
    if let Some(endpoint) = &options.endpoint {
        return endpoint.parse();
    }
    let of_profile = || settings?.endpoint.as_ref();
    if let Some(endpoint) = shared.endpoint.as_ref().or_else(of_profile) {
        return Ok(endpoint.clone());
    }
    let region = region(shared, options).or_else(|| settings?.region());
    let network = shared.config.network.or_else(|| settings?.network);
    let network = network.unwrap_or_default();
    target.endpoints.endpoint(&target.product, region, network)
}
