//! The cache: one refresh for any number of callers, in time, and never blocked for good.

use alibabacloud_core::credentials::{
    CachedProvider, Credentials, CredentialsError, MemoryEnvironment, ProvideCredentials,
    ProviderContext,
};
use alibabacloud_core::test_util::{ManualTime, MockClient};
use alibabacloud_core::time::BoxFuture;
use sdk_tests::credentials::context;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime;
use tokio::sync::{Semaphore, watch};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// A provider whose responses are distinguishable and can be held back.
#[derive(Clone, Debug)]
struct Source(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    lifetime: Option<Duration>,
    calls: watch::Sender<usize>,
    /// One permit per response.
    gate: Semaphore,
    fails: AtomicBool,
    panics: AtomicBool,
    invalidated: AtomicUsize,
}

impl Source {
    fn new(lifetime: Option<Duration>) -> Self {
        Self(Arc::new(Inner {
            lifetime,
            calls: watch::Sender::new(0),
            gate: Semaphore::new(Semaphore::MAX_PERMITS / 2),
            fails: AtomicBool::new(false),
            panics: AtomicBool::new(false),
            invalidated: AtomicUsize::new(0),
        }))
    }

    /// Returns no response until [`Source::release`].
    fn held_back(lifetime: Option<Duration>) -> Self {
        let source = Self::new(lifetime);
        source.0.gate.forget_permits(Semaphore::MAX_PERMITS);
        source
    }

    fn release(&self) {
        self.0.gate.add_permits(1);
    }

    fn fail(&self, fails: bool) {
        self.0.fails.store(fails, Ordering::Relaxed);
    }

    fn calls(&self) -> usize {
        *self.0.calls.borrow()
    }

    async fn until_called(&self, calls: usize) {
        let mut seen = self.0.calls.subscribe();
        seen.wait_for(|count| *count >= calls).await.unwrap();
    }
}

impl ProvideCredentials for Source {
    fn name(&self) -> &str {
        "source"
    }

    fn provide<'a>(
        &'a self,
        context: &'a ProviderContext,
    ) -> BoxFuture<'a, Result<Credentials, CredentialsError>> {
        Box::pin(async move {
            let mut call = 0;
            self.0.calls.send_modify(|calls| {
                *calls += 1;
                call = *calls;
            });
            assert!(!self.0.panics.load(Ordering::Relaxed), "asked to panic");
            self.0.gate.acquire().await.unwrap().forget();
            if self.0.fails.load(Ordering::Relaxed) {
                return Err(CredentialsError::new(format!("outage {call}")));
            }
            let credentials = Credentials::sts(format!("id-{call}"), "secret", "token");
            Ok(match self.0.lifetime {
                Some(lifetime) => credentials.with_expiry(context.time.now() + lifetime),
                None => credentials,
            })
        })
    }

    fn invalidate(&self, _: &Credentials) {
        self.0.invalidated.fetch_add(1, Ordering::Relaxed);
    }
}

/// A cache over a source, with their common clock.
struct Case {
    time: ManualTime,
    context: ProviderContext,
    source: Source,
    cache: CachedProvider,
}

impl Case {
    fn new(source: Source) -> Self {
        let time = ManualTime::new();
        Self {
            context: context(MockClient::default(), &time, MemoryEnvironment::new()),
            time,
            cache: CachedProvider::new(source.clone()),
            source,
        }
    }

    async fn get(&self) -> Result<String, String> {
        let provided = self.cache.provide(&self.context).await;
        let id = |credentials: Credentials| credentials.access_key_id().unwrap().to_owned();
        provided.map(id).map_err(|error| error.to_string())
    }

    /// Starts another caller.
    fn spawn(&self) -> tokio::task::JoinHandle<Result<Credentials, CredentialsError>> {
        let (cache, context) = (self.cache.clone(), self.context.clone());
        tokio::spawn(async move { cache.provide(&context).await })
    }
}

/// Lets background work run, in a runtime of one thread, until it waits for something other than
/// the scheduler.
async fn settle() {
    for _ in 0..32 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_cause_one_refresh() {
    let case = Case::new(Source::held_back(Some(HOUR)));
    for round in 1..=2 {
        let callers: Vec<_> = (0..1000).map(|_| case.spawn()).collect();
        case.source.until_called(round).await;
        case.source.release();
        let mut first = None;
        for caller in callers {
            let credentials = caller.await.unwrap().unwrap();
            assert!(credentials.is_same(first.get_or_insert(credentials.clone())));
        }
        assert_eq!(case.source.calls(), round);
        // The second round finds them expired.
        case.time.advance(HOUR);
    }
}

#[tokio::test]
async fn credentials_are_refreshed_in_the_background_a_part_of_their_lifetime_before_they_expire() {
    // The lead is a quarter of the lifetime, at most 15 minutes; a random part of at most a fifth
    // is subtracted.
    for (lifetime, lead) in [(900, 225), (3600, 900), (21_600, 900)] {
        let case = Case::new(Source::new(Some(Duration::from_secs(lifetime))));
        assert_eq!(case.get().await.unwrap(), "id-1");
        case.time.advance(Duration::from_secs(lifetime - lead - 1));
        assert_eq!(case.get().await.unwrap(), "id-1");
        settle().await;
        assert_eq!(case.source.calls(), 1, "lifetime {lifetime}");
        case.time.advance(Duration::from_secs(lead / 5 + 2));
        assert_eq!(case.get().await.unwrap(), "id-1", "no caller waits");
        settle().await;
        assert_eq!(case.source.calls(), 2, "lifetime {lifetime}");
        assert_eq!(case.get().await.unwrap(), "id-2");
    }
}

#[tokio::test]
async fn many_callers_of_aging_credentials_cause_one_background_refresh_and_do_not_wait() {
    let case = Case::new(Source::held_back(Some(HOUR)));
    case.source.release();
    case.get().await.unwrap();
    case.time.advance(HOUR - SECOND);
    for _ in 0..1000 {
        assert_eq!(case.get().await.unwrap(), "id-1");
    }
    settle().await;
    assert_eq!(case.source.calls(), 2);
    case.source.release();
    settle().await;
    assert_eq!(case.get().await.unwrap(), "id-2");
}

#[tokio::test]
async fn the_old_value_is_returned_while_refreshes_fail_until_it_expires() {
    let case = Case::new(Source::new(Some(HOUR)));
    case.get().await.unwrap();
    case.source.fail(true);
    case.time.advance(HOUR - 60 * SECOND);
    for _ in 0..10 {
        assert_eq!(case.get().await.unwrap(), "id-1");
        settle().await;
    }
    assert_eq!(case.source.calls(), 2, "a pause follows a failure");
    case.time.advance(2 * SECOND);
    assert_eq!(case.get().await.unwrap(), "id-1");
    settle().await;
    assert_eq!(case.source.calls(), 3, "and then the next try");
    case.time.advance(57 * SECOND);
    assert_eq!(case.get().await.unwrap(), "id-1", "one second is left");
    settle().await;
    case.time.advance(SECOND);
    let error = case.get().await.unwrap_err();
    assert!(error.starts_with("outage"), "{error}");
    case.source.fail(false);
    let id = case.get().await.unwrap();
    assert_eq!(id, format!("id-{}", case.source.calls()));
}

#[tokio::test]
async fn a_failure_reaches_all_waiting_callers_and_is_not_cached() {
    let case = Case::new(Source::held_back(Some(HOUR)));
    case.source.fail(true);
    let callers: Vec<_> = (0..10).map(|_| case.spawn()).collect();
    settle().await;
    case.source.release();
    for caller in callers {
        let error = caller.await.unwrap().unwrap_err();
        assert_eq!(error.to_string(), "outage 1");
    }
    case.source.fail(false);
    case.source.release();
    assert_eq!(case.get().await.unwrap(), "id-2");
}

#[tokio::test]
async fn a_cancelled_caller_does_not_stop_the_refresh() {
    let case = Case::new(Source::held_back(Some(HOUR)));
    let (first, second) = (case.spawn(), case.spawn());
    case.source.until_called(1).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    case.source.release();
    let credentials = second.await.unwrap().unwrap();
    assert_eq!(credentials.access_key_id(), Some("id-1"));
    assert_eq!(case.source.calls(), 1);
}

#[test]
fn a_refresh_whose_runtime_shuts_down_is_repeated_by_the_next_caller() {
    let case = Case::new(Source::held_back(Some(HOUR)));
    let first = runtime::Builder::new_current_thread().build().unwrap();
    first.block_on(async {
        case.spawn();
        case.source.until_called(1).await;
    });
    drop(first);
    let second = runtime::Builder::new_current_thread().build().unwrap();
    case.source.release();
    assert_eq!(second.block_on(case.get()).unwrap(), "id-2");
}

#[test]
fn a_caller_waiting_for_a_refresh_repeats_it_when_its_runtime_shuts_down() {
    let case = Case::new(Source::held_back(Some(HOUR)));
    let first = runtime::Builder::new_current_thread().build().unwrap();
    first.block_on(async {
        case.spawn();
        case.source.until_called(1).await;
    });
    let second = runtime::Builder::new_current_thread().build().unwrap();
    second.block_on(async {
        let waiting = case.spawn();
        settle().await;
        assert_eq!(case.source.calls(), 1);
        first.shutdown_background();
        case.source.release();
        let credentials = waiting.await.unwrap().unwrap();
        assert_eq!(credentials.access_key_id(), Some("id-2"));
    });
}

#[test]
fn a_caller_does_not_wait_forever_for_a_refresh_in_a_stalled_runtime() {
    let case = Case::new(Source::held_back(Some(HOUR)));
    let stalled = runtime::Builder::new_current_thread().build().unwrap();
    stalled.block_on(async {
        case.spawn();
        case.source.until_called(1).await;
    });
    let second = runtime::Builder::new_current_thread().build().unwrap();
    second.block_on(async {
        let waiting = case.spawn();
        settle().await;
        assert_eq!(case.source.calls(), 1);
        case.time.advance(15 * SECOND);
        case.source.until_called(2).await;
        // The stalled refresh is first in the queue for the response.
        case.source.release();
        case.source.release();
        let credentials = waiting.await.unwrap().unwrap();
        assert_eq!(credentials.access_key_id(), Some("id-2"));
    });
}

#[tokio::test]
async fn a_provider_that_panics_causes_an_error_and_blocks_nothing() {
    let case = Case::new(Source::new(Some(HOUR)));
    case.source.0.panics.store(true, Ordering::Relaxed);
    let error = case.get().await.unwrap_err();
    assert!(
        error.starts_with("the refresh of source was interrupted"),
        "{error}"
    );
    case.source.0.panics.store(false, Ordering::Relaxed);
    assert!(case.get().await.is_ok());
}

#[tokio::test]
async fn a_provider_that_never_responds_times_out_and_is_asked_again() {
    let case = Case::new(Source::held_back(Some(HOUR)));
    let waiting = case.spawn();
    case.source.until_called(1).await;
    settle().await;
    case.time.advance(Duration::from_secs(300));
    let error = waiting.await.unwrap().unwrap_err().to_string();
    assert_eq!(error, "source did not return within 300 s");
    case.source.release();
    assert_eq!(case.get().await, Ok("id-2".to_owned()));
}

#[tokio::test]
async fn rejected_credentials_are_refreshed_once_for_all_callers() {
    let case = Case::new(Source::new(Some(HOUR)));
    let used = case.cache.provide(&case.context).await.unwrap();
    for _ in 0..10 {
        case.cache.invalidate(&used);
    }
    assert_eq!(case.get().await.unwrap(), "id-2");
    case.cache.invalidate(&used);
    assert_eq!(case.get().await.unwrap(), "id-2", "the new ones stay");
    assert_eq!(case.source.calls(), 2);
    assert_eq!(case.source.0.invalidated.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn credentials_without_an_expiry_are_refreshed_after_five_minutes() {
    let case = Case::new(Source::new(None));
    case.get().await.unwrap();
    case.time.advance(299 * SECOND);
    case.get().await.unwrap();
    settle().await;
    assert_eq!(case.source.calls(), 1);
    case.time.advance(62 * SECOND);
    assert_eq!(case.get().await.unwrap(), "id-1");
    settle().await;
    assert_eq!(case.get().await.unwrap(), "id-2");
}

#[tokio::test]
async fn expired_credentials_are_an_error_that_mentions_the_clock() {
    let case = Case::new(Source::new(Some(Duration::ZERO)));
    let error = case.get().await.unwrap_err();
    assert!(error.contains("expired credentials"), "{error}");
    assert!(error.contains("clock"), "{error}");
}

#[test]
fn no_runtime_is_needed_if_the_provider_needs_none() {
    let case = Case::new(Source::new(Some(HOUR)));
    let mut call = pin!(case.get());
    let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(polled, Poll::Ready(Ok("id-1".to_owned())));
}
