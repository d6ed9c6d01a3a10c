//! Writes parameters of the styles `repeatList`, `flat` and `simple`, and single values.

use super::encode::{EncodeError, write_display, write_scalar};
use super::json::write_json;
use super::{Field, ValueRef, elements};
use serde_json::Value;

/// Calls `visitor` with name and text of every scalar in the value, in the form of `repeatList` and
/// `flat`: `Name` for a scalar, `Name.1` for an element (counted from 1), `Name.Field` for a field
/// or key, and any nesting of these.
///
/// Fields that are not set are skipped; elements that are not set and nulls are skipped but keep
/// their index. Empty arrays and objects produce nothing; empty text produces empty text. Booleans
/// are `true` and `false`.
///
/// # Errors
/// When a number is not finite. `visitor` has then been called for the values before it.
pub fn flatten(
    name: &str,
    value: ValueRef<'_>,
    visitor: &mut dyn FnMut(&str, &str),
) -> Result<(), EncodeError> {
    // Most parameters are text, and most others single values, for which no name is formed.
    match value {
        ValueRef::Text(text) => {
            visitor(name, text);
            return Ok(());
        }
        ValueRef::I64(_) | ValueRef::F64(_) | ValueRef::Bool(_) => {
            let mut text = String::new();
            if write_scalar(value, &mut text).map_err(|error| error.inside(name))? {
                visitor(name, &text);
            }
            return Ok(());
        }
        _ => {}
    }
    let mut flattener = Flattener {
        name: name.to_owned(),
        text: String::new(),
        visitor,
    };
    flattener.value(value)
}

/// The name so far, a buffer for text, and the receiver of the pairs.
struct Flattener<'a> {
    name: String,
    text: String,
    visitor: &'a mut dyn FnMut(&str, &str),
}

impl Flattener<'_> {
    fn value(&mut self, value: ValueRef<'_>) -> Result<(), EncodeError> {
        match value.exposed() {
            ValueRef::Record(record) => {
                self.entries(|entry| record.visit(&mut |name, field| entry(name, field)))
            }
            ValueRef::Map(map) => {
                self.entries(|entry| map.each(&mut |key, field| entry(key, field)))
            }
            ValueRef::List(list) => {
                for (index, element) in elements(list).enumerate() {
                    self.nested(index + 1, |this| this.value(element.value()))?;
                }
                Ok(())
            }
            ValueRef::Json(json) => self.json(json),
            scalar => self.scalar(scalar),
        }
    }

    fn entries(
        &mut self,
        each: impl FnOnce(&mut dyn FnMut(&str, &dyn Field)),
    ) -> Result<(), EncodeError> {
        let mut result = Ok(());
        each(&mut |name, field| {
            if result.is_ok() {
                result = self.nested(name, |this| this.value(field.value()));
            }
        });
        result
    }

    fn json(&mut self, json: &Value) -> Result<(), EncodeError> {
        match json {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.nested(index + 1, |this| this.json(item))?;
                }
                Ok(())
            }
            Value::Object(entries) => {
                for (key, item) in entries {
                    self.nested(key, |this| this.json(item))?;
                }
                Ok(())
            }
            scalar => self.scalar(ValueRef::Json(scalar)),
        }
    }

    fn scalar(&mut self, value: ValueRef<'_>) -> Result<(), EncodeError> {
        self.text.clear();
        if write_scalar(value, &mut self.text).map_err(|error| error.inside(&self.name))? {
            (self.visitor)(&self.name, &self.text);
        }
        Ok(())
    }

    /// Runs `work` under the name `<name so far>.<segment>`.
    fn nested<R>(
        &mut self,
        segment: impl std::fmt::Display,
        work: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let end = self.name.len();
        write_display(format_args!(".{segment}"), &mut self.name);
        let result = work(self);
        self.name.truncate(end);
        result
    }
}

/// Appends an array in the style `simple`: its elements, joined by commas. Returns `false` when
/// there are none, so that nothing is sent.
///
/// Elements that are not set and nulls are skipped, elements that are not scalars are written as
/// JSON, and a value that is not an array is written as one element. A comma inside an element is
/// not escaped: the style has no escape for it.
///
/// # Errors
/// When a number is not finite.
pub fn join(value: ValueRef<'_>, out: &mut String) -> Result<bool, EncodeError> {
    let mut any = false;
    let mut element = |value: ValueRef<'_>| {
        let end = out.len();
        if any {
            out.push(',');
        }
        if write_text(value, out)? {
            any = true;
        } else {
            out.truncate(end);
        }
        Ok(())
    };
    match value.exposed() {
        ValueRef::List(list) => elements(list).try_for_each(|field| element(field.value()))?,
        ValueRef::Json(Value::Array(items)) => items
            .iter()
            .try_for_each(|item| element(ValueRef::Json(item)))?,
        single => element(single)?,
    }
    Ok(any)
}

/// Appends a single value as text, for a query parameter, a header or a path segment: a scalar as
/// in [`flatten`], anything else as JSON. Returns `false` when the value is absent or null, so that
/// nothing is sent.
///
/// # Errors
/// When a number is not finite.
pub fn write_text(value: ValueRef<'_>, out: &mut String) -> Result<bool, EncodeError> {
    match value.exposed() {
        ValueRef::Absent | ValueRef::Json(Value::Null) => Ok(false),
        compound @ (ValueRef::Record(_)
        | ValueRef::List(_)
        | ValueRef::Map(_)
        | ValueRef::Json(Value::Array(_) | Value::Object(_))) => {
            write_json(compound, out).map(|()| true)
        }
        scalar => write_scalar(scalar, out),
    }
}
