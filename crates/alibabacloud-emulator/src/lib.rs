//! A local Alibaba Cloud for tests.
//!
//! The emulator reads the specifications that the SDK is generated from and serves every operation
//! of them over HTTP. It checks signatures (V3 and V1), clocks, nonces, tokens and parameters as
//! the real gateways do, keeps state, returns pages, and injects faults. Operations without state
//! return synthetic responses that match their schema and are the same every time.
//!
//! # Start it in a test
//!
//! [`Emulator::start`] runs it inside the test process, on a free port; it stops when it is
//! dropped. [`Emulator::builder`] changes its settings first. A client of the SDK takes its
//! configuration from [`Emulator::config`]:
//!
//! ```
//! use alibabacloud_emulator::Emulator;
//!
//! # async fn example() -> Result<(), alibabacloud_emulator::Error> {
//! let emulator = Emulator::start().await?;
//! # #[cfg(feature = "client")]
//! let config = emulator.config();
//! // Create a client from `config`, call it, then look at what arrived:
//! assert_eq!(emulator.counters().requests, 0);
//! # Ok(())
//! # }
//! ```
//!
//! # Start it as a process
//!
//! Tests in other languages start the program of this crate. It prints its address and the
//! variables that make clients call it, and serves until it is interrupted; `--help` lists its
//! options.
//!
//! ```text
//! cargo run -p alibabacloud-emulator -- --listen 127.0.0.1:8080
//! ```
//!
//! # Faults
//!
//! [`Emulator::inject`] adds a [`Fault`]: throttling, an error, a delay, a broken connection, a
//! wrong clock. A fault selects requests by operation, count or probability. [`FaultKind`] lists
//! what can happen. [`Emulator::requests`] returns the requests that arrived, without secrets.
//!
//! # State
//!
//! OOS keeps state by account and region: templates, executions, parameters, secrets, packages,
//! patch baselines, state configurations, OpsItems, applications and tags. Executions run on a
//! clock that [`Emulator::advance`] moves, and [`Emulator::script`] sets the [`Outcome`] of their
//! tasks. [`Builder::data_file`] keeps the state in a file.
//!
//! Other services keep resources, such as instances and VPCs, which advance through their states on
//! the same clock. Until an account has created a resource of a kind in a region, responses about
//! the kind are synthetic; after that, lists have exactly what exists, and an unknown ID is an
//! error.
//!
//! # Permissions
//!
//! By default, every key may do everything. [`Builder::ram`] adds users, roles and policies, and
//! calls without permission fail as they do on Alibaba Cloud, with `AccessDeniedDetail`.
//! [`RamMode::Record`] collects the permissions that a run needs: [`Emulator::needed_policy`].
//!
//! Policies are evaluated as documented: an explicit deny wins, then an allow, and everything else
//! is denied; a session of a role needs the permission of the role and of its session policy.
//! Which permission a call needs is what the specification says; of the resources, the emulator
//! checks those that the request names. A statement does not apply if it has a condition on a key
//! that the emulator cannot know, such as a tag of a resource; [`LoggedRequest::denied`] says so.
//!
//! Users, groups, roles, policies and keys that a program creates with operations of RAM count as
//! those of a file. They last as long as the emulator runs.
//!
//! # Seeds
//!
//! A seed is the initial state of a test as YAML: keys, faults, outcomes, calls of operations that
//! create resources, and resources in states that no operation leads to. [`Builder::seed`] lists
//! the keys of a seed and applies it at start, [`Emulator::seed`] while the emulator runs.
//!
//! # Control API
//!
//! Programs in other languages control the emulator over HTTP, with unsigned requests. Bodies are
//! JSON, with the header `Content-Type: application/json`; unknown fields are errors.
//!
//! Only programs on the same machine can use it: requests must name a loopback address or a host of
//! [`Builder::control_host`], and requests of web pages are refused. An emulator that listens on
//! another address needs [`Builder::control_token`].
//!
//! | request | does |
//! |---|---|
//! | `GET /_emulator` | lists the services and the default region |
//! | `GET /_emulator/requests`, `DELETE` | returns the [request log](LoggedRequest); clears it and the counters |
//! | `GET /_emulator/counters` | returns the [`Counters`] |
//! | `GET /_emulator/faults`, `POST`, `DELETE` | lists active [faults](Fault); adds one; removes all |
//! | `POST /_emulator/outcomes`, `DELETE` | scripts an [`Outcome`]; removes all |
//! | `GET /_emulator/time`, `POST` | returns the clocks; changes them (`advance_seconds`, `gateway_offset_millis`) |
//! | `GET /_emulator/ram`, `POST`, `DELETE` | returns the [mode](RamMode), users, groups, roles and policies; adds those of a [file](Builder::ram); removes all |
//! | `GET /_emulator/ram/needed-policy`, `DELETE` | returns the policies that the recorded calls need; forgets them |
//! | `POST /_emulator/seed` | applies a seed |
//!
//! # Identity servers
//!
//! [`identity`] has a loopback server for the services that issue credentials: instance metadata,
//! STS, a credentials URI, CloudSSO and OAuth.
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `client` | yes | [`Emulator::config`] |
//! | `cli` | yes | the program |
//! | `oos` | yes | the specification of OOS; every built-in service has a feature of its name |
//! | `tls` | no | HTTPS: [`Builder::tls`] and [`Emulator::certificate`] |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod api_error;
mod builder;
mod built_in;
mod call;
mod caller;
mod clock;
mod emulator;
mod error;
mod explain;
mod faults;
mod gateway;
pub mod identity;
mod ids;
mod keys;
mod nesting;
mod nonces;
mod oos;
mod outcomes;
mod paging;
mod ram;
mod rate_limits;
mod region;
mod request_log;
mod resources;
mod seed;
mod server;
mod services;
mod shared;
mod specs;
mod store;
mod sts;
mod synthetic;
#[cfg(test)]
mod testing;
mod timestamp;
mod values;

pub use builder::{
    Builder, DEFAULT_ACCESS_KEY_ID, DEFAULT_ACCESS_KEY_SECRET, DEFAULT_ACCOUNT, DEFAULT_REGION,
};
pub use emulator::Emulator;
pub use error::Error;
pub use faults::{Fault, FaultKind};
pub use keys::Key;
pub use outcomes::Outcome;
pub use ram::RamMode;
pub use request_log::{Counters, LoggedRequest};
pub use specs::BuiltIn;

/// Compiles the programs of the README with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
