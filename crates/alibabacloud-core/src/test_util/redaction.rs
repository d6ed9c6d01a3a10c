//! What of requests and answers must not be written down.

use super::cassette::RecordedRequest;
use super::sent::SentRequest;
use crate::secret::{REDACTED, sounds_secret};
use alibabacloud_types::plumbing::{Field, ValueRef, decode_root, elements};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// Ends of names, in lower case, of tokens that open nothing: pages, and repeated calls.
const HARMLESS_ENDS: [&str; 4] = ["nexttoken", "pagetoken", "continuationtoken", "clienttoken"];

/// What is taken for a secret.
#[derive(Clone, Default)]
pub(super) struct Redaction {
    /// In lower case.
    names: BTreeSet<String>,
    outputs: Vec<(String, FindSecrets)>,
}

/// Finds the names of the sensitive fields in an answer.
type FindSecrets = fn(&[u8]) -> BTreeSet<String>;

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redaction")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

impl Redaction {
    /// Parameters and fields of this name too.
    pub(super) fn add_name(&mut self, name: &str) {
        self.names.insert(name.to_ascii_lowercase());
    }

    /// The fields of this output too that its type says are sensitive.
    pub(super) fn add_output<O: Field + Default>(&mut self, operation: &str) {
        self.outputs
            .push((operation.to_owned(), sensitive_fields::<O>));
    }

    /// A request without secrets.
    pub(super) fn request(&self, request: &SentRequest) -> RecordedRequest {
        let http = request.http();
        let in_request = Subject {
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
            // A secret in path or body: which part it is, only the operation knows.
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

    /// The body of an answer without secrets; byte for byte the same when there are none.
    pub(super) fn answer(&self, operation: &str, body: &str) -> String {
        let mut fields = BTreeSet::new();
        for (_, find) in self.outputs.iter().filter(|(name, _)| name == operation) {
            fields.append(&mut find(body.as_bytes()));
        }
        let in_answer = Subject {
            operation,
            fields,
            replacement: readable,
        };
        self.text(&in_answer, body)
    }

    /// Text that may be JSON.
    fn text(&self, subject: &Subject<'_>, text: &str) -> String {
        let Ok(mut value @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
        else {
            return text.to_owned();
        };
        match self.clean(subject, &mut value) {
            true => value.to_string(),
            false => text.to_owned(),
        }
    }

    /// Replaces secrets; whether there were any.
    fn clean(&self, subject: &Subject<'_>, value: &mut Value) -> bool {
        let mut found = false;
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let secret =
                        subject.fields.contains(name) || self.is_secret(subject.operation, name);
                    if secret && !member.is_null() {
                        *member = (subject.replacement)(member);
                        found = true;
                    } else {
                        found |= self.clean(subject, member);
                    }
                }
            }
            Value::Array(items) => {
                for item in items {
                    found |= self.clean(subject, item);
                }
            }
            // JSON in text, as many parameters and fields are.
            Value::String(text) => {
                let clean = self.text(subject, text);
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
        // Operations on secrets call what they guard a value.
        let guarded = lower == "value" && operation.contains("Secret");
        guarded || sounds_secret(name) && !HARMLESS_ENDS.iter().any(|end| lower.ends_with(end))
    }
}

/// What a text with secrets is a part of.
struct Subject<'a> {
    operation: &'a str,
    /// Fields that are secret here, beside those that are everywhere.
    fields: BTreeSet<String>,
    /// What stands in the place of a secret.
    replacement: fn(&Value) -> Value,
}

/// Something of a type that can still be read in the place of a secret.
fn readable(secret: &Value) -> Value {
    match secret {
        Value::String(_) => REDACTED.into(),
        Value::Number(_) => 0.into(),
        Value::Bool(_) => false.into(),
        Value::Array(_) | Value::Object(_) | Value::Null => Value::Null,
    }
}

/// The names of the fields that are sensitive in the type `O` and set in this answer.
fn sensitive_fields<O: Field + Default>(body: &[u8]) -> BTreeSet<String> {
    let (mut output, mut names) = (O::default(), BTreeSet::new());
    // An answer that is no `O`, such as an error, has no fields of it.
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
