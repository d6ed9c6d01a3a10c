//! The RAM role of the ECS instance (or ECI container) that the program runs on.

use super::exchange::{self, Answer, Exchange, Repeat};
use super::fields::{FieldError, Fields, object_of};
use super::variables::{is_on, non_empty};
use super::{Credentials, CredentialsError, ProvideCredentials, ProviderContext};
use crate::http::{HttpRequest, Method};
use crate::time::BoxFuture;
use std::time::Duration;

const SERVICE: &str = "http://100.100.100.200";
const TOKEN_PATH: &str = "/latest/api/token";
const ROLES_PATH: &str = "/latest/meta-data/ram/security-credentials/";
const TOKEN_TTL_HEADER: &str = "x-aliyun-ecs-metadata-token-ttl-seconds";
const TOKEN_HEADER: &str = "x-aliyun-ecs-metadata-token";
/// The longest the service allows, in seconds.
const TOKEN_TTL: &str = "21600";
/// The service is on the same machine; a program that is elsewhere must not wait for it.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);
/// Time for one request with its answer.
const LIMIT: Duration = Duration::from_secs(2);
const ROLE_VARIABLE: &str = "ALIBABA_CLOUD_ECS_METADATA";
const DISABLED_VARIABLE: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
const V1_DISABLED_VARIABLE: &str = "ALIBABA_CLOUD_IMDSV1_DISABLED";
/// Longest name of a RAM role, and longest metadata token, in bytes.
const LONGEST_ROLE: usize = 64;
const LONGEST_TOKEN: usize = 1024;

/// Asks the instance metadata service for the credentials of the instance's RAM role.
///
/// Requests carry a session token (IMDSv2). Where the service refuses to give one (status 4xx), they are sent without one (IMDSv1), unless
/// that is refused by [`EcsRamRoleProvider::disable_imds_v1`] or `ALIBABA_CLOUD_IMDSV1_DISABLED`. Nothing goes through a proxy, and where
/// there is no metadata service the provider gives up after one second.
#[derive(Clone, Debug, Default)]
pub struct EcsRamRoleProvider {
    role_name: Option<String>,
    v1_disabled: bool,
    endpoint: Option<String>,
}

impl EcsRamRoleProvider {
    /// The role that is attached to the instance, or the one in `ALIBABA_CLOUD_ECS_METADATA`.
    pub fn new() -> Self {
        Self::default()
    }

    /// The name of the role; saves the question for it.
    #[must_use]
    pub fn role_name(mut self, name: impl Into<String>) -> Self {
        self.role_name = Some(name.into());
        self
    }

    /// Never asks without a session token.
    #[must_use]
    pub fn disable_imds_v1(mut self) -> Self {
        self.v1_disabled = true;
        self
    }

    /// Where the metadata service is, for tests: `http://127.0.0.1:8080`.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    async fn find(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        let environment = &*context.environment;
        if is_on(environment, DISABLED_VARIABLE) {
            let message = format!("switched off by {DISABLED_VARIABLE}");
            return Err(CredentialsError::not_configured(message));
        }
        let service = Metadata {
            context,
            base: self
                .endpoint
                .as_deref()
                .unwrap_or(SERVICE)
                .trim_end_matches('/'),
            v1_disabled: self.v1_disabled || is_on(environment, V1_DISABLED_VARIABLE),
        };
        let named = self
            .role_name
            .clone()
            .or_else(|| non_empty(environment, ROLE_VARIABLE));
        let role = match named {
            Some(role) => checked_role(&role)?.to_owned(),
            None => service.role().await?,
        };
        let found = service.credentials(&role).await;
        found.map_err(CredentialsError::asked_for)
    }
}

/// The service as one refresh sees it.
struct Metadata<'a> {
    context: &'a ProviderContext,
    base: &'a str,
    v1_disabled: bool,
}

impl Metadata<'_> {
    /// The role that is attached to the instance. That there is none, or no metadata service, is no failure: the program may run anywhere.
    async fn role(&self) -> Result<String, CredentialsError> {
        let answer = self.get(ROLES_PATH).await?;
        match answer.status {
            200 => {}
            404 => {
                let message = "the instance has no RAM role";
                return Err(CredentialsError::not_configured(message));
            }
            _ => {
                let what = "the metadata service for the name of the RAM role";
                return Err(answer.refusal(what, &[]));
            }
        }
        let text = std::str::from_utf8(&answer.body).unwrap_or_default();
        let first = text.trim().lines().next().unwrap_or_default();
        checked_role(first).map(str::to_owned).map_err(|_| {
            let message = "what answers in place of the metadata service names no RAM role";
            CredentialsError::not_configured(message)
        })
    }

    async fn credentials(&self, role: &str) -> Result<Credentials, CredentialsError> {
        let what = format!("the metadata service for the credentials of role {role}");
        let answer = self.get(&format!("{ROLES_PATH}{role}")).await?;
        if answer.status == 404 {
            return Err(CredentialsError::new(format!(
                "the instance has no RAM role named {role}"
            )));
        }
        let answer = answer.json(&what, &[])?;
        let fields = Fields::new(object_of(&answer, "", &what)?, "");
        let in_answer = |error: FieldError| error.in_answer(&what);
        let code = fields.required("Code").map_err(in_answer)?;
        if code != "Success" {
            let message = "the metadata service has no credentials for role";
            return Err(CredentialsError::new(format!(
                "{message} {role}: its code is not Success"
            )));
        }
        Ok(fields
            .issued()
            .map_err(in_answer)?
            .with_provider("ecs_ram_role")
            .with_role(role))
    }

    async fn get(&self, path: &str) -> Result<Answer, CredentialsError> {
        let token = self.token().await?;
        self.send(|| {
            let mut request = self.request(Method::Get, path);
            if let Some(token) = &token {
                request.headers.set(TOKEN_HEADER, token);
            }
            request
        })
        .await
    }

    /// A session token; `None` where the service refuses to give one and may be asked without. Any other failure is one: an outage must
    /// not make requests less safe.
    async fn token(&self) -> Result<Option<String>, CredentialsError> {
        let answer = self
            .send(|| {
                let mut request = self.request(Method::Put, TOKEN_PATH);
                request.headers.set(TOKEN_TTL_HEADER, TOKEN_TTL);
                request
            })
            .await?;
        match answer.status {
            200 => token_in(&answer).map(Some).ok_or_else(|| {
                let message = "what answers in place of the metadata service gave no session token";
                CredentialsError::not_configured(message)
            }),
            429 | 500.. => Err(answer.refusal("the metadata service for a session token", &[])),
            status if self.v1_disabled => Err(CredentialsError::new(format!(
                "the metadata service gives no session token (status {status}), and asking without one (IMDSv1) is disabled"
            ))),
            _ => Ok(None),
        }
    }

    /// No answer means that there may be no such service here.
    async fn send(&self, build: impl Fn() -> HttpRequest) -> Result<Answer, CredentialsError> {
        let exchange = Exchange {
            what: "the metadata service",
            limit: LIMIT,
            repeat: Repeat::OnceIfReached,
        };
        let answer = exchange.send(self.context, || Ok(build())).await;
        answer.map_err(|error| {
            CredentialsError::not_configured(CredentialsError::from(error).to_string())
        })
    }

    fn request(&self, method: Method, path: &str) -> HttpRequest {
        let mut request = exchange::request(method, &format!("{}{path}", self.base));
        request.no_proxy = true;
        request.connect_timeout = Some(CONNECT_LIMIT);
        request
    }
}

/// The token, if it can travel in a header.
fn token_in(answer: &Answer) -> Option<String> {
    let token = std::str::from_utf8(&answer.body).ok()?.trim();
    let fits = !token.is_empty()
        && token.len() <= LONGEST_TOKEN
        && token.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| token.to_owned())
}

/// A name that can stand in a path.
fn checked_role(name: &str) -> Result<&str, CredentialsError> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b".-_@".contains(&b);
    if !name.is_empty() && name.len() <= LONGEST_ROLE && name.bytes().all(is_plain) {
        return Ok(name);
    }
    Err(CredentialsError::new(
        "the name of the RAM role of the instance must be 1 to 64 letters, digits, '.', '-', '_' or '@'",
    ))
}

impl ProvideCredentials for EcsRamRoleProvider {
    fn name(&self) -> &str {
        "ecs_ram_role"
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.find(context))
    }
}
