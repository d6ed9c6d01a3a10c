//! What a mock answers.

use super::ManualTime;
use crate::error::ServiceError;
use crate::http::{Body, BodyStream, Headers, HttpResponse, TransportError, TransportErrorKind};
use crate::time::BoxFuture;
use alibabacloud_types::plumbing::{Field, write_json};
use bytes::Bytes;
use serde_json::{Map, Value};
use std::time::Duration;

/// One answer, or failure to answer, of a [`MockClient`](super::MockClient).
#[derive(Clone, Debug)]
pub struct MockResponse {
    outcome: Outcome,
    delay: Option<(ManualTime, Duration)>,
}

#[derive(Clone)]
enum Outcome {
    Answer {
        status: u16,
        headers: Headers,
        body: Bytes,
        /// The connection breaks behind the body.
        broken: bool,
    },
    Fault(TransportErrorKind),
    Silence,
}

/// Shows no body, as it can hold secrets.
impl std::fmt::Debug for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Answer { status, .. } => write!(f, "an answer with status {status}"),
            Self::Fault(kind) => write!(f, "a fault of kind {kind:?}"),
            Self::Silence => f.write_str("silence"),
        }
    }
}

impl MockResponse {
    /// An answer with a body of any kind.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self::of(Outcome::Answer {
            status,
            headers: Headers::new(),
            body: body.into(),
            broken: false,
        })
    }

    /// An answer with a JSON body.
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(status, body).header("content-type", "application/json")
    }

    /// A success with this output: the `...Output` of an operation that answers JSON, as the service would write it.
    ///
    /// # Panics
    /// When a number in it is not finite, which JSON cannot hold.
    #[track_caller]
    pub fn output(output: &impl Field) -> Self {
        let mut text = String::new();
        let written = write_json(output.value(), &mut text);
        assert!(
            written.is_ok(),
            "the output cannot be written as JSON: {written:?}"
        );
        Self::json(200, text)
    }

    /// A failure that the service reports. Status 400 when the error has none.
    pub fn error(error: ServiceError) -> Self {
        let answer = Self::json(
            error.status.unwrap_or(400),
            Value::Object(error_body(&error)).to_string(),
        );
        match error.retry_after {
            Some(wait) => answer.header("x-acs-retry-after", wait.as_millis().to_string()),
            None => answer,
        }
    }

    /// No answer: the exchange fails.
    pub fn fault(kind: TransportErrorKind) -> Self {
        Self::of(Outcome::Fault(kind))
    }

    /// No answer, ever.
    pub fn silence() -> Self {
        Self::of(Outcome::Silence)
    }

    /// With a header. Nothing to be seen on a fault.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        if let Outcome::Answer { headers, .. } = &mut self.outcome {
            headers.set(name, value.into());
        }
        self
    }

    /// With a body that breaks off behind what is given.
    pub fn broken(mut self) -> Self {
        if let Outcome::Answer { broken, .. } = &mut self.outcome {
            *broken = true;
        }
        self
    }

    /// After `delay` on `time`.
    pub fn after(mut self, time: &ManualTime, delay: Duration) -> Self {
        self.delay = Some((time.clone(), delay));
        self
    }

    /// Plays it.
    pub(super) async fn play(self) -> Result<HttpResponse, TransportError> {
        if let Some((time, delay)) = self.delay {
            time.pass(delay).await;
        }
        match self.outcome {
            Outcome::Answer {
                status,
                headers,
                body,
                broken: false,
            } => Ok(HttpResponse::new(status, headers, body)),
            Outcome::Answer {
                status,
                headers,
                body,
                broken: true,
            } => Ok(HttpResponse::streaming(
                status,
                headers,
                Breaking::new(body),
            )),
            Outcome::Fault(kind) => Err(TransportError::new(kind, "a fault of the script")),
            Outcome::Silence => std::future::pending().await,
        }
    }

    fn of(outcome: Outcome) -> Self {
        Self {
            outcome,
            delay: None,
        }
    }
}

/// The members of an error answer, in the names of the gateway.
fn error_body(error: &ServiceError) -> Map<String, Value> {
    let mut body = Map::new();
    put(&mut body, "Code", error.code.as_deref());
    put(&mut body, "Message", error.message.as_deref());
    put(&mut body, "RequestId", error.request_id.as_deref());
    put(&mut body, "Recommend", error.recommend.as_deref());
    if let Some(denied) = &error.access_denied {
        let mut detail = Map::new();
        for (name, value) in [
            ("AuthAction", &denied.auth_action),
            (
                "AuthPrincipalDisplayName",
                &denied.auth_principal_display_name,
            ),
            ("AuthPrincipalOwnerId", &denied.auth_principal_owner_id),
            ("AuthPrincipalType", &denied.auth_principal_type),
            ("NoPermissionType", &denied.no_permission_type),
            ("PolicyType", &denied.policy_type),
            (
                "EncodedDiagnosticMessage",
                &denied.encoded_diagnostic_message,
            ),
        ] {
            put(&mut detail, name, value.as_deref());
        }
        body.insert("AccessDeniedDetail".to_owned(), Value::Object(detail));
    }
    body
}

fn put(object: &mut Map<String, Value>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), value.into());
    }
}

/// A body that breaks off.
struct Breaking(Body, bool);

impl Breaking {
    fn new(bytes: Bytes) -> Self {
        Self(Body::full(bytes), false)
    }
}

impl BodyStream for Breaking {
    fn next_chunk(&mut self) -> BoxFuture<'_, Option<Result<Bytes, TransportError>>> {
        Box::pin(async move {
            if let Some(chunk) = self.0.next_chunk().await {
                return Some(chunk);
            }
            let first = !std::mem::replace(&mut self.1, true);
            first.then(|| {
                let what = "the script breaks the body off";
                Err(TransportError::new(TransportErrorKind::Interrupted, what))
            })
        })
    }
}
