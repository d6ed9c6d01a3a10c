//! Serialization over field tables, for the impls of the feature `serde`. Generic only over the
//! format.

/// Used by the impls of [`fields!`](crate::fields) and [`variants!`](crate::variants).
pub use serde;

use super::base64::write_base64;
use super::decode::{Context, FieldSeed, Mode};
use super::{Field, ValueRef, elements};
use serde::Deserializer;
use serde::de::DeserializeSeed;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// Serializes a field in any format, under its wire names. Fields that are not set are omitted;
/// sensitive fields are written.
///
/// # Errors
/// Those of the format.
pub fn serialize<S: Serializer>(field: &dyn Field, serializer: S) -> Result<S::Ok, S::Error> {
    Tree(field.value()).serialize(serializer)
}

/// Deserializes a field from any self-describing format, as leniently as
/// [`decode_root`](super::decode_root) reads JSON. A number in a text field has the form that Rust
/// displays: most formats do not keep the original digits.
///
/// # Errors
/// Those of the format, and values of the wrong kind. The error never contains the value.
pub fn deserialize<'de, T: Field + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let mut value = T::default();
    let seed = FieldSeed {
        field: &mut value,
        context: &Context::new(Mode::Foreign, usize::MAX),
    };
    seed.deserialize(deserializer)?;
    Ok(value)
}

struct Tree<'a>(ValueRef<'a>);

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            ValueRef::Absent => serializer.serialize_none(),
            ValueRef::Text(text) => serializer.serialize_str(text),
            ValueRef::I64(number) => serializer.serialize_i64(number),
            ValueRef::F64(number) => serializer.serialize_f64(number),
            ValueRef::Bool(flag) => serializer.serialize_bool(flag),
            ValueRef::Bytes(bytes) if serializer.is_human_readable() => {
                let mut text = String::new();
                write_base64(bytes, &mut text);
                serializer.serialize_str(&text)
            }
            ValueRef::Bytes(bytes) => serializer.serialize_bytes(bytes),
            ValueRef::Json(json) => json.serialize(serializer),
            ValueRef::Record(record) => {
                let mut entries = Vec::new();
                record.visit(&mut |name, field| entries.push((name, field)));
                serialize_entries(&entries, serializer)
            }
            ValueRef::Map(map) => {
                let mut entries = Vec::new();
                map.each(&mut |key, field| entries.push((key, field)));
                serialize_entries(&entries, serializer)
            }
            ValueRef::List(list) => {
                let mut sequence = serializer.serialize_seq(Some(elements(list).count()))?;
                for element in elements(list) {
                    sequence.serialize_element(&Tree(element.value()))?;
                }
                sequence.end()
            }
            ValueRef::Sensitive(inner) => Tree(inner.value()).serialize(serializer),
        }
    }
}

fn serialize_entries<S: Serializer>(
    entries: &[(&str, &dyn Field)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let present = || {
        entries
            .iter()
            .filter(|(_, field)| !field.value().is_absent())
    };
    let mut map = serializer.serialize_map(Some(present().count()))?;
    for (name, field) in present() {
        map.serialize_entry(name, &Tree(field.value()))?;
    }
    map.end()
}
