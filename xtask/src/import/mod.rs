//! `cargo xtask import`: published metadata to specifications.
//!
//! The stages: [`json`] parses the text, `facts` extracts the facts and repairs mistakes by named
//! rules, `infer` adds what follows from names and shapes, `merge` keeps what people decided,
//! `texts` removes upstream's sentences, `write` writes the files. `read` runs the first three,
//! `plan` says what an import changes, `run` is the task. `upstream` keeps the facts of an import
//! for the next one, without texts (`digest`).

mod digest;
mod facts;
mod infer;
pub mod json;
mod markup;
mod merge;
mod plan;
mod read;
pub mod report;
mod run;
mod texts;
mod upstream;
mod write;

pub use facts::product::Imported;
pub(crate) use facts::schema::unescaped_name;
pub(crate) use infer::{class_name, class_of, squeezed, words};
pub use merge::{Merged, Missing, merge};
pub use plan::{ImportPlan, plan};
pub use read::read;
pub use run::{HELP, ImportOptions, Refresh, put, refresh, run};
pub(crate) use run::{save, versioned_crate_name};
pub use texts::Texts;
pub use upstream::{MetadataSource, Upstream};
pub(crate) use write::operation_text;
