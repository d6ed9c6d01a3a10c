//! Redaction of requests.

use super::pairs::Pairs;
use super::prepared::{FORM, PreparedRequest};
use crate::secret::{REDACTED, is_secret_header, sounds_secret};
use bytes::Bytes;
use serde_json::Value;

impl PreparedRequest {
    /// Returns whether the parameter of this name, or the one that `Name.1.Field` is a part of, is
    /// secret: it holds a value of type `Sensitive` at any depth. Without a specification the name
    /// decides: `DbPassword`.
    pub fn is_secret(&self, name: &str) -> bool {
        let is_of = |parameter: &str| {
            name.strip_prefix(parameter)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if self.secret.iter().any(|secret| is_of(secret)) {
            return true;
        }
        let described = self.parameters.iter().any(|param| is_of(param.name));
        !described && sounds_secret(name)
    }

    /// Returns the value of a parameter, or `REDACTED` if it is secret.
    pub fn shown<'a>(&self, name: &str, value: &'a str) -> &'a str {
        if self.is_secret(name) {
            REDACTED
        } else {
            value
        }
    }

    /// Returns the request with `REDACTED` for every secret.
    pub fn redacted(&self) -> Self {
        let pairs = |pairs: &Pairs| {
            let mut shown = Pairs::new();
            for (name, value) in pairs.iter() {
                shown.push(name, self.shown(name, value));
            }
            shown.sort();
            shown
        };
        let mut copy = self.clone();
        copy.query = pairs(&self.query);
        copy.form = pairs(&self.form);
        for (name, _) in self.headers.iter() {
            let declared = self.secret.iter().any(|s| s.eq_ignore_ascii_case(name));
            if declared || is_secret_header(name) {
                copy.headers.set(name, REDACTED);
            }
        }
        if let Some(path) = &self.shown_path {
            copy.path.clone_from(path);
        }
        if self.has_secret_body() {
            copy.body = Bytes::from_static(REDACTED.as_bytes());
        }
        copy
    }

    /// Returns whether the body or form holds a secret.
    pub fn hides_body(&self) -> bool {
        self.has_secret_body() || self.form.iter().any(|(name, _)| self.is_secret(name))
    }

    /// Returns whether a body that is not a form holds a secret. Without a specification the names
    /// in it decide.
    fn has_secret_body(&self) -> bool {
        if self.secret_body || !self.parameters.is_empty() {
            return self.secret_body;
        }
        let content_type = self.headers.get("content-type").unwrap_or_default();
        if content_type.starts_with(FORM) {
            let form = std::str::from_utf8(&self.body).unwrap_or_default();
            return form
                .split('&')
                .any(|pair| sounds_secret(pair.split('=').next().unwrap_or_default()));
        }
        serde_json::from_slice(&self.body).is_ok_and(|body| names_a_secret(&body))
    }
}

/// Returns whether a field at any depth has a name that marks a secret.
fn names_a_secret(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| sounds_secret(name) || names_a_secret(value)),
        Value::Array(elements) => elements.iter().any(names_a_secret),
        _ => false,
    }
}
