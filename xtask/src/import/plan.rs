//! What an import of metadata does to a specification, before anything is written. The import
//! carries it out, and `diff` prints it.

use super::merge::{self, Missing};
use super::report::{Inference, Report};
use super::texts::Texts;
use crate::diff::{Change, compare_specs};
use alibabacloud_spec::{Operation, Service};

/// What an import does to a specification.
#[derive(Debug)]
pub struct ImportPlan {
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
    texts: Texts,
    missing: &Missing,
    report: &mut Report,
) -> ImportPlan {
    let read = report.findings.len();
    let merged = merge::merge(base, ours.clone(), theirs, texts, missing, report);
    let mut changes = merged.changes;
    changes.extend(compare_specs(ours, &merged.service));
    let written = Written {
        before: ours,
        after: &merged.service,
        changes: &changes,
    };
    report.inferences.retain(|it| written.concerns(it));
    if base.is_some() {
        // Those of the merge are about this import.
        let mut index = 0;
        report.findings.retain(|finding| {
            index += 1;
            index > read || written.changes(finding.operation.as_deref())
        });
        let unsupported = &mut report.unsupported;
        unsupported.retain(|(operation, _)| written.changes(Some(operation)));
    }
    ImportPlan {
        service: merged.service,
        changes,
    }
}

/// What an import writes.
struct Written<'a> {
    before: &'a Service,
    after: &'a Service,
    changes: &'a [Change],
}

impl Written<'_> {
    /// Returns whether an operation changes; without a name, whether anything else does.
    fn changes(&self, operation: Option<&str>) -> bool {
        let (before, after) = (self.before, self.after);
        match operation {
            Some(name) => before.operation(name) != after.operation(name),
            None => {
                before.schemas != after.schemas
                    || before.endpoints != after.endpoints
                    || before.style != after.style
                    || before.operations.len() != after.operations.len()
            }
        }
    }

    /// Returns whether a conclusion is written: it is about an operation or a field that is new, or
    /// about a fact of a field that is in its text.
    fn concerns(&self, inference: &Inference) -> bool {
        let added = |operation: &&Operation| self.before.operation(&operation.name).is_none();
        let of_new = self.after.operation(&inference.operation).filter(added);
        let is_stated = inference.subject == "from-text";
        let is_of_it = |change: &&Change| {
            let of_operation = change
                .at
                .strip_prefix(inference.operation.as_str())
                .is_some_and(|rest| rest.starts_with(['?', '!']));
            let of_shared = inference.operation == "components" && change.at.starts_with('#');
            (of_operation || of_shared) && (is_stated || change.is_addition())
        };
        let of_field = is_stated || matches!(inference.subject, "sensitive" | "text");
        let mut names = self.changes.iter().filter(is_of_it).filter_map(|change| {
            let name = change.at.trim_end_matches(['[', ']', '{', '}']);
            name.rsplit(['?', '.', '#']).next()
        });
        let says = |name: &str| {
            let separators = [' ', ':', '.', '?', '!', '#', '[', ']', '{', '}'];
            inference.conclusion.split(separators).any(|it| it == name)
        };
        of_new.is_some() || of_field && names.any(says)
    }
}
