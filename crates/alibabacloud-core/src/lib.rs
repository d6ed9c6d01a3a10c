//! The shared core of the Alibaba Cloud SDK for Rust.
//!
//! Programs use a service crate, such as `alibabacloud-oos`, which re-exports what they need from
//! this crate: [`Client`], [`Config`], [`Error`] and others. Use this crate directly to share one
//! [`Config`] among several services, to write a credentials provider or an HTTP client, to sign
//! requests, or to call operations that the SDK does not know ([`Client::call_raw`]).
//!
//! - **Errors**: [`Error`] has predicates, the error code, the request ID and the number of
//!   attempts; [`ErrorKind`] is the stage at which a call failed.
//! - **Credentials**: module [`credentials`] has the default provider chain and all its providers.
//! - **Configuration**: [`Config`] for a client, [`CallOptions`] for one call,
//!   [`retry::RetryConfig`] for retries.
//! - **Testing**: module `test_util` (feature `test-util`) has a mock client, a recorder with
//!   replay, and a manual clock.
//! - **Observability**: [`metrics`], [`interceptor`], tracers ([`span`]), and spans with feature
//!   `tracing`.
//! - **Guide**: the
//!   [guide](https://github.com/alibabacloud-rs/alibabacloud-sdk-rust/tree/main/docs/guide) has a
//!   chapter on each subject.
//!
//! # Features
//!
//! | Feature | Default | Effect |
//! |---|---|---|
//! | `rustls` | yes | the HTTP client on hyper, with TLS by rustls and ring |
//! | `aws-lc` | no | TLS by rustls and AWS-LC |
//! | `native-tls` | no | TLS by the library of the operating system |
//! | `webpki-roots` | no | root certificates of Mozilla, used if the system has none |
//! | `http2` | no | HTTP/2 where the server supports it |
//! | `hyper` | by `rustls` | the HTTP client on hyper, without TLS |
//! | `reqwest` | by `native-tls` | the HTTP client on reqwest, which then is the default one |
//! | `client` | by `hyper` | clients, configuration, credentials providers; requires tokio |
//! | `test-util` | no | mock client, recorder and replay, manual clock |
//! | `blocking` | no | blocking methods for programs without an async runtime |
//! | `tracing` | no | spans and events with the names of OpenTelemetry |
//! | `checks` | no | checks of enum values, limits and required fields before a call is sent |
//! | `chrono`, `jiff`, `time` | no | conversions between `DateTime` and the times of these crates |
//! | `sm3` | no | the signature algorithm ACS3-HMAC-SM3 |
//! | `wasm` | no | random numbers, transport and clock of a browser or Node, on `wasm32-unknown-unknown` |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "client")]
mod call;
#[cfg(feature = "checks")]
mod checks;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod client_settings;
#[cfg(feature = "client")]
mod clock_skew;
#[cfg(feature = "client")]
mod config;
pub mod credentials;
pub mod endpoint;
mod error;
#[cfg(feature = "client")]
pub mod events;
#[cfg(feature = "client")]
mod fan_out;
#[cfg(feature = "client")]
mod guard;
pub mod http;
#[cfg(feature = "client")]
pub mod interceptor;
mod marker;
#[cfg(feature = "client")]
mod mask;
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
#[cfg(feature = "client")]
mod regions;
pub mod request;
#[cfg(feature = "client")]
mod request_methods;
#[cfg(feature = "client")]
mod response;
#[cfg(feature = "client")]
pub mod retry;
#[cfg(feature = "client")]
pub mod safety;
mod secret;
mod secret_text;
#[cfg(feature = "client")]
mod send_future;
#[cfg(feature = "client")]
mod shared;
pub mod signing;
#[cfg(feature = "client")]
pub mod span;
#[cfg(feature = "test-util")]
pub mod test_util;
mod text;
pub mod time;
#[cfg(any(feature = "hyper", feature = "reqwest"))]
pub mod transport;
#[cfg(feature = "client")]
mod user_agent;
#[cfg(feature = "client")]
pub mod waiter;
#[cfg(all(
    feature = "client",
    feature = "wasm",
    target_family = "wasm",
    target_os = "unknown"
))]
pub mod wasm;

#[cfg(all(
    feature = "client",
    not(feature = "wasm"),
    target_family = "wasm",
    target_os = "unknown"
))]
compile_error!("for this target, feature `client` of alibabacloud-core requires feature `wasm`");

/// The types that generated models consist of.
#[doc(inline)]
pub use alibabacloud_types as types;
#[cfg(feature = "client")]
pub use client::Client;
#[cfg(feature = "client")]
pub use config::Config;
pub use error::{AccessDenied, Error, ErrorKind, Result, ServiceError};
#[cfg(feature = "client")]
pub use fan_out::{FanOut, FanOutResults, fan_out};
#[cfg(feature = "client")]
pub use options::CallOptions;
#[cfg(feature = "client")]
pub use preview::Preview;
#[cfg(feature = "client")]
pub use raw_call::RawCall;
pub use request::SignatureVersion;
#[cfg(feature = "client")]
pub use response::Response;
#[cfg(feature = "client")]
pub use send_future::SendFuture;
