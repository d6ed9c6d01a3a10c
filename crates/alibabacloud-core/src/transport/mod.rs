//! What sends requests when nothing else is given.

mod config;
mod reqwest;
#[cfg(feature = "rustls")]
mod tls;

pub use config::TransportConfig;
pub use reqwest::ReqwestClient;
