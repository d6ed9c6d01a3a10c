//! Typed access to JSON objects, with errors that contain the path.

use super::value::CredentialsField;
use super::{Credentials, CredentialsError, timestamp};
use crate::text::trimmed;
use serde_json::{Map, Value};

/// A JSON object and its path in the document.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    path: String,
}

/// A missing or invalid field.
#[derive(Debug)]
pub(super) struct FieldError {
    /// The name of the field.
    pub(super) name: String,
    /// The path of the field, including its name.
    pub(super) path: String,
    /// The problem, to be appended to the path: `is missing`.
    pub(super) problem: String,
}

impl FieldError {
    /// Converts to an error about the response to `what`.
    pub(super) fn in_response(self, what: &str) -> CredentialsError {
        CredentialsError::new(format!(
            "the response to {what} is invalid: {} {}",
            self.path, self.problem
        ))
    }
}

impl<'a> Fields<'a> {
    /// Creates access to the object at `path`, which is empty for the document itself.
    pub(super) fn new(object: &'a Map<String, Value>, path: impl Into<String>) -> Self {
        Self {
            object,
            path: path.into(),
        }
    }

    /// Returns a string, trimmed, or `None` if it is absent, null or blank.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, FieldError> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(trimmed(text)).filter(|text| !text.is_empty())),
            Some(other) => Err(self.mismatch(name, "a string", other)),
        }
    }

    /// Returns a string that must be present.
    pub(super) fn required(&self, name: &str) -> Result<&'a str, FieldError> {
        self.text(name)?
            .ok_or_else(|| self.error(name, "is missing"))
    }

    /// Returns a non-negative integer, or `None` if it is absent, null or 0.
    pub(super) fn count(&self, name: &str) -> Result<Option<u64>, FieldError> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_u64() {
                Some(number) => Ok(Some(number).filter(|&number| number > 0)),
                None if value.is_number() => {
                    Err(self.error(name, "must be a non-negative integer"))
                }
                None => Err(self.mismatch(name, "a non-negative integer", value)),
            },
        }
    }

    /// Returns a boolean, or `None` if it is absent or null.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, FieldError> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(self.mismatch(name, "true or false", other)),
        }
    }

    /// Returns the error for an invalid field.
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

    /// Returns the credentials if they can be sent; else the error of their invalid field. `names`
    /// are the names of AccessKey ID, AccessKey secret and token.
    pub(super) fn checked(
        &self,
        credentials: Credentials,
        names: [&str; 3],
    ) -> Result<Credentials, FieldError> {
        let Some(flaw) = credentials.flaw() else {
            return Ok(credentials);
        };
        let [id, secret, token] = names;
        let name = match flaw.field {
            CredentialsField::AccessKeyId => id,
            CredentialsField::AccessKeySecret => secret,
            CredentialsField::SecurityToken | CredentialsField::BearerToken => token,
        };
        Err(self.error(name, flaw.problem))
    }

    /// Returns the temporary credentials in `AccessKeyId`, `AccessKeySecret`, `SecurityToken` and
    /// `Expiration`, the names that every service uses.
    pub(super) fn temporary_credentials(&self) -> Result<Credentials, FieldError> {
        let credentials = Credentials::sts(
            self.required("AccessKeyId")?,
            self.required("AccessKeySecret")?,
            self.required("SecurityToken")?,
        );
        let names = ["AccessKeyId", "AccessKeySecret", "SecurityToken"];
        let credentials = self.checked(credentials, names)?;
        match self.text("Expiration")? {
            None => Ok(credentials),
            Some(text) => match timestamp::parse(text) {
                Some(expiry) => Ok(credentials.with_expiry(expiry)),
                None => {
                    Err(self.error("Expiration", "must be a time such as 2026-03-14T15:09:26Z"))
                }
            },
        }
    }
}

/// Returns the object in the member `name` of a response, or the response itself for an empty name.
pub(super) fn object_of<'a>(
    response: &'a Value,
    name: &str,
    what: &str,
) -> Result<&'a Map<String, Value>, CredentialsError> {
    let found = if name.is_empty() {
        Some(response)
    } else {
        response.get(name)
    };
    found.and_then(Value::as_object).ok_or_else(|| {
        let expected = match name {
            "" => "expected an object".to_owned(),
            name => format!("expected an object in {name}"),
        };
        CredentialsError::new(format!("the response to {what} is invalid: {expected}"))
    })
}

/// Returns the kind of a JSON value, for messages.
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
