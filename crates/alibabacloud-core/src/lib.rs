//! The shared core of the Alibaba Cloud SDK for Rust.

#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "client")]
mod call;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod config;
pub mod credentials;
pub mod endpoint;
mod error;
#[cfg(feature = "client")]
pub mod events;
#[cfg(feature = "client")]
mod guard;
pub mod http;
#[cfg(feature = "client")]
pub mod interceptor;
#[cfg(feature = "client")]
pub mod metrics;
mod operation;
#[cfg(feature = "client")]
mod options;
#[cfg(feature = "client")]
mod orchestrator;
#[cfg(feature = "client")]
pub mod paginator;
#[doc(hidden)]
pub mod plumbing;
#[cfg(feature = "client")]
mod preview;
pub mod ram;
#[cfg(feature = "client")]
mod raw_call;
pub mod request;
#[cfg(feature = "client")]
mod response;
#[cfg(feature = "client")]
pub mod retry;
mod secret;
#[cfg(feature = "client")]
mod shared;
pub mod signing;
#[cfg(feature = "test-util")]
pub mod test_util;
mod text;
pub mod time;
#[cfg(feature = "reqwest")]
pub mod transport;
#[cfg(feature = "client")]
mod user_agent;
#[cfg(feature = "client")]
pub mod waiter;

/// What generated models are made of.
#[doc(inline)]
pub use alibabacloud_types as types;
#[cfg(feature = "client")]
pub use client::Client;
#[cfg(feature = "client")]
pub use config::Config;
pub use error::{AccessDenied, Error, ErrorKind, Result, ServiceError};
#[cfg(feature = "client")]
pub use options::CallOptions;
#[cfg(feature = "client")]
pub use preview::Preview;
#[cfg(feature = "client")]
pub use raw_call::RawCall;
pub use request::SignatureVersion;
#[cfg(feature = "client")]
pub use response::Response;
