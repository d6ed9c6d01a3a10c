//! Finds the sensitive fields in a response, whether the response decodes or not.

use alibabacloud_types::plumbing::{Field, Slot, ValueRef, repair_json};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;

/// Returns the names of the fields that are sensitive in type `O` and present in this response.
///
/// A value of another type than declared, broken characters and an early end hide no other field: a
/// call fails because of them, but its response is recorded all the same.
pub(super) fn sensitive_fields<O: Field + Default>(body: &[u8]) -> BTreeSet<String> {
    let (mut output, mut names) = (O::default(), BTreeSet::new());
    search(repair_json(body).as_bytes(), "", &mut output, &mut names);
    names
}

fn search(text: &[u8], name: &str, field: &mut dyn Field, names: &mut BTreeSet<String>) {
    let mut document = serde_json::Deserializer::from_slice(text);
    let search = Search { name, field, names };
    // An error means that the text ends early or is not JSON: what was found before counts.
    let _ = search.deserialize(&mut document);
}

/// Reads one value as the field that it belongs to.
struct Search<'a> {
    /// The name of the innermost field.
    name: &'a str,
    field: &'a mut dyn Field,
    names: &'a mut BTreeSet<String>,
}

impl Search<'_> {
    /// Reads the value of `key` in an object in place of this field.
    fn member<'de, A: MapAccess<'de>>(&mut self, key: String, map: &mut A) -> Result<(), A::Error> {
        let names = &mut *self.names;
        let is_item = match self.field.slot() {
            Slot::Record(record) => {
                return match record.field(&key) {
                    Some(field) => {
                        let name = &key;
                        map.next_value_seed(Search { name, field, names })
                    }
                    None => map.next_value::<IgnoredAny>().map(drop),
                };
            }
            Slot::Map(place) => {
                let (name, field) = (&key, place.entry(key.clone()));
                return map.next_value_seed(Search { name, field, names });
            }
            Slot::List(list) => {
                let is_item = match list.push().slot() {
                    Slot::Record(record) => record.field(&key).is_some(),
                    _ => false,
                };
                list.pop();
                is_item
            }
            _ => return map.next_value::<IgnoredAny>().map(drop),
        };
        match self.field.slot() {
            // An item in place of its list.
            Slot::List(list) if is_item => {
                let (name, field) = (self.name, list.push());
                let result = Search { name, field, names }.member(key, map);
                list.pop();
                result
            }
            // The wrapper of a list.
            _ => {
                let (name, field) = (self.name, &mut *self.field);
                map.next_value_seed(Search { name, field, names })
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Search<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        // Creates the value, which then says whether it is sensitive.
        let _: Slot<'_> = self.field.slot();
        if let ValueRef::Sensitive(_) = self.field.value() {
            if !self.name.is_empty() {
                self.names.insert(self.name.to_owned());
            }
            return deserializer.deserialize_any(IgnoredAny).map(drop);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            self.member(key, &mut map)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let (name, names) = (self.name, self.names);
        loop {
            let item = match self.field.slot() {
                Slot::List(list) => {
                    let field = list.push();
                    let item = items.next_element_seed(Search { name, field, names })?;
                    list.pop();
                    item
                }
                // An array in place of an object.
                _ => {
                    let field = &mut *self.field;
                    items.next_element_seed(Search { name, field, names })?
                }
            };
            if item.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if let Slot::Record(_) | Slot::Map(_) | Slot::List(_) = self.field.slot() {
            // JSON in text.
            search(text.as_bytes(), self.name, self.field, self.names);
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alibabacloud_types::{Sensitive, fields};
    use std::collections::BTreeMap;

    #[derive(Clone, Default)]
    struct Output {
        count: Option<i64>,
        pin: Option<Sensitive<String>>,
        keys: Vec<Sensitive<String>>,
        items: Vec<Item>,
        by_name: BTreeMap<String, Item>,
    }
    fields!(Output {
        count: "Count",
        pin: "Pin",
        keys: "Keys",
        items: "Items",
        by_name: "ByName"
    });

    #[derive(Clone, Default)]
    struct Item {
        hint: Option<Sensitive<i64>>,
    }
    fields!(Item { hint: "Hint" });

    #[test]
    fn sensitive_fields_are_found_in_responses_that_do_not_decode() {
        for (body, expected) in [
            (&br#"{"Count":1,"Pin":"x"}"#[..], &["Pin"][..]),
            (br#"{"Count":1}"#, &[]),
            (br#"{"Count":"many","Pin":"x"}"#, &["Pin"]),
            (
                br#"{"Count":{},"Pin":"x","Items":[{"Hint":"y"}]}"#,
                &["Hint", "Pin"],
            ),
            (br#"{"Pin":"x","Items":[{"Hint":"cut o"#, &["Hint", "Pin"]),
            (
                b"{\"Count\":[],\"Note\":\"\xff\n\",\"Pin\":\"x\"}",
                &["Pin"],
            ),
            (br#"{"Keys":["x"]}"#, &["Keys"]),
            (br#"{"Keys":{"Key":["x"]}}"#, &["Keys"]),
            (br#"{"Items":{"Item":[7,{"Hint":1}]}}"#, &["Hint"]),
            (br#"{"Items":{"Hint":1}}"#, &["Hint"]),
            (br#"{"Items":"[{\"Hint\":1}]"}"#, &["Hint"]),
            (br#"{"Items":7,"ByName":{"a":{"Hint":1}}}"#, &["Hint"]),
            (br#"[{"Pin":"x"}]"#, &["Pin"]),
            (b"<html>", &[]),
        ] {
            let found = sensitive_fields::<Output>(body);
            let found: Vec<_> = found.iter().map(String::as_str).collect();
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(body));
        }
    }
}
