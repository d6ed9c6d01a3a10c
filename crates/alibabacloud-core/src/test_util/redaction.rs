//! Redaction of requests and responses.

use super::cassette::RecordedRequest;
use super::sent::SentRequest;
use crate::secret::{REDACTED, sounds_secret};
use alibabacloud_types::plumbing::{Field, ValueRef, decode_root, elements};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// Endings of names, in lower case, of tokens that grant no access: page tokens and idempotency
/// tokens.
const HARMLESS_ENDS: [&str; 4] = ["nexttoken", "pagetoken", "continuationtoken", "clienttoken"];

/// The names and fields that are secret.
#[derive(Clone, Default)]
pub(super) struct Redaction {
    /// Names in lower case.
    names: BTreeSet<String>,
    outputs: Vec<(String, FindSecrets)>,
}

/// Finds the names of the sensitive fields in a response.
type FindSecrets = fn(&[u8]) -> BTreeSet<String>;

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redaction")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

/// Shows the request on one line, without secrets.
impl fmt::Debug for SentRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", Redaction::default().request(self))
    }
}

impl Redaction {
    /// Adds the name of secret parameters and fields.
    pub(super) fn add_name(&mut self, name: &str) {
        self.names.insert(name.to_ascii_lowercase());
    }

    /// Adds the fields that are sensitive in the output type of an operation.
    pub(super) fn add_output<O: Field + Default>(&mut self, operation: &str) {
        self.outputs
            .push((operation.to_owned(), sensitive_fields::<O>));
    }

    /// Returns a request without secrets.
    pub(super) fn request(&self, request: &SentRequest) -> RecordedRequest {
        let http = request.http();
        let in_request = RedactionScope {
            operation: request.operation(),
            fields: BTreeSet::new(),
            replacement: |_| REDACTED.into(),
        };
        let secret = |name: &str| {
            let declared = http.secret_parameters.iter().any(|secret| {
                name.strip_prefix(secret)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            });
            declared || self.is_secret(request.operation(), name)
        };
        let parameters = request.parameters().map(|(name, value)| {
            let value = match secret(name) {
                true => REDACTED.to_owned(),
                false => self.text(&in_request, value),
            };
            (name.to_owned(), value)
        });
        let elsewhere = http.secret_parameters.iter().any(|secret| {
            !request
                .parameters()
                .any(|(name, _)| name.starts_with(secret))
        });
        let (path, body) = match elsewhere {
            // A secret in path or body: only the operation knows which part of it.
            true => (REDACTED.to_owned(), REDACTED.to_owned()),
            false => {
                let body = String::from_utf8_lossy(request.body());
                let body = self.text(&in_request, &body);
                (request.path().to_owned(), body)
            }
        };
        RecordedRequest {
            operation: request.operation().to_owned(),
            method: http.method.as_str().to_owned(),
            path,
            parameters: parameters.collect(),
            body,
        }
    }

    /// Returns the body of a response without secrets; unchanged if there are none.
    pub(super) fn response_body(&self, operation: &str, body: &str) -> String {
        let mut fields = BTreeSet::new();
        for (_, find) in self.outputs.iter().filter(|(name, _)| name == operation) {
            fields.append(&mut find(body.as_bytes()));
        }
        let in_response = RedactionScope {
            operation,
            fields,
            replacement: readable,
        };
        self.text(&in_response, body)
    }

    /// Redacts text that may be JSON.
    fn text(&self, scope: &RedactionScope<'_>, text: &str) -> String {
        let Ok(mut value @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
        else {
            return text.to_owned();
        };
        match self.clean(scope, &mut value) {
            true => value.to_string(),
            false => text.to_owned(),
        }
    }

    /// Replaces secrets. Returns whether there were any.
    fn clean(&self, scope: &RedactionScope<'_>, value: &mut Value) -> bool {
        let mut found = false;
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let secret =
                        scope.fields.contains(name) || self.is_secret(scope.operation, name);
                    if secret && !member.is_null() {
                        *member = (scope.replacement)(member);
                        found = true;
                    } else {
                        found |= self.clean(scope, member);
                    }
                }
            }
            Value::Array(items) => {
                for item in items {
                    found |= self.clean(scope, item);
                }
            }
            // Many parameters and fields contain JSON as text.
            Value::String(text) => {
                let clean = self.text(scope, text);
                found = clean != *text;
                *text = clean;
            }
            _ => {}
        }
        found
    }

    fn is_secret(&self, operation: &str, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        if self.names.contains(&lower) {
            return true;
        }
        // Operations on secrets name the secret `Value`.
        let guarded = lower == "value" && operation.contains("Secret");
        guarded || sounds_secret(name) && !HARMLESS_ENDS.iter().any(|end| lower.ends_with(end))
    }
}

/// The context of a redacted text.
struct RedactionScope<'a> {
    operation: &'a str,
    /// Fields that are secret in this context, in addition to the general ones.
    fields: BTreeSet<String>,
    /// Returns the replacement of a secret.
    replacement: fn(&Value) -> Value,
}

/// Returns a replacement with a JSON type that decodes like the secret.
fn readable(secret: &Value) -> Value {
    match secret {
        Value::String(_) => REDACTED.into(),
        Value::Number(_) => 0.into(),
        Value::Bool(_) => false.into(),
        Value::Array(_) | Value::Object(_) | Value::Null => Value::Null,
    }
}

/// Returns the names of the fields that are sensitive in type `O` and present in this response.
fn sensitive_fields<O: Field + Default>(body: &[u8]) -> BTreeSet<String> {
    let (mut output, mut names) = (O::default(), BTreeSet::new());
    // A response that does not decode as `O`, such as an error, has no fields of it.
    if decode_root(body, &mut output).is_ok() {
        collect(output.value(), &mut names);
    }
    names
}

fn collect(value: ValueRef<'_>, names: &mut BTreeSet<String>) {
    let mut member = |name: &str, field: &dyn Field| match field.value() {
        ValueRef::Sensitive(_) => {
            names.insert(name.to_owned());
        }
        inner => collect(inner, names),
    };
    match value {
        ValueRef::Record(record) => record.visit(&mut |name, field| member(name, field)),
        ValueRef::Map(map) => map.each(&mut |name, field| member(name, field)),
        ValueRef::List(list) => elements(list).for_each(|element| collect(element.value(), names)),
        _ => {}
    }
}
