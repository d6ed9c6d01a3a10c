//! Requests to the Security Token Service (STS).

use super::fetch::{self, Fetch, FetchResponse, FetchRetry};
use super::variables::{is_on, non_empty};
use super::{CredentialsError, Environment, ProviderContext, timestamp};
use crate::endpoint::{Endpoint, Network};
use crate::http::{HttpRequest, Method, is_loopback};
use crate::operation::EndpointTable;
use crate::signing::push_query;
use alibabacloud_types::plumbing::format_utc;
use std::time::Duration;

const VERSION: &str = "2015-04-01";
/// The time limit of one attempt.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The default duration of a role session.
const DEFAULT_DURATION: Duration = Duration::from_secs(3600);
/// The shortest duration of a role session that the service accepts.
const SHORTEST_DURATION: Duration = Duration::from_secs(900);

static ENDPOINTS: EndpointTable = EndpointTable {
    regional: true,
    public: &[],
    vpc: &[],
};

/// The role session that a provider requests, and the STS endpoint it uses. Unset parts come from
/// the environment.
#[derive(Clone, Debug, Default)]
pub(super) struct RoleSession {
    pub(super) name: Option<String>,
    pub(super) policy: Option<String>,
    pub(super) duration: Option<Duration>,
    pub(super) endpoint: Option<String>,
    pub(super) region: Option<String>,
    pub(super) vpc: Option<bool>,
}

impl RoleSession {
    /// Returns the endpoint that is set, that of the region that is set,
    /// `ALIBABA_CLOUD_STS_ENDPOINT`, that of `ALIBABA_CLOUD_STS_REGION`, or the central one, which
    /// exists only on the public network.
    pub(super) fn endpoint(
        &self,
        environment: &dyn Environment,
    ) -> Result<Endpoint, CredentialsError> {
        if let Some(endpoint) = &self.endpoint {
            return secure(endpoint, "the STS endpoint");
        }
        let region = match &self.region {
            Some(region) => Some(region.clone()),
            None => match non_empty(environment, "ALIBABA_CLOUD_STS_ENDPOINT") {
                Some(endpoint) => return secure(&endpoint, "ALIBABA_CLOUD_STS_ENDPOINT"),
                None => non_empty(environment, "ALIBABA_CLOUD_STS_REGION"),
            },
        };
        let vpc = match self.vpc {
            Some(vpc) => vpc,
            None => is_on(environment, "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED")?,
        };
        match region {
            None => secure("sts.aliyuncs.com", "the STS endpoint"),
            Some(region) => {
                let network = if vpc { Network::Vpc } else { Network::Public };
                ENDPOINTS
                    .endpoint("sts", Some(&region), network)
                    .map_err(|error| CredentialsError::new(format!("the STS region: {error}")))
            }
        }
    }

    /// Returns the parameters of the session, which both operations share.
    pub(super) fn parameters(
        &self,
        context: &ProviderContext,
    ) -> Result<Vec<(&'static str, String)>, CredentialsError> {
        let duration = self.duration.unwrap_or(DEFAULT_DURATION);
        if duration < SHORTEST_DURATION {
            return Err(CredentialsError::new(format!(
                "invalid role session duration {} s: expected at least {} s",
                duration.as_secs(),
                SHORTEST_DURATION.as_secs()
            )));
        }
        let name = self
            .name
            .clone()
            .or_else(|| non_empty(&*context.environment, "ALIBABA_CLOUD_ROLE_SESSION_NAME"));
        let name = name.unwrap_or_else(|| {
            format!(
                "credentials-rust-{}",
                timestamp::unix_seconds(context.now())
            )
        });
        let mut parameters = vec![
            ("RoleSessionName", name),
            ("DurationSeconds", duration.as_secs().to_string()),
        ];
        if let Some(policy) = &self.policy {
            parameters.push(("Policy", policy.clone()));
        }
        Ok(parameters)
    }
}

/// The setters of a provider's [`RoleSession`], for an `impl` block of a type with the field
/// `session`.
macro_rules! role_session_setters {
    () => {
        /// Sets the name of the session, which appears in audit logs. Default:
        /// `ALIBABA_CLOUD_ROLE_SESSION_NAME`, else `credentials-rust-` and the Unix time in
        /// seconds.
        #[must_use]
        pub fn session_name(mut self, name: impl Into<String>) -> Self {
            self.session.name = Some(name.into());
            self
        }

        /// Sets a policy, as JSON, that restricts the permissions of the session. Default: none, so
        /// that the session has all permissions of the role.
        #[must_use]
        pub fn policy(mut self, policy: impl Into<String>) -> Self {
            self.session.policy = Some(policy.into());
            self
        }

        /// Sets how long the session is valid, in whole seconds: at least 900 s and at most the
        /// maximum session duration of the role. Default: one hour.
        ///
        /// A shorter duration is an error of the provider, a longer one an error of the service.
        #[must_use]
        pub fn duration(mut self, duration: std::time::Duration) -> Self {
            self.session.duration = Some(duration);
            self
        }

        /// Sets the region whose STS endpoint is used. Default: `ALIBABA_CLOUD_STS_REGION`, else
        /// the central endpoint `sts.aliyuncs.com`.
        #[must_use]
        pub fn sts_region(mut self, region: impl Into<String>) -> Self {
            self.session.region = Some(region.into());
            self
        }

        /// Sets whether the VPC endpoint of STS is used. Applies only with a region. Default:
        /// `ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED`, else `false`.
        #[must_use]
        pub fn vpc(mut self, vpc: bool) -> Self {
            self.session.vpc = Some(vpc);
            self
        }

        /// Sets the host of STS, which takes precedence over the region. Default:
        /// `ALIBABA_CLOUD_STS_ENDPOINT` if no region is set.
        ///
        /// The endpoint must use https; `http://` is allowed only for loopback addresses.
        #[must_use]
        pub fn sts_endpoint(mut self, endpoint: impl Into<String>) -> Self {
            self.session.endpoint = Some(endpoint.into());
            self
        }

        /// Replaces the whole session.
        pub(super) fn session(mut self, session: $crate::credentials::sts::RoleSession) -> Self {
            self.session = session;
            self
        }
    };
}
pub(super) use role_session_setters;

/// Checks the ARN of a RAM role: `acs:ram::<account ID>:role/<name>`.
pub(super) fn check_role_arn(arn: &str) -> Result<(), CredentialsError> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    let parts = arn
        .strip_prefix("acs:ram::")
        .and_then(|rest| rest.split_once(":role/"));
    let is_arn = parts.is_some_and(|(account, name)| {
        !account.is_empty()
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && !name.is_empty()
            && name.bytes().all(known)
    });
    if is_arn {
        return Ok(());
    }
    Err(CredentialsError::new(format!(
        "invalid role ARN {arn:?}: expected acs:ram::<account ID>:role/<name>, such as \
         acs:ram::1234567890123456:role/deploy"
    )))
}

/// Parses an endpoint that receives secrets: it must use https or be a loopback address.
pub(super) fn secure(text: &str, what: &str) -> Result<Endpoint, CredentialsError> {
    let endpoint: Endpoint = text
        .parse()
        .map_err(|error| CredentialsError::new(format!("{what}: {error}")))?;
    if endpoint.is_https() || is_loopback(endpoint.host()) {
        return Ok(endpoint);
    }
    Err(CredentialsError::new(format!(
        "{what}: {endpoint} must use https, because it receives credentials; http is allowed only \
         for loopback addresses"
    )))
}

/// Returns the parameters of every request to the service.
pub(super) fn common_parameters(
    action: &'static str,
    context: &ProviderContext,
) -> Vec<(&'static str, String)> {
    vec![
        ("Action", action.to_owned()),
        ("Format", "JSON".to_owned()),
        ("Version", VERSION.to_owned()),
        ("Timestamp", format_utc(context.now())),
    ]
}

/// Returns a POST request with all parameters in the form, so that no token is written to the
/// access log of a proxy or gateway.
pub(super) fn form_request<'a>(
    endpoint: &Endpoint,
    path: &str,
    form: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> HttpRequest {
    let mut body = String::new();
    push_query(form, &mut body);
    let mut request = fetch::request(Method::Post, &format!("{endpoint}{path}"));
    request
        .headers
        .set("content-type", "application/x-www-form-urlencoded");
    request.body = body.into();
    request
}

/// Sends a request to the service.
pub(super) async fn send(
    action: &'static str,
    context: &ProviderContext,
    build: impl Fn() -> Result<HttpRequest, CredentialsError>,
) -> Result<FetchResponse, CredentialsError> {
    let fetch = Fetch {
        what: action,
        timeout: TIMEOUT,
        retry: FetchRetry::Transient,
    };
    Ok(fetch.send(context, build).await?)
}
