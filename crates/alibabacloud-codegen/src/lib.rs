#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod disk;
mod docs;
pub mod emit;
mod error;
pub mod files;
mod generate;
pub mod glossary;
pub mod inspect;
pub mod ir;
pub mod lower;
pub mod markdown;
pub mod meaning;
pub mod names;
mod reader;
pub mod release_notes;
mod render;
mod select;
pub mod snippet;
mod specs;
mod wrap;

pub use error::Error;
pub use generate::{CrateNames, GenerateError, generate, lower_and_emit};
pub use reader::{Reader, findings};
pub use render::HEADER;
pub use select::Selection;
pub use specs::{SpecDir, find, shared_file, specs_of};
