//! The control API: how programs in other languages control the emulator.
//!
//! Requests are not signed; the API lives under a path that no service has.
//!
//! | request | does |
//! |---|---|
//! | `GET /_emulator` | lists what is served |
//! | `GET /_emulator/requests`, `DELETE` | returns the redacted request log; clears it and the counters |
//! | `GET /_emulator/counters` | counts requests by operation and by error code |
//! | `GET /_emulator/faults`, `POST`, `DELETE` | lists active faults; adds one (JSON); removes all |
//! | `POST /_emulator/outcomes`, `DELETE` | scripts how tasks end (JSON); removes all |
//! | `GET /_emulator/time`, `POST` | returns the clocks; changes them (`{"advance_seconds": 60}`, `{"gateway_offset_millis": -3600000}`) |
//! | `POST /_emulator/seed` | applies a seed (YAML) |

use crate::faults::Fault;
use crate::gateway::reply::Reply;
use crate::gateway::request::Request;
use crate::outcomes::Outcome;
use crate::seed;
use crate::shared::{Shared, lock};
use crate::timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;

const ROOT: &str = "/_emulator";

/// Returns whether a path belongs to the control API.
pub(super) fn handles(path: &str) -> bool {
    path.strip_prefix(ROOT)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Executes a request to the control API.
pub(super) async fn handle(shared: &Shared, request: &Request) -> Reply {
    let path = request.path.strip_prefix(ROOT).unwrap_or_default();
    let path = path.trim_matches('/');
    let result = match (request.method.as_str(), path) {
        ("GET", "") => Ok(overview(shared)),
        ("GET", "requests") => Ok(lock(&shared.log).requests().map(|r| json!(r)).collect()),
        ("DELETE", "requests") => {
            lock(&shared.log).clear();
            Ok(json!({}))
        }
        ("GET", "counters") => Ok(json!(lock(&shared.log).counters())),
        ("GET", "faults") => Ok(json!(lock(&shared.faults).list())),
        ("POST", "faults") => body::<Fault>(request).map(|fault| {
            lock(&shared.faults).add(fault);
            json!({})
        }),
        ("DELETE", "faults") => {
            lock(&shared.faults).clear();
            Ok(json!({}))
        }
        ("POST", "outcomes") => body::<Outcome>(request).map(|outcome| {
            lock(&shared.outcomes).add(outcome);
            json!({})
        }),
        ("DELETE", "outcomes") => {
            lock(&shared.outcomes).clear();
            Ok(json!({}))
        }
        ("GET", "time") => Ok(time(shared)),
        ("POST", "time") => body::<TimeChange>(request).map(|change| {
            change.apply(shared);
            time(shared)
        }),
        ("POST", "seed") => seed(shared, request).await,
        (method, path) => Err((404, format!("there is no {method} {ROOT}/{path}"))),
    };
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err((status, why)) => (status, json!({"error": why})),
    };
    Reply::new(status, "application/json;charset=utf-8", body.to_string())
}

fn overview(shared: &Shared) -> Value {
    let services: Vec<Value> = shared
        .services
        .iter()
        .map(|served| {
            json!({
                "product": served.service.code,
                "version": served.service.version,
                "operations": served.service.operations.len(),
            })
        })
        .collect();
    json!({"services": services, "region": shared.region})
}

fn body<T: DeserializeOwned>(request: &Request) -> Result<T, (u16, String)> {
    serde_json::from_slice(&request.body)
        .map_err(|error| (400, format!("invalid request body: {error}")))
}

/// The body of `POST /_emulator/time`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct TimeChange {
    advance_seconds: u64,
    gateway_offset_millis: Option<i64>,
}

impl TimeChange {
    fn apply(&self, shared: &Shared) {
        shared
            .clock
            .advance(Duration::from_secs(self.advance_seconds));
        if let Some(millis) = self.gateway_offset_millis {
            shared.clock.set_gateway_offset(millis);
        }
    }
}

fn time(shared: &Shared) -> Value {
    json!({
        "services": timestamp::format(shared.clock.service()),
        "gateway": timestamp::format(shared.clock.gateway()),
        "gateway_offset_millis": shared.clock.gateway_offset(),
    })
}

async fn seed(shared: &Shared, request: &Request) -> Result<Value, (u16, String)> {
    let text = std::str::from_utf8(&request.body)
        .map_err(|_| (400, "the request body is not valid UTF-8".to_owned()))?;
    seed::apply(shared, text).map_err(|error| (400, error.to_string()))?;
    if let Some(persistence) = &shared.persistence {
        persistence.flush().await.map_err(|why| (500, why))?;
    }
    Ok(json!({}))
}
