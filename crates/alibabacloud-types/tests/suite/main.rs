//! Tests of the crate as generated code and `alibabacloud-core` use it.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed expectation fails the test"
)]

mod dates;
mod decoding;
mod encoding;
mod leniency;
mod macros;
mod model;
mod properties;
mod records;
mod sensitive;
mod serde;
mod time_crates;
