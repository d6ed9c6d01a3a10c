//! What the clones of a client share.

use crate::config::Config;
use crate::credentials::ProviderContext;
use crate::endpoint::Endpoint;
use crate::retry::clock_skew::ClockSkew;
use crate::retry::rate_limiter::RateLimiter;
use crate::retry::token_bucket::TokenBucket;
use std::sync::Arc;

/// What the clones of a client share.
#[derive(Clone)]
pub(crate) struct ClientShared {
    pub(crate) config: Config,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) context: ProviderContext,
    pub(crate) retry: Arc<SharedRetryState>,
}

/// What calls leave behind for those that follow.
pub(crate) struct SharedRetryState {
    pub(crate) token_bucket: TokenBucket,
    pub(crate) rate_limiter: RateLimiter,
    pub(crate) clock_skew: ClockSkew,
}
