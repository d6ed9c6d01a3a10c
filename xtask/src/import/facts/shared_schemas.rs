//! Shared schemas as a whole: cycles, and the meaning of `required`.

use super::context::Context;
use crate::import::json::JsonPath;
use crate::import::report::Rule;
use alibabacloud_spec::{Kind, Property, Schema, Service};
use indexmap::IndexMap;
use std::collections::HashSet;

/// Replaces each shared schema that reaches itself through references, arrays and maps alone by any
/// JSON: such a type would be infinite. A cycle through an object is an ordinary recursive type.
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
                "it refers only to itself; replaced by any JSON",
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

/// Returns the shared schema behind references, arrays and maps, if no object comes first.
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

/// Makes optional each required property that leads back to its own shared schema: such a type
/// would be infinite. The published `required` is not reliable.
pub(super) fn open_cycles(cx: &mut Context<'_>, schemas: &mut IndexMap<String, Schema>) {
    let mut cycles = RequiredCycles::default();
    for name in schemas.keys() {
        cycles.visit(schemas, name);
    }
    for (owner, properties, target) in cycles.closing {
        let message = format!(
            "`{target}` would contain itself without end; `{}` of `{owner}` becomes optional",
            properties.join(".")
        );
        let path = JsonPath::ROOT.key("components");
        cx.find(
            Rule::RequiredCycleOpened,
            &path.key("schemas").key(&owner),
            message,
        );
        if let Some(schema) = schemas.get_mut(&owner) {
            relax(schema, &properties);
        }
    }
}

/// A depth-first search through required properties.
#[derive(Default)]
struct RequiredCycles {
    /// The shared schemas on the current path, outermost first.
    open: Vec<String>,
    done: HashSet<String>,
    /// What closes a cycle: the shared schema, the properties down to the one with the reference,
    /// and its target.
    closing: Vec<(String, Vec<String>, String)>,
}

impl RequiredCycles {
    fn visit(&mut self, schemas: &IndexMap<String, Schema>, name: &str) {
        if self.done.contains(name) {
            return;
        }
        self.open.push(name.to_owned());
        if let Some(schema) = schemas.get(name) {
            self.search(schemas, name, schema, &mut Vec::new());
        }
        self.open.pop();
        self.done.insert(name.to_owned());
    }

    fn search(
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
                None => self.search(schemas, owner, &field.schema, properties),
            }
            properties.pop();
        }
    }
}

/// Returns the shared schema behind a reference, through shared schemas that are references
/// themselves.
fn object_behind<'a>(schemas: &'a IndexMap<String, Schema>, schema: &'a Schema) -> Option<&'a str> {
    let mut found = None;
    let mut schema = schema;
    // `break_cycles` has removed endless references.
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

/// Clears `required` where a shared schema appears only in responses: the metadata marks properties
/// as required that are missing in practice.
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
