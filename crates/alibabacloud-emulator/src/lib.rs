//! A local Alibaba Cloud for tests.
//!
//! It reads the specifications that the SDK is generated from and serves every operation of them over HTTP: checks signatures (V3 and V1), clocks, nonces,
//! tokens and parameters as the real gateways do, keeps state where it matters (all of OOS), pages, and breaks on demand.
//!
//! In Rust tests, [`Emulator::start`] runs it inside the process; for every other language there is the binary:
//!
//! ```text
//! cargo run -p alibabacloud-emulator -- --listen 127.0.0.1:8080 --access-key-id test --access-key-secret secret
//! ```
//!
//! What a test can do with it: [`inject`](Emulator::inject) a [`Fault`], [`script`](Emulator::script) the [`Outcome`] of a task,
//! [`advance`](Emulator::advance) the clock, look at the [`requests`](Emulator::requests) that came in. The binary offers the same over HTTP under
//! `/_emulator`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod authentication;
mod builder;
mod call;
mod clock;
mod control;
mod emulator;
mod error;
mod faults;
mod gateway;
pub mod identity;
mod ids;
mod keys;
mod log;
mod made_up;
mod nonces;
mod oos;
mod outcomes;
mod paging;
mod parameters;
mod path;
mod refusal;
mod reply;
mod request;
mod saver;
mod seed;
mod server;
mod service;
mod shared;
mod specs;
#[cfg(test)]
mod testing;
mod timestamp;
#[cfg(feature = "tls")]
mod tls;
mod values;
mod world;

pub use builder::{
    Builder, DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, DEFAULT_ACCOUNT, DEFAULT_REGION,
};
pub use emulator::Emulator;
pub use error::Error;
pub use faults::{Fault, FaultKind};
pub use keys::Key;
pub use log::{Counters, LoggedRequest};
pub use outcomes::Outcome;

/// The programs of the README are compiled with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
