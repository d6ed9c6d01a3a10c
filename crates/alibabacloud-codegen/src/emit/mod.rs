//! Emits the files of the IR. Makes no decisions: names, types and documentation are those of the
//! IR.

mod client;
mod definition;
mod error_code;
mod features;
mod imports;
mod library;
mod links;
mod manifest;
mod model;
mod operation;
mod pagination;
mod parameter;
mod ram;
mod readme;
mod rules;
mod send;
mod setter;
mod types;
mod waiter;

use super::files::FileSet;
use super::ir::Service;
pub use manifest::{Dependencies, Layout, VERSION, workspace};

/// Returns all files of both crates of a service, printed by some threads.
///
/// # Errors
///
/// If the tokens are not valid Rust, which is a bug in the generator.
pub fn service(service: &Service, layout: &Layout, threads: usize) -> Result<FileSet, String> {
    let mut files = FileSet::default();
    model::crate_files(service, layout, threads, &mut files)?;
    library::crate_files(service, layout, threads, &mut files)?;
    Ok(files)
}
