//! A waiter as data, and the state in a response.

use super::status::{Judgement, WaiterStatus};
use alibabacloud_types::plumbing::{Field, Record, ValueRef, elements};
use std::fmt::Write as _;

/// A waiter that a specification defines (`x-acs-waiters`).
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// The name of the waiter: `ExecutionFinished`.
    pub name: &'static str,
    /// The path of the state in the response, by wire names; `[]` matches every element:
    /// `Executions[].Status`.
    pub state: &'static str,
    /// The path of the text that explains the state, in the same notation.
    pub message: Option<&'static str>,
    /// States that mean success.
    pub success: &'static [&'static str],
    /// States that mean failure.
    pub failure: &'static [&'static str],
    /// States in which someone must act.
    pub attention: &'static [&'static str],
    /// Error codes that mean success.
    pub success_errors: &'static [&'static str],
}

impl Definition {
    /// Judges a response. If it has several states, all must be final; then one that failed
    /// decides.
    pub(super) fn judge(&self, response: &dyn Field) -> Judgement {
        let mut states = Vec::new();
        collect(response, self.state, &mut states);
        let status = states
            .iter()
            .map(|state| self.status(state))
            .max_by_key(|status| status.rank())
            .unwrap_or(WaiterStatus::Pending);
        Judgement {
            state: (!states.is_empty()).then(|| states.join(", ")),
            message: self.message(response, status),
            status,
        }
    }

    fn message(&self, response: &dyn Field, status: WaiterStatus) -> Option<String> {
        if !matches!(status, WaiterStatus::Failure | WaiterStatus::Attention) {
            return None;
        }
        let mut messages = Vec::new();
        collect(response, self.message?, &mut messages);
        (!messages.is_empty()).then(|| messages.join(" "))
    }

    fn status(&self, state: &str) -> WaiterStatus {
        if self.success.contains(&state) {
            WaiterStatus::Success
        } else if self.failure.contains(&state) {
            WaiterStatus::Failure
        } else if self.attention.contains(&state) {
            WaiterStatus::Attention
        } else {
            WaiterStatus::Pending
        }
    }
}

/// Collects the values at a path. Absent values and empty texts are skipped.
fn collect(field: &dyn Field, path: &str, values: &mut Vec<String>) {
    let (step, rest) = match path.split_once('.') {
        Some((step, rest)) => (step, Some(rest)),
        None => (path, None),
    };
    let ValueRef::Record(record) = field.value() else {
        return;
    };
    let (name, each) = match step.strip_suffix("[]") {
        Some(name) => (name, true),
        None => (step, false),
    };
    record.visit(&mut |wire, field| {
        if wire != name {
            return;
        }
        match (each, field.value()) {
            (true, ValueRef::List(list)) => {
                elements(list).for_each(|element| collect_below(element, rest, values));
            }
            (true, _) => {}
            (false, _) => collect_below(field, rest, values),
        }
    });
}

fn collect_below(field: &dyn Field, rest: Option<&str>, values: &mut Vec<String>) {
    match (rest, field.value()) {
        (Some(rest), _) => collect(field, rest, values),
        (None, ValueRef::Text(text)) if !text.is_empty() => add(text.to_owned(), values),
        (None, ValueRef::Bool(value)) => add(value.to_string(), values),
        (None, _) => {}
    }
}

/// Adds a value unless it is already there.
fn add(value: String, values: &mut Vec<String>) {
    if !values.contains(&value) {
        values.push(value);
    }
}

/// Returns the texts of a request that are not secret: ` of ExecutionId exec-1`.
pub(super) fn describe_target(input: &dyn Record) -> String {
    let mut text = String::new();
    input.visit(&mut |name, field| {
        if let ValueRef::Text(value) = field.value() {
            let word = if text.is_empty() { " of" } else { "," };
            let _ = write!(text, "{word} {name} {value}");
        }
    });
    text
}
