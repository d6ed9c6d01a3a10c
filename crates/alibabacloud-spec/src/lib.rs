//! Reads and checks the specifications that the SDK is generated from.
//!
//! The generator and the emulator both work on [`Service`]: what one makes and what the other serves cannot differ.
//!
//! A specification is a directory with an OpenAPI 3.1 document and a file for each operation; `docs/spec-format.md` has
//! every key. [`Service::load`] reads it and says all that is wrong with it at once, each with file, line and column.

mod error;
mod json;
mod load;
mod model;
mod node;
mod query;
mod reader;
mod source;
mod suggest;
mod vocabulary;
mod yaml;

pub use error::{Error, Errors};
pub use load::{Loader, find_specs};
pub use model::*;
