//! One request of a provider, with a time limit, a size limit, and retries where they are safe.

use super::fields::{Fields, object_of};
use super::{Credentials, CredentialsError, ProviderContext};
use crate::clock_skew::{ClockSample, Skew, is_rejected_timestamp};
use crate::error::ServiceError;
use crate::error::class::ErrorClass;
use crate::http::{
    HttpRequest, HttpResponse, Method, TransportErrorKind, authority, is_loopback, origin,
};
use crate::mask::Mask;
use crate::text::escaped;
use crate::time::{TimerError, Unfinished, sleep, within};
use alibabacloud_types::plumbing::parse_json;
use serde_json::Value;
use std::pin::pin;
use std::time::Duration;

/// The maximum size of a response, in bytes. Responses with credentials have a few hundred bytes.
const LARGEST_RESPONSE: usize = 256 * 1024;
const MOST_ATTEMPTS: u32 = 3;
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
/// The maximum length of a text of a service that an error quotes, in bytes.
const LONGEST_MESSAGE: usize = 300;

/// How a provider sends a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fetch {
    /// The request, for messages: `AssumeRole`, `the metadata request`.
    pub(super) what: &'static str,
    /// The time limit of one attempt, from connecting to the last byte.
    pub(super) timeout: Duration,
    /// Which failures are retried.
    pub(super) retry: FetchRetry,
}

/// The failures of a request that are retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FetchRetry {
    /// All transient failures: the request changes nothing.
    Transient,
    /// Only requests that were not sent: the request consumes a token.
    IfNotSent,
    /// Once, and only if the server was reached: it may not exist here.
    OnceIfReached,
}

/// A complete response.
#[derive(Debug)]
pub(super) struct FetchResponse {
    pub(super) status: u16,
    pub(super) body: bytes::Bytes,
    /// The skew of the local clock, if the response has a date.
    skew: Option<Skew>,
}

/// The reason why there is no response.
#[derive(Debug)]
pub(super) struct FetchError {
    kind: TransportErrorKind,
    /// The same request would fail again.
    permanent: bool,
    message: String,
}

impl From<FetchError> for CredentialsError {
    fn from(error: FetchError) -> Self {
        Self::new(error.message)
    }
}

impl Fetch {
    /// Sends the request that `build` returns and reads the response. Each attempt calls `build`,
    /// because a signature can be used only once.
    ///
    /// If the service rejects the timestamp of the request and its clock differs from the local
    /// one, records the difference and sends the request once more.
    pub(super) async fn send(
        self,
        context: &ProviderContext,
        build: impl Fn() -> Result<HttpRequest, CredentialsError>,
    ) -> Result<FetchResponse, FetchError> {
        let mut backoff = FIRST_BACKOFF;
        let mut attempt = 1;
        let mut clock_corrected = false;
        loop {
            let used = context.clock_skew.current();
            let request = build().map_err(|error| FetchError {
                kind: TransportErrorKind::InvalidRequest,
                permanent: true,
                message: error.to_string(),
            })?;
            let result = self.attempt(context, request).await;
            if let (false, Ok(response)) = (clock_corrected, &result) {
                clock_corrected =
                    response.rejects_timestamp() && context.clock_skew.adopt(response.skew, used);
                if clock_corrected {
                    continue;
                }
            }
            if !self.retry.allows(attempt, &result) {
                return result;
            }
            attempt += 1;
            sleep(&*context.time, backoff).await.map_err(no_timer)?;
            backoff *= 2;
        }
    }

    async fn attempt(
        self,
        context: &ProviderContext,
        request: HttpRequest,
    ) -> Result<FetchResponse, FetchError> {
        let origin = origin(&request.url).to_owned();
        let no_response = |kind, why: &str| FetchError {
            kind,
            permanent: false,
            message: format!("no response to {} from {origin}: {why}", self.what),
        };
        let response = async {
            let sent = context.time.now();
            let response = context.http.send(request).await.map_err(|error| {
                let why = match error.proxy() {
                    Some(proxy) => format!("through the proxy {proxy}: {error}"),
                    None => error.to_string(),
                };
                FetchError {
                    permanent: error.is_permanent(),
                    ..no_response(error.kind(), &why)
                }
            })?;
            let sample = ClockSample {
                sent,
                received: context.time.now(),
                headers: &response.headers,
            };
            let skew = sample.measure();
            read(response, skew)
                .await
                .map_err(|why| no_response(TransportErrorKind::Interrupted, &why))
        };
        within(&*context.time, self.timeout, pin!(response))
            .await
            .unwrap_or_else(|unfinished| {
                Err(match unfinished {
                    Unfinished::NoTimer(error) => no_timer(error),
                    Unfinished::TimedOut => {
                        let why = format!("timed out after {} ms", self.timeout.as_millis());
                        no_response(TransportErrorKind::Timeout, &why)
                    }
                })
            })
    }
}

/// Returns the error of a request that cannot be limited in time.
fn no_timer(error: TimerError) -> FetchError {
    FetchError {
        kind: TransportErrorKind::InvalidConfig,
        permanent: true,
        message: error.to_string(),
    }
}

impl FetchRetry {
    fn allows(self, attempt: u32, result: &Result<FetchResponse, FetchError>) -> bool {
        let most = match self {
            Self::Transient | Self::IfNotSent => MOST_ATTEMPTS,
            Self::OnceIfReached => 2,
        };
        let transient = match (self, result) {
            (Self::IfNotSent, Ok(_)) => false,
            (_, Err(error)) if error.permanent => false,
            (Self::IfNotSent, Err(error)) => error.kind == TransportErrorKind::Connect,
            (Self::OnceIfReached, Err(error)) if error.is_unreachable() => false,
            (_, Err(_)) => true,
            (_, Ok(response)) => response.is_transient(),
        };
        attempt < most && transient
    }
}

impl FetchError {
    pub(super) fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Returns whether there seems to be no server at this address.
    pub(super) fn is_unreachable(&self) -> bool {
        matches!(
            self.kind,
            TransportErrorKind::Connect | TransportErrorKind::Timeout
        )
    }
}

impl FetchResponse {
    fn rejects_timestamp(&self) -> bool {
        self.status >= 400 && self.code().is_some_and(|code| is_rejected_timestamp(&code))
    }

    fn is_transient(&self) -> bool {
        let throttled = || self.refusal(&Mask::default()).class() == ErrorClass::Throttled;
        self.status >= 500 || self.status >= 400 && throttled()
    }

    /// Returns what the service reported, except for its message.
    fn refusal(&self, mask: &Mask) -> ServiceError {
        let mut refusal = ServiceError {
            status: Some(self.status),
            code: self.first_text(["Code", "error"]),
            request_id: self.first_text(["RequestId", "requestId"]),
            ..ServiceError::default()
        };
        refusal.change_texts(|text| mask.apply(text));
        refusal
    }

    /// Parses the JSON body of a response with a status from 200 to 299. `secrets` are the secrets
    /// in the request.
    pub(super) fn json(&self, what: &str, secrets: &[&str]) -> Result<Value, CredentialsError> {
        if !(200..300).contains(&self.status) {
            return Err(self.rejection(what, secrets));
        }
        parse_json(&self.body).map_err(|error| {
            // Only the position: the rest of the message could quote the response.
            CredentialsError::new(format!(
                "the response to {what} is not valid JSON (line {}, column {} of {} bytes)",
                error.line(),
                error.column(),
                self.body.len()
            ))
        })
    }

    /// Returns the temporary credentials in the member `name` of a response with a status from 200
    /// to 299, or in the response itself for an empty name.
    ///
    /// New credentials that seem to have expired prove that the local clock is wrong, if they are
    /// valid by the clock of the service. The difference is recorded then.
    pub(super) fn credentials(
        &self,
        context: &ProviderContext,
        name: &str,
        what: &str,
        secrets: &[&str],
    ) -> Result<Credentials, CredentialsError> {
        let response = self.json(what, secrets)?;
        let credentials = Fields::new(object_of(&response, name, what)?, name)
            .temporary_credentials()
            .map_err(|error| error.in_response(what))?;
        self.correct_clock(context, &credentials);
        Ok(credentials)
    }

    fn correct_clock(&self, context: &ProviderContext, credentials: &Credentials) {
        let (Some(expiry), Some(skew)) = (credentials.expiry(), self.skew) else {
            return;
        };
        let seems_expired = expiry <= context.now();
        if seems_expired && skew.correct(context.time.now()) < expiry {
            context
                .clock_skew
                .adopt(Some(skew), context.clock_skew.current());
        }
    }

    /// Describes a rejected request: status, code, message and request ID, without secrets.
    pub(super) fn rejection(&self, what: &str, secrets: &[&str]) -> CredentialsError {
        let mut mask = Mask::default();
        for secret in secrets {
            mask.add(secret);
        }
        let refusal = self.refusal(&mask);
        let shown = |text: &str| escaped(text, LONGEST_MESSAGE);
        let mut message = format!("{what} returned {}", self.status);
        if let Some(code) = &refusal.code {
            message.push(' ');
            message.push_str(&shown(code));
        }
        if let Some(quoted) = self.first_text(["Message", "error_description"]) {
            message.push_str(": ");
            message.push_str(&shown(&without_secrets(&quoted, &mask)));
        }
        if let Some(id) = &refusal.request_id {
            message.push_str(&format!(" (request ID {})", shown(id)));
        }
        CredentialsError::new(message).refused(refusal)
    }

    fn first_text(&self, names: [&str; 2]) -> Option<String> {
        let mut texts = names.iter().filter_map(|name| self.json_text(name));
        texts.find(|text| !text.is_empty())
    }

    /// Returns the error code of a rejected request, if the body has one.
    pub(super) fn code(&self) -> Option<String> {
        self.json_text("Code")
    }

    fn json_text(&self, name: &str) -> Option<String> {
        let value: Value = parse_json(&self.body).ok()?;
        value.get(name)?.as_str().map(str::to_owned)
    }
}

/// Returns a message of a service without secrets. A string to sign, which contains the token and
/// more, is cut off.
fn without_secrets(message: &str, mask: &Mask) -> String {
    let lower = message.to_ascii_lowercase();
    let message = lower
        .find("string to sign")
        .and_then(|end| message.get(..end))
        .unwrap_or(message);
    let mut message = message.to_owned();
    mask.apply(&mut message);
    message
}

async fn read(mut response: HttpResponse, skew: Option<Skew>) -> Result<FetchResponse, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.body.next_chunk().await {
        let chunk = chunk.map_err(|error| error.to_string())?;
        if body.len() + chunk.len() > LARGEST_RESPONSE {
            return Err(format!("it is larger than {LARGEST_RESPONSE} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(FetchResponse {
        status: response.status,
        body: body.into(),
        skew,
    })
}

/// Returns a request with the headers that all providers send. Loopback services are called without
/// a proxy.
pub(super) fn request(method: Method, url: &str) -> HttpRequest {
    let mut request = HttpRequest::new(method, url);
    let authority = authority(url);
    request.no_proxy = is_loopback(authority);
    request.headers.set("host", authority);
    request.headers.set("accept", "application/json");
    request.headers.set("user-agent", user_agent());
    request
}

fn user_agent() -> String {
    format!(
        "AlibabaCloud ({}; {}) Rust Credentials/{}",
        std::env::consts::OS,
        std::env::consts::ARCH,
        env!("CARGO_PKG_VERSION")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::REDACTED;
    use serde_json::json;

    #[test]
    fn messages_of_services_are_quoted_without_secrets() {
        let shown = |message: &str, secrets: &[&str]| {
            let response = FetchResponse {
                status: 403,
                body: json!({ "Code": "C", "Message": message, "RequestId": "R" })
                    .to_string()
                    .into(),
                skew: None,
            };
            let error = response.rejection("AssumeRole", secrets);
            assert_eq!(error.code(), Some("C"));
            assert_eq!(
                (error.http_status(), error.request_id()),
                (Some(403), Some("R"))
            );
            let text = error.to_string();
            let start = "AssumeRole returned 403 C: ";
            text.strip_prefix(start)
                .and_then(|text| text.strip_suffix(" (request ID R)"))
                .map_or_else(|| text.clone(), str::to_owned)
        };
        assert_eq!(
            shown(
                "bad token tok-1, server string to sign is:GET&tok-1",
                &["tok-1", ""]
            ),
            format!("bad token {REDACTED}, server")
        );
        assert_eq!(
            shown(
                "bad token CAIS%2BaBcDeF%3D0123456",
                &["CAIS+aBcDeF=0123456"]
            ),
            format!("bad token {REDACTED}")
        );
        assert_eq!(shown("a\nb", &[]), "a\\nb");
        let long = shown(&"x".repeat(999), &[]);
        assert_eq!(long, "x".repeat(LONGEST_MESSAGE) + "... (999 bytes)");
    }

    #[test]
    fn throttling_by_any_name_is_transient() {
        for (status, code, transient) in [
            (400, "Throttling.User", true),
            (400, "Rejected.Throttling", true),
            (429, "", true),
            (503, "", true),
            (403, "NoPermission", false),
            (200, "", false),
        ] {
            let response = FetchResponse {
                status,
                body: json!({ "Code": code }).to_string().into(),
                skew: None,
            };
            assert_eq!(response.is_transient(), transient, "{status} {code}");
        }
    }
}
