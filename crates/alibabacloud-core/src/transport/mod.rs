//! The default HTTP transport.

mod config;
mod error;
#[cfg(feature = "native-tls")]
mod native_tls;
mod reqwest;
#[cfg(feature = "__rustls")]
mod rustls;
mod tls;

pub use config::{TlsBackend, TransportConfig};
pub use reqwest::ReqwestClient;
