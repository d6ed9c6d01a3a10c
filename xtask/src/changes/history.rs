//! A directory of dated metadata files.

use crate::cli::Failure;
use crate::diff::Version;
use crate::import::json::Json;
use alibabacloud_spec::Change;
use std::path::Path;

/// Published metadata and its day.
#[derive(Debug)]
pub struct Dated {
    /// `2025-09-19`.
    pub date: String,
    /// The metadata.
    pub version: Version,
}

impl Dated {
    /// Reads all files `YYYY-MM-DD.json` of a directory, oldest first. Other files are ignored.
    ///
    /// # Errors
    /// Returns a failure when the directory or a file cannot be read, a file is not JSON, or there
    /// are fewer than two.
    pub fn read_all(directory: &Path) -> Result<Vec<Self>, Failure> {
        let place = directory.display();
        let listed = |error| Failure::failed(format!("error: cannot list {place}: {error}"));
        let mut dates = Vec::new();
        for entry in directory.read_dir().map_err(listed)? {
            let name = entry.map_err(listed)?.file_name();
            let name = name.to_string_lossy();
            dates.extend(
                name.strip_suffix(".json")
                    .filter(|date| Change::is_date(date))
                    .map(str::to_owned),
            );
        }
        dates.sort();
        if dates.len() < 2 {
            return Err(Failure::failed(format!(
                "error: {place} has {} of the at least two files YYYY-MM-DD.json that a comparison \
                 needs",
                dates.len()
            )));
        }
        let read = |date: String| {
            let version = Version::read(&directory.join(format!("{date}.json")))?;
            Ok(Self { date, version })
        };
        dates.into_iter().map(read).collect()
    }

    /// Returns the JSON of the metadata; `None` for a specification.
    pub(super) fn document(&self) -> Option<&Json> {
        match &self.version {
            Version::Metadata(_, document) => Some(document),
            Version::Spec(_) | Version::Refreshed(..) => None,
        }
    }

    /// Returns the product in lower case and the version, as the directory of a specification has
    /// them.
    pub(super) fn product(&self) -> Option<(String, String)> {
        let info = self.document()?.get("info")?;
        let text = |key: &str| info.get(key).and_then(Json::scalar_text);
        Some((text("product")?.to_ascii_lowercase(), text("version")?))
    }
}
