//! HTTP transports.
//!
//! [`Config`](crate::Config) uses `HyperClient` (feature `hyper`, which the TLS backends of rustls
//! enable), or `ReqwestClient` if feature `reqwest` is enabled. Both have the same settings,
//! [`TransportConfig`], and behave alike.

mod config;
mod error;
mod failure;
#[cfg(feature = "hyper")]
mod hyper;
mod message;
#[cfg(feature = "native-tls")]
mod native_tls;
mod proxy;
#[cfg(feature = "reqwest")]
mod reqwest;
mod runtime;
#[cfg(feature = "__rustls")]
mod rustls;
mod shared;
mod tls;

pub use config::{TlsBackend, TlsVersion, TransportConfig};
#[cfg(feature = "hyper")]
pub use hyper::HyperClient;
#[cfg(feature = "reqwest")]
pub use reqwest::ReqwestClient;
