//! The services that the emulator serves.

use crate::oos::{self, Handler};
use alibabacloud_spec::{Kind, Operation, Schema, Service};
use std::collections::{HashMap, HashSet};

/// A specification, and what is derived from it once.
#[derive(Debug)]
pub(crate) struct ServedService {
    pub(crate) service: Service,
    operations: Vec<ServedOperation>,
    by_name: HashMap<String, usize>,
}

/// What is derived once from an operation.
#[derive(Debug)]
pub(crate) struct ServedOperation {
    /// The code of an operation that keeps state; `None` for synthetic responses.
    pub(crate) handler: Option<Handler>,
    /// Parameters whose values must not be logged.
    pub(crate) secret: HashSet<String>,
}

/// The operation of a service that a request is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    served: &'a ServedService,
    index: usize,
}

impl<'a> Target<'a> {
    pub(crate) fn service(self) -> &'a Service {
        &self.served.service
    }

    pub(crate) fn operation(self) -> &'a Operation {
        &self.served.service.operations[self.index]
    }

    pub(crate) fn served(self) -> &'a ServedOperation {
        &self.served.operations[self.index]
    }
}

impl ServedService {
    pub(crate) fn new(service: Service) -> Self {
        let operations = service
            .operations
            .iter()
            .map(|operation| ServedOperation {
                handler: oos::handler(&service, &operation.name),
                secret: operation
                    .parameters
                    .iter()
                    .filter(|parameter| holds_secret(&service, &parameter.schema, 0))
                    .map(|parameter| parameter.name.clone())
                    .collect(),
            })
            .collect();
        let by_name = service
            .operations
            .iter()
            .enumerate()
            .map(|(index, operation)| (operation.name.clone(), index))
            .collect();
        Self {
            service,
            operations,
            by_name,
        }
    }

    /// Returns the operation of this name.
    pub(crate) fn operation(&self, name: &str) -> Option<Target<'_>> {
        self.by_name.get(name).map(|&index| self.target(index))
    }

    /// Returns the operation at an index of the specification.
    pub(crate) fn target(&self, index: usize) -> Target<'_> {
        Target {
            served: self,
            index,
        }
    }
}

/// Returns whether values of this type hold secrets. Recursive types are followed a few levels.
fn holds_secret(service: &Service, schema: &Schema, depth: usize) -> bool {
    if schema.sensitive || depth > 8 {
        return schema.sensitive;
    }
    match &schema.kind {
        Kind::Array(inner) | Kind::Map(inner) => holds_secret(service, inner, depth + 1),
        Kind::Object(properties) => properties
            .values()
            .any(|property| holds_secret(service, &property.schema, depth + 1)),
        Kind::Ref(name) => service
            .schemas
            .get(name)
            .is_some_and(|schema| holds_secret(service, schema, depth + 1)),
        _ => false,
    }
}
