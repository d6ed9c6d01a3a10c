//! What a wait tells on its way and at its end.

use super::Judgement;
use crate::error::{Error, Result};
use std::time::Duration;

/// What a state means for a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaiterStatus {
    /// Not at its end.
    Pending,
    /// Not at its end, and it may never be unless somebody acts.
    Attention,
    /// Ended well.
    Success,
    /// Ended badly.
    Failure,
}

impl WaiterStatus {
    /// Whether the state is final.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Success | Self::Failure)
    }

    /// How far it is from a good end: of several things together, the furthest decides.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Pending => 2,
            Self::Attention => 3,
        }
    }
}

/// One answer on the way.
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
    /// An error that ends the wait well.
    Gone(Error),
}

impl<O> Progress<O> {
    pub(super) fn answered(
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

    pub(super) fn gone(waiter: &'static str, error: Error, polls: u32, elapsed: Duration) -> Self {
        Self {
            waiter,
            judgement: Judgement {
                state: None,
                message: None,
                status: WaiterStatus::Success,
            },
            body: ProgressBody::Gone(error),
            polls,
            elapsed,
        }
    }

    /// The state, as the service names it. Where many things are waited for, each of their states once, separated by commas; of a list
    /// with several pages those on the page that is furthest from a good end. `None` when the answer has none, as for something that the
    /// service does not show yet.
    pub fn state(&self) -> Option<&str> {
        self.judgement.state.as_deref()
    }

    /// What that means for the wait.
    pub fn status(&self) -> WaiterStatus {
        self.judgement.status
    }

    /// Whether somebody has to act before it can go on.
    pub fn needs_attention(&self) -> bool {
        self.status() == WaiterStatus::Attention
    }

    /// The answer; of a list with several pages the page that [`state`](Self::state) speaks of. `None` when the thing is gone and that
    /// was waited for.
    pub fn output(&self) -> Option<&O> {
        match &self.body {
            ProgressBody::Output(output) => Some(output),
            ProgressBody::Gone(_) => None,
        }
    }

    /// How many times the service was asked, this time included.
    pub fn polls(&self) -> u32 {
        self.polls
    }

    /// Time since the wait began.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How a wait that ends with this answer came out, for who watches the answers by hand; `None` when it can still be waited for.
    pub fn into_outcome(self) -> Option<Outcome<O>> {
        let waiter = self.waiter;
        let state = self.judgement.state.unwrap_or_default();
        let message = self.judgement.message;
        Some(match (self.judgement.status, self.body) {
            (_, ProgressBody::Gone(error)) => Outcome::Gone(error),
            (WaiterStatus::Success, ProgressBody::Output(output)) => Outcome::Success(output),
            (WaiterStatus::Failure, ProgressBody::Output(output)) => Outcome::Failure {
                waiter,
                state,
                message,
                output,
            },
            (WaiterStatus::Attention, ProgressBody::Output(output)) => Outcome::Attention {
                waiter,
                state,
                message,
                output,
            },
            (WaiterStatus::Pending, ProgressBody::Output(_)) => return None,
        })
    }
}

/// How a wait came out.
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "what was waited for may have ended badly"]
pub enum Outcome<O> {
    /// It ended well. The last answer.
    Success(O),
    /// It is gone, and that was waited for. What the service said.
    Gone(Error),
    /// It ended badly.
    #[non_exhaustive]
    Failure {
        /// What was waited for: `ExecutionFinished`.
        waiter: &'static str,
        /// The state, as the service names it.
        state: String,
        /// Why, where the service says so.
        message: Option<String>,
        /// The last answer.
        output: O,
    },
    /// Somebody has to act. Only when [`Waiter::stop_for_attention`](super::Waiter::stop_for_attention) was asked for.
    #[non_exhaustive]
    Attention {
        /// What was waited for: `ExecutionFinished`.
        waiter: &'static str,
        /// The state, as the service names it.
        state: String,
        /// Why, where the service says so.
        message: Option<String>,
        /// The last answer.
        output: O,
    },
}

impl<O> Outcome<O> {
    /// Whether it ended well.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success(_) | Self::Gone(_))
    }

    /// The state that ended the wait badly or that needs somebody, as the service names it.
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::Failure { state, .. } | Self::Attention { state, .. } => Some(state),
            Self::Success(_) | Self::Gone(_) => None,
        }
    }

    /// Why it ended badly or needs somebody, as the service says; `None` where it does not say.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Failure { message, .. } | Self::Attention { message, .. } => message.as_deref(),
            Self::Success(_) | Self::Gone(_) => None,
        }
    }

    /// The last answer; `None` when the thing is gone.
    pub fn output(&self) -> Option<&O> {
        match self {
            Self::Success(output)
            | Self::Failure { output, .. }
            | Self::Attention { output, .. } => Some(output),
            Self::Gone(_) => None,
        }
    }

    /// The last answer when it ended well; `None` when the thing is gone and that was waited for.
    ///
    /// # Errors
    /// Of kind [`Unsuccessful`](crate::ErrorKind::Unsuccessful) when it ended badly or somebody has to act; it names the state and, where
    /// the service says it, why.
    pub fn success(self) -> Result<Option<O>> {
        let (text, message) = match self {
            Self::Success(output) => return Ok(Some(output)),
            Self::Gone(_) => return Ok(None),
            Self::Failure {
                waiter,
                state,
                message,
                ..
            } => (format!("{waiter}: ended as {state}"), message),
            Self::Attention {
                waiter,
                state,
                message,
                ..
            } => (
                format!("{waiter}: stays {state} until somebody acts"),
                message,
            ),
        };
        Err(Error::unsuccessful(match message {
            Some(message) => format!("{text}: {message}"),
            None => text,
        }))
    }

    /// The same outcome with something made of the answer.
    pub fn map<T>(self, change: impl FnOnce(O) -> T) -> Outcome<T> {
        match self {
            Self::Success(output) => Outcome::Success(change(output)),
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
