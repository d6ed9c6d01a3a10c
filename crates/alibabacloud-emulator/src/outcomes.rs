//! Scripted outcomes of tasks.

use crate::explain;
use crate::timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;

/// How a task of an execution ends, and when.
///
/// Set it with [`Emulator::script`](crate::Emulator::script), in a seed, or with
/// `POST /_emulator/outcomes`. The installation of a package is a task `install` of its template.
///
/// ```
/// use alibabacloud_emulator::Outcome;
///
/// let outcome = Outcome::failure("the instance is gone")
///     .template("reboot")
///     .task("rebootInstance")
///     .times(1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
#[must_use = "an outcome has no effect until it is scripted"]
pub struct Outcome {
    #[serde(flatten)]
    selection: TaskSelection,
    #[serde(flatten)]
    end: TaskEnd,
}

/// Which tasks an outcome applies to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct TaskSelection {
    /// Applies only to executions of this template.
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    /// Applies only to tasks of this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<String>,
    /// Applies to this many tasks, then ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
}

/// The fields of a [`TaskSelection`], and those of a [`TaskEnd`].
const SELECTION: [&str; 3] = ["template", "task", "times"];
const END: [&str; 4] = ["failed", "message", "outputs", "millis"];

/// Reads an outcome from JSON or YAML; unknown fields are errors.
impl TryFrom<Map<String, Value>> for Outcome {
    type Error = String;

    fn try_from(mut fields: Map<String, Value>) -> Result<Self, String> {
        let known: Vec<&str> = SELECTION.into_iter().chain(END).collect();
        if let Some(name) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(explain::unknown_field(name, &known));
        }
        let selection = SELECTION
            .iter()
            .filter_map(|name| fields.remove_entry(*name))
            .collect();
        Ok(Self {
            selection: read(selection)?,
            end: read(fields)?,
        })
    }
}

fn read<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, String> {
    serde_json::from_value(Value::Object(fields)).map_err(|error| error.to_string())
}

/// How a task ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TaskEnd {
    /// Whether the task fails.
    pub(crate) failed: bool,
    /// The status message.
    pub(crate) message: String,
    /// The outputs.
    pub(crate) outputs: Option<Value>,
    /// How long the task takes; `None` for the default.
    pub(crate) millis: Option<u64>,
}

impl Outcome {
    /// Creates the outcome of a task that succeeds with these outputs.
    pub fn success(outputs: Value) -> Self {
        Self {
            end: TaskEnd {
                outputs: Some(outputs),
                ..TaskEnd::default()
            },
            ..Self::default()
        }
    }

    /// Creates the outcome of a task that fails with this message.
    pub fn failure(message: impl Into<String>) -> Self {
        Self {
            end: TaskEnd {
                failed: true,
                message: message.into(),
                ..TaskEnd::default()
            },
            ..Self::default()
        }
    }

    /// Applies only to executions of this template.
    pub fn template(mut self, name: impl Into<String>) -> Self {
        self.selection.template = Some(name.into());
        self
    }

    /// Applies only to tasks of this name.
    pub fn task(mut self, name: impl Into<String>) -> Self {
        self.selection.task = Some(name.into());
        self
    }

    /// Applies to this many tasks, then ends.
    pub fn times(mut self, tasks: u32) -> Self {
        self.selection.times = Some(tasks);
        self
    }

    /// Sets how long the task takes, on the clock that
    /// [`Emulator::advance`](crate::Emulator::advance) moves.
    pub fn takes(mut self, time: Duration) -> Self {
        self.end.millis = Some(timestamp::millis(time));
        self
    }

    fn matches(&self, template: &str, task: &str) -> bool {
        let is = |wanted: &Option<String>, actual| wanted.as_deref().is_none_or(|w| w == actual);
        is(&self.selection.template, template) && is(&self.selection.task, task)
    }
}

/// The scripted outcomes, of which the first that matches is used.
#[derive(Debug, Default)]
pub(crate) struct Outcomes {
    scripted: Vec<Outcome>,
}

impl Outcomes {
    pub(crate) fn add(&mut self, outcome: Outcome) {
        self.scripted.push(outcome);
    }

    pub(crate) fn clear(&mut self) {
        self.scripted.clear();
    }

    /// Returns how a task ends, if that is scripted.
    pub(crate) fn take(&mut self, template: &str, task: &str) -> Option<TaskEnd> {
        let at = self
            .scripted
            .iter()
            .position(|outcome| outcome.matches(template, task))?;
        let outcome = &mut self.scripted[at];
        let end = outcome.end.clone();
        if let Some(times) = &mut outcome.selection.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                drop(self.scripted.remove(at));
            }
        }
        Some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_ends_after_its_times() {
        let mut outcomes = Outcomes::default();
        outcomes.add(Outcome::failure("no").task("a").times(1));
        assert_eq!(outcomes.take("t", "b"), None);
        assert!(outcomes.take("t", "a").unwrap().failed);
        assert_eq!(outcomes.take("t", "a"), None);
    }

    #[test]
    fn a_misspelt_field_of_an_outcome_is_refused() {
        for (json, part) in [
            (r#"{"tsk": "run"}"#, "unknown field `tsk`"),
            (r#"{"task": "run", "fail": true}"#, "`failed`"),
            (r#"{"times": -1}"#, "invalid value"),
        ] {
            let error = serde_json::from_str::<Outcome>(json).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
        }
        let json = r#"{"template": "t", "task": "a", "times": 2, "failed": true, "message": "no"}"#;
        let outcome: Outcome = serde_json::from_str(json).unwrap();
        assert_eq!(
            outcome,
            Outcome::failure("no").template("t").task("a").times(2)
        );
        let again = serde_json::to_string(&outcome).unwrap();
        assert_eq!(serde_json::from_str::<Outcome>(&again).unwrap(), outcome);
    }
}
