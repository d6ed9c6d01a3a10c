//! Reads and checks the specifications that the SDK is generated from.
//!
//! The generator and the emulator both work on [`Service`]: what one makes and what the other serves cannot differ.

mod model;

pub use model::*;
