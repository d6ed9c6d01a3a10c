//! Chains of providers.

use super::explain::{CallerIdentity, Explanation, ProviderOutcome, ProviderStep};
use super::variables::is_on;
use super::{
    CliProfileProvider, Credentials, CredentialsError, CredentialsErrorKind, EcsRamRoleProvider,
    EnvProvider, Environment, IniProfileProvider, OidcProvider, ProvideCredentials,
    ProviderContext, RegionExplanation, UriProvider,
};
use crate::time::BoxFuture;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Asks providers in order and uses the first that returns credentials.
///
/// - A provider that is not configured is skipped.
/// - A provider that is configured and fails stops the chain, so that a typing error or an outage
///   never makes a program run under another identity.
/// - The first provider that succeeds is remembered, and only it is asked from then on. Failures
///   are not remembered.
#[derive(Debug)]
pub struct ProviderChain {
    name: String,
    members: Vec<ChainMember>,
    /// The index of the provider that succeeded.
    chosen: OnceLock<usize>,
}

#[derive(Debug)]
struct ChainMember {
    provider: Arc<dyn ProvideCredentials>,
    name: String,
    /// Variables that disable the provider.
    switches: &'static [&'static str],
    /// How to fix or disable the provider.
    remedy: &'static str,
}

impl ProviderChain {
    /// Creates an empty chain. Its name precedes the names of its providers: `name/env`.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            members: Vec::new(),
            chosen: OnceLock::new(),
        }
    }

    /// Appends a provider.
    #[must_use]
    pub fn then(self, provider: impl ProvideCredentials) -> Self {
        self.member(provider, &[], "fix it, or remove it from the chain")
    }

    fn member(
        mut self,
        provider: impl ProvideCredentials,
        switches: &'static [&'static str],
        remedy: &'static str,
    ) -> Self {
        self.members.push(ChainMember {
            name: format!("{}/{}", self.name, provider.name()),
            provider: Arc::new(provider),
            switches,
            remedy,
        });
        self
    }

    /// Asks the providers in order and reports the outcome of each, and the region that comes with
    /// the environment and the credentials. Always starts with the first provider, and does not
    /// change which one is remembered.
    ///
    /// Providers that call services do so here too.
    pub async fn explain(&self, context: &ProviderContext) -> Explanation {
        let mut steps = Vec::with_capacity(self.members.len());
        let mut found = None;
        let mut stopped = false;
        for member in &self.members {
            let started = context.time.elapsed();
            let outcome = if stopped {
                ProviderOutcome::NotReached
            } else {
                match self.ask(member, context).await {
                    Ok(credentials) => {
                        found = Some(credentials);
                        ProviderOutcome::Used
                    }
                    Err(error) if error.kind() == CredentialsErrorKind::NotConfigured => {
                        ProviderOutcome::Skipped(error.to_string())
                    }
                    Err(error) => ProviderOutcome::Failed(member.advise(&error)),
                }
            };
            stopped |= matches!(outcome, ProviderOutcome::Used | ProviderOutcome::Failed(_));
            let elapsed = match outcome {
                ProviderOutcome::NotReached => Duration::ZERO,
                _ => context.time.elapsed().saturating_sub(started),
            };
            steps.push(ProviderStep {
                provider: member.name.clone(),
                outcome,
                elapsed,
            });
        }
        let identity = found
            .as_ref()
            .map(|credentials| CallerIdentity::new(credentials, context.now()));
        Explanation {
            steps,
            identity,
            region: RegionExplanation::find(context, found.as_ref()).await,
        }
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
                    // Of two concurrent callers the first one decides.
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
        member: &ChainMember,
        context: &ProviderContext,
    ) -> Result<Credentials, CredentialsError> {
        if let Some(switch) = member.switched_off(&*context.environment)? {
            let message = format!("disabled by {switch}");
            return Err(CredentialsError::not_configured(message));
        }
        let credentials = member.provider.provide(context).await?;
        credentials.check()?;
        Ok(credentials.within(&self.name))
    }
}

impl ChainMember {
    /// Returns the variable that disables the provider, if one does.
    fn switched_off(
        &self,
        environment: &dyn Environment,
    ) -> Result<Option<&'static str>, CredentialsError> {
        for switch in self.switches {
            if is_on(environment, switch)? {
                return Ok(Some(switch));
            }
        }
        Ok(None)
    }

    /// Returns the error with advice on how to fix it.
    fn advise(&self, error: &CredentialsError) -> CredentialsError {
        error.with_message(format!("{error}; {}", self.remedy))
    }

    /// Returns the error of the chain for a provider that failed.
    fn failure(&self, error: &CredentialsError) -> CredentialsError {
        let advice = self.advise(error);
        advice.with_message(format!("{} is configured but failed: {advice}", self.name))
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

    fn validate(&self) -> Result<(), CredentialsError> {
        self.members
            .iter()
            .try_for_each(|member| member.provider.validate())
    }

    fn invalidate(&self, used: &Credentials) {
        for member in &self.members {
            member.provider.invalidate(used);
        }
    }

    fn can_renew(&self) -> bool {
        let chosen = self.chosen.get().and_then(|&index| self.members.get(index));
        chosen.is_none_or(|member| member.provider.can_renew())
    }
}

/// Searches the same sources in the same order as Alibaba Cloud's official clients:
///
/// 1. AccessKeys in environment variables ([`EnvProvider`])
/// 2. an OpenID Connect token in a pod, for RRSA ([`OidcProvider`])
/// 3. the profile of the command line interface ([`CliProfileProvider`]), unless
///    `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` or `ALIBABA_CLOUD_IGNORE_PROFILE` is `true`
/// 4. the INI profile of the official libraries ([`IniProfileProvider`])
/// 5. the RAM role of the ECS instance ([`EcsRamRoleProvider`]), unless
///    `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true`
/// 6. the URL in `ALIBABA_CLOUD_CREDENTIALS_URI` ([`UriProvider`])
///
/// The rules of [`ProviderChain`] apply. [`DefaultChain::explain`] reports which source is used.
#[derive(Debug)]
pub struct DefaultChain(ProviderChain);

impl DefaultChain {
    /// Creates the chain.
    pub fn new() -> Self {
        let chain = ProviderChain::new("default")
            .member(
                EnvProvider::new(),
                &[],
                "set both ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or \
                 unset both",
            )
            .member(
                OidcProvider::new(),
                &[],
                "fix it, or unset ALIBABA_CLOUD_OIDC_TOKEN_FILE and \
                 ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
            )
            .member(
                CliProfileProvider::new(),
                &[
                    "ALIBABA_CLOUD_CLI_PROFILE_DISABLED",
                    "ALIBABA_CLOUD_IGNORE_PROFILE",
                ],
                "fix it with `aliyun configure`, or set ALIBABA_CLOUD_CLI_PROFILE_DISABLED=true",
            )
            .member(
                IniProfileProvider::new(),
                &[],
                "fix the section, or remove it from the file",
            )
            .member(
                EcsRamRoleProvider::new(),
                &[],
                "fix it, or set ALIBABA_CLOUD_ECS_METADATA_DISABLED=true",
            )
            .member(
                UriProvider::new(),
                &[],
                "fix it, or unset ALIBABA_CLOUD_CREDENTIALS_URI",
            );
        Self(chain)
    }

    /// Reports the outcome of each provider of the chain; see [`ProviderChain::explain`].
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

    fn can_renew(&self) -> bool {
        self.0.can_renew()
    }
}
