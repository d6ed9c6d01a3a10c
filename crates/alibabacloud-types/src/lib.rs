//! Building blocks of the generated models of the Alibaba Cloud SDK for Rust.
//!
//! This crate has no HTTP, no async runtime, no files and no sockets, so that model crates compile
//! in parallel with the HTTP stack instead of after it. The public types are [`Sensitive`],
//! [`JsonText`], [`DateTime`], [`Blob`] and [`Value`]; what generated code calls is in a hidden
//! module.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod blob;
mod date_time;
mod json_text;
#[doc(hidden)]
pub mod plumbing;
mod sensitive;
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
mod time_crates;

pub use blob::Blob;
pub use date_time::{DateTime, ParseDateTimeError};
pub use json_text::JsonText;
pub use sensitive::Sensitive;
pub use serde_json::Value;
