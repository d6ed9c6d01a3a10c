//! The rules of connections, proxies and errors that every transport keeps, tested with each one.
//!
//! A new transport is added by one line `transport_rules!`: it gets the whole suite.

#![allow(clippy::expect_used, clippy::panic, reason = "this is a test")]

mod connections;
mod errors;
#[path = "../fixture/mod.rs"]
mod fixture;
mod kit;
mod proxies;

use alibabacloud_core::http::{HttpClient, TransportError};
#[cfg(feature = "hyper")]
use alibabacloud_core::transport::HyperClient;
#[cfg(feature = "reqwest")]
use alibabacloud_core::transport::ReqwestClient;
use alibabacloud_core::transport::{TlsBackend, TransportConfig};
use std::sync::Arc;

/// Defines a module with one test for each rule. `$make` creates the transport from a
/// configuration.
macro_rules! transport_rules {
    ($name:ident, $make:expr) => {
        mod $name {
            use crate::kit::Subject;

            transport_rules!(@tests $name $make;
                connections: writes_succeed_after_the_runtime_was_blocked;
                connections: writes_succeed_after_pauses_between_block_on;
                connections: writes_succeed_after_the_process_was_stopped;
                connections: a_peer_may_close_a_kept_connection_in_any_way;
                connections: a_pause_alone_replaces_no_connection;
                connections: a_client_serves_many_runtimes_at_once;
                connections: a_runtime_without_drivers_is_an_error;
                connections: no_runtime_is_an_error;
                connections: interim_responses_are_skipped;
                connections: a_flood_of_interim_responses_respects_the_attempt_timeout;
                proxies: an_unusable_proxy_in_code_is_an_error_of_the_constructor;
                proxies: an_unusable_proxy_of_the_environment_is_an_error_of_each_call;
                proxies: a_list_of_direct_hosts_applies_to_all_proxies;
                proxies: loopback_destinations_do_not_use_the_environment;
                proxies: an_https_request_asks_the_proxy_for_a_tunnel;
                proxies: user_name_and_password_are_decoded;
                proxies: a_rejected_password_is_not_retried;
                proxies: every_error_has_the_proxy;
                proxies: socks_proxies_connect_to_the_server;
                proxies: a_socks_proxy_that_rejects_the_password_is_not_retried;
                errors: a_connect_error_has_the_server_and_the_proxy;
                errors: a_server_without_tls_is_not_retried;
                errors: a_server_with_tls_is_recognised;
            );
        }
    };
    (@tests $name:ident $make:expr; $($part:ident: $rule:ident;)+) => {$(
        #[test]
        fn $rule() {
            crate::$part::$rule(&Subject {
                make: $make,
                test: concat!(stringify!($name), "::", stringify!($rule)),
            });
        }
    )+};
}

/// Creates the transport on hyper with a TLS backend.
#[cfg(feature = "hyper")]
fn hyper(
    backend: TlsBackend,
    config: TransportConfig,
) -> Result<Arc<dyn HttpClient>, TransportError> {
    Ok(Arc::new(HyperClient::new(config.tls_backend(backend))?))
}

/// Creates the transport on reqwest with a TLS backend.
#[cfg(feature = "reqwest")]
fn reqwest(
    backend: TlsBackend,
    config: TransportConfig,
) -> Result<Arc<dyn HttpClient>, TransportError> {
    Ok(Arc::new(ReqwestClient::new(config.tls_backend(backend))?))
}

#[cfg(feature = "rustls")]
transport_rules!(hyper_ring, |config| {
    crate::hyper(alibabacloud_core::transport::TlsBackend::Ring, config)
});
#[cfg(feature = "aws-lc")]
transport_rules!(hyper_aws_lc, |config| {
    crate::hyper(alibabacloud_core::transport::TlsBackend::AwsLc, config)
});
#[cfg(all(feature = "reqwest", feature = "rustls"))]
transport_rules!(reqwest_ring, |config| {
    crate::reqwest(alibabacloud_core::transport::TlsBackend::Ring, config)
});
#[cfg(all(feature = "reqwest", feature = "aws-lc"))]
transport_rules!(reqwest_aws_lc, |config| {
    crate::reqwest(alibabacloud_core::transport::TlsBackend::AwsLc, config)
});
#[cfg(feature = "native-tls")]
transport_rules!(reqwest_native_tls, |config| {
    crate::reqwest(alibabacloud_core::transport::TlsBackend::NativeTls, config)
});
