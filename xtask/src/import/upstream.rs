//! The facts of the last import, kept beside the specification as `upstream.json`: with them, the
//! next import can tell what upstream changed from what people decided.
//!
//! The file has the form of a specification's bundle, with digests in place of texts. Keys are
//! sorted and each fact has its own line, so that two changes can be merged.

use super::digest;
use super::write;
use crate::cli::Failure;
use crate::hash::sha256;
use alibabacloud_spec::{Change, Service};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Where facts come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetadataSource {
    /// The day of the metadata, `2025-12-13`, if it is known: metadata itself has no date.
    pub date: Option<String>,
    /// The SHA-256 of the file, if the metadata is a file.
    pub sha256: Option<String>,
}

impl MetadataSource {
    /// Returns the source for the text of a file.
    pub fn of(text: &str, date: Option<String>) -> Self {
        Self {
            date,
            sha256: Some(sha256(text.as_bytes())),
        }
    }
}

/// What the last import read.
#[derive(Clone, Debug, PartialEq)]
pub struct Upstream {
    /// Where it came from.
    pub source: MetadataSource,
    /// The facts, with digests in place of texts.
    pub facts: Service,
}

impl Upstream {
    /// Returns what is kept of a product that was read from metadata.
    pub fn new(service: &Service, source: MetadataSource) -> Self {
        Self {
            source,
            facts: digest::service(service),
        }
    }

    /// Reads the file in the directory of a specification; `None` if there is none.
    ///
    /// # Errors
    /// Returns a failure when the file cannot be read or is invalid.
    pub fn load(directory: &Path) -> Result<Option<Self>, Failure> {
        let path = directory.join(write::UPSTREAM);
        let invalid = |error: &dyn std::fmt::Display| {
            Failure::failed(format!(
                "error: invalid {}: {error}\nrestore it from the version control system, or make it \
                 again with `cargo xtask import --base FILE`",
                path.display()
            ))
        };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(invalid(&error)),
        };
        let mut document: Value = serde_json::from_str(&text).map_err(|error| invalid(&error))?;
        let source = |key: &str| document["source"][key].as_str().map(str::to_owned);
        let source = MetadataSource {
            date: source("date"),
            sha256: source("sha256"),
        };
        let specification = document.get_mut("specification");
        let bundle = specification
            .map(Value::take)
            .unwrap_or_default()
            .to_string();
        let facts = Service::from_bundle(&bundle).map_err(|errors| invalid(&errors))?;
        Ok(Some(Self { source, facts }))
    }

    /// Returns the text of the file. The files of the specification are made below `specs` first,
    /// and removed again.
    ///
    /// # Errors
    /// Returns a message when the facts are not a valid specification.
    pub(super) fn text(&self, specs: &Path) -> Result<String, String> {
        let bundle = write::bundle(specs, &self.facts)?;
        let specification: Value = serde_json::from_str(&bundle)
            .map_err(|error| format!("invalid facts of the metadata: {error}"))?;
        let read = Service::from_bundle(&specification.to_string());
        if read.ok().as_ref() != Some(&self.facts) {
            return Err("the facts of the metadata differ when they are read back".to_owned());
        }
        let mut source = json!({});
        if let Some(date) = &self.source.date {
            source["date"] = date.as_str().into();
        }
        if let Some(sha256) = &self.source.sha256 {
            source["sha256"] = sha256.as_str().into();
        }
        let document = json!({ "source": source, "specification": specification });
        Ok(format!("{document:#}\n"))
    }
}

/// Returns the date in the name of a file, such as `2025-12-13.json`.
pub(super) fn date_of(file: &Path) -> Option<String> {
    let name = file.file_stem()?.to_str()?;
    let is_digit = |c: char| c.is_ascii_digit();
    name.char_indices()
        .map(|(start, _)| start)
        .filter(|start| !name[..*start].ends_with(is_digit))
        .filter_map(|start| Some((name.get(start..start + 10)?, name.get(start + 10..)?)))
        .find(|(date, rest)| Change::is_date(date) && !rest.starts_with(is_digit))
        .map(|(date, _)| date.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_found_in_the_name_of_a_file() {
        let dates = [
            ("2025-12-13.json", Some("2025-12-13")),
            ("ecs-2025-01-02-docs.json", Some("2025-01-02")),
            ("x/2014-05-26/api-docs.json", None),
            ("2025-13-01.json", None),
            ("2025-02-30.json", None),
            ("12025-12-13.json", None),
            ("2025-12-131.json", None),
            ("ünï-2025-12-13é.json", Some("2025-12-13")),
        ];
        for (name, date) in dates {
            assert_eq!(date_of(Path::new(name)).as_deref(), date, "{name}");
        }
    }
}
