//! The retry state of one call: whether another attempt follows a failed one, and when.

use crate::clock_skew::{ClockSample, Skew};
use crate::error::class::ErrorClass;
use crate::error::{Error, ServiceError};
use crate::retry::policy::{self, RetryContext, RetryDecision};
use crate::retry::rate_limiter::Slot;
use crate::retry::{RetryConfig, RetryMode, backoff};
use crate::shared::SharedRetryState;
use crate::time::Deadline;
use std::time::{Duration, SystemTime};

/// The retry state of one call.
pub(super) struct RetryState<'a> {
    config: &'a RetryConfig,
    context: RetryContext,
    shared: &'a SharedRetryState,
    /// Whether the clock skew of the service is corrected.
    corrects_clock: bool,
    deadline: Deadline<'a>,
    /// Requests sent.
    attempts: u32,
    /// Requests that the service throttled.
    throttles: u32,
    /// The delay before the next attempt.
    delay: Duration,
    /// What the next attempt takes from the state that calls share.
    reserved: Reservation<'a>,
    /// Tokens that the last retry cost.
    cost: Option<u32>,
    /// The clock skew that the last attempt was signed with.
    skew: Skew,
    /// The response to the last attempt showed that the skew is another.
    clock_corrected: bool,
    /// Each recovery is tried once.
    recoveries_tried: Vec<RetryDecision>,
}

/// Tokens and a slot for an attempt that is not sent yet. Dropping it returns them, so that a call
/// which ends before its next attempt, as a cancelled one does, costs the others nothing.
struct Reservation<'a> {
    shared: &'a SharedRetryState,
    tokens: Option<u32>,
    slot: Option<Slot>,
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        if let Some(tokens) = self.tokens {
            self.shared.token_bucket.refund(Some(tokens));
        }
        if let Some(slot) = self.slot {
            self.shared.rate_limiter.release(slot);
        }
    }
}

/// Why no other attempt follows a failed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GiveUp {
    /// A retry would fail again, or might execute the call twice.
    NotRetryable,
    /// The maximum number of attempts is reached.
    AttemptsExhausted,
    /// The operation timeout would expire before the retry.
    TimeoutFirst,
    /// The token bucket of the client is empty.
    BudgetExhausted,
    /// The rate limiter has no slot before the operation timeout expires.
    RateLimited,
}

impl GiveUp {
    /// Returns a sentence for the error message, unless the error itself explains the reason.
    pub(super) fn hint(self) -> Option<&'static str> {
        match self {
            Self::NotRetryable | Self::AttemptsExhausted => None,
            Self::TimeoutFirst => Some("not retried: the operation timeout would expire first"),
            Self::BudgetExhausted => {
                Some("not retried: the retry budget of the client is exhausted")
            }
            Self::RateLimited => {
                Some("not retried: throttled, and the operation timeout would expire first")
            }
        }
    }
}

impl<'a> RetryState<'a> {
    pub(super) fn new(
        config: &'a RetryConfig,
        context: RetryContext,
        shared: &'a SharedRetryState,
        corrects_clock: bool,
        deadline: Deadline<'a>,
    ) -> Self {
        Self {
            config,
            context,
            shared,
            corrects_clock,
            deadline,
            attempts: 0,
            throttles: 0,
            delay: Duration::ZERO,
            reserved: Reservation {
                shared,
                tokens: None,
                slot: None,
            },
            cost: None,
            skew: Skew::default(),
            clock_corrected: false,
            recoveries_tried: Vec::new(),
        }
    }

    /// Requests sent.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Requests that the service throttled.
    pub(super) fn throttles(&self) -> u32 {
        self.throttles
    }

    /// The delay before the attempt that is due.
    pub(super) fn delay(&self) -> Duration {
        self.delay
    }

    /// Reserves a slot of the rate limiter for the next attempt and returns the wait until then;
    /// `None` if the operation timeout would expire first.
    pub(super) fn reserve_slot(&mut self) -> Option<Duration> {
        if self.config.mode != RetryMode::Adaptive {
            return Some(Duration::ZERO);
        }
        let now = self.deadline.time().elapsed();
        let limit = self.deadline.remaining();
        let slot = self.shared.rate_limiter.reserve(now, limit)?;
        self.reserved.slot = Some(slot);
        Some(slot.start().saturating_sub(now))
    }

    /// Returns the time to sign the next attempt with: the local clock, corrected by the known
    /// skew.
    pub(super) fn signing_time(&mut self) -> SystemTime {
        self.skew = self.shared.clock_skew.current();
        self.skew.correct(self.deadline.time().now())
    }

    /// Records that an attempt is sent.
    pub(super) fn begin_attempt(&mut self, has_temporary_credentials: bool) {
        self.context.has_temporary_credentials = has_temporary_credentials;
        self.clock_corrected = false;
        self.attempts += 1;
        self.reserved.slot = None;
        if let Some(tokens) = self.reserved.tokens.take() {
            self.cost = Some(tokens);
        }
    }

    /// Records what an error response reveals about the clock and the load of the service.
    pub(super) fn observe(&mut self, error: &ServiceError, sample: &ClockSample<'_>) {
        match error.class() {
            ErrorClass::Clock if self.corrects_clock => {
                self.clock_corrected = self.shared.clock_skew.update(sample, self.skew);
            }
            ErrorClass::Throttled => {
                self.throttles += 1;
                let now = self.deadline.time().elapsed();
                self.shared.rate_limiter.throttled(now);
            }
            _ => {}
        }
    }

    /// Decides about the failed attempt: returns the delay before the next one, or the reason to
    /// give up.
    pub(super) fn next(&mut self, error: &Error) -> Result<Duration, GiveUp> {
        let decision = policy::decide(self.context, error);
        if decision == RetryDecision::Stop {
            return Err(GiveUp::NotRetryable);
        }
        if self.attempts >= self.config.attempts() || self.deadline.remaining().is_zero() {
            return Err(GiveUp::AttemptsExhausted);
        }
        let delay = match decision {
            RetryDecision::Retry(reason) => {
                let retry_after = error.retry_after();
                let random = backoff::random();
                backoff::delay(self.config, self.attempts, reason, retry_after, random)
            }
            recovery => {
                let useless = recovery == RetryDecision::CorrectClock && !self.clock_corrected;
                if useless || self.recoveries_tried.contains(&recovery) {
                    return Err(GiveUp::NotRetryable);
                }
                self.recoveries_tried.push(recovery);
                Duration::ZERO
            }
        };
        if delay >= self.deadline.remaining() {
            return Err(GiveUp::TimeoutFirst);
        }
        if let RetryDecision::Retry(reason) = decision {
            let tokens = self.shared.token_bucket.take(reason);
            if tokens.is_none() {
                return Err(GiveUp::BudgetExhausted);
            }
            self.reserved.tokens = tokens;
        }
        self.delay = delay;
        Ok(delay)
    }

    /// Records a success: the token bucket gets the cost of the last retry back.
    pub(super) fn refund(&self) {
        self.shared.token_bucket.refund(self.cost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Headers, TransportError, TransportErrorKind};
    use crate::retry::policy::test_contexts::{READ, WRITE};
    use crate::time::{BoxFuture, Time};
    use std::sync::atomic::{AtomicU64, Ordering};

    /// A clock that a test moves.
    #[derive(Debug, Default)]
    struct TestTime(AtomicU64);

    impl Time for TestTime {
        fn now(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH + Duration::from_secs(1_773_500_400) + self.elapsed()
        }

        fn elapsed(&self) -> Duration {
            ms(self.0.load(Ordering::Relaxed))
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(std::future::pending())
        }
    }

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    /// What a retry state refers to.
    struct Kit {
        config: RetryConfig,
        shared: SharedRetryState,
        time: TestTime,
    }

    impl Kit {
        fn new(config: RetryConfig) -> Self {
            Self {
                config: config.jitter(false),
                shared: SharedRetryState::default(),
                time: TestTime::default(),
            }
        }

        /// The state of a call with an operation timeout of 10 s.
        fn state(&self, context: RetryContext) -> RetryState<'_> {
            let deadline = Deadline::start(&self.time, ms(10_000));
            RetryState::new(&self.config, context, &self.shared, true, deadline)
        }
    }

    fn service(code: &str) -> ServiceError {
        ServiceError::new(400, code, "m")
    }

    /// Fails the next attempt with `error`.
    fn fail(state: &mut RetryState<'_>, error: impl Into<Error>) -> Result<Duration, GiveUp> {
        state.begin_attempt(state.context.has_temporary_credentials);
        state.next(&error.into())
    }

    #[test]
    fn delays_double_until_the_attempts_are_exhausted() {
        let kit = Kit::new(RetryConfig::standard().max_attempts(4));
        let mut state = kit.state(READ);
        let delays = [0; 4].map(|_| fail(&mut state, service("InternalError")));
        assert_eq!(
            delays,
            [
                Ok(ms(100)),
                Ok(ms(200)),
                Ok(ms(400)),
                Err(GiveUp::AttemptsExhausted)
            ]
        );
        assert_eq!((state.attempts(), state.delay()), (4, ms(400)));
    }

    #[test]
    fn a_write_is_retried_only_if_it_was_not_executed() {
        let kit = Kit::new(RetryConfig::standard());
        let mut state = kit.state(WRITE);
        let refused = TransportError::new(TransportErrorKind::Connect, "refused");
        assert_eq!(fail(&mut state, refused), Ok(ms(100)));
        let broken = TransportError::new(TransportErrorKind::Interrupted, "reset");
        assert_eq!(fail(&mut state, broken), Err(GiveUp::NotRetryable));
    }

    #[test]
    fn a_requested_delay_replaces_the_backoff() {
        let kit = Kit::new(RetryConfig::standard());
        let throttled = service("Throttling").with_retry_after(ms(7));
        assert_eq!(fail(&mut kit.state(READ), throttled), Ok(ms(7)));
        assert_eq!(
            fail(&mut kit.state(READ), service("Throttling")),
            Ok(ms(500))
        );
    }

    #[test]
    fn no_delay_outlasts_the_operation_timeout() {
        let kit = Kit::new(RetryConfig::standard());
        let mut state = kit.state(READ);
        let late = service("Throttling").with_retry_after(ms(10_000));
        assert_eq!(fail(&mut state, late), Err(GiveUp::TimeoutFirst));
        kit.time.0.store(9_950, Ordering::Relaxed);
        let error = service("InternalError");
        assert_eq!(fail(&mut state, error.clone()), Err(GiveUp::TimeoutFirst));
        kit.time.0.store(10_000, Ordering::Relaxed);
        assert_eq!(fail(&mut state, error), Err(GiveUp::AttemptsExhausted));
    }

    #[test]
    fn calls_share_the_retry_budget_and_a_success_refunds_its_cost() {
        let kit = Kit::new(RetryConfig::standard().max_attempts(1000));
        let mut state = kit.state(READ);
        let error = || service("Throttling").with_retry_after(ms(1));
        for _ in 0..100 {
            assert_eq!(fail(&mut state, error()), Ok(ms(1)));
        }
        assert_eq!(
            fail(&mut kit.state(READ), error()),
            Err(GiveUp::BudgetExhausted)
        );
        state.refund();
        let mut other = kit.state(READ);
        assert_eq!(fail(&mut other, error()), Ok(ms(1)));
        assert_eq!(fail(&mut other, error()), Err(GiveUp::BudgetExhausted));
    }

    #[test]
    fn each_recovery_is_tried_once_and_costs_no_tokens() {
        let kit = Kit::new(RetryConfig::standard().max_attempts(10));
        let mut state = kit.state(RetryContext {
            has_temporary_credentials: true,
            ..READ
        });
        for code in ["SignatureNonceUsed", "InvalidSecurityToken.Expired"] {
            assert_eq!(fail(&mut state, service(code)), Ok(ms(0)), "{code}");
            let again = fail(&mut state, service(code));
            assert_eq!(again, Err(GiveUp::NotRetryable), "{code}");
        }
        assert_eq!(state.cost, None);
    }

    #[test]
    fn a_timestamp_is_corrected_only_if_the_clocks_differ() {
        let kit = Kit::new(RetryConfig::standard());
        let mut state = kit.state(WRITE);
        let error = service("InvalidTimeStamp.Expired");
        assert_eq!(
            fail(&mut state, error.clone()),
            Err(GiveUp::NotRetryable),
            "the response has no date"
        );
        let local = state.signing_time();
        let mut headers = Headers::new();
        headers.set("date", "Sat, 14 Mar 2026 16:00:00 GMT");
        let sample = ClockSample {
            sent: local,
            received: local,
            headers: &headers,
        };
        state.begin_attempt(false);
        state.observe(&error, &sample);
        assert_eq!(state.next(&error.into()), Ok(ms(0)));
        assert_eq!(state.signing_time(), local + Duration::from_secs(3600));
    }

    #[test]
    fn the_adaptive_mode_reserves_slots_once_the_service_throttles() {
        let kit = Kit::new(RetryConfig::adaptive());
        let mut state = kit.state(READ);
        assert_eq!(state.reserve_slot(), Some(ms(0)));
        let headers = Headers::new();
        let now = state.signing_time();
        let sample = ClockSample {
            sent: now,
            received: now,
            headers: &headers,
        };
        for _ in 0..50 {
            state.observe(&service("Throttling"), &sample);
        }
        assert_eq!(state.throttles(), 50);
        let slots = [0; 6].map(|_| state.reserve_slot());
        let expected = [0, 2000, 4000, 6000, 8000].map(|wait| Some(ms(wait)));
        assert_eq!(slots[..5], expected);
        assert_eq!(slots[5], None, "the operation timeout would expire first");
        let standard = Kit::new(RetryConfig::standard());
        assert_eq!(standard.state(READ).reserve_slot(), Some(ms(0)));
    }

    #[test]
    fn tokens_of_a_retry_that_is_not_sent_come_back() {
        let kit = Kit::new(RetryConfig::standard());
        let error = || service("Throttling").with_retry_after(ms(1));
        // Six times as many as the budget pays for.
        for _ in 0..600 {
            assert_eq!(fail(&mut kit.state(READ), error()), Ok(ms(1)));
        }
        // A retry that was sent stays paid.
        for _ in 0..100 {
            let mut state = kit.state(READ);
            assert_eq!(fail(&mut state, error()), Ok(ms(1)));
            state.begin_attempt(false);
        }
        let last = fail(&mut kit.state(READ), error());
        assert_eq!(last, Err(GiveUp::BudgetExhausted));
    }

    #[test]
    fn a_slot_of_an_attempt_that_is_not_sent_comes_back() {
        let kit = Kit::new(RetryConfig::adaptive());
        for _ in 0..50 {
            kit.shared.rate_limiter.throttled(ms(0));
        }
        for _ in 0..600 {
            assert_eq!(kit.state(READ).reserve_slot(), Some(ms(0)));
        }
        let mut state = kit.state(READ);
        assert_eq!(state.reserve_slot(), Some(ms(0)));
        state.begin_attempt(false);
        drop(state);
        assert_eq!(kit.state(READ).reserve_slot(), Some(ms(2000)));
    }
}
