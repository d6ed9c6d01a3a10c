//! Reading JSON into field tables: one streaming decoder for every type.

mod containers;
mod error;
mod field_seed;
mod lenient;
mod visitor;

pub use error::DecodeError;
pub(super) use field_seed::{Context, FieldSeed, Mode};

use super::{Field, Record, Slot, ValueRef};
use field_seed::fill;

/// Reads a JSON document that holds an object into a record. See [`decode_root`].
///
/// # Errors
/// As [`decode_root`].
pub fn decode(json: &[u8], record: &mut dyn Record) -> Result<(), DecodeError> {
    decode_root(json, &mut Root(record))
}

/// Reads a JSON document of any kind into a field.
///
/// Services are loose with types, so this is too:
///
/// | place | takes besides its own kind |
/// |---|---|
/// | text, enum | a number or boolean, as its JSON text, digit for digit; an object or array, as its compact JSON text |
/// | integer | text that holds one; a float without fraction (`50.0`); empty text is absent |
/// | number | an integer; text that holds a number; empty text is absent |
/// | boolean | the texts `true` and `false` in any case, `1` and `0` as number or text; empty text is absent |
/// | object | text that holds a JSON object; an empty array is an empty object; empty text is absent |
/// | array | text that holds a JSON array; any other single value is an array of one; empty text is absent |
/// | bytes | text that holds Base64 (RFC 4648, section 4), with padding or without |
///
/// `null` is absent, unknown keys are skipped, the last of repeated keys wins, and a UTF-8 byte order mark is skipped. Nothing else is
/// forgiven: a value that does not fit, a number out of range, nesting deeper than 128 levels and anything behind the document are errors.
///
/// # Errors
/// The first thing that cannot be read, with its path and position and without its value. The field is then filled in part.
pub fn decode_root(json: &[u8], field: &mut dyn Field) -> Result<(), DecodeError> {
    let body = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    // The quick pass cannot tell how a number was spelt (`1.10` in a text field), nor keep an object as text. Both are rare, so the
    // document is then read again with an eye on the spelling, which also finds every real error.
    if run(body, field, &Context::new(Mode::Quick)).is_ok() {
        return Ok(());
    }
    let context = Context::new(Mode::Exact);
    run(body, field, &context)
        .map_err(|error| DecodeError::new(&error, context.into_path(), json, body))
}

fn run(body: &[u8], field: &mut dyn Field, context: &Context) -> serde_json::Result<()> {
    // UTF-8 is checked faster in one piece than text by text. Where it is broken, serde_json finds the place.
    match std::str::from_utf8(body) {
        Ok(text) => fill(serde_json::Deserializer::from_str(text), field, context),
        Err(_) => fill(serde_json::Deserializer::from_slice(body), field, context),
    }
}

/// A record where a field is wanted.
struct Root<'a>(&'a mut dyn Record);

impl Field for Root<'_> {
    fn slot(&mut self) -> Slot<'_> {
        Slot::Record(self.0)
    }
    fn value(&self) -> ValueRef<'_> {
        ValueRef::Record(self.0)
    }
    /// Leaves the record as the caller gave it.
    fn clear(&mut self) {}
}
