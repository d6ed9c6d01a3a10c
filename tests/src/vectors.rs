//! Access to the official test vectors.

use alibabacloud_core::http::Headers;
use base64::Engine;
use serde_json::Value;

/// Returns a member that is a string.
///
/// # Panics
/// Panics if it is not a string.
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("expected text, found {value}"))
        .to_owned()
}

/// Returns a list of `[name, value]`.
///
/// # Panics
/// Panics if it is not such a list.
pub fn pairs(list: &Value) -> Vec<(String, String)> {
    let list = list.as_array().expect("a list of pairs");
    list.iter()
        .map(|pair| (text(&pair[0]), text(&pair[1])))
        .collect()
}

/// Borrows pairs, as the signing functions take them.
pub fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// Returns the headers of a request or a response.
pub fn headers(from: &Value) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in pairs(&from["headers"]) {
        headers.append(&name, value);
    }
    headers
}

/// Returns the bytes of a body, given as text or base64; empty if there is no body.
///
/// # Panics
/// Panics if the base64 is invalid.
pub fn body(from: &Value) -> Vec<u8> {
    match (&from["body"]["text"], &from["body"]["base64"]) {
        (Value::String(text), _) => text.clone().into_bytes(),
        (_, Value::String(base64)) => base64::prelude::BASE64_STANDARD
            .decode(base64)
            .expect("base64"),
        _ => Vec::new(),
    }
}

/// Compares two strings.
///
/// # Errors
/// Returns both values if they differ.
pub fn same(what: &str, expected: &str, actual: &str) -> Result<(), String> {
    if expected == actual {
        return Ok(());
    }
    Err(format!(
        "{what}\n  expected {expected:?}\n  actual   {actual:?}"
    ))
}
