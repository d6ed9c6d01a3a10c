//! The client: what calls share.

use crate::config::Config;
use crate::credentials::ProviderContext;
use crate::endpoint::{GivenEndpoint, check_region};
use crate::error::{Error, Result};
use crate::retry::clock_skew::ClockSkew;
use crate::retry::rate_limiter::RateLimiter;
use crate::retry::token_bucket::TokenBucket;
use crate::shared::{ClientShared, SharedRetryState};
use crate::user_agent;
use std::fmt;
use std::sync::Arc;

/// What calls are made with. Cheap to clone; clones share connections, credentials, the retry budget and what was learnt about the clock
/// of the service. Works in any number of tokio runtimes, also when the one it was made in is gone.
///
/// People meet the clients of the service crates, which wrap this one.
#[derive(Clone)]
pub struct Client(Arc<ClientShared>);

impl Client {
    /// A client from a configuration.
    ///
    /// # Errors
    /// When the configuration cannot work, whatever is called: a malformed region, endpoint or environment variable, no HTTP client.
    pub fn new(config: Config) -> Result<Self> {
        if let Some(error) = &config.environment {
            return Err(error.clone().into());
        }
        let http = config.http.clone().ok_or_else(|| {
            Error::config("there is no HTTP client: turn on feature `rustls`, or give one with `Config::http_client`")
        })?;
        config.guard.validate()?;
        user_agent::check(config.user_agent.as_deref())?;
        if let Some(region) = &config.region {
            check_region(region)?;
        }
        let endpoint = config
            .endpoint
            .as_ref()
            .map(GivenEndpoint::parse)
            .transpose()?;
        let context = ProviderContext::new(http, config.time.clone());
        Ok(Self(Arc::new(ClientShared {
            config,
            endpoint,
            context,
            retry: Arc::new(SharedRetryState {
                token_bucket: TokenBucket::full(),
                rate_limiter: RateLimiter::default(),
                clock_skew: ClockSkew::default(),
            }),
        })))
    }

    /// A client as the environment says; see [`Config::from_env`].
    ///
    /// # Errors
    /// When a variable is malformed.
    pub fn from_env() -> Result<Self> {
        Self::new(Config::from_env())
    }

    /// What the client was made from.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The region of the configuration, which options of a call may change; `None` when it has none.
    pub fn region(&self) -> Option<&str> {
        self.0.config.region.as_deref()
    }

    /// The clock that everything of this client goes by.
    pub(crate) fn time(&self) -> std::sync::Arc<dyn crate::time::Time> {
        self.0.config.time.clone()
    }

    /// A client that makes only calls known to read, and refuses others before anything is sent, as
    /// [`ErrorKind::Guarded`](crate::ErrorKind::Guarded). Shares everything else with this one.
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
