//! Scripted outcomes of the tasks of executions.

use crate::timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// How a task of an execution is to end, and when. The installation of a package is a task `install` of its template.
///
/// ```
/// use alibabacloud_emulator::Outcome;
///
/// let outcome = Outcome::failure("the instance is gone").template("reboot").task("rebootInstance").times(1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Only executions of this template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<String>,
    /// Only tasks of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<String>,
    /// Ends after this many tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    #[serde(flatten)]
    end: TaskEnd,
}

/// How a task ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct TaskEnd {
    /// Whether it fails.
    #[serde(default)]
    pub(crate) failed: bool,
    /// Its status message.
    #[serde(default)]
    pub(crate) message: String,
    /// What it gives out.
    #[serde(default)]
    pub(crate) outputs: Option<Value>,
    /// How long it takes; `None` for the usual time.
    #[serde(default)]
    pub(crate) millis: Option<u64>,
}

impl Outcome {
    /// A task that ends well, with these outputs.
    pub fn success(outputs: Value) -> Self {
        Self {
            end: TaskEnd {
                outputs: Some(outputs),
                ..TaskEnd::default()
            },
            ..Self::default()
        }
    }

    /// A task that fails with this message.
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

    /// Only for executions of this template.
    #[must_use]
    pub fn template(mut self, name: impl Into<String>) -> Self {
        self.template = Some(name.into());
        self
    }

    /// Only for tasks of this name.
    #[must_use]
    pub fn task(mut self, name: impl Into<String>) -> Self {
        self.task = Some(name.into());
        self
    }

    /// Only for this many tasks.
    #[must_use]
    pub fn times(mut self, tasks: u32) -> Self {
        self.times = Some(tasks);
        self
    }

    /// How long the task takes, on the clock that [`Emulator::advance`](crate::Emulator::advance) moves.
    #[must_use]
    pub fn takes(mut self, time: Duration) -> Self {
        self.end.millis = Some(timestamp::millis(time));
        self
    }

    fn concerns(&self, template: &str, task: &str) -> bool {
        let is = |wanted: &Option<String>, actual| wanted.as_deref().is_none_or(|w| w == actual);
        is(&self.template, template) && is(&self.task, task)
    }
}

/// The outcomes that are scripted; the first that fits is taken.
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

    /// How a task is to end, if that is scripted.
    pub(crate) fn take(&mut self, template: &str, task: &str) -> Option<TaskEnd> {
        let at = self
            .scripted
            .iter()
            .position(|outcome| outcome.concerns(template, task))?;
        let outcome = &mut self.scripted[at];
        let end = outcome.end.clone();
        if let Some(times) = &mut outcome.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.scripted.remove(at);
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
