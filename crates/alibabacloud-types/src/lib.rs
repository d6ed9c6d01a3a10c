//! What the generated models of the Alibaba Cloud SDK for Rust are made of.
//!
//! This crate has no HTTP, no async runtime, no files and no sockets, so that model crates compile beside the HTTP stack
//! instead of after it. People meet [`Sensitive`], [`JsonText`], [`DateTime`], [`Blob`] and [`Value`]; the rest is what
//! generated code calls and lives in a hidden module.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod blob;
mod date_time;
mod json_text;
#[doc(hidden)]
pub mod plumbing;
mod sensitive;

pub use blob::Blob;
pub use date_time::{DateTime, ParseDateTimeError};
pub use json_text::JsonText;
pub use sensitive::Sensitive;
pub use serde_json::Value;
