//! Which changes concern a program: those of the operations that it calls, and of what all
//! operations share.

use super::change::Change;
use super::notes::{ReleaseNote, ReleaseNotes};
use alibabacloud_spec::{Kind, Operation, Schema, Service};
use cargo_acs_policy::LinkedOperations;
use std::collections::BTreeSet;

/// The operations of a service that a program calls.
#[derive(Debug, Default)]
pub(super) struct CalledOperations {
    called: BTreeSet<String>,
    /// The operations that it does not call.
    others: BTreeSet<String>,
    /// The shared schemas that the called operations contain.
    schemas: BTreeSet<String>,
    /// The waiters that poll operations that it does not call.
    other_waiters: BTreeSet<String>,
}

impl CalledOperations {
    /// Finds the operations in a program, and what they contain in the versions of the service.
    pub(super) fn new(linked: &LinkedOperations, versions: &[&Service]) -> Self {
        let mut found = Self::default();
        for service in versions {
            for operation in &service.operations {
                let is_called = linked.operations.iter().any(|id| {
                    (&id.product, &id.version, &id.name)
                        == (&service.code, &service.version, &operation.name)
                });
                if is_called {
                    found.called.insert(operation.name.clone());
                    found.add_schemas(service, operation);
                } else {
                    found.others.insert(operation.name.clone());
                }
            }
            for waiter in &service.waiters {
                if !found.called.contains(&waiter.operation) {
                    found.other_waiters.insert(waiter.name.clone());
                }
            }
        }
        found
    }

    /// Returns whether the program calls nothing of the service.
    pub(super) fn is_empty(&self) -> bool {
        self.called.is_empty()
    }

    /// Returns whether a change is one of a called operation, or of all.
    pub(super) fn concern(&self, change: &Change) -> bool {
        if let Some(at) = change.at.strip_prefix('#') {
            let name = at.split(['.', '[', '{', ' ']).next().unwrap_or_default();
            return self.schemas.contains(name);
        }
        if let Some(waiter) = change.at.strip_prefix("waiter ") {
            return !self.other_waiters.contains(waiter);
        }
        let name = change.at.split(['?', '!', ' ']).next().unwrap_or_default();
        !self.others.contains(name)
    }

    /// Keeps the release notes of called operations.
    pub(super) fn retain_notes(&self, notes: &mut ReleaseNotes) {
        let is_called = |note: &ReleaseNote| self.called.contains(&note.operation);
        notes.entries.retain(is_called);
    }

    fn add_schemas(&mut self, service: &Service, operation: &Operation) {
        let parameters = operation.parameters.iter().map(|p| &p.schema);
        for schema in parameters.chain(operation.response.schema()) {
            self.add_schema(service, schema);
        }
    }

    fn add_schema(&mut self, service: &Service, schema: &Schema) {
        match &schema.kind {
            Kind::Array(inner) | Kind::Map(inner) => self.add_schema(service, inner),
            Kind::Object(fields) => {
                for field in fields.values() {
                    self.add_schema(service, &field.schema);
                }
            }
            Kind::Ref(name) if self.schemas.insert(name.clone()) => {
                if let Some(shared) = service.schemas.get(name) {
                    self.add_schema(service, shared);
                }
            }
            _ => {}
        }
    }
}
