//! Credentials from a URL.

use super::exchange::{self, Exchange, Repeat};
use super::fields::{Fields, object_of};
use super::variables::non_empty;
use super::{Credentials, CredentialsError, ProvideCredentials, ProviderContext};
use crate::http::{Method, origin};
use crate::time::BoxFuture;
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

const VARIABLE: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Time for one request with its answer.
const LIMIT: Duration = Duration::from_secs(10);

/// Gets temporary credentials as JSON from a URL: a sidecar or a local agent.
///
/// The URL may hold a secret; messages show its scheme and host alone. Services on this machine are never asked through a proxy.
#[derive(Clone, Default)]
pub struct UriProvider {
    uri: Option<Zeroizing<String>>,
}

impl UriProvider {
    /// The URL in `ALIBABA_CLOUD_CREDENTIALS_URI`, read at each refresh.
    pub fn new() -> Self {
        Self::default()
    }

    /// The URL.
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
        let what = format!("the credentials URI at {}", origin(&uri));
        let exchange = Exchange {
            what: "the credentials URI",
            limit: LIMIT,
            repeat: Repeat::Always,
        };
        let answer = exchange
            .send(context, || {
                let mut request = exchange::request(Method::Get, &uri);
                request.connect_timeout = Some(CONNECT_LIMIT);
                Ok(request)
            })
            .await?;
        let answer = answer.json(&what, &[&uri])?;
        let fields = Fields::new(object_of(&answer, "", &what)?, "");
        let code = fields
            .text("Code")
            .map_err(|error| error.in_answer(&what))?;
        if code.is_some_and(|code| code != "Success") {
            let message = format!("{what} has no credentials: its code is not Success");
            return Err(CredentialsError::new(message));
        }
        Ok(fields
            .issued()
            .map_err(|error| error.in_answer(&what))?
            .with_provider("credential_uri"))
    }
}

/// An HTTP URL with a host and without anything that could break out of the request line.
fn check(uri: &str) -> Result<(), CredentialsError> {
    let lower = uri.to_ascii_lowercase();
    let scheme = lower.starts_with("http://") || lower.starts_with("https://");
    let authority = exchange::authority(uri);
    if scheme
        && !authority.is_empty()
        && !authority.contains('@')
        && uri.bytes().all(|b| b.is_ascii_graphic())
    {
        return Ok(());
    }
    Err(CredentialsError::new(
        "the credentials URI must be an http or https URL without blanks and without a user name",
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
