//! The CLI's `config.json`: reading it, and changing a profile while preserving everything else.

use super::super::CredentialsError;
use super::super::fields::{FieldError, Fields};
use super::super::json_text::{self, PathStep};
use serde_json::Value;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The file, as text and parsed.
pub(super) struct Document {
    path: PathBuf,
    text: Zeroizing<String>,
    value: Value,
}

/// One profile of the file.
pub(super) struct Profile<'a> {
    document: &'a Document,
    index: usize,
    pub(super) name: &'a str,
    pub(super) fields: Fields<'a>,
}

impl Document {
    pub(super) fn parse(path: &Path, text: String) -> Result<Self, CredentialsError> {
        let text = Zeroizing::new(text);
        let json = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
        let value = serde_json::from_str(json).map_err(|error| {
            // Only the position: the rest of the message could quote the file.
            let what = if error.is_eof() {
                "ends prematurely"
            } else {
                "is not valid JSON"
            };
            CredentialsError::new(format!(
                "{} {what} at line {}, column {}",
                path.display(),
                error.line(),
                error.column()
            ))
        })?;
        Ok(Self {
            path: path.to_owned(),
            text,
            value,
        })
    }

    /// Returns the name of the current profile.
    pub(super) fn current(&self) -> Result<Option<&str>, CredentialsError> {
        match self.value.as_object() {
            Some(root) => Fields::new(root, "")
                .text("current")
                .map_err(|error| self.explain(&[], &error)),
            None => Err(self.complain(&[], "must be an object")),
        }
    }

    /// Returns the first profile of this name.
    pub(super) fn profile(&self, name: &str) -> Result<Option<Profile<'_>>, CredentialsError> {
        let profiles = match self.value.get("profiles") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(profiles)) => profiles,
            Some(_) => {
                let steps = [PathStep::Key("profiles")];
                return Err(self.complain(&steps, "profiles must be an array"));
            }
        };
        for (index, profile) in profiles.iter().enumerate() {
            let path = format!("profiles[{index}]");
            let steps = [PathStep::Key("profiles"), PathStep::Index(index)];
            let Some(object) = profile.as_object() else {
                return Err(self.complain(&steps, &format!("{path} must be an object")));
            };
            let fields = Fields::new(object, path);
            let found = fields
                .text("name")
                .map_err(|error| self.explain(&steps, &error))?;
            if let Some(found) = found.filter(|found| *found == name) {
                return Ok(Some(Profile {
                    document: self,
                    index,
                    name: found,
                    fields,
                }));
            }
        }
        Ok(None)
    }

    /// Returns the whole text of the file.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Converts a field error to one with the line and column of the field, or of its object if the
    /// field is missing.
    fn explain(&self, object: &[PathStep<'_>], error: &FieldError) -> CredentialsError {
        let mut steps = object.to_vec();
        steps.push(PathStep::Key(&error.name));
        let steps = match json_text::find(self.json(), &steps) {
            Some(_) => steps.as_slice(),
            None => object,
        };
        self.complain(steps, &format!("{} {}", error.path, error.problem))
    }

    fn complain(&self, steps: &[PathStep<'_>], problem: &str) -> CredentialsError {
        let at = json_text::find(self.json(), steps).map_or(0, |span| span.start);
        let (line, column) = json_text::position(self.json(), at);
        CredentialsError::new(format!(
            "{}:{line}:{column}: {problem}",
            self.path.display()
        ))
    }

    fn json(&self) -> &str {
        self.text
            .strip_prefix(BYTE_ORDER_MARK)
            .unwrap_or(&self.text)
    }
}

impl Profile<'_> {
    /// Converts a field error of this profile to one with its position in the file.
    pub(super) fn explain(&self, error: &FieldError) -> CredentialsError {
        self.document.explain(&self.steps(), error)
    }

    /// Returns the name of the profile and the path of its file.
    pub(super) fn source(&self) -> String {
        format!("profile {} of {}", self.name, self.document.path.display())
    }

    /// Returns the text of the file with fields of this profile set; all other bytes are preserved.
    pub(super) fn with(&self, changes: &[(&str, Value)]) -> Result<String, CredentialsError> {
        let mut json = self.document.json().to_owned();
        for (key, value) in changes {
            json = json_text::set(&json, &self.steps(), key, value)
                .ok_or_else(|| self.document.complain(&self.steps(), "cannot be changed"))?;
        }
        let mark = self.document.text.starts_with(BYTE_ORDER_MARK);
        Ok(if mark {
            format!("{BYTE_ORDER_MARK}{json}")
        } else {
            json
        })
    }

    fn steps(&self) -> [PathStep<'static>; 2] {
        [PathStep::Key("profiles"), PathStep::Index(self.index)]
    }
}
