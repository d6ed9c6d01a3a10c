//! Reads JSON into field tables: one streaming decoder for all types.

mod containers;
mod error;
mod field_seed;
mod lenient;
mod visitor;

pub use error::DecodeError;
pub(super) use field_seed::{Context, FieldSeed, Mode};

use super::{Field, Record, Slot, ValueRef};
use field_seed::fill;

/// Reads a JSON object into a record. See [`decode_root`].
///
/// # Errors
/// Those of [`decode_root`].
pub fn decode(json: &[u8], record: &mut dyn Record) -> Result<(), DecodeError> {
    decode_root(json, &mut Root(record))
}

/// Reads a JSON document of any kind into a field.
///
/// Services do not always follow their own types, so other kinds are accepted:
///
/// | place | accepts besides its own kind |
/// |---|---|
/// | text, enum | a number or boolean, as its JSON text, digit for digit; an object or array, as its compact JSON text |
/// | integer | text that holds one; a float without fraction (`50.0`); empty text is absent |
/// | number | an integer; text that holds a number; empty text is absent |
/// | boolean | the texts `true` and `false` in any case, `1` and `0` as number or text; empty text is absent |
/// | object | text that holds a JSON object; an empty array is an empty object; empty text is absent |
/// | array | text that holds a JSON array; any other single value is an array of one; empty text is absent |
/// | bytes | text that holds Base64 (RFC 4648, section 4), with padding or without |
///
/// `null` is absent, unknown keys are skipped, the last of repeated keys wins, and a UTF-8 byte
/// order mark is skipped. Everything else is an error: a value of another kind, a number out of
/// range, nesting deeper than 128 levels, and text after the document.
///
/// # Errors
/// The first value that cannot be read, by path and position and without the value itself. The
/// field is then partly filled.
pub fn decode_root(json: &[u8], field: &mut dyn Field) -> Result<(), DecodeError> {
    let body = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    // The quick pass loses the original digits of a number (`1.10` in a text field) and cannot keep
    // an object as text. Both are rare, so the document is then read again in a mode that keeps the
    // original text, which also finds every real error.
    if run(body, field, &Context::new(Mode::Quick)).is_ok() {
        return Ok(());
    }
    let context = Context::new(Mode::Exact);
    run(body, field, &context)
        .map_err(|error| DecodeError::new(&error, context.into_path(), json, body))
}

fn run(body: &[u8], field: &mut dyn Field, context: &Context) -> serde_json::Result<()> {
    // Checking UTF-8 once is faster than checking each text. When it is invalid, serde_json reports
    // the position.
    match std::str::from_utf8(body) {
        Ok(text) => fill(serde_json::Deserializer::from_str(text), field, context),
        Err(_) => fill(serde_json::Deserializer::from_slice(body), field, context),
    }
}

/// A record as a field.
struct Root<'a>(&'a mut dyn Record);

impl Field for Root<'_> {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Record(self.0)
    }
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Record(self.0)
    }
    /// Leaves the record unchanged.
    fn clear(&mut self) {}
}
