//! A waiter as data, and the state in an answer.

use super::{Judgement, Standing};
use alibabacloud_types::plumbing::{Field, Record, ValueRef, elements};
use std::fmt::Write as _;

/// A waiter of a specification (`x-acs-waiters`).
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// What is waited for: `ExecutionFinished`.
    pub name: &'static str,
    /// Path of the state in the answer, by wire names; `[]` enters every element: `Executions[].Status`.
    pub state: &'static str,
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
        let standing = states
            .iter()
            .map(|state| self.standing(state))
            .max_by_key(|standing| standing.rank())
            .unwrap_or(Standing::Pending);
        Judgement {
            state: (!states.is_empty()).then(|| states.join(", ")),
            standing,
        }
    }

    fn standing(&self, state: &str) -> Standing {
        if self.success.contains(&state) {
            Standing::Success
        } else if self.failure.contains(&state) {
            Standing::Failure
        } else if self.attention.contains(&state) {
            Standing::Attention
        } else {
            Standing::Pending
        }
    }
}

/// The values at a path. What is absent gives none; an empty text is no state.
fn collect(field: &dyn Field, path: &str, states: &mut Vec<String>) {
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
                elements(list).for_each(|element| below(element, rest, states));
            }
            (true, _) => {}
            (false, _) => below(field, rest, states),
        }
    });
}

fn below(field: &dyn Field, rest: Option<&str>, states: &mut Vec<String>) {
    match (rest, field.value()) {
        (Some(rest), _) => collect(field, rest, states),
        (None, ValueRef::Text(text)) if !text.is_empty() => add(text.to_owned(), states),
        (None, ValueRef::Bool(value)) => add(value.to_string(), states),
        (None, _) => {}
    }
}

/// Each state once, however many things are in it.
fn add(state: String, states: &mut Vec<String>) {
    if !states.contains(&state) {
        states.push(state);
    }
}

/// The texts of a request that are no secrets: ` of ExecutionId exec-1`.
pub(super) fn subject(input: &dyn Record) -> String {
    let mut text = String::new();
    input.visit(&mut |name, field| {
        if let ValueRef::Text(value) = field.value() {
            let word = if text.is_empty() { " of" } else { "," };
            let _ = write!(text, "{word} {name} {value}");
        }
    });
    text
}
