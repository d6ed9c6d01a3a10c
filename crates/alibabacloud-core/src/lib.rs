//! The shared core of the Alibaba Cloud SDK for Rust.

pub mod credentials;
pub mod http;
#[doc(hidden)]
pub mod plumbing;
pub mod signing;
pub mod time;
