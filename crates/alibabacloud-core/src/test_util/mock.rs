//! An HTTP client that answers from a script.

use super::ManualTime;
use crate::http::{
    Body, BodyStream, Headers, HttpClient, HttpRequest, HttpResponse, TransportError,
    TransportErrorKind,
};
use crate::time::BoxFuture;
use bytes::Bytes;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// An HTTP client for tests: gives scripted answers in order and keeps the requests it got. Clones share one script.
///
/// Give it to [`Config::http_client`](crate::Config::http_client). When the script is over, requests fail as a refused connection would.
///
/// ```
/// use alibabacloud_core::test_util::{MockAnswer, MockClient};
///
/// let http = MockClient::new([
///     MockAnswer::json(503, r#"{"Code":"ServiceUnavailable"}"#).header("x-acs-retry-after", "200"),
///     MockAnswer::json(200, r#"{"RequestId":"4A1B"}"#),
/// ]);
/// assert!(http.requests().is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct MockClient {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    script: VecDeque<MockAnswer>,
    requests: Vec<HttpRequest>,
}

/// One answer, or failure to answer, of a [`MockClient`].
#[derive(Clone, Debug)]
pub struct MockAnswer {
    outcome: Outcome,
    delay: Option<(ManualTime, Duration)>,
}

#[derive(Clone, Debug)]
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

impl MockAnswer {
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
            headers.set(name, value);
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

    fn of(outcome: Outcome) -> Self {
        Self {
            outcome,
            delay: None,
        }
    }
}

impl MockClient {
    /// A client with a script.
    pub fn new(script: impl IntoIterator<Item = MockAnswer>) -> Self {
        let client = Self::default();
        client.state().script.extend(script);
        client
    }

    /// Adds to the end of the script.
    pub fn push(&self, answer: MockAnswer) {
        self.state().script.push_back(answer);
    }

    /// The requests so far, in order.
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.state().requests.clone()
    }

    /// Answers that were not asked for yet; 0 when a test went as scripted.
    pub fn remaining(&self) -> usize {
        self.state().script.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpClient for MockClient {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let answer = {
                let mut state = self.state();
                state.requests.push(request);
                state.script.pop_front()
            };
            let Some(answer) = answer else {
                let over = "the script of this MockClient is over";
                return Err(TransportError::new(TransportErrorKind::Connect, over));
            };
            if let Some((time, delay)) = answer.delay {
                time.pass(delay).await;
            }
            match answer.outcome {
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
        })
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
