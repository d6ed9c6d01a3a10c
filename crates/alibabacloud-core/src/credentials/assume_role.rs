//! A role, assumed with other credentials.

use super::exchange::Answer;
use super::sts::{self, Session, StsAddress};
use super::{Credentials, CredentialsError, ProvideCredentials, ProviderContext};
use crate::endpoint::Endpoint;
use crate::http::HttpRequest;
use crate::signing::{Signature, SigningKey, nonce, v1_rpc};
use crate::time::BoxFuture;
use std::sync::Arc;
use std::time::Duration;

const ACTION: &str = "AssumeRole";

/// Assumes a RAM role with the credentials of another provider, by `AssumeRole` of the Security Token Service.
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
    session: Session,
    address: StsAddress,
}

impl AssumeRoleProvider {
    /// Assumes the role of this ARN. The source is asked at each refresh; wrap it in a [`CachedProvider`](super::CachedProvider) when
    /// it is slow.
    pub fn new(source: impl ProvideCredentials, role_arn: impl Into<String>) -> Self {
        Self::shared(Arc::new(source), role_arn)
    }

    pub(super) fn shared(source: Arc<dyn ProvideCredentials>, role_arn: impl Into<String>) -> Self {
        Self {
            source,
            role_arn: role_arn.into(),
            external_id: None,
            session: Session::default(),
            address: StsAddress::default(),
        }
    }

    /// The name of the session in audit logs. Default: `ALIBABA_CLOUD_ROLE_SESSION_NAME`, else `credentials-rust-` and the time.
    #[must_use]
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.session.name = Some(name.into());
        self
    }

    /// A policy, as JSON, that takes permissions away from the session.
    #[must_use]
    pub fn policy(mut self, policy: impl Into<String>) -> Self {
        self.session.policy = Some(policy.into());
        self
    }

    /// The external id that the trust policy of the role asks for.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// How long the session is valid, in whole seconds: at least 900 and at most what the role allows. Default: one hour.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.session.duration = Some(duration);
        self
    }

    /// The region whose STS is asked. Default: `ALIBABA_CLOUD_STS_REGION`, else the central `sts.aliyuncs.com`.
    #[must_use]
    pub fn sts_region(mut self, region: impl Into<String>) -> Self {
        self.address.region = Some(region.into());
        self
    }

    /// Whether STS is asked inside the VPC. Takes effect with a region. Default: `ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED`.
    #[must_use]
    pub fn vpc(mut self, vpc: bool) -> Self {
        self.address.vpc = Some(vpc);
        self
    }

    /// The host of STS; `http://` only for this machine. Default: that of the region, or `ALIBABA_CLOUD_STS_ENDPOINT`.
    #[must_use]
    pub fn sts_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.address.endpoint = Some(endpoint.into());
        self
    }

    pub(super) fn session(mut self, session: Session) -> Self {
        self.session = session;
        self
    }

    pub(super) fn address(mut self, address: StsAddress) -> Self {
        self.address = address;
        self
    }

    async fn assume(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        let endpoint = self.address.resolve(&*context.environment)?;
        let session = self.session.parameters(context)?;
        let mut source = self.source.provide(context).await?;
        let mut answer = self.ask(context, &endpoint, &session, &source).await?;
        if refuses_source(answer.code().as_deref()) {
            // A source that keeps credentials may have newer ones.
            self.source.invalidate(&source);
            let newer = self.source.provide(context).await?;
            if !newer.is_same(&source) {
                answer = self.ask(context, &endpoint, &session, &newer).await?;
                source = newer;
            }
        }
        let what = format!("{ACTION} of {}", self.role_arn);
        let secrets = [
            source.access_key_secret().unwrap_or_default(),
            source.security_token().unwrap_or_default(),
        ];
        Ok(sts::issued(&answer, &what, &secrets)?
            .with_provider(format!("ram_role_arn/{}", source.provider()))
            .with_role(&self.role_arn))
    }

    async fn ask(
        &self,
        context: &ProviderContext,
        endpoint: &Endpoint,
        session: &[(&'static str, String)],
        source: &Credentials,
    ) -> Result<Answer, CredentialsError> {
        let Some(key) = source.signing_key() else {
            return Err(CredentialsError::new(format!(
                "a role cannot be assumed with credentials of {}, which hold no AccessKey",
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

/// Whether a refusal concerns the credentials that the role was to be assumed with.
fn refuses_source(code: Option<&str>) -> bool {
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
}
