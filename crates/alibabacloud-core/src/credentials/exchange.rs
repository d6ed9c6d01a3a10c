//! One request of a provider: time limit, size limit, and another try where that is safe.

use super::{CredentialsError, ProviderContext};
use crate::http::{HttpRequest, HttpResponse, Method, TransportErrorKind, origin};
use crate::time::within;
use serde_json::Value;
use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

/// Answers of the services that give credentials have a few hundred bytes.
const LARGEST_ANSWER: usize = 256 * 1024;
const MOST_ATTEMPTS: u32 = 3;
const FIRST_BACKOFF: Duration = Duration::from_millis(200);
/// How much of a service's message an error quotes, in characters.
const LONGEST_MESSAGE: usize = 300;

/// How one exchange goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange {
    /// What is asked, for messages: `AssumeRole at sts.aliyuncs.com`.
    pub(super) what: &'static str,
    /// Time for one attempt, from connecting to the last byte.
    pub(super) limit: Duration,
    /// What is tried again.
    pub(super) repeat: Repeat,
}

/// What is tried again after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Everything that may pass: the request changes nothing.
    Always,
    /// Only what surely did not arrive: the request uses up a token.
    IfNotSent,
    /// Once, and not where nobody answers: the service may not exist here.
    OnceIfReached,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: bytes::Bytes,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct NoAnswer {
    kind: TransportErrorKind,
    message: String,
}

impl From<NoAnswer> for CredentialsError {
    fn from(error: NoAnswer) -> Self {
        Self::new(error.message)
    }
}

impl Exchange {
    /// Sends what `build` makes and reads the answer. `build` is called for each attempt, as a signature may be used only once.
    pub(super) async fn send(
        self,
        context: &ProviderContext,
        build: impl Fn() -> Result<HttpRequest, CredentialsError>,
    ) -> Result<Answer, NoAnswer> {
        let mut backoff = FIRST_BACKOFF;
        let mut attempt = 1;
        loop {
            let request = build().map_err(|error| NoAnswer {
                kind: TransportErrorKind::InvalidRequest,
                message: error.to_string(),
            })?;
            let result = self.attempt(context, request).await;
            if !self.repeat.after(attempt, &result) {
                return result;
            }
            attempt += 1;
            context.time.sleep(backoff).await;
            backoff *= 2;
        }
    }

    async fn attempt(
        self,
        context: &ProviderContext,
        request: HttpRequest,
    ) -> Result<Answer, NoAnswer> {
        let origin = origin(&request.url).to_owned();
        let no_answer = |kind, why: &str| NoAnswer {
            kind,
            message: format!("{} at {origin} gave no answer: {why}", self.what),
        };
        let exchanged = async {
            let response = context
                .http
                .send(request)
                .await
                .map_err(|error| no_answer(error.kind(), &error.to_string()))?;
            read(response)
                .await
                .map_err(|why| no_answer(TransportErrorKind::Interrupted, &why))
        };
        within(&*context.time, self.limit, pin!(exchanged))
            .await
            .unwrap_or_else(|| {
                let why = format!("nothing came within {} ms", self.limit.as_millis());
                Err(no_answer(TransportErrorKind::Timeout, &why))
            })
    }
}

impl Repeat {
    fn after(self, attempt: u32, result: &Result<Answer, NoAnswer>) -> bool {
        let most = match self {
            Self::Always | Self::IfNotSent => MOST_ATTEMPTS,
            Self::OnceIfReached => 2,
        };
        let passing = match (self, result) {
            (Self::IfNotSent, Ok(_)) => false,
            (Self::IfNotSent, Err(error)) => error.kind == TransportErrorKind::Connect,
            (Self::OnceIfReached, Err(error)) if error.is_unreachable() => false,
            (_, Err(error)) => error.kind != TransportErrorKind::InvalidRequest,
            (_, Ok(answer)) => answer.is_transient(),
        };
        attempt < most && passing
    }
}

impl NoAnswer {
    /// Whether it seems that nobody is there.
    pub(super) fn is_unreachable(&self) -> bool {
        matches!(
            self.kind,
            TransportErrorKind::Connect | TransportErrorKind::Timeout
        )
    }
}

impl Answer {
    fn is_transient(&self) -> bool {
        self.status >= 500
            || self.status == 429
            || self.status >= 400
                && self
                    .json_text("Code")
                    .is_some_and(|code| code.starts_with("Throttling"))
    }

    /// The body as JSON, of an answer with a status from 200 to 299. `secrets` are what the request held.
    pub(super) fn json(&self, what: &str, secrets: &[&str]) -> Result<Value, CredentialsError> {
        if !(200..300).contains(&self.status) {
            return Err(self.refusal(what, secrets));
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            // Only the position: the rest of the message could quote the answer.
            CredentialsError::new(format!(
                "the answer to {what} is no JSON (line {}, column {} of {} bytes)",
                error.line(),
                error.column(),
                self.body.len()
            ))
        })
    }

    /// What a refused request says: status, code, message and request id, without any secret.
    pub(super) fn refusal(&self, what: &str, secrets: &[&str]) -> CredentialsError {
        let mut message = format!("{what} was refused: {}", self.status);
        let text = |names: [&str; 2]| names.iter().find_map(|name| self.json_text(name));
        if let Some(code) = text(["Code", "error"]) {
            message.push(' ');
            message.push_str(&harmless(&code, secrets));
        }
        if let Some(said) = text(["Message", "error_description"]) {
            message.push_str(": ");
            message.push_str(&harmless(&said, secrets));
        }
        if let Some(id) = text(["RequestId", "requestId"]) {
            message.push_str(&format!(" (request ID {})", harmless(&id, secrets)));
        }
        CredentialsError::new(message)
    }

    /// The error code of a refused request.
    pub(super) fn code(&self) -> Option<String> {
        self.json_text("Code")
    }

    fn json_text(&self, name: &str) -> Option<String> {
        let value: Value = serde_json::from_slice(&self.body).ok()?;
        value.get(name)?.as_str().map(str::to_owned)
    }
}

/// What a service said, on one line, shortened and without anything secret. A string to sign, which holds the token, is cut off.
fn harmless(said: &str, secrets: &[&str]) -> String {
    let lower = said.to_ascii_lowercase();
    let said = lower
        .find("string to sign")
        .and_then(|end| said.get(..end))
        .unwrap_or(said);
    let mut said = said.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        said = said.replace(secret, "****");
    }
    said.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_MESSAGE)
        .collect()
}

async fn read(mut response: HttpResponse) -> Result<Answer, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.body.next_chunk().await {
        let chunk = chunk.map_err(|error| error.to_string())?;
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(format!("it is larger than {LARGEST_ANSWER} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status: response.status,
        body: body.into(),
    })
}

/// A request with the headers that all providers send. Loopback services are never asked through a proxy.
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

/// `host:port` of a URL.
pub(super) fn authority(url: &str) -> &str {
    let origin = origin(url);
    origin.split_once("://").map_or(origin, |(_, rest)| rest)
}

/// Whether an authority is this machine.
pub(super) fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_path_and_query() {
        assert_eq!(origin("http://h:1/p?q"), "http://h:1");
        assert_eq!(origin("https://h?q"), "https://h");
        assert_eq!(origin("h"), "h");
        assert_eq!(authority("https://h:2#f"), "h:2");
    }

    #[test]
    fn loopback_is_told_from_the_rest() {
        for ours in [
            "localhost",
            "LOCALHOST:80",
            "127.0.0.1:8080",
            "127.9.9.9",
            "[::1]:80",
        ] {
            assert!(is_loopback(ours), "{ours}");
        }
        for theirs in [
            "localhost.example",
            "128.0.0.1",
            "[::2]:80",
            "",
            "127.0.0.1.example",
        ] {
            assert!(!is_loopback(theirs), "{theirs}");
        }
    }

    #[test]
    fn what_a_service_says_is_quoted_without_secrets() {
        let said = "bad token tok-1, server string to sign is:GET&tok-1";
        assert_eq!(harmless(said, &["tok-1", ""]), "bad token ****, server ");
        assert_eq!(harmless("a\nb", &[]), "a b");
        assert_eq!(harmless(&"x".repeat(999), &[]).len(), LONGEST_MESSAGE);
    }
}
