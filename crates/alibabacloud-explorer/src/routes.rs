//! The API of the page: from a method and a path to a reply.

use crate::access::Access;
use crate::act::{self, Recordings};
use crate::anatomy::Anatomy;
use crate::call::{self, Call, find, no_operation, shown, text};
use crate::catalog::Catalog;
use crate::code;
use crate::describe;
use crate::emulator_panel as panel;
use crate::export;
use crate::permissions;
use crate::reply::{ApiError, Reply};
use crate::targets::Targets;
use alibabacloud_core::signing::parse_pairs;
use serde_json::{Value, json};
use std::sync::Arc;

/// The operation that the page opens first, if it is served.
const OPENS: (&str, &str) = ("oos", "ListInstancePackageStates");
/// Maximum hits of a search, calls of a policy, and items of a list.
const MAX_HITS: usize = 200;
const MAX_CALLS: usize = 200;
const MAX_ITEMS: usize = 10_000;

/// What all requests of the page use.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) access: Access,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) targets: Targets,
    pub(crate) recordings: Recordings,
}

/// What a path of the API leads to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Route {
    Session,
    Start,
    Cloud,
    Service,
    Search,
    Operation,
    Check,
    Code,
    Preview,
    Signature,
    Call,
    Pages,
    Policy,
    SaveTest,
    SaveProject,
    State,
    Requests,
    Faults,
    AddFault,
    ClearFaults,
    Reset,
}

/// Returns what a path of the API leads to with a method, and its variable parts.
///
/// # Errors
///
/// The methods that the path has, if it has others; empty if there is no such path.
pub(crate) fn route<'p>(
    method: &str,
    segments: &[&'p str],
) -> Result<(Route, Vec<&'p str>), &'static str> {
    let (get, post) = match *segments {
        ["session"] => (None, Some(Route::Session)),
        ["start"] => (Some(Route::Start), None),
        ["cloud"] => (None, Some(Route::Cloud)),
        ["services", _, _] => (Some(Route::Service), None),
        ["search"] => (Some(Route::Search), None),
        ["operations", _, _, _] => (Some(Route::Operation), None),
        ["check"] => (None, Some(Route::Check)),
        ["code"] => (None, Some(Route::Code)),
        ["preview"] => (None, Some(Route::Preview)),
        ["signature"] => (None, Some(Route::Signature)),
        ["call"] => (None, Some(Route::Call)),
        ["pages"] => (None, Some(Route::Pages)),
        ["policy"] => (None, Some(Route::Policy)),
        ["save-test"] => (None, Some(Route::SaveTest)),
        ["save-project"] => (None, Some(Route::SaveProject)),
        ["emulator", "state"] => (Some(Route::State), None),
        ["emulator", "requests"] => (Some(Route::Requests), None),
        ["emulator", "faults"] => (Some(Route::Faults), Some(Route::AddFault)),
        ["emulator", "faults", "clear"] => (None, Some(Route::ClearFaults)),
        ["emulator", "reset"] => (None, Some(Route::Reset)),
        _ => return Err(""),
    };
    let found = match method {
        "GET" => get,
        "POST" => post,
        _ => None,
    };
    let allowed = match (get, post) {
        (Some(_), Some(_)) => "GET, POST",
        (Some(_), None) => "GET",
        _ => "POST",
    };
    let variable = segments.iter().skip(1).copied().collect();
    found.map(|route| (route, variable)).ok_or(allowed)
}

impl State {
    /// Answers a request of the page that was admitted. `parts` are the variable parts of the path,
    /// decoded.
    ///
    /// # Errors
    ///
    /// Says why the request is refused.
    pub(crate) async fn handle(
        &self,
        route: Route,
        parts: &[String],
        query: &str,
        body: &Value,
    ) -> Result<Reply, ApiError> {
        let targets = &self.targets;
        let reply = match route {
            Route::Session => return self.begin_session(body),
            Route::Start => self.start(),
            Route::Cloud => targets.ask_cloud().await,
            Route::Service => {
                let [product, version] = names(parts)?;
                let loaded = find(&self.catalog, product, version).await?;
                match self.catalog.entry(product, version) {
                    Some(entry) => describe::service(&entry, &loaded),
                    None => return Err(ApiError::not_found("there is no such service")),
                }
            }
            Route::Search => self.search(query)?,
            Route::Operation => {
                let [product, version, name] = names(parts)?;
                let loaded = find(&self.catalog, product, version).await?;
                let operation = loaded.spec().operation(name);
                let operation = operation.ok_or_else(|| no_operation(product, name))?;
                describe::operation(&loaded, operation)
            }
            Route::Check => {
                let call = self.call(body).await?;
                json!({"problems": shown(&call.problems())})
            }
            Route::Code => {
                let call = self.call(body).await?;
                let target = call::target(body)?;
                code::write(&call, targets, target).await?
            }
            Route::Preview => {
                let call = self.call(body).await?;
                let target = call::target(body)?;
                Anatomy::new(targets, &call, target).await?.shown()
            }
            Route::Signature => {
                let call = self.call(body).await?;
                let target = call::target(body)?;
                let message = text(body, "message")?;
                Anatomy::new(targets, &call, target)
                    .await?
                    .compare(message)?
            }
            Route::Call => {
                let call = self.call(body).await?;
                let target = call::target(body)?;
                act::send(targets, &self.recordings, &call, target, confirmed(body)).await?
            }
            Route::Pages => {
                let call = self.call(body).await?;
                let target = call::target(body)?;
                let limit = match body.get("limit") {
                    None | Some(Value::Null) => 1000,
                    Some(limit) => {
                        number(limit, MAX_ITEMS).ok_or_else(|| invalid_limit(MAX_ITEMS))?
                    }
                };
                act::pages(targets, &call, target, limit, confirmed(body)).await?
            }
            Route::Policy => self.policy(body).await?,
            Route::SaveTest => return self.save_test(body).await,
            Route::SaveProject => {
                let call = self.call(body).await?;
                return export::project(&call, targets).await;
            }
            Route::State => targets.emulator().await?.state(),
            Route::Requests => panel::requests(&*targets.emulator().await?),
            Route::Faults => panel::faults(&*targets.emulator().await?),
            Route::AddFault => {
                let emulator = targets.emulator().await?;
                panel::add_fault(&emulator, body)?;
                panel::faults(&emulator)
            }
            Route::ClearFaults => {
                let emulator = targets.emulator().await?;
                emulator.clear_faults();
                panel::faults(&emulator)
            }
            Route::Reset => {
                let emulator = targets.emulator().await?;
                let reset = emulator.reset();
                reset.map_err(|error| ApiError::new(500, "emulator", error.to_string()))?;
                json!({})
            }
        };
        Ok(Reply::json(&reply))
    }

    fn begin_session(&self, body: &Value) -> Result<Reply, ApiError> {
        if !self.access.secrets.accepts(text(body, "token")?) {
            let message = "the token is wrong; open the address that the program printed";
            return Err(ApiError::new(401, "wrong_token", message));
        }
        let mut reply = Reply::new("application/json", "");
        reply.status = 204;
        reply.cookie = Some(self.access.session_cookie());
        Ok(reply)
    }

    fn start(&self) -> Value {
        // First of all, so that what is loaded meanwhile does not count as missing.
        let is_complete = self.catalog.is_complete();
        let entries = self.catalog.entries();
        let (product, operation) = OPENS;
        let usual = entries.iter().find(|entry| entry.product == product);
        let opens = match usual {
            Some(entry) => Some((entry, operation.to_owned())),
            None => entries.first().and_then(|entry| {
                let spec = entry.ready()?.spec();
                let first = || Some(&spec.operations.first()?.name);
                Some((entry, spec.showcase.as_ref().or_else(first)?.clone()))
            }),
        };
        let opens = opens.map(|(entry, operation)| {
            json!({"product": entry.product, "version": entry.version, "operation": operation})
        });
        let services = entries.iter().map(|entry| describe::listed(entry));
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "opens": opens,
            "defaultTarget": self.targets.settings().target.as_str(),
            "targets": self.targets.describe(),
            "services": services.collect::<Vec<_>>(),
            "problems": self.catalog.problems(),
            "loading": !is_complete,
        })
    }

    fn search(&self, query: &str) -> Result<Value, ApiError> {
        let (mut words, mut limit) = (String::new(), 50);
        for (name, value) in parse_pairs(query) {
            match &*name {
                "q" => words = value.into_owned(),
                "limit" => {
                    limit = value
                        .parse()
                        .ok()
                        .filter(|limit| (1..=MAX_HITS).contains(limit))
                        .ok_or_else(|| invalid_limit(MAX_HITS))?;
                }
                _ => {
                    return Err(ApiError::invalid(format!(
                        "unknown query parameter {name:?}"
                    )));
                }
            }
        }
        Ok(describe::search(&self.catalog, &words, limit))
    }

    async fn policy(&self, body: &Value) -> Result<Value, ApiError> {
        let calls = body.get("calls").and_then(Value::as_array);
        let calls = calls.ok_or_else(|| ApiError::invalid("`calls` must be a list"))?;
        if calls.len() > MAX_CALLS {
            return Err(ApiError::invalid(format!(
                "expected at most {MAX_CALLS} calls"
            )));
        }
        let mut read = Vec::new();
        for call in calls {
            read.push(self.call(call).await?);
        }
        let part = |name: &str, fits: fn(char) -> bool| match body.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) if text.chars().all(fits) => Ok(Some(text.as_str())),
            Some(_) => Err(ApiError::invalid(format!("invalid `{name}`"))),
        };
        let account = part("account", |c| c.is_ascii_digit())?;
        let region = part("region", |c| c.is_ascii_alphanumeric() || c == '-')?;
        Ok(permissions::policy(&read, account, region))
    }

    async fn save_test(&self, body: &Value) -> Result<Reply, ApiError> {
        let call = body.get("call").unwrap_or(&Value::Null);
        let call = self.call(call).await?;
        let id = text(body, "outcome")?;
        let Some(recording) = self.recordings.find(id) else {
            return Err(ApiError::new(
                404,
                "no_outcome",
                "this response is no longer kept, or is not text; send the call again",
            ));
        };
        export::test(&call, &self.targets, &recording)
    }

    async fn call(&self, body: &Value) -> Result<Call, ApiError> {
        Call::read(&self.catalog, body).await
    }
}

/// Returns the name of an operation that a person has typed to confirm a call.
fn confirmed(body: &Value) -> Option<&str> {
    body.get("confirm").and_then(Value::as_str)
}

fn names<const N: usize>(parts: &[String]) -> Result<[&str; N], ApiError> {
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    names
        .try_into()
        .map_err(|_| ApiError::not_found("there is no such path"))
}

fn number(value: &Value, most: usize) -> Option<usize> {
    let number = usize::try_from(value.as_u64()?).ok()?;
    (1..=most).contains(&number).then_some(number)
}

fn invalid_limit(most: usize) -> ApiError {
    ApiError::invalid(format!("`limit` must be from 1 to {most}"))
}
