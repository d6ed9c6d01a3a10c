//! Responses of a mock.

use super::ManualTime;
use crate::error::ServiceError;
use crate::http::{Body, BodyStream, Headers, HttpResponse, TransportError, TransportErrorKind};
use crate::time::BoxFuture;
use alibabacloud_types::plumbing::{Field, write_json};
use bytes::Bytes;
use serde_json::{Map, Value};
use std::time::Duration;

/// One response, or transport failure, of a [`MockClient`](super::MockClient).
#[derive(Clone, Debug)]
pub struct MockResponse {
    outcome: MockOutcome,
    delay: Option<(ManualTime, Duration)>,
}

#[derive(Clone)]
enum MockOutcome {
    Response {
        status: u16,
        headers: Headers,
        body: Bytes,
        /// Whether the connection breaks after the body.
        broken: bool,
    },
    Fault(TransportErrorKind),
    Silence,
}

/// Omits the body: it can hold secrets.
impl std::fmt::Debug for MockOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Response { status, .. } => write!(f, "a response with status {status}"),
            Self::Fault(kind) => write!(f, "a fault of kind {kind:?}"),
            Self::Silence => f.write_str("silence"),
        }
    }
}

impl MockResponse {
    /// Creates a response with any body.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self::of(MockOutcome::Response {
            status,
            headers: Headers::new(),
            body: body.into(),
            broken: false,
        })
    }

    /// Creates a response with a JSON body.
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(status, body).header("content-type", "application/json")
    }

    /// Creates a success with this output: the `...Output` of an operation with JSON responses, as
    /// the service would write it.
    ///
    /// # Panics
    /// Panics if a number in it is not finite: JSON cannot represent it.
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

    /// Creates an error response of the service, with status 400 if the error has none.
    pub fn error(error: ServiceError) -> Self {
        let response = Self::json(
            error.status.unwrap_or(400),
            Value::Object(error_body(&error)).to_string(),
        );
        match error.retry_after {
            Some(wait) => response.header("x-acs-retry-after", wait.as_millis().to_string()),
            None => response,
        }
    }

    /// Creates a transport failure: no response arrives.
    pub fn fault(kind: TransportErrorKind) -> Self {
        Self::of(MockOutcome::Fault(kind))
    }

    /// Creates a response that never arrives.
    pub fn silence() -> Self {
        Self::of(MockOutcome::Silence)
    }

    /// Sets a header. Has no effect on a fault or silence.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        if let MockOutcome::Response { headers, .. } = &mut self.outcome {
            headers.set(name, value.into());
        }
        self
    }

    /// Breaks the connection after the body. Has no effect on a fault or silence.
    pub fn broken(mut self) -> Self {
        if let MockOutcome::Response { broken, .. } = &mut self.outcome {
            *broken = true;
        }
        self
    }

    /// Delays the response, or the fault, by `delay` on `time`.
    pub fn after(mut self, time: &ManualTime, delay: Duration) -> Self {
        self.delay = Some((time.clone(), delay));
        self
    }

    /// Waits for the delay and returns the response or the failure.
    pub(super) async fn play(self) -> Result<HttpResponse, TransportError> {
        if let Some((time, delay)) = self.delay {
            time.pass(delay).await;
        }
        match self.outcome {
            MockOutcome::Response {
                status,
                headers,
                body,
                broken: false,
            } => Ok(HttpResponse::new(status, headers, body)),
            MockOutcome::Response {
                status,
                headers,
                body,
                broken: true,
            } => Ok(HttpResponse::streaming(
                status,
                headers,
                BrokenBody::new(body),
            )),
            MockOutcome::Fault(kind) => Err(TransportError::new(kind, "a scripted fault")),
            MockOutcome::Silence => std::future::pending().await,
        }
    }

    fn of(outcome: MockOutcome) -> Self {
        Self {
            outcome,
            delay: None,
        }
    }
}

/// Returns the members of an error response by the names that the gateway uses.
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
            ("AuthResource", &denied.auth_resource),
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

/// A body that breaks off after its last byte. The flag says whether the error was returned.
struct BrokenBody(Body, bool);

impl BrokenBody {
    fn new(bytes: Bytes) -> Self {
        Self(Body::full(bytes), false)
    }
}

impl BodyStream for BrokenBody {
    fn next_chunk(&mut self) -> BoxFuture<'_, Option<Result<Bytes, TransportError>>> {
        Box::pin(async move {
            if let Some(chunk) = self.0.next_chunk().await {
                return Some(chunk);
            }
            let first = !std::mem::replace(&mut self.1, true);
            first.then(|| {
                let message = "the script breaks off the body";
                Err(TransportError::new(
                    TransportErrorKind::Interrupted,
                    message,
                ))
            })
        })
    }
}
