//! Waiting until something reaches a state, by asking for it again and again.

mod interval;
mod progress;
mod request;
mod state;

use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::operation::Operation;
use crate::options::CallOptions;
use crate::orchestrator;
use crate::orchestrator::resolve;
use crate::paginator::Paginated;
use crate::response::Response;
use crate::time::within;
use alibabacloud_types::plumbing::{Field, Record};
use futures_core::Stream;
use interval::PollInterval;
use request::{Paged, PollRequest, Single};
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

pub use progress::{Outcome, Progress, WaiterStatus};
#[doc(hidden)]
pub use state::Definition;

/// A wait when nothing else is said: half an hour.
const DEADLINE: Duration = Duration::from_secs(30 * 60);

/// How long something may be unknown to the service before the wait gives up: what was just started can take a moment to show.
const GRACE_PERIOD: Duration = Duration::from_secs(60);

/// Waits until something reaches a state; made by the methods `wait_until_...` of a client.
///
/// Asks the service at once, then after 1 second, then after twice as long each time up to 15 seconds, shortened by up to a quarter at
/// random. What the service asks for (`x-acs-retry-after`) is kept. Errors that may pass, such as throttling or a broken connection,
/// are waited out; all others end the wait. So does a service that was never reached: see [`Waiter::grace_period`].
///
/// [`Waiter::wait`] gives the end of it; [`Waiter::states`] gives every answer on the way.
#[must_use = "nothing is sent before `wait`, or before the stream of `states` is polled"]
pub struct Waiter<O> {
    poller: Poller,
    request: Box<dyn PollRequest<O>>,
    judge: Judge<O>,
    on_progress: Option<OnProgress<O>>,
    interval: PollInterval,
    deadline: Duration,
    grace_period: Duration,
    stops_for_attention: bool,
}

type Judge<O> = Box<dyn Fn(&O) -> Judgement + Send + Sync>;
type OnProgress<O> = Box<dyn FnMut(&Progress<O>) + Send + Sync>;

/// What an answer says about a wait.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The state, as the service names it; `None` when the answer has none.
    pub state: Option<String>,
    /// Why it ended badly or needs somebody, where the service says so.
    pub message: Option<String>,
    /// What that means for the wait.
    pub status: WaiterStatus,
}

impl Judgement {
    /// Whether it is further from a good end. A page without a state says nothing.
    fn is_worse_than(&self, other: &Self) -> bool {
        match (&self.state, &other.state) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(_), Some(_)) => self.status.rank() > other.status.rank(),
        }
    }
}

/// The part of a waiter that does not depend on the type of the answer.
struct Poller {
    client: Client,
    operation: &'static Operation,
    /// What the request names, for messages: ` of ExecutionId exec-1`.
    target: String,
    options: CallOptions,
    /// What is waited for, for messages: `ExecutionFinished`.
    name: &'static str,
    success_errors: &'static [&'static str],
}

impl<O: Field + Default + Send + 'static> Waiter<O> {
    /// A waiter as a specification defines it.
    #[doc(hidden)]
    pub fn new<I: Record + 'static>(call: Call<I>, definition: &'static Definition) -> Self {
        let mut waiter = Self::judged(call, definition.name, |answer: &O| definition.judge(answer));
        waiter.poller.success_errors = definition.success_errors;
        waiter
    }

    /// A waiter as a specification defines it, for all things of a list that may have several pages.
    #[doc(hidden)]
    pub fn paged<P>(request: P, definition: &'static Definition) -> Self
    where
        P: Paginated<Page = O> + Clone + Send + Sync + 'static,
        P::Input: Clone,
    {
        let mut waiter = Self::new(request.call().clone(), definition);
        waiter.request = Box::new(Paged::new(request));
        waiter
    }

    /// A waiter for `name` that leaves it to `judge` what an answer means.
    #[doc(hidden)]
    pub fn judged<I: Record + 'static>(
        call: Call<I>,
        name: &'static str,
        judge: impl Fn(&O) -> Judgement + Send + Sync + 'static,
    ) -> Self {
        let (client, operation) = (call.client().clone(), call.operation());
        Self {
            poller: Poller {
                client,
                operation,
                target: state::target(&call.input),
                options: call.options,
                name,
                success_errors: &[],
            },
            request: Box::new(Single(call.input)),
            judge: Box::new(judge),
            on_progress: None,
            interval: PollInterval::standard(),
            deadline: DEADLINE,
            grace_period: GRACE_PERIOD,
            stops_for_attention: false,
        }
    }

    /// How long to wait in all. The default is 30 minutes.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = limit;
        self
    }

    /// Asks exactly this often, instead of with a growing interval and jitter.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.interval = PollInterval::fixed(interval);
        self
    }

    /// How long the service may not know what is waited for, or not be reached from the beginning. The default is 60 seconds, as what
    /// was just started can take a moment to show; longer than that, a mistyped id or region is likelier.
    pub fn grace_period(mut self, limit: Duration) -> Self {
        self.grace_period = limit;
        self
    }

    /// Called with every answer, the last one included.
    pub fn on_progress(
        mut self,
        callback: impl FnMut(&Progress<O>) + Send + Sync + 'static,
    ) -> Self {
        self.on_progress = Some(Box::new(callback));
        self
    }

    /// Ends the wait with [`Outcome::Attention`] as soon as somebody has to act. Without this the wait goes on: somebody may act
    /// meanwhile, and [`Waiter::on_progress`] tells that it is needed.
    pub fn stop_for_attention(mut self) -> Self {
        self.stops_for_attention = true;
        self
    }

    /// What differs from the client's configuration in the calls of this wait.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.poller.options = options;
        self
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// Of kind [`Timeout`](crate::ErrorKind::Timeout) when the deadline passes first; it names the last state and the last error. Of kind
    /// [`Unsuccessful`](crate::ErrorKind::Unsuccessful) when the service does not know what is waited for. And errors of the calls that
    /// cannot pass by waiting. That what is waited for ended badly is no error, but an [`Outcome`]; see [`Outcome::success`].
    pub async fn wait(self) -> Result<Outcome<O>> {
        let mut states = self.states();
        let mut last = None;
        while let Some(progress) = states.next().await {
            last = Some(progress?);
        }
        last.and_then(Progress::into_outcome)
            .ok_or_else(|| Error::timeout("the wait ended before it began"))
    }

    /// [`wait`](Self::wait), for programs without an async runtime.
    ///
    /// # Errors
    /// As [`wait`](Self::wait), and when there is no thread for blocking calls.
    #[cfg(feature = "blocking")]
    pub fn wait_blocking(self) -> Result<Outcome<O>> {
        crate::blocking::run(self.wait())?
    }

    /// Asks once. Of a list with several pages, the one that is furthest from a good end stands for all.
    async fn ask(&self) -> Result<(Judgement, O)> {
        let mut worst: Option<(Judgement, O)> = None;
        let mut next: Option<Box<dyn PollRequest<O>>> = None;
        loop {
            let request = next.as_deref().unwrap_or(&*self.request);
            let answer = self.poller.ask(request.input()).await?;
            let output = self.poller.read::<O>(answer)?;
            next = request.after(&output)?;
            let judgement = (self.judge)(&output);
            let asked = match worst {
                Some(worst) if !judgement.is_worse_than(&worst.0) => worst,
                _ => (judgement, output),
            };
            if next.is_none() || asked.0.status == WaiterStatus::Attention {
                return Ok(asked);
            }
            worst = Some(asked);
        }
    }

    /// Every answer on the way, the one that ends the wait included.
    pub fn states(self) -> States<O> {
        States {
            state: Stage::Idle(Box::new(WaitState {
                waiter: self,
                begun: None,
                known: false,
                reached: false,
                polls: 0,
                last: Last::default(),
            })),
        }
    }
}

impl<O> fmt::Debug for Waiter<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiter")
            .field("name", &self.poller.name)
            .field("operation", &self.poller.operation.name)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// The answers of a wait; made by [`Waiter::states`]. A [`Stream`], and without one at hand [`States::next`].
///
/// Ends after the answer that ends the wait, and after the first error.
#[must_use = "nothing is sent before `next`, or the stream is polled"]
pub struct States<O> {
    state: Stage<O>,
}

type WaitStep<O> = (Box<WaitState<O>>, Result<Progress<O>>);

enum Stage<O> {
    Idle(Box<WaitState<O>>),
    Asking(Pin<Box<dyn Future<Output = WaitStep<O>> + Send>>),
    Done,
}

impl<O: Field + Default + Send + 'static> States<O> {
    /// The next answer, after the wait that is due before it; `None` after the last. Cancelling the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Progress<O>>> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Progress<O>>>> {
        loop {
            match std::mem::replace(&mut self.state, Stage::Done) {
                Stage::Done => return Poll::Ready(None),
                Stage::Idle(run) => self.state = Stage::Asking(Box::pin(run.step())),
                Stage::Asking(mut step) => {
                    let polled = step.as_mut().poll(context);
                    if polled.is_pending() {
                        self.state = Stage::Asking(step);
                    }
                    let (run, progress) = ready!(polled);
                    if progress.as_ref().is_ok_and(|progress| !run.ends(progress)) {
                        self.state = Stage::Idle(run);
                    }
                    return Poll::Ready(Some(progress));
                }
            }
        }
    }
}

impl<O: Field + Default + Send + 'static> Stream for States<O> {
    type Item = Result<Progress<O>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<O> fmt::Debug for States<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("States").finish_non_exhaustive()
    }
}

/// A wait under way.
struct WaitState<O> {
    waiter: Waiter<O>,
    /// When it began, on the client's clock.
    begun: Option<Duration>,
    /// Whether any answer had a state.
    known: bool,
    /// Whether any call got through to the service.
    reached: bool,
    polls: u32,
    last: Last,
}

/// What was seen last, for the message when time is up.
#[derive(Default)]
struct Last {
    state: Option<String>,
    error: Option<Error>,
}

impl<O: Field + Default + Send + 'static> WaitState<O> {
    fn ends(&self, progress: &Progress<O>) -> bool {
        match progress.status() {
            WaiterStatus::Pending => false,
            WaiterStatus::Attention => self.waiter.stops_for_attention,
            WaiterStatus::Success | WaiterStatus::Failure => true,
        }
    }

    /// From one answer to the next.
    async fn step(mut self: Box<Self>) -> WaitStep<O> {
        let progress = self.next_answer().await;
        if let (Ok(progress), Some(callback)) = (&progress, &mut self.waiter.on_progress) {
            callback(progress);
        }
        (self, progress)
    }

    async fn next_answer(&mut self) -> Result<Progress<O>> {
        let time = self.waiter.poller.client.time();
        let begun = *self.begun.get_or_insert_with(|| time.elapsed());
        loop {
            if self.polls > 0 {
                let asked = self.last.error.as_ref().and_then(Error::retry_after);
                let pause = self.waiter.interval.pause(self.polls, asked);
                let left = self.left(time.elapsed().saturating_sub(begun))?;
                time.sleep(pause.min(left)).await;
            }
            let left = self.left(time.elapsed().saturating_sub(begun))?;
            self.polls = self.polls.saturating_add(1);
            let asked = within(&*time, left, pin!(self.waiter.ask())).await;
            let elapsed = time.elapsed().saturating_sub(begun);
            let Some(answer) = asked else {
                return Err(self.timed_out(elapsed));
            };
            self.reached |= !matches!(&answer, Err(error) if error.kind() == ErrorKind::Connect);
            let gives_up = !self.reached && elapsed >= self.waiter.grace_period;
            match self.read(answer, elapsed) {
                Ok(progress) => return Ok(progress),
                Err(error) if error.is_retryable() && !gives_up => self.last.error = Some(error),
                Err(error) => return Err(error),
            }
        }
    }

    fn read(&mut self, answer: Result<(Judgement, O)>, elapsed: Duration) -> Result<Progress<O>> {
        let (name, polls) = (self.waiter.poller.name, self.polls);
        let (judgement, output) = match answer {
            Ok(answer) => answer,
            Err(error) if self.waiter.poller.is_success(&error) => {
                return Ok(Progress::gone(name, error, polls, elapsed));
            }
            Err(error) => return Err(error),
        };
        self.known |= judgement.state.is_some();
        self.last = Last {
            state: judgement.state.clone(),
            error: None,
        };
        if !self.known
            && judgement.status == WaiterStatus::Pending
            && elapsed >= self.waiter.grace_period
        {
            return Err(self.waiter.poller.unknown(elapsed));
        }
        Ok(Progress::answered(name, judgement, output, polls, elapsed))
    }

    /// The time until the deadline.
    fn left(&mut self, elapsed: Duration) -> Result<Duration> {
        match self.waiter.deadline.checked_sub(elapsed) {
            Some(left) if !left.is_zero() => Ok(left),
            _ => Err(self.timed_out(elapsed)),
        }
    }

    fn timed_out(&mut self, elapsed: Duration) -> Error {
        let state = match &self.last.state {
            Some(state) => format!("the last state was {state}"),
            None => "no state was seen".to_owned(),
        };
        let mut seen = format!(
            "{state} after {} s and {} calls",
            elapsed.as_secs(),
            self.polls
        );
        let last = self.last.error.take();
        if let Some(last) = &last {
            seen.push_str(&format!("; the last error was {last}"));
        }
        let error = self.waiter.poller.error(Error::timeout, &seen);
        match last {
            Some(last) => error.caused_by(last),
            None => error,
        }
    }
}

impl Poller {
    /// One call.
    async fn ask(&self, input: &dyn Record) -> Result<Response<()>> {
        let shared = self.client.shared();
        let call = resolve::from_operation(shared, self.operation, input, &self.options);
        Ok(orchestrator::start(shared, call).await?.answer)
    }

    fn read<O: Field + Default>(&self, answer: Response<()>) -> Result<O> {
        crate::call::read(self.operation, answer).map(Response::into_output)
    }

    fn is_success(&self, error: &Error) -> bool {
        error
            .code()
            .is_some_and(|code| self.success_errors.contains(&code))
    }

    fn unknown(&self, elapsed: Duration) -> Error {
        let text = format!(
            "the service knows of none after {} s; check the id and the region",
            elapsed.as_secs()
        );
        self.error(Error::unsuccessful, &text)
    }

    /// An error that says what was waited for.
    fn error(&self, make: fn(String) -> Error, text: &str) -> Error {
        make(format!("waiting for {}{}: {text}", self.name, self.target))
            .on(self.operation.qualified_name(), 0)
    }
}
