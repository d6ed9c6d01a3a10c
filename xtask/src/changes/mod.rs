//! `cargo xtask changes`: the release notes of operations, from dated versions of the metadata.
//!
//! `history` reads the versions, `published` compares what [`crate::diff`] does not (texts, error
//! codes), `wording` turns changes into sentences, `derive` collects them by operation, `update`
//! merges them with those of a specification, and `run` is the task.

mod derive;
mod history;
mod published;
mod run;
mod update;
mod wording;

pub use derive::{Note, derive};
pub use history::Dated;
pub use run::{HELP, run};
pub use update::{Update, update};
