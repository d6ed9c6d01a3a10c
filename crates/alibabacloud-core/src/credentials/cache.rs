//! Credentials kept and refreshed in time.

use super::{Credentials, CredentialsError, ProvideCredentials, ProviderContext};
use crate::time::{BoxFuture, within};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::runtime::{self, Handle};
use tokio::sync::watch;

/// Credentials are refreshed this long before they expire, or a quarter of their lifetime before, whichever is shorter.
const LONGEST_LEAD: Duration = Duration::from_secs(15 * 60);
const LEAD_FRACTION: u32 = 4;
/// Up to this part of the lead is taken off at random, so that many processes do not refresh at the same moment.
const JITTER_FRACTION: u32 = 5;
/// Credentials without an expiry are asked for again after this time, so that a changed file is seen without a restart.
const UNKNOWN_EXPIRY_AGE: Duration = Duration::from_secs(5 * 60);
/// Pause after a failed refresh while the old value is good; doubles with each failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often a caller starts over when the refresh it waits for vanishes.
const MOST_RESTARTS: u32 = 3;
/// How long a provider may take. All callers wait for one refresh, so one that never ends would stop the client for good.
const LONGEST_REFRESH: Duration = Duration::from_secs(5 * 60);
/// How long a caller waits for a refresh that runs in another runtime, which may never run again.
const FOREIGN_WAIT: Duration = Duration::from_secs(15);

/// Keeps what a provider found and refreshes it in time.
///
/// - Any number of callers cause one refresh; a caller that goes away does not stop it.
/// - Credentials are refreshed in the background, a quarter of their lifetime but at most 15 minutes before they expire, less a random
///   part. Until then, and while a refresh fails, the old ones are handed out until they truly expire.
/// - Credentials without an expiry are asked for again every 5 minutes, in the background.
/// - A refresh that takes more than 5 minutes is given up and counts as a failure.
/// - Failures are not kept: with nothing valid at hand, the next caller tries again.
///
/// Clones share everything. Works in any tokio runtime, also when the one that started a refresh is gone.
#[derive(Clone, Debug)]
pub struct CachedProvider(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    provider: Arc<dyn ProvideCredentials>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    held: Option<Held>,
    flight: Option<Flight>,
    /// Failed refreshes since the last success.
    failures: u32,
    /// No background refresh before this moment.
    paused_until: Option<SystemTime>,
}

#[derive(Debug)]
struct Held {
    credentials: Credentials,
    refresh_at: SystemTime,
}

/// A refresh under way.
#[derive(Clone, Debug)]
struct Flight {
    outcome: Outcome,
    runtime: Option<runtime::Id>,
}

type Landing = watch::Sender<Option<Result<Credentials, CredentialsError>>>;
type Outcome = watch::Receiver<Option<Result<Credentials, CredentialsError>>>;

enum Wait {
    Landed(Result<Credentials, CredentialsError>),
    /// The task was dropped: its runtime is gone, or the provider panicked.
    Vanished,
    /// Its runtime does not run.
    Stalled,
}

impl CachedProvider {
    /// Keeps what `provider` finds.
    pub fn new(provider: impl ProvideCredentials) -> Self {
        Self::shared(Arc::new(provider))
    }

    /// Keeps what a shared provider finds.
    pub fn shared(provider: Arc<dyn ProvideCredentials>) -> Self {
        Self(Arc::new(Shared {
            provider,
            state: Mutex::default(),
        }))
    }

    async fn get(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        for _ in 0..=MOST_RESTARTS {
            let flight = match self.look(context) {
                Ok(credentials) => return Ok(credentials),
                Err(Some(flight)) => flight,
                Err(None) => self.take_off(context).await,
            };
            match flight.wait(context).await {
                Wait::Landed(result) => return result,
                Wait::Vanished => {}
                Wait::Stalled => self.0.state().clear(&flight.outcome),
            }
        }
        Err(CredentialsError::new(format!(
            "{} was interrupted again and again: the provider panics, or every runtime that asks it is shut down",
            self.0.provider.name()
        )))
    }

    /// What is held and good, else the refresh under way. Sees to it that what is held is refreshed in time.
    fn look(&self, context: &ProviderContext) -> Result<Credentials, Option<Flight>> {
        let now = context.time.now();
        let state = self.0.state();
        let Some(credentials) = state.usable(now) else {
            return Err(state.flight());
        };
        let aging = state.wants_background_refresh(now);
        drop(state);
        if aging {
            self.refresh_in_background(context);
        }
        Ok(credentials)
    }

    fn refresh_in_background(&self, context: &ProviderContext) {
        // Without a runtime there is no background: then the first caller after expiry refreshes.
        if let Ok(runtime) = Handle::try_current() {
            self.launch(context, &runtime);
        }
    }

    /// Starts a refresh, or joins one that somebody else has just started.
    async fn take_off(&self, context: &ProviderContext) -> Flight {
        match Handle::try_current() {
            Ok(runtime) => self.launch(context, &runtime),
            Err(_) => {
                let (flight, landing) = self.0.state().prepare(None);
                if let Some(landing) = landing {
                    self.0.clone().fly(context.clone(), landing).await;
                }
                flight
            }
        }
    }

    fn launch(&self, context: &ProviderContext, runtime: &Handle) -> Flight {
        let (flight, landing) = self.0.state().prepare(Some(runtime.id()));
        if let Some(landing) = landing {
            runtime.spawn(self.0.clone().fly(context.clone(), landing));
        }
        flight
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One refresh, from asking the provider to telling everybody who waits. Dropped on the way, it closes the channel they wait on.
    async fn fly(self: Arc<Self>, context: ProviderContext, landing: Landing) {
        let providing = pin!(self.provider.provide(&context));
        let result = within(&*context.time, LONGEST_REFRESH, providing)
            .await
            .unwrap_or_else(|| {
                Err(CredentialsError::new(format!(
                    "{} gave neither credentials nor an error within {} s",
                    self.provider.name(),
                    LONGEST_REFRESH.as_secs()
                )))
            });
        let now = context.time.now();
        let result = result.and_then(|credentials| still_valid(credentials, now));
        self.state().land(&landing, &result, now);
        landing.send_replace(Some(result));
    }
}

impl State {
    fn usable(&self, now: SystemTime) -> Option<Credentials> {
        let held = &self.held.as_ref()?.credentials;
        held.expiry()
            .is_none_or(|expiry| now < expiry)
            .then(|| held.clone())
    }

    fn wants_background_refresh(&self, now: SystemTime) -> bool {
        self.held
            .as_ref()
            .is_some_and(|held| now >= held.refresh_at)
            && self.paused_until.is_none_or(|until| now >= until)
            && self.flight().is_none()
    }

    /// The refresh under way, unless it has vanished.
    fn flight(&self) -> Option<Flight> {
        let flight = self.flight.as_ref()?;
        flight.outcome.has_changed().is_ok().then(|| flight.clone())
    }

    /// Makes room for a refresh; gives no landing when one is under way.
    fn prepare(&mut self, runtime: Option<runtime::Id>) -> (Flight, Option<Landing>) {
        if let Some(flight) = self.flight() {
            return (flight, None);
        }
        let (landing, outcome) = watch::channel(None);
        let flight = Flight { outcome, runtime };
        self.flight = Some(flight.clone());
        (flight, Some(landing))
    }

    /// Forgets the refresh with this channel, unless another one has taken its place.
    fn clear(&mut self, outcome: &Outcome) {
        self.flight
            .take_if(|flight| flight.outcome.same_channel(outcome));
    }

    fn land(
        &mut self,
        landing: &Landing,
        result: &Result<Credentials, CredentialsError>,
        now: SystemTime,
    ) {
        self.clear(&landing.subscribe());
        match result {
            Ok(credentials) => {
                self.failures = 0;
                self.paused_until = None;
                self.held = Some(Held {
                    refresh_at: refresh_at(credentials, now),
                    credentials: credentials.clone(),
                });
            }
            Err(_) => {
                self.paused_until = now.checked_add(pause(self.failures));
                self.failures = self.failures.saturating_add(1);
            }
        }
    }
}

impl Flight {
    async fn wait(&self, context: &ProviderContext) -> Wait {
        let mut outcome = self.outcome.clone();
        let landed = async {
            match outcome.wait_for(Option::is_some).await {
                Ok(result) => match &*result {
                    Some(result) => Wait::Landed(result.clone()),
                    None => Wait::Vanished,
                },
                Err(_) => Wait::Vanished,
            }
        };
        let here = Handle::try_current().ok().map(|runtime| runtime.id());
        if self.runtime == here {
            // The runtime evidently runs.
            return landed.await;
        }
        within(&*context.time, FOREIGN_WAIT, pin!(landed))
            .await
            .unwrap_or(Wait::Stalled)
    }
}

impl ProvideCredentials for CachedProvider {
    fn name(&self) -> &str {
        self.0.provider.name()
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        // Nearly always there is something at hand, and the future that waits for a refresh is a large one.
        match self.look(context) {
            Ok(credentials) => Box::pin(std::future::ready(Ok(credentials))),
            Err(_) => Box::pin(self.get(context)),
        }
    }

    /// Forgets `used`, so that the next call refreshes. Does nothing when another value has taken its place: of many callers that were
    /// refused at once, the first causes a refresh.
    fn invalidate(&self, used: &Credentials) {
        let dropped = self
            .0
            .state()
            .held
            .take_if(|held| held.credentials.is_same(used));
        if dropped.is_some() {
            self.0.provider.invalidate(used);
        }
    }
}

fn still_valid(credentials: Credentials, now: SystemTime) -> Result<Credentials, CredentialsError> {
    match credentials.expiry() {
        Some(expiry) if expiry <= now => Err(CredentialsError::new(format!(
            "{} gave credentials that have expired already; is the clock of this machine right?",
            credentials.provider()
        ))),
        _ => Ok(credentials),
    }
}

fn refresh_at(credentials: &Credentials, now: SystemTime) -> SystemTime {
    let age = match credentials.expiry() {
        Some(expiry) => {
            let lifetime = expiry.duration_since(now).unwrap_or_default();
            let lead = LONGEST_LEAD.min(lifetime / LEAD_FRACTION);
            lifetime - lead + random_part(lead / JITTER_FRACTION)
        }
        None => UNKNOWN_EXPIRY_AGE + random_part(UNKNOWN_EXPIRY_AGE / JITTER_FRACTION),
    };
    now.checked_add(age).unwrap_or(now)
}

/// Half of it fixed, half at random.
fn pause(failures: u32) -> Duration {
    let full = LONGEST_PAUSE.min(FIRST_PAUSE.saturating_mul(1 << failures.min(16)));
    full / 2 + random_part(full / 2)
}

/// A duration between zero and `most`.
fn random_part(most: Duration) -> Duration {
    // Without a source of randomness there is no jitter, and all else works.
    let random = getrandom::u32().unwrap_or_default();
    most.mul_f64(f64::from(random) / f64::from(u32::MAX))
}
