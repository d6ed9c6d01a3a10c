//! The cache of credentials and their refresh.

use super::{Credentials, CredentialsError, ProvideCredentials, ProviderContext};
use crate::time::{BoxFuture, Unfinished, within};
use alibabacloud_types::plumbing::format_utc;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::runtime::{self, Handle};
use tokio::sync::watch;

/// Credentials are refreshed this long before they expire, or a quarter of their lifetime before,
/// whichever is shorter: the lead.
const LONGEST_LEAD: Duration = Duration::from_secs(15 * 60);
const LEAD_FRACTION: u32 = 4;
/// Up to this fraction of the lead is subtracted at random, so that many processes do not refresh
/// at the same time.
const JITTER_FRACTION: u32 = 5;
/// Credentials without an expiry are refreshed after this time, so that a changed file takes effect
/// without a restart.
const UNKNOWN_EXPIRY_AGE: Duration = Duration::from_secs(5 * 60);
/// The pause after a failed background refresh; doubles with each failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often a caller starts over if the refresh that it waits for is dropped.
const MOST_RESTARTS: u32 = 3;
/// The time limit of a refresh. All callers wait for the same one, so one that never ends would
/// block the client forever.
const REFRESH_TIMEOUT: Duration = Duration::from_secs(5 * 60);
/// How long a caller waits for a refresh in another runtime, which may no longer run.
const STALL_TIMEOUT: Duration = Duration::from_secs(15);

/// Caches the credentials of a provider and refreshes them in time.
///
/// - Concurrent callers share one refresh; cancelling a caller does not cancel it.
/// - Credentials are refreshed in the background before they expire: a quarter of their lifetime
///   earlier, but at most 15 minutes, less a random part. The old credentials are returned until
///   the refresh succeeds or they expire.
/// - Credentials without an expiry are refreshed in the background after 5 minutes, plus a random
///   part of at most one minute.
/// - After a failed background refresh there is a pause of 1 s, doubled with each failure up to 60
///   s.
/// - A refresh that takes longer than 5 minutes is cancelled and counts as failed.
/// - Errors are not cached: without valid credentials, the next caller starts another refresh.
///
/// Clones share everything. Works in any tokio runtime, even after the one that started a refresh
/// has shut down.
#[derive(Clone, Debug)]
pub struct CachedProvider(Arc<CacheInner>);

#[derive(Debug)]
struct CacheInner {
    provider: Arc<dyn ProvideCredentials>,
    state: Mutex<CacheState>,
}

#[derive(Debug, Default)]
struct CacheState {
    cached: Option<CachedCredentials>,
    refresh: Option<Refresh>,
    /// The number of failed refreshes since the last success.
    failures: u32,
    /// The time of the local clock before which no background refresh starts.
    paused_until: Option<SystemTime>,
}

#[derive(Debug)]
struct CachedCredentials {
    credentials: Credentials,
    refresh_at: RefreshTime,
}

/// The time of a background refresh.
#[derive(Clone, Copy, Debug)]
enum RefreshTime {
    /// By the clock of the services, for credentials with an expiry.
    Service(SystemTime),
    /// By the local clock, which a correction of its skew does not change.
    Local(SystemTime),
}

/// The current time.
#[derive(Clone, Copy, Debug)]
struct Now {
    /// By the local clock.
    local: SystemTime,
    /// By the clock of the services, as far as it is known.
    service: SystemTime,
}

impl Now {
    fn of(context: &ProviderContext) -> Self {
        Self {
            local: context.time.now(),
            service: context.now(),
        }
    }

    fn is_at(self, moment: RefreshTime) -> bool {
        match moment {
            RefreshTime::Service(moment) => self.service >= moment,
            RefreshTime::Local(moment) => self.local >= moment,
        }
    }
}

/// A refresh in progress.
#[derive(Clone, Debug)]
struct Refresh {
    receiver: RefreshReceiver,
    runtime: Option<runtime::Id>,
}

type RefreshSender = watch::Sender<Option<Result<Credentials, CredentialsError>>>;
type RefreshReceiver = watch::Receiver<Option<Result<Credentials, CredentialsError>>>;

enum RefreshEnd {
    Finished(Result<Credentials, CredentialsError>),
    /// The task was dropped: its runtime shut down, or the provider panicked.
    Dropped,
    /// The runtime of the refresh does not run.
    Stalled,
}

impl CachedProvider {
    /// Creates a cache for the credentials of `provider`.
    pub fn new(provider: impl ProvideCredentials) -> Self {
        Self::shared(Arc::new(provider))
    }

    /// Creates a cache for the credentials of a shared provider.
    pub fn shared(provider: Arc<dyn ProvideCredentials>) -> Self {
        Self(Arc::new(CacheInner {
            provider,
            state: Mutex::default(),
        }))
    }

    async fn get(&self, context: &ProviderContext) -> Result<Credentials, CredentialsError> {
        for _ in 0..=MOST_RESTARTS {
            let refresh = match self.cached_or_refresh(context) {
                Ok(credentials) => return Ok(credentials),
                Err(Some(refresh)) => refresh,
                Err(None) => self.start_refresh(context).await,
            };
            match refresh.wait(context).await {
                RefreshEnd::Finished(result) => return result,
                RefreshEnd::Dropped => {}
                RefreshEnd::Stalled => self.0.state().clear(&refresh.receiver),
            }
        }
        Err(CredentialsError::new(format!(
            "the refresh of {} was interrupted repeatedly: the provider panics, or the runtimes \
             that call it shut down",
            self.0.provider.name()
        )))
    }

    /// Returns the cached credentials, else the refresh in progress. Starts a background refresh if
    /// it is due.
    fn cached_or_refresh(&self, context: &ProviderContext) -> Result<Credentials, Option<Refresh>> {
        let now = Now::of(context);
        let state = self.0.state();
        let Some(credentials) = state.usable(now.service) else {
            return Err(state.refresh());
        };
        let aging = state.wants_background_refresh(now);
        drop(state);
        if aging {
            // Without a background, the first caller after expiry refreshes.
            self.refresh_in_background(context);
        }
        Ok(credentials)
    }

    /// Starts a refresh, or joins one that another caller has just started. `None` if there is no
    /// background, and a caller has to run it.
    fn refresh_in_background(&self, context: &ProviderContext) -> Option<Refresh> {
        match Handle::try_current() {
            Ok(runtime) => Some(self.spawn_refresh(context, &runtime)),
            #[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
            Err(_) => Some(self.spawn_local_refresh(context)),
            #[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
            Err(_) => None,
        }
    }

    /// Starts a refresh, or joins one that another caller has just started. Without a background it
    /// is complete then.
    async fn start_refresh(&self, context: &ProviderContext) -> Refresh {
        if let Some(refresh) = self.refresh_in_background(context) {
            return refresh;
        }
        let (refresh, sender) = self.0.state().join_or_begin(None);
        if let Some(sender) = sender {
            self.0.clone().run_refresh(context.clone(), sender).await;
        }
        refresh
    }

    fn spawn_refresh(&self, context: &ProviderContext, runtime: &Handle) -> Refresh {
        let (refresh, sender) = self.0.state().join_or_begin(Some(runtime.id()));
        if let Some(sender) = sender {
            runtime.spawn(self.0.clone().run_refresh(context.clone(), sender));
        }
        refresh
    }

    /// Starts a refresh in the event loop of a browser or Node.
    #[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
    fn spawn_local_refresh(&self, context: &ProviderContext) -> Refresh {
        let (refresh, sender) = self.0.state().join_or_begin(None);
        if let Some(sender) = sender {
            wasm_bindgen_futures::spawn_local(self.0.clone().run_refresh(context.clone(), sender));
        }
        refresh
    }
}

impl CacheInner {
    fn state(&self) -> MutexGuard<'_, CacheState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one refresh and sends the result to all waiting callers. If it is dropped before its
    /// end, the channel closes.
    async fn run_refresh(self: Arc<Self>, context: ProviderContext, sender: RefreshSender) {
        let providing = pin!(self.provider.provide(&context));
        let result = within(&*context.time, REFRESH_TIMEOUT, providing)
            .await
            .unwrap_or_else(|unfinished| {
                Err(match unfinished {
                    Unfinished::NoTimer(error) => error.into(),
                    Unfinished::TimedOut => CredentialsError::new(format!(
                        "{} did not return within {} s",
                        self.provider.name(),
                        REFRESH_TIMEOUT.as_secs()
                    )),
                })
            });
        let now = Now::of(&context);
        let result = result.and_then(|credentials| checked(credentials, now.service));
        self.state().finish(&sender, &result, now);
        sender.send_replace(Some(result));
    }
}

impl CacheState {
    fn usable(&self, now: SystemTime) -> Option<Credentials> {
        let cached = &self.cached.as_ref()?.credentials;
        cached
            .expiry()
            .is_none_or(|expiry| now < expiry)
            .then(|| cached.clone())
    }

    fn wants_background_refresh(&self, now: Now) -> bool {
        self.cached
            .as_ref()
            .is_some_and(|cached| now.is_at(cached.refresh_at))
            && self.paused_until.is_none_or(|until| now.local >= until)
            && self.refresh().is_none()
    }

    /// Returns the refresh in progress, unless it was dropped.
    fn refresh(&self) -> Option<Refresh> {
        let refresh = self.refresh.as_ref()?;
        refresh
            .receiver
            .has_changed()
            .is_ok()
            .then(|| refresh.clone())
    }

    /// Returns the refresh in progress, or a new one with the sender for its result.
    fn join_or_begin(&mut self, runtime: Option<runtime::Id>) -> (Refresh, Option<RefreshSender>) {
        if let Some(refresh) = self.refresh() {
            return (refresh, None);
        }
        let (sender, receiver) = watch::channel(None);
        let refresh = Refresh { receiver, runtime };
        self.refresh = Some(refresh.clone());
        (refresh, Some(sender))
    }

    /// Removes the refresh with this channel, unless another one has replaced it.
    fn clear(&mut self, receiver: &RefreshReceiver) {
        self.refresh
            .take_if(|refresh| refresh.receiver.same_channel(receiver));
    }

    fn finish(
        &mut self,
        sender: &RefreshSender,
        result: &Result<Credentials, CredentialsError>,
        now: Now,
    ) {
        self.clear(&sender.subscribe());
        match result {
            Ok(credentials) => {
                self.failures = 0;
                self.paused_until = None;
                self.cached = Some(CachedCredentials {
                    refresh_at: refresh_at(credentials, now),
                    credentials: credentials.clone(),
                });
            }
            Err(_) => {
                self.paused_until = now.local.checked_add(pause(self.failures));
                self.failures = self.failures.saturating_add(1);
            }
        }
    }
}

impl Refresh {
    async fn wait(&self, context: &ProviderContext) -> RefreshEnd {
        let mut receiver = self.receiver.clone();
        let finished = async {
            match receiver.wait_for(Option::is_some).await {
                Ok(result) => match &*result {
                    Some(result) => RefreshEnd::Finished(result.clone()),
                    None => RefreshEnd::Dropped,
                },
                Err(_) => RefreshEnd::Dropped,
            }
        };
        let here = Handle::try_current().ok().map(|runtime| runtime.id());
        if self.runtime == here {
            // This code runs in the same runtime, so the refresh makes progress.
            return finished.await;
        }
        within(&*context.time, STALL_TIMEOUT, pin!(finished))
            .await
            .unwrap_or_else(|unfinished| match unfinished {
                Unfinished::NoTimer(error) => RefreshEnd::Finished(Err(error.into())),
                Unfinished::TimedOut => RefreshEnd::Stalled,
            })
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
        // The credentials are nearly always cached, and the future that waits for a refresh is
        // large.
        match self.cached_or_refresh(context) {
            Ok(credentials) => Box::pin(std::future::ready(Ok(credentials))),
            Err(_) => Box::pin(self.get(context)),
        }
    }

    fn validate(&self) -> Result<(), CredentialsError> {
        self.0.provider.validate()
    }

    /// Removes `used` from the cache, so that the next call refreshes. Does nothing if other
    /// credentials have replaced it: of many callers whose calls were rejected at once, the first
    /// causes a refresh.
    fn invalidate(&self, used: &Credentials) {
        let removed = self
            .0
            .state()
            .cached
            .take_if(|cached| cached.credentials.is_same(used));
        if removed.is_some() {
            self.0.provider.invalidate(used);
        }
    }

    fn can_renew(&self) -> bool {
        self.0.provider.can_renew()
    }
}

/// Returns the credentials if they can be used.
fn checked(credentials: Credentials, now: SystemTime) -> Result<Credentials, CredentialsError> {
    credentials.check()?;
    match credentials.expiry() {
        Some(expiry) if expiry <= now => Err(CredentialsError::new(format!(
            "{} returned expired credentials: they were valid until {}, and it is {} by the clock \
             of this machine; check the clock",
            credentials.provider(),
            format_utc(expiry),
            format_utc(now)
        ))),
        _ => Ok(credentials),
    }
}

fn refresh_at(credentials: &Credentials, now: Now) -> RefreshTime {
    let after = |now: SystemTime, age| now.checked_add(age).unwrap_or(now);
    match credentials.expiry() {
        Some(expiry) => {
            let lifetime = expiry.duration_since(now.service).unwrap_or_default();
            let lead = LONGEST_LEAD.min(lifetime / LEAD_FRACTION);
            let age = lifetime - lead + random_part(lead / JITTER_FRACTION);
            RefreshTime::Service(after(now.service, age))
        }
        None => {
            let age = UNKNOWN_EXPIRY_AGE + random_part(UNKNOWN_EXPIRY_AGE / JITTER_FRACTION);
            RefreshTime::Local(after(now.local, age))
        }
    }
}

/// Returns the pause after a failure: one half fixed, one half random.
fn pause(failures: u32) -> Duration {
    let full = LONGEST_PAUSE.min(FIRST_PAUSE.saturating_mul(1 << failures.min(16)));
    full / 2 + random_part(full / 2)
}

/// Returns a random duration of at most `most`.
fn random_part(most: Duration) -> Duration {
    // Without a source of randomness there is no jitter; everything else works.
    let random = getrandom::u32().unwrap_or_default();
    most.mul_f64(f64::from(random) / f64::from(u32::MAX))
}
