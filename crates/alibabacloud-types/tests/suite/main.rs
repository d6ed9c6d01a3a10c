//! The crate as generated code and `alibabacloud-core` use it.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at what it did not expect"
)]

mod dates;
mod decoding;
mod encoding;
mod macros;
mod model;
mod properties;
mod sensitive;
mod serde;
