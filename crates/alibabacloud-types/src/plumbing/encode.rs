//! What the encoders share: the form of numbers, and the error.

use super::ValueRef;
use super::base64::write_base64;
use std::fmt::{self, Write as _};

/// The error of a value that cannot be written: a number that is not finite. JSON has no form for
/// it, and no service accepts one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeError {
    path: String,
}

impl EncodeError {
    pub(super) fn at(path: &str) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// Prefixes the path with `name`.
    pub(super) fn inside(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("{name}{dot}{}", self.path);
        self
    }

    /// Returns the path of the number: `Weights[2].Ratio`, or `Weights.3.Ratio` in the flat form.
    /// Empty when the whole value is the number.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "the value"
        } else {
            &self.path
        };
        write!(
            f,
            "{path} is not a finite number and cannot be sent; pass a finite number"
        )
    }
}

impl std::error::Error for EncodeError {}

/// Appends a number in its shortest form, as ECMAScript writes it: `1`, `0.1`, `1e+21`, `1e-7`.
///
/// Official clients differ (`1.0` in Python, `1` in Node and Go); services accept both.
pub(super) fn write_f64(number: f64, out: &mut String) -> Result<(), EncodeError> {
    if !number.is_finite() {
        return Err(EncodeError::at(""));
    }
    // ECMAScript has one zero.
    let number = if number == 0.0 { 0.0 } else { number };
    let size = number.abs();
    if size >= 1e21 || (size < 1e-6 && size > 0.0) {
        let text = format!("{number:e}");
        match text.split_once('e') {
            Some((digits, exponent)) if !exponent.starts_with('-') => {
                out.extend([digits, "e+", exponent]);
            }
            _ => out.push_str(&text),
        }
    } else {
        write_display(number, out);
    }
    Ok(())
}

/// Appends a value as `Display` shows it. Writing to a string cannot fail.
pub(super) fn write_display(value: impl fmt::Display, out: &mut String) {
    let _ = write!(out, "{value}");
}

/// Appends a scalar as flat text. Returns `Ok(false)`, with nothing written, when the value is
/// absent or not a scalar.
pub(super) fn write_scalar(value: ValueRef<'_>, out: &mut String) -> Result<bool, EncodeError> {
    match value.exposed() {
        ValueRef::Text(text) => out.push_str(text),
        ValueRef::I64(number) => write_display(number, out),
        ValueRef::F64(number) => write_f64(number, out)?,
        ValueRef::Bool(flag) => write_display(flag, out),
        ValueRef::Bytes(bytes) => write_base64(bytes, out),
        ValueRef::Json(json) => return write_json_scalar(json, out),
        ValueRef::Absent | ValueRef::Record(_) | ValueRef::List(_) | ValueRef::Map(_) => {
            return Ok(false);
        }
        // `exposed` has removed it.
        ValueRef::Sensitive(_) => return Ok(false),
    }
    Ok(true)
}

fn write_json_scalar(json: &serde_json::Value, out: &mut String) -> Result<bool, EncodeError> {
    use serde_json::Value;
    match json {
        Value::String(text) => out.push_str(text),
        Value::Bool(flag) => write_display(flag, out),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => write_f64(float, out)?,
            _ => write_display(number, out),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => return Ok(false),
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_shortest_form() {
        for (number, text) in [
            (1.0, "1"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (0.0, "0"),
            (-0.0, "0"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (-1.5e300, "-1.5e+300"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (f64::MAX, "1.7976931348623157e+308"),
        ] {
            let mut out = String::new();
            write_f64(number, &mut out).unwrap();
            assert_eq!(out, text);
        }
    }

    #[test]
    fn a_number_that_is_not_finite_is_refused_by_its_path() {
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let error = write_f64(number, &mut String::new()).unwrap_err();
            assert_eq!(error.inside("[1]").inside("Weights").path(), "Weights[1]");
        }
        let error = EncodeError::at("").inside("Ratio").inside("Rule");
        assert_eq!(
            error.to_string(),
            "Rule.Ratio is not a finite number and cannot be sent; pass a finite number"
        );
    }
}
