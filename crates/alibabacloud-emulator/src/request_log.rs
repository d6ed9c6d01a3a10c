//! The log of requests and their responses, without secrets.

use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, VecDeque};

/// How many requests are kept.
const KEPT: usize = 10_000;

/// A request in the log. It holds no signature, token or secret.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// The number of the request, counted from 1. Clearing the log does not reset it.
    pub number: u64,
    /// When the request arrived, on the gateway's clock: `2026-03-14T15:09:26Z`.
    pub time: String,
    /// The product code of the operation.
    pub product: Option<String>,
    /// The operation; `None` when the emulator serves none that fits.
    pub operation: Option<String>,
    /// The HTTP method.
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// The AccessKey ID, `anonymous` or `bearer`; `None` when authentication failed.
    pub caller: Option<String>,
    /// Why the caller may not make the call, when permissions are
    /// [enforced](crate::RamMode::Enforce): the action, the resource, and statements that do not
    /// apply because the emulator cannot know a condition key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denied: Option<String>,
    /// Parameters by wire name, with sensitive values replaced by `**REDACTED**`. Empty when the
    /// request was refused before its parameters were read.
    pub parameters: Map<String, Value>,
    /// The value of `x-acs-retry-attempts`: the number of the retry.
    pub attempt: Option<String>,
    /// The HTTP status of the response; `None` when none was sent.
    pub status: Option<u16>,
    /// The error code of the response.
    pub code: Option<String>,
    /// The request ID of the response.
    pub request_id: String,
}

/// Numbers of requests since the start or the last reset.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Counters {
    /// All requests.
    pub requests: u64,
    /// Requests by operation.
    pub by_operation: BTreeMap<String, u64>,
    /// Error responses by code.
    pub by_code: BTreeMap<String, u64>,
}

/// The latest requests and the counters.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    last: u64,
    requests: VecDeque<LoggedRequest>,
    counters: Counters,
}

impl RequestLog {
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

    /// Changes the response of a request to an error.
    pub(crate) fn fail(&mut self, request_id: &str, status: u16, code: &str) {
        let mut latest = self.requests.iter_mut().rev();
        if let Some(request) = latest.find(|request| request.request_id == request_id) {
            request.status = Some(status);
            request.code = Some(code.to_owned());
            count(&mut self.counters.by_code, code);
        }
    }

    /// Returns the kept requests, oldest first.
    pub(crate) fn requests(&self) -> impl Iterator<Item = &LoggedRequest> {
        self.requests.iter()
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Clears requests and counters; numbering continues.
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
