//! Text that holds JSON, which many services accept and return.

use crate::plumbing::parse_json;
use serde_json::Value;
use std::fmt;

/// A string field that holds a JSON document, for instance the parameters of an execution.
///
/// The text is kept exactly as received or passed; [`JsonText::to_value`] and [`JsonText::parse`]
/// parse it, with U+FFFD in place of characters that are broken, such as half a surrogate pair.
///
/// ```
/// use alibabacloud_types::{JsonText, Value};
///
/// let text = JsonText::from(Value::from(vec!["a", "b"]));
/// assert_eq!(text.as_str(), r#"["a","b"]"#);
/// assert_eq!(text.parse::<Vec<String>>().unwrap(), ["a", "b"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JsonText(String);

impl JsonText {
    /// Serializes a value as compact JSON.
    ///
    /// # Errors
    /// When the value has no JSON form, for instance a map whose keys are not strings.
    pub fn new<T: serde::Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self)
    }

    /// Returns the text as it is on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Parses the text into a JSON tree.
    ///
    /// # Errors
    /// When the text is not valid JSON; [`JsonText::as_str`] still returns it.
    pub fn to_value(&self) -> Result<Value, serde_json::Error> {
        parse_json(self.0.as_bytes())
    }

    /// Parses the text into the type `T`.
    ///
    /// # Errors
    /// When the text is not valid JSON or does not match the type.
    pub fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        parse_json(self.0.as_bytes())
    }

    pub(crate) fn text_mut(&mut self) -> &mut String {
        &mut self.0
    }
}

impl From<Value> for JsonText {
    fn from(value: Value) -> Self {
        Self(value.to_string())
    }
}

/// Takes the text unchecked.
impl From<&str> for JsonText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Takes the text unchecked.
impl From<String> for JsonText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

crate::serde_impls!(JsonText);
