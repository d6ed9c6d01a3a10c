//! Reading JSON objects with errors that say where.

use super::{Credentials, CredentialsError, timestamp};
use serde_json::{Map, Value};

/// An object and the path it was found at.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    path: String,
}

/// A field that is not as it must be.
#[derive(Debug)]
pub(super) struct FieldError {
    /// Its name.
    pub(super) name: String,
    /// The name with the path in front.
    pub(super) path: String,
    /// What is wrong, behind the path: `is missing`.
    pub(super) problem: String,
}

impl FieldError {
    /// As an error about the answer to `what`.
    pub(super) fn in_answer(self, what: &str) -> CredentialsError {
        CredentialsError::new(format!(
            "the answer to {what} cannot be used: {} {}",
            self.path, self.problem
        ))
    }
}

impl<'a> Fields<'a> {
    /// The fields of an object at `path`, which is empty for the document itself.
    pub(super) fn new(object: &'a Map<String, Value>, path: impl Into<String>) -> Self {
        Self {
            object,
            path: path.into(),
        }
    }

    /// A text; `None` when it is absent, null or blank.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, FieldError> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
            Some(other) => Err(self.mismatch(name, "a string", other)),
        }
    }

    /// A text that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&'a str, FieldError> {
        self.text(name)?
            .ok_or_else(|| self.error(name, "is missing"))
    }

    /// A whole number from 0; `None` when it is absent, null or 0.
    pub(super) fn count(&self, name: &str) -> Result<Option<u64>, FieldError> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_u64() {
                Some(number) => Ok(Some(number).filter(|&number| number > 0)),
                None if value.is_number() => Err(self.error(name, "must be a whole number from 0")),
                None => Err(self.mismatch(name, "a whole number", value)),
            },
        }
    }

    /// A boolean; `None` when it is absent or null.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, FieldError> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(self.mismatch(name, "true or false", other)),
        }
    }

    /// Says that a field has a wrong value.
    pub(super) fn error(&self, name: &str, problem: impl Into<String>) -> FieldError {
        let path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        };
        FieldError {
            name: name.to_owned(),
            path,
            problem: problem.into(),
        }
    }

    fn mismatch(&self, name: &str, wanted: &str, found: &Value) -> FieldError {
        self.error(name, format!("must be {wanted}, not {}", kind(found)))
    }

    /// `AccessKeyId`, `AccessKeySecret`, `SecurityToken` and `Expiration`, as every service writes temporary credentials.
    pub(super) fn issued(&self) -> Result<Credentials, FieldError> {
        let credentials = Credentials::sts(
            self.required("AccessKeyId")?,
            self.required("AccessKeySecret")?,
            self.required("SecurityToken")?,
        );
        match self.text("Expiration")? {
            None => Ok(credentials),
            Some(text) => match timestamp::parse(text) {
                Some(expiry) => Ok(credentials.with_expiry(expiry)),
                None => Err(self.error("Expiration", "must be a time like 2026-03-14T15:09:26Z")),
            },
        }
    }
}

/// The object that is, or is the member `name` of, an answer.
pub(super) fn object_of<'a>(
    answer: &'a Value,
    name: &str,
    what: &str,
) -> Result<&'a Map<String, Value>, CredentialsError> {
    let found = if name.is_empty() {
        Some(answer)
    } else {
        answer.get(name)
    };
    found.and_then(Value::as_object).ok_or_else(|| {
        let missing = if name.is_empty() { "" } else { " " };
        CredentialsError::new(format!(
            "the answer to {what} cannot be used: it holds no object{missing}{name}"
        ))
    })
}

/// What a JSON value is, for messages.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
