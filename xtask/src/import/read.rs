//! Published metadata to a specification: the facts, then what follows from them.

use super::facts::product::{self, Imported};
use super::infer;

/// Reads published metadata and infers what follows from it. Never panics, whatever the text is.
pub fn read(text: &str) -> Imported {
    let mut imported = product::read(text);
    if let Some(service) = &mut imported.service {
        infer::infer(service, &mut imported.report);
    }
    imported
}
