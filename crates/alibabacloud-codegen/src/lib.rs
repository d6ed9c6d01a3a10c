#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod disk;
mod docs;
#[cfg(feature = "generate")]
pub mod emit;
mod error;
#[cfg(feature = "generate")]
pub mod files;
#[cfg(feature = "generate")]
mod generate;
pub mod glossary;
mod header;
pub mod inspect;
pub mod ir;
pub mod lower;
pub mod markdown;
pub mod meaning;
pub mod names;
mod reader;
pub mod release_notes;
#[cfg(feature = "generate")]
mod render;
mod select;
pub mod snippet;
mod specs;
mod wrap;

pub use error::Error;
#[cfg(feature = "generate")]
pub use generate::{CrateNames, GenerateError, generate, lower_and_emit};
pub use header::HEADER;
pub use reader::{Reader, findings};
pub use select::Selection;
pub use specs::{SpecDir, find, shared_file, specs_of};
