//! Following an execution to its end.

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
        Follow::new(client, Subject::Start(Box::new(self))).with_options(options)
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
        Follow::new(client, Subject::Debug(Box::new(self))).with_options(options)
    }
}

impl Client {
    /// Follows an execution that was started elsewhere to its end, with its log from the beginning.
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
        Follow::new(self.clone(), Subject::Execution(execution_id.into()))
    }
}

/// What is followed.
#[derive(Debug)]
enum Subject {
    Start(Box<StartExecution>),
    Debug(Box<StartDebugExecution>),
    Execution(String),
}

impl Subject {
    /// The id of the execution, which is started when it is not yet there.
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
        id.ok_or_else(|| Error::decode("the service did not say which execution it started"))
    }
}

type OnLog = Box<dyn FnMut(&ExecutionLog) + Send + Sync>;
type OnProgress = Box<dyn FnMut(&Progress<ListExecutionsOutput>) + Send + Sync>;

/// Follows an execution to its end; made by `run` of [`StartExecution`] and [`StartDebugExecution`], and by
/// [`Client::follow_execution`].
///
/// An execution of a template with a trigger waits between its runs and never ends by itself: then [`Follow::wait`] ends with
/// [`Outcome::Attention`] and [`WaitingFor::of`] says why. One that waits for a decision is waited for, as somebody may make it
/// meanwhile, unless [`Follow::stop_for_attention`] says otherwise.
#[must_use = "nothing is sent before `wait`"]
pub struct Follow {
    client: Client,
    subject: Subject,
    options: CallOptions,
    deadline: Option<Duration>,
    interval: Option<Duration>,
    stops_for_attention: bool,
    on_log: Option<OnLog>,
    on_progress: Option<OnProgress>,
}

impl Follow {
    fn new(client: Client, subject: Subject) -> Self {
        Self {
            client,
            subject,
            options: CallOptions::new(),
            deadline: None,
            interval: None,
            stops_for_attention: false,
            on_log: None,
            on_progress: None,
        }
    }

    /// How long to wait for the end in all; see [`Waiter::deadline`]. The execution goes on when it passes.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// Asks exactly this often; see [`Waiter::poll_interval`].
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Ends the wait with [`Outcome::Attention`] also when somebody has to decide.
    pub fn stop_for_attention(mut self) -> Self {
        self.stops_for_attention = true;
        self
    }

    /// Called with every line of the log, oldest first, soon after it was written.
    pub fn follow_logs(
        mut self,
        callback: impl FnMut(&ExecutionLog) + Send + Sync + 'static,
    ) -> Self {
        self.on_log = Some(Box::new(callback));
        self
    }

    /// Called with every answer on the way, the last one included; the lines of the log up to then were called before.
    pub fn on_progress(
        mut self,
        callback: impl FnMut(&Progress<ListExecutionsOutput>) + Send + Sync + 'static,
    ) -> Self {
        self.on_progress = Some(Box::new(callback));
        self
    }

    /// What differs from the client's configuration in the calls that follow the execution. After `run` these are the options of the
    /// request that starts it, but for its query parameters.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// When the execution cannot be started, at the deadline, and when the state or the log cannot be read. The execution goes on in
    /// the last three cases; the error names it, and [`Client::follow_execution`] goes on with it.
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
        let id = self.subject.execution_id().await?;
        waiter
            .end_of(&client, &id)
            .await
            .map_err(|error| error.hint(&format!("execution {id} is not affected by this error")))
    }

    /// [`wait`](Self::wait), for programs without an async runtime.
    ///
    /// # Errors
    /// As [`wait`](Self::wait), and when there is no thread for blocking calls.
    #[cfg(feature = "blocking")]
    pub fn wait_blocking(self) -> Result<Outcome<Execution>> {
        alibabacloud_core::plumbing::run_blocking(self.wait())?
    }
}

impl fmt::Debug for Follow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follow")
            .field("subject", &self.subject)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// A wait once the execution is there.
struct Wait {
    options: CallOptions,
    deadline: Option<Duration>,
    interval: Option<Duration>,
    stops_for_attention: bool,
    on_log: Option<OnLog>,
    on_progress: Option<OnProgress>,
}

impl Wait {
    async fn end_of(&mut self, client: &Client, id: &str) -> Result<Outcome<Execution>> {
        let mut logs = LogReader::new(client, id, self.options.clone());
        let mut states = self.states(client, id);
        while let Some(progress) = states.next().await {
            let progress = progress?;
            if let Some(callback) = &mut self.on_log {
                logs.read(callback).await?;
            }
            if let Some(callback) = &mut self.on_progress {
                callback(&progress);
            }
            if progress.status().is_end() || self.stops_at(&progress) {
                if let Some(outcome) = progress.into_outcome() {
                    return Ok(outcome.map(into_execution));
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

    fn stops_at(&self, progress: &Progress<ListExecutionsOutput>) -> bool {
        let execution = progress.output().and_then(|page| page.executions.first());
        match execution.and_then(WaitingFor::of) {
            Some(WaitingFor::Trigger) => true,
            Some(WaitingFor::Decision) => self.stops_for_attention,
            None => false,
        }
    }
}

fn into_execution(page: ListExecutionsOutput) -> Execution {
    page.executions.into_iter().next().unwrap_or_default()
}

/// What an execution in state `Waiting` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitingFor {
    /// For somebody to decide: [`Client::notify_execution`].
    Decision,
    /// For the time, event or alarm that its template names. It goes on for ever, until [`Client::cancel_execution`];
    /// [`Client::trigger_execution`] fires it by hand.
    Trigger,
}

impl WaitingFor {
    /// What an execution waits for; `None` when it does not wait.
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
