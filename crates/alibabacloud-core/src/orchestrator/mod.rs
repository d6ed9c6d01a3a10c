//! The road of one call: credentials, signature, sending, classification, retries.

pub(crate) mod resolve;
mod trace;

use crate::credentials::Credentials;
use crate::error::class::ErrorClass;
use crate::error::{Error, Result, ServiceError};
use crate::events::ByteStream;
use crate::http::{Body, Headers, HttpRequest, HttpResponse, TransportError};
use crate::interceptor::Incoming;
use crate::metrics::{AttemptMetrics, CallMetrics};
use crate::orchestrator::resolve::ResolvedCall;
use crate::orchestrator::trace::CallSpan;
use crate::request::Attempt;
use crate::response::error_body;
use crate::response::signature_mismatch;
use crate::response::{Parts, RawBody, Response};
use crate::retry::clock_skew::{ClockSample, Skew};
use crate::retry::policy::{self, RetryContext, RetryDecision};
use crate::retry::{RetryMode, backoff};
use crate::shared::ClientShared;
use crate::signing::{Signature, nonce};
use crate::time::{BoxFuture, within};
use bytes::{Bytes, BytesMut};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// A call on its road: what changes from attempt to attempt.
struct Walk<'a> {
    shared: &'a ClientShared,
    job: &'a ResolvedCall,
    /// When the call began, on the clock of [`Time::elapsed`](crate::time::Time::elapsed).
    started: Duration,
    /// Requests sent.
    attempts: u32,
    /// The wait before the attempt that is due.
    waited: Duration,
    /// What the retry that is due cost of the budget.
    paid: Option<u32>,
    /// The credentials of the last attempt.
    credentials: Option<Credentials>,
    /// What the last attempt was signed with of the clock of the service, and whether its answer told another.
    skew: Skew,
    learnt_clock: bool,
    /// The cures that were tried; each is tried once.
    cured: Vec<RetryDecision>,
    signature: Signature,
    /// How often the service throttled the call.
    throttles: u32,
    span: CallSpan,
}

/// Walks the whole road with a call. Nothing happens before the future is polled, but the request is built.
pub(crate) fn start(
    shared: &Arc<ClientShared>,
    job: Result<ResolvedCall>,
) -> BoxFuture<'static, Result<RawResponse>> {
    match job {
        Ok(job) => {
            let shared = shared.clone();
            Box::pin(async move { walk(&shared, &job).await })
        }
        Err(error) => Box::pin(std::future::ready(Err(error))),
    }
}

/// Walks the road to its end.
async fn walk(shared: &ClientShared, job: &ResolvedCall) -> Result<RawResponse> {
    let mut walk = Walk {
        shared,
        job,
        started: shared.config.time.elapsed(),
        attempts: 0,
        throttles: 0,
        waited: Duration::ZERO,
        paid: None,
        credentials: None,
        skew: Skew::default(),
        learnt_clock: false,
        cured: Vec::new(),
        signature: Signature::default(),
        span: CallSpan::new(job),
    };
    let span = walk.span.clone();
    let outcome = span.around(walk.run()).await;
    walk.report(&outcome);
    outcome
}

/// What is there at the end of the road.
pub(crate) struct RawResponse {
    pub(crate) answer: Response<()>,
    /// The body, still to be read, of an answer that arrives in pieces.
    pub(crate) stream: Option<ByteStream>,
}

/// A request on its way.
type Sending<'a> = BoxFuture<'a, Result<HttpResponse, TransportError>>;

/// A failure is final, for a reason that is not in the failure itself.
struct GiveUp(Option<&'static str>);

impl Walk<'_> {
    async fn run(&mut self) -> Result<RawResponse> {
        let mut failure = None;
        loop {
            if !self.keep_pace().await {
                return Err(self.crowded_out(failure));
            }
            let error = match self.attempt().await {
                Ok((answer, stream)) => return Ok(self.arrive(answer, stream)),
                Err(error) => error,
            };
            match self.next_wait(&error) {
                Ok(wait) => self.sleep(wait).await,
                Err(GiveUp(why)) => return Err(self.give_up(error, why)),
            }
            failure = Some(error);
        }
    }

    /// One attempt, from credentials to the classified answer.
    async fn attempt(&mut self) -> Result<(Box<Parts>, Option<Body>)> {
        let credentials = self.credentials().await?;
        let request = self.sign(&credentials)?;
        self.credentials = Some(credentials);
        self.learnt_clock = false;
        self.attempts += 1;

        let sent = self.passed();
        // The future is handed on rather than the request, which every step would hold once more.
        let sending = self.shared.context.http.send(request);
        let outcome = self.ask(sending).await;
        self.report_attempt(self.passed().saturating_sub(sent), &outcome);
        outcome
    }

    /// Sends a request and classifies the answer.
    async fn ask(&mut self, sending: Sending<'_>) -> Result<(Box<Parts>, Option<Body>)> {
        let time = &*self.shared.config.time;
        let sent = time.now();
        let (answer, stream) = self.exchange(sending).await?;
        self.show(&answer)?;
        let failure = error_body::error_of(
            answer.status,
            &answer.headers,
            &answer.body.0,
            self.job.success_field,
            || time.now(),
        );
        let Some(failure) = failure else {
            return Ok((answer, stream));
        };
        let exchange = ClockSample {
            sent,
            received: time.now(),
            headers: &answer.headers,
        };
        let failure = self.learn(failure, &exchange);
        Err(Error::from(failure).answered(answer.status, answer.request_id, answer.body.0))
    }

    /// Shows an answer to the interceptors.
    fn show(&self, answer: &Parts) -> Result<()> {
        let shown = self.shared.config.interceptors.after_response(&Incoming {
            call: self.job.info(),
            attempt: self.attempts,
            status: answer.status,
            headers: &answer.headers,
            request_id: answer.request_id.as_deref(),
        });
        shown.map_err(|error| {
            let (id, body) = (answer.request_id.clone(), answer.body.0.clone());
            error.answered(answer.status, id, body)
        })
    }

    /// In adaptive mode: waits until there is room for a call; `false` when the operation timeout would pass before.
    async fn keep_pace(&self) -> bool {
        if self.job.retry.mode != RetryMode::Adaptive {
            return true;
        }
        let now = self.shared.config.time.elapsed();
        match self
            .shared
            .retry
            .rate_limiter
            .reserve(now, self.remaining())
        {
            Some(wait) => {
                self.sleep(wait).await;
                true
            }
            None => false,
        }
    }

    /// The error of a call for which there is no room in its time: that of the attempt before, if there was one.
    fn crowded_out(&self, failure: Option<Error>) -> Error {
        match failure {
            Some(error) => self.give_up(
                error,
                Some("not retried: slowing down for a service that throttles, the operation timeout would pass before"),
            ),
            None => self.give_up(
                self.out_of_time("slowing down for a service that throttles"),
                None,
            ),
        }
    }

    async fn credentials(&self) -> Result<Credentials> {
        if self.job.anonymous {
            return Ok(Credentials::anonymous());
        }
        let provided = pin!(self.job.credentials.provide(&self.shared.context));
        match within(&*self.shared.config.time, self.remaining(), provided).await {
            Some(credentials) => Ok(credentials?),
            None => Err(self.out_of_time("waiting for credentials")),
        }
    }

    /// The request of this attempt: a date, nonce and signature of its own.
    fn sign(&mut self, credentials: &Credentials) -> Result<HttpRequest> {
        let job = self.job;
        let interceptors = &self.shared.config.interceptors;
        let mut headers = interceptors.before_signing(job.info(), self.attempts + 1)?;
        let nonce = nonce().map_err(|e| Error::config(e.to_string()).caused_by(e))?;
        if self.attempts > 0 {
            headers.set("x-acs-retry-attempts", self.attempts.to_string());
            headers.set("x-acs-retry-delay", self.waited.as_millis().to_string());
        }
        self.skew = self.shared.retry.clock_skew.known();
        let mut request = job.request.sign(
            &Attempt {
                endpoint: &job.endpoint,
                credentials,
                signature_version: self.shared.config.signature,
                time: self.skew.correct(self.shared.config.time.now()),
                nonce: &nonce,
                user_agent: &job.user_agent,
                headers: &headers,
            },
            &mut self.signature,
        );
        request.connect_timeout = Some(job.limits.connect);
        Ok(request)
    }

    /// Sends a request and reads the answer, in the time that an attempt may take.
    async fn exchange(&self, sending: Sending<'_>) -> Result<(Box<Parts>, Option<Body>)> {
        let (limit, left) = (self.job.limits.attempt, self.remaining());
        let exchange = pin!(exchange(sending, self.job));
        match within(&*self.shared.config.time, limit.min(left), exchange).await {
            Some(answer) => answer,
            None if left < limit => Err(self.out_of_time("waiting for the answer")),
            None => Err(Error::timeout(format!(
                "no answer within the attempt timeout of {} ms",
                limit.as_millis()
            ))),
        }
    }

    /// Learns what a failure tells about the clock, the rate and the signature.
    fn learn(&mut self, mut failure: ServiceError, exchange: &ClockSample<'_>) -> ServiceError {
        let config = &self.shared.config;
        match failure.class() {
            ErrorClass::Clock if config.clock_skew_correction => {
                self.learnt_clock = self.shared.retry.clock_skew.learn(exchange, self.skew);
            }
            ErrorClass::Throttled => {
                self.throttles += 1;
                self.shared
                    .retry
                    .rate_limiter
                    .throttled(config.time.elapsed());
            }
            _ => {}
        }
        if failure.code.as_deref() == Some("SignatureDoesNotMatch") {
            let message = failure.message.unwrap_or_default();
            let ours = self.signature.string_to_sign();
            let request = &self.job.request;
            let is_secret = |name: &str| request.is_secret(name);
            failure.message = Some(signature_mismatch::explain(&message, ours, &is_secret));
        }
        failure
    }

    /// The wait before the next attempt, if there is to be one.
    fn next_wait(&mut self, error: &Error) -> Result<Duration, GiveUp> {
        let verdict = policy::decide(self.situation(), error);
        if verdict == RetryDecision::RefreshCredentials {
            // Also when this call is over: the next one must not use them again.
            if let Some(used) = &self.credentials {
                self.job.credentials.invalidate(used);
            }
        }
        let spent = self.attempts >= self.job.retry.attempts() || self.remaining().is_zero();
        if verdict == RetryDecision::Stop || spent {
            return Err(GiveUp(None));
        }
        let wait = match verdict {
            RetryDecision::Retry(reason) => {
                let asked = error.retry_after();
                backoff::wait(
                    &self.job.retry,
                    self.attempts,
                    reason,
                    asked,
                    backoff::random(),
                )
            }
            cure => {
                let learnt = cure != RetryDecision::LearnClock || self.learnt_clock;
                if self.cured.contains(&cure) || !learnt {
                    return Err(GiveUp(None));
                }
                self.cured.push(cure);
                Duration::ZERO
            }
        };
        if wait >= self.remaining() {
            return Err(GiveUp(Some(
                "not retried: the operation timeout would pass before",
            )));
        }
        if let RetryDecision::Retry(reason) = verdict {
            self.paid = self.shared.retry.token_bucket.take(reason);
            if self.paid.is_none() {
                return Err(GiveUp(Some(
                    "not retried: the retry budget of the client is used up",
                )));
            }
        }
        self.waited = wait;
        Ok(wait)
    }

    fn situation(&self) -> RetryContext {
        let request = &self.job.request;
        let credentials = self.credentials.as_ref();
        RetryContext {
            repeatable: self.job.repeatable,
            has_token: request.has_idempotency_token(),
            temporary_credentials: credentials.is_some_and(|c| c.security_token().is_some()),
        }
    }

    async fn sleep(&self, wait: Duration) {
        if !wait.is_zero() {
            self.shared.config.time.sleep(wait).await;
        }
    }

    /// What is left of the operation timeout.
    fn remaining(&self) -> Duration {
        self.job.limits.operation.saturating_sub(self.passed())
    }

    /// Time since the call began.
    fn passed(&self) -> Duration {
        let now = self.shared.config.time.elapsed();
        now.saturating_sub(self.started)
    }

    fn out_of_time(&self, doing: &str) -> Error {
        Error::timeout(format!(
            "the operation timeout of {} ms passed while {doing}",
            self.job.limits.operation.as_millis()
        ))
    }

    fn arrive(&self, mut answer: Box<Parts>, stream: Option<Body>) -> RawResponse {
        self.shared.retry.token_bucket.give_back(self.paid);
        answer.attempts = self.attempts;
        answer.elapsed = self.passed();
        RawResponse {
            answer: Response::new(answer),
            stream: stream.map(|body| ByteStream {
                body,
                time: self.shared.config.time.clone(),
                idle: self.job.limits.attempt,
                limit: self.job.limits.bytes,
            }),
        }
    }

    fn give_up(&self, error: Error, why: Option<&str>) -> Error {
        let error = error.on(self.job.name(), self.attempts);
        match why {
            Some(why) => error.hint(why),
            None => error,
        }
    }

    /// Tells metrics and tracing about an attempt.
    fn report_attempt(&self, elapsed: Duration, outcome: &Result<(Box<Parts>, Option<Body>)>) {
        let error = outcome.as_ref().err();
        let (status, request_id) = match outcome {
            Ok((answer, _)) => (Some(answer.status), answer.request_id.as_deref()),
            Err(error) => (error.http_status(), error.request_id()),
        };
        let figures = AttemptMetrics {
            product: &self.job.product,
            operation: self.job.request.action(),
            attempt: self.attempts,
            elapsed,
            status,
            error: error.map(Error::kind),
            throttled: error.is_some_and(Error::is_throttling),
        };
        for metrics in &self.shared.config.metrics {
            metrics.attempt(&figures);
        }
        self.span.attempt(&figures, request_id, error);
    }

    /// Tells metrics and tracing about the whole call.
    fn report(&self, outcome: &Result<RawResponse>) {
        let error = outcome.as_ref().err();
        let (status, request_id, elapsed) = match outcome {
            Ok(RawResponse { answer, .. }) => {
                (Some(answer.status()), answer.request_id(), answer.elapsed())
            }
            Err(error) => (error.http_status(), error.request_id(), self.passed()),
        };
        let figures = CallMetrics {
            product: &self.job.product,
            operation: self.job.request.action(),
            attempts: self.attempts,
            throttles: self.throttles,
            elapsed,
            status,
            error: error.map(Error::kind),
        };
        for metrics in &self.shared.config.metrics {
            metrics.call(&figures);
        }
        self.span.end(&figures, request_id, error);
    }
}

/// Sends one request and reads the answer; not the body of a success that arrives in pieces.
async fn exchange(sending: Sending<'_>, job: &ResolvedCall) -> Result<(Box<Parts>, Option<Body>)> {
    let response = sending.await?;
    let (status, headers) = (response.status, response.headers);
    let request_id = error_body::request_id(&headers);
    let (body, stream) = if job.streams && (200..300).contains(&status) {
        (Bytes::new(), Some(response.body))
    } else {
        match read_body(response.body, &headers, job.limits.bytes).await {
            Ok(body) => (body, None),
            Err(error) => return Err(error.answered(status, request_id, Bytes::new())),
        }
    };
    let parts = Box::new(Parts {
        status,
        headers,
        request_id,
        body: RawBody(body),
        ..Parts::default()
    });
    Ok((parts, stream))
}

/// Most bytes that the header `content-length` alone makes us reserve.
const MOST_RESERVED: usize = 1024 * 1024;

/// Reads a body up to `limit` bytes.
async fn read_body(mut body: Body, headers: &Headers, limit: usize) -> Result<Bytes> {
    let too_large = || {
        Error::decode(format!(
            "the answer is larger than {limit} bytes; raise max_response_bytes to accept it"
        ))
    };
    let announced = headers
        .get("content-length")
        .and_then(|text| text.parse().ok());
    if announced.is_some_and(|length: u64| length > limit as u64) {
        return Err(too_large());
    }
    let Some(first) = body.next_chunk().await else {
        return Ok(Bytes::new());
    };
    let first = first?;
    // An answer in one piece is not copied.
    let Some(mut chunk) = body.next_chunk().await else {
        return if first.len() > limit {
            Err(too_large())
        } else {
            Ok(first)
        };
    };
    let announced = announced.and_then(|length| usize::try_from(length).ok());
    let mut bytes = BytesMut::with_capacity(announced.unwrap_or_default().min(MOST_RESERVED));
    bytes.extend_from_slice(&first);
    loop {
        bytes.extend_from_slice(&chunk?);
        if bytes.len() > limit {
            return Err(too_large());
        }
        match body.next_chunk().await {
            Some(next) => chunk = next,
            None => return Ok(bytes.freeze()),
        }
    }
}
