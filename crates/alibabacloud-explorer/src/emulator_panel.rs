//! The emulator's state, log and faults, for the page.

use crate::call::text;
use crate::reply::ApiError;
use alibabacloud_emulator::{Emulator, Fault, FaultKind};
use serde_json::{Value, json};
use std::time::Duration;

/// How many requests of the log are shown, the latest first.
const SHOWN: usize = 200;
/// The delay of a slow response.
const SLOW: Duration = Duration::from_secs(2);
/// By how much the clock of the emulator is ahead: more than the 15 minutes that services tolerate.
const CLOCK_OFFSET_MILLIS: i64 = 30 * 60 * 1000;
/// Maximum requests that a fault applies to.
const MOST: u64 = 1000;

/// Returns the latest requests, without secrets.
pub(crate) fn requests(emulator: &Emulator) -> Value {
    let requests = emulator.requests();
    let latest = requests.iter().rev().take(SHOWN);
    let latest = latest.map(|request| {
        json!({
            "number": request.number,
            "time": request.time,
            "product": request.product,
            "operation": request.operation,
            "status": request.status,
            "code": request.code,
            "requestId": request.request_id,
            "parameters": request.parameters,
        })
    });
    latest.collect()
}

/// Returns the faults that are still to apply.
pub(crate) fn faults(emulator: &Emulator) -> Value {
    json!(emulator.faults())
}

/// Adds the fault that a body describes.
///
/// # Errors
///
/// Says what is wrong with the body.
pub(crate) fn add_fault(emulator: &Emulator, body: &Value) -> Result<(), ApiError> {
    let fault = match text(body, "kind")? {
        "throttle" => Fault::throttle(None),
        "server_error" => Fault::error(500, "InternalError"),
        "disconnect" => Fault::new(FaultKind::Drop),
        "slow" => Fault::latency(SLOW),
        "expired_token" => Fault::new(FaultKind::ExpiredToken),
        "clock_skew" => Fault::new(FaultKind::ClockOffset {
            millis: CLOCK_OFFSET_MILLIS,
        }),
        other => {
            return Err(ApiError::invalid(format!(
                "unknown fault {other:?}: expected throttle, server_error, disconnect, slow, \
                 expired_token or clock_skew"
            )));
        }
    };
    let count = match body.get("count") {
        None | Some(Value::Null) => 1,
        Some(count) => count
            .as_u64()
            .filter(|count| (1..=MOST).contains(count))
            .and_then(|count| u32::try_from(count).ok())
            .ok_or_else(|| ApiError::invalid(format!("`count` must be from 1 to {MOST}")))?,
    };
    let fault = match body.get("operation") {
        None | Some(Value::Null) => fault,
        Some(Value::String(name)) if name.is_empty() => fault,
        Some(Value::String(name)) => fault.operation(name.as_str()),
        Some(_) => return Err(ApiError::invalid("`operation` must be a text")),
    };
    let added = emulator.inject(fault.times(count));
    added.map_err(|error| ApiError::invalid(error.to_string()))
}
