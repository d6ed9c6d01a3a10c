//! Reads JSON into field tables: one streaming decoder for all types.

mod budget;
mod containers;
mod error;
mod field_seed;
mod json_value;
mod lenient;
mod single;
mod visitor;

pub use error::DecodeError;
pub(super) use field_seed::{Context, FieldSeed, Mode};

use super::repair::repair_json;
use super::{Field, Record, Slot, ValueRef};
use error::Failure;
use field_seed::fill;
use serde_json::Deserializer;
use std::borrow::Cow;

/// The memory that the values of one document may take unless the caller chooses, in bytes: 24 MiB.
///
/// 16,000 executions of OOS have room in it, and a page has at most 100. Without a limit, a
/// document of a few megabytes that consists of `{},` would take gigabytes.
pub const DECODE_LIMIT: usize = 24 * 1024 * 1024;

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
/// | array | text that holds a JSON array; an object as described below; any other single value is an array of one; empty text is absent |
/// | bytes | text that holds Base64 (RFC 4648, section 4), with padding or without |
///
/// An object in place of an array is
/// - an empty array if it is empty,
/// - the wrapper of an array if it has one key, which is not a field of the items, and its value is
///   an array, an object or `null`: `{"Execution": [..]}`,
/// - the only item if it has at least one field that the items know,
/// - an error otherwise, because the item would have no value that the service sent.
///
/// `null` is absent, unknown keys are skipped, the last of repeated keys wins, and a byte order
/// mark is skipped.
///
/// Text in place of a number, boolean or object that says that there is none is absent if the field
/// is optional, because the rest of the document is still wanted: punctuation (`-`, `--`), `N/A`,
/// `NaN`, `none`, `unknown` and the like in any case. Other text that holds no such value, and
/// numbers that do not fit, are errors: they may be values, and absence would hide them. A field or
/// element that cannot be absent never becomes 0 or `false` because of `null`, empty text or such
/// text; that is an error. `null` in a list of objects is skipped.
///
/// A document that is not valid JSON because of broken characters is repaired: each becomes U+FFFD
/// (see [`repair_json`]). Everything else is an error: a value of another kind, a number out of
/// range, nesting deeper than 128 levels, and text after the document.
///
/// The values may take [`DECODE_LIMIT`] bytes of memory; [`decode_within`] has another limit.
///
/// # Errors
/// The first value that cannot be read, by path and position and without the value itself. The
/// field is then partly filled. If the document was repaired, the position is that in the repaired
/// text.
pub fn decode_root(json: &[u8], field: &mut dyn Field) -> Result<(), DecodeError> {
    decode_within(json, field, DECODE_LIMIT)
}

/// Reads a JSON document as [`decode_root`] does, into values that take at most `limit` bytes of
/// memory. Texts do not count: together they take no more than the document.
///
/// # Errors
/// Those of [`decode_root`], and [`DecodeError::is_over_limit`] if the limit is reached.
pub fn decode_within(json: &[u8], field: &mut dyn Field, limit: usize) -> Result<(), DecodeError> {
    let body = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    // Checking UTF-8 once is faster than checking each text. What is not UTF-8 is repaired at once.
    let strict = match std::str::from_utf8(body) {
        Ok(text) => match read(text, field, limit) {
            Ok(()) => return Ok(()),
            Err(failure) if failure.is_over_limit => {
                return Err(DecodeError::new(failure, json, body));
            }
            Err(failure) => Some(failure),
        },
        Err(_) => None,
    };
    match (strict, repair_json(json)) {
        (Some(failure), Cow::Borrowed(_)) => Err(DecodeError::new(failure, json, body)),
        (_, repaired) => read(&repaired, field, limit).map_err(|failure| {
            let repaired = repaired.as_bytes();
            DecodeError::new(failure, repaired, repaired)
        }),
    }
}

fn read(text: &str, field: &mut dyn Field, limit: usize) -> Result<(), Failure> {
    // The quick pass loses the original digits of a number (`1.10` in a text field) and cannot keep
    // an object as text. Both are rare, so the document is then read again in a mode that keeps the
    // original text, which also finds every real error.
    let mut context = Context::new(Mode::Quick, limit);
    let Err(mut error) = fill(Deserializer::from_str(text), field, &context) else {
        return Ok(());
    };
    if !context.budget.is_exceeded() {
        context = Context::new(Mode::Exact, limit);
        match fill(Deserializer::from_str(text), field, &context) {
            Ok(()) => return Ok(()),
            Err(exact) => error = exact,
        }
    }
    Err(Failure {
        error,
        is_over_limit: context.budget.is_exceeded(),
        path: context.into_path(),
    })
}

/// A record as a field.
#[derive(Debug)]
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
