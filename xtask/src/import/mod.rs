//! `cargo xtask import`: metadata as Alibaba publishes it to specifications.
//!
//! The walk: [`json`] reads the text, `product` and its modules turn it into facts and repair what is wrong by named rules,
//! `infer` adds what follows from names and shapes, `merge` lets what people decided win, `write` makes files of it.

mod context;
mod endpoint;
mod error_code;
mod infer;
pub mod json;
mod literal;
mod merge;
mod operation;
mod parameter;
mod path;
mod product;
pub mod report;
mod response;
mod run;
mod schema;
mod shared;
mod text;
mod write;

pub use merge::{Missing, merge};
pub use product::Imported;
pub(crate) use run::versioned_crate_name;
pub use run::{HELP, Options, put, run};

/// Reads published metadata and concludes what follows from it. Never panics, whatever the text is.
pub fn read(text: &str) -> Imported {
    let mut imported = product::read(text);
    if let Some(service) = &mut imported.service {
        infer::infer(service, &mut imported.report);
    }
    imported
}

/// The word for a class in a specification.
pub(crate) fn class_name(class: alibabacloud_spec::OperationClass) -> &'static str {
    infer::class_name(class)
}
