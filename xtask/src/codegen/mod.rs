//! `cargo xtask codegen`: generates crates from specifications.
//!
//! [`alibabacloud_codegen`] reads specifications, generates the files and compares them with those
//! on disk. What is of this repository is here: `generate` skips specifications
//! whose files agree with their `records`, adds the copies in the emulator, and collects what the
//! `lists` of services and the `guide` say.

mod copies;
mod generate;
mod guide;
mod layout;
pub mod lists;
mod records;
mod run;

pub use generate::{Generated, generate_all, generate_selected};
pub use layout::extended;
pub use run::{HELP, run};
