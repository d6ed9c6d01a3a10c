//! The default HTTP transport.

mod config;
mod error;
mod failure;
#[cfg(feature = "native-tls")]
mod native_tls;
mod proxy;
mod reqwest;
mod runtime;
#[cfg(feature = "__rustls")]
mod rustls;
mod tls;

pub use config::{TlsBackend, TransportConfig};
pub use reqwest::ReqwestClient;
