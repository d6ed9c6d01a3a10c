//! Replay of recorded responses.

use super::SentRequest;
use super::cassette::{Cassette, RecordedRequest, RecordedResponse};
use super::lock::lock;
use super::redaction::Redaction;
use crate::http::{
    Headers, HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind,
};
use crate::time::BoxFuture;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// An HTTP client that returns the responses of a [`Cassette`], without a network. Clones share
/// everything.
///
/// A request takes the response of the first unused exchange with the same operation, method, path,
/// parameters and body. Host, signature, date, nonce, `ClientToken` and redacted values are
/// ignored. A request without a matching exchange fails without a retry; the error describes the
/// differences from the closest exchange.
///
/// ```
/// use alibabacloud_core::Config;
/// use alibabacloud_core::credentials::Credentials;
/// use alibabacloud_core::test_util::{Cassette, Replay};
///
/// # fn main() -> std::io::Result<()> {
/// let cassette = Cassette::parse(r#"{"format": 1, "exchanges": []}"#)?; // or Cassette::load(path)
/// let replay = Replay::new(cassette);
/// let config = Config::new()
///     .region("cn-hangzhou")
///     .credentials(Credentials::access_key("id", "secret"))
///     .http_client(replay.clone());
/// // ... make the same calls with a client of this configuration, then:
/// replay.assert_finished();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Replay {
    state: Arc<Mutex<ReplayState>>,
    ignored: BTreeSet<String>,
}

#[derive(Debug)]
struct ReplayState {
    cassette: Cassette,
    /// Whether each exchange was used.
    used: Vec<bool>,
}

impl Replay {
    /// Creates a client that returns each response of a cassette once.
    pub fn new(cassette: Cassette) -> Self {
        let used = vec![false; cassette.len()];
        Self {
            state: Arc::new(Mutex::new(ReplayState { cassette, used })),
            // The client generates it for every call.
            ignored: BTreeSet::from(["ClientToken".to_owned()]),
        }
    }

    /// Ignores the value of this parameter too, for example one that contains the time.
    pub fn ignoring(mut self, parameter: impl Into<String>) -> Self {
        self.ignored.insert(parameter.into());
        self
    }

    /// Returns the number of exchanges that no request has used.
    pub fn remaining(&self) -> usize {
        lock(&self.state).used.iter().filter(|used| !**used).count()
    }

    /// Checks that every exchange was used.
    ///
    /// # Panics
    /// Panics if some were not used; the message lists them.
    #[track_caller]
    pub fn assert_finished(&self) {
        let left: String = {
            let state = lock(&self.state);
            let unused = state
                .unused()
                .map(|(_, request)| format!("\n  {request:?}"));
            unused.collect()
        };
        assert!(
            left.is_empty(),
            "recorded exchanges that no request used:{left}"
        );
    }

    fn response_to(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let sent = Redaction::default().request(&SentRequest::new(request));
        let state = &mut *lock(&self.state);
        let same = |recorded: &RecordedRequest| {
            recorded.operation == sent.operation
                && recorded.differences(&sent, &self.ignored).is_empty()
        };
        let found = state.unused().find(|(_, recorded)| same(recorded));
        let Some(index) = found.map(|(index, _)| index) else {
            let message = state.no_match(&sent, &self.ignored);
            return Err(TransportError::new(
                TransportErrorKind::InvalidRequest,
                message,
            ));
        };
        if let Some(used) = state.used.get_mut(index) {
            *used = true;
        }
        match state
            .cassette
            .exchanges
            .get(index)
            .map(|e| e.response.clone())
        {
            Some(RecordedResponse::Response {
                status,
                headers,
                body,
            }) => {
                let mut all = Headers::new();
                for (name, value) in headers {
                    all.set(&name, value);
                }
                Ok(HttpResponse::new(status, all, body))
            }
            Some(RecordedResponse::Fault(kind)) => {
                Err(TransportError::new(kind, "a recorded fault"))
            }
            None => Err(TransportError::new(
                TransportErrorKind::InvalidRequest,
                "the exchange does not exist",
            )),
        }
    }
}

impl ReplayState {
    /// Returns the unused exchanges with their indices.
    fn unused(&self) -> impl Iterator<Item = (usize, &RecordedRequest)> {
        let requests = self
            .cassette
            .exchanges
            .iter()
            .map(|exchange| &exchange.request);
        let all = requests.enumerate().zip(&self.used);
        all.filter_map(|(exchange, used)| (!used).then_some(exchange))
    }

    /// Describes why no exchange matches, with the differences from the closest one.
    fn no_match(&self, sent: &RecordedRequest, ignored: &BTreeSet<String>) -> String {
        let alike = self
            .unused()
            .filter(|(_, recorded)| recorded.operation == sent.operation);
        let compared = alike.map(|(at, recorded)| (at, recorded.differences(sent, ignored)));
        let why = match compared.min_by_key(|(_, differences)| differences.len()) {
            Some((at, differences)) => format!(
                "the closest is exchange {} of {}, where {}",
                at + 1,
                self.cassette.len(),
                differences.join("; ")
            ),
            None => format!("no exchange of {} is left", sent.operation),
        };
        format!("no recorded exchange matches {sent:?}: {why}")
    }
}

impl HttpClient for Replay {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(std::future::ready(self.response_to(request)))
    }
}
