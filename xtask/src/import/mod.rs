//! `cargo xtask import`: published metadata to specifications.
//!
//! The stages: [`json`] parses the text, `facts` extracts the facts and repairs mistakes by named
//! rules, `infer` adds what follows from names and shapes, `merge` keeps what people decided,
//! `texts` removes upstream's sentences, `write` writes the files. `read` runs the first three,
//! `run` is the task.

mod facts;
mod infer;
pub mod json;
mod markup;
mod merge;
mod read;
pub mod report;
mod run;
mod texts;
mod write;

pub use facts::product::Imported;
pub(crate) use infer::{class_name, class_of};
pub use merge::{Missing, merge};
pub use read::read;
pub(crate) use run::versioned_crate_name;
pub use run::{HELP, ImportOptions, put, run};
pub use texts::Texts;
pub(crate) use write::operation_text;
