//! Maintainer tasks: import metadata, check specifications, generate crates, compare versions.
//!
//! A library beside the program, so that tests can call each task. [`cli`] has the frame, [`tasks`]
//! the registry; each task is a module with a help text and a function `run`.

pub mod add_product;
pub mod changes;
pub mod check;
pub mod cli;
pub mod codegen;
pub mod corpus;
pub mod decisions;
pub mod diff;
pub mod docs_report;
pub mod fmt;
mod hash;
pub mod import;
mod language;
pub mod new_operation;
pub mod policy;
pub mod release;
pub mod repository;
mod spec_texts;
pub mod tasks;
pub mod yaml;
