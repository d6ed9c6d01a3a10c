//! Executions as state machines on a clock: tasks run one after the other, wait for approvals, and
//! end as scripted.

use super::content::Task;
use crate::ids::Ids;
use crate::outcomes::{Outcomes, TaskEnd};
use crate::store::record::Record;
use crate::timestamp::{self, Millis};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How long a task takes by default.
const DEFAULT_TASK_TIME: Millis = 1000;

/// An execution: its fields by wire name, and its state machine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Execution {
    pub(crate) record: Record,
    pub(crate) tasks: Vec<TaskRun>,
    pub(crate) logs: Vec<LogLine>,
    steps: Vec<Step>,
    mode: ExecutionMode,
    state: ExecutionState,
    /// The index of the step that runs or waits.
    current: usize,
}

/// A task to run, with its scripted end.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Step {
    task: Task,
    end: TaskEnd,
}

/// A task that has started.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TaskRun {
    pub(crate) id: String,
    pub(crate) record: Record,
}

/// A line of the execution log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LogLine {
    pub(crate) task_id: String,
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) at: Millis,
}

/// When an execution waits for a notification.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum ExecutionMode {
    /// Never, except for approval tasks.
    Automatic,
    /// After a task that failed.
    FailurePause,
    /// Before every task.
    Debug,
}

/// What an execution is doing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum ExecutionState {
    /// The current step runs until then.
    Running {
        until: Millis,
    },
    /// Waits for an approval.
    WaitingForApproval,
    /// Waits for `RetryTask`, `SkipTask` or `CancelTask`.
    WaitingAfterFailure,
    /// Waits for `ExecuteTask` or `SkipTask`.
    WaitingBefore,
    /// A trigger: waits between its runs until it is cancelled.
    Triggering,
    Over,
}

/// A notification to a waiting execution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Notice {
    Approve,
    Reject,
    Execute,
    Retry,
    Skip,
    Cancel,
}

impl Execution {
    /// Starts an execution. `record` holds the fields of the call; dates, status and counters are
    /// added.
    pub(crate) fn start(
        record: Record,
        tasks: Vec<Task>,
        mode: ExecutionMode,
        outcomes: &mut Outcomes,
        ids: &Ids,
        now: Millis,
    ) -> Self {
        let template = record
            .get("TemplateName")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let steps = tasks
            .into_iter()
            .map(|task| Step {
                end: outcomes
                    .take(template, &task.name)
                    .or_else(|| task.scripted_end())
                    .unwrap_or_default(),
                task,
            })
            .collect();
        let mut execution = Self {
            record,
            tasks: Vec::new(),
            logs: Vec::new(),
            steps,
            mode,
            state: ExecutionState::Over,
            current: 0,
        };
        let stamp = timestamp::format(now);
        for name in ["CreateDate", "StartDate", "UpdateDate"] {
            execution
                .record
                .insert(name.to_owned(), Value::from(stamp.as_str()));
        }
        execution.log("", "System", "the execution has started", now);
        execution.begin(ids, now);
        execution
    }

    /// Executes everything that happens up to `now`.
    pub(crate) fn advance(&mut self, ids: &Ids, now: Millis) {
        while let ExecutionState::Running { until } = self.state {
            if until > now {
                break;
            }
            self.finish(ids, until);
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.state == ExecutionState::Over
    }

    pub(crate) fn is_trigger(&self) -> bool {
        self.state == ExecutionState::Triggering
    }

    pub(crate) fn status(&self) -> &str {
        self.record
            .get("Status")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Starts the current step, or ends the execution after the last one.
    fn begin(&mut self, ids: &Ids, now: Millis) {
        let Some(step) = self.steps.get(self.current).cloned() else {
            let outputs = self
                .tasks
                .last()
                .and_then(|run| run.record.get("Outputs"))
                .cloned();
            return self.end("Success", "", outputs, now);
        };
        self.tasks.push(run(&step.task, &self.record, ids, now));
        if self.mode == ExecutionMode::Debug {
            return self.wait(ExecutionState::WaitingBefore, "Debug", now);
        }
        self.run_step(&step, now);
    }

    fn run_step(&mut self, step: &Step, now: Millis) {
        let action = step.task.action.as_str();
        if action == "ACS::Approve" {
            return self.wait(ExecutionState::WaitingForApproval, "Approve", now);
        }
        self.set_task_status("Running", "", now);
        self.set_status("Running", "", now);
        let message = format!("task {} runs {action}", step.task.name);
        self.log_task("System", &message, now);
        if step.task.is_trigger() {
            self.set_status("Waiting", "", now);
            self.state = ExecutionState::Triggering;
            return;
        }
        let takes = step
            .end
            .millis
            .or(step.task.sleep)
            .unwrap_or(DEFAULT_TASK_TIME);
        self.state = ExecutionState::Running {
            until: now.saturating_add(takes),
        };
    }

    fn wait(&mut self, state: ExecutionState, waiting: &str, now: Millis) {
        self.set_task_status("Waiting", "", now);
        self.set_status("Waiting", "", now);
        self.record
            .insert("WaitingStatus".to_owned(), Value::from(waiting));
        self.log_task("System", &format!("waits for {waiting}"), now);
        self.state = state;
    }

    /// Ends the current step as scripted.
    fn finish(&mut self, ids: &Ids, now: Millis) {
        let Some(step) = self.steps.get(self.current) else {
            return self.end("Success", "", None, now);
        };
        let TaskEnd {
            failed,
            message,
            outputs,
            ..
        } = step.end.clone();
        if failed {
            self.set_task_status("Failed", &message, now);
            self.log_task("Error", &message, now);
            match self.mode {
                ExecutionMode::FailurePause => self.wait_after_failure(now),
                ExecutionMode::Automatic | ExecutionMode::Debug => {
                    self.end("Failed", &message, None, now)
                }
            }
        } else {
            if let (Some(outputs), Some(run)) = (outputs, self.tasks.last_mut()) {
                run.record
                    .insert("Outputs".to_owned(), Value::from(outputs.to_string()));
            }
            self.set_task_status("Success", "", now);
            self.log_task("System", "the task has ended well", now);
            self.proceed(ids, now);
        }
    }

    fn wait_after_failure(&mut self, now: Millis) {
        self.set_status("Waiting", "", now);
        self.record
            .insert("WaitingStatus".to_owned(), Value::from("FailurePause"));
        self.state = ExecutionState::WaitingAfterFailure;
    }

    fn proceed(&mut self, ids: &Ids, now: Millis) {
        self.current += 1;
        self.begin(ids, now);
    }

    /// Notifies a waiting execution; returns `false` when it does not wait for this notification.
    pub(crate) fn notify(&mut self, notice: Notice, note: &str, ids: &Ids, now: Millis) -> bool {
        match (self.state, notice) {
            (ExecutionState::WaitingForApproval, Notice::Approve) => {
                self.set_task_status("Success", note, now);
                self.log_task("System", "approved", now);
                self.proceed(ids, now);
            }
            (ExecutionState::WaitingForApproval, Notice::Reject) => {
                self.set_task_status("Failed", note, now);
                self.log_task("Error", "rejected", now);
                self.end(
                    "Failed",
                    if note.is_empty() { "rejected" } else { note },
                    None,
                    now,
                );
            }
            (ExecutionState::WaitingBefore, Notice::Execute) => {
                match self.steps.get(self.current).cloned() {
                    Some(step) => self.run_step(&step, now),
                    None => return false,
                }
            }
            (ExecutionState::WaitingAfterFailure, Notice::Retry) => {
                match self.steps.get_mut(self.current) {
                    // The retry succeeds, whatever the script of the first run.
                    Some(step) => {
                        step.end = TaskEnd::default();
                        let step = step.clone();
                        self.tasks.push(run(&step.task, &self.record, ids, now));
                        self.run_step(&step, now);
                    }
                    None => return false,
                }
            }
            (ExecutionState::WaitingBefore | ExecutionState::WaitingAfterFailure, Notice::Skip) => {
                self.set_task_status("Skipped", note, now);
                self.proceed(ids, now);
            }
            (ExecutionState::Over, _) => return false,
            (_, Notice::Cancel) => self.cancel(now),
            _ => return false,
        }
        true
    }

    /// Ends the execution with the status `Cancelled`, unless it has ended already.
    pub(crate) fn cancel(&mut self, now: Millis) {
        if !self.is_over() {
            self.set_task_status("Cancelled", "", now);
            self.end("Cancelled", "", None, now);
        }
    }

    /// Ends the execution with the given status.
    pub(crate) fn complete(&mut self, status: &str, now: Millis) {
        self.set_task_status(status, "", now);
        self.end(status, "", None, now);
    }

    fn end(&mut self, status: &str, message: &str, outputs: Option<Value>, now: Millis) {
        self.set_status(status, message, now);
        self.record
            .insert("EndDate".to_owned(), Value::from(timestamp::format(now)));
        if let Some(outputs) = outputs {
            self.record.insert("Outputs".to_owned(), outputs);
        }
        self.log(
            "",
            "System",
            &format!("the execution has ended: {status}"),
            now,
        );
        self.state = ExecutionState::Over;
        self.describe_current();
    }

    fn set_status(&mut self, status: &str, message: &str, now: Millis) {
        self.record.insert("Status".to_owned(), Value::from(status));
        self.record
            .insert("StatusMessage".to_owned(), Value::from(message));
        self.record
            .insert("UpdateDate".to_owned(), Value::from(timestamp::format(now)));
        self.record.remove("WaitingStatus");
        self.describe_current();
    }

    /// Updates the current tasks and the number of tasks by status.
    fn describe_current(&mut self) {
        let current = self.tasks.iter().filter(|run| run.is_open()).map(|run| {
            json!({
                "TaskName": run.record.get("TaskName"),
                "TaskAction": run.record.get("TaskAction"),
                "TaskExecutionId": run.id,
            })
        });
        let current: Vec<Value> = current.collect();
        let count = |status: &str| {
            let has = |run: &&TaskRun| run.record.get("Status").is_some_and(|s| s == status);
            self.tasks.iter().filter(has).count()
        };
        let counters = json!({
            "Total": self.steps.len(),
            "Success": count("Success"),
            "Failed": count("Failed"),
            "Skipped": count("Skipped"),
        });
        self.record
            .insert("CurrentTasks".to_owned(), Value::Array(current));
        self.record.insert("Counters".to_owned(), counters);
    }

    /// Sets the status of the current task, unless it has ended.
    fn set_task_status(&mut self, status: &str, message: &str, now: Millis) {
        if let Some(run) = self.tasks.last_mut() {
            if !run.is_open() && status != "Skipped" {
                return;
            }
            run.record.insert("Status".to_owned(), Value::from(status));
            run.record
                .insert("StatusMessage".to_owned(), Value::from(message));
            let stamp = Value::from(timestamp::format(now));
            if !run.is_open() {
                run.record.insert("EndDate".to_owned(), stamp.clone());
            }
            run.record.insert("UpdateDate".to_owned(), stamp);
        }
    }

    fn log_task(&mut self, kind: &str, message: &str, now: Millis) {
        let id = self
            .tasks
            .last()
            .map(|run| run.id.clone())
            .unwrap_or_default();
        self.log(&id, kind, message, now);
    }

    fn log(&mut self, task_id: &str, kind: &str, message: &str, at: Millis) {
        self.logs.push(LogLine {
            task_id: task_id.to_owned(),
            kind: kind.to_owned(),
            message: message.to_owned(),
            at,
        });
    }
}

impl TaskRun {
    fn is_open(&self) -> bool {
        let status = self.record.get("Status").and_then(Value::as_str);
        matches!(status, Some("Started" | "Running" | "Waiting"))
    }
}

fn run(task: &Task, execution: &Record, ids: &Ids, now: Millis) -> TaskRun {
    let id = ids.resource("task");
    let stamp = timestamp::format(now);
    let record = json!({
        "TaskExecutionId": id,
        "ExecutionId": execution.get("ExecutionId"),
        "TemplateId": execution.get("TemplateId"),
        "TaskName": task.name,
        "TaskAction": task.action,
        "Properties": task.properties.to_string(),
        "Outputs": "{}",
        "Status": "Started",
        "StatusMessage": "",
        "CreateDate": stamp,
        "StartDate": stamp,
        "UpdateDate": stamp,
    });
    match record {
        Value::Object(record) => TaskRun { id, record },
        _ => TaskRun {
            id,
            record: Record::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(name: &str, action: &str) -> Task {
        Task {
            name: name.to_owned(),
            action: action.to_owned(),
            description: String::new(),
            properties: json!({}),
            outputs: Value::Null,
            sleep: None,
        }
    }

    fn start(
        tasks: Vec<Task>,
        mode: ExecutionMode,
        script: Option<crate::Outcome>,
    ) -> (Execution, Ids) {
        let ids = Ids::default();
        let mut outcomes = Outcomes::default();
        outcomes_add(&mut outcomes, script);
        let execution = Execution::start(Record::new(), tasks, mode, &mut outcomes, &ids, 0);
        (execution, ids)
    }

    fn outcomes_add(outcomes: &mut Outcomes, script: Option<crate::Outcome>) {
        if let Some(outcome) = script {
            outcomes.add(outcome);
        }
    }

    #[test]
    fn tasks_run_one_after_the_other() {
        let (mut execution, ids) = start(
            vec![task("a", "X"), task("b", "Y")],
            ExecutionMode::Automatic,
            None,
        );
        assert_eq!((execution.status(), execution.tasks.len()), ("Running", 1));
        execution.advance(&ids, 999);
        assert_eq!(execution.tasks.len(), 1);
        execution.advance(&ids, 1000);
        assert_eq!((execution.status(), execution.tasks.len()), ("Running", 2));
        execution.advance(&ids, 60_000);
        assert_eq!(execution.status(), "Success");
        assert_eq!(execution.record["EndDate"], "1970-01-01T00:00:02Z");
    }

    #[test]
    fn an_approval_waits_for_a_notification() {
        let (mut execution, ids) = start(
            vec![task("a", "ACS::Approve"), task("b", "X")],
            ExecutionMode::Automatic,
            None,
        );
        execution.advance(&ids, 1_000_000);
        assert_eq!(execution.status(), "Waiting");
        assert_eq!(execution.record["CurrentTasks"][0]["TaskName"], "a");
        assert!(!execution.notify(Notice::Retry, "", &ids, 0));
        assert!(execution.notify(Notice::Approve, "fine", &ids, 1_000_000));
        execution.advance(&ids, 2_000_000);
        assert_eq!(execution.status(), "Success");
        assert!(!execution.notify(Notice::Approve, "", &ids, 0));
    }

    #[test]
    fn a_rejected_approval_fails() {
        let (mut execution, ids) = start(
            vec![task("a", "ACS::Approve")],
            ExecutionMode::Automatic,
            None,
        );
        assert!(execution.notify(Notice::Reject, "not now", &ids, 5));
        assert_eq!(execution.status(), "Failed");
        assert_eq!(execution.record["StatusMessage"], "not now");
    }

    #[test]
    fn a_scripted_failure_can_be_retried_in_failure_pause_mode() {
        let failure = crate::Outcome::failure("gone").task("a");
        let (mut execution, ids) = start(
            vec![task("a", "X")],
            ExecutionMode::FailurePause,
            Some(failure),
        );
        execution.advance(&ids, 1000);
        assert_eq!(execution.status(), "Waiting");
        assert!(execution.notify(Notice::Retry, "", &ids, 1000));
        execution.advance(&ids, 2000);
        assert_eq!(execution.status(), "Success");
        let statuses: Vec<_> = execution
            .tasks
            .iter()
            .map(|run| run.record["Status"].clone())
            .collect();
        assert_eq!(statuses, ["Failed", "Success"]);
    }

    #[test]
    fn debug_mode_stops_before_every_task() {
        let (mut execution, ids) = start(
            vec![task("a", "X"), task("b", "X")],
            ExecutionMode::Debug,
            None,
        );
        assert_eq!(execution.status(), "Waiting");
        assert!(execution.notify(Notice::Execute, "", &ids, 0));
        execution.advance(&ids, 1000);
        assert_eq!(execution.status(), "Waiting");
        assert!(execution.notify(Notice::Skip, "", &ids, 1000));
        assert_eq!(execution.status(), "Success");
        assert_eq!(execution.record["Counters"]["Skipped"], 1);
    }

    #[test]
    fn an_execution_is_cancelled_once() {
        let (mut execution, ids) = start(vec![task("a", "X")], ExecutionMode::Automatic, None);
        execution.cancel(10);
        assert_eq!(execution.status(), "Cancelled");
        execution.advance(&ids, 1_000_000);
        assert_eq!(execution.status(), "Cancelled");
        assert_eq!(execution.tasks[0].record["Status"], "Cancelled");
    }
}
