//! IR to files. No decisions here: what a name is, what a type is and what is documented stands in the IR.

mod client;
mod ends;
mod error_code;
mod library;
mod links;
mod manifest;
mod model;
mod operation;
mod ram;
mod readme;
mod types;
mod waiter;

use super::files::FileSet;
use super::ir::Service;
use super::render::Source;
pub use manifest::{Dependencies, Layout};

/// All files of both crates of a service.
///
/// # Errors
/// When the generator makes something that is no Rust, which is its own mistake.
pub fn service(service: &Service, layout: &Layout) -> Result<FileSet, String> {
    let mut files = Files {
        set: FileSet::default(),
    };
    model::crate_files(service, layout, &mut files)?;
    library::crate_files(service, layout, &mut files)?;
    Ok(files.set)
}

/// Collects rendered files.
struct Files {
    set: FileSet,
}

impl Files {
    fn rust(
        &mut self,
        path: String,
        from: &str,
        docs: &[String],
        source: Source,
    ) -> Result<(), String> {
        let text = source
            .render(from, docs)
            .map_err(|error| format!("{path}: {error}"))?;
        self.set.add(path, text);
        Ok(())
    }

    fn text(&mut self, path: String, text: String) {
        self.set.add(path, text);
    }
}
