//! What the clones of a client share.

use crate::config::Config;
use crate::credentials::ProviderContext;
use crate::endpoint::Endpoint;
use crate::retry::bucket::Bucket;
use crate::retry::clock_skew::ClockSkew;
use crate::retry::pace::Pace;
use std::sync::Arc;

/// What the clones of a client share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) context: ProviderContext,
    pub(crate) learnt: Arc<Learnt>,
}

/// What calls leave behind for those that follow.
pub(crate) struct Learnt {
    pub(crate) bucket: Bucket,
    pub(crate) pace: Pace,
    pub(crate) clock: ClockSkew,
}
