//! A waiter as data, and the state in an answer.

use super::{Judgement, WaiterStatus};
use alibabacloud_types::plumbing::{Field, Record, ValueRef, elements};
use std::fmt::Write as _;

/// A waiter of a specification (`x-acs-waiters`).
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// What is waited for: `ExecutionFinished`.
    pub name: &'static str,
    /// Path of the state in the answer, by wire names; `[]` enters every element: `Executions[].Status`.
    pub state: &'static str,
    /// Path of the text that says why, written in the same way.
    pub message: Option<&'static str>,
    /// States that end it well.
    pub success: &'static [&'static str],
    /// States that end it badly.
    pub failure: &'static [&'static str],
    /// States in which somebody must act.
    pub attention: &'static [&'static str],
    /// Error codes that end it well.
    pub success_errors: &'static [&'static str],
}

impl Definition {
    /// What an answer says. Where it has several states, all must be at their end; then one that ended badly decides.
    pub(super) fn judge(&self, answer: &dyn Field) -> Judgement {
        let mut states = Vec::new();
        collect(answer, self.state, &mut states);
        let status = states
            .iter()
            .map(|state| self.status(state))
            .max_by_key(|status| status.rank())
            .unwrap_or(WaiterStatus::Pending);
        Judgement {
            state: (!states.is_empty()).then(|| states.join(", ")),
            message: self.message(answer, status),
            status,
        }
    }

    fn message(&self, answer: &dyn Field, status: WaiterStatus) -> Option<String> {
        if !matches!(status, WaiterStatus::Failure | WaiterStatus::Attention) {
            return None;
        }
        let mut messages = Vec::new();
        collect(answer, self.message?, &mut messages);
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

/// The values at a path. What is absent gives none, and so does an empty text.
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
                elements(list).for_each(|element| below(element, rest, values));
            }
            (true, _) => {}
            (false, _) => below(field, rest, values),
        }
    });
}

fn below(field: &dyn Field, rest: Option<&str>, values: &mut Vec<String>) {
    match (rest, field.value()) {
        (Some(rest), _) => collect(field, rest, values),
        (None, ValueRef::Text(text)) if !text.is_empty() => add(text.to_owned(), values),
        (None, ValueRef::Bool(value)) => add(value.to_string(), values),
        (None, _) => {}
    }
}

/// Each value once, however many things have it.
fn add(value: String, values: &mut Vec<String>) {
    if !values.contains(&value) {
        values.push(value);
    }
}

/// The texts of a request that are no secrets: ` of ExecutionId exec-1`.
pub(super) fn target(input: &dyn Record) -> String {
    let mut text = String::new();
    input.visit(&mut |name, field| {
        if let ValueRef::Text(value) = field.value() {
            let word = if text.is_empty() { " of" } else { "," };
            let _ = write!(text, "{word} {name} {value}");
        }
    });
    text
}
