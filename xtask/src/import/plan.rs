//! What an import of metadata does to a specification, before anything is written. The import
//! carries it out, and `diff` prints it.

use super::digest;
use super::merge::{self, Missing};
use super::report::{Finding, Inference, Report};
use crate::diff::{Change, compare_specs};
use alibabacloud_spec::{Operation, Service};
use std::collections::BTreeSet;

/// What an import does to a specification.
#[derive(Debug)]
pub struct Plan {
    /// The specification after the import.
    pub service: Service,
    /// All changes, and what the import found but does not change.
    pub changes: Vec<Change>,
}

/// Merges metadata into a specification. `base` are the facts of the last import, if they are
/// known; the report then keeps only what concerns the changes since.
pub fn plan(
    ours: &Service,
    base: Option<&Service>,
    theirs: Service,
    missing: &Missing,
    report: &mut Report,
) -> Plan {
    match base {
        Some(base) => Changed::between(base, &digest::service(&theirs), ours).retain(report),
        // Conclusions about what the specification has are not written, except in new fields.
        None => report.inferences.retain(|inference| {
            is_of_field(inference) || is_new(ours, &inference.operation)
        }),
    }
    let merged = merge::merge(base, ours.clone(), theirs, missing, report);
    let mut changes = merged.changes;
    changes.extend(compare_specs(ours, &merged.service));
    Plan {
        service: merged.service,
        changes,
    }
}

/// Returns whether a conclusion is about a field, which can be new.
fn is_of_field(inference: &Inference) -> bool {
    matches!(inference.subject, "sensitive" | "text")
}

/// Returns whether a conclusion is about an operation that the specification does not have.
fn is_new(ours: &Service, operation: &str) -> bool {
    let is_whole = matches!(operation, "components" | "the product");
    !is_whole && ours.operation(operation).is_none()
}

/// The parts of the metadata that changed since the last import.
struct Changed {
    operations: BTreeSet<String>,
    /// Those that the specification does not have yet.
    added: BTreeSet<String>,
    /// Whether anything that is not in an operation changed.
    product: bool,
}

impl Changed {
    fn between(base: &Service, theirs: &Service, ours: &Service) -> Self {
        let is_changed = |new: &&Operation| base.operation(&new.name) != Some(*new);
        let names = |operation: &Operation| operation.name.clone();
        let changed = theirs.operations.iter().filter(is_changed);
        let operations: BTreeSet<String> = changed.map(names).collect();
        let added = operations.iter().filter(|name| ours.operation(name).is_none());
        Self {
            added: added.cloned().collect(),
            product: base.schemas != theirs.schemas
                || base.endpoints != theirs.endpoints
                || base.style != theirs.style,
            operations,
        }
    }

    /// Removes what the last import reported already, and conclusions that are not written.
    fn retain(&self, report: &mut Report) {
        report.findings.retain(|Finding { operation, .. }| match operation {
            Some(name) => self.operations.contains(name),
            None => self.product,
        });
        report.inferences.retain(
            |inference| {
                let operation = &inference.operation;
                self.added.contains(operation)
                    || (is_of_field(inference) && self.operations.contains(operation))
                    || (operation == "components" && self.product)
            },
        );
        let is_changed = |name: &String| self.operations.contains(name);
        report.unsupported.retain(|(name, _)| is_changed(name));
    }
}
