//! Finds items that were probably renamed: removed under one name and added under another.

use super::change::Change;
use super::surface::{Node, OperationSurface, Surface};
use super::verdict::ChangeCode;
use std::collections::BTreeMap;

/// What is compared to recognise an item: its type and the names below it.
type Shape = String;

/// Adds a note to both changes of each item that was probably renamed: the names differ only in
/// case, or only one removed item and one added item of the same place have the same shape.
pub(super) fn annotate(changes: &mut [Change], old: &Surface, new: &Surface) {
    let mut groups: BTreeMap<String, [Vec<usize>; 2]> = BTreeMap::new();
    for (index, change) in changes.iter().enumerate() {
        let Some(side) = side(change.code) else {
            continue;
        };
        let (parent, _) = split(&change.at);
        groups.entry(parent.to_owned()).or_default()[side].push(index);
    }
    for [removed, added] in groups.into_values() {
        for (one, other) in pairs(changes, [old, new], &removed, &added) {
            let (from, to) = (split(&changes[one].at).1, split(&changes[other].at).1);
            let notes = [
                format!("perhaps renamed to {to}"),
                format!("perhaps it was {from}"),
            ];
            let [gone, came] = notes;
            changes[one].note = Some(gone);
            changes[other].note = Some(came);
        }
    }
}

/// Returns 0 for a removal and 1 for an addition.
fn side(code: ChangeCode) -> Option<usize> {
    match code {
        ChangeCode::OpRemoved
        | ChangeCode::ParamRemoved
        | ChangeCode::RequestFieldRemoved
        | ChangeCode::ResponseFieldRemoved => Some(0),
        ChangeCode::OpAdded
        | ChangeCode::OptionalParamAdded
        | ChangeCode::RequiredParamAdded
        | ChangeCode::RequestFieldAdded
        | ChangeCode::RequiredRequestFieldAdded
        | ChangeCode::ResponseFieldAdded => Some(1),
        _ => None,
    }
}

/// Splits a place into the place of its parent and its own name. An operation has no parent.
fn split(at: &str) -> (&str, &str) {
    match at.rfind(['?', '.', '#']) {
        // Names of operations can contain dots.
        Some(index) if at.contains(['?', '!', '#']) => at.split_at(index + 1),
        _ => ("", at),
    }
}

fn pairs(
    changes: &[Change],
    surfaces: [&Surface; 2],
    removed: &[usize],
    added: &[usize],
) -> Vec<(usize, usize)> {
    let name = |index: usize| split(&changes[index].at).1;
    let mut found: Vec<(usize, usize)> = Vec::new();
    for one in removed {
        let spelt: Vec<usize> = added
            .iter()
            .copied()
            .filter(|other| name(*one).eq_ignore_ascii_case(name(*other)))
            .collect();
        if let [other] = spelt[..] {
            found.push((*one, other));
        }
    }
    let is_free = |index: &usize| !found.iter().any(|(a, b)| a == index || b == index);
    let mut shapes: BTreeMap<Shape, [Vec<usize>; 2]> = BTreeMap::new();
    for (side, (indexes, surface)) in [removed, added].into_iter().zip(surfaces).enumerate() {
        for index in indexes.iter().filter(|index| is_free(index)) {
            if let Some(shape) = shape(surface, &changes[*index].at) {
                shapes.entry(shape).or_default()[side].push(*index);
            }
        }
    }
    for [removed, added] in shapes.into_values() {
        if let ([one], [other]) = (&removed[..], &added[..]) {
            found.push((*one, *other));
        }
    }
    found
}

/// Returns the shape of the item at a place, if it says enough to recognise it.
fn shape(surface: &Surface, at: &str) -> Option<Shape> {
    if !at.contains(['?', '!', '#']) {
        return operation_shape(surface.operations.get(at)?);
    }
    node_shape(find(surface, at)?)
}

fn operation_shape(operation: &OperationSurface) -> Option<Shape> {
    let mut parts: Vec<String> = operation.parameters.keys().cloned().collect();
    for response in operation.responses.values() {
        parts.extend(response.fields.keys().map(|name| format!("!{name}")));
    }
    parts.sort();
    (parts.len() >= 4).then(|| parts.join(" "))
}

/// Returns the shape of a structure or an enum. Scalars without values all look alike.
fn node_shape(node: &Node) -> Option<Shape> {
    if let Some(values) = &node.values {
        return (values.len() > 1).then(|| values.join("|"));
    }
    if let Some(name) = &node.reference {
        return Some(format!("#{name}"));
    }
    if let Some(items) = &node.items {
        return node_shape(items).map(|shape| format!("[{shape}]"));
    }
    let mut names: Vec<&str> = node.fields.keys().map(String::as_str).collect();
    names.sort_unstable();
    (names.len() > 1).then(|| names.join(" "))
}

/// Finds the schema at a place: `Op?Param.field[]`, `Op!200.field`, `#Shared.field`.
fn find<'a>(surface: &'a Surface, at: &str) -> Option<&'a Node> {
    let start = at.find(['?', '!', '#'])?;
    let (operation, rest) = (&at[..start], &at[start + 1..]);
    // Names of parameters can contain dots, so the longest name that exists counts.
    let longest = |names: &mut dyn Iterator<Item = (&'a String, &'a Node)>| {
        names
            .filter(|(name, _)| {
                let after = rest.strip_prefix(name.as_str());
                after.is_some_and(|after| after.is_empty() || after.starts_with(['.', '[', '{']))
            })
            .max_by_key(|(name, _)| name.len())
    };
    let found = match &at[start..=start] {
        "#" => longest(&mut surface.components.iter()),
        "?" => {
            let parameters = &surface.operations.get(operation)?.parameters;
            longest(&mut parameters.iter().map(|(name, it)| (name, &it.node)))
        }
        _ => longest(&mut surface.operations.get(operation)?.responses.iter()),
    };
    let (name, mut node) = found?;
    let mut rest = &rest[name.len()..];
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("[]") {
            (node, rest) = (node.items.as_deref()?, after);
        } else if let Some(after) = rest.strip_prefix("{}") {
            (node, rest) = (node.entries.as_deref()?, after);
        } else {
            let path = rest.strip_prefix('.')?;
            let (name, field) = node
                .fields
                .iter()
                .filter(|(name, _)| {
                    let after = path.strip_prefix(name.as_str());
                    after
                        .is_some_and(|after| after.is_empty() || after.starts_with(['.', '[', '{']))
                })
                .max_by_key(|(name, _)| name.len())?;
            (node, rest) = (field, &path[name.len()..]);
        }
    }
    Some(node)
}
