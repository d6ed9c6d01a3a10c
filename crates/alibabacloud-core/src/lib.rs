//! The shared core of the Alibaba Cloud SDK for Rust.

pub mod credentials;
pub mod endpoint;
pub mod http;
pub mod ids;
#[doc(hidden)]
pub mod plumbing;
pub mod ram;
pub mod request;
pub mod signing;
pub mod time;
