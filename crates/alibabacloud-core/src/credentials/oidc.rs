//! A RAM role, assumed with an OpenID Connect token: RRSA in Kubernetes clusters of ACK.

use super::sts::{self, RoleSession, role_session_setters};
use super::variables::non_empty;
use super::{Credentials, CredentialsError, Environment, ProvideCredentials, ProviderContext};
use crate::time::BoxFuture;
use std::path::Path;
use zeroize::Zeroizing;

const ACTION: &str = "AssumeRoleWithOIDC";
const TOKEN_FILE: &str = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";
const ROLE_ARN: &str = "ALIBABA_CLOUD_ROLE_ARN";
const PROVIDER_ARN: &str = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
/// The maximum size of the token file, in bytes. Tokens of clusters have one or two kilobytes.
const LARGEST_TOKEN: usize = 64 * 1024;

/// Assumes a RAM role with an OpenID Connect token in a file. Calls `AssumeRoleWithOIDC` of the
/// Security Token Service (STS).
///
/// Unset values come from `ALIBABA_CLOUD_OIDC_TOKEN_FILE`, `ALIBABA_CLOUD_ROLE_ARN` and
/// `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`, which ACK sets in pods (RRSA). Each refresh reads the file,
/// because the cluster rotates the token.
///
/// The provider is not configured if it has neither a token file nor a provider ARN. It fails if
/// only some of the three values are set, and if the file is missing, empty or larger than 64 KiB.
#[derive(Clone, Debug, Default)]
pub struct OidcProvider {
    token_file: Option<String>,
    role_arn: Option<String>,
    provider_arn: Option<String>,
    session: RoleSession,
}

/// The values that one refresh uses.
struct OidcSettings {
    token_file: String,
    role_arn: String,
    provider_arn: String,
}

impl OidcProvider {
    /// Creates a provider that takes all values from the environment.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the path of the file with the token. Default: `ALIBABA_CLOUD_OIDC_TOKEN_FILE`.
    #[must_use]
    pub fn token_file(mut self, path: impl Into<String>) -> Self {
        self.token_file = Some(path.into());
        self
    }

    /// Sets the ARN of the role to assume. Default: `ALIBABA_CLOUD_ROLE_ARN`.
    #[must_use]
    pub fn role_arn(mut self, arn: impl Into<String>) -> Self {
        self.role_arn = Some(arn.into());
        self
    }

    /// Sets the ARN of the identity provider in RAM that issues the token. Default:
    /// `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`.
    #[must_use]
    pub fn provider_arn(mut self, arn: impl Into<String>) -> Self {
        self.provider_arn = Some(arn.into());
        self
    }

    role_session_setters!();

    fn settings(&self, environment: &dyn Environment) -> Result<OidcSettings, CredentialsError> {
        let get = |set: &Option<String>, variable| {
            set.clone()
                .or_else(|| non_empty(environment, variable))
                .ok_or(variable)
        };
        let token_file = get(&self.token_file, TOKEN_FILE);
        let role_arn = get(&self.role_arn, ROLE_ARN);
        let provider_arn = get(&self.provider_arn, PROVIDER_ARN);
        // A role ARN alone may have another purpose; the other two values have none.
        let configured = token_file.is_ok() || provider_arn.is_ok();
        match (token_file, role_arn, provider_arn) {
            (Ok(token_file), Ok(role_arn), Ok(provider_arn)) => Ok(OidcSettings {
                token_file,
                role_arn,
                provider_arn,
            }),
            (Err(missing), ..) | (_, Err(missing), _) | (.., Err(missing)) => {
                let message = format!("{missing} is not set");
                Err(if configured {
                    CredentialsError::new(message)
                } else {
                    CredentialsError::not_configured(message)
                })
            }
        }
    }

    async fn assume(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        let settings = self.settings(&*context.environment)?;
        let endpoint = self.session.endpoint(&*context.environment)?;
        let session = self.session.parameters(context)?;
        sts::check_role_arn(&settings.role_arn)?;
        let token = read_token(context, &settings.token_file).await?;
        let response = sts::send(ACTION, context, || {
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
        let what = format!("{ACTION} for {}", settings.role_arn);
        Ok(response
            .credentials(context, "Credentials", &what, &[&token])?
            .with_provider("oidc_role_arn")
            .with_role(settings.role_arn))
    }
}

/// Reads the token, without trimming it: official clients do not trim it either.
async fn read_token(
    context: &ProviderContext,
    file: &str,
) -> Result<Zeroizing<String>, CredentialsError> {
    let fail =
        |problem: String| CredentialsError::new(format!("the OIDC token file {file} {problem}"));
    let bytes = context
        .environment
        .read(Path::new(file), LARGEST_TOKEN)
        .await
        .map_err(|error| fail(format!("cannot be read: {error}")))?;
    let token = String::from_utf8(bytes).map_err(|_| fail("is not UTF-8 text".to_owned()))?;
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

    /// Checks the role ARN that is set in code; that of the environment is read by each refresh.
    fn validate(&self) -> Result<(), CredentialsError> {
        match &self.role_arn {
            Some(arn) => sts::check_role_arn(arn),
            None => Ok(()),
        }
    }
}
