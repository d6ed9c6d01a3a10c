//! When and how a failed call is retried.

pub(crate) mod backoff;
mod config;
pub(crate) mod policy;
pub(crate) mod rate_limiter;
pub(crate) mod token_bucket;

pub use config::{RetryConfig, RetryMode};
