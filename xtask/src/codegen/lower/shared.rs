//! Shared schemas: which are used, which way they travel, which contain themselves.

use crate::codegen::names::{self, TypeScope};
use alibabacloud_spec::{Kind, Response, Schema, Service};
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};

/// Which way a type travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Only to the service.
    Request,
    /// Only from the service.
    Answer,
    /// Both ways. It is built by callers, and has the integers of answers.
    Both,
}

/// What is known about the shared schemas of a service.
pub(super) struct Shared<'a> {
    schemas: &'a IndexMap<String, Schema>,
    names: BTreeMap<&'a str, String>,
    sent: BTreeSet<&'a str>,
    received: BTreeSet<&'a str>,
    /// For each schema those that lie in it by value, however deep.
    holds: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Shared<'a> {
    pub(super) fn new(service: &'a Service) -> Self {
        let schemas = &service.schemas;
        let mut scope = TypeScope::default();
        let names = schemas
            .keys()
            .map(|key| (key.as_str(), scope.claim(&names::pascal(key), "Shared")))
            .collect();
        let (mut sent, mut received) = (BTreeSet::new(), BTreeSet::new());
        for operation in &service.operations {
            for parameter in &operation.parameters {
                reach(schemas, &parameter.schema, &mut sent);
            }
            if let Response::Json(schema) | Response::Events(schema) = &operation.response {
                reach(schemas, schema, &mut received);
            }
        }
        let holds = schemas
            .keys()
            .map(|key| (key.as_str(), held_by(schemas, key)))
            .collect();
        Self {
            schemas,
            names,
            sent,
            received,
            holds,
        }
    }

    pub(super) fn schema(&self, key: &str) -> Option<&'a Schema> {
        self.schemas.get(key)
    }

    /// The schemas that some operation uses, in order.
    pub(super) fn used(&self) -> impl Iterator<Item = (&'a str, &'a Schema)> {
        self.schemas
            .iter()
            .map(|(key, schema)| (key.as_str(), schema))
            .filter(|(key, _)| self.sent.contains(key) || self.received.contains(key))
    }

    /// Its name in the module `shared`; empty for a schema that does not exist.
    pub(super) fn type_name(&self, key: &str) -> String {
        self.names.get(key).cloned().unwrap_or_default()
    }

    /// All names, which nested types of the module must leave alone.
    pub(super) fn type_names(&self) -> impl Iterator<Item = &str> {
        self.names.values().map(String::as_str)
    }

    pub(super) fn direction(&self, key: &str) -> Direction {
        match (self.sent.contains(key), self.received.contains(key)) {
            (true, true) => Direction::Both,
            (true, false) => Direction::Request,
            _ => Direction::Answer,
        }
    }

    /// Whether a field of type `held` inside of `owner` would make it infinitely large.
    pub(super) fn recurses(&self, owner: &str, held: &str) -> bool {
        owner == held
            || self
                .holds
                .get(held)
                .is_some_and(|holds| holds.contains(owner))
    }
}

/// Everything a schema refers to, through whatever lies between.
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

/// What lies in a schema by value: references that no list or map stands before.
fn held_by<'a>(schemas: &'a IndexMap<String, Schema>, key: &str) -> BTreeSet<&'a str> {
    let mut held = BTreeSet::new();
    let mut open: Vec<&'a Schema> = schemas.get(key).into_iter().collect();
    while let Some(schema) = open.pop() {
        each_reference(schema, false, &mut |inner| {
            if held.insert(inner) {
                open.extend(schemas.get(inner));
            }
        });
    }
    held
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
