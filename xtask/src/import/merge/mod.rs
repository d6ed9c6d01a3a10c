//! Facts of the metadata merged into an existing specification: [`merge`] has the rules.

mod context;
mod decisions;
mod parameters;
mod schema;
mod service;

pub use context::Missing;
pub use service::{Merged, merge};
