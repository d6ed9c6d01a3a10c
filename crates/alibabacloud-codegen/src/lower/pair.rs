//! Structs that are a key and its value, such as the tags of most services.

use crate::names;
use alibabacloud_spec::{Kind, Property, Schema};
use indexmap::IndexMap;

/// Returns the indices of the key and the value of an object that has nothing else: two strings, or
/// a string and a list of strings, whose names are `Key` and `Value` or `Values` after the same
/// words, as in `TagKey` and `TagValue`. Strings may have known values.
///
/// Deprecated properties do not count, and neither do those that repeat another one in another
/// case, nor switches that the service does not require, such as `Propagate` of a tag.
pub(super) fn of(properties: &IndexMap<String, Property>) -> Option<(usize, usize)> {
    let mut key = None;
    let mut value = None;
    for (index, (wire, property)) in properties.iter().enumerate() {
        let switch = property.schema.kind == Kind::Boolean && !property.required;
        if switch || property.schema.deprecated || repeats_another(properties, wire) {
            continue;
        }
        let mut words = names::words(wire);
        let last = words.pop()?;
        let (place, fits) = match last.as_str() {
            "key" => (&mut key, is_text(&property.schema)),
            "value" | "values" => (&mut value, is_value(&property.schema)),
            _ => return None,
        };
        if !fits || place.is_some() {
            return None;
        }
        *place = Some((index, words));
    }
    let ((key, before_key), (value, before_value)) = (key?, value?);
    (before_key == before_value).then_some((key, value))
}

fn is_text(schema: &Schema) -> bool {
    matches!(schema.kind, Kind::String | Kind::Enum(_))
}

fn is_value(schema: &Schema) -> bool {
    match &schema.kind {
        Kind::Array(items) => items.kind == Kind::String && !items.sensitive,
        _ => is_text(schema),
    }
}

/// Returns whether a property has the name of another one, which has the better spelling.
fn repeats_another(properties: &IndexMap<String, Property>, wire: &str) -> bool {
    let is_canonical = |wire: &str| wire == names::pascal(wire);
    !is_canonical(wire)
        && properties.iter().any(|(other, property)| {
            is_canonical(other) && !property.schema.deprecated && other.eq_ignore_ascii_case(wire)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(properties: &[(&str, Kind, bool)]) -> Option<(usize, usize)> {
        let property = |kind: &Kind, deprecated| Property {
            schema: Schema {
                kind: kind.clone(),
                deprecated,
                ..Schema::default()
            },
            required: false,
        };
        let properties = properties
            .iter()
            .map(|(wire, kind, deprecated)| ((*wire).to_owned(), property(kind, *deprecated)))
            .collect();
        of(&properties)
    }

    #[test]
    fn a_pair_has_a_key_and_a_value_and_nothing_else() {
        let text = Kind::String;
        let member = |wire| (wire, text.clone(), false);
        assert_eq!(pair(&[member("Key"), member("Value")]), Some((0, 1)));
        assert_eq!(pair(&[member("value"), member("key")]), Some((1, 0)));
        assert_eq!(pair(&[member("TagKey"), member("TagValue")]), Some((0, 1)));
        let texts = Kind::Array(Box::new(Schema {
            kind: Kind::String,
            ..Schema::default()
        }));
        let list = |wire| (wire, texts.clone(), false);
        assert_eq!(pair(&[member("Key"), list("Values")]), Some((0, 1)));
        assert_eq!(pair(&[list("Value"), member("Key")]), Some((1, 0)));
        let known = ("Key", Kind::Enum(Vec::new()), false);
        assert_eq!(pair(&[known, list("Value")]), Some((0, 1)));
        let switch = ("Propagate", Kind::Boolean, false);
        assert_eq!(
            pair(&[member("Key"), switch.clone(), member("Value")]),
            Some((0, 2))
        );
        for other in [
            vec![list("Key"), member("Value")],
            vec![],
            vec![member("Key")],
            vec![member("Key"), member("Value"), member("Values")],
            vec![member("TagKey"), member("Value")],
            vec![member("Key"), member("Value"), member("Operator")],
            vec![member("Key"), ("Value", Kind::Int64, false)],
            vec![member("Key"), ("Value", Kind::Boolean, false)],
            vec![member("Key"), switch],
        ] {
            assert_eq!(pair(&other), None, "{other:?}");
        }
    }

    #[test]
    fn duplicates_of_a_pair_do_not_count() {
        let text = Kind::String;
        let live = |wire| (wire, text.clone(), false);
        let deprecated = |wire| (wire, text.clone(), true);
        let tag = [
            deprecated("key"),
            live("Key"),
            live("Value"),
            deprecated("value"),
        ];
        assert_eq!(pair(&tag), Some((1, 2)));
        let tag = [live("key"), live("Key"), live("Value"), live("value")];
        assert_eq!(pair(&tag), Some((1, 2)));
        let tag = [
            live("Key"),
            live("Value"),
            deprecated("TagKey"),
            deprecated("TagValue"),
        ];
        assert_eq!(pair(&tag), Some((0, 1)));
    }
}
