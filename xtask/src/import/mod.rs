//! `cargo xtask import`: metadata as Alibaba Cloud publishes it to specifications.
//!
//! The stages: [`json`] parses the text, `facts` turns it into facts and repairs what is wrong by
//! named rules, `infer` adds what follows from names and shapes, `merge` keeps what people decided,
//! `write` makes files of the result. `read` runs the first three, `run` is the task.

mod facts;
mod infer;
pub mod json;
mod merge;
mod read;
pub mod report;
mod run;
mod write;

pub use facts::product::Imported;
pub(crate) use infer::class_name;
pub use merge::{Missing, merge};
pub use read::read;
pub(crate) use run::versioned_crate_name;
pub use run::{HELP, ImportOptions, put, run};
