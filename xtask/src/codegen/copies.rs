//! The emulator's copies of specifications, and the list of them.

use alibabacloud_codegen::HEADER;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// The directory of the copies, below that of the crates.
pub(super) const COPIES: &str = "alibabacloud-emulator/specs";

/// The list of the copies, below the directory of the crates.
pub(super) const LIST: &str = "alibabacloud-emulator/src/built_in.rs";

/// What the list of the emulator's copies says about one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SpecCopy {
    /// `<product>-<version>`.
    name: String,
    title: String,
    operations: usize,
}

impl SpecCopy {
    /// Takes the title and the number of operations from the text, in which both have lines of
    /// their own.
    pub(super) fn new(name: &str, text: &str) -> Self {
        let value = |line: &str| {
            let value = line.strip_prefix("  \"title\": ")?.trim_end_matches(',');
            serde_json::from_str(value).ok()
        };
        let is_operation = |line: &&str| {
            line.starts_with("  \"/") && line.ends_with("\": {") && line.contains("#Action=")
        };
        Self {
            name: name.to_owned(),
            title: text.lines().find_map(value).unwrap_or_default(),
            operations: text.lines().filter(is_operation).count(),
        }
    }
}

/// Returns the copies below the directory of the crates, sorted by name; none if the emulator is
/// not there. Those that are not `known` are read.
///
/// # Errors
///
/// Returns an error if the directory or a copy cannot be read.
pub(super) fn all(out: &Path, known: &[SpecCopy]) -> io::Result<Vec<SpecCopy>> {
    let entries = match out.join(COPIES).read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut copies = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let Some(name) = name.to_str().and_then(|name| name.strip_suffix(".json")) else {
            continue;
        };
        copies.push(match known.iter().find(|copy| copy.name == name) {
            Some(copy) => copy.clone(),
            None => {
                let path = out.join(COPIES).join(format!("{name}.json"));
                SpecCopy::new(name, &fs::read_to_string(path)?)
            }
        });
    }
    copies.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(copies)
}

/// Returns the list of the copies, each built in by the feature of its product.
pub(super) fn built_in(copies: &[SpecCopy]) -> String {
    let mut text = format!(
        "{HEADER}. Do not edit.\n#![cfg_attr(rustfmt, rustfmt_skip)]\n\n\
         //! The specifications in the directory `specs`, each with the cargo feature that builds \
         it in.\n\n\
         /// Product, version, title, number of operations, and the text if this build has it.\n\
         pub(crate) const COPIES: &[(&str, &str, &str, usize, Option<&str>)] = &[\n"
    );
    for copy in copies {
        let (product, version) = split_version(&copy.name);
        let _ = write!(
            text,
            "    (\n        {product:?},\n        {version:?},\n        {:?},\n        {},\n        \
             #[cfg(feature = {product:?})]\n        \
             Some(include_str!({:?})),\n        \
             #[cfg(not(feature = {product:?}))]\n        None,\n    ),\n",
            copy.title,
            copy.operations,
            format!("../specs/{}.json", copy.name)
        );
    }
    text.push_str("];\n");
    text
}

/// Splits `<product>-<version>`; both can have dashes, and a version starts with a digit.
fn split_version(copy: &str) -> (&str, &str) {
    let starts = copy.match_indices('-').map(|(index, _)| index);
    starts
        .filter_map(|index| Some((copy.get(..index)?, copy.get(index + 1..)?)))
        .find(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or((copy, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_starts_at_the_first_part_with_a_digit() {
        for (copy, expected) in [
            ("oos-2019-06-01", ("oos", "2019-06-01")),
            ("eb-serverless-2021-01-01", ("eb-serverless", "2021-01-01")),
            ("r-kvstore-2015-01-01", ("r-kvstore", "2015-01-01")),
        ] {
            assert_eq!(split_version(copy), expected);
        }
    }

    #[test]
    fn copies_have_the_feature_of_their_product() {
        let text = "{\n \"info\": {\n  \"title\": \"A \\\"b\\\"\",\n },\n \"paths\": {\n  \
                    \"/#Action=Run\": {\n  \"/a#Action=Stop\": {\n";
        let text = built_in(&[
            SpecCopy::new("ecs-2014-05-26", text),
            SpecCopy::new("oos-2019-06-01", ""),
        ]);
        let expected = "    (\n        \"ecs\",\n        \"2014-05-26\",\n        \
                        \"A \\\"b\\\"\",\n        2,\n        \
                        #[cfg(feature = \"ecs\")]\n        \
                        Some(include_str!(\"../specs/ecs-2014-05-26.json\")),\n        \
                        #[cfg(not(feature = \"ecs\"))]\n        None,\n    ),\n";
        assert!(text.contains(expected), "{text}");
        syn::parse_file(&text).unwrap();
    }
}
