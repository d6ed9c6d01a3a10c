//! `cargo xtask codegen`: generates crates from specifications.
//!
//! The stages are pure except for the first and the last: [`alibabacloud_spec`] reads and checks a
//! specification, [`lower`](mod@lower) makes all decisions and returns an [`ir::Service`], [`emit`]
//! converts it to tokens, [`render`] converts tokens to text, and [`files`] compares the text with
//! the files on disk. Nothing is written until everything has been generated.

pub mod docs;
pub mod emit;
pub mod files;
mod generate;
pub(crate) mod glossary;
mod guide;
pub mod inspect;
pub mod ir;
mod layout;
pub mod lists;
pub mod lower;
pub mod markdown;
pub(crate) mod meaning;
pub mod names;
mod records;
mod release_notes;
pub mod render;
mod run;
mod select;
pub(crate) mod specs;
pub mod wrap;

pub use generate::{
    CrateNames, GenerateError, Generated, generate, generate_all, generate_selected,
};
pub use layout::extended;
pub use run::{HELP, run};
pub use select::Selection;
pub use specs::{SpecDir, find};
