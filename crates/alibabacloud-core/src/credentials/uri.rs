//! Credentials from a URL.

use super::fetch::{self, Fetch, FetchRetry};
use super::fields::{Fields, object_of};
use super::variables::non_empty;
use super::{Credentials, CredentialsError, ProvideCredentials, ProviderContext};
use crate::http::{Method, authority, origin};
use crate::time::BoxFuture;
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

const VARIABLE: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The time limit of one attempt.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Fetches temporary credentials as JSON from a URL, for example of a sidecar or a local agent.
///
/// The response is an object with `Code` (`Success`), `AccessKeyId`, `AccessKeySecret`,
/// `SecurityToken` and `Expiration`. Transient failures are retried, up to 3 attempts with a
/// timeout of 10 s each. The provider is not configured if no URL is set; otherwise every problem
/// is a failure.
///
/// The URL may contain a secret; messages show only its scheme and host. Services on this machine
/// are called without a proxy.
#[derive(Clone, Default)]
pub struct UriProvider {
    uri: Option<Zeroizing<String>>,
}

impl UriProvider {
    /// Creates a provider that reads the URL from `ALIBABA_CLOUD_CREDENTIALS_URI` at each refresh.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the URL, with scheme `http` or `https` and without user name. Default:
    /// `ALIBABA_CLOUD_CREDENTIALS_URI`.
    #[must_use]
    pub fn uri(mut self, uri: impl Into<String>) -> Self {
        self.uri = Some(Zeroizing::new(uri.into()));
        self
    }

    async fn get(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        let uri = match &self.uri {
            Some(uri) => uri.clone(),
            None => non_empty(&*context.environment, VARIABLE)
                .map(Zeroizing::new)
                .ok_or_else(|| {
                    CredentialsError::not_configured(format!("{VARIABLE} is not set"))
                })?,
        };
        check(&uri)?;
        let what = format!("the credentials request to {}", origin(&uri));
        let fetch = Fetch {
            what: "the credentials request",
            timeout: TIMEOUT,
            retry: FetchRetry::Transient,
        };
        let response = fetch
            .send(context, || {
                let mut request = fetch::request(Method::Get, &uri);
                request.connect_timeout = Some(CONNECT_TIMEOUT);
                Ok(request)
            })
            .await?;
        let body = response.json(&what, &[&uri])?;
        let fields = Fields::new(object_of(&body, "", &what)?, "");
        let code = fields
            .text("Code")
            .map_err(|error| error.in_response(&what))?;
        if code.is_some_and(|code| code != "Success") {
            let message = format!("the response to {what} has no credentials: Code is not Success");
            return Err(CredentialsError::new(message));
        }
        Ok(response
            .credentials(context, "", &what, &[&uri])?
            .with_provider("credential_uri"))
    }
}

/// Checks that this is an HTTP URL with a host, without user name and without characters that could
/// end the request line.
fn check(uri: &str) -> Result<(), CredentialsError> {
    let lower = uri.to_ascii_lowercase();
    let scheme = lower.starts_with("http://") || lower.starts_with("https://");
    let authority = authority(uri);
    if scheme
        && !authority.is_empty()
        && !authority.contains('@')
        && uri.bytes().all(|b| b.is_ascii_graphic())
    {
        return Ok(());
    }
    Err(CredentialsError::new(
        "invalid credentials URI: expected an http or https URL without whitespace and user name",
    ))
}

impl fmt::Debug for UriProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.uri.as_deref().map(|uri| origin(uri));
        f.debug_struct("UriProvider")
            .field("origin", &origin)
            .finish_non_exhaustive()
    }
}

impl ProvideCredentials for UriProvider {
    fn name(&self) -> &str {
        "credential_uri"
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.get(context))
    }
}
