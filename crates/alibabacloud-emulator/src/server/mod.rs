//! The HTTP server: connections, TLS and the control API.

pub(crate) mod access;
mod body;
#[cfg(feature = "tls")]
mod certificate;
pub(crate) mod connections;
mod control;
pub(crate) mod cors;
pub(crate) mod limits;
pub(crate) mod stream;
#[cfg(feature = "tls")]
pub(crate) mod tls;
