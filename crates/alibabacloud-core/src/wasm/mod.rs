//! Calls from a browser, a worker or Node: the transport, clock and credentials of programs for
//! `wasm32-unknown-unknown`.
//!
//! On this target the standard library has no clock, sockets, files and threads. With feature
//! `wasm`, [`Config::new`](crate::Config::new) uses [`FetchClient`] and [`JsTime`] instead, and
//! there are no default credentials: pass fixed ones or a [`CredentialsCallback`] to
//! [`Config::credentials`](crate::Config::credentials). Disable default features, which are about
//! sockets and TLS.
//!
//! A page is readable for everyone who opens it, so it must not contain a long-lived AccessKey.
//!
//! Futures of the SDK are `Send` on every target. A trait implementation that awaits promises
//! wraps them with [`in_task`].

mod clock;
mod credentials;
mod fetch;
mod task;

pub use clock::JsTime;
pub use credentials::CredentialsCallback;
pub(crate) use credentials::NoCredentials;
pub use fetch::FetchClient;
pub use task::in_task;
