//! What came in and how it was answered, without secrets.

use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, VecDeque};

/// How many requests are kept.
const KEPT: usize = 10_000;

/// One request of the log. Holds no signature, token or secret.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// Counts from 1 and never starts again.
    pub number: u64,
    /// When it came, on the gateway's clock: `2026-03-14T15:09:26Z`.
    pub time: String,
    /// The operation; `None` when it was for none that is served.
    pub operation: Option<String>,
    /// HTTP method.
    pub method: String,
    /// Path as sent.
    pub path: String,
    /// AccessKey id, `anonymous` or `bearer`; `None` when the caller was not recognised.
    pub caller: Option<String>,
    /// Parameters by wire name, sensitive ones replaced by `**REDACTED**`. Empty when the request was refused before they were read.
    pub parameters: Map<String, Value>,
    /// Value of `x-acs-retry-attempts`: which repetition it is.
    pub attempt: Option<String>,
    /// HTTP status of the answer; `None` when none was sent.
    pub status: Option<u16>,
    /// Error code of the answer.
    pub code: Option<String>,
    /// Request id of the answer.
    pub request_id: String,
}

/// How many requests there were, since the start or the last reset.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Counters {
    /// All of them.
    pub requests: u64,
    /// By operation.
    pub by_operation: BTreeMap<String, u64>,
    /// Error answers by code.
    pub by_code: BTreeMap<String, u64>,
}

/// The latest requests and the counters.
#[derive(Debug, Default)]
pub(crate) struct Log {
    last: u64,
    requests: VecDeque<LoggedRequest>,
    counters: Counters,
}

impl Log {
    /// Adds a request and numbers it.
    pub(crate) fn add(&mut self, mut request: LoggedRequest) {
        self.last += 1;
        request.number = self.last;
        self.counters.requests += 1;
        if let Some(operation) = &request.operation {
            count(&mut self.counters.by_operation, operation);
        }
        if let Some(code) = &request.code {
            count(&mut self.counters.by_code, code);
        }
        if self.requests.len() == KEPT {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    /// The kept requests, oldest first.
    pub(crate) fn requests(&self) -> impl Iterator<Item = &LoggedRequest> {
        self.requests.iter()
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Forgets requests and counters; numbers go on.
    pub(crate) fn clear(&mut self) {
        self.requests.clear();
        self.counters = Counters::default();
    }
}

fn count(counters: &mut BTreeMap<String, u64>, name: &str) {
    match counters.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            counters.insert(name.to_owned(), 1);
        }
    }
}
