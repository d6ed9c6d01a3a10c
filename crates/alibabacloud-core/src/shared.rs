//! The state that the clones of a client share.

#[cfg(feature = "checks")]
use crate::checks::ValueRules;
use crate::client_settings::ClientSettings;
use crate::clock_skew::ClockSkew;
use crate::config::Config;
use crate::credentials::ProviderContext;
use crate::endpoint::Endpoint;
use crate::retry::rate_limiter::RateLimiter;
use crate::retry::token_bucket::TokenBucket;
use std::sync::{Arc, OnceLock};

/// The state that the clones of a client share.
#[derive(Clone)]
pub(crate) struct ClientShared {
    pub(crate) config: Config,
    /// The endpoint of the configuration, parsed.
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) context: ProviderContext,
    pub(crate) retry: Arc<SharedRetryState>,
    /// The settings that come with the credentials of the configuration, once a call has found
    /// them.
    pub(crate) settings: Arc<OnceLock<ClientSettings>>,
    /// The rules by which calls are checked.
    #[cfg(feature = "checks")]
    pub(crate) rules: Option<Arc<ValueRules>>,
}

/// What calls record about the service for the calls that follow.
#[derive(Debug, Default)]
pub(crate) struct SharedRetryState {
    pub(crate) token_bucket: TokenBucket,
    pub(crate) rate_limiter: RateLimiter,
    /// Shared with the context of the credentials providers.
    pub(crate) clock_skew: Arc<ClockSkew>,
}
