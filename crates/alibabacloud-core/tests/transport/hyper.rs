//! The transport on hyper.

pub(crate) use alibabacloud_core::transport::HyperClient as Transport;
use alibabacloud_core::transport::TlsBackend;

#[path = "suite.rs"]
mod suite;

/// Returns the TLS backends of the transport that are compiled in.
pub(crate) fn backends() -> impl Iterator<Item = TlsBackend> {
    crate::backends().filter(|backend| *backend != TlsBackend::NativeTls)
}
