//! The RAM role of the ECS instance (or ECI container) that the program runs on.

use super::fetch::{self, Fetch, FetchResponse, FetchRetry};
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
/// The maximum that the service allows, in seconds.
const TOKEN_TTL: &str = "21600";
/// The service is on the same machine; programs elsewhere must not wait for it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// The time limit of one attempt.
const TIMEOUT: Duration = Duration::from_secs(2);
const ROLE_VARIABLE: &str = "ALIBABA_CLOUD_ECS_METADATA";
const DISABLED_VARIABLE: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
const V1_DISABLED_VARIABLE: &str = "ALIBABA_CLOUD_IMDSV1_DISABLED";
/// The maximum length of a RAM role name and of a metadata token, in bytes.
const LONGEST_ROLE: usize = 64;
const LONGEST_TOKEN: usize = 1024;

/// Fetches the credentials of the instance's RAM role from the instance metadata service.
///
/// Requests carry a session token (IMDSv2). If the service refuses one (status 4xx), they are sent
/// without it (IMDSv1), unless [`EcsRamRoleProvider::disable_imds_v1`] or
/// `ALIBABA_CLOUD_IMDSV1_DISABLED` prevents this. Requests never use a proxy.
///
/// The provider is not configured if `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true` or `1`, or if
/// no role is set and the instance has none or there is no metadata service. The connect timeout is
/// 1 s, the timeout of one attempt 2 s. If a role is set, every problem is a failure.
#[derive(Clone, Debug, Default)]
pub struct EcsRamRoleProvider {
    role_name: Option<String>,
    v1_disabled: bool,
    endpoint: Option<String>,
}

impl EcsRamRoleProvider {
    /// Creates a provider for the role in `ALIBABA_CLOUD_ECS_METADATA`, else the role that is
    /// attached to the instance.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name of the role, which saves a request for it. Default:
    /// `ALIBABA_CLOUD_ECS_METADATA`.
    #[must_use]
    pub fn role_name(mut self, name: impl Into<String>) -> Self {
        self.role_name = Some(name.into());
        self
    }

    /// Disables requests without a session token. Default: `ALIBABA_CLOUD_IMDSV1_DISABLED`, else
    /// they are enabled.
    #[must_use]
    pub fn disable_imds_v1(mut self) -> Self {
        self.v1_disabled = true;
        self
    }

    /// Sets the URL of the metadata service, for tests: `http://127.0.0.1:8080`.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    async fn find(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        let environment = &*context.environment;
        if is_on(environment, DISABLED_VARIABLE) {
            let message = format!("disabled by {DISABLED_VARIABLE}");
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
        found.map_err(CredentialsError::into_failed)
    }
}

/// The metadata service during one refresh.
struct Metadata<'a> {
    context: &'a ProviderContext,
    base: &'a str,
    v1_disabled: bool,
}

impl Metadata<'_> {
    /// Returns the role that is attached to the instance. Without a role or a metadata service the
    /// provider is not configured: the program may run anywhere.
    async fn role(&self) -> Result<String, CredentialsError> {
        let response = self.get(ROLES_PATH).await?;
        match response.status {
            200 => {}
            404 => {
                let message = "the instance has no RAM role";
                return Err(CredentialsError::not_configured(message));
            }
            _ => {
                let what = "the metadata request for the RAM role name";
                return Err(response.rejection(what, &[]));
            }
        }
        let text = std::str::from_utf8(&response.body).unwrap_or_default();
        let first = text.trim().lines().next().unwrap_or_default();
        checked_role(first).map(str::to_owned).map_err(|_| {
            let message = "the response from the metadata address is not a RAM role name";
            CredentialsError::not_configured(message)
        })
    }

    async fn credentials(&self, role: &str) -> Result<Credentials, CredentialsError> {
        let what = format!("the metadata request for the credentials of role {role}");
        let response = self.get(&format!("{ROLES_PATH}{role}")).await?;
        if response.status == 404 {
            return Err(CredentialsError::new(format!(
                "the instance has no RAM role named {role}"
            )));
        }
        let response = response.json(&what, &[])?;
        let fields = Fields::new(object_of(&response, "", &what)?, "");
        let in_response = |error: FieldError| error.in_response(&what);
        let code = fields.required("Code").map_err(in_response)?;
        if code != "Success" {
            let message = "the metadata service returned no credentials for role";
            return Err(CredentialsError::new(format!(
                "{message} {role}: Code is not Success"
            )));
        }
        Ok(fields
            .temporary_credentials()
            .map_err(in_response)?
            .with_provider("ecs_ram_role")
            .with_role(role))
    }

    async fn get(&self, path: &str) -> Result<FetchResponse, CredentialsError> {
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

    /// Returns a session token, or `None` if the service refuses one and requests without it are
    /// allowed. Other failures are errors: an outage must not make requests less secure.
    async fn token(&self) -> Result<Option<String>, CredentialsError> {
        let response = self
            .send(|| {
                let mut request = self.request(Method::Put, TOKEN_PATH);
                request.headers.set(TOKEN_TTL_HEADER, TOKEN_TTL);
                request
            })
            .await?;
        match response.status {
            200 => token_in(&response).map(Some).ok_or_else(|| {
                let message = "the response from the metadata address is not a session token";
                CredentialsError::not_configured(message)
            }),
            429 | 500.. => Err(response.rejection("the metadata request for a session token", &[])),
            status if self.v1_disabled => Err(CredentialsError::new(format!(
                "the metadata service refused a session token (status {status}), and requests \
                 without one (IMDSv1) are disabled"
            ))),
            _ => Ok(None),
        }
    }

    /// Sends a request. Without a response there may be no metadata service here, so the provider
    /// is not configured.
    async fn send(
        &self,
        build: impl Fn() -> HttpRequest,
    ) -> Result<FetchResponse, CredentialsError> {
        let fetch = Fetch {
            what: "the metadata request",
            timeout: TIMEOUT,
            retry: FetchRetry::OnceIfReached,
        };
        let response = fetch.send(self.context, || Ok(build())).await;
        response.map_err(|error| {
            CredentialsError::not_configured(CredentialsError::from(error).to_string())
        })
    }

    fn request(&self, method: Method, path: &str) -> HttpRequest {
        let mut request = fetch::request(method, &format!("{}{path}", self.base));
        request.no_proxy = true;
        request.connect_timeout = Some(CONNECT_TIMEOUT);
        request
    }
}

/// Returns the token if it is a valid header value.
fn token_in(response: &FetchResponse) -> Option<String> {
    let token = std::str::from_utf8(&response.body).ok()?.trim();
    let fits = !token.is_empty()
        && token.len() <= LONGEST_TOKEN
        && token.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| token.to_owned())
}

/// Returns the name if it is valid in a path.
fn checked_role(name: &str) -> Result<&str, CredentialsError> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b".-_@".contains(&b);
    if !name.is_empty() && name.len() <= LONGEST_ROLE && name.bytes().all(is_plain) {
        return Ok(name);
    }
    Err(CredentialsError::new(
        "invalid name of the instance's RAM role: expected 1 to 64 letters, digits, '.', '-', \
         '_' or '@'",
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
