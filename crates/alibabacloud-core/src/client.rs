//! The client.

#[cfg(feature = "checks")]
use crate::checks::ValueRules;
use crate::clock_skew::ClockSkew;
use crate::config::Config;
use crate::credentials::ProviderContext;
use crate::endpoint::{GivenEndpoint, check_region};
use crate::error::{Error, Result};
use crate::operation::Product;
use crate::shared::{ClientShared, SharedRetryState};
use crate::time::Time;
use crate::user_agent;
use std::fmt;
use std::sync::Arc;

/// A client, on which the clients of the service crates are built.
///
/// Cheap to clone; clones share connections, credentials, the retry token bucket and the clock skew
/// of the service. A client works in any number of tokio runtimes, even after the one it was
/// created in has ended.
#[derive(Clone)]
pub struct Client(Arc<ClientShared>);

impl Client {
    /// Creates a client from a configuration.
    ///
    /// # Errors
    /// If the configuration cannot work: an invalid region, endpoint, deny pattern, role ARN or
    /// environment variable, or no HTTP client.
    pub fn new(config: Config) -> Result<Self> {
        if let Some(error) = &config.environment_error {
            return Err(error.clone().into());
        }
        let http = config.http.clone().ok_or_else(|| {
            Error::config(
                "no HTTP client: enable feature `rustls`, or set one with `Config::http_client`",
            )
        })?;
        config.guard.validate()?;
        config.credentials.validate()?;
        user_agent::check(config.user_agent.as_deref())?;
        if let Some(region) = &config.region {
            check_region(region)?;
        }
        let endpoint = config
            .endpoint
            .as_ref()
            .map(GivenEndpoint::parse)
            .transpose()?;
        let clock_skew = Arc::new(match config.clock_skew_correction {
            true => ClockSkew::default(),
            false => ClockSkew::off(),
        });
        let (time, environment) = (config.time.clone(), config.environment.clone());
        let context = ProviderContext::from_parts(http, time, environment)
            .with_clock_skew(clock_skew.clone());
        let retry = SharedRetryState {
            clock_skew,
            ..SharedRetryState::default()
        };
        Ok(Self(Arc::new(ClientShared {
            config,
            endpoint,
            context,
            retry: Arc::new(retry),
            settings: Arc::default(),
            #[cfg(feature = "checks")]
            rules: None,
        })))
    }

    /// Creates a client for a product that generated code describes. `operations` are the names of
    /// its operations, separated by whitespace.
    ///
    /// # Errors
    /// As [`new`](Self::new), and if a deny pattern names the product and matches none of its
    /// operations, or values are to be checked, for which the product has no rules.
    #[doc(hidden)]
    pub fn of(config: Config, product: &'static Product, operations: &str) -> Result<Self> {
        #[cfg(feature = "checks")]
        if config.check_values {
            return Err(Error::config(format!(
                "values cannot be checked: enable feature `checks` of the crate of {}, or unset \
                 `Config::check_values`",
                product.code
            )));
        }
        Self::guarded(config, product, operations)
    }

    /// [`of`](Self::of) for a product with rules about the values of requests.
    ///
    /// # Errors
    /// As [`of`](Self::of), except that there are rules.
    #[cfg(feature = "checks")]
    #[doc(hidden)]
    pub fn of_checked(
        config: Config,
        product: &'static Product,
        operations: &str,
        rules: &'static str,
    ) -> Result<Self> {
        let rules = config.check_values.then(|| ValueRules::new(rules));
        let client = Self::guarded(config, product, operations)?;
        Ok(Self(Arc::new(ClientShared {
            rules: rules.map(Arc::new),
            ..ClientShared::clone(&client.0)
        })))
    }

    fn guarded(config: Config, product: &'static Product, operations: &str) -> Result<Self> {
        let client = Self::new(config)?;
        let guard = &client.config().guard;
        let unmatched = guard.check_known(product.code, operations)?;
        #[cfg(feature = "tracing")]
        for pattern in &unmatched {
            tracing::warn!(
                pattern,
                product = product.code,
                "a deny pattern matches no known operation of the product"
            );
        }
        drop(unmatched);
        Ok(client)
    }

    /// Creates a client from the environment; see [`Config::from_env`].
    ///
    /// # Errors
    /// If a variable is invalid.
    pub fn from_env() -> Result<Self> {
        Self::new(Config::from_env())
    }

    /// Returns the configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Returns the region of the configuration, else the one that a call has found in the profile
    /// or the metadata service (see [`Config::from_env`]). The options of a call can override it.
    pub fn region(&self) -> Option<&str> {
        let found = || self.0.settings.get()?.region();
        self.0.config.region.as_deref().or_else(found)
    }

    /// Returns the clock of this client.
    pub(crate) fn time(&self) -> Arc<dyn Time> {
        self.0.config.time.clone()
    }

    /// Returns a client that makes only calls known to read, and rejects all others before anything
    /// is sent, as [`ErrorKind::Guarded`](crate::ErrorKind::Guarded). It shares everything else
    /// with this one.
    #[must_use]
    pub fn read_only(&self) -> Self {
        let shared = &self.0;
        Self(Arc::new(ClientShared {
            config: shared.config.clone().read_only(),
            ..ClientShared::clone(shared)
        }))
    }

    pub(crate) fn shared(&self) -> &Arc<ClientShared> {
        &self.0
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("config", &self.0.config)
            .finish_non_exhaustive()
    }
}
