//! Merges schemas, field by field.

use super::context::{Fate, MergeContext, RequiredSource};
use crate::diff::ChangeCode;
use crate::import::digest;
use crate::import::report::Rule;
use alibabacloud_spec::{EnumValue, Kind, Property, Schema};
use indexmap::IndexMap;

/// The three versions of a limit or another optional fact.
struct Three<'a, T> {
    base: Option<&'a Option<T>>,
    ours: Option<T>,
    theirs: Option<T>,
}

impl<'a, T> Three<'a, T> {
    fn new(base: Option<&'a Option<T>>, ours: Option<T>, theirs: Option<T>) -> Self {
        Self { base, ours, theirs }
    }
}

impl MergeContext<'_> {
    /// Merges a schema and all schemas below it.
    pub(super) fn schema(
        &mut self,
        base: Option<&Schema>,
        ours: Schema,
        theirs: Schema,
        source: RequiredSource,
        at: &str,
    ) -> Schema {
        let before = own_facts(&ours);
        let theirs = self.written_out(base, &ours, theirs, at);
        let base = self.base_written_out(base, &ours, &theirs);
        let base = base.as_ref();
        let description = self.text(
            base.map(|base| &base.description),
            ours.description,
            theirs.description,
            at,
        );
        let deprecated = self.pick(
            base.map(|base| &base.deprecated),
            ours.deprecated,
            theirs.deprecated,
            at,
            "deprecated",
        );
        let sensitive = match base {
            Some(base) => self.pick(
                Some(&base.sensitive),
                ours.sensitive,
                theirs.sensitive,
                at,
                "sensitive",
            ),
            None => ours.sensitive,
        };
        let new_default = theirs.default.clone();
        let default = self.default(
            base.map(|base| &base.default),
            ours.default,
            theirs.default,
            at,
        );
        let [minimum, maximum] = self.limits(
            Three::new(base.map(|base| &base.minimum), ours.minimum, theirs.minimum),
            Three::new(base.map(|base| &base.maximum), ours.maximum, theirs.maximum),
            at,
            ["minimum", "maximum"],
        );
        let [min_length, max_length] = self.limits(
            Three::new(
                base.map(|base| &base.min_length),
                ours.min_length,
                theirs.min_length,
            ),
            Three::new(
                base.map(|base| &base.max_length),
                ours.max_length,
                theirs.max_length,
            ),
            at,
            ["minLength", "maxLength"],
        );
        let [min_items, max_items] = self.limits(
            Three::new(
                base.map(|base| &base.min_items),
                ours.min_items,
                theirs.min_items,
            ),
            Three::new(
                base.map(|base| &base.max_items),
                ours.max_items,
                theirs.max_items,
            ),
            at,
            ["minItems", "maxItems"],
        );
        let pattern = self.optional(
            Three::new(base.map(|base| &base.pattern), ours.pattern, theirs.pattern),
            at,
            "pattern",
        );
        let unit = match base {
            Some(base) => self.pick(Some(&base.unit), ours.unit, theirs.unit, at, "unit"),
            None => ours.unit.or(theirs.unit),
        };
        let values = match base {
            Some(base) => self.pick(Some(&base.values), ours.values, theirs.values, at, "values"),
            None if ours.values.is_empty() => theirs.values,
            None => ours.values,
        };
        let was = std::mem::discriminant(&ours.kind);
        let kind = self.kind(
            base.map(|base| &base.kind),
            ours.kind,
            theirs.kind,
            source,
            at,
        );
        let same_type = std::mem::discriminant(&kind) == was;
        let numeric = matches!(kind, Kind::Int32 | Kind::Int64 | Kind::Number);
        let textual = kind == Kind::String;
        let list = matches!(kind, Kind::Array(_));
        let mut merged = Schema {
            rust_name: ours.rust_name,
            description,
            deprecated,
            sensitive,
            example: ours.example.filter(|_| same_type),
            default: if same_type { default } else { new_default },
            minimum: minimum.filter(|_| numeric),
            maximum: maximum.filter(|_| numeric),
            min_length: min_length.filter(|_| textual),
            max_length: max_length.filter(|_| textual),
            min_items: min_items.filter(|_| list),
            max_items: max_items.filter(|_| list),
            pattern: pattern.filter(|_| textual),
            values: if numeric { values } else { Vec::new() },
            unit: unit.filter(|_| numeric || matches!(kind, Kind::String | Kind::Enum(_))),
            from_text: ours.from_text,
            kind,
        };
        // A mark that a person has removed comes back only with a new fact.
        if own_facts(&merged) != before {
            merged.from_text = match base {
                Some(base) if base.from_text == merged.from_text => theirs.from_text,
                _ => union(merged.from_text, theirs.from_text),
            };
        }
        merged
    }

    /// Returns the schema of the metadata with its reference replaced by the target, where the
    /// specification has the same schema inline. That stays inline: a reference would lose its
    /// texts and decisions, and change the type for callers.
    fn written_out(
        &mut self,
        base: Option<&Schema>,
        ours: &Schema,
        theirs: Schema,
        at: &str,
    ) -> Schema {
        if !matches!(theirs.kind, Kind::Ref(_)) || matches!(ours.kind, Kind::Ref(_) | Kind::Any) {
            return theirs;
        }
        let Some(target) = target(self.shared, &theirs) else {
            return theirs;
        };
        if !keeps_type(&ours.kind, &target.kind) {
            return theirs;
        }
        match base {
            // It was inline here already, where the metadata had a reference.
            Some(base) if matches!(base.kind, Kind::Ref(_)) => {}
            // It has nothing that the reference would lose.
            Some(base) if digest::is_source_of(ours, base) => return theirs,
            _ => {
                let message = format!("{at} stays inline, where the metadata has a reference");
                self.note(Rule::TypeKept, &message);
            }
        }
        Schema {
            description: theirs.description.clone(),
            deprecated: theirs.deprecated,
            ..target.clone()
        }
    }

    /// Returns the schema of the last import in the form that [`written_out`](Self::written_out)
    /// gives to that of the metadata.
    fn base_written_out(
        &self,
        base: Option<&Schema>,
        ours: &Schema,
        theirs: &Schema,
    ) -> Option<Schema> {
        let base = base?;
        let inline = |schema: &Schema| !matches!(schema.kind, Kind::Ref(_));
        if inline(base) || !inline(ours) || !inline(theirs) {
            return Some(base.clone());
        }
        let shared = &self.base?.schemas;
        Some(match target(shared, base) {
            Some(target) => Schema {
                description: base.description.clone(),
                deprecated: base.deprecated,
                ..target.clone()
            },
            None => base.clone(),
        })
    }

    /// Merges a default. The exporter left all of them out for a while, so one that disappears
    /// stays.
    fn default(
        &mut self,
        base: Option<&Option<serde_json::Value>>,
        ours: Option<serde_json::Value>,
        theirs: Option<serde_json::Value>,
        at: &str,
    ) -> Option<serde_json::Value> {
        let (Some(base), Some(new)) = (base, &theirs) else {
            return ours;
        };
        let (own, new) = (ours.as_ref().map(digest::default), digest::default(new));
        if base.as_ref() == Some(&new) || own.as_ref() == Some(&new) {
            return ours;
        }
        if own == *base {
            return theirs;
        }
        self.decision_kept(at, "default", &own, &new);
        ours
    }

    /// Merges an optional fact. Without a last import, that of the specification stays where the
    /// metadata has none.
    fn optional<T: PartialEq + serde::Serialize>(
        &mut self,
        three: Three<'_, T>,
        at: &str,
        what: &str,
    ) -> Option<T> {
        match three.base {
            Some(base) => self.pick(Some(base), three.ours, three.theirs, at, what),
            None => three.theirs.or(three.ours),
        }
    }

    /// Merges a lower and an upper limit, which must not contradict each other.
    fn limits<T: PartialOrd + Copy + serde::Serialize>(
        &mut self,
        lower: Three<'_, T>,
        upper: Three<'_, T>,
        at: &str,
        names: [&str; 2],
    ) -> [Option<T>; 2] {
        let theirs = [lower.theirs, upper.theirs];
        let merged = [
            self.optional(lower, at, names[0]),
            self.optional(upper, at, names[1]),
        ];
        match merged {
            [Some(least), Some(most)] if least > most => {
                let message = format!("a limit of {at} contradicts the metadata; removed");
                self.note(Rule::LimitIgnored, &message);
                theirs
            }
            merged => merged,
        }
    }

    fn kind(
        &mut self,
        base: Option<&Kind>,
        ours: Kind,
        theirs: Kind,
        source: RequiredSource,
        at: &str,
    ) -> Kind {
        match (ours, theirs) {
            (Kind::Array(ours), Kind::Array(theirs)) => {
                let base = match base {
                    Some(Kind::Array(base)) => Some(&**base),
                    _ => None,
                };
                let at = format!("{at}[]");
                Kind::Array(Box::new(self.schema(base, *ours, *theirs, source, &at)))
            }
            (Kind::Map(ours), Kind::Map(theirs)) => {
                let base = match base {
                    Some(Kind::Map(base)) => Some(&**base),
                    _ => None,
                };
                let at = format!("{at}{{}}");
                Kind::Map(Box::new(self.schema(base, *ours, *theirs, source, &at)))
            }
            (Kind::Object(ours), Kind::Object(theirs)) => {
                let base = match base {
                    Some(Kind::Object(base)) => Some(base),
                    _ => None,
                };
                Kind::Object(self.properties(base, ours, theirs, source, at))
            }
            (Kind::Enum(ours), Kind::Enum(theirs)) => {
                let base = match base {
                    Some(Kind::Enum(base)) => Some(base.as_slice()),
                    _ => None,
                };
                Kind::Enum(self.values(base, ours, theirs, at))
            }
            (ours, theirs) => self.other_kind(base, ours, theirs, at),
        }
    }

    /// Merges types of which at most one has parts.
    fn other_kind(&mut self, base: Option<&Kind>, ours: Kind, theirs: Kind, at: &str) -> Kind {
        let keep = keeps_type(&ours, &theirs);
        let Some(base) = base else {
            if keep && ours != theirs && !same_shape(&ours, &theirs) {
                let message = format!(
                    "{at} stays {}, where the metadata has {}",
                    ours.describe(),
                    theirs.describe()
                );
                self.note(Rule::TypeKept, &message);
            }
            return if keep { ours } else { theirs };
        };
        if is_alike(base, &theirs) {
            // Upstream has the type that it had; what changed in it has no place here.
            let schema = |kind: &Kind| Schema {
                kind: kind.clone(),
                ..Schema::default()
            };
            if !same_shape(&ours, &theirs) && !digest::same_facts(&schema(base), &schema(&theirs)) {
                self.decision_kept(at, "type", &ours.describe(), &theirs.describe());
            }
            return ours;
        }
        if is_alike(base, &ours) {
            return match (ours, theirs) {
                // Callers use the names of the values.
                (Kind::Enum(values), Kind::String) => {
                    let known = match base {
                        Kind::Enum(known) => known.as_slice(),
                        _ => &[],
                    };
                    let kept = self.values(Some(known), values, Vec::new(), at);
                    if kept.is_empty() {
                        Kind::String
                    } else {
                        Kind::Enum(kept)
                    }
                }
                (_, theirs) => theirs,
            };
        }
        if is_alike(&ours, &theirs) {
            return ours;
        }
        if keep {
            self.decision_kept(at, "type", &ours.describe(), &theirs.describe());
            return ours;
        }
        let message = format!(
            "{at} was {} here; the metadata now has {}",
            ours.describe(),
            theirs.describe()
        );
        self.note(Rule::DecisionDropped, &message);
        let dropped = format!("type: {}", ours.describe()).into();
        self.change(
            at,
            ChangeCode::DecisionDropped,
            dropped,
            serde_json::Value::Null,
        );
        theirs
    }

    fn properties(
        &mut self,
        base: Option<&IndexMap<String, Property>>,
        ours: IndexMap<String, Property>,
        mut theirs: IndexMap<String, Property>,
        source: RequiredSource,
        at: &str,
    ) -> IndexMap<String, Property> {
        let known = |name: &str| base.and_then(|base| base.get(name));
        let mut merged = IndexMap::new();
        for (name, mut property) in ours {
            let at = format!("{at}.{name}");
            let before = known(&name);
            let Some(fresh) = theirs.shift_remove(&name) else {
                match self.missing(&at, &format!("the field {at}"), before.is_some()) {
                    Fate::Removed => continue,
                    Fate::Deprecated => property.schema.deprecated = true,
                    Fate::Kept => {}
                }
                merged.insert(name, property);
                continue;
            };
            let required = match (source, before) {
                (RequiredSource::Specification, _) => property.required,
                (RequiredSource::Either, None) => fresh.required || property.required,
                (_, before) => self.pick(
                    before.map(|before| &before.required),
                    property.required,
                    fresh.required,
                    &at,
                    "required",
                ),
            };
            let before = before.map(|before| &before.schema);
            let schema = self.schema(before, property.schema, fresh.schema, source, &at);
            merged.insert(name, Property { schema, required });
        }
        // What the last import had, too, was left out by a person.
        theirs.retain(|name, _| known(name).is_none());
        for (name, property) in &mut theirs {
            let old = same_but_for_case(name, merged.iter().map(|(name, old)| (name, &old.schema)));
            take_decisions(&mut property.schema, old);
        }
        merged.extend(theirs);
        merged
    }

    /// Merges enum values. None is removed unless it is pruned, since callers use their names.
    fn values(
        &mut self,
        base: Option<&[EnumValue]>,
        ours: Vec<EnumValue>,
        theirs: Vec<EnumValue>,
        at: &str,
    ) -> Vec<EnumValue> {
        let known = |value: &str| base.and_then(|base| find(base, value));
        let mut merged = Vec::new();
        for mut value in ours {
            let place = format!("{at} value {}", value.value);
            let before = known(&value.value);
            if let Some(fresh) = find(&theirs, &value.value) {
                let text = fresh.description.clone();
                value.description = match before {
                    None if value.description.is_empty() => text,
                    before => self.text(
                        before.map(|before| &before.description),
                        value.description,
                        text,
                        &place,
                    ),
                };
            } else if self.base.is_none() && *self.missing == super::context::Missing::Keep {
                // Without a last import, the metadata often lists fewer values than exist.
            } else {
                let what = format!("the value {} of {at}", value.value);
                if self.missing(&place, &what, before.is_some()) == Fate::Removed {
                    continue;
                }
            }
            merged.push(value);
        }
        for fresh in theirs {
            if find(&merged, &fresh.value).is_none() && known(&fresh.value).is_none() {
                merged.push(fresh);
            }
        }
        merged
    }
}

/// Returns the facts of a schema that can stand in a text: not its type, and nothing below it.
fn own_facts(schema: &Schema) -> Schema {
    let kind = match &schema.kind {
        Kind::Enum(values) => Kind::Enum(values.clone()),
        _ => Kind::Any,
    };
    Schema {
        kind,
        description: String::new(),
        from_text: Vec::new(),
        default: schema.default.clone(),
        minimum: schema.minimum,
        maximum: schema.maximum,
        min_length: schema.min_length,
        max_length: schema.max_length,
        min_items: schema.min_items,
        max_items: schema.max_items,
        pattern: schema.pattern.clone(),
        values: schema.values.clone(),
        unit: schema.unit.clone(),
        ..Schema::default()
    }
}

/// Adds the elements of the second list that the first does not have.
fn union(mut first: Vec<String>, second: Vec<String>) -> Vec<String> {
    for item in second {
        if !first.contains(&item) {
            first.push(item);
        }
    }
    first
}

fn find<'a>(values: &'a [EnumValue], value: &str) -> Option<&'a EnumValue> {
    values.iter().find(|known| known.value == value)
}

/// Follows references; `None` if one leads nowhere.
fn target<'a>(shared: &'a IndexMap<String, Schema>, schema: &'a Schema) -> Option<&'a Schema> {
    let mut target = schema;
    // A reference that leads to itself was repaired when the metadata was read.
    for _ in 0..=shared.len() {
        let Kind::Ref(name) = &target.kind else {
            return Some(target);
        };
        target = shared.get(name)?;
    }
    None
}

/// Returns the schema of a name that differs only in case, if it is of the same kind: upstream
/// corrects the spelling of names.
pub(super) fn same_but_for_case<'a>(
    name: &str,
    others: impl Iterator<Item = (&'a String, &'a Schema)>,
) -> impl Fn(&Schema) -> Option<&'a Schema> {
    let found: Vec<&Schema> = others
        .filter(|(other, _)| other.eq_ignore_ascii_case(name) && *other != name)
        .map(|(_, schema)| schema)
        .collect();
    move |fresh| {
        let mut fitting = found
            .iter()
            .filter(|old| same_shape(&old.kind, &fresh.kind));
        fitting.next().copied()
    }
}

/// Gives a new field the text and the decisions of the one whose spelling it corrects.
pub(super) fn take_decisions<'a>(fresh: &mut Schema, old: impl Fn(&Schema) -> Option<&'a Schema>) {
    if let Some(old) = old(fresh) {
        fresh.description.clone_from(&old.description);
        fresh.sensitive |= old.sensitive;
    }
}

/// Returns whether two types are of the same kind, whatever they contain.
pub(super) fn same_shape(old: &Kind, new: &Kind) -> bool {
    std::mem::discriminant(old) == std::mem::discriminant(new)
}

/// Returns whether two types are of the same kind and refer to the same shared schema, if to any.
fn is_alike(one: &Kind, other: &Kind) -> bool {
    match (one, other) {
        (Kind::Ref(one), Kind::Ref(other)) => one == other,
        (one, other) => same_shape(one, other),
    }
}

/// Returns whether the type in the specification stays where nothing is known about the last
/// import: it is the same as in the metadata, or more precise.
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
