//! Shared schemas as a whole: circles that never end, and what `required` means where.

use super::context::Context;
use crate::import::json::JsonPath;
use crate::import::report::Rule;
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
            let (components, key) = (JsonPath::ROOT.key("components"), "schemas");
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

/// A required property that leads back to its own shared schema has no end either. Upstream's `required` is not reliable: the property
/// that closes such a circle is taken as optional.
pub(super) fn open_circles(cx: &mut Context<'_>, schemas: &mut IndexMap<String, Schema>) {
    let mut circles = Circles::default();
    for name in schemas.keys() {
        circles.visit(schemas, name);
    }
    for (owner, properties, target) in circles.closing {
        let message = format!(
            "every `{target}` would contain another; `{}` of `{owner}` is taken as optional",
            properties.join(".")
        );
        let path = JsonPath::ROOT.key("components");
        cx.find(
            Rule::RequiredCircleOpened,
            &path.key("schemas").key(&owner),
            message,
        );
        if let Some(schema) = schemas.get_mut(&owner) {
            relax(schema, &properties);
        }
    }
}

/// A walk through required properties, depth first.
#[derive(Default)]
struct Circles {
    /// Shared schemas that are being walked, from the outermost.
    open: Vec<String>,
    done: HashSet<String>,
    /// What leads back: the shared schema, the properties down to the one with the reference, and its target.
    closing: Vec<(String, Vec<String>, String)>,
}

impl Circles {
    fn visit(&mut self, schemas: &IndexMap<String, Schema>, name: &str) {
        if self.done.contains(name) {
            return;
        }
        self.open.push(name.to_owned());
        if let Some(schema) = schemas.get(name) {
            self.walk(schemas, name, schema, &mut Vec::new());
        }
        self.open.pop();
        self.done.insert(name.to_owned());
    }

    fn walk(
        &mut self,
        schemas: &IndexMap<String, Schema>,
        owner: &str,
        schema: &Schema,
        properties: &mut Vec<String>,
    ) {
        let Kind::Object(fields) = &schema.kind else {
            return;
        };
        for (name, field) in fields.iter().filter(|(_, field)| field.required) {
            properties.push(name.clone());
            match object_behind(schemas, &field.schema) {
                Some(target) if self.open.iter().any(|open| open == target) => {
                    let closing = (owner.to_owned(), properties.clone(), target.to_owned());
                    self.closing.push(closing);
                }
                Some(target) => self.visit(schemas, target),
                None => self.walk(schemas, owner, &field.schema, properties),
            }
            properties.pop();
        }
    }
}

/// The shared schema behind a reference, and behind those that are themselves nothing but a reference.
fn object_behind<'a>(schemas: &'a IndexMap<String, Schema>, schema: &'a Schema) -> Option<&'a str> {
    let mut found = None;
    let mut schema = schema;
    // Endless references are gone by now.
    while let Kind::Ref(name) = &schema.kind {
        found = Some(name.as_str());
        schema = schemas.get(name)?;
    }
    found
}

fn relax(schema: &mut Schema, properties: &[String]) {
    let (Kind::Object(fields), [first, rest @ ..]) = (&mut schema.kind, properties) else {
        return;
    };
    if let Some(field) = fields.get_mut(first) {
        if rest.is_empty() {
            field.required = false;
        } else {
            relax(&mut field.schema, rest);
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
