//! The texts of specifications: whether they are in English, and whether they are our own.

use crate::{decisions, language, repository, yaml};
use alibabacloud_codegen::inspect::SpecFinding;
use alibabacloud_codegen::meaning::says_more;
use alibabacloud_spec::Glossary;
use serde_json::Value;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Keys with texts for people.
const KEYS: &[&str] = &[
    "title",
    "summary",
    "description",
    "tags",
    "notes",
    "x-acs-enum-descriptions",
    "x-acs-unsupported",
    // In decisions.yaml.
    "answer",
    "decision",
    "reason",
    "upstream",
];

/// A text of a specification.
#[derive(Debug)]
pub(crate) struct SpecText {
    file: String,
    line: usize,
    key: String,
    text: String,
}

/// Returns the texts of the specification in a directory. Files that cannot be read have none.
pub(crate) fn read(directory: &Path) -> Vec<SpecText> {
    let mut files = vec![
        directory.join("openapi.yaml"),
        directory.join(decisions::FILE),
    ];
    if let Ok(entries) = fs::read_dir(directory.join("operations")) {
        files.extend(entries.flatten().map(|entry| entry.path()));
    }
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "yaml")
    });
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let Ok(content) = fs::read_to_string(&file) else {
            continue;
        };
        let Ok(document) = yaml::read(&content) else {
            continue;
        };
        let name = file.to_string_lossy().replace('\\', "/");
        yaml::each_text(&document.root, &mut |key, line, text| {
            if KEYS.contains(&key) {
                texts.push(SpecText {
                    file: name.clone(),
                    line,
                    key: key.to_owned(),
                    text: text.to_owned(),
                });
            }
        });
    }
    texts
}

/// Returns the texts of a glossary.
pub(crate) fn of_glossary(glossary: &Glossary) -> Vec<SpecText> {
    let texts = glossary.iter().map(|(name, term)| SpecText {
        file: glossary.file.clone(),
        line: term.position.0,
        key: name.to_owned(),
        text: term.text.clone(),
    });
    texts.collect()
}

/// Returns the texts of a glossary that say no more than their name.
pub(crate) fn empty(glossary: &[SpecText]) -> Vec<SpecFinding> {
    let repeating = glossary
        .iter()
        .filter(|text| !says_more(&text.text, &text.key));
    let message = "the text says no more than the name; say what it is for, or what it looks like";
    repeating.map(|text| text.finding(message)).collect()
}

impl SpecText {
    fn finding(&self, message: &str) -> SpecFinding {
        let Self {
            file, line, key, ..
        } = self;
        SpecFinding {
            file: file.clone(),
            position: Some((*line, 1)),
            text: format!("error: {message}\n --> {file}:{line}\n  = at: {key}\n"),
        }
    }
}

/// Returns the texts that are not in English. `declared` is the language that the specification
/// names; its texts can be in that language unless it is one of this repository.
pub(crate) fn foreign(
    directory: &Path,
    declared: Option<&str>,
    texts: &[SpecText],
) -> Vec<SpecFinding> {
    let mut findings = Vec::new();
    let other = declared.filter(|language| *language != "en" && is_ours(directory));
    if let Some(language) = other {
        let message = format!(
            "the language is `{language}`: specifications of this repository are in English"
        );
        findings.push(SpecFinding::of_service(directory, message));
    }
    findings.extend(not_english(directory, declared, texts));
    findings
}

/// Returns the texts that are not in English, as [`foreign`], without the language itself.
pub(crate) fn not_english(
    directory: &Path,
    declared: Option<&str>,
    texts: &[SpecText],
) -> Vec<SpecFinding> {
    if declared.is_some() && !is_ours(directory) {
        return Vec::new();
    }
    let found = texts.iter().filter_map(|text| {
        let letter = language::foreign_letter(&text.text)?;
        let message = format!(
            "the text is not in English: it has `{letter}`; translate it, or put code between backticks"
        );
        Some(text.finding(&message))
    });
    found.collect()
}

/// Returns whether a specification is one of this repository.
fn is_ours(directory: &Path) -> bool {
    let here = repository::root().join("api-specs");
    directory
        .canonicalize()
        .is_ok_and(|directory| directory.starts_with(here))
}

/// Texts of fewer words can be equal by chance.
const WORDS: usize = 10;

/// The sentences of published metadata.
#[derive(Debug, Default)]
pub(crate) struct UpstreamTexts {
    sentences: HashSet<u64>,
    files: usize,
}

impl UpstreamTexts {
    /// Reads all `api-docs.json` below a directory.
    ///
    /// # Errors
    /// Returns the file that cannot be read; it is an error if there is none.
    pub(crate) fn read(directory: &Path) -> io::Result<Self> {
        let mut texts = Self::default();
        texts.add_directory(directory)?;
        if texts.files == 0 {
            let message = format!("no api-docs.json below {}", directory.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        }
        Ok(texts)
    }

    fn add_directory(&mut self, directory: &Path) -> io::Result<()> {
        let named = |path: &Path, error: io::Error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        };
        let entries = fs::read_dir(directory).map_err(|error| named(directory, error))?;
        let mut paths: Vec<PathBuf> = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<_>>()?;
        paths.sort();
        for path in paths {
            if path.is_dir() {
                self.add_directory(&path)?;
            } else if path.file_name().is_some_and(|name| name == "api-docs.json") {
                let text = fs::read_to_string(&path).map_err(|error| named(&path, error))?;
                let value = serde_json::from_str(&text)
                    .map_err(|error| named(&path, io::Error::from(error)))?;
                self.add(&value);
                self.files += 1;
            }
        }
        Ok(())
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                each_sentence(text, &mut |sentence| {
                    self.sentences.insert(hash(sentence));
                });
            }
            Value::Array(items) => items.iter().for_each(|item| self.add(item)),
            Value::Object(map) => map.values().for_each(|value| self.add(value)),
            _ => {}
        }
    }

    /// Returns the texts with a sentence of upstream's.
    pub(crate) fn copies(&self, texts: &[SpecText]) -> Vec<SpecFinding> {
        let mut findings = Vec::new();
        for text in texts {
            let mut copied: Option<String> = None;
            each_sentence(&text.text, &mut |sentence| {
                if copied.is_none() && self.sentences.contains(&hash(sentence)) {
                    copied = Some(sentence.to_owned());
                }
            });
            if let Some(sentence) = copied {
                let message =
                    format!("a sentence equals one of upstream's; write it anew: {sentence}");
                findings.push(text.finding(&message));
            }
        }
        findings
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Visits the whole text and its sentences, as lower-case words without markup and punctuation. A
/// line break can be in a sentence or end it.
fn each_sentence(text: &str, visit: &mut dyn FnMut(&str)) {
    if text.len() < WORDS * 2 {
        return;
    }
    let text = without_tags(text);
    let is_end = |c: char| matches!(c, '.' | '!' | '?' | ';' | '。' | '；' | '！' | '？');
    let mut offer = |part: &str| {
        let words: Vec<String> = part
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        if words.len() >= WORDS {
            visit(&words.join(" "));
        }
    };
    offer(&text);
    let unfolded = text.replace('\n', " ");
    for text in [&unfolded, &text] {
        for line in text.split('\n') {
            let mut start = 0;
            for (at, c) in line.char_indices().filter(|(_, c)| is_end(*c)) {
                let end = at + c.len_utf8();
                // A dot inside a number or name ends nothing.
                if c != '.' || line[end..].starts_with(|c: char| c.is_whitespace() || c == '<') {
                    offer(&line[start..at]);
                    start = end;
                }
            }
            offer(&line[start..]);
        }
    }
}

/// Replaces tags of HTML by blanks.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        match rest.find('>').filter(|_| is_tag) {
            Some(end) => {
                // A line break separates sentences.
                out.push(if rest.starts_with("<br") { '\n' } else { ' ' });
                rest = &rest[end + 1..];
            }
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each_sentence(text, &mut |sentence| {
            if !found.iter().any(|known| known == sentence) {
                found.push(sentence.to_owned());
            }
        });
        found
    }

    #[test]
    fn sentences_are_words_whatever_their_form() {
        let plain = "the id of the instance to which the disk is attached";
        for text in [
            "The ID of the instance to which the disk is attached.",
            "The ID of the `instance`\nto which the *disk* is attached",
            "The <b>ID</b> of the instance, to which the disk  is attached!",
        ] {
            assert_eq!(sentences(text), [plain], "{text}");
        }
        let two = sentences(
            "Short one. The ID of the instance to which the disk is attached. Version 1.5 is out.",
        );
        assert!(two.contains(&plain.to_owned()), "{two:?}");
        assert!(sentences("One two three four five six seven eight nine.").is_empty());
    }

    #[test]
    fn another_language_is_for_private_use() {
        let texts = [SpecText {
            file: "a.yaml".to_owned(),
            line: 1,
            key: "summary".to_owned(),
            text: "查询实例".to_owned(),
        }];
        let ours = repository::root().join("api-specs/oos/2019-06-01");
        let private = std::env::temp_dir();
        assert_eq!(foreign(&ours, None, &texts).len(), 1);
        assert_eq!(foreign(&ours, Some("zh"), &texts).len(), 2);
        assert_eq!(foreign(&ours, Some("en"), &[]), []);
        assert_eq!(foreign(&private, None, &texts).len(), 1);
        assert_eq!(foreign(&private, Some("zh"), &texts), []);
    }

    #[test]
    fn a_copied_sentence_is_found_in_a_longer_text() {
        let mut upstream = UpstreamTexts::default();
        let sentence = "The ID of the instance to which the new disk is attached.";
        upstream.add(&serde_json::json!({ "a": [{ "description": format!("X.<br>{sentence}") }] }));
        let text = |text: &str| SpecText {
            file: "a.yaml".to_owned(),
            line: 3,
            key: "description".to_owned(),
            text: text.to_owned(),
        };
        let copied = text(&format!(
            "Our words about it. {}\n",
            sentence.to_uppercase()
        ));
        let own = text("Instance that the new disk becomes a part of, by its ID, at once.");
        let findings = upstream.copies(&[own, copied]);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].position, Some((3, 1)));
    }
}
