//! What every part of a merge needs: the treatment of missing parts, upstream then, and the report.

use crate::diff::{Change, ChangeCode};
use crate::import::digest;
use crate::import::json::JsonPath;
use crate::import::report::{Report, Rule};
use crate::import::texts::Texts;
use alibabacloud_spec::{Schema, Service};
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// What happens to parts of the specification that the metadata does not mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// They stay.
    Keep,
    /// They are removed and reported.
    Prune,
    /// Those with these names are removed, the others stay. A name is the place in the report:
    /// `DeleteDisk`, `CreateDisk?Size`, `GetDisk!200.Owner`, `#Disk`, `region cn-beijing`.
    PruneNamed(BTreeSet<String>),
}

impl Missing {
    /// Returns whether the item at a place is to be removed.
    fn prunes(&self, at: &str) -> bool {
        match self {
            Self::Keep => false,
            Self::Prune => true,
            Self::PruneNamed(names) => names.contains(at),
        }
    }
}

/// What happens to one part that the metadata does not mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays as it is.
    Kept,
    /// It stays and becomes deprecated: an earlier version of the metadata had it.
    Deprecated,
    /// It is removed.
    Removed,
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
    pub(super) missing: &'a Missing,
    /// Whether texts that are still upstream's follow it.
    pub(super) texts: Texts,
    /// The facts of the metadata that was imported last; `None` if nothing is known about it.
    pub(super) base: Option<&'a Service>,
    /// Shared schemas of the metadata.
    pub(super) shared: &'a IndexMap<String, Schema>,
    /// The operation that is merged, or `components`.
    pub(super) operation: String,
    /// The report that takes the findings.
    pub(super) report: &'a mut Report,
    /// What a comparison of the specification before and after the merge cannot show.
    pub(super) changes: Vec<Change>,
}

impl MergeContext<'_> {
    /// Records what a rule did.
    pub(super) fn note(&mut self, rule: Rule, message: &str) {
        spec_path(self.report, rule, &self.operation, message);
    }

    /// Decides about a part that the metadata does not mention, and reports it. `was_known`: the
    /// metadata of the last import had it.
    pub(super) fn missing(&mut self, at: &str, what: &str, was_known: bool) -> Fate {
        if self.missing.prunes(at) {
            let message = format!("{what} is not in the metadata and was removed");
            let rule = if at == self.operation {
                Rule::OperationRemoved
            } else {
                Rule::MissingRemoved
            };
            self.note(rule, &message);
            return Fate::Removed;
        }
        if was_known {
            self.change(at, ChangeCode::UpstreamRemoved, Value::Null, Value::Null);
            return Fate::Deprecated;
        }
        if self.base.is_none() {
            let message = format!("{what} is not in the metadata and was kept");
            self.note(Rule::MissingKept, &message);
        }
        Fate::Kept
    }

    pub(super) fn change(&mut self, at: &str, code: ChangeCode, before: Value, after: Value) {
        self.changes.push(Change::between(at, code, before, after));
    }

    /// Merges one fact, `what`: the value of the metadata counts if upstream changed it since the
    /// last import, that of the specification if upstream did not, or if both changed it.
    pub(super) fn pick<T: PartialEq + Serialize>(
        &mut self,
        base: Option<&T>,
        ours: T,
        theirs: T,
        at: &str,
        what: &str,
    ) -> T {
        match base {
            None => theirs,
            Some(base) if *base == theirs => ours,
            Some(base) if *base == ours || ours == theirs => theirs,
            Some(_) => {
                self.decision_kept(at, what, &ours, &theirs);
                ours
            }
        }
    }

    /// Reports a decision that stays although the metadata changed.
    pub(super) fn decision_kept(
        &mut self,
        at: &str,
        what: &str,
        ours: &impl Serialize,
        theirs: &impl Serialize,
    ) {
        let (before, after) = (named(what, ours), named(what, theirs));
        self.change(at, ChangeCode::DecisionKept, before, after);
    }

    /// Merges a text. A text that a person wrote stays; one that is still upstream's follows it.
    pub(super) fn text(
        &mut self,
        base: Option<&String>,
        ours: String,
        theirs: String,
        at: &str,
    ) -> String {
        let Some(base) = base else { return ours };
        let digest = digest::text(&theirs);
        if digest == *base || ours == theirs {
            return ours;
        }
        let (before, after) = (base.clone().into(), digest.into());
        self.change(at, ChangeCode::TextChanged, before, after);
        // The exporter left all texts out for a while.
        let follows = self.texts == Texts::Keep && !ours.is_empty() && !theirs.is_empty();
        if follows && digest::text(&ours) == *base {
            return theirs;
        }
        ours
    }
}

fn named(what: &str, value: &impl Serialize) -> Value {
    let value = match serde_json::to_value(value) {
        Ok(Value::Null) | Err(_) => "none".to_owned(),
        Ok(Value::String(text)) => text,
        Ok(value) => value.to_string(),
    };
    format!("{what}: {value}").into()
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
