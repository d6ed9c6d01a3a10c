//! `decisions.yaml`: the decisions about a service, beside its specification.
//!
//! Most of the file repeats the specification in a form that is short enough to be read as a whole,
//! so that a change of a promise is a change of this file, too. The answers and the rows about
//! upstream are written by people.

use crate::cli::Failure;
use crate::yaml::{self, Document, Yaml};
use alibabacloud_codegen::disk;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// The name of the file in the directory of a specification.
pub(crate) const FILE: &str = "decisions.yaml";

/// The content of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionRecord {
    /// The day on which a person last went through the checklist.
    #[serde(default)]
    pub(super) reviewed: String,
    /// The operations that most users call, whose documentation must be complete.
    #[serde(default, rename = "most-used")]
    pub(super) most_used: Vec<String>,
    /// The arguments of every operation.
    #[serde(default)]
    pub(super) arguments: BTreeMap<String, Vec<String>>,
    /// How each list is paged.
    #[serde(default)]
    pub(super) lists: BTreeMap<String, String>,
    /// Every place that holds a secret.
    #[serde(default)]
    pub(super) sensitive: Vec<String>,
    /// The idempotency token of each operation that has one.
    #[serde(default)]
    pub(super) idempotency: BTreeMap<String, String>,
    /// The classes that differ from the verb of the name.
    #[serde(default)]
    pub(super) classes: BTreeMap<String, String>,
    /// What a person answers, by kind and subject.
    #[serde(default)]
    pub(super) questions: BTreeMap<String, BTreeMap<String, Question>>,
    /// What was decided against upstream's word, or where it is silent.
    #[serde(default)]
    pub(super) upstream: Vec<UpstreamRow>,
}

/// A question of the tool, and its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    /// The places that the question is about.
    #[serde(default)]
    pub(super) places: Vec<String>,
    #[serde(default)]
    pub(super) answer: String,
    #[serde(default)]
    pub(super) reason: String,
}

impl Question {
    /// Returns whether a person has answered, with a reason.
    pub(super) fn is_answered(&self) -> bool {
        !self.answer.trim().is_empty() && !self.reason.trim().is_empty()
    }
}

/// A decision against upstream's word, or where it is silent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpstreamRow {
    /// Where: see [`places::check`](super::places::check).
    pub(crate) place: String,
    /// What upstream says.
    pub(crate) upstream: String,
    /// What the specification says.
    pub(crate) decision: String,
    pub(crate) reason: String,
}

impl UpstreamRow {
    /// Returns whether nothing is missing.
    pub(super) fn is_complete(&self) -> bool {
        [&self.place, &self.upstream, &self.decision, &self.reason]
            .into_iter()
            .all(|text| !text.trim().is_empty())
    }
}

/// The file on disk.
#[derive(Debug)]
pub(super) struct RecordFile {
    path: PathBuf,
    /// The text, if the file exists.
    text: Option<String>,
    pub(super) record: DecisionRecord,
}

impl RecordFile {
    /// Reads the file in the directory of a specification. A file that does not exist is empty.
    ///
    /// # Errors
    ///
    /// Returns a failure if the file cannot be read, or has another form.
    pub(super) fn read(directory: &Path) -> Result<Self, Failure> {
        let path = directory.join(FILE);
        let invalid = |error: &dyn std::fmt::Display| {
            Failure::failed(format!("error: invalid {}: {error}", path.display()))
        };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(invalid(&error)),
        };
        let record = match &text {
            Some(text) => serde_yaml::from_str(text).map_err(|error| invalid(&error))?,
            None => DecisionRecord::default(),
        };
        Ok(Self { path, text, record })
    }

    /// Replaces the record, and writes the file if that changes it. Comments stay. Returns whether
    /// the file was written.
    ///
    /// # Errors
    ///
    /// Returns a failure if the file cannot be written.
    pub(super) fn write(&self, record: &DecisionRecord) -> Result<bool, Failure> {
        if self.text.is_some() && *record == self.record {
            return Ok(false);
        }
        let new = record.to_yaml();
        let document = match self.text.as_deref().and_then(|text| yaml::read(text).ok()) {
            Some(Document { head, root, tail }) => Document {
                head,
                root: with_comments(&root, new),
                tail,
            },
            None => new.into(),
        };
        disk::replace(&self.path, &yaml::write(document)).map_err(|error| {
            Failure::failed(format!(
                "error: cannot write {}: {error}",
                self.path.display()
            ))
        })?;
        Ok(true)
    }

    /// Returns the path of the file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns whether the file exists.
    pub(super) fn exists(&self) -> bool {
        self.text.is_some()
    }
}

impl DecisionRecord {
    fn to_yaml(&self) -> Yaml {
        let mut root = Yaml::map();
        root.put("reviewed", Yaml::text(&self.reviewed));
        root.put("most-used", Yaml::texts(&self.most_used));
        root.put(
            "arguments",
            map(&self.arguments, |names| Yaml::texts(names)),
        );
        root.put("lists", map(&self.lists, Yaml::text));
        root.put("sensitive", Yaml::texts(&self.sensitive));
        root.put("idempotency", map(&self.idempotency, Yaml::text));
        root.put("classes", map(&self.classes, Yaml::text));
        root.put(
            "questions",
            map(&self.questions, |questions| {
                map(questions, |question| {
                    let mut entry = Yaml::map();
                    entry.put("places", Yaml::texts(&question.places));
                    entry.put("answer", Yaml::text(&question.answer));
                    entry.put("reason", Yaml::text(&question.reason));
                    entry
                })
            }),
        );
        root.put(
            "upstream",
            Yaml::list(self.upstream.iter().map(|row| {
                let mut entry = Yaml::map();
                entry.put("place", Yaml::text(&row.place));
                entry.put("upstream", Yaml::text(&row.upstream));
                entry.put("decision", Yaml::text(&row.decision));
                entry.put("reason", Yaml::text(&row.reason));
                entry
            })),
        );
        root
    }
}

fn map<'a, T>(values: &'a BTreeMap<String, T>, value: impl Fn(&'a T) -> Yaml) -> Yaml {
    let mut map = Yaml::map();
    for (key, entry) in values {
        map.put(key, value(entry));
    }
    map
}

/// Returns new content with the comments of the text so far, where the keys are the same.
fn with_comments(text: &Yaml, new: Yaml) -> Yaml {
    match (text, new) {
        (Yaml::Map(text), Yaml::Map(mut new)) => {
            for entry in &mut new.entries {
                let old = text.entries.iter().find(|old| old.key == entry.key);
                if let Some(old) = old {
                    entry.above.clone_from(&old.above);
                    entry.behind.clone_from(&old.behind);
                    let value = std::mem::replace(&mut entry.value, Yaml::map());
                    entry.value = with_comments(&old.value, value);
                }
            }
            new.tail.clone_from(&text.tail);
            Yaml::Map(new)
        }
        (Yaml::List(text), Yaml::List(mut new)) => {
            for entry in &mut new.entries {
                let old = text.entries.iter().find(|old| old.value == entry.value);
                if let Some(old) = old {
                    *entry = old.clone();
                }
            }
            new.tail.clone_from(&text.tail);
            Yaml::List(new)
        }
        (_, new) => new,
    }
}

/// Returns the most used operations of the specification in a directory.
///
/// # Errors
///
/// Returns a failure if the file cannot be read.
pub(crate) fn most_used(directory: &Path) -> Result<Vec<String>, Failure> {
    Ok(RecordFile::read(directory)?.record.most_used)
}

/// Returns the rows about upstream of the specification in a directory.
///
/// # Errors
///
/// Returns a failure if the file cannot be read.
pub(crate) fn upstream_rows(directory: &Path) -> Result<Vec<UpstreamRow>, Failure> {
    Ok(RecordFile::read(directory)?.record.upstream)
}
