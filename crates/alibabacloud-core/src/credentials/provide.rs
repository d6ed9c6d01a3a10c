//! The trait of credentials providers, and their context.

use super::{Credentials, CredentialsError, Environment};
#[cfg(feature = "client")]
use crate::clock_skew::ClockSkew;
use crate::http::HttpClient;
use crate::time::{BoxFuture, Time};
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// The context of a provider: the transport and clock of the client, and the environment of the
/// program.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderContext {
    /// The transport for requests to the metadata service, STS and others.
    pub http: Arc<dyn HttpClient>,
    /// The local clock, for waits; [`now`](Self::now) is the time for timestamps and expiry.
    pub time: Arc<dyn Time>,
    /// The environment variables, files and processes.
    pub environment: Arc<dyn Environment>,
    /// The skew of the local clock, which calls of the client use too.
    #[cfg(feature = "client")]
    pub(super) clock_skew: Arc<ClockSkew>,
}

impl ProviderContext {
    /// Creates a context with the environment of this process:
    /// [`SystemEnvironment`](super::SystemEnvironment).
    #[cfg(feature = "client")]
    pub fn new(http: Arc<dyn HttpClient>, time: Arc<dyn Time>) -> Self {
        Self::from_parts(http, time, Arc::new(super::SystemEnvironment))
    }

    /// Creates a context.
    pub fn from_parts(
        http: Arc<dyn HttpClient>,
        time: Arc<dyn Time>,
        environment: Arc<dyn Environment>,
    ) -> Self {
        Self {
            http,
            time,
            environment,
            #[cfg(feature = "client")]
            clock_skew: Arc::default(),
        }
    }

    /// Shares the clock skew with the calls of a client.
    #[cfg(feature = "client")]
    pub(crate) fn with_clock_skew(mut self, clock_skew: Arc<ClockSkew>) -> Self {
        self.clock_skew = clock_skew;
        self
    }

    /// Returns the time of the services: the local clock, corrected by the difference that their
    /// responses showed. Timestamps of requests and the expiry of credentials follow it.
    pub fn now(&self) -> SystemTime {
        let now = self.time.now();
        #[cfg(feature = "client")]
        let now = self.clock_skew.current().correct(now);
        now
    }

    /// Replaces the environment variables, files and processes.
    #[must_use]
    pub fn with_environment(mut self, environment: Arc<dyn Environment>) -> Self {
        self.environment = environment;
        self
    }
}

/// A source of credentials.
///
/// Each call of [`provide`](Self::provide) finds the credentials anew. Wrap a provider in a
/// [`CachedProvider`](super::CachedProvider) unless it is cheap and its credentials never expire;
/// `Config::credentials` does so. To choose a provider at run time, pass `Arc<dyn
/// ProvideCredentials>`.
pub trait ProvideCredentials: Send + Sync + fmt::Debug + 'static {
    /// Returns the name, as in [`Credentials::provider`].
    fn name(&self) -> &str;

    /// Returns credentials.
    ///
    /// # Errors
    /// Returns an error of kind [`NotConfigured`](super::CredentialsErrorKind::NotConfigured) if
    /// nothing configures this source, and of kind [`Failed`](super::CredentialsErrorKind::Failed)
    /// if it does not work.
    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>>;

    /// Checks settings that no source can make usable, such as an invalid role ARN. A client does
    /// so when it is created; a provider must check its settings in [`provide`](Self::provide) too.
    ///
    /// The default implementation accepts everything.
    ///
    /// # Errors
    /// Returns an error that names the invalid setting.
    fn validate(&self) -> Result<(), CredentialsError> {
        Ok(())
    }

    /// Discards state that contains `used`, which a service rejected as expired or unknown: the
    /// provider must not return it again.
    ///
    /// The default implementation does nothing, for providers without state.
    fn invalidate(&self, used: &Credentials) {
        let _ = used;
    }

    /// Returns whether the provider may return other credentials after
    /// [`invalidate`](Self::invalidate). Only for the text of an error: if a service rejects fixed
    /// credentials, it says that they cannot be renewed.
    ///
    /// The default implementation returns `true`.
    fn can_renew(&self) -> bool {
        true
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

    fn validate(&self) -> Result<(), CredentialsError> {
        (**self).validate()
    }

    fn invalidate(&self, used: &Credentials) {
        (**self).invalidate(used);
    }

    fn can_renew(&self) -> bool {
        (**self).can_renew()
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
        Box::pin(async { self.check().map(|()| self.clone()) })
    }

    fn can_renew(&self) -> bool {
        false
    }
}
