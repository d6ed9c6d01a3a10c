//! The orchestrator of a call: attempts, and the retries between them.
//!
//! [`resolve`] determines everything that is the same for all attempts of a call, [`attempt`] makes
//! one attempt, [`retry_state`] decides whether another one follows, and [`report`] and [`trace`]
//! report to metrics and spans.

mod attempt;
mod report;
pub(crate) mod resolve;
mod retry_state;
mod trace;

use crate::credentials::Credentials;
use crate::error::{Error, Result};
use crate::response::Response;
use crate::response::body::{ByteStream, RawResponse};
use crate::shared::ClientShared;
use crate::span::StartSpan;
use crate::time::{BoxFuture, Deadline, sleep};
use attempt::{AttemptResponse, AttemptSender};
use report::Reporter;
use resolve::{Resolution, ResolvedCall};
use retry_state::{GiveUp, RetryState};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// A call in progress: what changes from attempt to attempt.
struct CallState<'a> {
    shared: &'a ClientShared,
    call: &'a ResolvedCall,
    deadline: Deadline<'a>,
    retry: RetryState<'a>,
    sender: AttemptSender<'a>,
    reporter: Reporter<'a>,
}

/// Executes a call. Nothing happens before the future is polled.
pub(crate) fn invoke(
    shared: &Arc<ClientShared>,
    call: Result<Resolution>,
) -> BoxFuture<'static, Result<RawResponse>> {
    // Here and not when the future is polled: another thread may do that.
    let start = shared.config.tracer.as_ref().map(|tracer| tracer.prepare());
    invoke_within(shared, call, start)
}

/// Executes a call in the span that `start` starts.
fn invoke_within(
    shared: &Arc<ClientShared>,
    call: Result<Resolution>,
    start: Option<StartSpan>,
) -> BoxFuture<'static, Result<RawResponse>> {
    match call {
        Ok(Resolution::Complete(call)) => {
            let shared = shared.clone();
            Box::pin(async move {
                let deadline = Deadline::start(&*shared.config.time, call.limits.operation);
                run(&shared, &call, None, deadline, start).await
            })
        }
        // A future of its own, so that the one of other calls is not larger.
        Ok(Resolution::Pending(call)) => {
            let shared = shared.clone();
            Box::pin(async move {
                let deadline = Deadline::start(&*shared.config.time, call.timeout(&shared));
                let (call, credentials) = call.complete(&shared, deadline).await?;
                run(&shared, &call, credentials, deadline, start).await
            })
        }
        // Before the deadline starts, because a person may have to confirm the call.
        Ok(Resolution::Unchecked(call)) => {
            let shared = shared.clone();
            Box::pin(async move {
                let call = call.check(&shared).await;
                invoke_within(&shared, call, start).await
            })
        }
        Err(error) => Box::pin(std::future::ready(Err(error))),
    }
}

/// Runs the attempts of a call. `credentials` are those of the first attempt, if they are known.
async fn run(
    shared: &ClientShared,
    call: &ResolvedCall,
    credentials: Option<Result<Credentials>>,
    deadline: Deadline<'_>,
    start: Option<StartSpan>,
) -> Result<RawResponse> {
    let mut state = CallState::new(shared, call, credentials, deadline, start);
    let span = state.reporter.span();
    let result = {
        let mut running = pin!(state.run());
        poll_fn(|context| span.poll(running.as_mut(), context)).await
    };
    let parts = result.as_ref().map(|raw| raw.response.parts());
    state.reporter.call(&state.retry, state.deadline, parts);
    result
}

impl<'a> CallState<'a> {
    fn new(
        shared: &'a ClientShared,
        call: &'a ResolvedCall,
        credentials: Option<Result<Credentials>>,
        deadline: Deadline<'a>,
        start: Option<StartSpan>,
    ) -> Self {
        let config = &shared.config;
        Self {
            shared,
            call,
            deadline,
            retry: RetryState::new(
                &call.retry,
                call.retry_context(),
                &shared.retry,
                config.clock_skew_correction,
                deadline,
            ),
            sender: AttemptSender::new(shared, call, credentials, deadline),
            reporter: Reporter::new(shared, call, start),
        }
    }

    /// Makes attempts until one succeeds or no other may follow.
    async fn run(&mut self) -> Result<RawResponse> {
        let mut previous = None;
        loop {
            let Some(wait) = self.retry.reserve_slot() else {
                return Err(self.rate_limited(previous));
            };
            self.sleep(wait).await?;
            let result = self.sender.send(&mut self.retry, &self.reporter).await;
            let error = match result {
                Ok(response) => return Ok(self.complete(response)),
                Err(error) => error,
            };
            match self.retry.next(&error) {
                Ok(delay) => self.sleep(delay).await?,
                Err(reason) => return Err(self.give_up(error, reason)),
            }
            previous = Some(error);
        }
    }

    /// Sleeps, unless the duration is zero.
    async fn sleep(&self, duration: Duration) -> Result<()> {
        if duration.is_zero() {
            return Ok(());
        }
        let slept = sleep(self.deadline.time(), duration).await;
        slept.map_err(|error| Error::from(error).on(self.call.name(), self.retry.attempts()))
    }

    fn complete(&self, response: AttemptResponse) -> RawResponse {
        let AttemptResponse { mut parts, stream } = response;
        self.retry.refund();
        parts.attempts = self.retry.attempts();
        parts.elapsed = self.deadline.elapsed();
        parts.endpoint = Some(self.call.endpoint.clone());
        parts.decode_limit = self.call.limits.decoded_bytes;
        RawResponse {
            response: Response::new(parts),
            stream: stream.map(|stream| ByteStream {
                body: stream.body,
                secrets: stream.secrets,
                time: self.shared.config.time.clone(),
                idle: self.call.limits.attempt,
                limit: self.call.limits.bytes,
                decode_limit: self.call.limits.decoded_bytes,
            }),
        }
    }

    /// Returns the error of a call for which the rate limiter has no slot in time: that of the
    /// previous attempt, if there was one.
    fn rate_limited(&self, previous: Option<Error>) -> Error {
        match previous {
            Some(error) => self.give_up(error, GiveUp::RateLimited),
            None => self
                .call
                .timed_out("while waiting for the rate limiter")
                .at(&self.call.endpoint.to_string())
                .on(self.call.name(), 0),
        }
    }

    fn give_up(&self, error: Error, reason: GiveUp) -> Error {
        let error = error.on(self.call.name(), self.retry.attempts());
        let error = error.with_needed(|denied| self.call.needs(self.shared, denied));
        match reason.hint() {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}
