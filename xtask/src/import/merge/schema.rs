//! Schemas, field by field.

use super::{Missing, spec_path};
use crate::import::report::{Report, Rule};
use alibabacloud_spec::{EnumValue, Kind, Property, Schema};
use indexmap::IndexMap;

/// Where a schema is used; decides whose word `required` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The metadata says what the service demands.
    Request,
    /// A person says what is always there.
    Answer,
    /// Either of them.
    Shared,
}

/// A merge on its way.
pub(super) struct Merge<'a> {
    /// What becomes of what the metadata does not mention.
    pub(super) missing: Missing,
    /// Where findings go.
    pub(super) report: &'a mut Report,
}

impl Merge<'_> {
    /// Records what a rule did.
    pub(super) fn note(&mut self, rule: Rule, operation: &str, message: &str) {
        spec_path(self.report, rule, operation, message);
    }

    /// Whether something that the metadata does not mention stays; reported either way.
    pub(super) fn keep_missing(&mut self, operation: &str, what: &str) -> bool {
        let keep = self.missing == Missing::Keep;
        let (rule, verb) = if keep {
            (Rule::MissingKept, "was kept")
        } else {
            (Rule::MissingRemoved, "was removed")
        };
        self.note(
            rule,
            operation,
            &format!("{what} is not in the metadata and {verb}"),
        );
        keep
    }

    /// One schema with all below it.
    pub(super) fn schema(&mut self, old: Schema, new: Schema, side: Side, place: &str) -> Schema {
        let keep = keeps_type(&old.kind, &new.kind);
        if keep && old.kind != new.kind && !same_shape(&old.kind, &new.kind) {
            let message = format!(
                "{place} stays {}, where the metadata has {}",
                old.kind.describe(),
                new.kind.describe()
            );
            self.note(Rule::TypeKept, place_operation(place), &message);
        }
        let kind = self.kind(old.kind, new.kind, keep, side, place);
        let numeric = matches!(kind, Kind::Int32 | Kind::Int64 | Kind::Number);
        let textual = kind == Kind::String;
        let list = matches!(kind, Kind::Array(_));
        Schema {
            description: old.description,
            deprecated: new.deprecated || old.deprecated,
            sensitive: old.sensitive,
            example: old.example,
            default: old.default,
            minimum: new.minimum.or(old.minimum).filter(|_| numeric),
            maximum: new.maximum.or(old.maximum).filter(|_| numeric),
            min_length: new.min_length.or(old.min_length).filter(|_| textual),
            max_length: new.max_length.or(old.max_length).filter(|_| textual),
            min_items: new.min_items.or(old.min_items).filter(|_| list),
            max_items: new.max_items.or(old.max_items).filter(|_| list),
            pattern: new.pattern.or(old.pattern).filter(|_| textual),
            kind,
        }
    }

    fn kind(&mut self, old: Kind, new: Kind, keep: bool, side: Side, place: &str) -> Kind {
        match (old, new) {
            (Kind::Array(old), Kind::Array(new)) => Kind::Array(Box::new(self.schema(
                *old,
                *new,
                side,
                &format!("{place}[]"),
            ))),
            (Kind::Map(old), Kind::Map(new)) => Kind::Map(Box::new(self.schema(
                *old,
                *new,
                side,
                &format!("{place}{{}}"),
            ))),
            (Kind::Object(old), Kind::Object(new)) => {
                Kind::Object(self.properties(old, new, side, place))
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
        side: Side,
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
            let required = match side {
                Side::Request => fresh.required,
                Side::Answer => property.required,
                Side::Shared => fresh.required || property.required,
            };
            let schema = self.schema(property.schema, fresh.schema, side, &at);
            merged.insert(name, Property { schema, required });
        }
        merged.extend(new);
        merged
    }

    /// Values never go while nothing is pruned: callers name them.
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

/// The operation in a place.
fn place_operation(place: &str) -> &str {
    place
        .split(['?', '!', ' ', '.', '[', '{'])
        .next()
        .unwrap_or(place)
}

fn same_shape(old: &Kind, new: &Kind) -> bool {
    std::mem::discriminant(old) == std::mem::discriminant(new)
}

/// Whether the type in the specification says the same as the metadata, or more: then it stays.
pub(super) fn keeps_type(old: &Kind, new: &Kind) -> bool {
    let text = |kind: &Kind| {
        matches!(
            kind,
            Kind::String | Kind::JsonText | Kind::DateTime | Kind::Enum(_)
        )
    };
    match (old, new) {
        // Text that holds something is still text; a structure can be written as JSON into it.
        (old, new) if text(new) => text(old) || !old.is_scalar() || *old == Kind::Binary,
        (_, new) if says_nothing(new) => true,
        // A shared schema in place of the same thing written out.
        (Kind::Ref(_), Kind::Object(_)) => true,
        // A wider integer was chosen on purpose.
        (Kind::Int64, Kind::Int32) => true,
        (old, new) => {
            same_shape(old, new) && !matches!((old, new), (Kind::Ref(a), Kind::Ref(b)) if a != b)
        }
    }
}

/// Upstream's ways to say nothing: any JSON, an object without properties, an array of anything.
fn says_nothing(kind: &Kind) -> bool {
    match kind {
        Kind::Any => true,
        Kind::Map(inner) | Kind::Array(inner) => says_nothing(&inner.kind),
        _ => false,
    }
}
