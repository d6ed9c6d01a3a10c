//! Mode CloudSSO: exchanges the access token of a browser login for temporary credentials.

use super::super::fetch::{self, Fetch, FetchRetry};
use super::super::fields::FieldError;
use super::super::{
    Credentials, CredentialsError, ProvideCredentials, ProviderContext, sts, timestamp,
};
use super::document::Profile;
use crate::endpoint::Endpoint;
use crate::http::{Method, origin};
use crate::time::BoxFuture;
use serde_json::json;
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

const WHAT: &str = "CloudSSO";
/// The time limit of one attempt.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The login in a profile.
pub(super) struct CloudSsoLogin {
    profile: String,
    endpoint: Endpoint,
    access_token: Zeroizing<String>,
    /// The Unix time in seconds.
    access_token_expiry: u64,
    account_id: String,
    access_configuration: String,
}

impl CloudSsoLogin {
    pub(super) fn new(profile: &Profile<'_>) -> Result<Self, CredentialsError> {
        let explain = |error| profile.explain(&error);
        let fields = &profile.fields;
        let url = fields.required("cloud_sso_sign_in_url").map_err(explain)?;
        let endpoint = sts::secure(origin(url), "cloud_sso_sign_in_url")?;
        let read = || -> Result<Self, FieldError> {
            Ok(Self {
                profile: profile.name.to_owned(),
                endpoint,
                access_token: Zeroizing::new(fields.required("access_token")?.to_owned()),
                access_token_expiry: fields
                    .count("cloud_sso_access_token_expire")?
                    .unwrap_or_default(),
                account_id: fields.required("cloud_sso_account_id")?.to_owned(),
                access_configuration: fields.required("cloud_sso_access_config")?.to_owned(),
            })
        };
        read().map_err(explain)
    }

    async fn credentials(
        &self,
        context: &ProviderContext,
    ) -> Result<Credentials, CredentialsError> {
        let login = format!(
            "log in with `aliyun configure --mode CloudSSO --profile {}`",
            self.profile
        );
        // The service decides whether the login is still valid. The file has the expiry by the
        // clock of the machine at the time of the login, which may have been wrong or corrected
        // since, so a comparison could reject a valid login. It only explains a rejection.
        let seems_expired = self.access_token_expiry <= timestamp::unix_seconds(context.now());
        let body = json!({
            "AccountId": self.account_id,
            "AccessConfigurationId": self.access_configuration,
        })
        .to_string();
        let fetch = Fetch {
            what: WHAT,
            timeout: TIMEOUT,
            retry: FetchRetry::Transient,
        };
        let response = fetch
            .send(context, || {
                let url = format!("{}/cloud-credentials", self.endpoint);
                let mut request = fetch::request(Method::Post, &url);
                request.headers.set("content-type", "application/json");
                let bearer = format!("Bearer {}", *self.access_token);
                request.headers.set("authorization", bearer);
                request.body = body.clone().into();
                Ok(request)
            })
            .await?;
        match response.status {
            400 | 401 | 403 if seems_expired => {
                let message = format!("the CloudSSO login has expired; {login}");
                return Err(CredentialsError::new(message));
            }
            401 => {
                let message = format!("CloudSSO no longer accepts the login; {login}");
                return Err(CredentialsError::new(message));
            }
            _ => {}
        }
        Ok(response
            .credentials(context, "CloudCredential", WHAT, &[&self.access_token])?
            .with_provider("cloud_sso"))
    }
}

impl fmt::Debug for CloudSsoLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudSsoLogin")
            .field("profile", &self.profile)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl ProvideCredentials for CloudSsoLogin {
    fn name(&self) -> &str {
        "cloud_sso"
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.credentials(context))
    }
}
