//! The transports that are compiled in, with the same suite.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

#[path = "../fixture/mod.rs"]
mod fixture;

#[cfg(feature = "hyper")]
mod hyper;
#[cfg(feature = "reqwest")]
mod reqwest;

use alibabacloud_core::transport::TlsBackend;

/// Returns the TLS backends that are compiled in.
fn backends() -> impl Iterator<Item = TlsBackend> {
    let all = [
        (TlsBackend::Ring, cfg!(feature = "rustls")),
        (TlsBackend::AwsLc, cfg!(feature = "aws-lc")),
        (TlsBackend::NativeTls, cfg!(feature = "native-tls")),
    ];
    all.into_iter()
        .filter_map(|(backend, is_on)| is_on.then_some(backend))
}
