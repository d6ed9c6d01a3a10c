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
    /// The parameters that an element of the list with the states repeats, under the same names. An
    /// element with another value is another resource: the service may ignore a parameter.
    pub identity: &'static [&'static str],
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
    pub(super) fn judge(&self, response: &dyn Field, identity: &Identity) -> Judgement {
        let states = identity.collect(response, self.state);
        let status = states
            .iter()
            .map(|state| self.status(state))
            .max_by_key(|status| status.rank())
            .unwrap_or(WaiterStatus::Pending);
        Judgement {
            is_found: !states.is_empty(),
            state: (!states.is_empty()).then(|| states.join(", ")),
            message: self.message(response, identity, status),
            status,
        }
    }

    fn message(
        &self,
        response: &dyn Field,
        identity: &Identity,
        status: WaiterStatus,
    ) -> Option<String> {
        if !matches!(status, WaiterStatus::Failure | WaiterStatus::Attention) {
            return None;
        }
        let messages = identity.collect(response, self.message?);
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

/// The values that identify the resource in a list: names and texts of parameters.
#[derive(Clone, Debug, Default)]
pub(super) struct Identity(Vec<(&'static str, String)>);

impl Identity {
    /// Reads the parameters of these names from a request.
    pub(super) fn of(input: &dyn Record, names: &'static [&'static str]) -> Self {
        let mut values = Vec::new();
        input.visit(&mut |wire, field| {
            let name = names.iter().copied().find(|name| *name == wire);
            if let (Some(name), Some(text)) = (name, text_of(field)) {
                values.push((name, text));
            }
        });
        Self(values)
    }

    /// Returns whether an element is the resource. A field that is absent excludes nothing.
    fn is(&self, element: &dyn Field) -> bool {
        let ValueRef::Record(record) = element.value().exposed() else {
            return true;
        };
        let mut is = true;
        record.visit(&mut |wire, field| {
            let wanted = self.0.iter().find(|(name, _)| *name == wire);
            if let (Some((_, wanted)), Some(text)) = (wanted, text_of(field)) {
                is &= text == *wanted;
            }
        });
        is
    }

    /// Returns the values at a path, without those of other resources in the innermost list. Absent
    /// values and empty texts are skipped.
    fn collect(&self, field: &dyn Field, path: &str) -> Vec<String> {
        let mut values = Vec::new();
        self.collect_at(field, path, &mut values);
        values
    }

    fn collect_at(&self, field: &dyn Field, path: &str, values: &mut Vec<String>) {
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
        let is_innermost = rest.is_none_or(|rest| !rest.contains("[]"));
        record.visit(&mut |wire, field| {
            if wire != name {
                return;
            }
            match (each, field.value()) {
                (true, ValueRef::List(list)) => elements(list)
                    .filter(|element| !is_innermost || self.is(*element))
                    .for_each(|element| self.collect_below(element, rest, values)),
                (true, _) => {}
                (false, _) => self.collect_below(field, rest, values),
            }
        });
    }

    fn collect_below(&self, field: &dyn Field, rest: Option<&str>, values: &mut Vec<String>) {
        match (rest, field.value()) {
            (Some(rest), _) => self.collect_at(field, rest, values),
            (None, ValueRef::Text(text)) if !text.is_empty() => add(text.to_owned(), values),
            (None, ValueRef::Bool(value)) => add(value.to_string(), values),
            (None, _) => {}
        }
    }
}

/// Returns a text or an integer as text; `None` if it is absent or empty.
fn text_of(field: &dyn Field) -> Option<String> {
    match field.value().exposed() {
        ValueRef::Text(text) if !text.is_empty() => Some(text.to_owned()),
        ValueRef::I64(number) => Some(number.to_string()),
        _ => None,
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
