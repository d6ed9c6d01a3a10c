//! The control API: how programs in other languages control the emulator.
//!
//! Requests are not signed; `access.rs` says who may send them. The API lives under a path that no
//! service has. Bodies are JSON.
//!
//! | request | does |
//! |---|---|
//! | `GET /_emulator` | lists what is served |
//! | `GET /_emulator/requests`, `DELETE` | returns the redacted request log; clears it and the counters |
//! | `GET /_emulator/counters` | counts requests by operation and by error code |
//! | `GET /_emulator/faults`, `POST`, `DELETE` | lists active faults; adds one (JSON); removes all |
//! | `GET /_emulator/rate-limits`, `POST` | returns whether limits of requests apply; changes it (`{"enabled": true}`) |
//! | `POST /_emulator/outcomes`, `DELETE` | scripts how tasks end (JSON); removes all |
//! | `GET /_emulator/time`, `POST` | returns the clocks; changes them (`{"advance_seconds": 60}`, `{"gateway_offset_millis": -3600000}`) |
//! | `GET /_emulator/ram`, `POST`, `DELETE` | returns the mode, users, groups, roles and policies; adds some (JSON); removes all |
//! | `GET /_emulator/ram/needed-policy`, `DELETE` | returns the policies that the recorded calls need; forgets them |
//! | `POST /_emulator/seed` | applies a seed (JSON) |

use super::access::Refusal;
use crate::error::Error;
use crate::explain;
use crate::faults::Fault;
use crate::gateway::reply::Reply;
use crate::gateway::request::Request;
use crate::nesting;
use crate::outcomes::Outcome;
use crate::ram::Ram;
use crate::ram::file::RamFile;
use crate::ram::recorder::Recorder;
use crate::seed::Seed;
use crate::shared::{Shared, lock, read, write};
use crate::timestamp;
use alibabacloud_spec::did_you_mean;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;

const ROOT: &str = "/_emulator";
/// Maximum bytes of a body.
pub(super) const MAX_CONTROL_BYTES: usize = 8 * 1024 * 1024;
/// What the API serves: method and path.
const ROUTES: [(&str, &str); 19] = [
    ("GET", ""),
    ("GET", "requests"),
    ("DELETE", "requests"),
    ("GET", "counters"),
    ("GET", "faults"),
    ("POST", "faults"),
    ("DELETE", "faults"),
    ("GET", "rate-limits"),
    ("POST", "rate-limits"),
    ("GET", "ram"),
    ("POST", "ram"),
    ("DELETE", "ram"),
    ("GET", "ram/needed-policy"),
    ("DELETE", "ram/needed-policy"),
    ("POST", "outcomes"),
    ("DELETE", "outcomes"),
    ("GET", "time"),
    ("POST", "time"),
    ("POST", "seed"),
];

/// Returns whether a path belongs to the control API.
pub(super) fn handles(path: &str) -> bool {
    path.strip_prefix(ROOT)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Executes a request to the control API.
pub(super) async fn handle(shared: &Shared, request: &Request) -> Reply {
    let path = request.path.strip_prefix(ROOT).unwrap_or_default();
    let path = path.trim_matches('/');
    if !request.raw_query.is_empty() {
        return refused((400, format!("{ROOT}/{path} takes no query")));
    }
    let result = match (&*request.method, path) {
        ("GET", "") => Ok(overview(shared)),
        ("GET", "requests") => Ok(lock(&shared.log).requests().map(|r| json!(r)).collect()),
        ("DELETE", "requests") => {
            lock(&shared.log).clear();
            Ok(json!({}))
        }
        ("GET", "counters") => Ok(json!(lock(&shared.log).counters())),
        ("GET", "faults") => Ok(json!(lock(&shared.faults).list())),
        ("POST", "faults") => body::<Fault>(request).and_then(|fault| {
            shared.add_fault(fault).map_err(|why| (400, why))?;
            Ok(json!({}))
        }),
        ("DELETE", "faults") => {
            lock(&shared.faults).clear();
            Ok(json!({}))
        }
        ("GET", "rate-limits") => Ok(rate_limits(shared)),
        ("POST", "rate-limits") => body::<RateLimitChange>(request).map(|change| {
            shared.rate_limits.set_enabled(change.enabled);
            rate_limits(shared)
        }),
        ("GET", "ram") => Ok(ram(shared)),
        ("POST", "ram") => text(request).and_then(|text| {
            let file = RamFile::from_json(text);
            let added = file.and_then(|file| shared.apply_ram(file));
            added.map_err(|error| (400, error.to_string()))?;
            Ok(ram(shared))
        }),
        ("DELETE", "ram") => {
            *write(&shared.ram) = Ram::default();
            Ok(ram(shared))
        }
        ("GET", "ram/needed-policy") => Ok(needed_policy(shared)),
        ("DELETE", "ram/needed-policy") => {
            write(&shared.ram).recorder = Recorder::default();
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
        (method, path) => Err(no_route(method, path)),
    };
    result.map_or_else(refused, |body| reply(200, &body))
}

/// Creates the reply to a request that is refused.
pub(super) fn refused((status, why): Refusal) -> Reply {
    reply(status, &json!({"error": why}))
}

fn reply(status: u16, body: &Value) -> Reply {
    Reply::new(status, "application/json;charset=utf-8", body.to_string())
}

fn no_route(method: &str, path: &str) -> Refusal {
    let known = ROUTES.iter().map(|(_, path)| *path);
    let meant = did_you_mean(path, known).filter(|_| !ROUTES.iter().any(|route| route.1 == path));
    let methods: Vec<&str> = ROUTES
        .iter()
        .filter(|route| route.1 == path)
        .map(|route| route.0)
        .collect();
    let hint = match meant {
        Some(meant) => format!("; {meant}"),
        None if methods.is_empty() => String::new(),
        None => format!("; use {}", methods.join(" or ")),
    };
    (404, format!("there is no {method} {ROOT}/{path}{hint}"))
}

fn overview(shared: &Shared) -> Value {
    let services: Vec<Value> = shared
        .services
        .iter()
        .map(|service| {
            json!({
                "product": service.product(),
                "version": service.version(),
                "operations": service.operations().len(),
            })
        })
        .collect();
    json!({"services": services, "region": shared.region})
}

fn body<T: DeserializeOwned>(request: &Request) -> Result<T, Refusal> {
    let text = text(request)?;
    nesting::check_json(text).map_err(|why| (400, format!("invalid request body: {why}")))?;
    serde_json::from_str(text).map_err(|error| {
        let why = explain::with_suggestion(&error.to_string());
        (400, format!("invalid request body: {why}"))
    })
}

fn text(request: &Request) -> Result<&str, Refusal> {
    std::str::from_utf8(&request.body)
        .map_err(|_| (400, "the request body is not valid UTF-8".to_owned()))
}

/// The body of `POST /_emulator/rate-limits`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateLimitChange {
    enabled: bool,
}

fn rate_limits(shared: &Shared) -> Value {
    json!({"enabled": shared.rate_limits.is_enabled()})
}

/// Returns the mode, and what is known of users, groups, roles and policies.
fn ram(shared: &Shared) -> Value {
    let ram = read(&shared.ram);
    let directory = &ram.directory;
    let users = directory.users.iter().map(|(name, user)| {
        json!({
            "account": name.0,
            "name": name.1,
            "id": user.id,
            "access_keys": directory.keys_of(name),
            "groups": user.groups,
            "policies": user.policies,
        })
    });
    let groups = directory.groups.iter().map(
        |((account, name), policies)| json!({"account": account, "name": name, "policies": policies}),
    );
    let roles = directory.roles.iter().map(|((account, name), role)| {
        json!({
            "account": account,
            "name": name,
            "id": role.id,
            "policies": role.policies,
        })
    });
    let policies = directory
        .policy_names()
        .map(|(account, name)| json!({"account": account, "name": name}));
    json!({
        "mode": ram.mode,
        "users": users.collect::<Vec<_>>(),
        "groups": groups.collect::<Vec<_>>(),
        "roles": roles.collect::<Vec<_>>(),
        "policies": policies.collect::<Vec<_>>(),
    })
}

/// Returns the policies that the recorded calls need.
fn needed_policy(shared: &Shared) -> Value {
    let ram = read(&shared.ram);
    let parsed = |policy: String| serde_json::from_str::<Value>(&policy).unwrap_or_default();
    json!({
        "policy": parsed(ram.recorder.policy()),
        "policy_for_resources": parsed(ram.recorder.policy_for_resources()),
    })
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

async fn seed(shared: &Shared, request: &Request) -> Result<Value, Refusal> {
    let invalid = |error: Error| (400, error.to_string());
    let seed = Seed::from_json(text(request)?).map_err(invalid)?;
    seed.apply(shared).map_err(invalid)?;
    let unsaved = lock(&shared.store).changes.unsaved();
    if let (Some(change), Some(persistence)) = (unsaved, &shared.persistence) {
        let flushed = persistence.flush(change).await;
        flushed.map_err(|why| (500, format!("the data file cannot be written: {why}")))?;
    }
    Ok(json!({}))
}
