//! A role, assumed with an OpenID Connect token: RRSA in Kubernetes clusters of ACK.

use super::sts::{self, Session, StsAddress};
use super::variables::non_empty;
use super::{Credentials, CredentialsError, Environment, ProvideCredentials, ProviderContext};
use crate::time::BoxFuture;
use std::path::Path;
use std::time::Duration;
use zeroize::Zeroizing;

const ACTION: &str = "AssumeRoleWithOIDC";
const TOKEN_FILE: &str = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";
const ROLE_ARN: &str = "ALIBABA_CLOUD_ROLE_ARN";
const PROVIDER_ARN: &str = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
/// Tokens of clusters have one or two kilobytes.
const LARGEST_TOKEN: usize = 64 * 1024;

/// Assumes a RAM role with an OpenID Connect token in a file, by `AssumeRoleWithOIDC` of the Security Token Service.
///
/// What is not set comes from `ALIBABA_CLOUD_OIDC_TOKEN_FILE`, `ALIBABA_CLOUD_ROLE_ARN` and `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`, as ACK sets
/// them in pods (RRSA). The file is read at each refresh, as the cluster rotates the token.
#[derive(Clone, Debug, Default)]
pub struct OidcProvider {
    token_file: Option<String>,
    role_arn: Option<String>,
    provider_arn: Option<String>,
    session: Session,
    address: StsAddress,
}

/// What one refresh works with.
struct Settings {
    token_file: String,
    role_arn: String,
    provider_arn: String,
}

impl OidcProvider {
    /// Everything from the environment.
    pub fn new() -> Self {
        Self::default()
    }

    /// The file with the token.
    #[must_use]
    pub fn token_file(mut self, path: impl Into<String>) -> Self {
        self.token_file = Some(path.into());
        self
    }

    /// The ARN of the role to assume.
    #[must_use]
    pub fn role_arn(mut self, arn: impl Into<String>) -> Self {
        self.role_arn = Some(arn.into());
        self
    }

    /// The ARN of the identity provider in RAM that vouches for the token.
    #[must_use]
    pub fn provider_arn(mut self, arn: impl Into<String>) -> Self {
        self.provider_arn = Some(arn.into());
        self
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

    fn settings(&self, environment: &dyn Environment) -> Result<Settings, CredentialsError> {
        let get = |set: &Option<String>, variable| {
            set.clone()
                .or_else(|| non_empty(environment, variable))
                .ok_or(variable)
        };
        let token_file = get(&self.token_file, TOKEN_FILE);
        let role_arn = get(&self.role_arn, ROLE_ARN);
        let provider_arn = get(&self.provider_arn, PROVIDER_ARN);
        // A role alone may be meant for something else; the other two have no other use.
        let meant = token_file.is_ok() || provider_arn.is_ok();
        match (token_file, role_arn, provider_arn) {
            (Ok(token_file), Ok(role_arn), Ok(provider_arn)) => Ok(Settings {
                token_file,
                role_arn,
                provider_arn,
            }),
            (Err(missing), ..) | (_, Err(missing), _) | (.., Err(missing)) => {
                let message = format!("{missing} is not set");
                Err(if meant {
                    CredentialsError::new(message)
                } else {
                    CredentialsError::not_configured(message)
                })
            }
        }
    }

    async fn assume(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        let settings = self.settings(&*context.environment)?;
        let endpoint = self.address.resolve(&*context.environment)?;
        let session = self.session.parameters(context)?;
        let token = read_token(context, &settings.token_file).await?;
        let answer = sts::send(ACTION, context, || {
            let mut parameters = sts::common_parameters(ACTION, context);
            parameters.extend(session.iter().cloned());
            let form = parameters
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .chain([
                    ("RoleArn", settings.role_arn.as_str()),
                    ("OIDCProviderArn", settings.provider_arn.as_str()),
                    ("OIDCToken", token.as_str()),
                ]);
            Ok(sts::form_request(&endpoint, "/", form))
        })
        .await?;
        let what = format!("{ACTION} of {}", settings.role_arn);
        Ok(sts::issued(&answer, &what, &[&token])?
            .with_provider("oidc_role_arn")
            .with_role(settings.role_arn))
    }
}

/// The token as it is in the file: official clients do not trim it either.
async fn read_token(
    context: &ProviderContext,
    file: &str,
) -> Result<Zeroizing<String>, CredentialsError> {
    let fail = |why: String| CredentialsError::new(format!("the OIDC token file {file} {why}"));
    let bytes = context
        .environment
        .read(Path::new(file), LARGEST_TOKEN)
        .await
        .map_err(|error| fail(format!("cannot be read: {error}")))?;
    let token = String::from_utf8(bytes).map_err(|_| fail("holds no text".to_owned()))?;
    if token.trim().is_empty() {
        return Err(fail("is empty".to_owned()));
    }
    Ok(Zeroizing::new(token))
}

impl ProvideCredentials for OidcProvider {
    fn name(&self) -> &str {
        "oidc_role_arn"
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.assume(context))
    }
}
