//! Waiters: they poll a resource until it reaches a state.

mod definition;
mod ids;
mod poll_interval;
mod poll_request;
mod poller;
mod progress;
mod status;

#[doc(hidden)]
pub use definition::Definition;
pub use ids::Ids;
pub use progress::{Outcome, Progress};
#[doc(hidden)]
pub use status::Judgement;
pub use status::WaiterStatus;

#[cfg(feature = "blocking")]
use crate::blocking::run;
use crate::call::Call;
use crate::error::{Error, ErrorKind, Result};
use crate::options::CallOptions;
use crate::paginator::{Paginated, Position};
use crate::time::{Unfinished, sleep, within};
use alibabacloud_types::plumbing::{Field, Record};
use definition::{Identity, describe_target};
use futures_core::Stream;
use poll_interval::PollInterval;
use poll_request::{Paged, PollRequest, Single};
use poller::Poller;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// The default deadline.
const DEADLINE: Duration = Duration::from_secs(30 * 60);

/// The default grace period.
const GRACE_PERIOD: Duration = Duration::from_secs(60);

/// How long an error may say that a resource does not exist, within the grace period. The index of
/// a service can be a few seconds behind; after that, a wrong ID is more likely.
const LATE_INDEX: Duration = Duration::from_secs(10);

/// Waits until a resource reaches a state; created by the methods `wait_until_...` of a client.
///
/// The waiter polls the service immediately, then after 1 second, then at intervals that double up
/// to 15 seconds; each is shortened at random by up to a quarter. A longer delay that the service
/// requests (`x-acs-retry-after`) is kept. Transient errors, such as throttling or a broken
/// connection, do not end the wait, and neither does an error that the resource does not exist, in
/// the first 10 seconds; all other errors do, and so does a service that cannot be reached from the
/// beginning: see [`Waiter::grace_period`].
///
/// [`Waiter::wait`] returns the outcome; [`Waiter::states`] returns every response.
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
    /// The IDs of the resources that every poll must find, if there are several.
    wanted: Vec<String>,
}

type Judge<O> = Box<dyn Fn(&O) -> Judgement + Send + Sync>;
type OnProgress<O> = Box<dyn FnMut(&Progress<O>) + Send + Sync>;

impl<O: Field + Default + Send + 'static> Waiter<O> {
    /// Creates a waiter that a specification defines.
    #[doc(hidden)]
    pub fn new<I: Record + 'static>(call: Call<I>, definition: &'static Definition) -> Self {
        let identity = Identity::of(&call.input, definition);
        let target = describe_target(&call.input, definition.identity);
        let empty_parameter = identity.empty_parameter();
        let wanted = match definition.success_if_absent {
            true => Vec::new(),
            false => identity.several().to_vec(),
        };
        let mut waiter = Self::judged(call, definition.name, move |output: &O| {
            definition.judge(output, &identity)
        });
        waiter.poller.success_errors = definition.success_errors;
        waiter.poller.target = target;
        waiter.poller.empty_parameter = empty_parameter;
        waiter.wanted = wanted;
        waiter
    }

    /// Creates a waiter that a specification defines, for all resources of a list that may have
    /// several pages.
    #[doc(hidden)]
    pub fn paged<P>(request: P, definition: &'static Definition) -> Self
    where
        P: Paginated<Page = O> + Clone + Send + Sync + 'static,
        P::Input: Clone,
    {
        Self::new(request.call().clone(), definition).over_pages(request)
    }

    /// Reads all pages of `request`, the list that is polled.
    #[doc(hidden)]
    pub fn over_pages<P>(mut self, request: P) -> Self
    where
        P: Paginated<Page = O> + Clone + Send + Sync + 'static,
    {
        self.request = Box::new(Paged(request));
        self
    }

    /// Creates a waiter called `name`; `judge` decides what an output means.
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
                target: describe_target(&call.input, &[]),
                options: call.options,
                name,
                success_errors: &[],
                empty_parameter: None,
            },
            request: Box::new(Single(call.input)),
            judge: Box::new(judge),
            on_progress: None,
            interval: PollInterval::standard(),
            deadline: DEADLINE,
            grace_period: GRACE_PERIOD,
            stops_for_attention: false,
            wanted: Vec::new(),
        }
    }

    /// Sets the deadline of the whole wait. The default is 30 minutes.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = limit;
        self
    }

    /// Sets a fixed interval between polls, without growth and jitter.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.interval = PollInterval::fixed(interval);
        self
    }

    /// Sets how long the resource may be unknown to the service, or the service unreachable from
    /// the beginning. A new resource can take a moment to appear; after the default of 60 seconds a
    /// wrong ID or region is more likely. A resource that vanishes during the wait, for instance
    /// because its creation failed, ends it after the same time.
    pub fn grace_period(mut self, limit: Duration) -> Self {
        self.grace_period = limit;
        self
    }

    /// Sets a callback for every response, the last one included.
    pub fn on_progress(
        mut self,
        callback: impl FnMut(&Progress<O>) + Send + Sync + 'static,
    ) -> Self {
        self.on_progress = Some(Box::new(callback));
        self
    }

    /// Ends the wait with [`Outcome::Attention`] as soon as someone must act. By default the wait
    /// continues, because someone may act in the meantime; [`Waiter::on_progress`] reports that it
    /// is necessary.
    pub fn stop_for_attention(mut self) -> Self {
        self.stops_for_attention = true;
        self
    }

    /// Overrides the client's configuration for the calls of this wait.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.poller.options = options;
        self
    }

    /// Waits for a final state.
    ///
    /// # Errors
    /// Of kind [`Timeout`](crate::ErrorKind::Timeout) if the deadline passes first; the error has
    /// the last state and the last error. Of kind [`Unsuccessful`](crate::ErrorKind::Unsuccessful)
    /// if the resource is unknown to the service. And errors of calls that waiting cannot resolve.
    /// A failure state is not an error, but an [`Outcome`]; see [`Outcome::success`].
    pub async fn wait(self) -> Result<Outcome<O>> {
        let mut states = self.states();
        let mut last = None;
        while let Some(progress) = states.next().await {
            last = Some(progress?);
        }
        last.and_then(Progress::into_outcome)
            .ok_or_else(|| Error::timeout("the wait ended without a response"))
    }

    /// [`wait`](Self::wait) for programs without an async runtime.
    ///
    /// # Errors
    /// As [`wait`](Self::wait), and if the thread for blocking calls cannot be started.
    #[cfg(feature = "blocking")]
    pub fn wait_blocking(self) -> Result<Outcome<O>> {
        run(self.wait())?
    }

    /// Polls once. Of a list with several pages, returns the page that is furthest from success.
    /// Also returns which of several resources no page has.
    async fn poll(&self) -> Result<Polled<O>> {
        let mut worst: Option<(Judgement, O)> = None;
        let mut found = Vec::new();
        let mut next: Option<Box<dyn PollRequest<O>>> = None;
        let mut position = Position::default();
        loop {
            let request = next.as_deref().unwrap_or(&*self.request);
            let response = self.poller.poll(request.input(), request.is_page()).await?;
            let output = self.poller.read::<O>(response)?;
            next = request.next(&output, &mut position)?;
            let mut judgement = (self.judge)(&output);
            found.append(&mut judgement.found);
            let current = match worst {
                Some(worst) if !judgement.is_worse_than(&worst.0) => worst,
                _ => (judgement, output),
            };
            if next.is_none() || current.0.status == WaiterStatus::Attention {
                let (mut judgement, output) = current;
                let missing = self.missing(&found);
                if !missing.is_empty() && judgement.status.is_end() {
                    judgement.status = WaiterStatus::Pending;
                    judgement.message = None;
                }
                return Ok(Polled {
                    judgement,
                    missing,
                    output,
                });
            }
            worst = Some(current);
        }
    }

    /// Returns which of several resources are not in `found`; none if nothing is in it, because
    /// then all are unknown, or their elements have no IDs.
    fn missing(&self, found: &[String]) -> Vec<String> {
        let is_missing = |id: &&String| !found.is_empty() && !found.contains(id);
        self.wanted.iter().filter(is_missing).cloned().collect()
    }

    /// Returns a stream of every response, the one that ends the wait included.
    pub fn states(self) -> States<O> {
        States {
            state: Stage::Idle(Box::new(WaitState {
                waiter: self,
                begun: None,
                known_at: None,
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

/// The responses of a wait; created by [`Waiter::states`]. A [`Stream`]; without stream utilities,
/// call [`States::next`].
///
/// Ends after the response that ends the wait, and after the first error.
#[must_use = "nothing is sent before `next` is called or the stream is polled"]
pub struct States<O> {
    state: Stage<O>,
}

type WaitStep<O> = (Box<WaitState<O>>, Result<Progress<O>>);

enum Stage<O> {
    Idle(Box<WaitState<O>>),
    Polling(Pin<Box<dyn Future<Output = WaitStep<O>> + Send>>),
    Done,
}

impl<O: Field + Default + Send + 'static> States<O> {
    /// Returns the next response, after the interval before it; `None` after the last. Cancelling
    /// the future loses no response.
    pub async fn next(&mut self) -> Option<Result<Progress<O>>> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Progress<O>>>> {
        loop {
            match std::mem::replace(&mut self.state, Stage::Done) {
                Stage::Done => return Poll::Ready(None),
                Stage::Idle(run) => self.state = Stage::Polling(Box::pin(run.step())),
                Stage::Polling(mut step) => {
                    let polled = step.as_mut().poll(context);
                    if polled.is_pending() {
                        self.state = Stage::Polling(step);
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

/// What one poll returned.
struct Polled<O> {
    judgement: Judgement,
    /// Of several resources, those that the response does not have.
    missing: Vec<String>,
    output: O,
}

/// A wait in progress.
struct WaitState<O> {
    waiter: Waiter<O>,
    /// When it began, on the clock of the client.
    begun: Option<Duration>,
    /// When a response last had all resources, or a state, since the beginning.
    known_at: Option<Duration>,
    /// Whether any call reached the service.
    reached: bool,
    polls: u32,
    last: Last,
}

/// The last state and error, for the message of a timeout.
#[derive(Default)]
struct Last {
    state: Option<String>,
    /// Of several resources, those that the response did not have.
    missing: Vec<String>,
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

    /// Polls until the next response.
    async fn step(mut self: Box<Self>) -> WaitStep<O> {
        let progress = self.next_response().await;
        if let (Ok(progress), Some(callback)) = (&progress, &mut self.waiter.on_progress) {
            callback(progress);
        }
        (self, progress)
    }

    async fn next_response(&mut self) -> Result<Progress<O>> {
        self.waiter.poller.check_target()?;
        let time = self.waiter.poller.client.time();
        let begun = *self.begun.get_or_insert_with(|| time.elapsed());
        loop {
            if self.polls > 0 {
                let retry_after = self.last.error.as_ref().and_then(Error::retry_after);
                let delay = self.waiter.interval.delay(self.polls, retry_after);
                let left = self.left(time.elapsed().saturating_sub(begun))?;
                sleep(&*time, delay.min(left)).await?;
            }
            let left = self.left(time.elapsed().saturating_sub(begun))?;
            self.polls = self.polls.saturating_add(1);
            let polled = within(&*time, left, pin!(self.waiter.poll())).await;
            let elapsed = time.elapsed().saturating_sub(begun);
            let result = match polled {
                Ok(result) => result,
                Err(Unfinished::TimedOut) => return Err(self.timed_out(elapsed)),
                Err(Unfinished::NoTimer(error)) => return Err(error.into()),
            };
            self.reached |= !matches!(&result, Err(error) if error.kind() == ErrorKind::Connect);
            let gives_up = !self.reached && elapsed >= self.waiter.grace_period;
            match self.read(result, elapsed) {
                Ok(progress) => return Ok(progress),
                Err(error)
                    if error.is_retryable() && !gives_up || self.is_late(&error, elapsed) =>
                {
                    self.last.error = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns whether an error may come from an index that does not have the resource yet.
    fn is_late(&self, error: &Error, elapsed: Duration) -> bool {
        error.is_not_found()
            && self.known_at.is_none()
            && elapsed < self.waiter.grace_period.min(LATE_INDEX)
    }

    fn read(&mut self, result: Result<Polled<O>>, elapsed: Duration) -> Result<Progress<O>> {
        let (name, polls) = (self.waiter.poller.name, self.polls);
        let polled = match result {
            Ok(polled) => polled,
            Err(error) if self.waiter.poller.is_success(&error) => {
                return Ok(Progress::from_error(name, error, polls, elapsed));
            }
            Err(error) => return Err(error),
        };
        let Polled {
            judgement,
            missing,
            output,
        } = polled;
        let is_known = (judgement.is_found || judgement.state.is_some()) && missing.is_empty();
        let known_at = self.known_at;
        if is_known {
            self.known_at = Some(elapsed);
        }
        let absent = elapsed.saturating_sub(known_at.unwrap_or_default());
        if !is_known
            && judgement.status == WaiterStatus::Pending
            && absent >= self.waiter.grace_period
        {
            let was_known = known_at.is_some();
            return Err(self.waiter.poller.unknown(&missing, was_known, absent));
        }
        self.last = Last {
            state: judgement.state.clone(),
            missing,
            error: None,
        };
        Ok(Progress::from_output(
            name, judgement, output, polls, elapsed,
        ))
    }

    /// Returns the time until the deadline.
    fn left(&mut self, elapsed: Duration) -> Result<Duration> {
        match self.waiter.deadline.checked_sub(elapsed) {
            Some(left) if !left.is_zero() => Ok(left),
            _ => Err(self.timed_out(elapsed)),
        }
    }

    fn timed_out(&mut self, elapsed: Duration) -> Error {
        let state = match &self.last.state {
            Some(state) if self.last.missing.is_empty() => format!("the last state was {state}"),
            Some(state) => format!(
                "the last state was {state}, without {}",
                self.last.missing.join(", ")
            ),
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
