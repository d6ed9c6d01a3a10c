//! Redaction of requests.

use super::pairs::Pairs;
use super::prepared::{FORM, PreparedRequest};
use crate::secret::{REDACTED, is_secret_header, is_secret_name};
use crate::secret_text::TextRedaction;
use crate::signing::{parse_pairs, push_query};
use bytes::Bytes;
use std::borrow::Cow;

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
        !described && is_secret_name(&self.action, name)
    }

    /// Returns the pairs with `REDACTED` for every secret: the values of secret parameters, those
    /// that another parameter names (`Tag.1.Key=DbPassword`), and those within other values.
    pub fn shown<'a>(&self, pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Pairs {
        let redaction = TextRedaction::of_request(&self.action);
        let named = redaction.named_by_others(pairs.clone());
        let mut shown = Pairs::new();
        for (name, value) in pairs {
            match self.is_secret(name) || named.contains(&name.to_ascii_lowercase()) {
                true => shown.push(name, REDACTED),
                false => shown.push(name, &redaction.redact(value)),
            }
        }
        shown
    }

    /// Returns the request with `REDACTED` for every secret.
    pub fn redacted(&self) -> Self {
        let mut copy = self.clone();
        for (shown, pairs) in [(&mut copy.query, &self.query), (&mut copy.form, &self.form)] {
            *shown = self.shown(pairs.iter());
            shown.sort();
        }
        for (name, value) in self.headers.iter() {
            let declared = self.secret.iter().any(|s| s.eq_ignore_ascii_case(name));
            match declared || is_secret_header(name) {
                true => copy.headers.set(name, REDACTED),
                false => copy.headers.set(name, self.shown_text(value)),
            }
        }
        if let Some(path) = &self.shown_path {
            copy.path.clone_from(path);
        }
        copy.body = self.shown_body();
        copy
    }

    fn shown_body(&self) -> Bytes {
        if self.secret_body {
            return Bytes::from_static(REDACTED.as_bytes());
        }
        let Ok(body) = std::str::from_utf8(&self.body) else {
            return self.body.clone();
        };
        let content_type = self.headers.get("content-type").unwrap_or_default();
        if !content_type.starts_with(FORM) {
            return match self.shown_text(body) {
                Cow::Borrowed(_) => self.body.clone(),
                Cow::Owned(shown) => shown.into(),
            };
        }
        let pairs = parse_pairs(body);
        let pairs = || pairs.iter().map(|(name, value)| (&**name, &**value));
        let shown = self.shown(pairs());
        if shown.iter().eq(pairs()) {
            return self.body.clone();
        }
        let mut form = String::new();
        push_query(shown.iter(), &mut form);
        form.into()
    }

    /// Returns a text with `REDACTED` for the secrets that it names.
    fn shown_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        TextRedaction::of_request(&self.action).redact(text)
    }
}
