//! Giving recorded answers.

use super::cassette::{Cassette, RecordedAnswer, RecordedRequest};
use super::redaction::Redaction;
use super::{SentRequest, lock};
use crate::http::{
    Headers, HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind,
};
use crate::time::BoxFuture;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// An HTTP client that gives the answers of a [`Cassette`], without a network. Clones share everything.
///
/// A request gets the answer of the first exchange, not given yet, with the same operation, method, path, parameters and body. Host,
/// signature, date, nonce and `ClientToken` do not matter, and neither does a value that was redacted. A request without such an exchange
/// fails, without a retry, and the error tells what differs from the closest one.
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
    state: Arc<Mutex<State>>,
    ignored: BTreeSet<String>,
}

#[derive(Debug)]
struct State {
    cassette: Cassette,
    /// Which exchanges have been given.
    given: Vec<bool>,
}

impl Replay {
    /// Gives the answers of a cassette, each once.
    pub fn new(cassette: Cassette) -> Self {
        let given = vec![false; cassette.len()];
        Self {
            state: Arc::new(Mutex::new(State { cassette, given })),
            // Made anew by the client for every call.
            ignored: BTreeSet::from(["ClientToken".to_owned()]),
        }
    }

    /// The value of this parameter does not matter either: one that holds the time, for instance.
    pub fn ignoring(mut self, parameter: impl Into<String>) -> Self {
        self.ignored.insert(parameter.into());
        self
    }

    /// Exchanges that were not asked for yet.
    pub fn remaining(&self) -> usize {
        lock(&self.state)
            .given
            .iter()
            .filter(|given| !**given)
            .count()
    }

    /// Checks that every exchange has been given.
    ///
    /// # Panics
    /// When some were not asked for; the message lists them.
    #[track_caller]
    pub fn assert_finished(&self) {
        let left: String = {
            let state = lock(&self.state);
            let open = state.open().map(|(_, request)| format!("\n  {request:?}"));
            open.collect()
        };
        assert!(
            left.is_empty(),
            "recorded exchanges that nobody asked for:{left}"
        );
    }

    fn answer(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let sent = Redaction::default().request(&SentRequest::new(request));
        let state = &mut *lock(&self.state);
        let same = |recorded: &RecordedRequest| {
            recorded.operation == sent.operation
                && recorded.differences(&sent, &self.ignored).is_empty()
        };
        let found = state.open().find(|(_, recorded)| same(recorded));
        let Some(index) = found.map(|(index, _)| index) else {
            let what = state.refusal(&sent, &self.ignored);
            return Err(TransportError::new(
                TransportErrorKind::InvalidRequest,
                what,
            ));
        };
        if let Some(given) = state.given.get_mut(index) {
            *given = true;
        }
        match state
            .cassette
            .exchanges
            .get(index)
            .map(|e| e.answer.clone())
        {
            Some(RecordedAnswer::Answer {
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
            Some(RecordedAnswer::Fault(kind)) => {
                Err(TransportError::new(kind, "a recorded failure to answer"))
            }
            None => Err(TransportError::new(
                TransportErrorKind::InvalidRequest,
                "the exchange is gone",
            )),
        }
    }
}

impl State {
    /// The exchanges that were not given yet, with their places.
    fn open(&self) -> impl Iterator<Item = (usize, &RecordedRequest)> {
        let requests = self
            .cassette
            .exchanges
            .iter()
            .map(|exchange| &exchange.request);
        let all = requests.enumerate().zip(&self.given);
        all.filter_map(|(exchange, given)| (!given).then_some(exchange))
    }

    /// Why there is no answer, with the differences to the closest exchange.
    fn refusal(&self, sent: &RecordedRequest, ignored: &BTreeSet<String>) -> String {
        let alike = self
            .open()
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
        format!("no recorded exchange fits {sent:?}: {why}")
    }
}

impl HttpClient for Replay {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(std::future::ready(self.answer(request)))
    }
}
