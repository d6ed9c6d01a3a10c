//! Scripted outcomes of tasks.

use crate::timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
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
#[must_use = "an outcome has no effect until it is scripted"]
pub struct Outcome {
    /// Applies only to executions of this template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    /// Applies only to tasks of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<String>,
    /// Applies to this many tasks, then ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    #[serde(flatten)]
    end: TaskEnd,
}

/// How a task ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct TaskEnd {
    /// Whether the task fails.
    #[serde(default)]
    pub(crate) failed: bool,
    /// The status message.
    #[serde(default)]
    pub(crate) message: String,
    /// The outputs.
    #[serde(default)]
    pub(crate) outputs: Option<Value>,
    /// How long the task takes; `None` for the default.
    #[serde(default)]
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
        self.template = Some(name.into());
        self
    }

    /// Applies only to tasks of this name.
    pub fn task(mut self, name: impl Into<String>) -> Self {
        self.task = Some(name.into());
        self
    }

    /// Applies to this many tasks, then ends.
    pub fn times(mut self, tasks: u32) -> Self {
        self.times = Some(tasks);
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
        is(&self.template, template) && is(&self.task, task)
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
        if let Some(times) = &mut outcome.times {
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
}
