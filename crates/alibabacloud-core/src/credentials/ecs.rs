//! The RAM role of the ECS instance (or ECI container) that the program runs on.

use super::fetch::{self, Fetch, FetchError, FetchResponse, FetchRetry};
use super::fields::{FieldError, Fields, object_of};
use super::settings::InstanceMetadata;
use super::variables::{is_on, non_empty};
use super::{Credentials, CredentialsError, ProvideCredentials, ProviderContext};
use crate::endpoint::check_region;
use crate::http::{HttpRequest, Method, TransportErrorKind};
use crate::text::trimmed;
use crate::time::BoxFuture;
use std::sync::OnceLock;
use std::time::Duration;

const SERVICE: &str = "http://100.100.100.200";
const TOKEN_PATH: &str = "/latest/api/token";
const ROLES_PATH: &str = "/latest/meta-data/ram/security-credentials/";
const REGION_PATH: &str = "/latest/meta-data/region-id";
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
/// Requests carry a session token (IMDSv2). If the request for one fails, they are sent without it
/// (IMDSv1), as the official clients do, unless [`EcsRamRoleProvider::disable_imds_v1`] or
/// `ALIBABA_CLOUD_IMDSV1_DISABLED` prevents this. That request fails with every status except 200
/// and, in a container whose network exceeds the hop limit of the instance
/// (`HttpPutResponseHopLimit`), without a response. Requests never use a proxy.
///
/// The provider is not configured if `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true` or `1`, or if
/// no role is set and the instance has none or there is no metadata service. The connect timeout is
/// 1 s, the timeout of one attempt 2 s. If a role is set, every problem is a failure, and so is a
/// failed request for a session token if requests without one are disabled.
///
/// A client created from `Config::from_env` without a region asks the same service for it.
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
        if is_on(environment, DISABLED_VARIABLE)? {
            let message = format!("disabled by {DISABLED_VARIABLE}");
            return Err(CredentialsError::not_configured(message));
        }
        let metadata = InstanceMetadata {
            endpoint: self.endpoint.clone(),
            v1_disabled: self.v1_disabled || is_on(environment, V1_DISABLED_VARIABLE)?,
        };
        let service = MetadataClient::new(context, &metadata);
        let named = self
            .role_name
            .clone()
            .or_else(|| non_empty(environment, ROLE_VARIABLE));
        let role = match named {
            Some(role) => checked_role(&role)?.to_owned(),
            None => service.role().await?,
        };
        let found = service.credentials(&role).await;
        Ok(found
            .map_err(CredentialsError::into_failed)?
            .with_metadata(metadata))
    }
}

/// Asks the metadata service for the region of the instance: at most two requests of 2 s each, and
/// one more of a kind that fails quickly.
pub(crate) async fn instance_region(
    context: &ProviderContext,
    metadata: &InstanceMetadata,
) -> Result<String, CredentialsError> {
    let service = MetadataClient::new(context, metadata);
    let response = service.get(REGION_PATH).await?;
    if response.status != 200 {
        return Err(response.rejection("the metadata request for the region", &[]));
    }
    let region = std::str::from_utf8(&response.body).unwrap_or_default();
    let region = trimmed(region);
    check_region(region)
        .map(|()| region.to_owned())
        .map_err(|_| {
            let message = "the response to the metadata request for the region is not a region ID";
            CredentialsError::new(message)
        })
}

/// The metadata service during one refresh.
struct MetadataClient<'a> {
    context: &'a ProviderContext,
    base: &'a str,
    v1_disabled: bool,
    /// Why there is no session token, once a request for one failed.
    no_token: OnceLock<String>,
}

impl<'a> MetadataClient<'a> {
    fn new(context: &'a ProviderContext, metadata: &'a InstanceMetadata) -> Self {
        let url = metadata.endpoint.as_deref().unwrap_or(SERVICE);
        Self {
            context,
            base: url.trim_end_matches('/'),
            v1_disabled: metadata.v1_disabled,
            no_token: OnceLock::new(),
        }
    }

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
        let first = trimmed(text).lines().next().unwrap_or_default();
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
        let body = response.json(&what, &[])?;
        let fields = Fields::new(object_of(&body, "", &what)?, "");
        let code = fields.required("Code");
        if code.map_err(|error: FieldError| error.in_response(&what))? != "Success" {
            let message = "the metadata service returned no credentials for role";
            return Err(CredentialsError::new(format!(
                "{message} {role}: Code is not Success"
            )));
        }
        Ok(response
            .credentials(self.context, "", &what, &[])?
            .with_provider("ecs_ram_role")
            .with_role(role))
    }

    async fn get(&self, path: &str) -> Result<FetchResponse, CredentialsError> {
        let token = self.token().await?;
        let response = self
            .send(|| {
                let mut request = self.request(Method::Get, path);
                if let Some(token) = &token {
                    request.headers.set(TOKEN_HEADER, token);
                }
                request
            })
            .await;
        match (response, self.no_token.get()) {
            (Ok(response), Some(why)) if matches!(response.status, 401 | 403) => {
                let rejection = response.rejection("the metadata request without one", &[]);
                Err(CredentialsError::new(format!("{why}; {rejection}")))
            }
            (Ok(response), _) => Ok(response),
            // The service exists: it has issued a token.
            (Err(error), None) => Err(CredentialsError::from(error)),
            (Err(error), Some(_)) => Err(unreachable(error)),
        }
    }

    /// Returns a session token, or `None` if there is none and requests without it are allowed.
    async fn token(&self) -> Result<Option<String>, CredentialsError> {
        if self.no_token.get().is_some() {
            return Ok(None);
        }
        let result = self
            .send(|| {
                let mut request = self.request(Method::Put, TOKEN_PATH);
                request.headers.set(TOKEN_TTL_HEADER, TOKEN_TTL);
                request
            })
            .await;
        let why = match result {
            // The other requests go to the same host.
            Err(error) if error.kind() == TransportErrorKind::Connect => {
                return Err(unreachable(error));
            }
            Err(error) => format!(
                "{}; in a container, raise the hop limit of the instance (HttpPutResponseHopLimit)",
                CredentialsError::from(error)
            ),
            Ok(response) if response.status == 200 => match token_in(&response) {
                Some(token) => return Ok(Some(token)),
                None => "the response is not a session token".to_owned(),
            },
            Ok(response) => response.rejection("the metadata service", &[]).to_string(),
        };
        let why = format!("the request for a session token (PUT {TOKEN_PATH}) failed: {why}");
        if self.v1_disabled {
            return Err(CredentialsError::new(format!(
                "{why}; requests without a session token (IMDSv1) are disabled by \
                 {V1_DISABLED_VARIABLE} or the provider"
            )));
        }
        // Of two concurrent requests the first one decides.
        let _ = self.no_token.set(why);
        Ok(None)
    }

    async fn send(&self, build: impl Fn() -> HttpRequest) -> Result<FetchResponse, FetchError> {
        let fetch = Fetch {
            what: "the metadata request",
            timeout: TIMEOUT,
            retry: FetchRetry::OnceIfReached,
        };
        fetch.send(self.context, || Ok(build())).await
    }

    fn request(&self, method: Method, path: &str) -> HttpRequest {
        let mut request = fetch::request(method, &format!("{}{path}", self.base));
        request.no_proxy = true;
        request.connect_timeout = Some(CONNECT_TIMEOUT);
        request
    }
}

/// Returns the error for a service that does not respond: there may be none here, so the provider
/// is not configured.
fn unreachable(error: FetchError) -> CredentialsError {
    CredentialsError::not_configured(CredentialsError::from(error).to_string())
}

/// Returns the token if it is a valid header value, and neither markup nor JSON.
fn token_in(response: &FetchResponse) -> Option<String> {
    let token = trimmed(std::str::from_utf8(&response.body).ok()?);
    let fits = !token.is_empty()
        && token.len() <= LONGEST_TOKEN
        && token
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b"<>\"{}".contains(&b));
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
