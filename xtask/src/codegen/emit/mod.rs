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
mod send;
mod setter;
mod types;
mod waiter;

use super::files::FileSet;
use super::ir::Service;
pub use manifest::{Dependencies, Layout};

/// Returns all files of both crates of a service.
///
/// # Errors
///
/// If the tokens are not valid Rust, which is a bug in the generator.
pub fn service(service: &Service, layout: &Layout) -> Result<FileSet, String> {
    let mut files = FileSet::default();
    // The crates are independent, and printing takes most of the time.
    let models = std::thread::scope(|scope| {
        let models = scope.spawn(|| {
            let mut models = FileSet::default();
            model::crate_files(service, layout, &mut models).map(|()| models)
        });
        library::crate_files(service, layout, &mut files)?;
        models
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    files.extend(models);
    Ok(files)
}
