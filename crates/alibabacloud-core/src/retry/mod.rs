//! When and how a failed call is tried again.

pub(crate) mod backoff;
pub(crate) mod bucket;
pub(crate) mod clock_skew;
mod config;
pub(crate) mod pace;
pub(crate) mod policy;

pub use config::{RetryConfig, RetryMode};
