//! Parses JSON text into the same tree, without positions: for bundles, where speed matters more
//! than positions.

use crate::node::{At, Data, Entry, MAX_BYTES, Map, Node};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use std::fmt;

/// Parses one document. The message of an error has line and column.
pub(crate) fn parse(text: &str) -> Result<Node, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("the text is larger than {MAX_BYTES} bytes"));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let node = Build
        .deserialize(&mut deserializer)
        .map_err(|error| error.to_string())?;
    deserializer.end().map_err(|error| error.to_string())?;
    Ok(node)
}

/// Writes a tree as JSON, with one value per line and a blank per level: a change of a value is a
/// change of a line.
pub(crate) fn write(node: &Node, depth: usize, out: &mut String) {
    match &node.data {
        Data::Null | Data::Invalid => out.push_str("null"),
        Data::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Data::Number(number) => out.push_str(&number.to_string()),
        Data::Text(text) => write_text(text, out),
        Data::List(items) if items.is_empty() => out.push_str("[]"),
        Data::Map(map) if map.is_empty() => out.push_str("{}"),
        Data::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                new_line(index > 0, depth + 1, out);
                write(item, depth + 1, out);
            }
            new_line(false, depth, out);
            out.push(']');
        }
        Data::Map(map) => {
            out.push('{');
            for (index, (key, entry)) in map.iter().enumerate() {
                new_line(index > 0, depth + 1, out);
                write_text(key, out);
                out.push_str(": ");
                write(&entry.value, depth + 1, out);
            }
            new_line(false, depth, out);
            out.push('}');
        }
    }
}

/// Starts a line, after a comma if it is not the first of its list or map.
fn new_line(after_another: bool, depth: usize, out: &mut String) {
    if after_another {
        out.push(',');
    }
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', depth));
}

fn write_text(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

struct Build;

impl Build {
    fn node(data: Data) -> Node {
        Node {
            data,
            at: At::default(),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Build {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Build {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Self::node(Data::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Self::node(Data::Flag(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Self::node(Data::Number(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Self::node(Data::Number(value.into())))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("a number is not finite"))?;
        Ok(Self::node(Data::Number(number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Self::node(Data::Text(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Self::node(Data::Text(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(Build)? {
            items.push(item);
        }
        Ok(Self::node(Data::List(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(Build)?;
            if map.contains_key(&key) {
                return Err(de::Error::custom(format_args!("duplicate key `{key}`")));
            }
            map.insert(
                key,
                Entry {
                    key_at: At::default(),
                    value,
                },
            );
        }
        Ok(Self::node(Data::Map(map)))
    }
}
