//! The path of a ROA request.

use super::error::RequestError;
use crate::operation::{Param, ParamStyle};
use alibabacloud_types::plumbing::{percent_decode, percent_encode};

/// Encodes the value of a path parameter. A raw one keeps its slashes, except for the first, which
/// is already in the template.
pub(super) fn encode_path(param: &Param, text: &str) -> String {
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

/// Replaces the placeholders of a path template by encoded values. Adds placeholders without a
/// value to `missing`.
///
/// # Errors
/// If the path would name another resource.
pub(super) fn expand(
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
                    reason: "must not be empty: the path would name another resource",
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
            reason: "a path must not have \".\" or \"..\" between slashes",
        });
    }
    Ok(path)
}

/// Returns the decoded value of a placeholder in the path of a template; `None` if the path has
/// another number of segments, because a value has slashes.
#[cfg(feature = "client")]
pub(super) fn value_in(path: &str, template: &str, name: &str) -> Option<String> {
    let template = template.split('?').next().unwrap_or_default();
    if path.split('/').count() != template.split('/').count() {
        return None;
    }
    let is_named = |segment: &str| {
        let inside = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
        inside == Some(name)
    };
    let mut segments = template.split('/').zip(path.split('/'));
    let (_, value) = segments.find(|(segment, _)| is_named(segment))?;
    percent_decode(value)
}

/// Returns whether a path has the segment `.` or `..`. HTTP libraries resolve these, even when they
/// are percent-encoded, so that the path sent would differ from the signed one.
fn has_dots(path: &str) -> bool {
    path.split('/').any(|segment| {
        let segment = segment.replace("%2e", ".").replace("%2E", ".");
        segment == "." || segment == ".."
    })
}

/// Checks an encoded path.
///
/// # Errors
/// If the path would be sent or read differently from how it is signed.
pub(super) fn check_path(path: &str) -> Result<(), RequestError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~%!$&'()*+,;=:@".contains(&byte);
    let invalid = |reason| {
        Err(RequestError::InvalidParameter {
            name: "path".to_owned(),
            reason,
        })
    };
    if !path.starts_with('/') {
        return invalid("must start with a slash");
    }
    let is_escape = |rest: &str| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
    };
    // Services may read an incomplete escape differently from how it is signed.
    let is_complete = path.split('%').skip(1).all(is_escape);
    if !path.bytes().all(allowed) || !is_complete || percent_decode(path).is_none() {
        return invalid("must be percent-encoded and have no query");
    }
    if has_dots(path) {
        return invalid("a path must not have \".\" or \"..\" between slashes");
    }
    Ok(())
}
