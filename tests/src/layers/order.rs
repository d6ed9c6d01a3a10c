//! The order of the files of a crate.

use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;

/// The content of `tests/layers/<crate>.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The directory of the sources, relative to the root of the repository.
    pub root: String,
    /// The files, relative to `root`, lowest first.
    pub order: Vec<String>,
    /// Upward imports that are allowed.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// An upward import that is allowed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The file that imports.
    pub from: String,
    /// The file that defines the imported item.
    pub to: String,
    /// The reason.
    #[serde(default)]
    pub reason: String,
}

impl Order {
    /// Reads an order.
    ///
    /// # Errors
    /// When the text is not YAML of this form.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_yaml::from_str(text).map_err(|error| error.to_string())
    }

    /// Reads the order in a file.
    ///
    /// # Errors
    /// When the file cannot be read or its text is not YAML of this form.
    pub fn read(path: &Path) -> Result<Self, String> {
        std::fs::read_to_string(path)
            .map_err(|error| error.to_string())
            .and_then(|text| Self::parse(&text))
            .map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Returns the position of each file in the order.
    pub fn positions(&self) -> HashMap<&str, usize> {
        let files = self.order.iter().enumerate();
        files.map(|(at, file)| (file.as_str(), at)).collect()
    }

    /// Returns whether the exceptions contain this pair.
    pub fn excepts(&self, from: &str, to: &str) -> bool {
        let mut pairs = self.exceptions.iter();
        pairs.any(|exception| exception.from == from && exception.to == to)
    }
}
