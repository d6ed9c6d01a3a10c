//! A single value in place of a list.
//!
//! An object there is empty, the wrapper that RPC services put around their lists
//! (`{"Execution": [..]}`), or the only item. It is an item only if it has a field that the items
//! have: anything else would become an item without values, which the service never sent.

use super::budget::ListCost;
use super::containers::{ARBITRARY_PRECISION_KEY, Key, fill_entry, fill_map, fill_record};
use super::error::{Segment, message};
use super::field_seed::{Context, FieldSeed, Mode, fill, mismatch};
use super::json_value::JsonValue;
use crate::plumbing::{Field, List, Slot};
use serde::de::{Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Deserializer, Value};
use std::borrow::Cow;

/// What the items of a list are, as far as an object in its place is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Item {
    /// Objects with known fields, of which the key is none.
    Record,
    /// Objects with known fields. The key is one that holds an object, an array or any JSON.
    RecordWithContainer,
    /// Objects with known fields. The key is one that holds text, a number or a boolean.
    RecordWithScalar,
    /// Objects of which any key may be a field.
    Open,
    /// Texts, numbers, booleans and arrays.
    Other,
}

impl Item {
    /// Returns what an item is in which `key` was found.
    fn of(item: &mut dyn Field, key: &str) -> Self {
        match item.slot() {
            Slot::Record(record) => match record.field(key).map(Field::slot) {
                None => Self::Record,
                Some(Slot::Record(_) | Slot::List(_) | Slot::Map(_) | Slot::Json(_)) => {
                    Self::RecordWithContainer
                }
                Some(_) => Self::RecordWithScalar,
            },
            Slot::Map(_) | Slot::Json(_) => Self::Open,
            _ => Self::Other,
        }
    }

    /// Returns whether an object with a single key, whose value begins with this byte, is the
    /// wrapper of a list.
    fn is_in_wrapper(self, start: Option<&u8>) -> bool {
        match start {
            Some(b'[') => self != Self::RecordWithContainer,
            Some(b'{' | b'n') => matches!(self, Self::Record | Self::Other),
            _ => false,
        }
    }
}

impl<'a> FieldSeed<'a> {
    /// Returns the seed of the only element of a list.
    pub(super) fn single<E: Error>(
        list: &'a mut dyn List,
        context: &'a Context,
    ) -> Result<Self, E> {
        list.clear();
        ListCost::new(list.element_size()).push(&context.budget)?;
        let field = list.push();
        Ok(Self { field, context })
    }
}

impl FieldSeed<'_> {
    /// Fills a list from text in its place: a JSON array, a JSON object unless the items are texts,
    /// or the only item.
    pub(super) fn fill_list_from_text<E: Error>(self, text: &str) -> Result<(), E> {
        let start = text.trim_ascii_start().as_bytes().first();
        if let (Some(b'{'), Slot::List(list)) = (start, self.field.slot()) {
            let item = FieldSeed::single(list, self.context)?.field;
            let is_container =
                matches!(item.slot(), Slot::Record(_) | Slot::Map(_) | Slot::List(_));
            if is_container {
                return self.fill_embedded("an array", text).map_err(E::custom);
            }
        }
        match self.field.slot() {
            Slot::List(list) if start != Some(&b'[') => {
                FieldSeed::single(list, self.context)?.visit_str(text)
            }
            _ => self.fill_embedded("an array", text).map_err(E::custom),
        }
    }
}

/// Fills a list from an object in its place.
pub(super) fn fill_list_from_object<'de, A: MapAccess<'de>>(
    field: &mut dyn Field,
    mut map: A,
    context: &Context,
) -> Result<(), A::Error> {
    let Some(key) = map.next_key_seed(Key)? else {
        return Ok(());
    };
    let Slot::List(list) = field.slot() else {
        return Ok(());
    };
    let item = FieldSeed::single(list, context)?.field;
    if key == ARBITRARY_PRECISION_KEY {
        let digits = map.next_value::<String>()?;
        let seed = FieldSeed {
            field: item,
            context,
        };
        return seed.fill_number(&digits);
    }
    let kind = Item::of(item, &key);
    if kind == Item::RecordWithContainer
        || (kind == Item::RecordWithScalar && context.mode == Mode::Quick)
    {
        if let Slot::Record(record) = item.slot() {
            fill_entry(record, key, &mut map, context)?;
            fill_record(record, map, context)?;
        }
        return Ok(());
    }
    // The value of the first key decides, together with whether there is another key.
    let value = original(&mut map, context.mode)?;
    let next = map.next_key_seed(Key)?;
    if next.is_none() && kind.is_in_wrapper(value.as_bytes().first()) {
        context.enter(Context::WRAPPER)?;
        fill_from(&value, key, field, context)?;
        context.leave(Context::WRAPPER);
        return Ok(());
    }
    let Slot::List(list) = field.slot() else {
        return Ok(());
    };
    let item = FieldSeed::single(list, context)?.field;
    let mut is_item = kind != Item::Record;
    match item.slot() {
        Slot::Record(record) => {
            if let Some(field) = record.field(&key) {
                fill_from(&value, key, field, context)?;
            }
            if let Some(key) = next {
                is_item |= fill_entry(record, key, &mut map, context)?;
                is_item |= fill_record(record, map, context)?;
            }
        }
        Slot::Map(place) => {
            let field = place.entry(key.clone().into_owned());
            fill_from(&value, key, field, context)?;
            fill_map(place, next, map, context)?;
        }
        Slot::Json(place) => {
            let mut first = Value::Null;
            fill_from(&value, key.clone(), &mut first, context)?;
            *place = JsonValue(&context.budget).rest_of_object(next, map)?;
            if let Some(object) = place.as_object_mut() {
                object.insert(key.into_owned(), first);
            }
        }
        _ => is_item = false,
    }
    match is_item {
        true => Ok(()),
        false => Err(mismatch(
            "an array",
            "an object without a field of its items",
        )),
    }
}

/// Returns the next value of an object as JSON text. The quick mode, which cannot keep it, fails.
fn original<'de, A: MapAccess<'de>>(map: &mut A, mode: Mode) -> Result<Cow<'de, str>, A::Error> {
    match mode {
        Mode::Quick => Err(mismatch("an array", "an object")),
        Mode::Exact => Ok(Cow::Borrowed(map.next_value::<&RawValue>()?.get())),
        Mode::Foreign => Ok(Cow::Owned(map.next_value::<Value>()?.to_string())),
    }
}

/// Fills a field from the JSON text of the value of `key`.
fn fill_from<E: Error>(
    json: &str,
    key: Cow<'_, str>,
    field: &mut dyn Field,
    context: &Context,
) -> Result<(), E> {
    fill(Deserializer::from_str(json), field, context).map_err(|error| {
        let error = E::custom(message(&error));
        context.note(Segment::Key(key.into_owned()), error)
    })
}
