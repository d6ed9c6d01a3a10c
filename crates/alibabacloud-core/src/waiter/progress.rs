//! The progress of a wait, and its outcome.

use super::status::{Judgement, WaiterStatus};
use crate::error::{Error, Result};
use std::time::Duration;

/// One response during a wait.
#[derive(Debug)]
pub struct Progress<O> {
    waiter: &'static str,
    judgement: Judgement,
    body: ProgressBody<O>,
    polls: u32,
    elapsed: Duration,
}

#[derive(Debug)]
enum ProgressBody<O> {
    Output(O),
    /// An error that means success.
    Gone(Error),
}

impl<O> Progress<O> {
    pub(super) fn from_output(
        waiter: &'static str,
        judgement: Judgement,
        output: O,
        polls: u32,
        elapsed: Duration,
    ) -> Self {
        Self {
            waiter,
            judgement,
            body: ProgressBody::Output(output),
            polls,
            elapsed,
        }
    }

    pub(super) fn from_error(
        waiter: &'static str,
        error: Error,
        polls: u32,
        elapsed: Duration,
    ) -> Self {
        Self {
            waiter,
            judgement: Judgement {
                is_found: false,
                found: Vec::new(),
                state: None,
                message: None,
                status: WaiterStatus::Success,
            },
            body: ProgressBody::Gone(error),
            polls,
            elapsed,
        }
    }

    /// Returns the state, as the service names it. Of several resources it is each state once,
    /// separated by commas; of a list with several pages, those of the page that is furthest from
    /// success. `None` if the response has none, for instance for a resource that the service does
    /// not list yet.
    pub fn state(&self) -> Option<&str> {
        self.judgement.state.as_deref()
    }

    /// Returns the meaning of the state for the wait.
    pub fn status(&self) -> WaiterStatus {
        self.judgement.status
    }

    /// Returns whether someone must act before the state can change.
    pub fn needs_attention(&self) -> bool {
        self.status() == WaiterStatus::Attention
    }

    /// Returns the output; of a list with several pages, the page that [`state`](Self::state)
    /// refers to. `None` if the resource is gone, which the wait was for.
    pub fn output(&self) -> Option<&O> {
        match &self.body {
            ProgressBody::Output(output) => Some(output),
            ProgressBody::Gone(_) => None,
        }
    }

    /// Returns the number of polls, this one included.
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// Returns the time since the wait began.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns the outcome of a wait that ends with this response; `None` if the state is not
    /// final.
    pub fn into_outcome(self) -> Option<Outcome<O>> {
        let waiter = self.waiter;
        let state = self.judgement.state;
        let message = self.judgement.message;
        Some(match (self.judgement.status, self.body) {
            (_, ProgressBody::Gone(error)) => Outcome::Gone(error),
            (WaiterStatus::Success, ProgressBody::Output(output)) => {
                Outcome::Success { state, output }
            }
            (WaiterStatus::Failure, ProgressBody::Output(output)) => Outcome::Failure {
                waiter,
                state: state.unwrap_or_default(),
                message,
                output,
            },
            (WaiterStatus::Attention, ProgressBody::Output(output)) => Outcome::Attention {
                waiter,
                state: state.unwrap_or_default(),
                message,
                output,
            },
            (WaiterStatus::Pending, ProgressBody::Output(_)) => return None,
        })
    }
}

/// The outcome of a wait.
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "the wait may have ended in a failure state"]
pub enum Outcome<O> {
    /// Success.
    #[non_exhaustive]
    Success {
        /// The state, as the service names it; `None` if the response has none.
        state: Option<String>,
        /// The last output.
        output: O,
    },
    /// The resource is gone, which the wait was for; with the error of the service.
    Gone(Error),
    /// Failure.
    #[non_exhaustive]
    Failure {
        /// The name of the waiter: `ExecutionFinished`.
        waiter: &'static str,
        /// The state, as the service names it.
        state: String,
        /// The reason, if the service reports it.
        message: Option<String>,
        /// The last output.
        output: O,
    },
    /// Someone must act. Only with
    /// [`Waiter::stop_for_attention`](super::Waiter::stop_for_attention).
    #[non_exhaustive]
    Attention {
        /// The name of the waiter: `ExecutionFinished`.
        waiter: &'static str,
        /// The state, as the service names it.
        state: String,
        /// The reason, if the service reports it.
        message: Option<String>,
        /// The last output.
        output: O,
    },
}

impl<O> Outcome<O> {
    /// Returns whether the wait succeeded.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success { .. } | Self::Gone(_))
    }

    /// Returns the last state, as the service names it. `None` if the resource is gone, or if the
    /// last response of a success has none.
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::Failure { state, .. } | Self::Attention { state, .. } => Some(state),
            Self::Success { state, .. } => state.as_deref(),
            Self::Gone(_) => None,
        }
    }

    /// Returns the reason for the failure or the required attention, if the service reports it.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Failure { message, .. } | Self::Attention { message, .. } => message.as_deref(),
            Self::Success { .. } | Self::Gone(_) => None,
        }
    }

    /// Returns the last output; `None` if the resource is gone.
    pub fn output(&self) -> Option<&O> {
        match self {
            Self::Success { output, .. }
            | Self::Failure { output, .. }
            | Self::Attention { output, .. } => Some(output),
            Self::Gone(_) => None,
        }
    }

    /// Returns the last output of a success; `None` if the resource is gone, which the wait was
    /// for.
    ///
    /// # Errors
    /// Of kind [`Unsuccessful`](crate::ErrorKind::Unsuccessful) if the wait failed or someone must
    /// act; the error names the state and the reason, if the service reports it.
    pub fn success(self) -> Result<Option<O>> {
        let (text, message) = match self {
            Self::Success { output, .. } => return Ok(Some(output)),
            Self::Gone(_) => return Ok(None),
            Self::Failure {
                waiter,
                state,
                message,
                ..
            } => (format!("{waiter}: ended in state {state}"), message),
            Self::Attention {
                waiter,
                state,
                message,
                ..
            } => (
                format!("{waiter}: remains in state {state} until someone acts"),
                message,
            ),
        };
        Err(Error::unsuccessful(match message {
            Some(message) => format!("{text}: {message}"),
            None => text,
        }))
    }

    /// Applies a function to the output.
    pub fn map<T>(self, change: impl FnOnce(O) -> T) -> Outcome<T> {
        match self {
            Self::Success { state, output } => Outcome::Success {
                state,
                output: change(output),
            },
            Self::Gone(error) => Outcome::Gone(error),
            Self::Failure {
                waiter,
                state,
                message,
                output,
            } => Outcome::Failure {
                waiter,
                state,
                message,
                output: change(output),
            },
            Self::Attention {
                waiter,
                state,
                message,
                output,
            } => Outcome::Attention {
                waiter,
                state,
                message,
                output: change(output),
            },
        }
    }
}
