//! The Security Token Service: where it is and how it is asked.

use super::exchange::{self, Answer, Exchange, Repeat};
use super::fields::{Fields, object_of};
use super::variables::{is_on, non_empty};
use super::{Credentials, CredentialsError, Environment, ProviderContext, timestamp};
use crate::endpoint::{Endpoint, Network};
use crate::http::{HttpRequest, Method};
use crate::operation::EndpointTable;
use crate::signing::push_query;
use alibabacloud_types::plumbing::format_utc;
use std::time::Duration;

const VERSION: &str = "2015-04-01";
/// Time for one attempt.
const LIMIT: Duration = Duration::from_secs(10);
/// How long assumed roles are valid unless asked otherwise.
const DEFAULT_DURATION: Duration = Duration::from_secs(3600);
/// The service gives no shorter sessions.
const SHORTEST_DURATION: Duration = Duration::from_secs(900);

static ENDPOINTS: EndpointTable = EndpointTable {
    regional: true,
    public: &[],
    vpc: &[],
};

/// Where the service is asked. What is not given comes from the environment.
#[derive(Clone, Debug, Default)]
pub(super) struct StsAddress {
    pub(super) endpoint: Option<String>,
    pub(super) region: Option<String>,
    pub(super) vpc: Option<bool>,
}

impl StsAddress {
    /// The endpoint given, that of the region given, `ALIBABA_CLOUD_STS_ENDPOINT`, that of `ALIBABA_CLOUD_STS_REGION`, or the central
    /// one, which exists on the public network alone.
    pub(super) fn resolve(
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
        let vpc = self
            .vpc
            .unwrap_or_else(|| is_on(environment, "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"));
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
}

/// An endpoint that secrets may be sent to: https, or this machine.
pub(super) fn secure(text: &str, what: &str) -> Result<Endpoint, CredentialsError> {
    let endpoint: Endpoint = text
        .parse()
        .map_err(|error| CredentialsError::new(format!("{what}: {error}")))?;
    if endpoint.is_https() || exchange::is_loopback(endpoint.host()) {
        return Ok(endpoint);
    }
    Err(CredentialsError::new(format!(
        "{what}: {endpoint} must be https, as credentials travel there; http is only for this machine"
    )))
}

/// What a role session is like, whoever assumes it.
#[derive(Clone, Debug, Default)]
pub(super) struct Session {
    pub(super) name: Option<String>,
    pub(super) policy: Option<String>,
    pub(super) duration: Option<Duration>,
}

impl Session {
    /// The parameters of both operations that concern the session.
    pub(super) fn parameters(
        &self,
        context: &ProviderContext,
    ) -> Result<Vec<(&'static str, String)>, CredentialsError> {
        let duration = self.duration.unwrap_or(DEFAULT_DURATION);
        if duration < SHORTEST_DURATION {
            return Err(CredentialsError::new(format!(
                "a role session of {} s is too short: the service gives at least {} s",
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
                timestamp::unix_seconds(context.time.now())
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

/// The parameters that every request to the service has.
pub(super) fn common_parameters(
    action: &'static str,
    context: &ProviderContext,
) -> Vec<(&'static str, String)> {
    vec![
        ("Action", action.to_owned()),
        ("Format", "JSON".to_owned()),
        ("Version", VERSION.to_owned()),
        ("Timestamp", format_utc(context.time.now())),
    ]
}

/// A POST with everything in the form, so that no token is written to the access log of a proxy or gateway.
pub(super) fn form_request<'a>(
    endpoint: &Endpoint,
    path: &str,
    form: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> HttpRequest {
    let mut body = String::new();
    push_query(form, &mut body);
    let mut request = exchange::request(Method::Post, &format!("{endpoint}{path}"));
    request
        .headers
        .set("content-type", "application/x-www-form-urlencoded");
    request.body = body.into();
    request
}

/// Sends requests to the service.
pub(super) async fn send(
    action: &'static str,
    context: &ProviderContext,
    build: impl Fn() -> Result<HttpRequest, CredentialsError>,
) -> Result<Answer, CredentialsError> {
    let exchange = Exchange {
        what: action,
        limit: LIMIT,
        repeat: Repeat::Always,
    };
    Ok(exchange.send(context, build).await?)
}

/// The credentials in an answer of the service.
pub(super) fn issued(
    answer: &Answer,
    what: &str,
    secrets: &[&str],
) -> Result<Credentials, CredentialsError> {
    let answer = answer.json(what, secrets)?;
    let object = object_of(&answer, "Credentials", what)?;
    Fields::new(object, "Credentials")
        .issued()
        .map_err(|error| error.in_answer(what))
}
