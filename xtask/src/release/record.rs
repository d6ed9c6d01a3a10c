//! The record of releases: which version of each crate was published last, and from what.

use alibabacloud_codegen::disk;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// The file with the record, in the root of the repository.
pub const RECORD_FILE: &str = "releases.json";

/// The last release of each crate, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The crates.
    pub crates: BTreeMap<String, LastRelease>,
}

/// The last release of a crate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRelease {
    /// Version.
    pub version: String,
    /// Hash of its content.
    pub content: String,
    /// Commit that it was published from.
    pub commit: String,
}

/// What one release has done so far, so that an interrupted one continues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What was published, in order.
    pub published: Vec<Publication>,
}

/// A crate that was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Hash of its content, which may change before the release is complete.
    pub content: String,
    /// Whether the registry did not have the crate before.
    pub new_crate: bool,
    /// When: seconds since 1970.
    pub time: u64,
}

impl Progress {
    /// Returns what was published in a version.
    pub fn of(&self, name: &str, version: &str) -> Option<&Publication> {
        let mut published = self.published.iter();
        published.find(|publication| publication.name == name && publication.version == version)
    }
}

/// Reads a JSON file; the default if it does not exist.
///
/// # Errors
///
/// Returns a message with the path.
pub fn load<T: Default + for<'de> Deserialize<'de>>(path: &Path) -> Result<T, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    match fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| failed(&error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(T::default()),
        Err(error) => Err(failed(&error)),
    }
}

/// Writes a JSON file, or leaves it as it is if that fails.
///
/// # Errors
///
/// Returns a message with the path.
pub fn save<T: Serialize>(path: &Path, value: &T) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let mut text = serde_json::to_string_pretty(value).map_err(|error| failed(&error))?;
    text.push('\n');
    disk::replace(path, &text).map_err(|error| failed(&error))
}
