//! Merges schemas, field by field.

use super::context::{MergeContext, Missing, RequiredSource};
use crate::import::report::Rule;
use alibabacloud_spec::{EnumValue, Kind, Property, Schema};
use indexmap::IndexMap;

impl MergeContext<'_> {
    /// Merges a schema and all schemas below it.
    pub(super) fn schema(
        &mut self,
        old: Schema,
        new: Schema,
        source: RequiredSource,
        place: &str,
    ) -> Schema {
        let new = self.written_out(&old, new, place);
        let keep = keeps_type(&old.kind, &new.kind);
        if keep && old.kind != new.kind && !same_shape(&old.kind, &new.kind) {
            let message = format!(
                "{place} stays {}, where the metadata has {}",
                old.kind.describe(),
                new.kind.describe()
            );
            self.note(Rule::TypeKept, place_operation(place), &message);
        }
        let [minimum, maximum] = self.limits(
            [old.minimum, old.maximum],
            [new.minimum, new.maximum],
            place,
        );
        let [min_length, max_length] = self.limits(
            [old.min_length, old.max_length],
            [new.min_length, new.max_length],
            place,
        );
        let [min_items, max_items] = self.limits(
            [old.min_items, old.max_items],
            [new.min_items, new.max_items],
            place,
        );
        // A mark that a person has removed comes back only with a new fact.
        let gained = (old.minimum, old.maximum) != (minimum, maximum)
            || (old.min_length, old.max_length) != (min_length, max_length)
            || (old.min_items, old.max_items) != (min_items, max_items)
            || (old.unit.is_none() && new.unit.is_some())
            || (old.values.is_empty() && !new.values.is_empty());
        let mut from_text = old.from_text;
        if gained {
            let added = new.from_text.into_iter();
            let added: Vec<String> = added.filter(|rule| !from_text.contains(rule)).collect();
            from_text.extend(added);
        }
        let kind = self.kind(old.kind, new.kind, keep, source, place);
        let numeric = matches!(kind, Kind::Int32 | Kind::Int64 | Kind::Number);
        let textual = kind == Kind::String;
        let list = matches!(kind, Kind::Array(_));
        Schema {
            rust_name: old.rust_name,
            description: old.description,
            deprecated: new.deprecated,
            sensitive: old.sensitive,
            example: old.example,
            default: old.default,
            minimum: minimum.filter(|_| numeric),
            maximum: maximum.filter(|_| numeric),
            min_length: min_length.filter(|_| textual),
            max_length: max_length.filter(|_| textual),
            min_items: min_items.filter(|_| list),
            max_items: max_items.filter(|_| list),
            pattern: new.pattern.or(old.pattern).filter(|_| textual),
            values: if numeric {
                first_filled(old.values, new.values)
            } else {
                Vec::new()
            },
            unit: old
                .unit
                .or(new.unit)
                .filter(|_| numeric || matches!(kind, Kind::String | Kind::Enum(_))),
            from_text,
            kind,
        }
    }

    /// Returns the schema of the metadata with its reference replaced by the target, where the
    /// specification has the same schema inline. That stays inline: a reference would lose its
    /// texts and decisions, and change the type for callers.
    fn written_out(&mut self, old: &Schema, new: Schema, place: &str) -> Schema {
        let mut target = &new;
        while let Kind::Ref(name) = &target.kind {
            match self.shared.get(name) {
                Some(shared) if !matches!(old.kind, Kind::Ref(_) | Kind::Any) => target = shared,
                _ => return new,
            }
        }
        if new.kind == target.kind || !keeps_type(&old.kind, &target.kind) {
            return new;
        }
        let message = format!("{place} stays inline, where the metadata has a reference");
        let target = Schema {
            deprecated: new.deprecated,
            ..target.clone()
        };
        self.note(Rule::TypeKept, place_operation(place), &message);
        target
    }

    /// Merges a lower and an upper limit. Where the metadata has none, the limit of the
    /// specification stays, unless it contradicts the other one.
    fn limits<T: PartialOrd + Copy>(
        &mut self,
        old: [Option<T>; 2],
        new: [Option<T>; 2],
        place: &str,
    ) -> [Option<T>; 2] {
        match [new[0].or(old[0]), new[1].or(old[1])] {
            [Some(least), Some(most)] if least > most => {
                let message = format!("a limit of {place} contradicts the metadata; removed");
                self.note(Rule::LimitIgnored, place_operation(place), &message);
                new
            }
            merged => merged,
        }
    }

    fn kind(
        &mut self,
        old: Kind,
        new: Kind,
        keep: bool,
        source: RequiredSource,
        place: &str,
    ) -> Kind {
        match (old, new) {
            (Kind::Array(old), Kind::Array(new)) => Kind::Array(Box::new(self.schema(
                *old,
                *new,
                source,
                &format!("{place}[]"),
            ))),
            (Kind::Map(old), Kind::Map(new)) => Kind::Map(Box::new(self.schema(
                *old,
                *new,
                source,
                &format!("{place}{{}}"),
            ))),
            (Kind::Object(old), Kind::Object(new)) => {
                Kind::Object(self.properties(old, new, source, place))
            }
            (Kind::Enum(old), Kind::Enum(new)) => Kind::Enum(self.values(old, new)),
            (old, _) if keep => old,
            (_, new) => new,
        }
    }

    fn properties(
        &mut self,
        old: IndexMap<String, Property>,
        mut new: IndexMap<String, Property>,
        source: RequiredSource,
        place: &str,
    ) -> IndexMap<String, Property> {
        let mut merged = IndexMap::new();
        for (name, property) in old {
            let at = format!("{place}.{name}");
            let Some(fresh) = new.shift_remove(&name) else {
                if self.keep_missing(place_operation(place), &format!("the field {at}")) {
                    merged.insert(name, property);
                }
                continue;
            };
            let required = match source {
                RequiredSource::Metadata => fresh.required,
                RequiredSource::Specification => property.required,
                RequiredSource::Either => fresh.required || property.required,
            };
            let schema = self.schema(property.schema, fresh.schema, source, &at);
            merged.insert(name, Property { schema, required });
        }
        merged.extend(new);
        merged
    }

    /// Merges enum values. Without pruning none is removed, since callers use their names.
    fn values(&self, old: Vec<EnumValue>, new: Vec<EnumValue>) -> Vec<EnumValue> {
        let mut merged: Vec<EnumValue> = old
            .into_iter()
            .filter(|value| {
                self.missing == Missing::Keep || new.iter().any(|fresh| fresh.value == value.value)
            })
            .collect();
        for fresh in new {
            match merged.iter_mut().find(|value| value.value == fresh.value) {
                Some(value) if value.description.is_empty() => {
                    value.description = fresh.description
                }
                Some(_) => {}
                None => merged.push(fresh),
            }
        }
        merged
    }
}

fn first_filled<T>(first: Vec<T>, second: Vec<T>) -> Vec<T> {
    if first.is_empty() { second } else { first }
}

/// Returns the operation of a place.
fn place_operation(place: &str) -> &str {
    place
        .split(['?', '!', ' ', '.', '[', '{'])
        .next()
        .unwrap_or(place)
}

/// Returns whether two types are of the same kind, whatever they contain.
pub(super) fn same_shape(old: &Kind, new: &Kind) -> bool {
    std::mem::discriminant(old) == std::mem::discriminant(new)
}

/// Returns whether the type in the specification stays: it is the same as in the metadata, or more
/// precise.
pub(super) fn keeps_type(old: &Kind, new: &Kind) -> bool {
    let text = |kind: &Kind| {
        matches!(
            kind,
            Kind::String | Kind::JsonText | Kind::DateTime | Kind::Enum(_)
        )
    };
    match (old, new) {
        // A string with a format is still a string; a structure can be written into it as JSON.
        (old, new) if text(new) => text(old) || !old.is_scalar() || *old == Kind::Binary,
        (old, new) if says_nothing(new) => *new == Kind::Any || !old.is_scalar(),
        // A shared schema in place of the same schema inline.
        (Kind::Ref(_), Kind::Object(_)) => true,
        // A wider integer was chosen on purpose.
        (Kind::Int64, Kind::Int32) => true,
        (old, new) => {
            same_shape(old, new) && !matches!((old, new), (Kind::Ref(a), Kind::Ref(b)) if a != b)
        }
    }
}

/// Returns whether a type has no content: any JSON, an object without properties, an array of
/// anything.
fn says_nothing(kind: &Kind) -> bool {
    match kind {
        Kind::Any => true,
        Kind::Map(inner) | Kind::Array(inner) => says_nothing(&inner.kind),
        _ => false,
    }
}
