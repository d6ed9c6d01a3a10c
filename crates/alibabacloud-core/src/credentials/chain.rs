//! Several providers, asked in order.

use super::explain::{Explanation, Identity, Outcome, Step};
use super::variables::is_on;
use super::{
    CliProfileProvider, Credentials, CredentialsError, CredentialsErrorKind, EcsRamRoleProvider,
    EnvProvider, Environment, IniProfileProvider, OidcProvider, ProvideCredentials,
    ProviderContext, UriProvider,
};
use crate::time::BoxFuture;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Asks providers in order and uses the first that has credentials.
///
/// - A provider that is not configured is passed over.
/// - A provider that is configured and fails stops the chain: a program never runs under another identity because of a typing error or
///   an outage.
/// - The provider that succeeded first is remembered and asked alone from then on. A failure is never remembered.
#[derive(Debug)]
pub struct ProviderChain {
    name: String,
    members: Vec<Member>,
    /// The member that succeeded.
    chosen: OnceLock<usize>,
}

#[derive(Debug)]
struct Member {
    provider: Arc<dyn ProvideCredentials>,
    name: String,
    /// Variables that switch it off.
    switches: &'static [&'static str],
    /// How a person repairs it or gets rid of it.
    remedy: &'static str,
}

impl ProviderChain {
    /// An empty chain. Its name stands in front of the names of its providers: `name/env`.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            members: Vec::new(),
            chosen: OnceLock::new(),
        }
    }

    /// Adds a provider at the end.
    #[must_use]
    pub fn then(self, provider: impl ProvideCredentials) -> Self {
        self.member(provider, &[], "repair it, or take it out of the chain")
    }

    fn member(
        mut self,
        provider: impl ProvideCredentials,
        switches: &'static [&'static str],
        remedy: &'static str,
    ) -> Self {
        self.members.push(Member {
            name: format!("{}/{}", self.name, provider.name()),
            provider: Arc::new(provider),
            switches,
            remedy,
        });
        self
    }

    /// Walks the chain and tells what each provider said. Always starts at the first, and changes nothing about what is remembered.
    ///
    /// Providers that ask services do so here as well.
    pub async fn explain(&self, context: &ProviderContext) -> Explanation {
        let mut steps = Vec::with_capacity(self.members.len());
        let mut identity = None;
        let mut stopped = false;
        for member in &self.members {
            let started = context.time.elapsed();
            let outcome = if stopped {
                Outcome::NotReached
            } else {
                match self.ask(member, context).await {
                    Ok(credentials) => {
                        identity = Some(Identity::new(&credentials, &*context.time));
                        Outcome::Used
                    }
                    Err(error) if error.kind() == CredentialsErrorKind::NotConfigured => {
                        Outcome::Skipped(error.to_string())
                    }
                    Err(error) => Outcome::Failed(member.advise(&error)),
                }
            };
            stopped |= matches!(outcome, Outcome::Used | Outcome::Failed(_));
            let elapsed = match outcome {
                Outcome::NotReached => Duration::ZERO,
                _ => context.time.elapsed().saturating_sub(started),
            };
            steps.push(Step {
                provider: member.name.clone(),
                outcome,
                elapsed,
            });
        }
        Explanation { steps, identity }
    }

    async fn find(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        if let Some(member) = self.chosen.get().and_then(|&index| self.members.get(index)) {
            return self
                .ask(member, context)
                .await
                .map_err(|error| member.failure(&error));
        }
        let mut reasons = Vec::with_capacity(self.members.len());
        for (index, member) in self.members.iter().enumerate() {
            match self.ask(member, context).await {
                Ok(credentials) => {
                    // Of two callers at once the first is remembered.
                    let _ = self.chosen.set(index);
                    return Ok(credentials);
                }
                Err(error) if error.kind() == CredentialsErrorKind::NotConfigured => {
                    reasons.push(format!("{} ({error})", member.name));
                }
                Err(error) => return Err(member.failure(&error)),
            }
        }
        Err(CredentialsError::not_configured(format!(
            "no credentials found: {}",
            reasons.join(", ")
        )))
    }

    async fn ask(
        &self,
        member: &Member,
        context: &ProviderContext,
    ) -> Result<Credentials, CredentialsError> {
        if let Some(switch) = member.switched_off(&*context.environment) {
            let message = format!("switched off by {switch}");
            return Err(CredentialsError::not_configured(message));
        }
        let credentials = member.provider.provide(context).await?;
        Ok(credentials.within(&self.name))
    }
}

impl Member {
    fn switched_off(&self, environment: &dyn Environment) -> Option<&'static str> {
        self.switches
            .iter()
            .copied()
            .find(|switch| is_on(environment, switch))
    }

    /// The error and what to do about it.
    fn advise(&self, error: &CredentialsError) -> CredentialsError {
        CredentialsError::new(format!("{error}; {}", self.remedy))
    }

    /// The same, for the one who gets the error of the whole chain.
    fn failure(&self, error: &CredentialsError) -> CredentialsError {
        let advice = self.advise(error);
        CredentialsError::new(format!("{} is configured but failed: {advice}", self.name))
    }
}

impl ProvideCredentials for ProviderChain {
    fn name(&self) -> &str {
        &self.name
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(self.find(context))
    }

    fn invalidate(&self, used: &Credentials) {
        for member in &self.members {
            member.provider.invalidate(used);
        }
    }
}

/// Where Alibaba Cloud's own clients look, in their order:
///
/// 1. keys in environment variables ([`EnvProvider`])
/// 2. an OpenID Connect token in a pod, for RRSA ([`OidcProvider`])
/// 3. the profile of the command line interface ([`CliProfileProvider`]), unless `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` or
///    `ALIBABA_CLOUD_IGNORE_PROFILE` is `true`
/// 4. the ini profile of the libraries ([`IniProfileProvider`])
/// 5. the role of the ECS instance ([`EcsRamRoleProvider`]), unless `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true`
/// 6. the URL in `ALIBABA_CLOUD_CREDENTIALS_URI` ([`UriProvider`])
///
/// It follows the rules of [`ProviderChain`]. Which source is used can be asked with [`DefaultChain::explain`].
#[derive(Debug)]
pub struct DefaultChain(ProviderChain);

impl DefaultChain {
    /// The chain.
    pub fn new() -> Self {
        let chain = ProviderChain::new("default")
            .member(
                EnvProvider::new(),
                &[],
                "set both ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or unset both",
            )
            .member(
                OidcProvider::new(),
                &[],
                "repair it, or unset ALIBABA_CLOUD_OIDC_TOKEN_FILE and ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
            )
            .member(
                CliProfileProvider::new(),
                &[
                    "ALIBABA_CLOUD_CLI_PROFILE_DISABLED",
                    "ALIBABA_CLOUD_IGNORE_PROFILE",
                ],
                "repair it with `aliyun configure`, or set ALIBABA_CLOUD_CLI_PROFILE_DISABLED=true",
            )
            .member(
                IniProfileProvider::new(),
                &[],
                "repair the section, or remove it from the file",
            )
            .member(
                EcsRamRoleProvider::new(),
                &[],
                "repair it, or set ALIBABA_CLOUD_ECS_METADATA_DISABLED=true",
            )
            .member(
                UriProvider::new(),
                &[],
                "repair it, or unset ALIBABA_CLOUD_CREDENTIALS_URI",
            );
        Self(chain)
    }

    /// What each provider of the chain said; see [`ProviderChain::explain`].
    pub async fn explain(&self, context: &ProviderContext) -> Explanation {
        self.0.explain(context).await
    }
}

impl Default for DefaultChain {
    fn default() -> Self {
        Self::new()
    }
}

impl ProvideCredentials for DefaultChain {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        self.0.provide(context)
    }

    fn invalidate(&self, used: &Credentials) {
        self.0.invalidate(used);
    }
}
