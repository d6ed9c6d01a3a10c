//! The road of one call: credentials, signature, sending, classification, retries.

use crate::answer;
use crate::client::Shared;
use crate::credentials::{Credentials, ProvideCredentials};
use crate::endpoint::Endpoint;
use crate::error::{Error, Result, ServiceError};
use crate::error_class::Class;
use crate::http::{Body, Headers, HttpClient, HttpRequest};
use crate::ids;
use crate::request::{Attempt, Prepared};
use crate::response::{Parts, RawBody, Response};
use crate::retry::clock_skew::Exchange;
use crate::retry::policy::{self, Situation, Verdict};
use crate::retry::{RetryConfig, RetryMode, backoff};
use crate::signature_mismatch;
use crate::signing::Signature;
use crate::time::within;
use bytes::{Bytes, BytesMut};
use std::sync::Arc;
use std::time::Duration;

/// A call with everything settled that stays the same over its attempts.
pub(crate) struct Job {
    /// `oos:ListExecutions`
    pub(crate) name: String,
    pub(crate) endpoint: Endpoint,
    pub(crate) request: Prepared,
    pub(crate) user_agent: String,
    pub(crate) credentials: Arc<dyn ProvideCredentials>,
    pub(crate) retry: RetryConfig,
    pub(crate) limits: Limits,
    /// Sent without asking for credentials.
    pub(crate) anonymous: bool,
    /// Executing the call twice does no harm.
    pub(crate) repeatable: bool,
    pub(crate) success_field: Option<&'static str>,
}

/// What a call may take.
pub(crate) struct Limits {
    pub(crate) connect: Duration,
    pub(crate) attempt: Duration,
    pub(crate) operation: Duration,
    pub(crate) bytes: usize,
}

/// A call on its road: what changes from attempt to attempt.
struct Walk<'a> {
    shared: &'a Shared,
    job: &'a Job,
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
    /// Whether the last attempt taught the clock of the service.
    learnt_clock: bool,
    /// The cures that were tried; each is tried once.
    cured: Vec<Verdict>,
    signature: Signature,
}

/// Walks the road to its end.
pub(crate) async fn walk(shared: &Shared, job: &Job) -> Result<Response<()>> {
    let mut walk = Walk {
        shared,
        job,
        started: shared.config.time.elapsed(),
        attempts: 0,
        waited: Duration::ZERO,
        paid: None,
        credentials: None,
        learnt_clock: false,
        cured: Vec::new(),
        signature: Signature::default(),
    };
    loop {
        let error = match walk.attempt().await {
            Ok(answer) => return Ok(walk.arrive(answer)),
            Err(error) => error,
        };
        match walk.next_wait(&error) {
            Ok(wait) => walk.sleep(wait).await,
            Err(GiveUp(why)) => return Err(walk.give_up(error, why)),
        }
    }
}

/// A failure is final, for a reason that is not in the failure itself.
struct GiveUp(Option<&'static str>);

impl Walk<'_> {
    /// One attempt, from credentials to the classified answer.
    async fn attempt(&mut self) -> Result<Parts> {
        self.keep_pace().await?;
        let credentials = self.credentials().await?;
        let request = self.sign(&credentials)?;
        self.credentials = Some(credentials);
        self.learnt_clock = false;
        self.attempts += 1;

        let time = &*self.shared.config.time;
        let sent = time.now();
        let answer = self.exchange(request).await?;
        let failure = answer::error_of(
            answer.status,
            &answer.headers,
            &answer.body.0,
            self.job.success_field,
            time.now(),
        );
        let Some(failure) = failure else {
            return Ok(answer);
        };
        let exchange = Exchange {
            sent,
            received: time.now(),
            headers: &answer.headers,
        };
        let failure = self.learn(failure, &exchange);
        Err(Error::from(failure).answered(answer.status, answer.request_id, answer.body.0))
    }

    /// In adaptive mode: waits until there is room for a call.
    async fn keep_pace(&self) -> Result<()> {
        if self.job.retry.mode != RetryMode::Adaptive {
            return Ok(());
        }
        let wait = self.shared.pace.reserve(self.shared.config.time.elapsed());
        if wait >= self.remaining() {
            return Err(self.out_of_time("slowing down for a service that throttles"));
        }
        self.sleep(wait).await;
        Ok(())
    }

    async fn credentials(&self) -> Result<Credentials> {
        if self.job.anonymous {
            return Ok(Credentials::anonymous());
        }
        let provided = self.job.credentials.provide(&self.shared.context);
        match within(&*self.shared.config.time, self.remaining(), provided).await {
            Some(credentials) => Ok(credentials?),
            None => Err(self.out_of_time("waiting for credentials")),
        }
    }

    /// The request of this attempt: a date, nonce and signature of its own.
    fn sign(&mut self, credentials: &Credentials) -> Result<HttpRequest> {
        let job = self.job;
        let nonce = ids::nonce().map_err(|e| Error::config(e.to_string()).caused_by(e))?;
        let (attempts, delay) = (
            self.attempts.to_string(),
            self.waited.as_millis().to_string(),
        );
        let retry = [
            ("x-acs-retry-attempts", &*attempts),
            ("x-acs-retry-delay", &*delay),
        ];
        let mut request = job.request.sign(
            &Attempt {
                endpoint: &job.endpoint,
                credentials,
                signature_version: self.shared.config.signature,
                time: self.shared.clock.correct(self.shared.config.time.now()),
                nonce: &nonce,
                user_agent: &job.user_agent,
                headers: if self.attempts > 0 { &retry } else { &[] },
            },
            &mut self.signature,
        );
        request.connect_timeout = Some(job.limits.connect);
        Ok(request)
    }

    /// Sends a request and reads the whole answer, in the time that an attempt may take.
    async fn exchange(&self, request: HttpRequest) -> Result<Parts> {
        let (limit, left) = (self.job.limits.attempt, self.remaining());
        let http = &*self.shared.context.http;
        let exchange = exchange(http, request, self.job.limits.bytes);
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
    fn learn(&mut self, mut failure: ServiceError, exchange: &Exchange<'_>) -> ServiceError {
        let config = &self.shared.config;
        match failure.class() {
            Class::Clock if config.clock_skew_correction => {
                self.learnt_clock = self.shared.clock.learn(exchange);
            }
            Class::Throttled => self.shared.pace.throttled(config.time.elapsed()),
            _ => {}
        }
        if failure.code.as_deref() == Some("SignatureDoesNotMatch") {
            let message = failure.message.unwrap_or_default();
            let ours = self.signature.string_to_sign();
            failure.message = Some(signature_mismatch::explain(&message, ours));
        }
        failure
    }

    /// The wait before the next attempt, if there is to be one.
    fn next_wait(&mut self, error: &Error) -> Result<Duration, GiveUp> {
        let verdict = policy::decide(self.situation(), error);
        if verdict == Verdict::RefreshCredentials {
            // Also when this call is over: the next one must not use them again.
            if let Some(used) = &self.credentials {
                self.job.credentials.invalidate(used);
            }
        }
        let spent = self.attempts >= self.job.retry.attempts() || self.remaining().is_zero();
        if verdict == Verdict::Stop || spent {
            return Err(GiveUp(None));
        }
        let wait = match verdict {
            Verdict::Retry(cause) => {
                let asked = error.retry_after();
                backoff::wait(
                    &self.job.retry,
                    self.attempts,
                    cause,
                    asked,
                    backoff::random(),
                )
            }
            cure => {
                let learnt = cure != Verdict::LearnClock || self.learnt_clock;
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
        if let Verdict::Retry(cause) = verdict {
            self.paid = self.shared.bucket.take(cause);
            if self.paid.is_none() {
                return Err(GiveUp(Some(
                    "not retried: the retry budget of the client is used up",
                )));
            }
        }
        self.waited = wait;
        Ok(wait)
    }

    fn situation(&self) -> Situation {
        let request = &self.job.request;
        let credentials = self.credentials.as_ref();
        Situation {
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
        let passed = self
            .shared
            .config
            .time
            .elapsed()
            .saturating_sub(self.started);
        self.job.limits.operation.saturating_sub(passed)
    }

    fn out_of_time(&self, doing: &str) -> Error {
        Error::timeout(format!(
            "the operation timeout of {} ms passed while {doing}",
            self.job.limits.operation.as_millis()
        ))
    }

    fn arrive(self, mut answer: Parts) -> Response<()> {
        self.shared.bucket.give_back(self.paid);
        answer.attempts = self.attempts;
        answer.elapsed = self
            .shared
            .config
            .time
            .elapsed()
            .saturating_sub(self.started);
        Response::new(answer)
    }

    fn give_up(&self, error: Error, why: Option<&str>) -> Error {
        let error = error.on(&*self.job.name, self.attempts);
        match why {
            Some(why) => error.hint(why),
            None => error,
        }
    }
}

/// Sends one request and reads the whole answer.
async fn exchange(http: &dyn HttpClient, request: HttpRequest, limit: usize) -> Result<Parts> {
    let response = http.send(request).await?;
    let (status, headers) = (response.status, response.headers);
    let request_id = answer::request_id(&headers);
    match read_body(response.body, &headers, limit).await {
        Ok(body) => Ok(Parts {
            status,
            headers,
            request_id,
            body: RawBody(body),
            ..Parts::default()
        }),
        Err(error) => Err(error.answered(status, request_id, Bytes::new())),
    }
}

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
    let mut bytes = BytesMut::new();
    // An answer in one piece, as most are, is not copied.
    let Some(mut chunk) = body.next_chunk().await else {
        return if first.len() > limit {
            Err(too_large())
        } else {
            Ok(first)
        };
    };
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
