//! From an operation and its input to a request: where each parameter travels and how it is written.

use super::{Pairs, PreparedRequest, RequestDefaults, RequestError, header};
use crate::http::{Headers, Method};
use crate::operation::{Operation, Param, ParamStyle, Place, Style};
use crate::secret::REDACTED;
use alibabacloud_types::plumbing::{
    EncodeError, Field, Record, ValueRef, flatten, join, percent_encode, write_json, write_text,
};
use bytes::Bytes;

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// Builds the request of an operation.
pub(super) fn build(
    operation: &Operation,
    input: &dyn Record,
    defaults: &RequestDefaults<'_>,
) -> Result<PreparedRequest, RequestError> {
    let mut builder = Builder::new(operation);
    let mut position = 0;
    let mut outcome = Ok(());
    input.visit(&mut |name, field| {
        if outcome.is_ok() {
            outcome = builder.take(&mut position, name, field, defaults);
        }
    });
    outcome?;
    builder.finish()
}

struct Builder<'a> {
    operation: &'a Operation,
    /// Parameters that the operation must have and the input has not.
    missing: Vec<String>,
    /// Values of path parameters, not encoded.
    path: Vec<(&'static str, String)>,
    query: Pairs,
    form: Pairs,
    headers: Headers,
    body: Option<Bytes>,
    has_idempotency_token: bool,
    /// Parameters that hold something that must not be shown.
    secret: Vec<&'static str>,
}

impl<'a> Builder<'a> {
    fn new(operation: &'a Operation) -> Self {
        Self {
            operation,
            missing: Vec::new(),
            path: Vec::new(),
            query: Pairs::new(),
            form: Pairs::new(),
            headers: Headers::new(),
            body: None,
            has_idempotency_token: false,
            secret: Vec::new(),
        }
    }

    /// Takes a field of the input. Fields come in the order of the parameters, so the next one is nearly always the right one.
    fn take(
        &mut self,
        position: &mut usize,
        name: &'static str,
        field: &dyn Field,
        defaults: &RequestDefaults<'_>,
    ) -> Result<(), RequestError> {
        let params = self.operation.params;
        let named = |index: &usize| params.get(*index).is_some_and(|param| param.name == name);
        let Some(index) = Some(*position)
            .filter(named)
            .or_else(|| params.iter().position(|param| param.name == name))
        else {
            return Err(RequestError::InvalidParameter {
                name: name.to_owned(),
                reason: "the operation has no such parameter",
            });
        };
        *position = index + 1;
        let Some(param) = params.get(index) else {
            return Ok(());
        };
        let is_token = self.operation.idempotency_token == Some(name);
        let value = match field.value() {
            // An empty token tells no two calls apart.
            value if is_token && matches!(value.exposed(), ValueRef::Text("")) => ValueRef::Absent,
            value => value,
        };
        let value = if value.is_absent() {
            self.default(param, defaults)
                .map_or(ValueRef::Absent, ValueRef::Text)
        } else {
            value
        };
        let sent = self.put(param, value)?;
        if sent && is_token {
            self.has_idempotency_token = true;
        }
        if sent && value.has_sensitive() {
            self.secret.push(name);
        }
        if !sent && (param.required || param.place == Place::Path) {
            self.missing.push(name.to_owned());
        }
        Ok(())
    }

    /// What an unset parameter is filled with.
    fn default<'d>(&self, param: &Param, defaults: &RequestDefaults<'d>) -> Option<&'d str> {
        if self.operation.idempotency_token == Some(param.name) {
            defaults.idempotency_token
        } else if param.name == "RegionId" {
            defaults.region_id
        } else {
            None
        }
    }

    /// Writes a parameter to its place; `false` when that sends nothing.
    fn put(&mut self, param: &Param, value: ValueRef<'_>) -> Result<bool, RequestError> {
        match param.place {
            Place::Query => put_pairs(&mut self.query, param, value),
            // A GET has no body; the gateway reads parameters from the query all the same.
            Place::Form if self.operation.method == Method::Get => {
                put_pairs(&mut self.query, param, value)
            }
            Place::Form => put_pairs(&mut self.form, param, value),
            Place::Path => {
                let text = single(param, value)?;
                Ok(text
                    .map(|text| self.path.push((param.name, encode_path(param, &text))))
                    .is_some())
            }
            Place::Header => {
                let Some(text) = single(param, value)? else {
                    return Ok(false);
                };
                header::check(param.name, &text)?;
                self.headers.set(param.name, text);
                Ok(true)
            }
            Place::Body => self.put_body(param, value),
        }
    }

    fn put_body(&mut self, param: &Param, value: ValueRef<'_>) -> Result<bool, RequestError> {
        let (kind, bytes) = match (param.style, value.exposed()) {
            (_, ValueRef::Absent) if param.object => (JSON, Bytes::from_static(b"{}")),
            (_, ValueRef::Absent) => return Ok(false),
            (_, ValueRef::Bytes(bytes)) => (BYTES, Bytes::copy_from_slice(bytes)),
            (ParamStyle::Raw, ValueRef::Text(text)) => {
                (BYTES, Bytes::copy_from_slice(text.as_bytes()))
            }
            (_, value) => {
                let mut text = String::new();
                write_json(value, &mut text).map_err(|error| not_finite(param, &error))?;
                (JSON, Bytes::from(text))
            }
        };
        if self.headers.get("content-type").is_none() {
            self.headers.set("content-type", kind);
        }
        self.body = Some(bytes);
        Ok(true)
    }

    fn finish(mut self) -> Result<PreparedRequest, RequestError> {
        let operation = self.operation;
        let (path, shown_path) = match operation.style {
            Style::Rpc => (operation.path.to_owned(), None),
            Style::Roa => self.resource_path()?,
        };
        if !self.missing.is_empty() {
            return Err(RequestError::MissingParameters {
                operation: operation.name.to_owned(),
                names: self.missing,
            });
        }
        self.query.sort();
        self.form.sort();
        let secret_body = operation
            .params
            .iter()
            .any(|param| param.place == Place::Body && self.secret.contains(&param.name));
        Ok(PreparedRequest {
            style: operation.style,
            action: operation.name.into(),
            version: operation.product.version.into(),
            method: operation.method,
            path,
            shown_path,
            query: self.query,
            form: self.form,
            headers: self.headers,
            body: self.body.unwrap_or_default(),
            anonymous: operation.anonymous,
            has_idempotency_token: self.has_idempotency_token,
            parameters: operation.params,
            secret: self.secret,
            secret_body,
        })
    }

    /// The path of a ROA operation, and what of it people may see when that is less. What the template has behind `?` goes into the query.
    fn resource_path(&mut self) -> Result<(String, Option<String>), RequestError> {
        let path = self.operation.path;
        let (template, query) = path.split_once('?').unwrap_or((path, ""));
        for (name, value) in crate::signing::parse_pairs(query) {
            self.query.push(&name, &value);
        }
        let path = expand(template, &self.path, &mut self.missing)?;
        Ok((path, self.shown_path(template)?))
    }

    /// The path without its secrets; `None` when it has none.
    fn shown_path(&self, template: &str) -> Result<Option<String>, RequestError> {
        let secret = |name: &&'static str| self.secret.contains(name);
        if !self.path.iter().any(|(name, _)| secret(name)) {
            return Ok(None);
        }
        let mut values = self.path.clone();
        for (name, value) in &mut values {
            if secret(name) {
                *value = REDACTED.to_owned();
            }
        }
        expand(template, &values, &mut Vec::new()).map(Some)
    }
}

/// Writes a parameter of query or form; `false` when that sends nothing.
fn put_pairs(pairs: &mut Pairs, param: &Param, value: ValueRef<'_>) -> Result<bool, RequestError> {
    let before = pairs.len();
    if param.style == ParamStyle::Flat {
        flatten(param.name, value, &mut |name, text| pairs.push(name, text))
            .map_err(|error| not_finite(param, &error))?;
    } else if let Some(text) = single(param, value)? {
        pairs.push(param.name, &text);
    }
    Ok(pairs.len() > before)
}

/// A parameter as one text: scalars, and JSON that the caller wrote, as they are; the rest comma separated or as JSON.
fn single(param: &Param, value: ValueRef<'_>) -> Result<Option<String>, RequestError> {
    let mut text = String::new();
    let write = match param.style {
        ParamStyle::Simple => join,
        ParamStyle::Flat | ParamStyle::Json | ParamStyle::Raw => write_text,
    };
    let written = write(value, &mut text).map_err(|error| not_finite(param, &error))?;
    Ok(written.then_some(text))
}

fn not_finite(param: &Param, error: &EncodeError) -> RequestError {
    let path = error.path();
    let name = if path.starts_with(param.name) {
        path.to_owned()
    } else if path.is_empty() || path.starts_with('[') {
        format!("{}{path}", param.name)
    } else {
        format!("{}.{path}", param.name)
    };
    RequestError::InvalidParameter {
        name,
        reason: "a number that is not finite cannot be sent",
    }
}

/// The value of a path parameter, encoded; a raw one keeps its slashes, but for the first, which the template has already.
fn encode_path(param: &Param, text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    if param.style != ParamStyle::Raw {
        percent_encode(text, &mut encoded);
        return encoded;
    }
    let inner = text.strip_prefix('/').unwrap_or(text);
    for (index, segment) in inner.split('/').enumerate() {
        if index > 0 {
            encoded.push('/');
        }
        percent_encode(segment, &mut encoded);
    }
    encoded
}

/// Fills the placeholders of a path template with values that are encoded already. Adds to `missing` those without a value.
fn expand(
    template: &str,
    values: &[(&'static str, String)],
    missing: &mut Vec<String>,
) -> Result<String, RequestError> {
    let mut path = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((literal, tail)) = rest.split_once('{') {
        path.push_str(literal);
        let (name, tail) = tail.split_once('}').unwrap_or((tail, ""));
        rest = tail;
        match values.iter().find(|(n, _)| *n == name) {
            None if missing.iter().any(|known| known == name) => {}
            None => missing.push(name.to_owned()),
            Some((_, value)) if value.is_empty() => {
                return Err(RequestError::InvalidParameter {
                    name: name.to_owned(),
                    reason: "it is empty, so that the path would name another resource",
                });
            }
            Some((_, value)) => path.push_str(value),
        }
    }
    path.push_str(rest);
    if !path.starts_with('/') {
        path.insert(0, '/');
    }
    if has_dots(&path) {
        return Err(RequestError::InvalidParameter {
            name: values
                .iter()
                .map(|(name, _)| *name)
                .collect::<Vec<_>>()
                .join(", "),
            reason: "a path cannot have \".\" or \"..\" between slashes",
        });
    }
    Ok(path)
}

/// HTTP libraries resolve these as directories, also when they are percent-encoded, so that another path would arrive than the signed one.
fn has_dots(path: &str) -> bool {
    path.split('/').any(|segment| {
        let segment = segment.replace("%2e", ".").replace("%2E", ".");
        segment == "." || segment == ".."
    })
}

/// Checks a path that is encoded already.
pub(super) fn check_path(path: &str) -> Result<(), RequestError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~%!$&'()*+,;=:@".contains(&byte);
    let refuse = |reason| {
        Err(RequestError::InvalidParameter {
            name: "path".to_owned(),
            reason,
        })
    };
    if !path.starts_with('/') {
        return refuse("it must begin with a slash");
    }
    if !path.bytes().all(allowed) {
        return refuse("it must be percent-encoded, and have no query");
    }
    if has_dots(path) {
        return refuse("a path cannot have \".\" or \"..\" between slashes");
    }
    Ok(())
}
