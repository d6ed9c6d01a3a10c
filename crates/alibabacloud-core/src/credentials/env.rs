//! Credentials in environment variables.

use super::value::CredentialsField;
use super::variables::non_empty;
use super::{Credentials, CredentialsError, Environment, ProvideCredentials, ProviderContext};
use crate::time::BoxFuture;

const KEY_ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const KEY_SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
const TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";
const BEARER_TOKEN: &str = "ALIBABA_CLOUD_BEARER_TOKEN";

/// Reads `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and, for temporary
/// credentials, `ALIBABA_CLOUD_SECURITY_TOKEN`. Without an AccessKey it reads
/// `ALIBABA_CLOUD_BEARER_TOKEN`.
///
/// Each refresh reads the variables. A blank variable counts as unset. The provider is not
/// configured if none is set. It fails if only one of AccessKey ID and secret is set, if there is a
/// security token without them, and if a value contains blanks, control characters or characters
/// that are not ASCII.
#[derive(Clone, Copy, Debug, Default)]
pub struct EnvProvider {}

impl EnvProvider {
    /// Creates the provider.
    pub fn new() -> Self {
        Self::default()
    }

    fn find(environment: &dyn Environment) -> Result<Credentials, CredentialsError> {
        let id = non_empty(environment, KEY_ID);
        let secret = non_empty(environment, KEY_SECRET);
        let credentials = match (id, secret) {
            (Some(id), Some(secret)) => match non_empty(environment, TOKEN) {
                Some(token) => Credentials::sts(id, secret, token),
                None => Credentials::access_key(id, secret),
            },
            (Some(_), None) => return Err(half_set(KEY_ID, KEY_SECRET)),
            (None, Some(_)) => return Err(half_set(KEY_SECRET, KEY_ID)),
            (None, None) => match non_empty(environment, BEARER_TOKEN) {
                Some(token) => Credentials::bearer(token),
                None if non_empty(environment, TOKEN).is_some() => {
                    return Err(half_set(TOKEN, KEY_ID));
                }
                None => {
                    return Err(CredentialsError::not_configured(format!(
                        "{KEY_ID} is not set"
                    )));
                }
            },
        };
        if let Some(flaw) = credentials.flaw() {
            let name = match flaw.field {
                CredentialsField::AccessKeyId => KEY_ID,
                CredentialsField::AccessKeySecret => KEY_SECRET,
                CredentialsField::SecurityToken => TOKEN,
                CredentialsField::BearerToken => BEARER_TOKEN,
            };
            return Err(CredentialsError::new(format!("{name} {}", flaw.problem)));
        }
        Ok(credentials.with_provider("env"))
    }
}

fn half_set(set: &str, unset: &str) -> CredentialsError {
    CredentialsError::new(format!("{set} is set but {unset} is not"))
}

impl ProvideCredentials for EnvProvider {
    fn name(&self) -> &str {
        "env"
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async { Self::find(&*context.environment) })
    }

    fn can_renew(&self) -> bool {
        false
    }
}
