//! What generated code and `alibabacloud-core` call. Not for people; it may change in any release.

mod field;

pub use field::{Field, List, Map, Record, Slot, ValueRef};

/// A string with known values that may hold others. Implemented by generated enums.
pub trait OpenEnum {
    /// Takes the text as it is on the wire.
    fn set(&mut self, text: &str);
    /// The text as it is on the wire.
    fn as_str(&self) -> &str;
}
