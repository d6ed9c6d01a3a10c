//! One attempt of a call: credentials, signature, transport, and the classified response.

use super::report::Reporter;
use super::resolve::ResolvedCall;
use super::retry_state::RetryState;
use crate::clock_skew::ClockSample;
use crate::credentials::Credentials;
use crate::error::class::ErrorClass;
use crate::error::{Error, Result, ServiceError};
use crate::http::{Body, HttpRequest, HttpResponse, TransportError};
use crate::interceptor::Incoming;
use crate::regions;
use crate::request::Attempt;
use crate::response::body::{announced_length, read_body};
use crate::response::call_secrets::CallSecrets;
use crate::response::{RawBody, ResponseParts, error_body, signature_mismatch};
use crate::shared::ClientShared;
use crate::signing::{Signature, nonce};
use crate::time::{BoxFuture, Deadline, Unfinished, within};
use bytes::Bytes;
use std::pin::pin;

/// Makes the attempts of one call, one after the other.
pub(super) struct AttemptSender<'a> {
    shared: &'a ClientShared,
    call: &'a ResolvedCall,
    deadline: Deadline<'a>,
    /// The credentials of the first attempt, if they are known before.
    credentials: Option<Result<Credentials>>,
    /// The signature of the last attempt; its memory is reused.
    signature: Signature,
}

/// The successful response to an attempt.
pub(super) struct AttemptResponse {
    pub(super) parts: Box<ResponseParts>,
    /// The unread body, if the operation returns a stream.
    pub(super) stream: Option<AttemptStream>,
}

/// An unread body, and what must not be shown of it.
pub(super) struct AttemptStream {
    pub(super) body: Body,
    pub(super) secrets: Option<CallSecrets>,
}

/// A request that the transport sends.
type Sending<'a> = BoxFuture<'a, Result<HttpResponse, TransportError>>;

impl<'a> AttemptSender<'a> {
    pub(super) fn new(
        shared: &'a ClientShared,
        call: &'a ResolvedCall,
        credentials: Option<Result<Credentials>>,
        deadline: Deadline<'a>,
    ) -> Self {
        Self {
            shared,
            call,
            deadline,
            credentials,
            signature: Signature::default(),
        }
    }

    /// Makes one attempt.
    ///
    /// # Errors
    /// If there are no credentials, an interceptor fails, no response arrives, or the response is
    /// an error.
    pub(super) async fn send(
        &mut self,
        retry: &mut RetryState<'_>,
        reporter: &Reporter<'_>,
    ) -> Result<AttemptResponse> {
        let credentials = self.credentials().await?;
        let request = self.sign(&credentials, retry)?;
        retry.begin_attempt(credentials.security_token().is_some());

        let sent = self.deadline.elapsed();
        // The future is passed on instead of the request, which each caller would store once more.
        let sending = self.shared.context.http.send(request);
        let result = self.exchange(sending, &credentials, retry).await;
        let result = result.map_err(|error| self.locate(error));
        let elapsed = self.deadline.elapsed().saturating_sub(sent);
        let parts = result.as_ref().map(|response| &*response.parts);
        reporter.attempt(retry, elapsed, parts);
        result
    }

    async fn credentials(&mut self) -> Result<Credentials> {
        if self.call.anonymous {
            return Ok(Credentials::anonymous());
        }
        if let Some(credentials) = self.credentials.take() {
            return credentials;
        }
        let provided = pin!(self.call.credentials.provide(&self.shared.context));
        match within(self.deadline.time(), self.deadline.remaining(), provided).await {
            Ok(credentials) => {
                let credentials = credentials?;
                credentials.check()?;
                Ok(credentials)
            }
            Err(Unfinished::TimedOut) => Err(self.call.timed_out("while waiting for credentials")),
            Err(Unfinished::NoTimer(error)) => Err(error.into()),
        }
    }

    /// Returns the signed request of this attempt, which has its own date, nonce and signature.
    fn sign(
        &mut self,
        credentials: &Credentials,
        retry: &mut RetryState<'_>,
    ) -> Result<HttpRequest> {
        let (call, config) = (self.call, &self.shared.config);
        let interceptors = &config.interceptors;
        let mut headers = interceptors.before_signing(call.info(), retry.attempts() + 1)?;
        let nonce = nonce().map_err(|e| Error::config(e.to_string()).caused_by(e))?;
        if retry.attempts() > 0 {
            headers.set("x-acs-retry-attempts", retry.attempts().to_string());
            headers.set("x-acs-retry-delay", retry.delay().as_millis().to_string());
        }
        let mut request = call.request.sign(
            &Attempt {
                endpoint: &call.endpoint,
                credentials,
                signature_version: config.signature,
                time: retry.signing_time(),
                nonce: &nonce,
                user_agent: &call.user_agent,
                headers: &headers,
            },
            &mut self.signature,
        );
        call.request.check_size(&request)?;
        request.connect_timeout = Some(call.limits.connect);
        Ok(request)
    }

    /// Sends a request and classifies the response.
    async fn exchange(
        &self,
        sending: Sending<'_>,
        credentials: &Credentials,
        retry: &mut RetryState<'_>,
    ) -> Result<AttemptResponse> {
        let time = self.deadline.time();
        let sent = time.now();
        let mut response = self.receive_in_time(sending).await?;
        let parts = &response.parts;
        self.intercept(parts, retry.attempts())?;
        let error = error_body::error_of(
            parts.status,
            &parts.headers,
            &parts.body.0,
            self.call.success_field,
            || time.now(),
        );
        let Some(error) = error else {
            if let Some(stream) = &mut response.stream {
                stream.secrets = Some(self.secrets(credentials));
            }
            return Ok(response);
        };
        let sample = ClockSample {
            sent,
            received: time.now(),
            headers: &parts.headers,
        };
        retry.observe(&error, &sample);
        if error.class() == ErrorClass::Credentials && credentials.security_token().is_some() {
            // Even if no retry follows: the next call must not use them again.
            self.call.credentials.invalidate(credentials);
        }
        let class = error.class();
        let mut error = Error::from(self.explain(error, credentials));
        if class.is_invalid_credentials() {
            error = error.signed(self.signed_with(credentials));
        }
        let ResponseParts {
            status,
            request_id,
            body,
            ..
        } = *response.parts;
        Err(error.with_response(status, request_id, body.0))
    }

    /// Sends a request and reads the response within the attempt timeout.
    async fn receive_in_time(&self, sending: Sending<'_>) -> Result<AttemptResponse> {
        let (limit, remaining) = (self.call.limits.attempt, self.deadline.remaining());
        let receiving = pin!(receive(sending, self.call));
        match within(self.deadline.time(), limit.min(remaining), receiving).await {
            Ok(response) => response,
            Err(Unfinished::NoTimer(error)) => Err(error.into()),
            Err(Unfinished::TimedOut) => {
                let proxy = self
                    .proxy()
                    .map(|proxy| format!(" through the proxy {proxy}"));
                let doing = format!(
                    "while waiting for the response from {}{}",
                    self.call.endpoint,
                    proxy.unwrap_or_default()
                );
                Err(match remaining < limit {
                    true => self.call.timed_out(&doing),
                    false => Error::timeout(format!(
                        "attempt timed out after {} ms {doing}",
                        limit.as_millis()
                    )),
                })
            }
        }
    }

    /// Returns the proxy that the requests of the call go through.
    fn proxy(&self) -> Option<String> {
        self.shared
            .context
            .http
            .proxy(&self.call.endpoint.to_string())
    }

    /// Passes a response to the interceptors.
    fn intercept(&self, response: &ResponseParts, attempt: u32) -> Result<()> {
        let result = self.shared.config.interceptors.after_response(&Incoming {
            call: self.call.info(),
            attempt,
            status: response.status,
            headers: &response.headers,
            request_id: response.request_id.as_deref(),
        });
        result.map_err(|error| {
            let (id, body) = (response.request_id.clone(), response.body.0.clone());
            error.with_response(response.status, id, body)
        })
    }

    /// Adds where the call went, and what may be wrong with that.
    fn locate(&self, error: Error) -> Error {
        let error = error.at(&self.call.endpoint.to_string());
        let error = error.through(self.proxy());
        let Some(failure) = error.transport_error() else {
            return error;
        };
        let hint = if failure.is_unresolved_host() && failure.proxy().is_none() {
            let (endpoint, listed) = (&self.call.endpoint, self.call.endpoints.public);
            let region = endpoint.region_of(&self.call.product);
            region.and_then(|region| match regions::is_known(region, listed) {
                true if failure.is_unknown_host() => Some(regions::not_available(region)),
                // Perhaps there is no network.
                true => None,
                false => Some(regions::advice(region, listed)),
            })
        } else if failure.is_connect_timeout() {
            let limit = self.call.limits.connect.as_millis();
            Some(format!("the connect timeout is {limit} ms"))
        } else {
            None
        };
        match hint {
            Some(hint) => error.hint(&hint),
            None => error,
        }
    }

    /// Returns what the call was signed with, as a text for people.
    fn signed_with(&self, credentials: &Credentials) -> String {
        let shown = credentials.shown();
        match self.call.credentials.can_renew() || credentials.security_token().is_none() {
            true => shown,
            false => format!(
                "{shown}, fixed credentials that cannot be renewed; use a provider that renews them"
            ),
        }
    }

    /// Masks in an error what the call was signed with, and explains a rejected signature.
    fn explain(&self, mut error: ServiceError, credentials: &Credentials) -> ServiceError {
        let mask = self.secrets(credentials).mask();
        error.change_texts(|text| mask.apply(text));
        if error.code.as_deref() == Some("SignatureDoesNotMatch") {
            let message = error.message.unwrap_or_default();
            // Masked as the message, in which the service quotes what it signed.
            let mut ours = self.signature.string_to_sign().to_owned();
            mask.apply(&mut ours);
            let request = &self.call.request;
            let is_secret = |name: &str| request.is_secret(name);
            error.message = Some(signature_mismatch::explain(&message, &ours, &is_secret));
        }
        error
    }

    /// Returns the secrets of this attempt.
    fn secrets(&self, credentials: &Credentials) -> CallSecrets {
        let request = &self.call.request;
        let parameters = request.query().iter().chain(request.form().iter());
        CallSecrets {
            credentials: credentials.clone(),
            signature: self.signature.signature().to_owned(),
            parameters: parameters
                .filter(|(name, _)| request.is_secret(name))
                .map(|(_, value)| value.to_owned())
                .collect(),
        }
    }
}

/// Sends one request and reads the response, except for the body of a success that is a stream.
async fn receive(sending: Sending<'_>, call: &ResolvedCall) -> Result<AttemptResponse> {
    let response = sending.await?;
    let (status, headers) = (response.status, response.headers);
    let request_id = error_body::request_id(&headers);
    let is_success = (200..300).contains(&status);
    let failed = |error: Error| error.with_response(status, request_id.clone(), Bytes::new());
    let announced = announced_length(&headers).map_err(failed)?;
    let (body, stream) = if call.streams && is_success {
        let body = response.body;
        let secrets = None;
        (Bytes::new(), Some(AttemptStream { body, secrets }))
    } else {
        let limit = is_success.then_some(call.limits.bytes);
        match read_body(response.body, announced, limit).await {
            Ok(body) => (body, None),
            Err(error) => return Err(failed(error)),
        }
    };
    let parts = Box::new(ResponseParts {
        status,
        headers,
        request_id,
        body: RawBody(body),
        ..ResponseParts::default()
    });
    Ok(AttemptResponse { parts, stream })
}
