//! The layer check: a file of a crate imports only from files that come before it in the crate's
//! order, `tests/layers/<crate>.yaml`.
//!
//! An import is a path that starts with `crate`, `super`, `self`, a child module or an imported
//! name, anywhere outside of `#[cfg(test)]`: in `use`, expressions, types, patterns and the tokens
//! of macros other than `quote!`. It counts for the file that defines the item; re-exports are
//! followed. `mod` declarations, `pub use` in `lib.rs` and `mod.rs`, and importing a module alone
//! do not count. Files that only tests compile are not part of the order.

mod check;
mod graph;
mod order;
mod paths;
mod resolve;
mod tree;

pub use check::{Report, check};
pub use graph::{Arrows, Occurrence, SuggestedOrder, suggest_order};
pub use order::{Exception, Order};
pub use tree::Crate;
