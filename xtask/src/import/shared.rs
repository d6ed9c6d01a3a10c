//! Shared schemas as a whole: circles that never end, and what `required` means where.

use super::context::Context;
use super::json::Path;
use super::report::Rule;
use alibabacloud_spec::{Kind, Property, Schema, Service};
use indexmap::IndexMap;
use std::collections::HashSet;

/// A shared schema that reaches itself through references, arrays and maps alone has no end: there is no type for it.
/// It becomes any JSON. A circle through an object is an ordinary recursive type.
pub(super) fn break_cycles(cx: &mut Context<'_>, schemas: &mut IndexMap<String, Schema>) {
    let endless: Vec<String> = schemas
        .keys()
        .filter(|name| is_endless(schemas, name))
        .cloned()
        .collect();
    for name in endless {
        if let Some(schema) = schemas.get_mut(&name) {
            schema.kind = Kind::Any;
            let (components, key) = (Path::ROOT.key("components"), "schemas");
            cx.find(
                Rule::RefCycleAny,
                &components.key(key).key(&name),
                "it refers to nothing but itself; any JSON is taken",
            );
        }
    }
}

fn is_endless(schemas: &IndexMap<String, Schema>, start: &str) -> bool {
    let mut seen = HashSet::from([start]);
    let mut next = schemas.get(start).and_then(only_target);
    while let Some(name) = next {
        if name == start {
            return true;
        }
        if !seen.insert(name) {
            return false;
        }
        next = schemas.get(name).and_then(only_target);
    }
    false
}

/// The shared schema that stands behind references, arrays and maps, if no object comes first.
fn only_target(schema: &Schema) -> Option<&str> {
    let mut schema = schema;
    loop {
        match &schema.kind {
            Kind::Ref(name) => return Some(name),
            Kind::Array(inner) | Kind::Map(inner) => schema = inner,
            _ => return None,
        }
    }
}

/// Upstream marks properties of answers as required that are missing in practice. Only shared schemas that travel in requests
/// keep the mark.
pub(super) fn relax_answers(service: &mut Service) {
    let mut requested = HashSet::new();
    let mut queue: Vec<String> = Vec::new();
    for parameter in service.operations.iter().flat_map(|op| &op.parameters) {
        collect_targets(&parameter.schema, &mut queue);
    }
    while let Some(name) = queue.pop() {
        if let Some(schema) = service.schemas.get(&name) {
            if requested.insert(name) {
                collect_targets(schema, &mut queue);
            }
        }
    }
    for (name, schema) in &mut service.schemas {
        if !requested.contains(name) {
            clear_required(schema);
        }
    }
}

fn collect_targets(schema: &Schema, targets: &mut Vec<String>) {
    match &schema.kind {
        Kind::Ref(name) => targets.push(name.clone()),
        Kind::Array(inner) | Kind::Map(inner) => collect_targets(inner, targets),
        Kind::Object(properties) => {
            for Property { schema, .. } in properties.values() {
                collect_targets(schema, targets);
            }
        }
        _ => {}
    }
}

fn clear_required(schema: &mut Schema) {
    match &mut schema.kind {
        Kind::Array(inner) | Kind::Map(inner) => clear_required(inner),
        Kind::Object(properties) => {
            for property in properties.values_mut() {
                property.required = false;
                clear_required(&mut property.schema);
            }
        }
        _ => {}
    }
}
