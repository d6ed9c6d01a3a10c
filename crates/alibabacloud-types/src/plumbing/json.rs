//! Writes JSON: bodies, and parameters of style `json`.

use super::base64::write_base64;
use super::encode::{EncodeError, write_display, write_f64};
use super::{Field, ValueRef, elements};

/// Appends the value as compact JSON.
///
/// Non-ASCII text is not escaped. Fields that are not set are omitted, empty arrays and objects are
/// kept, nulls inside a [`Value`](crate::Value) are kept, and an element that is not set is `null`
/// so that the others keep their index. Bytes are Base64 text. An absent value is `null`.
///
/// # Errors
/// When a number is not finite; `out` then ends with part of the document.
pub fn write_json(value: ValueRef<'_>, out: &mut String) -> Result<(), EncodeError> {
    match value {
        ValueRef::Absent => out.push_str("null"),
        ValueRef::Text(text) => write_string(text, out),
        ValueRef::I64(number) => write_display(number, out),
        ValueRef::F64(number) => write_f64(number, out)?,
        ValueRef::Bool(flag) => write_display(flag, out),
        ValueRef::Bytes(bytes) => {
            out.push('"');
            write_base64(bytes, out);
            out.push('"');
        }
        ValueRef::Json(json) => write_display(json, out),
        ValueRef::Record(record) => {
            return write_object(out, |entry| {
                record.visit(&mut |name, field| entry(name, field))
            });
        }
        ValueRef::Map(map) => {
            return write_object(out, |entry| map.each(&mut |key, field| entry(key, field)));
        }
        ValueRef::List(list) => {
            out.push('[');
            for (index, element) in elements(list).enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(element.value(), out)
                    .map_err(|error| error.inside(&format!("[{index}]")))?;
            }
            out.push(']');
        }
        ValueRef::Sensitive(inner) => return write_json(inner.value(), out),
    }
    Ok(())
}

/// Appends an object of the entries that `each` passes on, without those that are absent.
fn write_object(
    out: &mut String,
    each: impl FnOnce(&mut dyn FnMut(&str, &dyn Field)),
) -> Result<(), EncodeError> {
    let mut result = Ok(());
    let mut separator = "";
    out.push('{');
    each(&mut |name, field| {
        let value = field.value();
        if result.is_err() || value.is_absent() {
            return;
        }
        out.push_str(separator);
        separator = ",";
        write_string(name, out);
        out.push(':');
        result = write_json(value, out).map_err(|error| error.inside(name));
    });
    out.push('}');
    result
}

/// Appends a JSON string. Only what RFC 8259 requires is escaped.
fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = tail.chars();
        match chars.next() {
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(c @ ('"' | '\\')) => out.extend(['\\', c]),
            Some(c) => write_display(format_args!("\\u{:04x}", u32::from(c)), out),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}
