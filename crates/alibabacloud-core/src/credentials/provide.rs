//! The trait of providers and what they work with.

use super::{Credentials, CredentialsError, Environment};
use crate::http::HttpClient;
use crate::time::{BoxFuture, Time};
use std::fmt;
use std::sync::Arc;

/// What a provider works with: transport and clock of the client that asks, and the machine it runs on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderContext {
    /// Sends requests to the metadata service, STS and others.
    pub http: Arc<dyn HttpClient>,
    /// Tells expiry and waits.
    pub time: Arc<dyn Time>,
    /// Environment variables, files and processes.
    pub environment: Arc<dyn Environment>,
}

impl ProviderContext {
    /// On the real machine: [`SystemEnvironment`](super::SystemEnvironment).
    #[cfg(feature = "client")]
    pub fn new(http: Arc<dyn HttpClient>, time: Arc<dyn Time>) -> Self {
        Self::on(Arc::new(super::SystemEnvironment), http, time)
    }

    /// On the machine that `environment` stands for.
    pub fn on(
        environment: Arc<dyn Environment>,
        http: Arc<dyn HttpClient>,
        time: Arc<dyn Time>,
    ) -> Self {
        Self {
            http,
            time,
            environment,
        }
    }

    /// With other variables, files and processes.
    #[must_use]
    pub fn with_environment(mut self, environment: Arc<dyn Environment>) -> Self {
        self.environment = environment;
        self
    }
}

/// A source of credentials.
///
/// A provider finds them anew at each call. Wrap one in a [`CachedProvider`](super::CachedProvider) unless it is cheap and never
/// expires; `Config::credentials` does that for you. One that is chosen at run time is given as `Arc<dyn ProvideCredentials>`.
pub trait ProvideCredentials: Send + Sync + fmt::Debug + 'static {
    /// Its name as in [`Credentials::provider`].
    fn name(&self) -> &str;

    /// Finds credentials.
    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>>;

    /// Told when a service refused `used` as expired or unknown: whatever is kept of it must not be handed out again.
    ///
    /// Does nothing for providers that keep nothing.
    fn invalidate(&self, used: &Credentials) {
        let _ = used;
    }
}

impl<T: ProvideCredentials + ?Sized> ProvideCredentials for Arc<T> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        (**self).provide(context)
    }

    fn invalidate(&self, used: &Credentials) {
        (**self).invalidate(used);
    }
}

impl ProvideCredentials for Credentials {
    fn name(&self) -> &str {
        self.provider()
    }

    fn provide<'a>(
        &'a self,
        _: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async { Ok(self.clone()) })
    }
}
