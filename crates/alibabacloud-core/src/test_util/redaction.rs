//! Redaction of requests and responses.

use super::cassette::RecordedRequest;
use super::sensitive_fields::sensitive_fields;
use super::sent::SentRequest;
use crate::secret::REDACTED;
use crate::secret_text::TextRedaction;
use alibabacloud_types::plumbing::Field;
use std::collections::BTreeSet;
use std::fmt;

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
        let redaction = TextRedaction::of_request(request.operation()).names(&self.names);
        let named = redaction.named_by_others(request.parameters());
        let is_secret = |name: &str| {
            let declared = http.secret_parameters.iter().any(|secret| {
                name.strip_prefix(secret)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            });
            declared || redaction.is_secret(name) || named.contains(&name.to_ascii_lowercase())
        };
        let parameters = request.parameters().map(|(name, value)| {
            let value = match is_secret(name) {
                true => REDACTED.into(),
                false => redaction.redact(value),
            };
            (name.to_owned(), value.into_owned())
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
                let body = redaction.redact(&body).into_owned();
                (redaction.redact(request.path()).into_owned(), body)
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
        let redaction = TextRedaction::of_response(operation, fields).names(&self.names);
        redaction.redact(body).into_owned()
    }

    /// Returns the value of a response header without secrets.
    pub(super) fn response_header(&self, operation: &str, value: &str) -> String {
        let redaction = TextRedaction::of_response(operation, BTreeSet::new()).names(&self.names);
        redaction.redact(value).into_owned()
    }
}
