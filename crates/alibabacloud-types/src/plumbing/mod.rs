//! What generated code and `alibabacloud-core` call. Not for people; it may change in any release.
//!
//! A generated struct is a plain struct and one line per field in [`fields!`](crate::fields): Rust name and wire name. All logic is
//! here, compiled once: [`decode`] fills a struct through its table, [`write_json`] and [`flatten`] read it through the same table.

mod decode;
mod field;
mod flatten;
mod json;
mod open_enum;
mod percent;
#[cfg(feature = "serde")]
mod serde_impl;

pub use decode::{DecodeError, decode, decode_root};
pub use field::{Field, List, Map, Record, Slot, ValueRef};
pub use flatten::{Separator, flatten, join};
pub use json::write_json;
pub use open_enum::OpenEnum;
pub use percent::{percent_decode, percent_encode};
