//! What came of a call, as the page shows it.

use crate::call::Call;
use crate::observer::{Observer, millis};
use alibabacloud_core::{Error, ErrorKind};
use alibabacloud_spec::values::{at_path, integer};
use alibabacloud_spec::{Pagination, RamStatus};
use serde_json::{Map, Value, json};
use std::error::Error as _;
use std::time::Duration;

/// Maximum bytes of a body that are sent to the page.
pub(crate) const MAX_SHOWN_BYTES: usize = 4 * 1024 * 1024;

/// A response, or the response of an error.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) status: Option<u16>,
    pub(crate) request_id: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    /// The text of the body, without secrets if `redacted`.
    pub(crate) raw: String,
    /// The output; null if there is none.
    pub(crate) body: Value,
    pub(crate) redacted: bool,
}

/// Returns the outcome of a call.
pub(crate) fn outcome(
    id: &str,
    call: &Call,
    mut received: Received,
    error: Option<&Error>,
    observer: &Observer,
    elapsed: Duration,
) -> Value {
    let next = match error {
        None => next(call, &received.body),
        Some(_) => None,
    };
    let bytes = received.raw.len();
    let truncated = (bytes > MAX_SHOWN_BYTES).then_some(bytes);
    if truncated.is_some() {
        let end = (0..=MAX_SHOWN_BYTES)
            .rev()
            .find(|end| received.raw.is_char_boundary(*end));
        received.raw.truncate(end.unwrap_or_default());
        received.body = Value::Null;
    }
    if received.redacted {
        for (name, value) in &mut received.headers {
            if ["authorization", "cookie", "token", "secret"]
                .iter()
                .any(|word| name.contains(word))
            {
                *value = "REDACTED".to_owned();
            }
        }
    }
    json!({
        "id": id,
        "ok": error.is_none(),
        "status": received.status,
        "requestId": received.request_id,
        "headers": received.headers,
        "body": received.body,
        "raw": received.raw,
        "truncated": truncated,
        "redacted": received.redacted,
        "durationMs": millis(elapsed),
        "attempts": observer.timeline(),
        "clockSkewMs": observer.clock_skew(),
        "next": next.map(|parameters| json!({"parameters": parameters})),
        "error": error.map(|error| card(call, error)),
    })
}

/// Returns what is known of an error: what the service says, what the specification says of its
/// code, and the statement that a policy lacks.
pub(crate) fn card(call: &Call, error: &Error) -> Value {
    let (spec, operation) = (call.loaded.spec(), call.operation());
    let code = error.code();
    let known = operation.errors.iter().chain(&spec.errors);
    let known = known.filter(|known| Some(known.code.as_str()) == code);
    let meaning = known
        .map(|known| known.description.as_str())
        .find(|text| !text.is_empty());
    let mut trail = Vec::new();
    let mut source = error.source();
    while let Some(error) = source {
        trail.push(error.to_string());
        source = error.source();
    }
    json!({
        "kind": kind(error.kind()),
        "code": code,
        "message": error.message(),
        "text": error.to_string(),
        "status": error.http_status(),
        "requestId": error.request_id(),
        "meaning": meaning,
        "recommendation": error.recommend(),
        "statement": statement(call, error),
        "trail": trail,
    })
}

fn kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Config => "config",
        ErrorKind::InvalidInput => "invalid_input",
        ErrorKind::Guarded | ErrorKind::NotConfirmed => "denied",
        ErrorKind::Credentials => "credentials",
        ErrorKind::Connect | ErrorKind::Interrupted => "connection",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Service => "service",
        ErrorKind::Decode => "response",
        _ => "other",
    }
}

/// Returns the statement that would allow a call that was denied: the one that the service names,
/// else that of the specification.
fn statement(call: &Call, error: &Error) -> Option<String> {
    if !error.is_access_denied() {
        return None;
    }
    if let Some(denied) = error.access_denied() {
        return denied.policy_statement();
    }
    let permissions = call.loaded.spec().permissions(call.operation());
    if permissions.status == RamStatus::None {
        return None;
    }
    let actions = permissions.actions.iter();
    let actions: Vec<&str> = actions.map(|action| action.action.as_str()).collect();
    Some(json!({"Effect": "Allow", "Action": actions, "Resource": "*"}).to_string())
}

/// Returns the parameters of the next page of a list; `None` if it is not a list, or this was the
/// last page.
fn next(call: &Call, body: &Value) -> Option<Map<String, Value>> {
    let pagination = call.operation().pagination.as_ref()?;
    let mut parameters = call.parameters.clone();
    for (name, value) in pagination.first() {
        parameters
            .entry(name.as_str())
            .or_insert_with(|| value.clone());
    }
    match pagination {
        Pagination::Token { input, output, .. } => {
            let token = at_path(body, output)?;
            if token.is_null() || token.as_str() == Some("") {
                return None;
            }
            parameters.insert(input.clone(), token.clone());
        }
        Pagination::PageNumber {
            page,
            limit,
            total,
            items,
            ..
        } => {
            let length = at_path(body, items)?.as_array()?.len();
            let number = parameters.get(page).and_then(integer).unwrap_or(1);
            let size = limit.as_ref().and_then(|limit| parameters.get(limit));
            let size = size.and_then(integer).filter(|size| *size > 0);
            let size = size.or(i64::try_from(length).ok())?;
            let total = total.as_deref().and_then(|path| at_path(body, path));
            let is_last = match total.and_then(integer) {
                Some(total) => number.saturating_mul(size) >= total,
                None => false,
            };
            if length == 0 || is_last {
                return None;
            }
            parameters.insert(page.clone(), number.saturating_add(1).into());
        }
    }
    Some(parameters)
}
