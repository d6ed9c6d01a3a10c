//! Follows an execution to its end.

use super::logs::LogReader;
use crate::model::list_execution_logs::ExecutionLog;
use crate::model::list_executions::{Execution, ListExecutionsOutput};
use crate::model::shared::{ExecutionCategory, ExecutionStatus};
use crate::operation::{StartDebugExecution, StartExecution};
use crate::waiter::{Outcome, Progress, States, Waiter};
use crate::{CallOptions, Client, Error, Result};
use std::fmt;
use std::time::Duration;

impl StartExecution {
    /// Starts the execution and follows it to its end.
    ///
    /// ```no_run
    /// # use alibabacloud_oos::{Client, Result};
    /// # async fn example(client: &Client) -> Result<()> {
    /// let outcome = client
    ///     .start_execution()
    ///     .template_name("ACS-ECS-RunCommand")
    ///     .run()
    ///     .follow_logs(|line| println!("{}", line.message.as_deref().unwrap_or_default()))
    ///     .wait()
    ///     .await?;
    /// println!("{:?}", outcome.output().and_then(|execution| execution.outputs.as_ref()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn run(self) -> Follow {
        let client = Client {
            inner: self.call.client().clone(),
        };
        let options = self.call.options.clone().without_query();
        Follow::new(client, Target::Start(Box::new(self))).with_options(options)
    }
}

impl StartDebugExecution {
    /// Starts the task and follows it to its end.
    ///
    /// ```no_run
    /// # use alibabacloud_oos::{Client, Result};
    /// # async fn example(client: &Client) -> Result<()> {
    /// let outcome = client
    ///     .start_debug_execution()
    ///     .task_type("ACS::Sleep")
    ///     .properties(r#"{"Duration":"PT5S"}"#)
    ///     .run()
    ///     .wait()
    ///     .await?;
    /// println!("{}", outcome.is_success());
    /// # Ok(())
    /// # }
    /// ```
    pub fn run(self) -> Follow {
        let client = Client {
            inner: self.call.client().clone(),
        };
        let options = self.call.options.clone().without_query();
        Follow::new(client, Target::Debug(Box::new(self))).with_options(options)
    }
}

impl Client {
    /// Follows an execution that was started elsewhere to its end, with its log from the start.
    ///
    /// ```no_run
    /// # use alibabacloud_oos::{Client, Result};
    /// # async fn example(client: &Client) -> Result<()> {
    /// let outcome = client.follow_execution("exec-40e2e17ef7e04727").wait().await?;
    /// println!("{}", outcome.is_success());
    /// # Ok(())
    /// # }
    /// ```
    pub fn follow_execution(&self, execution_id: impl Into<String>) -> Follow {
        Follow::new(self.clone(), Target::Execution(execution_id.into()))
    }
}

/// What to follow.
#[derive(Debug)]
enum Target {
    Start(Box<StartExecution>),
    Debug(Box<StartDebugExecution>),
    Execution(String),
}

impl Target {
    /// Returns the ID of the execution, and starts the execution first if necessary.
    async fn execution_id(self) -> Result<String> {
        let id = match self {
            Self::Start(request) => request
                .send()
                .await?
                .execution
                .and_then(|execution| execution.execution_id),
            Self::Debug(request) => request.send().await?.execution_id,
            Self::Execution(id) => Some(id),
        };
        id.ok_or_else(|| Error::decode("the response contains no ID of the started execution"))
    }
}

type OnLog = Box<dyn FnMut(&ExecutionLog) + Send + Sync>;
type OnProgress = Box<dyn FnMut(&Progress<ListExecutionsOutput>) + Send + Sync>;

/// Follows an execution to its end.
///
/// Created by [`StartExecution::run`], [`StartDebugExecution::run`], and
/// [`Client::follow_execution`].
///
/// An execution of a template with a trigger is `Waiting` between its runs and never ends by
/// itself. For such an execution, [`Follow::wait`] returns [`Outcome::Attention`], and
/// [`WaitingFor::of`] returns the reason. An execution that waits for a decision is followed
/// further, because the decision can arrive at any time; [`Follow::stop_for_attention`] changes
/// this.
#[must_use = "no request is sent until `wait` is called"]
pub struct Follow {
    client: Client,
    target: Target,
    options: CallOptions,
    deadline: Option<Duration>,
    interval: Option<Duration>,
    stops_for_attention: bool,
    on_log: Option<OnLog>,
    on_progress: Option<OnProgress>,
}

impl Follow {
    fn new(client: Client, target: Target) -> Self {
        Self {
            client,
            target,
            options: CallOptions::new(),
            deadline: None,
            interval: None,
            stops_for_attention: false,
            on_log: None,
            on_progress: None,
        }
    }

    /// Sets the total time to wait for the end; see [`Waiter::deadline`]. The execution continues
    /// when the deadline passes.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// Sets a fixed interval between polls; see [`Waiter::poll_interval`].
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Also ends the wait with [`Outcome::Attention`] when the execution waits for a decision.
    pub fn stop_for_attention(mut self) -> Self {
        self.stops_for_attention = true;
        self
    }

    /// Sets a callback for every line of the log, called oldest first, soon after the line is
    /// written.
    pub fn follow_logs(
        mut self,
        callback: impl FnMut(&ExecutionLog) + Send + Sync + 'static,
    ) -> Self {
        self.on_log = Some(Box::new(callback));
        self
    }

    /// Sets a callback for every response during the wait, including the last one. The log callback
    /// receives the log lines up to that point first.
    pub fn on_progress(
        mut self,
        callback: impl FnMut(&Progress<ListExecutionsOutput>) + Send + Sync + 'static,
    ) -> Self {
        self.on_progress = Some(Box::new(callback));
        self
    }

    /// Overrides the client's configuration for the calls that follow the execution.
    ///
    /// Defaults to the options of the request on which `run` was called, without its query
    /// parameters.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Waits for the end of the execution.
    ///
    /// # Errors
    ///
    /// Returns an error if the execution cannot be started, if the deadline passes, or if the state
    /// or the log cannot be read. Except in the first case, the execution continues; the error
    /// contains its ID, and [`Client::follow_execution`] follows it further.
    pub async fn wait(self) -> Result<Outcome<Execution>> {
        let client = self.client.clone();
        let mut waiter = Wait {
            options: self.options,
            deadline: self.deadline,
            interval: self.interval,
            stops_for_attention: self.stops_for_attention,
            on_log: self.on_log,
            on_progress: self.on_progress,
        };
        let id = self.target.execution_id().await?;
        waiter
            .wait_for_end(&client, &id)
            .await
            .map_err(|error| error.hint(&format!("execution {id} is not affected by this error")))
    }

    /// Waits for the end of the execution without an async runtime; see [`wait`](Self::wait).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`wait`](Self::wait), and an error if the thread for blocking calls
    /// cannot be started.
    #[cfg(feature = "blocking")]
    pub fn wait_blocking(self) -> Result<Outcome<Execution>> {
        alibabacloud_core::plumbing::run_blocking(self.wait())?
    }
}

impl fmt::Debug for Follow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follow")
            .field("target", &self.target)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// A wait for an execution that has started.
struct Wait {
    options: CallOptions,
    deadline: Option<Duration>,
    interval: Option<Duration>,
    stops_for_attention: bool,
    on_log: Option<OnLog>,
    on_progress: Option<OnProgress>,
}

impl Wait {
    async fn wait_for_end(&mut self, client: &Client, id: &str) -> Result<Outcome<Execution>> {
        let mut logs = LogReader::new(client, id, self.options.clone());
        let mut states = self.states(client, id);
        while let Some(progress) = states.next().await {
            let progress = progress?;
            if let Some(callback) = &mut self.on_log {
                logs.read(callback, progress.elapsed()).await?;
            }
            if let Some(callback) = &mut self.on_progress {
                callback(&progress);
            }
            if progress.status().is_end() || self.stops_at(&progress, id) {
                if let Some(outcome) = progress.into_outcome() {
                    return Ok(outcome.map(|page| into_execution(page, id)));
                }
            }
        }
        Err(Error::decode("the wait ended without an outcome"))
    }

    fn states(&self, client: &Client, id: &str) -> States<ListExecutionsOutput> {
        let mut waiter: Waiter<_> = client
            .wait_until_execution_finished(id)
            .with_options(self.options.clone());
        if let Some(limit) = self.deadline {
            waiter = waiter.deadline(limit);
        }
        if let Some(interval) = self.interval {
            waiter = waiter.poll_interval(interval);
        }
        waiter.states()
    }

    fn stops_at(&self, progress: &Progress<ListExecutionsOutput>, id: &str) -> bool {
        let mut executions = progress
            .output()
            .into_iter()
            .flat_map(|page| &page.executions);
        match executions
            .find(|execution| is_of(execution, id))
            .and_then(WaitingFor::of)
        {
            Some(WaitingFor::Trigger) => true,
            Some(WaitingFor::Decision) => self.stops_for_attention,
            None => false,
        }
    }
}

/// Returns whether an entry is that of the execution. The service may ignore the filter by ID; an
/// entry without an ID is accepted, as the waiter does.
fn is_of(execution: &Execution, id: &str) -> bool {
    let entry = execution.execution_id.as_deref();
    entry.is_none_or(|entry| entry.is_empty() || entry == id)
}

fn into_execution(page: ListExecutionsOutput, id: &str) -> Execution {
    let mut executions = page.executions.into_iter();
    executions
        .find(|execution| is_of(execution, id))
        .unwrap_or_default()
}

/// What an execution in state `Waiting` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitingFor {
    /// A decision; send it with [`Client::notify_execution`].
    Decision,
    /// The time, event, or alarm of the trigger in its template. The execution continues until
    /// [`Client::cancel_execution`] stops it; [`Client::trigger_execution`] fires the trigger
    /// manually.
    Trigger,
}

impl WaitingFor {
    /// Returns what an execution waits for, or `None` if it is not in state `Waiting`.
    pub fn of(execution: &Execution) -> Option<Self> {
        if execution.status != Some(ExecutionStatus::Waiting) {
            return None;
        }
        Some(match execution.category {
            Some(
                ExecutionCategory::TimerTrigger
                | ExecutionCategory::EventTrigger
                | ExecutionCategory::AlarmTrigger,
            ) => Self::Trigger,
            _ => Self::Decision,
        })
    }
}
