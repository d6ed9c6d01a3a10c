//! The decoder itself: what serde finds in the document goes into the slot of a field.

use super::error::{Segment, message};
use super::lenient;
use crate::blob::read_base64;
use crate::plumbing::{Field, List, Map, Record, Slot};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

/// The only key of the object that serde_json makes of a number when some crate in the tree turns its feature `arbitrary_precision` on.
const SPELT_NUMBER: &str = "$serde_json::private::Number";

/// How text fields read what is no text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They refuse what they could not spell exactly.
    Quick,
    /// They look at the JSON text. Works with serde_json only.
    Exact,
    /// They take numbers as Rust shows them and objects as JSON: for formats that are no JSON text.
    Foreign,
}

/// What all levels of one run share.
pub(crate) struct Context {
    mode: Mode,
    /// Inside text that holds JSON. Such text in such text is refused, which keeps recursion within twice the limit of serde_json.
    embedded: bool,
    /// From an error to the root. Only filled when an error comes up, so that success costs nothing.
    path: RefCell<Vec<Segment>>,
}

impl Context {
    pub(crate) fn new(mode: Mode) -> Self {
        Self {
            mode,
            embedded: false,
            path: RefCell::default(),
        }
    }

    pub(super) fn into_path(self) -> Vec<Segment> {
        self.path.into_inner()
    }

    /// Notes a step on the way of an error to the root.
    fn note<E>(&self, segment: Segment, error: E) -> E {
        self.path.borrow_mut().push(segment);
        error
    }
}

/// Fills one field with the next value of the document.
pub(crate) struct Filler<'a> {
    pub(crate) field: &'a mut dyn Field,
    pub(crate) context: &'a Context,
}

impl<'a> Filler<'a> {
    fn takes_text(&mut self) -> bool {
        matches!(self.field.slot(), Slot::Text(_) | Slot::Enum(_))
    }

    /// A filler of the only element of a list.
    fn single(list: &'a mut dyn List, context: &'a Context) -> Self {
        list.clear();
        Self {
            field: list.push(),
            context,
        }
    }

    /// Fills a text field with a JSON value in its own spelling.
    fn fill_spelt(self, json: &str) -> Result<(), String> {
        let spelt;
        let text = match json.as_bytes().first() {
            Some(b'n') => {
                self.field.clear();
                return Ok(());
            }
            Some(b'"') => {
                spelt = serde_json::from_str::<String>(json).map_err(|error| message(&error))?;
                spelt.as_str()
            }
            Some(b'{' | b'[') => {
                let mut compact = String::with_capacity(json.len());
                lenient::compact(json, &mut compact);
                spelt = compact;
                spelt.as_str()
            }
            _ => json,
        };
        put_text(self.field, text);
        Ok(())
    }

    /// Fills a scalar with a number that came as its spelling.
    fn fill_number<E: Error>(mut self, digits: &str) -> Result<(), E> {
        if self.takes_text() {
            put_text(self.field, digits);
            Ok(())
        } else if let Ok(number) = digits.parse() {
            self.visit_i64(number)
        } else if let Some(number) = lenient::number(digits) {
            self.visit_f64(number)
        } else {
            Err(mismatch(self.field.slot().kind(), "a number out of range"))
        }
    }

    /// Fills an object or array with JSON that came as text.
    fn fill_embedded(self, expected: &str, text: &str) -> Result<(), String> {
        if self.context.embedded {
            return Err(format!("expected {expected}, found text"));
        }
        let inner = Context {
            embedded: true,
            ..Context::new(self.context.mode)
        };
        let mut deserializer = serde_json::Deserializer::from_slice(text.as_bytes());
        let filler = Filler {
            field: self.field,
            context: &inner,
        };
        let result = filler
            .deserialize(&mut deserializer)
            .and_then(|()| deserializer.end());
        self.context.path.borrow_mut().extend(inner.into_path());
        result.map_err(|error| {
            format!(
                "expected {expected}, found text that does not hold one: {}",
                message(&error)
            )
        })
    }
}

/// Puts text into a slot that takes text.
fn put_text(field: &mut dyn Field, text: &str) {
    match field.slot() {
        Slot::Text(place) => set(place, text),
        Slot::Enum(place) => place.set(text),
        _ => {}
    }
}

/// Puts text into a string. A used buffer is used again, so that a secret leaves no copy of itself behind; a new one is made to measure.
fn set(place: &mut String, text: &str) {
    if place.is_empty() {
        *place = text.to_owned();
    } else {
        place.clear();
        place.push_str(text);
    }
}

fn mismatch<E: Error>(expected: &str, found: &str) -> E {
    E::custom(format_args!("expected {expected}, found {found}"))
}

impl<'de> DeserializeSeed<'de> for Filler<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        if self.context.mode == Mode::Exact && self.takes_text() {
            let raw = <&RawValue>::deserialize(deserializer)?;
            return self.fill_spelt(raw.get()).map_err(D::Error::custom);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Filler<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that the field can hold")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.field.clear();
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        match self.field.slot() {
            Slot::Bool(place) => *place = flag,
            Slot::Text(_) | Slot::Enum(_) => {
                put_text(self.field, if flag { "true" } else { "false" })
            }
            Slot::Json(place) => *place = Value::Bool(flag),
            Slot::List(list) => return Filler::single(list, self.context).visit_bool(flag),
            other => return Err(mismatch(other.kind(), "a boolean")),
        }
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        match self.field.slot() {
            Slot::I64(place) => *place = number,
            Slot::I32(place) => {
                *place = i32::try_from(number)
                    .map_err(|_| mismatch("a 32-bit integer", "a longer one"))?;
            }
            #[allow(
                clippy::cast_precision_loss,
                reason = "a number field holds what a float can hold"
            )]
            Slot::F64(place) => *place = number as f64,
            Slot::Bool(place) if number == 0 || number == 1 => *place = number == 1,
            Slot::Text(_) | Slot::Enum(_) => put_text(self.field, &number.to_string()),
            Slot::Json(place) => *place = Value::from(number),
            Slot::List(list) => return Filler::single(list, self.context).visit_i64(number),
            other => return Err(mismatch(other.kind(), "an integer")),
        }
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        if let Ok(number) = i64::try_from(number) {
            return self.visit_i64(number);
        }
        match self.field.slot() {
            #[allow(
                clippy::cast_precision_loss,
                reason = "a number field holds what a float can hold"
            )]
            Slot::F64(place) => *place = number as f64,
            Slot::Text(_) | Slot::Enum(_) => put_text(self.field, &number.to_string()),
            Slot::Json(place) => *place = Value::from(number),
            Slot::List(list) => return Filler::single(list, self.context).visit_u64(number),
            other => return Err(mismatch(other.kind(), "an integer beyond 63 bits")),
        }
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        match self.field.slot() {
            Slot::F64(place) => *place = number,
            Slot::I32(_) | Slot::I64(_) => {
                return match lenient::whole(number) {
                    Some(number) => self.visit_i64(number),
                    None => Err(mismatch(
                        "an integer",
                        "a number with a fraction, or beyond 63 bits",
                    )),
                };
            }
            Slot::Text(_) | Slot::Enum(_) if self.context.mode == Mode::Foreign => {
                put_text(self.field, &number.to_string());
            }
            Slot::Json(place) => *place = Value::from(number),
            Slot::List(list) => return Filler::single(list, self.context).visit_f64(number),
            other => return Err(mismatch(other.kind(), "a number")),
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match self.field.slot() {
            Slot::Text(place) => set(place, text),
            Slot::Enum(place) => place.set(text),
            Slot::Json(place) => *place = Value::from(text),
            Slot::Bytes(place) => {
                *place = read_base64(text.trim_ascii())
                    .ok_or_else(|| mismatch("Base64 text", "other text"))?;
            }
            _ if text.trim_ascii().is_empty() => self.field.clear(),
            Slot::I32(_) => {
                return match lenient::integer(text) {
                    Some(number) => self.visit_i64(number),
                    None => Err(mismatch("a 32-bit integer", "text that does not hold one")),
                };
            }
            Slot::I64(place) => {
                *place = lenient::integer(text)
                    .ok_or_else(|| mismatch("a 64-bit integer", "text that does not hold one"))?;
            }
            Slot::F64(place) => {
                *place = lenient::number(text)
                    .ok_or_else(|| mismatch("a number", "text that does not hold one"))?;
            }
            Slot::Bool(place) => {
                *place = lenient::boolean(text)
                    .ok_or_else(|| mismatch("a boolean", "text that does not hold one"))?;
            }
            Slot::List(list) if !text.trim_ascii_start().starts_with('[') => {
                return Filler::single(list, self.context).visit_str(text);
            }
            other @ (Slot::List(_) | Slot::Record(_) | Slot::Map(_)) => {
                let expected = other.kind();
                return self.fill_embedded(expected, text).map_err(E::custom);
            }
        }
        Ok(())
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<(), E> {
        match self.field.slot() {
            Slot::Bytes(place) => bytes.clone_into(place),
            other => {
                let expected = other.kind();
                return match std::str::from_utf8(bytes) {
                    Ok(text) => self.visit_str(text),
                    Err(_) => Err(mismatch(expected, "bytes")),
                };
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        // What an earlier value of the same key left must not shine through.
        self.field.clear();
        match self.field.slot() {
            Slot::Record(record) => fill_record(record, map, self.context),
            Slot::Map(place) => fill_map(place, map, self.context),
            Slot::List(list) => Filler::single(list, self.context).visit_map(map),
            Slot::Json(place) => {
                *place = Value::deserialize(MapAccessDeserializer::new(map))?;
                Ok(())
            }
            other => {
                let expected = other.kind();
                match map.next_key_seed(Key)? {
                    Some(key) if key == SPELT_NUMBER => {
                        let digits = map.next_value::<String>()?;
                        self.fill_number(&digits)
                    }
                    first if self.context.mode == Mode::Foreign && self.takes_text() => {
                        put_text(self.field, &rest_of_object(first, map)?.to_string());
                        Ok(())
                    }
                    _ => Err(mismatch(expected, "an object")),
                }
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        self.field.clear();
        match self.field.slot() {
            Slot::List(list) => fill_list(list, sequence, self.context),
            Slot::Json(place) => {
                *place = Value::deserialize(SeqAccessDeserializer::new(sequence))?;
                Ok(())
            }
            // What a service written in PHP makes of an empty object.
            other @ (Slot::Record(_) | Slot::Map(_)) => {
                match sequence.next_element::<IgnoredAny>()? {
                    None => Ok(()),
                    Some(_) => Err(mismatch(other.kind(), "an array")),
                }
            }
            Slot::Text(_) | Slot::Enum(_) if self.context.mode == Mode::Foreign => {
                let value = Value::deserialize(SeqAccessDeserializer::new(sequence))?;
                put_text(self.field, &value.to_string());
                Ok(())
            }
            other => Err(mismatch(other.kind(), "an array")),
        }
    }
}

/// An object whose first key has been read.
fn rest_of_object<'de, A: MapAccess<'de>>(
    first: Option<Cow<'de, str>>,
    mut map: A,
) -> Result<Value, A::Error> {
    let mut object = serde_json::Map::new();
    let mut next = first;
    while let Some(key) = next {
        object.insert(key.into_owned(), map.next_value()?);
        next = map.next_key_seed(Key)?;
    }
    Ok(Value::Object(object))
}

fn fill_record<'de, A: MapAccess<'de>>(
    record: &mut dyn Record,
    mut map: A,
    context: &Context,
) -> Result<(), A::Error> {
    while let Some((field, key)) = map.next_key_seed(FieldName(&mut *record))? {
        match field {
            Some(field) => map
                .next_value_seed(Filler { field, context })
                .map_err(|error| context.note(Segment::Key(key.into_owned()), error))?,
            None if key == SPELT_NUMBER => return Err(mismatch("an object", "a number")),
            None => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    Ok(())
}

fn fill_map<'de, A: MapAccess<'de>>(
    place: &mut dyn Map,
    mut map: A,
    context: &Context,
) -> Result<(), A::Error> {
    while let Some(key) = map.next_key_seed(Key)? {
        if key == SPELT_NUMBER {
            return Err(mismatch("an object", "a number"));
        }
        let field = place.entry(key.clone().into_owned());
        map.next_value_seed(Filler { field, context })
            .map_err(|error| context.note(Segment::Key(key.into_owned()), error))?;
    }
    Ok(())
}

fn fill_list<'de, A: SeqAccess<'de>>(
    list: &mut dyn List,
    mut sequence: A,
    context: &Context,
) -> Result<(), A::Error> {
    let mut index = 0;
    loop {
        let element = Element {
            list: &mut *list,
            context,
        };
        match sequence.next_element_seed(element) {
            Ok(Some(())) => index += 1,
            Ok(None) => return Ok(()),
            Err(error) => return Err(context.note(Segment::Index(index), error)),
        }
    }
}

/// The next element of a list; made only when the document has one.
struct Element<'a> {
    list: &'a mut dyn List,
    context: &'a Context,
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let filler = Filler {
            field: self.list.push(),
            context: self.context,
        };
        filler.deserialize(deserializer)
    }
}

/// A key, and the field of that name.
struct FieldName<'a>(&'a mut dyn Record);

impl<'de, 'a> DeserializeSeed<'de> for FieldName<'a> {
    type Value = (Option<&'a mut dyn Field>, Cow<'de, str>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let key = Key.deserialize(deserializer)?;
        Ok((self.0.field(&key), key))
    }
}

/// A key, borrowed from the document unless it has escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}
