//! The log of requests and their responses, without secrets.

use crate::timestamp::{self, Millis};
use alibabacloud_spec::{Operation, Service};
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

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

/// A request as the log keeps it. It holds little, since every request is kept and few are read.
#[derive(Debug)]
pub(crate) struct LogEntry {
    /// When the request arrived, on the gateway's clock.
    pub(crate) time: Millis,
    /// The service, and the index of the operation in it.
    pub(crate) target: Option<(Arc<Service>, usize)>,
    pub(crate) method: Cow<'static, str>,
    pub(crate) path: Cow<'static, str>,
    pub(crate) caller: Option<String>,
    pub(crate) denied: Option<String>,
    /// The JSON of the parameters; empty when they were not read.
    pub(crate) parameters: String,
    pub(crate) attempt: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<Cow<'static, str>>,
    pub(crate) request_id: String,
}

impl LogEntry {
    fn operation(&self) -> Option<&Operation> {
        let (service, index) = self.target.as_ref()?;
        service.operations.get(*index)
    }

    fn to_logged(&self, number: u64) -> LoggedRequest {
        LoggedRequest {
            number,
            time: timestamp::format(self.time),
            product: self
                .target
                .as_ref()
                .map(|(service, _)| service.code.clone()),
            operation: self.operation().map(|operation| operation.name.clone()),
            method: self.method.clone().into_owned(),
            path: self.path.clone().into_owned(),
            caller: self.caller.clone(),
            denied: self.denied.clone(),
            // Nothing but empty text is not JSON.
            parameters: serde_json::from_str(&self.parameters).unwrap_or_default(),
            attempt: self.attempt.clone(),
            status: self.status,
            code: self.code.clone().map(Cow::into_owned),
            request_id: self.request_id.clone(),
        }
    }
}

/// The latest requests and the counters.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    last: u64,
    requests: VecDeque<LogEntry>,
    counters: Counters,
}

impl RequestLog {
    /// Adds a request and numbers it.
    pub(crate) fn add(&mut self, request: LogEntry) {
        self.last += 1;
        self.counters.requests += 1;
        if let Some(operation) = request.operation() {
            count(&mut self.counters.by_operation, &operation.name);
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
    pub(crate) fn fail(&mut self, request_id: &str, status: u16, code: Cow<'static, str>) {
        let mut latest = self.requests.iter_mut().rev();
        if let Some(request) = latest.find(|request| request.request_id == request_id) {
            count(&mut self.counters.by_code, &code);
            request.status = Some(status);
            request.code = Some(code);
        }
    }

    /// Returns the kept requests, oldest first.
    pub(crate) fn requests(&self) -> impl Iterator<Item = LoggedRequest> {
        // Requests are numbered in the order in which they are kept.
        let before = self.last - self.requests.len() as u64;
        let numbered = (before + 1..).zip(&self.requests);
        numbered.map(|(number, request)| request.to_logged(number))
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
