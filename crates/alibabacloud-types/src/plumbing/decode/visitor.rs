//! How each kind of value in the document fills each kind of slot.

use super::containers::{ARBITRARY_PRECISION_KEY, Key, fill_list, fill_map, fill_record};
use super::field_seed::{FieldSeed, Mode, mismatch, put_text, set};
use super::json_value::JsonValue;
use super::lenient;
use super::single::fill_list_from_object;
use crate::plumbing::Slot;
use crate::plumbing::base64::read_base64;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

impl<'de> Visitor<'de> for FieldSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that the field can hold")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.clear("null")
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
            Slot::List(list) => return FieldSeed::single(list, self.context)?.visit_bool(flag),
            other => return Err(mismatch(other.kind(), "a boolean")),
        }
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        match self.field.slot() {
            Slot::I64(place) => *place = number,
            Slot::I32(place) => {
                *place = i32::try_from(number)
                    .map_err(|_| mismatch("a 32-bit integer", "an integer out of range"))?;
            }
            #[allow(
                clippy::cast_precision_loss,
                reason = "a number field holds what a float can hold"
            )]
            Slot::F64(place) => *place = number as f64,
            Slot::Bool(place) if number == 0 || number == 1 => *place = number == 1,
            Slot::Text(_) | Slot::Enum(_) => put_text(self.field, &number.to_string()),
            Slot::Json(place) => *place = Value::from(number),
            Slot::List(list) => return FieldSeed::single(list, self.context)?.visit_i64(number),
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
            Slot::List(list) => return FieldSeed::single(list, self.context)?.visit_u64(number),
            other => return Err(mismatch(other.kind(), "an integer out of range")),
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
                        "a number with a fraction or out of range",
                    )),
                };
            }
            Slot::Text(_) | Slot::Enum(_) if self.context.mode == Mode::Foreign => {
                put_text(self.field, &number.to_string());
            }
            Slot::Json(place) => *place = Value::from(number),
            Slot::List(list) => return FieldSeed::single(list, self.context)?.visit_f64(number),
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
            _ if text.trim_ascii().is_empty() => return self.clear("empty text"),
            Slot::I32(_) => match lenient::integer(text) {
                Some(number) => return self.visit_i64(number),
                None => return self.clear_for_text("a 32-bit integer", text),
            },
            Slot::I64(place) => match lenient::integer(text) {
                Some(number) => *place = number,
                None => return self.clear_for_text("a 64-bit integer", text),
            },
            Slot::F64(place) => match lenient::number(text) {
                Some(number) => *place = number,
                None => return self.clear_for_text("a number", text),
            },
            Slot::Bool(place) => match lenient::boolean(text) {
                Some(flag) => *place = flag,
                None => return self.clear_for_text("a boolean", text),
            },
            Slot::List(_) => return self.fill_list_from_text(text),
            Slot::Record(_) if lenient::is_placeholder(text) => {
                return self.clear_for_text("an object", text);
            }
            other @ (Slot::Record(_) | Slot::Map(_)) => {
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
        let context = self.context;
        context.enter(1)?;
        // A repeated key replaces the earlier value as a whole.
        self.field.clear();
        match self.field.slot() {
            Slot::Record(record) => {
                context.budget.charge(record.boxed_size())?;
                fill_record(record, map, context)?;
            }
            Slot::Map(place) => {
                let first = map.next_key_seed(Key)?;
                fill_map(place, first, map, context)?;
            }
            Slot::List(_) => fill_list_from_object(self.field, map, context)?,
            Slot::Json(place) => *place = JsonValue(&context.budget).visit_map(map)?,
            other => {
                let expected = other.kind();
                match map.next_key_seed(Key)? {
                    Some(key) if key == ARBITRARY_PRECISION_KEY => {
                        let digits = map.next_value::<String>()?;
                        self.fill_number(&digits)?;
                    }
                    first if context.mode == Mode::Foreign && self.takes_text() => {
                        let value = JsonValue(&context.budget).rest_of_object(first, map)?;
                        put_text(self.field, &value.to_string());
                    }
                    _ => return Err(mismatch(expected, "an object")),
                }
            }
        }
        context.leave(1);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        let context = self.context;
        context.enter(1)?;
        self.field.clear();
        match self.field.slot() {
            Slot::List(list) => fill_list(list, sequence, context)?,
            Slot::Json(place) => *place = JsonValue(&context.budget).visit_seq(sequence)?,
            // PHP services write an empty object as an empty array.
            other @ (Slot::Record(_) | Slot::Map(_)) => {
                if sequence.next_element::<IgnoredAny>()?.is_some() {
                    return Err(mismatch(other.kind(), "an array"));
                }
                if let Slot::Record(record) = other {
                    context.budget.charge(record.boxed_size())?;
                }
            }
            Slot::Text(_) | Slot::Enum(_) if context.mode == Mode::Foreign => {
                let value = JsonValue(&context.budget).visit_seq(sequence)?;
                put_text(self.field, &value.to_string());
            }
            other => return Err(mismatch(other.kind(), "an array")),
        }
        context.leave(1);
        Ok(())
    }
}
