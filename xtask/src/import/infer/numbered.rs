//! Lists that are published as one parameter for each element: `Filter.1.Key`, `Filter.1.Value`,
//! `Filter.2.Key` and so on.

use crate::import::report::{Confidence, Report};
use alibabacloud_spec::{
    Kind, Operation, Parameter, ParameterPlace, ParameterStyle, Property, Schema,
};
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// The largest number in a name. A greater one is part of the name.
const MOST_ELEMENTS: u64 = 1000;

/// A name with the number of an element: list, number and field.
struct Numbered<'n> {
    list: &'n str,
    number: u64,
    field: Option<&'n str>,
}

impl<'n> Numbered<'n> {
    fn parse(name: &'n str) -> Option<Self> {
        let (list, rest) = name.split_once('.')?;
        let (number, field) = match rest.split_once('.') {
            Some((number, field)) => (number, Some(field)),
            None => (rest, None),
        };
        let is_number = !number.starts_with('0') && number.bytes().all(|b| b.is_ascii_digit());
        let number = number
            .parse()
            .ok()
            .filter(|n| is_number && *n <= MOST_ELEMENTS)?;
        let plain = !list.is_empty() && field.is_none_or(|f| !f.is_empty() && !f.contains('.'));
        plain.then_some(Self {
            list,
            number,
            field,
        })
    }
}

/// Replaces the parameters of each such list by one parameter, which is sent in the same form.
pub(super) fn group(operation: &mut Operation, report: &mut Report) {
    let lists: BTreeSet<String> = operation
        .parameters
        .iter()
        .filter_map(|parameter| Numbered::parse(&parameter.name))
        .map(|name| name.list.to_owned())
        .collect();
    for list in lists {
        let (mut members, others): (Vec<_>, Vec<_>) = std::mem::take(&mut operation.parameters)
            .into_iter()
            .enumerate()
            .partition(|(_, parameter)| is_member(parameter, &list));
        let names: Vec<&str> = members.iter().map(|(_, p)| p.name.as_str()).collect();
        let names = names.join(", ");
        if others.iter().any(|(_, other)| repeats(other, &members)) {
            members.clear();
            let message = format!("{names} repeat elements of {list}");
            report.infer("list", &operation.name, Confidence::High, message);
        } else if let Some(parameter) = grouped(&members, &others, &list) {
            let message = format!("{list} is the list of {names}");
            report.infer("list", &operation.name, Confidence::High, message);
            members.truncate(1);
            members[0].1 = parameter;
        }
        members.extend(others);
        members.sort_by_key(|(index, _)| *index);
        operation.parameters = members
            .into_iter()
            .map(|(_, parameter)| parameter)
            .collect();
    }
}

fn is_member(parameter: &Parameter, list: &str) -> bool {
    Numbered::parse(&parameter.name).is_some_and(|name| name.list == list)
}

/// Returns whether a list is published, too, and sends each of the members in the same form.
fn repeats(list: &Parameter, members: &[(usize, Parameter)]) -> bool {
    let flat = matches!(
        list.style,
        ParameterStyle::RepeatList | ParameterStyle::Flat
    );
    let Kind::Array(items) = &list.schema.kind else {
        return false;
    };
    flat && members.iter().all(|(_, member)| {
        let Some(name) = Numbered::parse(&member.name).filter(|name| name.list == list.name) else {
            return false;
        };
        let same_place = member.place == list.place && !member.required;
        same_place
            && match name.field {
                Some(field) => items
                    .kind
                    .properties()
                    .is_some_and(|fields| fields.contains_key(field)),
                None => items.kind.is_scalar(),
            }
    })
}

/// Returns the parameter that takes the place of the members of a list; `None` if they are not one.
fn grouped(
    members: &[(usize, Parameter)],
    others: &[(usize, Parameter)],
    list: &str,
) -> Option<Parameter> {
    let (_, first) = members.first()?;
    let related = |other: &str| {
        other
            .strip_prefix(list)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    if others.iter().any(|(_, other)| related(&other.name)) {
        return None;
    }
    let mut fields: IndexMap<&str, Vec<&Parameter>> = IndexMap::new();
    let mut numbers = BTreeSet::new();
    for (_, member) in members {
        let name = Numbered::parse(&member.name)?;
        let scalar = member.schema.kind.is_scalar() && member.style == ParameterStyle::Plain;
        let listed = matches!(member.place, ParameterPlace::Query | ParameterPlace::Form);
        if !scalar || !listed || member.place != first.place {
            return None;
        }
        numbers.insert(name.number);
        fields
            .entry(name.field.unwrap_or_default())
            .or_default()
            .push(member);
    }
    // Without a gap from 1, the highest number is the number of elements.
    let most = u64::try_from(numbers.len()).ok()?;
    if numbers.first() != Some(&1) || numbers.last() != Some(&most) {
        return None;
    }
    let simple = fields.contains_key("");
    if simple && fields.len() > 1 {
        return None;
    }
    let mut properties = IndexMap::new();
    for (field, members) in fields {
        let required = members.iter().all(|member| member.required);
        let schema = merged(&members)?;
        properties.insert(field.to_owned(), Property { schema, required });
    }
    let items = match properties.shift_remove("") {
        Some(property) => property.schema,
        None => Schema {
            kind: Kind::Object(properties),
            ..Schema::default()
        },
    };
    let all_deprecated = members.iter().all(|(_, member)| member.schema.deprecated);
    Some(Parameter {
        name: list.to_owned(),
        place: first.place,
        style: ParameterStyle::RepeatList,
        required: members.iter().any(|(_, member)| member.required),
        schema: Schema {
            kind: Kind::Array(Box::new(items)),
            deprecated: all_deprecated,
            // A single member is only the pattern of the others.
            max_items: Some(most).filter(|most| *most > 1),
            ..Schema::default()
        },
    })
}

/// Merges what the members say about the same field; `None` if their types differ.
fn merged(members: &[&Parameter]) -> Option<Schema> {
    let (first, others) = members.split_first()?;
    let mut schema = first.schema.clone();
    for other in others {
        match (&mut schema.kind, &other.schema.kind) {
            (Kind::Enum(known), Kind::Enum(more)) => {
                for value in more {
                    if known.iter().all(|k| k.value != value.value) {
                        known.push(value.clone());
                    }
                }
            }
            (known, other) if known == other => {}
            _ => return None,
        }
        let other = &other.schema;
        schema.deprecated &= other.deprecated;
        schema.sensitive |= other.sensitive;
        widen(&mut schema.minimum, other.minimum, |a, b| a <= b);
        widen(&mut schema.maximum, other.maximum, |a, b| a >= b);
        widen(&mut schema.min_length, other.min_length, |a, b| a <= b);
        widen(&mut schema.max_length, other.max_length, |a, b| a >= b);
        if schema.pattern != other.pattern {
            schema.pattern = None;
        }
        if schema.default != other.default {
            schema.default = None;
        }
    }
    let same = |other: &&Parameter| other.schema.description == schema.description;
    if !others.iter().all(same) {
        let texts: Vec<String> = members
            .iter()
            .filter(|member| !member.schema.description.is_empty())
            .map(|member| {
                format!(
                    "`{}`: {}",
                    member.name,
                    member.schema.description.trim_end()
                )
            })
            .collect();
        schema.description = texts.join("\n\n");
    }
    Some(schema)
}

/// Keeps the limit that allows more.
fn widen<T: Copy>(limit: &mut Option<T>, other: Option<T>, allows_more: fn(T, T) -> bool) {
    *limit = match (*limit, other) {
        (Some(a), Some(b)) => Some(if allows_more(a, b) { a } else { b }),
        _ => None,
    };
}

/// Splits the lists of new metadata that the specification has as one parameter for each element.
/// Their form is a promise to callers.
pub(super) fn split(old: &Operation, new: &mut Operation) {
    let numbered: Vec<(Numbered<'_>, &Parameter)> = old
        .parameters
        .iter()
        .filter(|parameter| new.parameter(&parameter.name).is_none())
        .filter_map(|parameter| Some((Numbered::parse(&parameter.name)?, parameter)))
        .collect();
    if numbered.is_empty() {
        return;
    }
    for list in std::mem::take(&mut new.parameters) {
        let of_list = || numbered.iter().filter(|(name, _)| name.list == list.name);
        let (Some(highest), Kind::Array(items)) = (
            of_list().map(|(name, _)| name.number).max(),
            &list.schema.kind,
        ) else {
            new.parameters.push(list);
            continue;
        };
        if old.parameter(&list.name).is_some() {
            // Members that repeat elements of the list are still in the metadata.
            let repeated = of_list().map(|(_, parameter)| (*parameter).clone());
            new.parameters.extend(repeated);
            new.parameters.push(list);
            continue;
        }
        let most = list.schema.max_items.unwrap_or(1).max(highest);
        for number in 1..=most.min(MOST_ELEMENTS) {
            let name = format!("{}.{number}", list.name);
            let Kind::Object(fields) = &items.kind else {
                new.parameters.push(member(old, &list, name, items));
                continue;
            };
            for (field, property) in fields {
                let name = format!("{name}.{field}");
                new.parameters
                    .push(member(old, &list, name, &property.schema));
            }
        }
    }
}

fn member(old: &Operation, list: &Parameter, name: String, schema: &Schema) -> Parameter {
    let known = old.parameter(&name);
    Parameter {
        place: list.place,
        style: ParameterStyle::Plain,
        required: known.is_some_and(|known| known.required),
        schema: Schema {
            deprecated: schema.deprecated || list.schema.deprecated,
            ..schema.clone()
        },
        name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_between_dots() {
        let parsed = |name: &'static str| {
            Numbered::parse(name).map(|name| (name.list, name.number, name.field))
        };
        assert_eq!(parsed("Filter.1.Key"), Some(("Filter", 1, Some("Key"))));
        assert_eq!(parsed("AddGroup.12"), Some(("AddGroup", 12, None)));
        for other in [
            "Filter",
            "Filter.Key",
            "Filter.N.Key",
            "Filter.01",
            "Filter.0",
            "Filter.+1",
            "Filter.",
            ".1.Key",
            "Filter.1.",
            "Filter.1.Value.1",
            "Version.20240101",
            "Filter.1.Key.",
        ] {
            assert_eq!(parsed(other), None, "{other}");
        }
    }
}
