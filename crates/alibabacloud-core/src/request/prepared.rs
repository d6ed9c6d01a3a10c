//! A request, complete except for host, credentials, time and nonce.

use super::common;
use super::error::RequestError;
use super::header;
use super::pairs::Pairs;
use super::path::check_path;
use crate::http::{Headers, Method};
#[cfg(feature = "client")]
use crate::operation::Place;
use crate::operation::{Param, Style};
use crate::signing::{canonical_path, parse_pairs};
use alibabacloud_types::plumbing::percent_decode;
use bytes::Bytes;
use std::borrow::Cow;
use std::fmt;

/// The content type of a form.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Values that the client fills in for unset parameters.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestDefaults<'a> {
    /// The default of the parameter `RegionId`.
    pub region_id: Option<&'a str>,
    /// The default of the idempotency token ([`Operation::idempotency_token`]): a new one per call,
    /// the same in all its attempts.
    ///
    /// [`Operation::idempotency_token`]: crate::operation::Operation::idempotency_token
    pub idempotency_token: Option<&'a str>,
    /// Whether a paginator sends the request, with further parameters
    /// ([`Operation::paged_with`]).
    ///
    /// [`Operation::paged_with`]: crate::operation::Operation::paged_with
    pub is_page: bool,
}

/// A request, complete except for host, credentials, time and nonce.
///
/// `Debug` shows the names of parameters but no values, because they can be secret.
#[derive(Clone)]
pub struct PreparedRequest {
    pub(super) style: Style,
    pub(super) action: Cow<'static, str>,
    pub(super) version: Cow<'static, str>,
    pub(super) method: Method,
    pub(super) path: String,
    /// The redacted path, if the path holds a secret.
    pub(super) shown_path: Option<String>,
    /// The largest parameter in the path and its size in bytes, encoded; `None` without a
    /// specification.
    pub(super) largest_in_path: Option<(&'static str, usize)>,
    pub(super) query: Pairs,
    pub(super) form: Pairs,
    pub(super) headers: Headers,
    pub(super) body: Bytes,
    pub(super) anonymous: bool,
    pub(super) has_idempotency_token: bool,
    /// The parameters of the specification; whether others are secret is guessed from their names.
    pub(super) parameters: &'static [Param],
    /// The names of secret parameters.
    pub(super) secret: Vec<&'static str>,
    pub(super) secret_body: bool,
    /// The parameter `RegionId`, if its value will be known later.
    #[cfg(feature = "client")]
    pub(super) late_region: Option<LateRegion>,
}

/// The parameter `RegionId` of a request whose region is found after the request was built.
#[cfg(feature = "client")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct LateRegion {
    pub(super) name: &'static str,
    pub(super) place: Place,
    /// The request cannot be sent without it.
    pub(crate) is_required: bool,
}

impl PreparedRequest {
    /// Creates a request of an RPC operation without a specification: a POST with all parameters in
    /// the query, where the gateway accepts those of query and form alike. Values are sent
    /// unchanged; lists are written `Name.1`, `Name.2`.
    pub fn raw<'a>(
        version: &str,
        action: &str,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut query = Pairs::new();
        for (name, value) in parameters {
            query.push(name, value);
        }
        query.sort();
        Self {
            style: Style::Rpc,
            action: Cow::Owned(action.to_owned()),
            version: Cow::Owned(version.to_owned()),
            method: Method::Post,
            path: "/".to_owned(),
            shown_path: None,
            largest_in_path: None,
            query,
            form: Pairs::new(),
            headers: Headers::new(),
            body: Bytes::new(),
            anonymous: false,
            has_idempotency_token: false,
            parameters: &[],
            secret: Vec::new(),
            secret_body: false,
            #[cfg(feature = "client")]
            late_region: None,
        }
    }

    /// Turns a [`raw`](Self::raw) request into one of a ROA operation, with a method and a
    /// percent-encoded path. Characters such as `:` and `+` are encoded too: a service makes the
    /// path canonical before it checks the signature.
    ///
    /// # Errors
    /// If the path would be sent or read differently from how it is signed.
    pub fn at(mut self, method: Method, path: &str) -> Result<Self, RequestError> {
        check_path(path)?;
        self.style = Style::Roa;
        self.method = method;
        self.path = canonical_path(path);
        Ok(self)
    }

    /// Sets the body. A form of an RPC operation becomes its form parameters.
    ///
    /// # Errors
    /// If the content type is not a valid header value, or a form is not percent-encoded UTF-8.
    pub fn set_body(
        &mut self,
        content_type: &str,
        body: impl Into<Bytes>,
    ) -> Result<(), RequestError> {
        self.set_header("content-type", content_type)?;
        self.form = Pairs::new();
        self.body = body.into();
        self.read_form()
    }

    /// Turns the body of an RPC operation into form parameters if its content type is that of a
    /// form: a V1 signature covers them, and they can be checked.
    ///
    /// # Errors
    /// If a form is not percent-encoded UTF-8.
    pub fn read_form(&mut self) -> Result<(), RequestError> {
        let content_type = self.headers.get("content-type");
        if self.style == Style::Rpc && !self.body.is_empty() && content_type.is_some_and(is_form) {
            self.form = form_pairs(&self.body)?;
            self.body = Bytes::new();
            self.headers.remove("content-type");
        }
        Ok(())
    }

    /// Adds a query parameter to those of the operation; see [`check_added`](Self::check_added).
    pub fn add_query(&mut self, name: &str, value: &str) {
        self.query.push(name, value);
        self.query.sort();
    }

    /// Checks the name of a parameter that the program adds without a specification.
    ///
    /// # Errors
    /// If a gateway could read the parameter as the name of the operation or the identity of the
    /// caller: `Action`, `version`, `SecurityToken`, `x-acs-action`.
    pub fn check_added(&self, name: &str) -> Result<(), RequestError> {
        common::check(name, self.style)
    }

    /// Checks the names of all parameters of a [`raw`](Self::raw) request as
    /// [`check_added`](Self::check_added) does.
    ///
    /// # Errors
    /// If a name is rejected.
    pub fn check_raw(&self) -> Result<(), RequestError> {
        let mut names = self.query.iter().chain(self.form.iter());
        names.try_for_each(|(name, _)| self.check_added(name))
    }

    /// Checks the names of all parameters for a V1 signature, which adds parameters of its own to
    /// those of an RPC operation.
    ///
    /// # Errors
    /// If the operation has a parameter of such a name.
    pub fn check_v1(&self) -> Result<(), RequestError> {
        if self.style == Style::Roa {
            return Ok(());
        }
        let mut names = self.query.iter().chain(self.form.iter());
        match names.find(|(name, _)| common::is_common(name, self.style)) {
            None => Ok(()),
            Some((name, _)) => Err(RequestError::InvalidParameter {
                name: name.to_owned(),
                reason: "signature version 1 uses this name itself: use version 3",
            }),
        }
    }

    /// Sets a header.
    ///
    /// # Errors
    /// If the client sets this header itself, or the name or value is invalid.
    pub fn set_header(&mut self, name: &str, value: &str) -> Result<(), RequestError> {
        header::check(name, value)?;
        self.headers.set(name, value);
        Ok(())
    }

    /// Checks whether [`set_header`](Self::set_header) accepts this header.
    ///
    /// # Errors
    /// If it does not.
    pub fn check_header(name: &str, value: &str) -> Result<(), RequestError> {
        header::check(name, value)
    }

    /// Returns the style: RPC or ROA.
    #[cfg(feature = "client")]
    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// Returns the name of the operation.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// Returns the API version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Returns the percent-encoded path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the query, decoded and sorted.
    pub fn query(&self) -> &Pairs {
        &self.query
    }

    /// Returns the form body, decoded and sorted; empty if the body is not a form.
    pub fn form(&self) -> &Pairs {
        &self.form
    }

    /// Returns the headers that do not depend on the attempt: parameters, extra headers, and the
    /// `content-type` of a body that is not a form.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Returns the body if it is not a form.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns whether it has an idempotency token, so that a write can be retried.
    pub fn has_idempotency_token(&self) -> bool {
        self.has_idempotency_token
    }
}

/// Returns whether a content type is that of a form, whatever its case and parameters.
fn is_form(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case(FORM)
}

/// Returns the pairs of a form.
fn form_pairs(body: &[u8]) -> Result<Pairs, RequestError> {
    let is_text = |part: &str| percent_decode(part).is_some();
    let Some(text) = std::str::from_utf8(body).ok().filter(|text| is_text(text)) else {
        return Err(RequestError::InvalidParameter {
            name: "body".to_owned(),
            reason: "a form must be percent-encoded UTF-8 text",
        });
    };
    let mut pairs = Pairs::new();
    for (name, value) in parse_pairs(text) {
        pairs.push(&name, &value);
    }
    pairs.sort();
    Ok(pairs)
}

impl fmt::Debug for PreparedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedRequest")
            .field("action", &self.action)
            .field("version", &self.version)
            .field("method", &self.method)
            .field("query", &self.query)
            .field("form", &self.form)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
