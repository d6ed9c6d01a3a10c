//! What every part of a merge needs: what becomes of missing parts, and the report.

use crate::import::json::JsonPath;
use crate::import::report::{Report, Rule};
use alibabacloud_spec::Schema;
use indexmap::IndexMap;

/// Whether what the metadata does not mention is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It stays, and is reported.
    Keep,
    /// It goes, and is reported.
    Prune,
}

/// Where a schema is used; decides whose word `required` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequiredSource {
    /// The metadata says what the service demands.
    Metadata,
    /// A person says what is always there.
    Specification,
    /// Either of them.
    Either,
}

/// A merge on its way.
pub(super) struct MergeContext<'a> {
    /// What becomes of what the metadata does not mention.
    pub(super) missing: Missing,
    /// Shared schemas of the metadata.
    pub(super) shared: &'a IndexMap<String, Schema>,
    /// Where findings go.
    pub(super) report: &'a mut Report,
}

impl MergeContext<'_> {
    /// Records what a rule did.
    pub(super) fn note(&mut self, rule: Rule, operation: &str, message: &str) {
        spec_path(self.report, rule, operation, message);
    }

    /// Whether something that the metadata does not mention stays; reported either way.
    pub(super) fn keep_missing(&mut self, operation: &str, what: &str) -> bool {
        let keep = self.missing == Missing::Keep;
        let (rule, verb) = if keep {
            (Rule::MissingKept, "was kept")
        } else {
            (Rule::MissingRemoved, "was removed")
        };
        self.note(
            rule,
            operation,
            &format!("{what} is not in the metadata and {verb}"),
        );
        keep
    }
}

/// A place in the report that is no place in the metadata.
pub(super) fn spec_path(report: &mut Report, rule: Rule, operation: &str, message: &str) {
    report.find(
        rule,
        Some(operation),
        &JsonPath::ROOT.key("apis").key(operation),
        message,
    );
}
