//! Fills objects and arrays: selects the field for the next value.

use super::budget::{ListCost, MapCost};
use super::error::Segment;
use super::field_seed::{Context, FieldSeed, mismatch};
use crate::plumbing::{Field, List, Map, Record};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// The only key of the object that serde_json makes of a number when a crate in the tree enables
/// its feature `arbitrary_precision`.
pub(super) const ARBITRARY_PRECISION_KEY: &str = "$serde_json::private::Number";

/// Fills the fields of the record and skips other keys. Returns whether there was a field that the
/// record has.
pub(super) fn fill_record<'de, A: MapAccess<'de>>(
    record: &mut dyn Record,
    mut map: A,
    context: &Context,
) -> Result<bool, A::Error> {
    let mut has_field = false;
    while let Some((field, key)) = map.next_key_seed(FieldName(&mut *record))? {
        match field {
            Some(field) => {
                has_field = true;
                map.next_value_seed(FieldSeed { field, context })
                    .map_err(|error| context.note(Segment::Key(key.into_owned()), error))?;
            }
            None if key == ARBITRARY_PRECISION_KEY => {
                return Err(mismatch("an object", "a number"));
            }
            None => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    Ok(has_field)
}

/// Fills the field with this key or skips the value. Returns whether the record has the field.
pub(super) fn fill_entry<'de, A: MapAccess<'de>>(
    record: &mut dyn Record,
    key: Cow<'de, str>,
    map: &mut A,
    context: &Context,
) -> Result<bool, A::Error> {
    let Some(field) = record.field(&key) else {
        return map.next_value::<IgnoredAny>().map(|_| false);
    };
    map.next_value_seed(FieldSeed { field, context })
        .map_err(|error| context.note(Segment::Key(key.into_owned()), error))?;
    Ok(true)
}

/// Adds the entries of an object to an empty map. `first` is a key that has been read.
pub(super) fn fill_map<'de, A: MapAccess<'de>>(
    place: &mut dyn Map,
    first: Option<Cow<'de, str>>,
    mut map: A,
    context: &Context,
) -> Result<(), A::Error> {
    let mut cost = MapCost::new(place.entry_size());
    let mut next = first;
    while let Some(key) = next {
        if key == ARBITRARY_PRECISION_KEY {
            return Err(mismatch("an object", "a number"));
        }
        cost.insert(&context.budget)?;
        let field = place.entry(key.clone().into_owned());
        map.next_value_seed(FieldSeed { field, context })
            .map_err(|error| context.note(Segment::Key(key.into_owned()), error))?;
        next = map.next_key_seed(Key)?;
    }
    Ok(())
}

/// Adds the elements of an array to an empty list.
pub(super) fn fill_list<'de, A: SeqAccess<'de>>(
    list: &mut dyn List,
    mut sequence: A,
    context: &Context,
) -> Result<(), A::Error> {
    let mut cost = ListCost::new(list.element_size());
    let mut index = 0;
    loop {
        let element = Element {
            list: &mut *list,
            cost: &mut cost,
            context,
        };
        match sequence.next_element_seed(element) {
            Ok(Some(())) => index += 1,
            Ok(None) => return Ok(()),
            Err(error) => return Err(context.note(Segment::Index(index), error)),
        }
    }
}

/// The seed of the next element of a list, which is created only when the document has one.
struct Element<'a> {
    list: &'a mut dyn List,
    cost: &'a mut ListCost,
    context: &'a Context,
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let context = self.context;
        self.cost.push(&context.budget)?;
        let field = self.list.push();
        let seed = FieldSeed { field, context };
        // A list of objects has no place for an object that is absent.
        if context.is_absent_object(|| seed.deserialize(deserializer))? {
            self.list.pop();
        }
        Ok(())
    }
}

/// The seed of a key and the field with that name.
struct FieldName<'a>(&'a mut dyn Record);

impl<'de, 'a> DeserializeSeed<'de> for FieldName<'a> {
    type Value = (Option<&'a mut dyn Field>, Cow<'de, str>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let key = Key.deserialize(deserializer)?;
        Ok((self.0.field(&key), key))
    }
}

/// The seed of a key, borrowed from the document unless it has escapes.
pub(super) struct Key;

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
