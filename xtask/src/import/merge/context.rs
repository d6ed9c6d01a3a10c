//! What every part of a merge needs: the treatment of missing parts, and the report.

use crate::import::json::JsonPath;
use crate::import::report::{Report, Rule};
use alibabacloud_spec::Schema;
use indexmap::IndexMap;

/// What happens to parts of the specification that the metadata does not mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// They stay and are reported.
    Keep,
    /// They are removed and reported.
    Prune,
}

/// Which side decides whether a property is required; it depends on where the schema is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequiredSource {
    /// The metadata, in requests: it says what the service requires.
    Metadata,
    /// The specification, in responses: a person decided what is always present.
    Specification,
    /// Either of them, in shared schemas.
    Either,
}

/// The state of a merge.
pub(super) struct MergeContext<'a> {
    /// What happens to parts that the metadata does not mention.
    pub(super) missing: Missing,
    /// Shared schemas of the metadata.
    pub(super) shared: &'a IndexMap<String, Schema>,
    /// The report that takes the findings.
    pub(super) report: &'a mut Report,
}

impl MergeContext<'_> {
    /// Records what a rule did.
    pub(super) fn note(&mut self, rule: Rule, operation: &str, message: &str) {
        spec_path(self.report, rule, operation, message);
    }

    /// Returns whether a part that the metadata does not mention stays, and reports it.
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

/// Reports a finding about a place of the specification that has no path in the metadata.
pub(super) fn spec_path(report: &mut Report, rule: Rule, operation: &str, message: &str) {
    report.find(
        rule,
        Some(operation),
        &JsonPath::ROOT.key("apis").key(operation),
        message,
    );
}
