//! Shared schemas: which ones are used, in which direction, and which contain themselves.

use crate::names::{self, TypeScope};
use alibabacloud_spec::{Kind, Response, Schema, Service};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};

/// Whether a type is part of requests or of responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Only of requests.
    Request,
    /// Only of responses.
    Response,
    /// Both. Callers build it, and it has the integers of responses.
    Both,
}

/// The shared schemas of a service.
pub(super) struct Shared<'a> {
    schemas: &'a IndexMap<String, Schema>,
    names: BTreeMap<&'a str, String>,
    in_requests: BTreeSet<&'a str>,
    in_responses: BTreeSet<&'a str>,
    /// For each schema, the schemas that it contains by value at any depth.
    contains: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Shared<'a> {
    pub(super) fn new(service: &'a Service) -> Self {
        let schemas = &service.schemas;
        let names = type_names(schemas);
        let (mut in_requests, mut in_responses) = (BTreeSet::new(), BTreeSet::new());
        for operation in &service.operations {
            for parameter in &operation.parameters {
                reach(schemas, &parameter.schema, &mut in_requests);
            }
            if let Response::Json(schema) | Response::Events(schema) = &operation.response {
                reach(schemas, schema, &mut in_responses);
            }
        }
        let contains = schemas
            .keys()
            .map(|key| (key.as_str(), contained_in(schemas, key)))
            .collect();
        Self {
            schemas,
            names,
            in_requests,
            in_responses,
            contains,
        }
    }

    pub(super) fn schema(&self, key: &str) -> Option<&'a Schema> {
        self.schemas.get(key)
    }

    /// Returns the schemas that an operation uses, in the order of the specification.
    pub(super) fn used(&self) -> impl Iterator<Item = (&'a str, &'a Schema)> {
        self.schemas
            .iter()
            .map(|(key, schema)| (key.as_str(), schema))
            .filter(|(key, _)| self.in_requests.contains(key) || self.in_responses.contains(key))
    }

    /// Returns the name of a schema's type in the module `shared`. It is empty if there is no such
    /// schema.
    pub(super) fn type_name(&self, key: &str) -> String {
        self.names.get(key).cloned().unwrap_or_default()
    }

    /// Returns all schemas with the names of their types, which nested types of the module must not
    /// use.
    pub(super) fn type_names(&self) -> impl Iterator<Item = (&'a str, &str)> {
        self.names.iter().map(|(key, name)| (*key, name.as_str()))
    }

    pub(super) fn direction(&self, key: &str) -> Direction {
        match (
            self.in_requests.contains(key),
            self.in_responses.contains(key),
        ) {
            (true, true) => Direction::Both,
            (true, false) => Direction::Request,
            _ => Direction::Response,
        }
    }

    /// Whether a field of type `field` in `owner` would make `owner` infinitely large.
    pub(super) fn recurses(&self, owner: &str, field: &str) -> bool {
        owner == field
            || self
                .contains
                .get(field)
                .is_some_and(|contains| contains.contains(owner))
    }
}

/// Returns the name of each schema's type. Chosen names are claimed first.
fn type_names(schemas: &IndexMap<String, Schema>) -> BTreeMap<&str, String> {
    let mut scope = TypeScope::default();
    let mut names = BTreeMap::new();
    for (key, schema) in schemas {
        if let Some(chosen) = &schema.rust_name {
            names.insert(key.as_str(), scope.claim(chosen, "Shared"));
        }
    }
    for key in schemas.keys() {
        names
            .entry(key.as_str())
            .or_insert_with(|| scope.claim(&names::pascal(key), "Shared"));
    }
    names
}

/// Adds all schemas that a schema refers to, directly or indirectly.
fn reach<'a>(
    schemas: &'a IndexMap<String, Schema>,
    schema: &'a Schema,
    found: &mut BTreeSet<&'a str>,
) {
    each_reference(schema, true, &mut |key| {
        if found.insert(key) {
            if let Some(target) = schemas.get(key) {
                reach(schemas, target, found);
            }
        }
    });
}

/// Returns the schemas that a schema contains by value: those that are not in a list or map.
fn contained_in<'a>(schemas: &'a IndexMap<String, Schema>, key: &str) -> BTreeSet<&'a str> {
    let mut contained = BTreeSet::new();
    let mut open: Vec<&'a Schema> = schemas.get(key).into_iter().collect();
    while let Some(schema) = open.pop() {
        each_reference(schema, false, &mut |inner| {
            if contained.insert(inner) {
                open.extend(schemas.get(inner));
            }
        });
    }
    contained
}

fn each_reference<'a>(schema: &'a Schema, into_containers: bool, visit: &mut dyn FnMut(&'a str)) {
    match &schema.kind {
        Kind::Ref(key) => visit(key),
        Kind::Object(properties) => {
            for property in properties.values() {
                each_reference(&property.schema, into_containers, visit);
            }
        }
        Kind::Array(inner) | Kind::Map(inner) if into_containers => {
            each_reference(inner, into_containers, visit);
        }
        _ => {}
    }
}
