//! A RAM role, assumed with the credentials of another provider.

use super::fetch::FetchResponse;
use super::sts::{self, RoleSession, role_session_setters};
use super::{Credentials, CredentialsError, ProvideCredentials, ProviderContext};
use crate::endpoint::Endpoint;
use crate::http::HttpRequest;
use crate::signing::{Signature, SigningKey, nonce, v1_rpc};
use crate::time::BoxFuture;
use std::sync::Arc;

const ACTION: &str = "AssumeRole";

/// Assumes a RAM role with the credentials of another provider. Calls `AssumeRole` of the Security
/// Token Service (STS).
///
/// If the service rejects the source credentials, the provider invalidates them and retries once
/// with newer ones, if the source returns any.
///
/// ```
/// use alibabacloud_core::credentials::{AssumeRoleProvider, EnvProvider};
///
/// let provider = AssumeRoleProvider::new(EnvProvider::new(), "acs:ram::1234567890123456:role/deploy")
///     .session_name("nightly")
///     .sts_region("cn-hangzhou");
/// ```
#[derive(Clone, Debug)]
pub struct AssumeRoleProvider {
    source: Arc<dyn ProvideCredentials>,
    role_arn: String,
    external_id: Option<String>,
    session: RoleSession,
}

impl AssumeRoleProvider {
    /// Creates a provider that assumes the role with this ARN: `acs:ram::<account ID>:role/<name>`.
    /// An invalid ARN is reported when a client is created, and by each refresh. Each refresh asks
    /// the source; wrap it in a [`CachedProvider`](super::CachedProvider) if it is slow.
    pub fn new(source: impl ProvideCredentials, role_arn: impl Into<String>) -> Self {
        Self::shared(Arc::new(source), role_arn)
    }

    /// Creates a provider with a shared source.
    pub(super) fn shared(source: Arc<dyn ProvideCredentials>, role_arn: impl Into<String>) -> Self {
        Self {
            source,
            role_arn: role_arn.into(),
            external_id: None,
            session: RoleSession::default(),
        }
    }

    /// Sets the external ID that the trust policy of the role requires. Default: none.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    role_session_setters!();

    async fn assume(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        let endpoint = self.session.endpoint(&*context.environment)?;
        let session = self.session.parameters(context)?;
        sts::check_role_arn(&self.role_arn)?;
        let mut source = self.source.provide(context).await?;
        source.check()?;
        let mut response = self.ask(context, &endpoint, &session, &source).await?;
        if rejects_source(response.code().as_deref()) {
            // A source with a cache may return newer ones.
            self.source.invalidate(&source);
            let newer = self.source.provide(context).await?;
            newer.check()?;
            if !newer.is_same(&source) {
                response = self.ask(context, &endpoint, &session, &newer).await?;
                source = newer;
            }
        }
        let what = format!("{ACTION} for {}", self.role_arn);
        let secrets = [
            source.access_key_secret().unwrap_or_default(),
            source.security_token().unwrap_or_default(),
        ];
        let credentials = response
            .credentials(context, "Credentials", &what, &secrets)
            .map_err(|error| signed_with(&source, &error))?;
        Ok(credentials
            .with_provider(format!("ram_role_arn/{}", source.provider()))
            .with_role(&self.role_arn)
            .with_settings_of(&source))
    }

    async fn ask(
        &self,
        context: &ProviderContext,
        endpoint: &Endpoint,
        session: &[(&'static str, String)],
        source: &Credentials,
    ) -> Result<FetchResponse, CredentialsError> {
        let Some(key) = source.signing_key() else {
            return Err(CredentialsError::new(format!(
                "cannot assume a role with the credentials of {}: they have no AccessKey",
                source.provider()
            )));
        };
        sts::send(ACTION, context, || {
            let mut parameters = sts::common_parameters(ACTION, context);
            parameters.extend(session.iter().cloned());
            parameters.push(("RoleArn", self.role_arn.clone()));
            let nonce = nonce().map_err(|error| CredentialsError::new(error.to_string()))?;
            parameters.push(("SignatureNonce", nonce));
            Ok(self.sign(endpoint, key, source.security_token(), &parameters))
        })
        .await
    }

    fn sign(
        &self,
        endpoint: &Endpoint,
        key: &SigningKey,
        token: Option<&str>,
        parameters: &[(&'static str, String)],
    ) -> HttpRequest {
        let mut form: Vec<(&str, &str)> = parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        form.push(("SignatureMethod", "HMAC-SHA1"));
        form.push(("SignatureVersion", "1.0"));
        form.push(("AccessKeyId", key.access_key_id()));
        form.extend(token.map(|token| ("SecurityToken", token)));
        form.extend(self.external_id.as_deref().map(|id| ("ExternalId", id)));
        let mut signature = Signature::default();
        v1_rpc::sign(&mut signature, key, "POST", &mut form);
        form.push(("Signature", signature.signature()));
        sts::form_request(endpoint, "/", form)
    }
}

/// Adds what the request was signed with to an error of the service about that.
fn signed_with(source: &Credentials, error: &CredentialsError) -> CredentialsError {
    let about_identity = error.refusal().is_some_and(|refusal| {
        refusal.status == Some(403) || refusal.class().is_invalid_credentials()
    });
    match about_identity {
        true => error.with_message(format!("{error}, signed with {}", source.shown())),
        false => error.clone(),
    }
}

/// Returns whether an error code rejects the source credentials.
fn rejects_source(code: Option<&str>) -> bool {
    code.is_some_and(|code| {
        code.starts_with("InvalidSecurityToken") || code.starts_with("InvalidAccessKeyId")
    })
}

impl ProvideCredentials for AssumeRoleProvider {
    fn name(&self) -> &str {
        "ram_role_arn"
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.assume(context))
    }

    fn validate(&self) -> Result<(), CredentialsError> {
        sts::check_role_arn(&self.role_arn)?;
        self.source.validate()
    }
}
