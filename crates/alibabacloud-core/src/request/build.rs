//! Builds the request of an operation from its input: where each parameter is sent, and in which
//! style.

use super::error::RequestError;
use super::header;
use super::pairs::Pairs;
use super::path::{encode_path, expand};
#[cfg(feature = "client")]
use super::prepared::LateRegion;
use super::prepared::{PreparedRequest, RequestDefaults};
use crate::http::{Headers, Method};
use crate::operation::{Operation, Param, ParamStyle, Place, Style};
use crate::secret::REDACTED;
use crate::signing::parse_pairs;
use alibabacloud_types::plumbing::{
    EncodeError, Field, Record, ValueRef, flatten, join, write_json, write_text,
};
use bytes::Bytes;

const JSON: &str = "application/json; charset=utf-8";
const BYTES: &str = "application/octet-stream";

impl PreparedRequest {
    /// Builds the request of an operation.
    ///
    /// # Errors
    /// If required parameters are missing (the error names all of them), or a value is not valid in
    /// a header or path.
    pub fn new(
        operation: &Operation,
        input: &dyn Record,
        defaults: &RequestDefaults<'_>,
    ) -> Result<Self, RequestError> {
        Self::build(RequestBuilder::new(operation), input, defaults)
    }

    /// Builds the request of an operation whose region is not known yet: a parameter `RegionId`
    /// that the input does not set is left to [`set_region`](Self::set_region).
    ///
    /// # Errors
    /// As [`new`](Self::new).
    #[cfg(feature = "client")]
    pub(crate) fn without_region(
        operation: &Operation,
        input: &dyn Record,
        defaults: &RequestDefaults<'_>,
    ) -> Result<Self, RequestError> {
        let mut builder = RequestBuilder::new(operation);
        builder.expects_region = true;
        Self::build(builder, input, defaults)
    }

    fn build(
        mut builder: RequestBuilder<'_>,
        input: &dyn Record,
        defaults: &RequestDefaults<'_>,
    ) -> Result<Self, RequestError> {
        if defaults.is_page {
            builder.operation.check_page(input)?;
        }
        let mut position = 0;
        let mut outcome = Ok(());
        input.visit(&mut |name, field| {
            if outcome.is_ok() {
                outcome = builder.add(&mut position, name, field, defaults);
            }
        });
        outcome?;
        builder.finish()
    }
}

struct RequestBuilder<'a> {
    operation: &'a Operation,
    /// Required parameters that the input does not have.
    missing: Vec<String>,
    /// Values of path parameters, encoded.
    path: Vec<(&'static str, String)>,
    query: Pairs,
    form: Pairs,
    headers: Headers,
    body: Option<Bytes>,
    has_idempotency_token: bool,
    /// The names of secret parameters.
    secret: Vec<&'static str>,
    /// The region will be known later.
    #[cfg(feature = "client")]
    expects_region: bool,
    #[cfg(feature = "client")]
    late_region: Option<LateRegion>,
}

impl<'a> RequestBuilder<'a> {
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
            #[cfg(feature = "client")]
            expects_region: false,
            #[cfg(feature = "client")]
            late_region: None,
        }
    }

    /// Adds a field of the input. Fields are visited in the order of the parameters, so the next
    /// parameter almost always matches.
    fn add(
        &mut self,
        position: &mut usize,
        name: &str,
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
                reason: "the operation does not have this parameter",
            });
        };
        *position = index + 1;
        let Some(param) = params.get(index) else {
            return Ok(());
        };
        let is_token = self.operation.idempotency_token == Some(name);
        let value = match field.value() {
            // An empty token does not identify a call.
            value if is_token && matches!(value.exposed(), ValueRef::Text("")) => ValueRef::Absent,
            value => value,
        };
        let value = if value.is_absent() {
            self.default(param, defaults)
                .map_or(ValueRef::Absent, ValueRef::Text)
        } else {
            value
        };
        #[cfg(feature = "client")]
        if value.is_absent() && self.leave_to_region(param) {
            return Ok(());
        }
        let sent = self.put(param, value)?;
        if sent && is_token {
            self.has_idempotency_token = true;
        }
        if sent && value.has_sensitive() {
            self.secret.push(param.name);
        }
        if !sent && (param.required || param.place == Place::Path) {
            self.missing.push(name.to_owned());
        }
        Ok(())
    }

    /// Leaves a parameter to the region, if it is the region's and the region will be known later.
    #[cfg(feature = "client")]
    fn leave_to_region(&mut self, param: &Param) -> bool {
        let Some(late) = LateRegion::of(param).filter(|_| self.expects_region) else {
            return false;
        };
        self.late_region = Some(late);
        if param.place == Place::Path {
            self.path.push((param.name, LateRegion::IN_PATH.to_owned()));
        }
        true
    }

    /// Returns the default of an unset parameter.
    fn default<'d>(&self, param: &Param, defaults: &RequestDefaults<'d>) -> Option<&'d str> {
        if self.operation.idempotency_token == Some(param.name) {
            defaults.idempotency_token
        } else if param.is_region() {
            defaults.region_id
        } else if defaults.is_page {
            let first = self.operation.paged_with.iter();
            first
                .copied()
                .find_map(|(name, value)| (name == param.name).then_some(value))
        } else {
            None
        }
    }

    /// Writes a parameter to its place; returns `false` if it sends nothing.
    fn put(&mut self, param: &Param, value: ValueRef<'_>) -> Result<bool, RequestError> {
        match param.place {
            Place::Query => put_pairs(&mut self.query, param, value),
            // A GET has no body, but the gateway also reads form parameters from the query.
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
            largest_in_path: self
                .path
                .iter()
                .map(|(name, value)| (*name, value.len()))
                .max_by_key(|(_, bytes)| *bytes),
            query: self.query,
            form: self.form,
            headers: self.headers,
            body: self.body.unwrap_or_default(),
            anonymous: operation.anonymous,
            has_idempotency_token: self.has_idempotency_token,
            parameters: operation.params,
            secret: self.secret,
            secret_body,
            #[cfg(feature = "client")]
            late_region: self.late_region,
        })
    }

    /// Returns the path of a ROA operation, and the redacted path if it holds a secret. The query
    /// of the template is added to the query of the request.
    fn resource_path(&mut self) -> Result<(String, Option<String>), RequestError> {
        let path = self.operation.path;
        let (template, query) = path.split_once('?').unwrap_or((path, ""));
        for (name, value) in parse_pairs(query) {
            self.query.push(&name, &value);
        }
        let path = expand(template, &self.path, &mut self.missing)?;
        Ok((path, self.shown_path(template)?))
    }

    /// Returns the redacted path; `None` if it holds no secret.
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

impl Operation {
    /// Checks that the request of a paginator has no parameter of page numbers: the service would
    /// return no page token, so that the list would end after one page, or ignore the parameter.
    fn check_page(&self, input: &dyn Record) -> Result<(), RequestError> {
        let mut names = Vec::new();
        if !self.paged_without.is_empty() {
            input.visit(&mut |name, field| {
                let mut refused = self.paged_without.iter().copied();
                let refused = refused.find(|refused| *refused == name);
                names.extend(refused.filter(|_| !field.value().is_absent()));
            });
        }
        if names.is_empty() {
            return Ok(());
        }
        Err(RequestError::NumberedPage { names })
    }
}

/// Writes a parameter of the query or form; returns `false` if it sends nothing.
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

/// Returns a parameter as one text: scalars and JSON text of the caller unchanged, others
/// comma-separated or as JSON.
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
        reason: "numbers must be finite",
    }
}
