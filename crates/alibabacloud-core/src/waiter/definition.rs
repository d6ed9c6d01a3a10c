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
    /// The parameters whose values an element of the list with the states repeats, and the path of
    /// each in the element. An element with another value is another resource: the service may
    /// ignore a parameter. Of a parameter that is a list, each value is a resource.
    pub identity: &'static [(&'static str, &'static str)],
    /// States that mean success.
    pub success: &'static [&'static str],
    /// States that mean failure.
    pub failure: &'static [&'static str],
    /// States in which someone must act.
    pub attention: &'static [&'static str],
    /// Error codes that mean success.
    pub success_errors: &'static [&'static str],
    /// Whether it means success that the list with the states does not have the resource.
    pub success_if_absent: bool,
}

impl Definition {
    /// Judges a response. If it has several states, all must be final; then one that failed
    /// decides.
    pub(super) fn judge(&self, response: &dyn Field, identity: &Identity) -> Judgement {
        let mut states = Vec::new();
        let mut found = Vec::new();
        identity.visit(response, self.state, &mut |id, field| {
            if let Some(state) = text_of(field.value()) {
                add(state, &mut states);
                found.extend(id);
            }
        });
        let absent = match self.success_if_absent {
            true => WaiterStatus::Success,
            false => WaiterStatus::Pending,
        };
        let status = states
            .iter()
            .map(|state| self.status(state))
            .max_by_key(|status| status.rank())
            .unwrap_or(absent);
        Judgement {
            is_found: !states.is_empty(),
            found,
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
        let mut messages = Vec::new();
        identity.visit(response, self.message?, &mut |_, field| {
            if let Some(message) = text_of(field.value()) {
                add(message, &mut messages);
            }
        });
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

type Visit<'v> = dyn FnMut(Option<String>, &dyn Field) + 'v;

/// The values that identify the resources in a list.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    /// The path of a value in an element, and the values of the parameter: one, or one per
    /// resource.
    keys: Vec<(&'static str, Vec<String>)>,
    /// The level of the list with the resources: 1 for the outermost.
    level: usize,
    /// The parameter that names several resources and has no value.
    empty: Option<&'static str>,
}

impl Identity {
    /// Reads the parameters that identify the resources from a request.
    pub(super) fn of(input: &dyn Record, definition: &Definition) -> Self {
        let mut identity = Self {
            keys: Vec::new(),
            level: definition.state.matches("[]").count(),
            empty: None,
        };
        input.visit(&mut |wire, field| {
            let Some((name, path)) = definition.identity.iter().find(|(name, _)| *name == wire)
            else {
                return;
            };
            let values = texts_of(field);
            if values.is_empty() && matches!(field.value(), ValueRef::List(_)) {
                identity.empty = Some(name);
            }
            identity.keys.push((path, values));
        });
        identity
    }

    /// Returns the parameter that names several resources and has no value. Without one, the
    /// service would list all resources.
    pub(super) fn empty_parameter(&self) -> Option<&'static str> {
        self.empty
    }

    /// Returns the IDs of the resources if there are several, else none.
    pub(super) fn several(&self) -> &[String] {
        let mut lists = self.keys.iter().map(|(_, values)| values.as_slice());
        lists.find(|values| values.len() > 1).unwrap_or_default()
    }

    /// Returns the ID by which an element is one of the resources; `None` if it is another. A field
    /// that is absent excludes nothing.
    fn find(&self, element: &dyn Field) -> Option<Option<String>> {
        let mut found = None;
        for (path, values) in self.keys.iter().filter(|(_, values)| !values.is_empty()) {
            if let Some(id) = value_at(element, path) {
                if !values.contains(&id) {
                    return None;
                }
                if values.len() > 1 || found.is_none() {
                    found = Some(id);
                }
            }
        }
        Some(found)
    }

    /// Calls a function with each value at a path, and with the ID of its resource. Skips other
    /// resources.
    fn visit(&self, response: &dyn Field, path: &str, visit: &mut Visit<'_>) {
        self.visit_below(response, path, 0, &None, visit);
    }

    fn visit_below(
        &self,
        field: &dyn Field,
        path: &str,
        level: usize,
        id: &Option<String>,
        visit: &mut Visit<'_>,
    ) {
        let ValueRef::Record(record) = field.value() else {
            return;
        };
        let (step, rest) = match path.split_once('.') {
            Some((step, rest)) => (step, Some(rest)),
            None => (path, None),
        };
        let (name, is_list) = match step.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (step, false),
        };
        record.visit(&mut |wire, field| match (wire == name, is_list) {
            (false, _) => {}
            (true, false) => match rest {
                Some(rest) => self.visit_below(field, rest, level, id, visit),
                None => visit(id.clone(), field),
            },
            (true, true) => {
                let ValueRef::List(list) = field.value() else {
                    return;
                };
                let level = level.saturating_add(1);
                for element in elements(list) {
                    let id = match level == self.level {
                        true => match self.find(element) {
                            Some(id) => id,
                            None => continue,
                        },
                        false => id.clone(),
                    };
                    match rest {
                        Some(rest) => self.visit_below(element, rest, level, &id, visit),
                        None => visit(id, element),
                    }
                }
            }
        });
    }
}

/// Returns the text of the value at a path without lists.
fn value_at(field: &dyn Field, path: &str) -> Option<String> {
    let ValueRef::Record(record) = field.value().exposed() else {
        return None;
    };
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let mut text = None;
    record.visit(&mut |wire, field| {
        if wire == name {
            text = match rest {
                Some(rest) => value_at(field, rest),
                None => text_of(field.value().exposed()),
            };
        }
    });
    text
}

/// Returns a text, an integer or a boolean as text; `None` if it is absent or empty.
fn text_of(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Text(text) if !text.is_empty() => Some(text.to_owned()),
        ValueRef::I64(number) => Some(number.to_string()),
        ValueRef::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Returns the texts of a list, or the text of another value.
fn texts_of(field: &dyn Field) -> Vec<String> {
    match field.value().exposed() {
        ValueRef::List(list) => elements(list)
            .filter_map(|element| text_of(element.value().exposed()))
            .collect(),
        value => text_of(value).into_iter().collect(),
    }
}

/// Adds a value unless it is already there.
fn add(value: String, values: &mut Vec<String>) {
    if !values.contains(&value) {
        values.push(value);
    }
}

/// Returns the texts of a request that are not secret, and the lists of these names: ` of
/// ExecutionId exec-1`.
pub(super) fn describe_target(input: &dyn Record, lists: &[(&str, &str)]) -> String {
    let mut text = String::new();
    input.visit(&mut |name, field| {
        let value = match field.value() {
            ValueRef::Text(value) => value.to_owned(),
            ValueRef::List(_) if lists.iter().any(|(list, _)| *list == name) => {
                match texts_of(field).as_slice() {
                    [only] => only.clone(),
                    texts => format!("[{}]", texts.join(", ")),
                }
            }
            _ => return,
        };
        let word = if text.is_empty() { " of" } else { "," };
        let _ = write!(text, "{word} {name} {value}");
    });
    text
}
