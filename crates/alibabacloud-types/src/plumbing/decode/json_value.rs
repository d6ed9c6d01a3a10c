//! Builds JSON trees within the budget.

use super::budget::{Budget, ListCost, MapCost};
use super::containers::{ARBITRARY_PRECISION_KEY, Key};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::fmt;

/// The seed of a JSON tree.
#[derive(Clone, Copy)]
pub(super) struct JsonValue<'a>(pub(super) &'a Budget);

impl JsonValue<'_> {
    /// Reads the rest of an object whose first key has been read.
    pub(super) fn rest_of_object<'de, A: MapAccess<'de>>(
        self,
        first: Option<Cow<'de, str>>,
        mut map: A,
    ) -> Result<Value, A::Error> {
        let mut cost = MapCost::new(size_of::<(String, Value)>());
        let mut object = Map::new();
        let mut next = first;
        while let Some(key) = next {
            if key == ARBITRARY_PRECISION_KEY {
                let digits = map.next_value::<String>()?;
                return digits
                    .parse()
                    .map(Value::Number)
                    .map_err(|_| A::Error::custom("invalid number"));
            }
            cost.insert(self.0)?;
            object.insert(key.into_owned(), map.next_value_seed(self)?);
            next = map.next_key_seed(Key)?;
        }
        Ok(Value::Object(object))
    }
}

impl<'de> DeserializeSeed<'de> for JsonValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonValue<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let first = map.next_key_seed(Key)?;
        self.rest_of_object(first, map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut cost = ListCost::new(size_of::<Value>());
        let mut array = Vec::new();
        while let Some(value) = sequence.next_element_seed(self)? {
            cost.push(self.0)?;
            array.push(value);
        }
        Ok(Value::Array(array))
    }
}
